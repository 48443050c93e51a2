//! Payment systems outside: which method is of one, and how their deposits begin and end (`docs/rules.md`, Payment systems).

use std::collections::BTreeMap;
use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::connections::{ConnectionId, ConnectionProvider, ExternalConnection};
use domain::identity::Scope;
use domain::ledger::{Amount, FundsState, MethodId, Terms, TransactionId, TransactionKind, TransactionStatus};
use domain::payments::{
    DepositDecision, DepositMode, Method, MethodDirection, PAYMENT_TIMEOUT, PaymentOutcome, PaymentReport,
    ReportEffect, ReportedDeposit, TransactionChange,
};
use domain::requests::Requester;
use domain::value::{List, Record};

use super::client_orders::{ClientOrder, PaymentRoute};
use super::received_payments::{self, Arrival};
use super::{deposits, methods, transaction_changes};
use crate::connections::external;
use crate::ledger::currencies;
use crate::ledger::transactions::{self, StoredTransaction};
use crate::schema::{accounts, awaited_payments as awaited};
use crate::{DbConnection, Error, Tx};

/// The payment system of a method.
#[derive(Clone, Debug)]
pub struct ConnectedSystem {
    /// Which connection.
    pub id: ConnectionId,
    /// How it is reached; secrets are sealed. Only an enabled one is asked; a disabled one still reports.
    pub connection: ExternalConnection,
    /// The addresses that may report; none for any.
    pub ip_white_list: List<IpAddr>,
}

/// The payment system of a deposit method: none for those whose deposits users confirm.
///
/// # Errors
/// [`Error::NotFound`] for an unknown method.
pub fn of_method(conn: &mut DbConnection, id: MethodId) -> Result<Option<ConnectedSystem>, Error> {
    let Method { provider, connection, ip_white_list, .. } = methods::get(conn, MethodDirection::Deposit, id)?.data;
    let Some(id) = connection.filter(|_| !Method::is_by_hand(&provider)) else { return Ok(None) };
    let Record { data: connection, .. } = external::get(conn, id)?;
    let is_reached = connection.provider == ConnectionProvider::Custom
        && ["url", "secret"].into_iter().all(|name| connection.settings.get(name).is_some());
    Ok(is_reached.then_some(ConnectedSystem { id, connection, ip_white_list }))
}

/// The payment system that is asked where a client pays by a method: none where a user confirms it.
///
/// # Errors
/// Those of the database.
pub fn asked_of(conn: &mut DbConnection, method: MethodId) -> Result<Option<ConnectedSystem>, Error> {
    match of_method(conn, method) {
        // An unknown method is a fault of the body, which the order tells with the others.
        Err(Error::NotFound) => Ok(None),
        found => Ok(found?.filter(|system| system.connection.enabled)),
    }
}

/// Who pays what, as a payment system is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The client.
    pub client: ClientId,
    /// The number of the account that is credited.
    pub account_number: String,
    /// The alphabetic code of what is paid.
    pub currency: String,
    /// What the client has filled in.
    pub fields: BTreeMap<String, String>,
    /// From where they ask.
    pub ip: IpAddr,
}

impl Payer {
    pub(super) fn of(conn: &mut DbConnection, requester: Requester, route: &PaymentRoute) -> Result<Self, Error> {
        let account_number = accounts::table.find(route.account).select(accounts::number).first(conn)?;
        let paid = currencies::briefs(conn, &[route.payment_currency])?.remove(&route.payment_currency);
        let currency = paid.ok_or(Error::NotFound)?.alphabetic_code;
        let Requester { client, ip } = requester;
        Ok(Self { client, account_number, currency, fields: route.fields.clone(), ip })
    }
}

/// What a payment system is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPayment {
    /// The deposit.
    pub deposit: TransactionId,
    /// By which method.
    pub method: MethodId,
    /// Who pays.
    pub payer: Payer,
    /// How much, in the currency that is paid.
    pub amount: Amount,
}

/// A client asks for a deposit by a payment system, which is to be asked for the payment then.
///
/// # Errors
/// As of [`deposits::request`].
pub fn begin(
    tx: &mut Tx<'_>,
    requester: Requester,
    order: &ClientOrder,
    mode: DepositMode,
) -> Result<(StoredTransaction, AskedPayment), Error> {
    let deposit = deposits::request(tx, requester, order, mode, DepositDecision::PaymentSystem)?;
    let expires_at = tx.now.plus(PAYMENT_TIMEOUT).naive();
    let values = (awaited::transaction_id.eq(deposit.id), awaited::expires_at.eq(expires_at));
    diesel::insert_into(awaited::table).values(values).execute(tx.conn)?;
    let payer = Payer::of(tx.conn, requester, &order.route)?;
    let asked = AskedPayment { deposit: deposit.id, method: order.route.method, payer, amount: order.amount };
    Ok((deposit, asked))
}

/// A deposit before and after a change of it.
#[derive(Clone, Debug)]
pub struct ChangedDeposit {
    /// Before.
    pub before: StoredTransaction,
    /// After.
    pub after: StoredTransaction,
}

/// What became of a deposit whose payment has not begun.
#[derive(Clone, Debug)]
pub enum Unpaid {
    /// It has failed.
    Failed(StoredTransaction),
    /// It did not wait any longer: the payment system has reported it, or a user has decided.
    Settled(StoredTransaction),
}

/// Ends a deposit whose payment has not begun, or has not come.
///
/// # Errors
/// [`Error::NotFound`] where it is not there.
pub fn fail(tx: &mut Tx<'_>, deposit: TransactionId, reason: &str) -> Result<Unpaid, Error> {
    let before = transactions::lock(tx, &Scope::System, deposit)?;
    forget(tx, deposit)?;
    if before.status != TransactionStatus::InProgress || funds_of(&before) != FundsState::Free {
        return Ok(Unpaid::Settled(before));
    }
    let failed = settle(tx, before, TransactionStatus::Failed, Some(reason.to_owned()), None)?;
    Ok(Unpaid::Failed(failed.after))
}

/// Ends the deposit that nobody has paid in time and that was awaited longest; answers how many there were. One at a time, so
/// that one transaction holds one deposit.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let due = awaited::table.filter(awaited::expires_at.le(tx.now.naive()));
    let due = due.order((awaited::expires_at, awaited::transaction_id)).select(awaited::transaction_id);
    let due: Option<TransactionId> = due.first(tx.conn).optional()?;
    let Some(deposit) = due else { return Ok(0) };
    fail(tx, deposit, "not paid in time")?;
    Ok(1)
}

fn settle(
    tx: &mut Tx<'_>,
    before: StoredTransaction,
    status: TransactionStatus,
    comment: Option<String>,
    report: Option<&PaymentReport>,
) -> Result<ChangedDeposit, Error> {
    let change = TransactionChange {
        status: Some(status),
        comment,
        provider_commission: report.and_then(|report| report.provider_commission),
        blockchain_transaction: report.and_then(|report| report.blockchain_transaction.clone()),
        ..TransactionChange::default()
    };
    let after = transaction_changes::carry_out(tx, &before, &change, &Scope::System)?;
    forget(tx, before.id)?;
    Ok(ChangedDeposit { before, after })
}

fn forget(tx: &mut Tx<'_>, deposit: TransactionId) -> Result<(), Error> {
    diesel::delete(awaited::table.find(deposit)).execute(tx.conn)?;
    Ok(())
}

/// Where the money of a deposit is.
fn funds_of(deposit: &StoredTransaction) -> FundsState {
    deposit.terms.as_ref().map_or(FundsState::Free, Terms::funds)
}

/// What a report has done.
#[derive(Clone, Debug, Default)]
pub struct Reported {
    /// The deposit that has changed.
    pub changed: Option<ChangedDeposit>,
    /// The deposit that was made.
    pub made: Option<StoredTransaction>,
}

/// Carries out what a payment system reports of a deposit by its method. The same report twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] for a deposit by another method; a conflict where it has ended otherwise, or the reference is another
/// payment's; a refusal where there is no rate now.
pub fn report(
    tx: &mut Tx<'_>,
    (method, ip): (MethodId, IpAddr),
    deposit: TransactionId,
    report: &PaymentReport,
) -> Result<Reported, Error> {
    let before = transactions::lock(tx, &Scope::System, deposit)?;
    if before.kind != TransactionKind::Deposit || before.method.as_ref().map(|method| method.id) != Some(method) {
        return Err(Error::NotFound);
    }
    match report.outcome {
        PaymentOutcome::Failed => failed(tx, before, report),
        PaymentOutcome::Done => paid(tx, (method, ip), before, report),
    }
}

fn reported(tx: &mut Tx<'_>, deposit: &StoredTransaction) -> Result<ReportedDeposit, Error> {
    let is_paid = received_payments::is_paid(tx.conn, deposit.id)?;
    Ok(ReportedDeposit { status: deposit.status, funds: funds_of(deposit), is_paid })
}

fn failed(tx: &mut Tx<'_>, before: StoredTransaction, report: &PaymentReport) -> Result<Reported, Error> {
    match reported(tx, &before)?.effect(report.outcome, false)? {
        ReportEffect::Fail => {
            let reason = report.reason.clone();
            let changed = settle(tx, before, TransactionStatus::Failed, reason, Some(report))?;
            Ok(Reported { changed: Some(changed), made: None })
        }
        ReportEffect::Nothing | ReportEffect::Credit | ReportEffect::LeaveToUser { .. } => Ok(Reported::default()),
    }
}

fn paid(
    tx: &mut Tx<'_>,
    (method, ip): (MethodId, IpAddr),
    before: StoredTransaction,
    report: &PaymentReport,
) -> Result<Reported, Error> {
    let (deposit, asked) = (before.id, before.debit.amount);
    let account = before.credit.account.as_ref().map(|account| account.id);
    let amount = match report.amount {
        Some(amount) => received_payments::rounded(amount, before.debit.currency.unit())?,
        None => asked,
    };
    let arrival = Arrival {
        account: account.ok_or_else(|| Error::Broken("a deposit to nowhere".into()))?,
        method,
        currency: before.debit.currency.code,
        amount,
        reference: report.reference.clone(),
        provider_commission: report.provider_commission,
        blockchain_transaction: report.blockchain_transaction.clone(),
        ip,
    };
    let mut done = Reported::default();
    received_payments::once(tx, &arrival, |tx| {
        match reported(tx, &before)?.effect(report.outcome, amount == asked)? {
            ReportEffect::Nothing | ReportEffect::Fail => Ok(before),
            ReportEffect::Credit => {
                let changed = settle(tx, before, TransactionStatus::Done, None, Some(report))?;
                Ok(done.changed.insert(changed).after.clone())
            }
            ReportEffect::LeaveToUser { fails } => {
                let why = format!("paid for deposit {deposit} of {}: {}", asked.plain(), before.status);
                if fails {
                    let comment = format!("paid: {}", amount.plain());
                    done.changed = Some(settle(tx, before, TransactionStatus::Failed, Some(comment), None)?);
                }
                let made = received_payments::leave_to_user(tx, &arrival, why)?;
                Ok(done.made.insert(made).clone())
            }
        }
    })?;
    Ok(done)
}
