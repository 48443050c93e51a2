//! What deposits and withdrawals that clients ask for have in common.

use domain::clients::ClientId;
use domain::ledger::{
    AccountId, AccountOperation, Amount, CommissionTerms, CurrencyCode, CurrencyUnit, MethodId, TransactionKind,
};
use domain::payments::{CommissionKind, MethodCurrencyKind, MethodDirection, MethodFacts, PaymentsFault};
use domain::value::{FaultCode as _, Field, Refusal};

use super::client_gate::{ClientSide, ProductSide, client_side, gate, product_side};
use super::methods::{self, StoredMethod};
use super::usd_worth::worth;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::{currencies, rates};
use crate::{Error, Tx};

/// What a client pays in or is paid out by a method, in the currency of the payment system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientOrder {
    /// The client's account.
    pub account: AccountId,
    /// By which method.
    pub method: MethodId,
    /// A deposit: in the payment currency; a withdrawal: in the account's.
    pub amount: Amount,
    /// The currency of the payment system.
    pub payment_currency: CurrencyCode,
}

/// What a client's order rests on; the account and the client are held.
pub(super) struct ClientOrderFacts {
    pub account: StoredAccount,
    pub client: ClientSide,
    pub product: ProductSide,
    pub facts: MethodFacts,
    pub method: StoredMethod,
    /// The payment currency.
    pub unit: CurrencyUnit,
    /// From the currency that is paid to the one that arrives.
    pub rate: Amount,
    pub usd_worth: Option<Amount>,
    /// The broker's commission.
    pub commission: Option<CommissionTerms>,
}

/// Loads what a client's order rests on, and checks all but the amount.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method, rates.
pub(super) fn load(
    tx: &mut Tx<'_>,
    client: ClientId,
    direction: MethodDirection,
    order: &ClientOrder,
) -> Result<ClientOrderFacts, Error> {
    let (kind, operation) = match direction {
        MethodDirection::Deposit => (TransactionKind::Deposit, AccountOperation::Deposit),
        MethodDirection::Withdrawal => (TransactionKind::Withdrawal, AccountOperation::Withdrawal),
    };
    // The client is held together with the account, so that their status still stands at the end.
    let account = lock_by_ids(tx, &[order.account])?.remove(&order.account);
    let side = client_side(tx.conn, client)?;
    let account = account.filter(|account| account.data.client == client);
    let account = account.ok_or_else(|| Refusal::unknown(Field::Account))?;
    let product = product_side(tx.conn, &account)?;
    let gate = gate(tx.conn, &side, &product, kind)?;
    gate.check(kind)?;
    let (facts, method) = match methods::facts(tx.conn, direction, order.method) {
        Ok(found) => found,
        Err(Error::NotFound) => return Err(Refusal::unknown(Field::Method).into()),
        Err(error) => return Err(error),
    };
    let mut faults = account.facts.faults(operation, Field::Account);
    faults.extend(gate.faults(operation, Field::Account));
    faults.extend(facts.client_faults(account.data.currency, &side.restrictions));
    let payment = facts.serves(order.payment_currency, MethodCurrencyKind::PaymentSystem);
    faults.extend(payment.is_none().then(|| PaymentsFault::NotMethodCurrency.at(Field::Currency)));
    Refusal::unless_empty(faults)?;
    let unit = currencies::get(tx.conn, order.payment_currency)?.data.unit(order.payment_currency);
    let (from, to) = match direction {
        MethodDirection::Deposit => (unit.code, account.data.currency),
        MethodDirection::Withdrawal => (account.data.currency, unit.code),
    };
    let rate = rates::rate(tx.conn, tx.now, from, to, method.data.rate_provider)?;
    let rate = rate.ok_or_else(|| PaymentsFault::NoRate.at(Field::Amount).unprocessable())?;
    let usd = if account.facts.is_demo() { None } else { rates::to_usd(tx.conn, tx.now, from)? };
    if usd.is_none() && !account.facts.is_demo() {
        return Err(PaymentsFault::NoUsdRate.at(Field::Currency).unprocessable().into());
    }
    let usd_worth = worth(&account, order.amount, usd);
    let commission = facts
        .commissions
        .iter()
        .find(|commission| commission.currency == unit.code && commission.kind == CommissionKind::Broker)
        .map(|commission| commission.terms);
    Ok(ClientOrderFacts { account, client: side, product, facts, method, unit, rate, usd_worth, commission })
}
