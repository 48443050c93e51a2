//! Deposits and withdrawals that were done. Each posts an entry when it is done, so entries are followed: a transaction may
//! have waited for long. What counts in no limit, play money and corrections of balances, does not count here either.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::antifraud::{EUR, Facts, Rule, Situation, eur_worth};
use domain::clients::ClientId;
use domain::ledger::{Amount, CurrencyCode, Step, Sum, TransactionId, TransactionKind, TransactionStatus};
use domain::value::Timestamp;

use super::super::raising::closed_at;
use super::{AT_ONCE, Cursor, Look, NewBySubject, looked_at, settled, together};
use crate::connection::on_each;
use crate::ledger::rates;
use crate::money::Stored;
use crate::one_of::one_of;
use crate::schema::{accounts, entries, positions, transactions, withdrawal_wallets as wallets};
use crate::{DbConnection, Error};

pub(super) fn end(conn: &mut DbConnection) -> Result<Cursor, Error> {
    let last: Option<i64> = entries::table.order(entries::id.desc()).select(entries::id).first(conn).optional()?;
    Ok(Cursor { id: last.unwrap_or_default(), ..Cursor::default() })
}

/// Transactions that are done now.
type Done = [TransactionId];

/// Looks at what was done since.
pub(super) fn look(
    conn: &mut DbConnection,
    cursor: Cursor,
    now: Timestamp,
    found: impl FnOnce(&mut DbConnection, &Done) -> Result<Vec<Situation>, Error>,
) -> Result<Look, Error> {
    type Row = (i64, Option<TransactionId>, Step, Timestamp);
    let columns = (entries::id, entries::transaction_id, entries::step, entries::create_time);
    let new = entries::table.filter(entries::id.gt(cursor.id)).order(entries::id).limit(AT_ONCE).select(columns);
    let (new, has_more) = settled(new.load::<Row>(conn)?, now, |(.., time)| *time);
    let cursor = Cursor { id: new.last().map_or(cursor.id, |(id, ..)| *id), ..cursor };
    let done = new.into_iter().filter(|(_, _, step, _)| *step == Step::Done);
    let done: Vec<TransactionId> = done.filter_map(|(_, transaction, ..)| transaction).collect();
    let situations = if done.is_empty() { Vec::new() } else { found(conn, &done)? };
    Ok(Look { situations, cursor, has_more })
}

/// Whose transactions of a kind these are, as far as they are looked at.
fn doers(conn: &mut DbConnection, rule: &Rule, done: &Done, kind: TransactionKind) -> Result<Vec<ClientId>, Error> {
    let query = transactions::table
        .filter(one_of(transactions::id, done))
        .filter(transactions::kind.eq(kind))
        .filter(transactions::status.eq(TransactionStatus::Done))
        .filter(transactions::usd_worth.is_not_null())
        .select(transactions::client_id);
    let clients: Vec<ClientId> = on_each!(&mut *conn, conn => query.load(conn))?;
    let clients: BTreeSet<ClientId> = clients.into_iter().collect();
    looked_at(conn, rule, &clients.into_iter().collect::<Vec<_>>())
}

/// The condition of a client's transactions that count.
#[diesel::dsl::auto_type(no_type_alias)]
fn done_by(client: ClientId, kind: TransactionKind, done: TransactionStatus, since: NaiveDateTime) -> _ {
    transactions::table
        .filter(transactions::client_id.eq(client))
        .filter(transactions::kind.eq(kind))
        .filter(transactions::status.eq(done))
        .filter(transactions::usd_worth.is_not_null())
        .filter(transactions::processed_time.gt(since))
}

/// From when on what a client does counts.
fn since(conn: &mut DbConnection, rule: &Rule, client: ClientId, now: Timestamp) -> Result<Timestamp, Error> {
    Ok(rule.since(now, closed_at(conn, rule.event, &client.to_string())?))
}

/// A client whose transactions of a kind are too many.
fn too_many(
    conn: &mut DbConnection,
    rule: &Rule,
    client: ClientId,
    kind: TransactionKind,
    now: Timestamp,
) -> Result<Option<Situation>, Error> {
    let since = since(conn, rule, client, now)?;
    let counted = done_by(client, kind, TransactionStatus::Done, since.naive());
    let number: i64 = counted.count().get_result(conn)?;
    let facts = Facts { number: Some(number), period_days: rule.period_days, ..Facts::default() };
    Ok(rule.is_too_many(number).then(|| Situation::of_client(rule.event, client, facts)))
}

pub(super) fn frequent(
    conn: &mut DbConnection,
    rule: &Rule,
    done: &Done,
    now: Timestamp,
) -> Result<Vec<Situation>, Error> {
    let mut situations = Vec::new();
    for client in doers(conn, rule, done, TransactionKind::Deposit)? {
        situations.extend(too_many(conn, rule, client, TransactionKind::Deposit, now)?);
    }
    Ok(situations)
}

pub(super) fn untraded(
    conn: &mut DbConnection,
    rule: &Rule,
    done: &Done,
    now: Timestamp,
) -> Result<Vec<Situation>, Error> {
    let mut situations = Vec::new();
    for client in doers(conn, rule, done, TransactionKind::Withdrawal)? {
        if !trades(conn, client)? {
            situations.extend(too_many(conn, rule, client, TransactionKind::Withdrawal, now)?);
        }
    }
    Ok(situations)
}

/// Whether a client has closed a position, or has one open: it takes a margin.
fn trades(conn: &mut DbConnection, client: ClientId) -> Result<bool, Error> {
    use diesel::dsl::exists;
    let own = || accounts::table.filter(accounts::client_id.eq(client));
    let open = own().filter(accounts::margin.ne(Stored(Amount::ZERO)));
    if diesel::select(exists(open)).get_result(conn)? {
        return Ok(true);
    }
    let closed = positions::table.filter(positions::account_id.eq_any(own().select(accounts::id)));
    Ok(diesel::select(exists(closed)).get_result(conn)?)
}

pub(super) fn sums(conn: &mut DbConnection, rule: &Rule, done: &Done, now: Timestamp) -> Result<Vec<Situation>, Error> {
    let mut situations = Vec::new();
    let mut rates = BTreeMap::new();
    for client in doers(conn, rule, done, TransactionKind::Deposit)? {
        let since = since(conn, rule, client, now)?;
        let deposited = deposited(conn, client, since)?;
        let sum = in_euros(conn, &deposited, &mut rates, now)?;
        if rule.is_too_much(&sum) {
            let facts = Facts { sum: sum.amount().ok(), period_days: rule.period_days, ..Facts::default() };
            situations.push(Situation::of_client(rule.event, client, facts));
        }
    }
    Ok(situations)
}

/// What a client has paid in since, by currency.
fn deposited(
    conn: &mut DbConnection,
    client: ClientId,
    since: Timestamp,
) -> Result<BTreeMap<CurrencyCode, Sum>, Error> {
    let paid = done_by(client, TransactionKind::Deposit, TransactionStatus::Done, since.naive());
    let paid: Vec<(CurrencyCode, Stored)> =
        paid.select((transactions::debit_currency, transactions::debit_amount)).load(conn)?;
    let mut sums: BTreeMap<CurrencyCode, Sum> = BTreeMap::new();
    for (currency, Stored(amount)) in paid {
        let sum = sums.entry(currency).or_default();
        *sum = std::mem::take(sum).plus(amount);
    }
    Ok(sums)
}

/// The rates to EUR that were looked up in this look.
type Rates = BTreeMap<CurrencyCode, Option<Amount>>;

/// What sums are worth together in EUR, at the rates of now. What has no rate is left out.
fn in_euros(
    conn: &mut DbConnection,
    sums: &BTreeMap<CurrencyCode, Sum>,
    rates: &mut Rates,
    now: Timestamp,
) -> Result<Sum, Error> {
    let mut total = Sum::ZERO;
    for (currency, sum) in sums {
        let rate = if let Some(known) = rates.get(currency) {
            *known
        } else {
            let rate = rates::rate(conn, now, *currency, EUR, None)?;
            if rate.is_none() {
                log::warn!("deposits in currency {currency} are not looked at: it has no rate to EUR");
            }
            rates.insert(*currency, rate);
            rate
        };
        let worth = rate.and_then(|rate| eur_worth(sum.amount().ok()?, rate));
        total = worth.map_or(total.clone(), |worth| total.plus(worth));
    }
    Ok(total)
}

pub(super) fn wallets(conn: &mut DbConnection, rule: &Rule, done: &Done) -> Result<Vec<Situation>, Error> {
    let query = wallets::table
        .inner_join(transactions::table)
        .filter(one_of(wallets::transaction_id, done))
        .filter(transactions::status.eq(TransactionStatus::Done))
        .select((wallets::wallet_address, wallets::client_id));
    let used: Vec<(String, ClientId)> = on_each!(&mut *conn, conn => query.load(conn))?;
    let mut by_wallet = NewBySubject::new();
    for (address, client) in used {
        by_wallet.entry(address).or_default().insert(client);
    }
    let mut situations = Vec::new();
    for (address, clients) in by_wallet {
        let others = wallets::table
            .inner_join(transactions::table)
            .filter(wallets::wallet_address.eq(&address))
            .filter(transactions::status.eq(TransactionStatus::Done))
            .select(wallets::client_id)
            .distinct();
        let others: Vec<ClientId> = others.load(conn)?;
        let facts = Facts { wallet_address: Some(address.clone()), ..Facts::default() };
        situations.extend(together(conn, rule, (address, clients), others, facts)?);
    }
    Ok(situations)
}
