//! Deposits: money that comes in by a method.

use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{
    Amount, Approvals, Entry, Meta, Movement, Step, Terms, TransactionId, TransactionKind, TransactionStatus,
    VerificationStatus,
};
use domain::payments::{
    DepositDecision, DepositMode, MethodDirection, MethodFacts, Payment, client_deposit, user_deposit,
};
use domain::requests::Requester;
use domain::value::{Fault, Refusal, Timestamp};

use super::client_gate::limit_fault;
use super::client_orders::{self, Admission, AskedOrder, ClientOrder, Price};
use super::execution::carry_out;
use super::manual_orders::{self, ManualOrder, ManualOrderFacts};
use super::methods::StoredMethod;
use super::usd_worth::worth;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::transaction_writes::{NewTransaction, inserted};
use crate::ledger::transactions::StoredTransaction;
use crate::{Error, Tx};

/// A user brings money to an account, at once.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn deposit(tx: &mut Tx<'_>, scope: &Scope, user: UserId, order: &ManualOrder) -> Result<StoredTransaction, Error> {
    let ManualOrderFacts { mut account, facts, method, usd_rate } =
        manual_orders::load(tx, scope, MethodDirection::Deposit, order)?;
    let movement = user_deposit(&account.facts, &facts, order.amount, order.vendor_commission, usd_rate)?;
    let approvals = Approvals { verification: Some(VerificationStatus::Approved), ..Approvals::default() };
    let new = NewTransaction {
        client: account.data.client,
        status: TransactionStatus::Done,
        method: Some(method.named()),
        meta: Some(Meta::of(approvals, order.provider_commission, tx.now)),
        terms: None,
        usd_worth: worth(&account, order.amount, usd_rate),
        user: Some(user),
        ip: None,
        movement: &movement,
    };
    carry_out(tx, new, &mut account, None)
}

fn ask(tx: &mut Tx<'_>, client: ClientId, order: &ClientOrder) -> Result<AskedOrder, Error> {
    let (admission, price) = client_orders::load(tx, client, MethodDirection::Deposit, order)?;
    let Admission { account, client: side, product, facts, method, details } = admission;
    let mut asked = unposted(account, (&facts, method), order.amount, &price, tx.now)?;
    let credited = asked.movement.credit.amount;
    let mut faults: Vec<Fault> = facts.amount_fault(asked.account.data.currency, credited).into_iter().collect();
    faults.extend(product.minimum.and_then(|minimum| minimum.fault(credited, price.usd_worth)));
    faults.extend(limit_fault(tx, client, &side.limits, TransactionKind::Deposit, price.usd_worth)?);
    Refusal::unless_empty(faults)?;
    asked.meta.provider_options = details;
    Ok(asked)
}

/// A deposit of an amount. Nothing is posted before it is done.
pub(super) fn unposted(
    account: StoredAccount,
    (facts, method): (&MethodFacts, StoredMethod),
    amount: Amount,
    &Price { unit, rate, usd_worth, commission }: &Price,
    now: Timestamp,
) -> Result<AskedOrder, Error> {
    let payment = Payment { amount, unit, rate, terms: commission };
    let movement = client_deposit(&account.facts, &facts.name, &payment)?;
    let nothing = Entry::of([]).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
    let movement = Movement { step: Step::Hold, entry: nothing, ..movement };
    let approvals = Approvals { verification: Some(VerificationStatus::New), ..Approvals::default() };
    let (meta, terms) = (Meta::of(approvals, Amount::ZERO, now), Terms::free(commission));
    Ok(AskedOrder { account, movement, method: method.named(), meta, terms, usd_worth, currency: unit.code })
}

/// A client asks for a deposit, which a user then decides on, or which is on its way with a payment system.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method, limits.
pub fn request(
    tx: &mut Tx<'_>,
    requester: Requester,
    order: &ClientOrder,
    mode: DepositMode,
    decision: DepositDecision,
) -> Result<StoredTransaction, Error> {
    let mut asked = ask(tx, requester.client, order)?;
    asked.terms.is_awaited = mode == DepositMode::Asynchronous;
    let new = asked.transaction(requester, decision.first_status());
    carry_out(tx, new, &mut asked.account.clone(), None)
}

/// What a deposit would be that a client asked for now. Nothing is written; it has the id 0 and is new.
///
/// # Errors
/// As of [`request`].
pub fn preview(tx: &mut Tx<'_>, requester: Requester, order: &ClientOrder) -> Result<StoredTransaction, Error> {
    let asked = ask(tx, requester.client, order)?;
    let (new, paid) = asked.preview(tx.conn, requester)?;
    Ok(inserted(new, TransactionId::new(0), None, Some(asked.account.clone()), &paid, tx.now))
}
