//! What users change in transactions that wait: the amount, and the rate at which they will be carried out.

use domain::identity::Scope;
use domain::ledger::{Amount, FundsState, Step, Terms, TransactionKind};
use domain::payments::{
    Markups, Method, MethodDirection, Payment, PaymentsFault, Payout, change_deposit, change_withdrawal, reprice,
};
use domain::requests::RequestsFault;
use domain::value::{FaultCode as _, Field, Refusal};

use super::completion::{completion, method_rate};
use super::methods;
use super::parties::{lock_sides, side_of};
use super::usd_worth::worth;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::postings::{self, Cause, post};
use crate::ledger::transaction_writes::{set_amount, set_terms};
use crate::ledger::transactions::{self, StoredTransaction};
use crate::ledger::{currencies, rates};
use crate::{Error, Tx};

/// Changes the amount of a deposit or a withdrawal that waits, and is held; what is blocked follows it.
///
/// # Errors
/// A refusal where the amount is fixed, outside the limits of the method or more than there is; a conflict where the
/// account is archived.
pub fn change_amount(tx: &mut Tx<'_>, before: &StoredTransaction, amount: Amount) -> Result<StoredTransaction, Error> {
    let direction = match before.kind {
        TransactionKind::Deposit => MethodDirection::Deposit,
        TransactionKind::Withdrawal => MethodDirection::Withdrawal,
        TransactionKind::Exchange
        | TransactionKind::External
        | TransactionKind::Partner
        | TransactionKind::Transfer => {
            return Err(amount_fixed().into());
        }
    };
    let method = before.method.as_ref().ok_or_else(|| Error::Broken("no method waits".into()))?;
    let (facts, _) = methods::facts(tx.conn, direction, method.id)?;
    if !Method::is_by_hand(&facts.provider) {
        return Err(amount_fixed().into());
    }
    let funds = before.terms.as_ref().map_or(FundsState::Free, Terms::funds);
    let terms = before.terms.as_ref().and_then(|terms| terms.commission);
    let mut held = lock_sides(tx, before)?;
    check_open(&held)?;
    let (movement, in_account) = match direction {
        MethodDirection::Deposit => {
            let account = side_of(&held, before.credit.account.as_deref())?;
            let unit = before.debit.currency.unit();
            let (name, rate) = method_rate(tx, direction, before, unit.code, account.data.currency)?;
            let movement = change_deposit(&account.facts, &name, &Payment { amount, unit, rate, terms })?;
            let credited = movement.credit.amount;
            (movement, credited)
        }
        MethodDirection::Withdrawal => {
            let account = side_of(&held, before.debit.account.as_deref())?;
            let unit = before.credit.currency.unit();
            let (_, rate) = method_rate(tx, direction, before, account.data.currency, unit.code)?;
            let payout = Payout { amount, unit, rate, terms };
            let is_held = funds == FundsState::Held;
            (change_withdrawal(&account.facts, before.debit.amount, &payout, is_held)?, amount)
        }
    };
    let account = held.first().ok_or_else(|| Error::Broken("a payment has no account".into()))?;
    let usd = rates::to_usd(tx.conn, tx.now, before.debit.currency.code)?;
    let mut faults: Vec<_> = facts.amount_fault(account.data.currency, in_account).into_iter().collect();
    if usd.is_none() && !account.facts.is_demo() {
        faults.push(PaymentsFault::NoUsdRate.at(Field::Amount));
    }
    Refusal::unless_empty(faults)?;
    let usd_worth = worth(account, amount, usd);
    let round = postings::rounds(tx.conn, before.id, Step::Adjust)? + 1;
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    post(tx, Cause::Adjustment(before.id, round), Step::Adjust, &movement.entry, &mut held)?;
    set_amount(tx, before.id, &movement, usd_worth)?;
    transactions::get(tx.conn, &Scope::System, before.id)
}

fn amount_fixed() -> Refusal {
    RequestsFault::AmountFixed.at(Field::Amount).unprocessable()
}

fn check_open(held: &[StoredAccount]) -> Result<(), Refusal> {
    held.iter().try_for_each(|account| {
        account.facts.check_client()?;
        account.facts.check_not_archived()
    })
}

/// Sets the rate at which an exchange or a withdrawal that waits, and is held, is carried out: it is without markups,
/// which go on top in an exchange.
///
/// # Errors
/// A refusal where nothing is converted, or a result is 0.
pub fn set_rate(tx: &mut Tx<'_>, before: &StoredTransaction, rate: Amount) -> Result<StoredTransaction, Error> {
    let (from, to) = (before.debit.currency.code, before.credit.currency.code);
    let is_converted = from != to;
    let mut priced = before.clone();
    match before.kind {
        TransactionKind::Exchange if is_converted => {
            let sell = currencies::get(tx.conn, from)?.data.markup_sell;
            let buy = currencies::get(tx.conn, to)?.data.markup_buy;
            let (source, destination) = (before.debit.currency.unit(), before.credit.currency.unit());
            let quote = reprice(before.debit.amount, source, destination, Markups { sell, buy }, rate)?;
            (priced.credit.amount, priced.credit.commission) = (quote.destination, quote.markup);
            priced.rate = quote.rate;
        }
        TransactionKind::Withdrawal if is_converted => {
            let terms = before.terms.clone().unwrap_or_else(|| Terms::free(None));
            let funds = terms.funds();
            let terms = Terms { rate: Some(rate), ..terms };
            set_terms(tx, before.id, &terms)?;
            priced.terms = Some(terms);
            let held = lock_sides(tx, before)?;
            let movement = completion(tx, &priced, funds, &held)?;
            set_amount(tx, before.id, &movement, before.usd_worth)?;
            (priced.credit.amount, priced.credit.commission) = (movement.credit.amount, movement.credit.commission);
            (priced.debit.commission, priced.rate) = (movement.debit.commission, movement.rate);
        }
        TransactionKind::Deposit
        | TransactionKind::Exchange
        | TransactionKind::External
        | TransactionKind::Partner
        | TransactionKind::Transfer
        | TransactionKind::Withdrawal => {
            return Err(RequestsFault::RateNotApplicable.at(Field::Rate).unprocessable().into());
        }
    }
    Ok(priced)
}
