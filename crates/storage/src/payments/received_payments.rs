//! Money that payment systems have received without a deposit that waits for it: by an address of an account, or after
//! the deposit had ended (`docs/rules.md`, Payment systems).

use std::collections::BTreeMap;
use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::{
    AccountId, Amount, CurrencyCode, CurrencyUnit, MethodId, MovementError, Rounding, TransactionId, TransactionStatus,
};
use domain::payments::{
    AddressPayment, DepositDecision, DepositMode, MethodDirection, PaymentsFault, TransactionChange, may_pass_later,
};
use domain::requests::Requester;
use domain::value::FaultCode as _;

use super::client_orders::{self, ClientOrder, PaymentRoute};
use super::execution::carry_out;
use super::{deposit_addresses, deposits, methods, transaction_changes};
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::transactions::StoredTransaction;
use crate::ledger::{self, currencies};
use crate::money::Stored;
use crate::schema::{received_payments as table, transactions};
use crate::{DbConnection, Error, Tx};

/// Money that has arrived.
pub(super) struct Arrival {
    pub account: AccountId,
    pub method: MethodId,
    pub currency: CurrencyCode,
    /// In that currency.
    pub amount: Amount,
    /// What tells it from all others by the method.
    pub reference: String,
    pub provider_commission: Option<Amount>,
    pub blockchain_transaction: Option<String>,
    /// Where it was reported from.
    pub ip: IpAddr,
}

impl Arrival {
    /// How it changes the deposit that it is credited by.
    pub fn credited(&self) -> TransactionChange {
        TransactionChange {
            status: Some(TransactionStatus::Done),
            provider_commission: self.provider_commission,
            blockchain_transaction: self.blockchain_transaction.clone(),
            ..TransactionChange::default()
        }
    }
}

/// Makes a deposit of what was paid to an address: it is credited if the client could ask for it now, else it waits for
/// a user. None where the payment was reported before.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address; a conflict where the reference is another payment's; a refusal where there
/// is no rate now, or nothing would be left.
pub fn receive(
    tx: &mut Tx<'_>,
    (method, ip): (MethodId, IpAddr),
    payment: &AddressPayment,
) -> Result<Option<StoredTransaction>, Error> {
    let (account, currency) = deposit_addresses::owner(tx.conn, method, &payment.address, &payment.currency)?;
    let AddressPayment { reference, amount, provider_commission, blockchain_transaction, .. } = payment.clone();
    // Block chains count finer than we do.
    let unit = currencies::get(tx.conn, currency)?.data.unit(currency);
    let amount = rounded(amount, unit)?;
    let arrival =
        Arrival { account, method, currency, amount, reference, provider_commission, blockchain_transaction, ip };
    once(tx, &arrival, |tx, account| match tx.attempt(|tx| credit(tx, &arrival, account.data.client)) {
        Err(Error::Refused(refusal)) if !may_pass_later(&refusal) => {
            leave_to_user(tx, &arrival, account, format!("paid, and refused: {refusal}"))
        }
        credited => credited,
    })
}

/// What is credited of an amount: payment systems may count finer than the currency.
pub(super) fn rounded(amount: Amount, unit: CurrencyUnit) -> Result<Amount, Error> {
    Ok(amount.rounded(unit.minor_unit, Rounding::Down).map_err(MovementError::from)?)
}

/// Carries out what follows from a payment, unless it was reported before: then none. The answer is the transaction in which
/// the money has ended. The account is held.
///
/// # Errors
/// A conflict where the reference is of a payment to another account, or of another amount.
pub(super) fn once(
    tx: &mut Tx<'_>,
    arrival: &Arrival,
    carry_out: impl FnOnce(&mut Tx<'_>, StoredAccount) -> Result<StoredTransaction, Error>,
) -> Result<Option<StoredTransaction>, Error> {
    let account = lock(tx, arrival.account)?;
    let known = table::table.find((arrival.method, &arrival.reference)).inner_join(transactions::table);
    let known: Option<(Stored, Option<AccountId>)> =
        known.select((table::amount, transactions::credit_account_id)).first(tx.conn).optional()?;
    if let Some((amount, credited)) = known {
        // One transaction of a block chain may pay several addresses: the payment system must tell the payments apart.
        let is_same = credited == Some(arrival.account) && amount.0 == arrival.amount;
        return if is_same { Ok(None) } else { Err(PaymentsFault::ReferenceTaken.conflict().into()) };
    }
    let ended = carry_out(tx, account)?;
    let values = (
        table::method_id.eq(arrival.method),
        table::reference.eq(&arrival.reference),
        table::amount.eq(Stored(arrival.amount)),
        table::transaction_id.eq(ended.id),
        table::reported_from.eq(arrival.ip.to_string()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(Some(ended))
}

/// Whether money that was reported has ended in this deposit.
pub(super) fn is_paid(conn: &mut DbConnection, deposit: TransactionId) -> Result<bool, Error> {
    let paid = diesel::dsl::exists(table::table.filter(table::transaction_id.eq(deposit)));
    Ok(diesel::select(paid).get_result(conn)?)
}

/// A platform has refused a deposit, and its money is with the payment system: a deposit of it waits for a user.
pub(super) fn come_back(tx: &mut Tx<'_>, refused: TransactionId) -> Result<(), Error> {
    let paid = table::table.filter(table::transaction_id.eq(refused)).order(table::reference);
    let paid: Option<(MethodId, String, Stored, String)> = paid
        .select((table::method_id, table::reference, table::amount, table::reported_from))
        .first(tx.conn)
        .optional()?;
    let Some((method, reference, amount, ip)) = paid else { return Ok(()) };
    let deposit = ledger::transactions::get(tx.conn, &Scope::System, refused)?;
    let account = deposit.credit.account.as_ref().map(|account| account.id);
    if deposit.status != TransactionStatus::Failed {
        return Ok(());
    }
    let meta = deposit.meta.as_ref();
    let arrival = Arrival {
        account: account.ok_or_else(|| Error::Broken("a deposit to nowhere".into()))?,
        method,
        currency: deposit.debit.currency.code,
        amount: amount.0,
        reference,
        provider_commission: meta.map(|meta| meta.provider_commission),
        blockchain_transaction: meta.and_then(|meta| meta.blockchain_transaction.clone()),
        ip: ip.parse().map_err(|_| Error::Broken("no address has reported a payment".into()))?,
    };
    let why = format!("paid, and deposit {refused} was refused by the platform");
    let account = lock(tx, arrival.account)?;
    let waiting = leave_to_user(tx, &arrival, account, why)?;
    let row = table::table.find((method, &arrival.reference));
    diesel::update(row).set(table::transaction_id.eq(waiting.id)).execute(tx.conn)?;
    Ok(())
}

fn lock(tx: &mut Tx<'_>, account: AccountId) -> Result<StoredAccount, Error> {
    lock_by_ids(tx, &[account])?.remove(&account).ok_or(Error::NotFound)
}

/// Credits it, as if the client had asked for it.
fn credit(tx: &mut Tx<'_>, arrival: &Arrival, client: ClientId) -> Result<StoredTransaction, Error> {
    let requester = Requester { client, ip: arrival.ip };
    let route = PaymentRoute {
        account: arrival.account,
        method: arrival.method,
        payment_currency: arrival.currency,
        fields: BTreeMap::new(),
        app_instance: None,
    };
    let order = ClientOrder { route, amount: arrival.amount };
    let (mode, decision) = (DepositMode::Asynchronous, DepositDecision::PaymentSystem);
    let deposit = deposits::request(tx, requester, &order, mode, decision)?;
    transaction_changes::carry_out(tx, &deposit, &arrival.credited(), &Scope::System)
}

/// Makes a deposit that a user decides on, whatever stands against it: the money is here.
pub(super) fn leave_to_user(
    tx: &mut Tx<'_>,
    arrival: &Arrival,
    mut account: StoredAccount,
    why: String,
) -> Result<StoredTransaction, Error> {
    let direction = MethodDirection::Deposit;
    let (facts, method) = methods::facts(tx.conn, direction, arrival.method)?;
    let paid = (arrival.currency, arrival.amount);
    let price = client_orders::price(tx, direction, &account, (&facts, &method), paid)?;
    let mut asked = deposits::unposted(account.clone(), (&facts, method), arrival.amount, &price, tx.now)?;
    asked.meta.comment = Some(why);
    asked.meta.blockchain_transaction.clone_from(&arrival.blockchain_transaction);
    asked.meta.provider_commission = arrival.provider_commission.unwrap_or(Amount::ZERO);
    asked.terms.is_awaited = true;
    let requester = Requester { client: account.data.client, ip: arrival.ip };
    let new = asked.transaction(requester, DepositDecision::User.first_status());
    carry_out(tx, new, &mut account, None)
}
