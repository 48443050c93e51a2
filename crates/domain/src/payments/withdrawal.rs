use super::deposit::{commission_fault, rate_fault};
use super::{MethodFacts, PaymentsFault, block};
use crate::ledger::{
    AccountBook, AccountFacts, AccountOperation, Amount, BrokerBook, CommissionTerms, CurrencyUnit, Entry, Movement,
    MovementError, Posting, Rounding, Side, Step, TransactionKind,
};
use crate::value::{Fault, FaultCode as _, Field};

/// A user takes money from an account: the broker's commission comes out of the amount.
///
/// # Errors
/// A refusal with every rule that it breaks; see `docs/rules.md`, Checks.
pub fn user_withdrawal(
    account: &AccountFacts,
    method: &MethodFacts,
    amount: Amount,
    commission: Amount,
    usd_rate: Option<Amount>,
) -> Result<Movement, MovementError> {
    let mut faults = account.faults(AccountOperation::Withdrawal, Field::Account);
    faults.extend(method.user_faults(account.currency.code));
    faults.extend(account.place_fault(amount, Field::Amount));
    faults.extend(account.place_fault(commission, Field::VendorCommission));
    faults.extend(rate_fault(account, usd_rate));
    faults.extend(commission_fault(amount, commission));
    faults.extend(account.funds_fault(amount, Field::Amount));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let net = amount.minus(commission)?;
    let entry = Entry::of([
        account.posting(AccountBook::Balance, amount.negated()),
        account.broker_posting(BrokerBook::Commission, commission),
        account.broker_posting(BrokerBook::Transit(method.name.clone()), net),
    ])?;
    let currency = account.currency.code;
    Ok(Movement {
        kind: TransactionKind::Withdrawal,
        debit: Side { account: Some(account.id), amount, commission, currency },
        credit: Side { account: None, amount: net, commission: Amount::ZERO, currency },
        rate: Amount::ONE,
        step: Step::Done,
        entry,
    })
}

/// How a client is paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout {
    /// What the account loses, in its currency.
    pub amount: Amount,
    /// The currency paid out.
    pub unit: CurrencyUnit,
    /// The rate from the account's currency; without meaning where it is the same.
    pub rate: Amount,
    /// The broker's commission, in the currency paid out.
    pub terms: Option<CommissionTerms>,
}

impl Payout {
    fn rate_from(&self, account: &AccountFacts) -> Amount {
        if self.unit.code == account.currency.code { Amount::ONE } else { self.rate }
    }

    /// The converted amount, the commission, and what is paid out, at this rate.
    fn sums(&self, account: &AccountFacts) -> Result<(Amount, Amount, Amount), MovementError> {
        let gross = self.amount.times(self.rate_from(account)).rounded(self.unit.minor_unit, Rounding::Down)?;
        let commission = self.terms.unwrap_or_default().of(gross, self.unit.minor_unit)?;
        let net = gross.minus(commission)?;
        if !net.is_positive() {
            return Err(PaymentsFault::NothingLeft.at(Field::Amount).into());
        }
        Ok((gross, commission, net))
    }

    fn sides(&self, account: &AccountFacts) -> Result<(Side, Side), MovementError> {
        let (_, commission, net) = self.sums(account)?;
        let is_converted = self.unit.code != account.currency.code;
        let (on_debit, on_credit) = if is_converted { (Amount::ZERO, commission) } else { (commission, Amount::ZERO) };
        let debit = Side {
            account: Some(account.id),
            amount: self.amount,
            commission: on_debit,
            currency: account.currency.code,
        };
        Ok((debit, Side { account: None, amount: net, commission: on_credit, currency: self.unit.code }))
    }
}

/// A client asks to be paid out. With holds the amount is blocked; the credit side is an estimate.
///
/// # Errors
/// A refusal where the account does not cover it or nothing would be paid out.
pub fn ask_withdrawal(account: &AccountFacts, payout: &Payout, is_held: bool) -> Result<Movement, MovementError> {
    if let Some(fault) = account.funds_fault(payout.amount, Field::Amount) {
        return Err(fault.into());
    }
    let (debit, credit) = payout.sides(account)?;
    let entry = if is_held { block(account, payout.amount)? } else { Entry::of([])? };
    Ok(Movement {
        kind: TransactionKind::Withdrawal,
        debit,
        credit,
        rate: payout.rate_from(account),
        step: Step::Hold,
        entry,
    })
}

/// A withdrawal that waits gets another amount: where the first one is blocked, what is more is blocked, too, and what is
/// less becomes free.
///
/// # Errors
/// A refusal where the account does not cover it or nothing would be paid out.
pub fn change_withdrawal(
    account: &AccountFacts,
    before: Amount,
    payout: &Payout,
    is_held: bool,
) -> Result<Movement, MovementError> {
    let more = if is_held { payout.amount.minus(before)? } else { payout.amount };
    let mut faults: Vec<Fault> = account.place_fault(payout.amount, Field::Amount).into_iter().collect();
    if more.is_positive() {
        faults.extend(account.funds_fault(more, Field::Amount));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (debit, credit) = payout.sides(account)?;
    let held = [account.posting(AccountBook::Balance, more.negated()), account.posting(AccountBook::Hold, more)];
    let entry = if is_held { Entry::of(held)? } else { Entry::of([])? };
    let rate = payout.rate_from(account);
    Ok(Movement { kind: TransactionKind::Withdrawal, debit, credit, rate, step: Step::Adjust, entry })
}

/// The payment system confirms: what was blocked, or is free where holds are off, is paid out at
/// the rate of now.
///
/// # Errors
/// A refusal where nothing was blocked and the balance does not suffice any more.
pub fn complete_withdrawal(
    account: &AccountFacts,
    method: &str,
    payout: &Payout,
    is_held: bool,
) -> Result<Movement, MovementError> {
    if !is_held && let Some(fault) = account.funds_fault(payout.amount, Field::Amount) {
        return Err(fault.into());
    }
    let (gross, commission, net) = payout.sums(account)?;
    let (debit, credit) = payout.sides(account)?;
    let paid = |book, amount| Posting { book: account.broker_book(book), currency: payout.unit.code, amount };
    let source = if is_held { AccountBook::Hold } else { AccountBook::Balance };
    let mut postings = vec![account.posting(source, payout.amount.negated())];
    if payout.unit.code != account.currency.code {
        postings.push(account.broker_posting(BrokerBook::Position, payout.amount));
        postings.push(paid(BrokerBook::Position, gross.negated()));
    }
    postings.push(paid(BrokerBook::Commission, commission));
    postings.push(paid(BrokerBook::Transit(method.to_owned()), net));
    let entry = Entry::of(postings)?;
    Ok(Movement {
        kind: TransactionKind::Withdrawal,
        debit,
        credit,
        rate: payout.rate_from(account),
        step: Step::Done,
        entry,
    })
}
