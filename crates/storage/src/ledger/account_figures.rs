//! What platforms report of accounts: the open result and the margin.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{PlatformId, is_ahead};
use domain::ledger::{AccountFacts, AccountId, Amount, Figures, post_time};
use domain::value::Timestamp;

use super::account_locks::lock_by_numbers;
use super::accounts::StoredAccount;
use super::equity;
use crate::connection::on_each;
use crate::money::Stored;
use crate::schema::accounts as account;
use crate::{Error, Tx};

/// The figures of an account, as its platform reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFigures {
    /// The number of the account.
    pub account_number: String,
    /// The open result, in the account's currency.
    pub pnl: Amount,
    /// The margin that is bound, in the account's currency; at least 0.
    pub margin: Amount,
    /// When the platform took them.
    pub time: Timestamp,
}

/// What happened to reported figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiguresStatus {
    /// They are stored.
    Accepted,
    /// Newer figures, or the same ones, are stored already.
    Older,
    /// The platform has no such account here.
    UnknownAccount,
    /// They cannot be right.
    Invalid,
}

/// Stores the newest figures of each account.
pub fn store(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    figures: &[Option<AccountFigures>],
) -> Result<Vec<FiguresStatus>, Error> {
    let mut numbers: Vec<&str> = figures.iter().flatten().map(|figures| figures.account_number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let accounts = lock_by_numbers(tx, platform, &numbers)?;
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let times = account::table.filter(account::id.eq_any(ids)).select((account::id, account::figures_time));
    let times: Vec<(AccountId, Option<Timestamp>)> = on_each!(&mut *tx.conn, conn => times.load(conn))?;
    let mut times: HashMap<AccountId, Option<Timestamp>> = times.into_iter().collect();
    let accounts: HashMap<&str, &StoredAccount> =
        accounts.iter().map(|account| (account.data.number.as_str(), account)).collect();
    let mut statuses = Vec::with_capacity(figures.len());
    for figures in figures {
        let Some(figures) = figures else {
            statuses.push(FiguresStatus::Invalid);
            continue;
        };
        let Some(account) = accounts.get(figures.account_number.as_str()) else {
            statuses.push(FiguresStatus::UnknownAccount);
            continue;
        };
        let stored = times.entry(account.id).or_default();
        let status = status_of(figures, account, *stored, tx.now);
        if status == FiguresStatus::Accepted {
            *stored = Some(figures.time);
            let values = (
                account::pnl.eq(Stored(figures.pnl)),
                account::margin.eq(Stored(figures.margin)),
                account::figures_time.eq(Some(figures.time.naive())),
                // Never back: the next posting must not come before the last.
                account::statement_time.eq(post_time(tx.now, account.statement_time).naive()),
            );
            let update = diesel::update(account::table.find(account.id)).set(values);
            on_each!(&mut *tx.conn, conn => update.execute(conn))?;
            let figures = Figures { pnl: figures.pnl, margin: figures.margin };
            equity::note(tx, &AccountFacts { figures, ..account.facts.clone() })?;
        }
        statuses.push(status);
    }
    Ok(statuses)
}

/// What happens to figures of an account, given the time of the stored ones. A stored time in the future
/// is ignored: it was stored before such times were refused.
fn status_of(
    figures: &AccountFigures,
    account: &StoredAccount,
    stored: Option<Timestamp>,
    now: Timestamp,
) -> FiguresStatus {
    let is_wrong = account.facts.check_figures(Figures { pnl: figures.pnl, margin: figures.margin }).is_err();
    if is_wrong || is_ahead(figures.time, now) {
        FiguresStatus::Invalid
    } else if stored.is_some_and(|stored| stored >= figures.time && !is_ahead(stored, now)) {
        FiguresStatus::Older
    } else {
        FiguresStatus::Accepted
    }
}
