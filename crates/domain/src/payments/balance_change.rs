use crate::ledger::{
    AccountBook, AccountFacts, Amount, BrokerBook, Entry, Movement, MovementError, Side, Step, TransactionKind,
};
use crate::value::{Fault, Field};

/// A user adds to a balance or takes from it; a plus is taken even while the balance is below 0.
///
/// # Errors
/// A refusal where a minus is not covered, or the amount has too many places.
pub fn balance_change(account: &AccountFacts, amount: Amount) -> Result<Movement, MovementError> {
    let mut faults: Vec<Fault> = account.place_fault(amount, Field::Amount).into_iter().collect();
    if amount.is_negative() {
        faults.extend(account.funds_fault(amount.negated(), Field::Amount));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let entry = Entry::of([
        account.broker_posting(BrokerBook::Corrections, amount.negated()),
        account.posting(AccountBook::Balance, amount),
    ])?;
    let side = |id| Side {
        account: id,
        amount: if amount.is_negative() { amount.negated() } else { amount },
        commission: Amount::ZERO,
        currency: account.currency.code,
    };
    let (kind, debit, credit) = if amount.is_negative() {
        (TransactionKind::Withdrawal, side(Some(account.id)), side(None))
    } else {
        (TransactionKind::Deposit, side(None), side(Some(account.id)))
    };
    Ok(Movement { kind, debit, credit, rate: Amount::ONE, step: Step::Done, entry })
}
