//! How transactions are written: as new ones, and by decisions on them.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::UserId;
use domain::ledger::{
    AccountId, Amount, CurrencyCode, FundsState, Meta, MethodId, Movement, RequestKind, ResolutionId, Side, Terms,
    TransactionId, TransactionKind, TransactionStatus,
};
use domain::messaging::SocketEvent;
use domain::requests::Requester;
use domain::value::Timestamp;

use super::accounts::StoredAccount;
use super::currencies::CurrencyBrief;
use super::requests::{self, NewRequest};
use super::transactions::{Named, StoredSide, StoredTransaction};
use crate::connection::on_each;
use crate::messaging::socket_events;
use crate::money::Stored;
use crate::schema::transactions as table;
use crate::{Error, Tx, json};

/// A transaction to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewTransaction<'a> {
    pub client: ClientId,
    pub status: TransactionStatus,
    pub method: Option<Named<MethodId>>,
    pub meta: Option<Meta>,
    pub terms: Option<Terms>,
    pub usd_worth: Option<Amount>,
    pub user: Option<UserId>,
    /// Where the client asked for it; a user's own has none.
    pub ip: Option<IpAddr>,
    pub movement: &'a Movement,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow {
    client_id: ClientId,
    kind: TransactionKind,
    status: TransactionStatus,
    debit_account_id: Option<AccountId>,
    debit_amount: Stored,
    debit_commission: Stored,
    debit_currency: CurrencyCode,
    credit_account_id: Option<AccountId>,
    credit_amount: Stored,
    credit_commission: Stored,
    credit_currency: CurrencyCode,
    rate: Stored,
    method_id: Option<MethodId>,
    meta: Option<String>,
    terms: Option<String>,
    usd_worth: Option<Stored>,
    user_id: Option<UserId>,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
    processed_time: Option<NaiveDateTime>,
}

/// Writes a transaction, and the request behind one that waits; the caller posts what it moves.
pub(crate) fn insert(tx: &mut Tx<'_>, new: &NewTransaction<'_>) -> Result<TransactionId, Error> {
    let Movement { kind, debit, credit, rate, .. } = new.movement;
    let now = tx.now.naive();
    let row = NewRow {
        client_id: new.client,
        kind: *kind,
        status: new.status,
        debit_account_id: debit.account,
        debit_amount: Stored(debit.amount),
        debit_commission: Stored(debit.commission),
        debit_currency: debit.currency,
        credit_account_id: credit.account,
        credit_amount: Stored(credit.amount),
        credit_commission: Stored(credit.commission),
        credit_currency: credit.currency,
        rate: Stored(*rate),
        method_id: new.method.as_ref().map(|method| method.id),
        meta: new.meta.as_ref().map(json).transpose()?,
        terms: new.terms.as_ref().map(json).transpose()?,
        usd_worth: new.usd_worth.map(Stored),
        user_id: new.user,
        create_time: now,
        update_time: now,
        processed_time: new.status.is_final().then_some(now),
    };
    let insert = diesel::insert_into(table::table).values(row).returning(table::id);
    let id = on_each!(tx.conn, conn => insert.get_result(conn))?;
    if let (TransactionStatus::Pending, Some(ip)) = (new.status, new.ip) {
        let requester = Requester { client: new.client, ip };
        let request =
            NewRequest { transaction: Some(id), account: debit.account.or(credit.account), ..NewRequest::default() };
        requests::insert(tx, requester, RequestKind::of(*kind), request)?;
    }
    if new.terms.as_ref().is_some_and(|terms| terms.is_awaited) {
        tell_of_end(tx, id, new.client, *kind, new.status)?;
    }
    Ok(id)
}

/// The program of a client who waits for the end of a deposit is told of it.
fn tell_of_end(
    tx: &mut Tx<'_>,
    id: TransactionId,
    client: ClientId,
    kind: TransactionKind,
    status: TransactionStatus,
) -> Result<(), Error> {
    match (kind, SocketEvent::of_deposit(status)) {
        (TransactionKind::Deposit, Some(event)) => socket_events::put_deposit(tx, client, event, id),
        _ => Ok(()),
    }
}

/// The transaction that was just inserted, without asking the database for what is known.
pub(crate) fn inserted(
    new: NewTransaction<'_>,
    id: TransactionId,
    debit: Option<StoredAccount>,
    credit: Option<StoredAccount>,
    outside: &CurrencyBrief,
    now: Timestamp,
) -> StoredTransaction {
    let side = |account: Option<StoredAccount>, side: &Side| StoredSide {
        currency: account.as_ref().map_or_else(|| outside.clone(), |account| account.currency.clone()),
        account: account.map(Arc::new),
        amount: side.amount,
        commission: side.commission,
    };
    StoredTransaction {
        id,
        client: new.client,
        kind: new.movement.kind,
        status: new.status,
        debit: side(debit, &new.movement.debit),
        credit: side(credit, &new.movement.credit),
        rate: new.movement.rate,
        method: new.method,
        meta: new.meta,
        terms: new.terms,
        usd_worth: new.usd_worth,
        request: None,
        resolution: None,
        user: new.user,
        create_time: now,
        update_time: now,
        processed_time: new.status.is_final().then_some(now),
    }
}

/// What a decision changes in a transaction.
#[derive(Clone, Debug)]
pub(crate) struct TransactionUpdate<'a> {
    pub status: TransactionStatus,
    /// Where the amount is from now on.
    pub funds: FundsState,
    pub meta: Option<&'a Meta>,
    pub resolution: Option<ResolutionId>,
    pub movement: Option<&'a Movement>,
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct NewDecision {
    meta: Option<String>,
    resolution_id: Option<ResolutionId>,
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct NewStatus {
    status: TransactionStatus,
    update_time: NaiveDateTime,
    processed_time: Option<NaiveDateTime>,
}

#[derive(AsChangeset)]
#[diesel(table_name = table)]
struct NewAmounts {
    debit_commission: Stored,
    credit_amount: Stored,
    credit_commission: Stored,
    rate: Stored,
}

/// Writes a decision; `updateTime` moves with the status alone.
pub(crate) fn update(tx: &mut Tx<'_>, before: &StoredTransaction, update: &TransactionUpdate<'_>) -> Result<(), Error> {
    let row = || diesel::update(table::table.find(before.id));
    let meta = update.meta.map(json).transpose()?;
    row().set(NewDecision { meta, resolution_id: update.resolution }).execute(tx.conn)?;
    if update.status != before.status {
        set_status(tx, before.id, update.status, update.funds, update.resolution)?;
    }
    if let Some(Movement { debit, credit, rate, .. }) = update.movement {
        let amounts = NewAmounts {
            debit_commission: Stored(debit.commission),
            credit_amount: Stored(credit.amount),
            credit_commission: Stored(credit.commission),
            rate: Stored(*rate),
        };
        row().set(amounts).execute(tx.conn)?;
    }
    Ok(())
}

/// Notes that the money is in transit to or from a platform.
pub(crate) fn set_in_transit(tx: &mut Tx<'_>, before: &StoredTransaction) -> Result<(), Error> {
    let terms = before.terms.clone().unwrap_or(Terms::free(None));
    set_terms(tx, before.id, &Terms { is_in_transit: true, ..terms })
}

/// Writes the terms under which a transaction will be completed.
pub(crate) fn set_terms(tx: &mut Tx<'_>, id: TransactionId, terms: &Terms) -> Result<(), Error> {
    diesel::update(table::table.find(id)).set(table::terms.eq(Some(json(terms)?))).execute(tx.conn)?;
    Ok(())
}

/// Writes the sides of a transaction that waits and gets another amount, and what it counts for in limits.
pub(crate) fn set_amount(
    tx: &mut Tx<'_>,
    id: TransactionId,
    movement: &Movement,
    usd_worth: Option<Amount>,
) -> Result<(), Error> {
    let Movement { debit, credit, rate, .. } = movement;
    let amounts = NewAmounts {
        debit_commission: Stored(debit.commission),
        credit_amount: Stored(credit.amount),
        credit_commission: Stored(credit.commission),
        rate: Stored(*rate),
    };
    let of_debit = (table::debit_amount.eq(Stored(debit.amount)), table::usd_worth.eq(usd_worth.map(Stored)));
    diesel::update(table::table.find(id)).set((amounts, of_debit)).execute(tx.conn)?;
    Ok(())
}

/// Writes a new status, which the request behind the transaction follows, and of which a client may be told.
pub(crate) fn set_status(
    tx: &mut Tx<'_>,
    id: TransactionId,
    status: TransactionStatus,
    funds: FundsState,
    resolution: Option<ResolutionId>,
) -> Result<(), Error> {
    let now = tx.now.naive();
    let changes = NewStatus { status, update_time: now, processed_time: status.is_final().then_some(now) };
    diesel::update(table::table.find(id)).set(changes).execute(tx.conn)?;
    if status.is_final() {
        type Row = (ClientId, TransactionKind, Option<String>);
        let columns = (table::client_id, table::kind, table::terms);
        let (client, kind, terms): Row = table::table.find(id).select(columns).first(tx.conn)?;
        let terms: Option<Terms> = terms.map(|terms| serde_json::from_str(&terms)).transpose()?;
        if terms.is_some_and(|terms| terms.is_awaited) {
            tell_of_end(tx, id, client, kind, status)?;
        }
    }
    requests::follow_transaction(tx, id, status, funds, resolution)
}
