//! What platforms report: closed positions, and the figures of accounts.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::bonuses::{Bonus, BonusEventName, BonusState, NotCounted, Position, count_lots, position_entry};
use domain::catalog::{PlatformId, is_ahead};
use domain::ledger::{AccountId, Amount, BonusId, Entry, Figures, Step};
use domain::value::Timestamp;

use super::{awards, settings};
use crate::connection::on_each;
use crate::ledger::accounts::{self, StoredAccount};
use crate::ledger::postings::{self, Cause};
use crate::money::Stored;
use crate::schema::{accounts as account, bonuses, positions as table};
use crate::{DbConnection, Error, Tx, json};

/// What became of a reported position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is known now and was not before: for which bonuses it counts, with its lots; if for none, why.
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

/// Takes in positions; each counts once, however often it is reported. The accounts are held, so
/// that two reports of one position follow one another.
///
/// # Errors
/// Those of the database.
pub fn report(tx: &mut Tx<'_>, platform: PlatformId, positions: &[Option<Position>]) -> Result<Vec<Fate>, Error> {
    let mut numbers: Vec<&str> = positions.iter().flatten().map(|position| position.account_number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut held: HashMap<String, StoredAccount> = accounts::lock_numbers(tx, platform, &numbers)?
        .into_iter()
        .map(|account| (account.data.number.clone(), account))
        .collect();
    let mut known = known(tx.conn, platform, positions)?;
    let mut running = running(tx.conn, held.values())?;
    let mut made = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut fates = Vec::with_capacity(positions.len());
    for position in positions {
        let Some(position) = position else {
            fates.push(Fate::Invalid);
            continue;
        };
        let Some(account) = held.get_mut(&position.account_number) else {
            fates.push(Fate::UnknownAccount);
            continue;
        };
        if let Some(known) = known.get(&position.external_id) {
            fates.push(if known.is(account.id, position) {
                Fate::Duplicate { counted: serde_json::from_str(&known.counted)?, reason: known.reason }
            } else {
                Fate::Conflict
            });
            continue;
        }
        let posted = position.profit.filter(|profit| !profit.is_zero());
        let entry = posted.map(|profit| position_entry(&account.facts, platform, profit)).transpose();
        let entry = entry.map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
        let books = entry.as_ref().map(|entry| entry.applied_to(account.id, account.facts.books)).transpose();
        let checked = position.check(account.facts.currency.minor_unit);
        let (Ok(()), Ok(books), false) = (checked, books, is_ahead(position.close_time, tx.now)) else {
            fates.push(Fate::Invalid);
            continue;
        };
        account.facts.books = books.unwrap_or(account.facts.books);
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
        fates.push(Fate::Accepted { counted, reason });
    }
    let is_new = |error: Error| match error {
        // Another report of it, for another account, was faster: it is looked at anew.
        Error::Taken => Error::Contended("a position was reported twice at once".into()),
        error => error,
    };
    insert(tx, platform, &made).map_err(is_new)?;
    let mut held: Vec<&mut StoredAccount> = held.values_mut().collect();
    postings::post_many(tx, Cause::Position, Step::Done, &entries, &mut held)?;
    for one in running.into_values().flatten().filter(|one| one.has_changed) {
        let due_at = one.bonus.due_at(tx.now);
        awards::store(tx, one.id, &one.bonus, due_at, None, false)?;
        let running = BonusState::Pending;
        awards::note(tx, one.id, BonusEventName::CountPosition, Some(running), running, None, None)?;
        if one.bonus.state != running {
            awards::note(tx, one.id, BonusEventName::Complete, Some(running), one.bonus.state, None, None)?;
        }
    }
    wake_burning(tx, &held)?;
    Ok(fates)
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

fn insert(tx: &mut Tx<'_>, platform: PlatformId, made: &[Known]) -> Result<(), Error> {
    let now = tx.now.naive();
    let values = |row: &Known| {
        (
            table::platform_id.eq(platform),
            table::external_id.eq(row.external_id.clone()),
            table::account_id.eq(row.account),
            table::symbol.eq(row.symbol.clone()),
            table::lots.eq(row.lots),
            table::open_time.eq(row.open_time.naive()),
            table::close_time.eq(row.close_time.naive()),
            table::profit.eq(row.profit),
            table::counted.eq(row.counted.clone()),
            table::reason.eq(row.reason),
            table::create_time.eq(now),
        )
    };
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            let rows: Vec<_> = made.iter().map(values).collect();
            diesel::insert_into(table::table).values(rows).execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            for row in made {
                diesel::insert_into(table::table).values(values(row)).execute(conn)?;
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
    if below.is_empty() || !settings::get(tx.conn)?.0.burn_if_balance_negative {
        return Ok(());
    }
    let burning = bonuses::table
        .filter(bonuses::account_id.eq_any(below))
        .filter(bonuses::is_removed.eq(false))
        .filter(bonuses::state.eq_any([BonusState::Active, BonusState::Pending, BonusState::Hold]));
    diesel::update(burning).set(bonuses::due_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// The figures of an account, as its platform tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFigures {
    /// The number of the account.
    pub account_number: String,
    /// The open result, in the account's currency.
    pub pnl: Amount,
    /// The margin that is bound, in the account's currency; at least 0.
    pub margin: Amount,
    /// When the platform had them.
    pub time: Timestamp,
}

/// What became of reported figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiguresFate {
    /// They are kept.
    Accepted,
    /// Newer ones, or these, are kept already.
    Older,
    /// The platform has no such account here.
    UnknownAccount,
    /// They cannot be right.
    Invalid,
}

/// Keeps the figures of accounts, of each the newest.
///
/// # Errors
/// Those of the database.
pub fn keep_figures(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    figures: &[Option<AccountFigures>],
) -> Result<Vec<FiguresFate>, Error> {
    let mut numbers: Vec<&str> = figures.iter().flatten().map(|figures| figures.account_number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let accounts = accounts::lock_numbers(tx, platform, &numbers)?;
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let times = account::table.filter(account::id.eq_any(ids)).select((account::id, account::figures_time));
    let times: Vec<(AccountId, Option<Timestamp>)> = on_each!(&mut *tx.conn, conn => times.load(conn))?;
    let mut times: HashMap<AccountId, Option<Timestamp>> = times.into_iter().collect();
    let accounts: HashMap<&str, &StoredAccount> =
        accounts.iter().map(|account| (account.data.number.as_str(), account)).collect();
    let mut fates = Vec::with_capacity(figures.len());
    for figures in figures {
        let Some(figures) = figures else {
            fates.push(FiguresFate::Invalid);
            continue;
        };
        let Some(account) = accounts.get(figures.account_number.as_str()) else {
            fates.push(FiguresFate::UnknownAccount);
            continue;
        };
        let kept = times.entry(account.id).or_default();
        let fate = fate_of(figures, account, *kept, tx.now);
        if fate == FiguresFate::Accepted {
            *kept = Some(figures.time);
            let values = (
                account::pnl.eq(Stored(figures.pnl)),
                account::margin.eq(Stored(figures.margin)),
                account::figures_time.eq(Some(figures.time.naive())),
                account::statement_time.eq(tx.now.naive()),
            );
            let update = diesel::update(account::table.find(account.id)).set(values);
            on_each!(&mut *tx.conn, conn => update.execute(conn))?;
        }
        fates.push(fate);
    }
    Ok(fates)
}

/// What becomes of figures of an account, given the time of those that are kept. A kept time that has
/// not come yet is ignored: it was stored before such times were refused.
fn fate_of(figures: &AccountFigures, account: &StoredAccount, kept: Option<Timestamp>, now: Timestamp) -> FiguresFate {
    let is_wrong = account.facts.check_figures(Figures { pnl: figures.pnl, margin: figures.margin }).is_err();
    if is_wrong || is_ahead(figures.time, now) {
        FiguresFate::Invalid
    } else if kept.is_some_and(|kept| kept >= figures.time && !is_ahead(kept, now)) {
        FiguresFate::Older
    } else {
        FiguresFate::Accepted
    }
}
