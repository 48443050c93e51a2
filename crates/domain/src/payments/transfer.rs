use super::PaymentsFault;
use crate::ledger::{
    AccountBook, AccountFacts, AccountOperation, Amount, Entry, Movement, MovementError, Side, Step, TransactionKind,
};
use crate::value::{Fault, FaultCode as _, Field};

/// Why money cannot go between these two, whoever asks for it.
pub(super) fn pair_faults(
    source: &AccountFacts,
    destination: &AccountFacts,
    operations: [AccountOperation; 2],
) -> Vec<Fault> {
    let [out, into] = operations;
    let mut faults = source.faults(out, Field::Source);
    faults.extend(destination.faults(into, Field::Destination));
    if source.is_demo() != destination.is_demo() {
        faults.push(PaymentsFault::DemoMismatch.at(Field::Destination));
    }
    faults
}

/// A user moves money between two accounts of a currency.
///
/// # Errors
/// A refusal with every rule that it breaks; see `docs/rules.md`, Checks.
pub fn transfer(
    kind: TransactionKind,
    source: &AccountFacts,
    destination: &AccountFacts,
    amount: Amount,
) -> Result<Movement, MovementError> {
    let mut faults = pair_faults(source, destination, [AccountOperation::TransferOut, AccountOperation::TransferIn]);
    if source.currency.code != destination.currency.code {
        faults.push(PaymentsFault::DifferentCurrency.at(Field::Destination));
    }
    faults.extend(source.place_fault(amount, Field::Amount));
    faults.extend(source.funds_fault(amount, Field::Amount));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    complete_transfer(kind, source, destination, amount, AccountBook::Balance)
}

/// Carries a transfer out: from the balance, or from what was blocked for it.
///
/// # Errors
/// None but for amounts that do not fit.
pub fn complete_transfer(
    kind: TransactionKind,
    source: &AccountFacts,
    destination: &AccountFacts,
    amount: Amount,
    from: AccountBook,
) -> Result<Movement, MovementError> {
    let entry = Entry::of([source.posting(from, amount.negated()), destination.posting(AccountBook::Balance, amount)])?;
    let side = |account: &AccountFacts| Side {
        account: Some(account.id),
        amount,
        commission: Amount::ZERO,
        currency: account.currency.code,
    };
    let (debit, credit) = (side(source), side(destination));
    Ok(Movement { kind, debit, credit, rate: Amount::ONE, step: Step::Done, entry })
}

/// Blocks money for something that waits.
///
/// # Errors
/// A refusal where the account does not cover it.
pub fn block(account: &AccountFacts, amount: Amount) -> Result<Entry, MovementError> {
    if let Some(fault) = account.funds_fault(amount, Field::Amount) {
        return Err(fault.into());
    }
    let postings =
        [account.posting(AccountBook::Balance, amount.negated()), account.posting(AccountBook::Hold, amount)];
    Ok(Entry::of(postings)?)
}

/// Frees what was blocked.
///
/// # Errors
/// None but for a bug.
pub fn release(account: &AccountFacts, amount: Amount) -> Result<Entry, MovementError> {
    let postings =
        [account.posting(AccountBook::Hold, amount.negated()), account.posting(AccountBook::Balance, amount)];
    Ok(Entry::of(postings)?)
}
