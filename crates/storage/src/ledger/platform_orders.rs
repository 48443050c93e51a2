//! What outside platforms are asked to do with money of accounts that they keep. An order is
//! written in the transaction that it belongs to, taken by a worker of any server, and asked again
//! under the same key until the platform answers.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::ledger::{AccountBook, AccountId, Amount, BonusId, Book, Entry, PlatformOrderId, TransactionId};
use domain::value::Timestamp;

use super::accounts::StoredAccount;
use super::postings;
use crate::bonuses::engine;
use crate::money::Stored;
use crate::payments::operations;
use crate::retry::pause;
use crate::schema::{accounts, currencies, platform_orders as table, platforms, product_currencies};
use crate::{DbConnection, Error, Tx};

/// How long an order belongs to the worker that took it.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(1);
/// How often a platform is asked before a user must look into it.
const MAX_ATTEMPTS: i64 = 8;
/// How long it is waited after the first try, and at most.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// An order that was taken to be sent. Amounts are in the platform's units: of an account that it
/// counts in subunits, a hundred times the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformOrder {
    /// Its id.
    pub id: PlatformOrderId,
    /// Where the platform is asked.
    pub url: String,
    /// The number of the account.
    pub account_number: String,
    /// The alphabetic code of its currency.
    pub currency: String,
    /// What the balance changes by.
    pub balance_change: Amount,
    /// What the credit changes by.
    pub credit_change: Amount,
    attempts: i64,
}

/// What a platform answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Confirmed,
    /// It will not be done; the reason.
    Refused(String),
    /// It is not known: no answer, or one that says nothing. The reason.
    Unanswered(String),
}

/// What an order was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Transaction(TransactionId),
    Bonus(BonusId),
}

/// Asks a platform for what an entry does to an account. `arrival` is posted when it is done.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    subject: Subject,
    account: AccountId,
    entry: &Entry,
    arrival: &Entry,
) -> Result<PlatformOrderId, Error> {
    let (mut balance, mut credit) = (Amount::ZERO, Amount::ZERO);
    for posting in entry.postings() {
        match &posting.book {
            Book::Account(id, AccountBook::Balance | AccountBook::Hold) if *id == account => {
                balance = balance.plus(posting.amount)?;
            }
            Book::Account(id, AccountBook::Credit) if *id == account => credit = credit.plus(posting.amount)?,
            Book::Account(..) | Book::Broker(_) => {}
        }
    }
    let (transaction, bonus) = match subject {
        Subject::Transaction(id) => (Some(id), None),
        Subject::Bonus(id) => (None, Some(id)),
    };
    if let Some(id) = bonus
        && let Some(order) = unanswered(tx, id, balance, credit)?
    {
        return Ok(order);
    }
    let values = (
        table::transaction_id.eq(transaction),
        table::bonus_id.eq(bonus),
        table::account_id.eq(account),
        table::balance_change.eq(Stored(balance)),
        table::credit_change.eq(Stored(credit)),
        table::arrival.eq(postings::kept(arrival)?),
        table::attempts.eq(0),
        table::next_attempt_at.eq(Some(tx.now.naive())),
        table::create_time.eq(tx.now.naive()),
    );
    Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?)
}

/// The same that a platform was asked for a bonus and never answered: it is asked again under its
/// key, since it may have done it.
fn unanswered(
    tx: &mut Tx<'_>,
    bonus: BonusId,
    balance: Amount,
    credit: Amount,
) -> Result<Option<PlatformOrderId>, Error> {
    let same = table::table
        .filter(table::bonus_id.eq(bonus))
        .filter(table::outcome.is_null())
        .filter(table::next_attempt_at.is_null())
        .filter(table::balance_change.eq(Stored(balance)))
        .filter(table::credit_change.eq(Stored(credit)));
    let id: Option<PlatformOrderId> = same.order(table::id.desc()).select(table::id).first(tx.conn).optional()?;
    if let Some(id) = id {
        let values = (table::attempts.eq(0), table::next_attempt_at.eq(Some(tx.now.naive())));
        diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    }
    Ok(id)
}

/// Whether an order is due.
///
/// # Errors
/// Those of the database.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    let due = table::table.filter(table::next_attempt_at.le(now.naive()));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// Takes an order that is due; nobody else takes it for a while.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>) -> Result<Option<PlatformOrder>, Error> {
    let due = table::table.filter(table::next_attempt_at.le(tx.now.naive()));
    let first: Option<(PlatformOrderId, Option<Timestamp>)> =
        due.order(table::next_attempt_at).select((table::id, table::next_attempt_at)).first(tx.conn).optional()?;
    let Some((id, Some(seen))) = first else { return Ok(None) };
    // Another worker may have taken it since it was read: only one changes this very value.
    let mine = table::table.find(id).filter(table::next_attempt_at.eq(Some(seen.naive())));
    let later = tx.now.plus(TAKEN_FOR).naive();
    let values = (table::attempts.eq(table::attempts + 1), table::next_attempt_at.eq(Some(later)));
    if diesel::update(mine).set(values).execute(tx.conn)? == 0 {
        return Ok(None);
    }
    let (account, balance, credit, attempts): (AccountId, Stored, Stored, i64) = table::table
        .find(id)
        .select((table::account_id, table::balance_change, table::credit_change, table::attempts))
        .first(tx.conn)?;
    let of_account =
        accounts::table.inner_join(platforms::table).inner_join(currencies::table).filter(accounts::id.eq(account));
    let columns = (
        accounts::number,
        accounts::product_id,
        accounts::currency_code,
        currencies::alphabetic_code,
        platforms::gateway_url,
    );
    let (number, product, code, currency, url): (String, i64, i64, String, Option<String>) =
        of_account.select(columns).first(tx.conn)?;
    let factory: Option<i64> = product_currencies::table
        .filter(product_currencies::product_id.eq(product))
        .filter(product_currencies::currency_code.eq(code))
        .select(product_currencies::factory)
        .first(tx.conn)
        .optional()?;
    let factory = Amount::from(factory.unwrap_or(1));
    let in_units = |Stored(amount): Stored| amount.times(factory).rounded(18, domain::ledger::Rounding::Down);
    Ok(Some(PlatformOrder {
        id,
        url: url.unwrap_or_default(),
        account_number: number,
        currency,
        balance_change: in_units(balance)?,
        credit_change: in_units(credit)?,
        attempts,
    }))
}

/// Carries out what follows from a platform's answer.
///
/// # Errors
/// Those of the database.
pub fn settle(tx: &mut Tx<'_>, order: &PlatformOrder, verdict: &Verdict) -> Result<(), Error> {
    // In the order in which users' decisions hold them, so that none waits for the other.
    let subject = (table::transaction_id, table::account_id);
    let (transaction, account): (Option<TransactionId>, AccountId) =
        table::table.find(order.id).select(subject).first(tx.conn)?;
    match transaction {
        Some(transaction) => tx.lock("transactions", transaction)?,
        None => tx.lock("accounts", account)?,
    }
    tx.lock("platform_orders", order.id)?;
    let columns = (table::bonus_id, table::arrival, table::outcome);
    let (bonus, arrival, outcome): (Option<BonusId>, String, Option<String>) =
        table::table.find(order.id).select(columns).first(tx.conn)?;
    if outcome.is_some() {
        return Ok(());
    }
    let is_last = order.attempts >= MAX_ATTEMPTS;
    let again = tx.now.plus(pause(order.attempts, FIRST_PAUSE, LONGEST_PAUSE)).naive();
    let (outcome, reason, next) = match verdict {
        Verdict::Confirmed => (Some("confirmed"), None, None),
        Verdict::Refused(reason) => (Some("refused"), Some(reason), None),
        Verdict::Unanswered(reason) => (None, Some(reason), (!is_last).then_some(again)),
    };
    let values = (table::outcome.eq(outcome), table::reason.eq(reason), table::next_attempt_at.eq(next));
    diesel::update(table::table.find(order.id)).set(values).execute(tx.conn)?;
    if let Some(id) = bonus {
        return match verdict {
            Verdict::Confirmed => engine::answered(tx, id, order.id, None),
            Verdict::Refused(reason) => engine::answered(tx, id, order.id, Some(reason)),
            Verdict::Unanswered(reason) if is_last => engine::answered(tx, id, order.id, Some(reason)),
            Verdict::Unanswered(_) => Ok(()),
        };
    }
    let Some(id) = transaction else { return Ok(()) };
    match verdict {
        Verdict::Confirmed => operations::arrive(tx, id, account, &postings::taken_up(&arrival)?),
        Verdict::Refused(_) => operations::turn_back(tx, id, account),
        Verdict::Unanswered(_) if is_last => operations::give_up(tx, id),
        Verdict::Unanswered(_) => Ok(()),
    }
}

/// Nobody is asked any more about a transaction that a user has decided; answers what was to arrive.
pub(crate) fn withdraw(tx: &mut Tx<'_>, transaction: TransactionId) -> Result<Option<Entry>, Error> {
    let open = table::table.filter(table::transaction_id.eq(transaction)).filter(table::outcome.is_null());
    let values = (table::outcome.eq(Some("decided")), table::next_attempt_at.eq(None::<chrono::NaiveDateTime>));
    diesel::update(open).set(values).execute(tx.conn)?;
    let last = table::table.filter(table::transaction_id.eq(transaction)).order(table::id.desc());
    let arrival: Option<String> = last.select(table::arrival).first(tx.conn).optional()?;
    arrival.map(|arrival| postings::taken_up(&arrival)).transpose()
}

/// The platform is asked once more about a transaction, by a user's wish.
pub(crate) fn ask_again(tx: &mut Tx<'_>, transaction: TransactionId) -> Result<(), Error> {
    let last = table::table.filter(table::transaction_id.eq(transaction)).order(table::id.desc());
    let Some(id) = last.select(table::id).first::<PlatformOrderId>(tx.conn).optional()? else { return Ok(()) };
    let values =
        (table::outcome.eq(None::<String>), table::attempts.eq(0), table::next_attempt_at.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(())
}

/// Asks the platforms of a movement: first the one that gives, and once it has, the one that gets.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    transaction: TransactionId,
    [debit, credit]: [Option<&StoredAccount>; 2],
    departure: &Entry,
    arrival: &Entry,
) -> Result<(), Error> {
    let subject = Subject::Transaction(transaction);
    let outside =
        |account: Option<&StoredAccount>| account.filter(|account| account.facts.is_outside).map(|held| held.id);
    match (outside(debit), outside(credit)) {
        (Some(source), _) => put(tx, subject, source, departure, arrival).map(drop),
        (None, Some(destination)) => put(tx, subject, destination, arrival, arrival).map(drop),
        (None, None) => Ok(()),
    }
}
