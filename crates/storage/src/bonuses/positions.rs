//! Closed positions, as platforms report them.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::bonuses::{Bonus, BonusEventName, BonusState, NotCounted, Position, count_lots, position_entry};
use domain::catalog::{PlatformId, is_ahead};
use domain::ledger::{AccountId, Amount, BonusId, Books, Entry, Step};
use domain::value::Timestamp;

use super::awards::{self, Standing};
use super::history::{self, NewStep};
use super::settings;
use crate::connection::on_each;
use crate::ledger::account_locks::lock_by_numbers;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::postings::{self, Cause};
use crate::money::Stored;
use crate::schema::{bonuses, positions as table};
use crate::{DbConnection, Error, Tx, json};

/// What happened to a reported position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PositionStatus {
    /// It is new: for which bonuses it counts, with its lots; if for none, why.
    Accepted {
        /// The bonuses.
        counted: Vec<BonusId>,
        /// Why none.
        reason: Option<NotCounted>,
    },
    /// It was reported before.
    Duplicate {
        /// The bonuses.
        counted: Vec<BonusId>,
        /// Why none.
        reason: Option<NotCounted>,
    },
    /// Another one was reported under its id.
    Conflict,
    /// The platform has no such account here.
    UnknownAccount,
    /// It cannot be right.
    Invalid,
}

#[derive(Clone, PartialEq, Queryable)]
struct Known {
    external_id: String,
    account: AccountId,
    symbol: String,
    lots: Stored,
    open_time: Timestamp,
    close_time: Timestamp,
    profit: Option<Stored>,
    counted: String,
    reason: Option<NotCounted>,
}

impl Known {
    fn is(&self, account: AccountId, position: &Position) -> bool {
        self.account == account
            && self.symbol == position.symbol
            && self.lots.0 == position.lots
            && self.open_time == position.open_time
            && self.close_time == position.close_time
            && self.profit.map(Amount::from) == position.profit
    }
}

/// Stores positions; each counts once, however often it is reported. The accounts are held, so that two
/// reports of one position follow one another.
pub fn report(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    positions: &[Option<Position>],
) -> Result<Vec<PositionStatus>, Error> {
    let mut numbers: Vec<&str> = positions.iter().flatten().map(|position| position.account_number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut held: HashMap<String, StoredAccount> = lock_by_numbers(tx, platform, &numbers)?
        .into_iter()
        .map(|account| (account.data.number.clone(), account))
        .collect();
    let mut known = known(tx.conn, platform, positions)?;
    let mut running = running(tx.conn, held.values())?;
    let mut made = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    // What the accounts have once these are posted.
    let mut books: HashMap<AccountId, Books> = held.values().map(|account| (account.id, account.facts.books)).collect();
    let mut statuses = Vec::with_capacity(positions.len());
    for position in positions {
        let Some(position) = position else {
            statuses.push(PositionStatus::Invalid);
            continue;
        };
        let Some(account) = held.get(&position.account_number) else {
            statuses.push(PositionStatus::UnknownAccount);
            continue;
        };
        if let Some(known) = known.get(&position.external_id) {
            statuses.push(if known.is(account.id, position) {
                PositionStatus::Duplicate { counted: serde_json::from_str(&known.counted)?, reason: known.reason }
            } else {
                PositionStatus::Conflict
            });
            continue;
        }
        let posted = position.profit.filter(|profit| !profit.is_zero());
        let entry = posted.map(|profit| position_entry(&account.facts, platform, profit)).transpose();
        let entry = entry.map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
        let before = books.get(&account.id).copied().unwrap_or_default();
        let after = entry.as_ref().map(|entry| entry.applied_to(account.id, before)).transpose();
        let checked = position.check(account.facts.currency.minor_unit);
        let (Ok(()), Ok(after), false) = (checked, after, is_ahead(position.close_time, tx.now)) else {
            statuses.push(PositionStatus::Invalid);
            continue;
        };
        books.insert(account.id, after.unwrap_or(before));
        entries.extend(entry);
        let (counted, reason) = count(running.get_mut(&account.id), position, tx.now);
        let row = Known {
            external_id: position.external_id.clone(),
            account: account.id,
            symbol: position.symbol.clone(),
            lots: Stored(position.lots),
            open_time: position.open_time,
            close_time: position.close_time,
            profit: position.profit.map(Stored),
            counted: json(&counted)?,
            reason,
        };
        known.insert(position.external_id.clone(), row.clone());
        made.push(row);
        statuses.push(PositionStatus::Accepted { counted, reason });
    }
    let is_new = |error: Error| match error {
        // Another report of it, for another account, came first: this one is processed again.
        Error::Taken => Error::Contended("a position was reported twice at once".into()),
        error => error,
    };
    insert(tx, platform, &made).map_err(is_new)?;
    let mut held: Vec<&mut StoredAccount> = held.values_mut().collect();
    postings::post_many(tx, Cause::Position, Step::Done, &entries, &mut held)?;
    for one in running.into_values().flatten().filter(|one| one.has_changed) {
        let standing = Standing { due_at: one.bonus.due_at(tx.now), ..Standing::default() };
        awards::update(tx, one.id, &one.bonus, standing)?;
        let step = |event, to_state| NewStep {
            bonus_id: one.id,
            event,
            from_state: Some(BonusState::Pending),
            to_state,
            entry_id: None,
            user_id: None,
        };
        history::record(tx, step(BonusEventName::CountPosition, BonusState::Pending))?;
        if one.bonus.state != BonusState::Pending {
            history::record(tx, step(BonusEventName::Complete, one.bonus.state))?;
        }
    }
    wake_burning(tx, &held)?;
    Ok(statuses)
}

fn known(
    conn: &mut DbConnection,
    platform: PlatformId,
    positions: &[Option<Position>],
) -> Result<HashMap<String, Known>, Error> {
    let ids: Vec<&str> = positions.iter().flatten().map(|position| position.external_id.as_str()).collect();
    let columns = (
        table::external_id,
        table::account_id,
        table::symbol,
        table::lots,
        table::open_time,
        table::close_time,
        table::profit,
        table::counted,
        table::reason,
    );
    let query = table::table.filter(table::platform_id.eq(platform)).filter(table::external_id.eq_any(ids));
    let rows: Vec<Known> = on_each!(conn, conn => query.select(columns).load(conn))?;
    Ok(rows.into_iter().map(|row| (row.external_id.clone(), row)).collect())
}

/// A bonus that positions may count for.
struct Running {
    id: BonusId,
    bonus: Bonus,
    has_changed: bool,
}

fn running<'a>(
    conn: &mut DbConnection,
    accounts: impl Iterator<Item = &'a StoredAccount>,
) -> Result<HashMap<AccountId, Vec<Running>>, Error> {
    let ids: Vec<AccountId> = accounts.map(|account| account.id).collect();
    let query = bonuses::table
        .filter(bonuses::account_id.eq_any(ids))
        .filter(bonuses::is_removed.eq(false))
        .filter(bonuses::state.eq_any([BonusState::Pending, BonusState::Hold]))
        .select(bonuses::id);
    let ids: Vec<BonusId> = on_each!(conn, conn => query.load(conn))?;
    let mut running: HashMap<AccountId, Vec<Running>> = HashMap::new();
    for stored in awards::by_ids(conn, &ids)? {
        let one = Running { id: stored.id, bonus: stored.data, has_changed: false };
        running.entry(stored.account).or_default().push(one);
    }
    Ok(running)
}

/// Counts a position for every running bonus whose terms it meets.
fn count(
    running: Option<&mut Vec<Running>>,
    position: &Position,
    now: Timestamp,
) -> (Vec<BonusId>, Option<NotCounted>) {
    let mut counted = Vec::new();
    let mut reason = None;
    for one in running.into_iter().flatten() {
        match position.counts_for(&one.bonus) {
            Ok(()) => {
                if let Ok(bonus) = count_lots(&one.bonus, position.lots, now) {
                    one.bonus = bonus;
                    one.has_changed = true;
                    counted.push(one.id);
                }
            }
            Err(against) => reason = reason.or(Some(against)),
        }
    }
    if counted.is_empty() { (counted, reason.or(Some(NotCounted::NoBonus))) } else { (counted, None) }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    platform_id: PlatformId,
    external_id: &'a str,
    account_id: AccountId,
    symbol: &'a str,
    lots: Stored,
    open_time: NaiveDateTime,
    close_time: NaiveDateTime,
    profit: Option<Stored>,
    counted: &'a str,
    reason: Option<NotCounted>,
    create_time: NaiveDateTime,
}

fn insert(tx: &mut Tx<'_>, platform: PlatformId, made: &[Known]) -> Result<(), Error> {
    let create_time = tx.now.naive();
    let rows = made.iter().map(|row| NewRow {
        platform_id: platform,
        external_id: &row.external_id,
        account_id: row.account,
        symbol: &row.symbol,
        lots: row.lots,
        open_time: row.open_time.naive(),
        close_time: row.close_time.naive(),
        profit: row.profit,
        counted: &row.counted,
        reason: row.reason,
        create_time,
    });
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            diesel::insert_into(table::table).values(rows.collect::<Vec<_>>()).execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            for row in rows {
                diesel::insert_into(table::table).values(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Where a balance fell below 0 and bonuses burn for it, the engine looks at them now.
fn wake_burning(tx: &mut Tx<'_>, held: &[&mut StoredAccount]) -> Result<(), Error> {
    let is_below = |account: &&&mut StoredAccount| {
        account.facts.books.balance.is_negative() && account.facts.books.credit.is_positive()
    };
    let below: Vec<AccountId> = held.iter().filter(is_below).map(|account| account.id).collect();
    if below.is_empty() || !settings::get(tx.conn)?.data.burn_if_balance_negative {
        return Ok(());
    }
    let burning = bonuses::table
        .filter(bonuses::account_id.eq_any(below))
        .filter(bonuses::is_removed.eq(false))
        .filter(bonuses::state.eq_any([BonusState::Active, BonusState::Pending, BonusState::Hold]));
    diesel::update(burning).set(bonuses::due_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}
