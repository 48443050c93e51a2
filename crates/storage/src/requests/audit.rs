//! What an account has, compared with what came in and went out.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ledger::{AccountBook, AccountId, Amount, BonusId, EntryId, TransactionId};
use domain::requests::BalanceAudit;

use crate::connection::on_each;
use crate::ledger::accounts::by_ids;
use crate::money::Stored;
use crate::schema::{entries, postings};
use crate::{DbConnection, Error};

/// How many postings are read at once.
const CHUNK: i64 = 10_000;

/// What changed a balance.
#[derive(PartialEq, Eq, Hash)]
enum Cause {
    Transaction(TransactionId),
    Bonus(BonusId),
    Position(EntryId),
}

type Line = (NaiveDateTime, EntryId, i64, Stored, Option<TransactionId>, Option<BonusId>);

/// Compares an account with its postings.
///
/// # Errors
/// [`Error::NotFound`].
pub fn audit(conn: &mut DbConnection, account: AccountId) -> Result<BalanceAudit, Error> {
    let stored = by_ids(conn, &[account])?.remove(&account).ok_or(Error::NotFound)?;
    let mut changes: HashMap<Cause, Amount> = HashMap::new();
    let (mut after_time, mut after_entry, mut after_line) = (NaiveDateTime::default(), EntryId::new(0), 0_i64);
    loop {
        // In the order of the index of the book, from 1970 on, since PostgreSQL has no time before all others: a later entry is never earlier in time.
        let is_next = postings::entry_id
            .gt(after_entry)
            .or(postings::entry_id.eq(after_entry).and(postings::line.gt(after_line)));
        let columns = (
            postings::post_time,
            postings::entry_id,
            postings::line,
            postings::amount,
            entries::transaction_id,
            entries::bonus_id,
        );
        let lines = postings::table
            .inner_join(entries::table)
            .filter(postings::account_id.eq(account))
            .filter(postings::book.eq(AccountBook::Balance.as_str()))
            .filter(postings::post_time.ge(after_time))
            .filter(is_next)
            .order((postings::post_time, postings::entry_id, postings::line))
            .limit(CHUNK)
            .select(columns);
        let lines: Vec<Line> = on_each!(&mut *conn, conn => lines.load(conn))?;
        let Some((last_time, last, last_line, ..)) = lines.last() else { break };
        (after_time, after_entry, after_line) = (*last_time, *last, *last_line);
        for (_, entry, _, Stored(amount), transaction, bonus) in lines {
            let cause = match (transaction, bonus) {
                (Some(transaction), _) => Cause::Transaction(transaction),
                (None, Some(bonus)) => Cause::Bonus(bonus),
                (None, None) => Cause::Position(entry),
            };
            let change = changes.entry(cause).or_default();
            *change = change.plus(amount)?;
        }
    }
    Ok(BalanceAudit::of(&stored.facts, changes.into_values()))
}
