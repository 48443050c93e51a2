//! What deposits and withdrawals that clients ask for have in common.

use std::collections::BTreeMap;

use domain::clients::ClientId;
use domain::ledger::{
    AccountId, AccountOperation, Amount, CommissionTerms, CurrencyCode, CurrencyUnit, Meta, MethodId, Movement,
    OptionEntry, Terms, TransactionKind, TransactionStatus,
};
use domain::payments::{
    CommissionKind, MethodCurrencyKind, MethodDirection, MethodFacts, PaymentsFault, method_fields,
};
use domain::requests::Requester;
use domain::value::{FaultCode as _, Field, List, Refusal};

use super::client_gate::{ClientSide, ProductSide, client_side, gate, product_side};
use super::method_attributes;
use super::methods::{self, StoredMethod};
use super::usd_worth::worth;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::currencies::CurrencyBrief;
use crate::ledger::transaction_writes::NewTransaction;
use crate::ledger::transactions::Named;
use crate::ledger::{currencies, rates};
use crate::{DbConnection, Error, Tx};

/// By what, and between which account and payment currency, a client's money moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRoute {
    /// The client's account.
    pub account: AccountId,
    /// By which method.
    pub method: MethodId,
    /// The currency of the payment system.
    pub payment_currency: CurrencyCode,
    /// What the client has filled in for the method, by the names of its fields.
    pub fields: BTreeMap<String, String>,
    /// The instance of the client's program, if it was said.
    pub app_instance: Option<String>,
}

/// What a client pays in or is paid out by a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOrder {
    /// By what, and to or from which account.
    pub route: PaymentRoute,
    /// A deposit: in the payment currency; a withdrawal: in the account's.
    pub amount: Amount,
}

impl PaymentRoute {
    /// What is kept of the client's program.
    fn app_note(&self) -> Option<OptionEntry> {
        let value = self.app_instance.clone()?;
        Some(OptionEntry { key: "appInstanceId".to_owned(), value })
    }
}

/// A client's account and method that may serve them, whatever the amount; the account and the client are held.
pub(super) struct Admission {
    pub account: StoredAccount,
    pub client: ClientSide,
    pub product: ProductSide,
    pub facts: MethodFacts,
    pub method: StoredMethod,
    /// What the client has filled in for it.
    pub details: List<OptionEntry>,
}

/// Checks all but the amount.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method.
pub(super) fn admit(
    tx: &mut Tx<'_>,
    client: ClientId,
    direction: MethodDirection,
    route: &PaymentRoute,
) -> Result<Admission, Error> {
    let (kind, operation) = match direction {
        MethodDirection::Deposit => (TransactionKind::Deposit, AccountOperation::Deposit),
        MethodDirection::Withdrawal => (TransactionKind::Withdrawal, AccountOperation::Withdrawal),
    };
    // The client is held together with the account, so that their status still stands at the end.
    let account = lock_by_ids(tx, &[route.account])?.remove(&route.account);
    let side = client_side(tx.conn, client)?;
    let account = account.filter(|account| account.data.client == client && account.data.is_shown());
    let account = account.ok_or_else(|| Refusal::unknown(Field::Account))?;
    let product = product_side(tx.conn, &account)?;
    let gate = gate(tx.conn, &side, &product, kind)?;
    gate.check(kind)?;
    let (facts, method) = match methods::facts(tx.conn, direction, route.method) {
        Ok(found) => found,
        Err(Error::NotFound) => return Err(Refusal::unknown(Field::Method).into()),
        Err(error) => return Err(error),
    };
    let mut faults = account.facts.faults(operation, Field::Account);
    faults.extend(gate.faults(operation, Field::Account));
    faults.extend(facts.client_faults(account.data.currency, &side.restrictions));
    let payment = facts.serves(route.payment_currency, MethodCurrencyKind::PaymentSystem);
    faults.extend(payment.is_none().then(|| PaymentsFault::NotMethodCurrency.at(Field::Currency)));
    let attributes = method_attributes::of_method(tx.conn, route.method)?;
    let details = match method_fields(&attributes, &route.fields) {
        Ok(details) => details.iter().cloned().chain(route.app_note()).collect(),
        Err(missing) => {
            faults.extend(missing.into_iter().filter(|_| facts.exists_for(&side.restrictions)));
            List::default()
        }
    };
    Refusal::unless_empty(faults)?;
    Ok(Admission { account, client: side, product, facts, method, details })
}

/// What a payment of an amount is worth now, and costs.
pub(super) struct Price {
    /// The payment currency.
    pub unit: CurrencyUnit,
    /// From the currency that is paid to the one that arrives.
    pub rate: Amount,
    pub usd_worth: Option<Amount>,
    /// The broker's commission.
    pub commission: Option<CommissionTerms>,
}

/// # Errors
/// A refusal without a rate.
pub(super) fn price(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    account: &StoredAccount,
    (facts, method): (&MethodFacts, &StoredMethod),
    (payment_currency, amount): (CurrencyCode, Amount),
) -> Result<Price, Error> {
    let unit = currencies::get(tx.conn, payment_currency)?.data.unit(payment_currency);
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
    let commission = facts
        .commissions
        .iter()
        .find(|commission| commission.currency == unit.code && commission.kind == CommissionKind::Broker)
        .map(|commission| commission.terms);
    Ok(Price { unit, rate, usd_worth: worth(account, amount, usd), commission })
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
) -> Result<(Admission, Price), Error> {
    let admission = admit(tx, client, direction, &order.route)?;
    let Admission { account, facts, method, .. } = &admission;
    let price = price(tx, direction, account, (facts, method), (order.route.payment_currency, order.amount))?;
    Ok((admission, price))
}

/// A deposit or a withdrawal that a client asks for, as far as nothing is written.
pub(super) struct AskedOrder {
    pub account: StoredAccount,
    pub movement: Movement,
    pub method: Named<MethodId>,
    pub meta: Meta,
    pub terms: Terms,
    pub usd_worth: Option<Amount>,
    /// The currency that is paid.
    pub currency: CurrencyCode,
}

impl AskedOrder {
    /// The transaction that would be written.
    pub fn transaction(&self, requester: Requester, status: TransactionStatus) -> NewTransaction<'_> {
        NewTransaction {
            client: requester.client,
            status,
            method: Some(self.method.clone()),
            meta: Some(self.meta.clone()),
            terms: Some(self.terms.clone()),
            usd_worth: self.usd_worth,
            user: None,
            ip: Some(requester.ip),
            movement: &self.movement,
        }
    }

    /// The same, new, with the currency that is paid.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the currency is gone.
    pub fn preview(
        &self,
        conn: &mut DbConnection,
        requester: Requester,
    ) -> Result<(NewTransaction<'_>, CurrencyBrief), Error> {
        let paid = currencies::briefs(conn, &[self.currency])?.remove(&self.currency).ok_or(Error::NotFound)?;
        Ok((self.transaction(requester, TransactionStatus::New), paid))
    }
}
