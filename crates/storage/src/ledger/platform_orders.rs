//! What outside platforms are asked to do with the money of accounts that they keep. An order is written in the
//! transaction that it belongs to and sent by a job, under the same key until the platform answers.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::ledger::{AccountBook, AccountId, Amount, BonusId, Book, Entry, PlatformOrderId, Rounding, TransactionId};
use domain::platform::{Fate, Pauses, RetryPolicy};
use serde::{Deserialize, Serialize};

use super::accounts::StoredAccount;
use super::postings;
use crate::money::Stored;
use crate::platform::queue::{self, Job};
use crate::schema::{accounts, currencies, platform_orders as table, platforms, product_currencies};
use crate::{DbConnection, Error, Tx};

/// The job that sends an order to its platform. Its lane is the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOrder(PlatformOrderId);

impl SendOrder {
    /// The order.
    pub(crate) const fn order(self) -> PlatformOrderId {
        self.0
    }
}

impl Job for SendOrder {
    const KIND: &'static str = "platform_order";
    /// Then a user must look into it.
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(1),
        max_attempts: 8,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(5), longest: TimeDelta::hours(1) },
    };
}

/// An order that is to be sent. Amounts are in the platform's units: of an account that it counts in subunits, a
/// hundred times the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformOrder {
    /// Its id.
    pub id: PlatformOrderId,
    /// Where the platform is asked; none where its gateway was taken away.
    pub url: Option<String>,
    /// The number of the account.
    pub account_number: String,
    /// The alphabetic code of its currency.
    pub currency: String,
    /// What the balance changes by.
    pub balance_change: Amount,
    /// What the credit changes by.
    pub credit_change: Amount,
}

/// What an order was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderSubject {
    Transaction(TransactionId),
    Bonus(BonusId),
}

/// What became of an order, as it is stored. One without an outcome is being asked for.
mod outcome {
    pub const CONFIRMED: &str = "confirmed";
    pub const REFUSED: &str = "refused";
    /// The platform never answered, and may have done it.
    pub const UNANSWERED: &str = "unanswered";
    /// A user has decided in the platform's place.
    pub const DECIDED: &str = "decided";
}

fn ask(tx: &mut Tx<'_>, order: PlatformOrderId, account: AccountId) -> Result<(), Error> {
    queue::put_in_lane(tx, &SendOrder(order), &account.to_string())
}

/// Asks a platform for what an entry does to an account. `arrival` is posted when it is done.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    subject: OrderSubject,
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
        OrderSubject::Transaction(id) => (Some(id), None),
        OrderSubject::Bonus(id) => (None, Some(id)),
    };
    if let Some(id) = bonus
        && let Some(order) = unanswered(tx, id, balance, credit)?
    {
        diesel::update(table::table.find(order)).set(table::outcome.eq(None::<String>)).execute(tx.conn)?;
        ask(tx, order, account)?;
        return Ok(order);
    }
    let values = (
        table::transaction_id.eq(transaction),
        table::bonus_id.eq(bonus),
        table::account_id.eq(account),
        table::balance_change.eq(Stored(balance)),
        table::credit_change.eq(Stored(credit)),
        table::arrival.eq(postings::entry_to_json(arrival)?),
        table::create_time.eq(tx.now.naive()),
    );
    let order = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    ask(tx, order, account)?;
    Ok(order)
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
        .filter(table::outcome.eq(outcome::UNANSWERED))
        .filter(table::balance_change.eq(Stored(balance)))
        .filter(table::credit_change.eq(Stored(credit)));
    Ok(same.order(table::id.desc()).select(table::id).first(tx.conn).optional()?)
}

/// The order of a job; none where nobody waits for an answer any more.
pub fn of_job(conn: &mut DbConnection, SendOrder(id): &SendOrder) -> Result<Option<PlatformOrder>, Error> {
    let open = table::table.find(id).filter(table::outcome.is_null().or(table::outcome.eq(outcome::UNANSWERED)));
    let order: Option<(AccountId, Stored, Stored)> =
        open.select((table::account_id, table::balance_change, table::credit_change)).first(conn).optional()?;
    let Some((account, balance, credit)) = order else { return Ok(None) };
    let of_account =
        accounts::table.inner_join(platforms::table).inner_join(currencies::table).filter(accounts::id.eq(account));
    let columns = (
        accounts::number,
        accounts::product_id,
        accounts::currency_code,
        currencies::alphabetic_code,
        platforms::gateway_url,
    );
    let (account_number, product, code, currency, url): (String, i64, i64, String, Option<String>) =
        of_account.select(columns).first(conn)?;
    let factory: Option<i64> = product_currencies::table
        .filter(product_currencies::product_id.eq(product))
        .filter(product_currencies::currency_code.eq(code))
        .select(product_currencies::factory)
        .first(conn)
        .optional()?;
    let factory = Amount::from(factory.unwrap_or(1));
    let in_units = |Stored(amount): Stored| amount.times(factory).rounded(18, Rounding::Down);
    let (balance_change, credit_change) = (in_units(balance)?, in_units(credit)?);
    Ok(Some(PlatformOrder { id: *id, url, account_number, currency, balance_change, credit_change }))
}

/// Holds what the answer to an order changes, in the order in which users' decisions hold it, so that none waits for
/// the other.
pub fn lock(tx: &mut Tx<'_>, SendOrder(id): &SendOrder) -> Result<(), Error> {
    let subject: (Option<TransactionId>, AccountId) =
        table::table.find(id).select((table::transaction_id, table::account_id)).first(tx.conn)?;
    match subject {
        (Some(transaction), _) => tx.lock("transactions", transaction)?,
        (None, account) => tx.lock("accounts", account)?,
    }
    tx.lock("platform_orders", *id)
}

/// An order that its platform may still answer.
pub(crate) struct Pending {
    pub subject: OrderSubject,
    pub account: AccountId,
    /// What is to be posted once it is done.
    pub arrival: Entry,
    /// Whether it was given up, and the platform is asked again since an operator has retried it.
    pub was_given_up: bool,
}

#[derive(Queryable)]
struct Row {
    transaction: Option<TransactionId>,
    bonus: Option<BonusId>,
    account: AccountId,
    arrival: String,
    outcome: Option<String>,
}

/// The order of a job; none where it was answered or decided already.
pub(crate) fn pending(conn: &mut DbConnection, SendOrder(id): SendOrder) -> Result<Option<Pending>, Error> {
    let columns = (table::transaction_id, table::bonus_id, table::account_id, table::arrival, table::outcome);
    let row: Row = table::table.find(id).select(columns).first(conn)?;
    let was_given_up = match row.outcome.as_deref() {
        None => false,
        Some(outcome::UNANSWERED) => true,
        Some(_) => return Ok(None),
    };
    let subject = match (row.transaction, row.bonus) {
        (Some(transaction), _) => OrderSubject::Transaction(transaction),
        (None, Some(bonus)) => OrderSubject::Bonus(bonus),
        (None, None) => return Ok(None),
    };
    let arrival = postings::entry_from_json(&row.arrival)?;
    Ok(Some(Pending { subject, account: row.account, arrival, was_given_up }))
}

/// Notes what became of asking a platform.
pub(crate) fn note(tx: &mut Tx<'_>, SendOrder(id): SendOrder, fate: &Fate) -> Result<(), Error> {
    let (outcome, reason) = match fate {
        Fate::Done => (Some(outcome::CONFIRMED), None),
        Fate::Refused(reason) => (Some(outcome::REFUSED), Some(reason)),
        Fate::Dead(reason) => (Some(outcome::UNANSWERED), Some(reason)),
        Fate::Again { reason, .. } => {
            diesel::update(table::table.find(id)).set(table::reason.eq(reason)).execute(tx.conn)?;
            return Ok(());
        }
    };
    let values = (table::outcome.eq(outcome), table::reason.eq(reason));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(())
}

/// Nobody is asked any more about a transaction that a user has decided; answers what was to arrive.
pub(crate) fn withdraw(tx: &mut Tx<'_>, transaction: TransactionId) -> Result<Option<Entry>, Error> {
    let of_transaction = || table::table.filter(table::transaction_id.eq(transaction));
    let open = of_transaction().filter(table::outcome.is_null().or(table::outcome.eq(outcome::UNANSWERED)));
    let orders: Vec<PlatformOrderId> = open.select(table::id).load(tx.conn)?;
    for order in orders {
        diesel::update(table::table.find(order)).set(table::outcome.eq(Some(outcome::DECIDED))).execute(tx.conn)?;
        queue::cancel(tx, &SendOrder(order))?;
    }
    let last = of_transaction().order(table::id.desc());
    let arrival: Option<String> = last.select(table::arrival).first(tx.conn).optional()?;
    arrival.map(|arrival| postings::entry_from_json(&arrival)).transpose()
}

/// The platform is asked once more about a transaction, at a user's wish.
pub(crate) fn ask_again(tx: &mut Tx<'_>, transaction: TransactionId) -> Result<(), Error> {
    let last = table::table.filter(table::transaction_id.eq(transaction)).order(table::id.desc());
    let last: Option<(PlatformOrderId, AccountId)> =
        last.select((table::id, table::account_id)).first(tx.conn).optional()?;
    let Some((order, account)) = last else { return Ok(()) };
    diesel::update(table::table.find(order)).set(table::outcome.eq(None::<String>)).execute(tx.conn)?;
    ask(tx, order, account)
}

/// Asks the platforms of a movement: first the one that gives, and once it has, the one that gets.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    transaction: TransactionId,
    [debit, credit]: [Option<&StoredAccount>; 2],
    departure: &Entry,
    arrival: &Entry,
) -> Result<(), Error> {
    let subject = OrderSubject::Transaction(transaction);
    let outside =
        |account: Option<&StoredAccount>| account.filter(|account| account.facts.is_outside).map(|held| held.id);
    match (outside(debit), outside(credit)) {
        (Some(source), _) => put(tx, subject, source, departure, arrival).map(drop),
        (None, Some(destination)) => put(tx, subject, destination, arrival, arrival).map(drop),
        (None, None) => Ok(()),
    }
}
