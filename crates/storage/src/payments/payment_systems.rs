//! Payment systems outside: which method is of one, and how their deposits begin and end (`docs/rules.md`, Payment systems).

use std::collections::BTreeMap;
use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::connections::{ConnectionId, ConnectionProvider, ExternalConnection};
use domain::identity::Scope;
use domain::ledger::{Amount, FundsState, MethodId, Terms, TransactionId, TransactionKind, TransactionStatus};
use domain::payments::{
    DepositDecision, DepositMode, Method, MethodDirection, PAYMENT_TIMEOUT, PaymentEffect, PaymentOutcome,
    PaymentReport, ReportedDeposit, TransactionChange,
};
use domain::requests::Requester;
use domain::value::{List, Record};

use super::client_orders::ClientOrder;
use super::owning_method::{self, Contact};
use super::received_payments::{self, Arrival};
use super::{deposits, transaction_changes};
use crate::connections::external;
use crate::ledger::transactions::{self, StoredTransaction};
use crate::schema::awaited_payments as awaited;
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
    let Contact { provider, connection, ip_white_list } = owning_method::contact(conn, MethodDirection::Deposit, id)?;
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
    let account = deposit.credit.account.as_ref().ok_or_else(to_nowhere)?;
    let payer = Payer {
        client: deposit.client,
        account_number: account.data.number.clone(),
        currency: deposit.debit.currency.alphabetic_code.clone(),
        fields: order.route.fields.clone(),
        ip: requester.ip,
    };
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
    if !reported(tx, &before)?.awaits_payment() {
        return Ok(Unpaid::Settled(before));
    }
    Ok(Unpaid::Failed(settle(tx, before, &failure(reason.to_owned()))?.after))
}

fn failure(comment: String) -> TransactionChange {
    TransactionChange {
        status: Some(TransactionStatus::Failed),
        comment: Some(comment),
        ..TransactionChange::default()
    }
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

fn settle(tx: &mut Tx<'_>, before: StoredTransaction, change: &TransactionChange) -> Result<ChangedDeposit, Error> {
    let after = transaction_changes::carry_out(tx, &before, change, &Scope::System)?;
    forget(tx, before.id)?;
    Ok(ChangedDeposit { before, after })
}

fn forget(tx: &mut Tx<'_>, deposit: TransactionId) -> Result<(), Error> {
    diesel::delete(awaited::table.find(deposit)).execute(tx.conn)?;
    Ok(())
}

fn to_nowhere() -> Error {
    Error::Broken("a deposit to nowhere".into())
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
    let funds = deposit.terms.as_ref().map_or(FundsState::Free, Terms::funds);
    Ok(ReportedDeposit { status: deposit.status, funds, is_paid })
}

fn failed(tx: &mut Tx<'_>, before: StoredTransaction, report: &PaymentReport) -> Result<Reported, Error> {
    if !reported(tx, &before)?.failed()? {
        return Ok(Reported::default());
    }
    let change = TransactionChange {
        status: Some(TransactionStatus::Failed),
        comment: report.reason.clone(),
        provider_commission: report.provider_commission,
        blockchain_transaction: report.blockchain_transaction.clone(),
        ..TransactionChange::default()
    };
    Ok(Reported { changed: Some(settle(tx, before, &change)?), made: None })
}

fn paid(
    tx: &mut Tx<'_>,
    (method, ip): (MethodId, IpAddr),
    before: StoredTransaction,
    report: &PaymentReport,
) -> Result<Reported, Error> {
    let (deposit, asked) = (before.id, before.debit.amount);
    let arrival = Arrival {
        account: before.credit.account.as_ref().ok_or_else(to_nowhere)?.id,
        method,
        currency: before.debit.currency.code,
        amount: match report.amount {
            Some(amount) => received_payments::rounded(amount, before.debit.currency.unit())?,
            None => asked,
        },
        reference: report.reference.clone(),
        provider_commission: report.provider_commission,
        blockchain_transaction: report.blockchain_transaction.clone(),
        ip,
    };
    let mut done = Reported::default();
    received_payments::once(tx, &arrival, |tx, account| {
        match reported(tx, &before)?.paid(arrival.amount == asked)? {
            PaymentEffect::Nothing => Ok(before),
            PaymentEffect::Credit => {
                let changed = settle(tx, before, &arrival.credited())?;
                Ok(done.changed.insert(changed).after.clone())
            }
            PaymentEffect::LeaveToUser { fails } => {
                let why = format!("paid for deposit {deposit} of {}: {}", asked.plain(), before.status);
                if fails {
                    let failure = failure(format!("paid: {}", arrival.amount.plain()));
                    done.changed = Some(settle(tx, before, &failure)?);
                }
                let made = received_payments::leave_to_user(tx, &arrival, account, why)?;
                Ok(done.made.insert(made).clone())
            }
        }
    })?;
    Ok(done)
}
