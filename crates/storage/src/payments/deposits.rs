//! Deposits: money that comes in by a method.

use domain::identity::{Scope, UserId};
use domain::ledger::{
    Amount, Approvals, Entry, Meta, Movement, Step, Terms, TransactionKind, TransactionStatus, VerificationStatus,
};
use domain::payments::{DepositMode, MethodDirection, Payment, client_deposit, user_deposit};
use domain::requests::Requester;
use domain::value::{Fault, Refusal};

use super::client_gate::limit_fault;
use super::client_orders::{self, ClientOrder, ClientOrderFacts};
use super::execution::carry_out;
use super::manual_orders::{self, ManualOrder, ManualOrderFacts};
use super::usd_worth::worth;
use crate::ledger::transaction_writes::NewTransaction;
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

/// A client asks for a deposit, which a user then decides on.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method, limits.
pub fn request(
    tx: &mut Tx<'_>,
    requester: Requester,
    order: &ClientOrder,
    mode: DepositMode,
) -> Result<StoredTransaction, Error> {
    let client = requester.client;
    let ClientOrderFacts { mut account, client: side, product, facts, method, unit, rate, usd_worth, commission } =
        client_orders::load(tx, client, MethodDirection::Deposit, order)?;
    let payment = Payment { amount: order.amount, unit, rate, terms: commission };
    let movement = client_deposit(&account.facts, &facts.name, &payment)?;
    let credited = movement.credit.amount;
    let mut faults: Vec<Fault> = facts.amount_fault(account.data.currency, credited).into_iter().collect();
    faults.extend(product.minimum.and_then(|minimum| minimum.fault(credited, usd_worth)));
    faults.extend(limit_fault(tx, client, &side.limits, TransactionKind::Deposit, usd_worth)?);
    Refusal::unless_empty(faults)?;
    let nothing = Entry::of([]).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
    // Nothing is posted before it is done.
    let movement = Movement { step: Step::Hold, entry: nothing, ..movement };
    let approvals = Approvals { verification: Some(VerificationStatus::New), ..Approvals::default() };
    let new = NewTransaction {
        client,
        status: TransactionStatus::Pending,
        method: Some(method.named()),
        meta: Some(Meta::of(approvals, Amount::ZERO, tx.now)),
        terms: Some(Terms { is_awaited: mode == DepositMode::Asynchronous, ..Terms::free(commission) }),
        usd_worth,
        user: None,
        ip: Some(requester.ip),
        movement: &movement,
    };
    carry_out(tx, new, &mut account, None)
}
