use super::{
    AccountBook, AccountFacts, Amount, Book, BrokerBook, CommissionTerms, CurrencyUnit, Entry, MethodFacts, Movement,
    MovementError, Operation, Posting, Rounding, Side, Step, TransactionKind,
};
use crate::value::Fault;

impl AccountFacts {
    /// A book of the broker on the other side of this account: play money meets no real money.
    pub(super) fn broker(&self, book: BrokerBook) -> Book {
        Book::Broker(if self.is_demo() { BrokerBook::Demo } else { book })
    }

    /// A posting on a book of this account.
    pub(crate) fn posting(&self, book: AccountBook, amount: Amount) -> Posting {
        Posting { book: Book::Account(self.id, book), currency: self.currency.code, amount }
    }

    /// A posting on a book of the broker in this account's currency.
    pub(crate) fn counter(&self, book: BrokerBook, amount: Amount) -> Posting {
        Posting { book: self.broker(book), currency: self.currency.code, amount }
    }
}

/// A user brings money to an account: the whole amount but for the broker's commission.
///
/// # Errors
/// Everything that stands against it; see `docs/rules.md`, Checks.
pub fn user_deposit(
    account: &AccountFacts,
    method: &MethodFacts,
    amount: Amount,
    commission: Amount,
    usd_rate: Option<Amount>,
) -> Result<Movement, MovementError> {
    let mut faults = account.faults(Operation::Deposit, "accountId");
    faults.extend(method.user_faults(account.currency.code));
    faults.extend(account.place_fault(amount, "amount"));
    faults.extend(account.place_fault(commission, "vendorCommission"));
    faults.extend(rate_fault(account, usd_rate));
    faults.extend(commission_fault(amount, commission));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let net = amount.minus(commission)?;
    let entry = Entry::of([
        account.counter(BrokerBook::Transit(method.name.clone()), amount.negated()),
        account.counter(BrokerBook::Commission, commission),
        account.posting(AccountBook::Balance, net),
    ])?;
    let currency = account.currency.code;
    Ok(Movement {
        kind: TransactionKind::Deposit,
        debit: Side { account: None, amount, commission: Amount::ZERO, currency },
        credit: Side { account: Some(account.id), amount: net, commission, currency },
        rate: Amount::ONE,
        step: Step::Done,
        entry,
    })
}

/// Limits count in USD, so money that meets the outside needs a rate; play money does not.
pub(super) fn rate_fault(account: &AccountFacts, usd_rate: Option<Amount>) -> Option<Fault> {
    (usd_rate.is_none() && !account.is_demo()).then(|| Fault::of("accountId", "is in a currency without a rate to USD"))
}

pub(super) fn commission_fault(amount: Amount, commission: Amount) -> Option<Fault> {
    (commission >= amount).then(|| Fault::of("vendorCommission", "leaves nothing of the amount"))
}

/// What a client paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// How much, in the currency paid.
    pub amount: Amount,
    /// The currency paid.
    pub unit: CurrencyUnit,
    /// The rate to the account's currency; without meaning where it is the same.
    pub rate: Amount,
    /// The broker's commission, in the currency paid.
    pub terms: Option<CommissionTerms>,
}

/// What a client paid in reaches his account: the commission comes off before the conversion.
///
/// # Errors
/// A refusal where nothing would be left.
pub fn client_deposit(account: &AccountFacts, method: &str, payment: &Payment) -> Result<Movement, MovementError> {
    let Payment { amount, unit, terms, .. } = *payment;
    let is_converted = unit.code != account.currency.code;
    let rate = if is_converted { payment.rate } else { Amount::ONE };
    let commission = terms.unwrap_or_default().of(amount, unit.minor_unit)?;
    let net = amount.minus(commission)?;
    let credited = net.times(rate).rounded(account.currency.minor_unit, Rounding::Down)?;
    if !net.is_positive() || !credited.is_positive() {
        return Err(vec![Fault::of("amount", "leaves nothing after the commission")].into());
    }
    let paid = |book, amount| Posting { book: account.broker(book), currency: unit.code, amount };
    let mut postings =
        vec![paid(BrokerBook::Transit(method.to_owned()), amount.negated()), paid(BrokerBook::Commission, commission)];
    if is_converted {
        postings.push(paid(BrokerBook::Position, net));
        postings.push(account.counter(BrokerBook::Position, credited.negated()));
    }
    postings.push(account.posting(AccountBook::Balance, credited));
    // With one currency on both sides the commission stands on the side of the client's account.
    let (on_debit, on_credit) = if is_converted { (commission, Amount::ZERO) } else { (Amount::ZERO, commission) };
    Ok(Movement {
        kind: TransactionKind::Deposit,
        debit: Side { account: None, amount, commission: on_debit, currency: unit.code },
        credit: Side {
            account: Some(account.id),
            amount: credited,
            commission: on_credit,
            currency: account.currency.code,
        },
        rate,
        step: Step::Done,
        entry: Entry::of(postings)?,
    })
}

/// A user adds to a balance or takes from it; a plus is taken even while the balance is below 0.
///
/// # Errors
/// A refusal where a minus is not covered, or the amount has too many places.
pub fn balance_change(account: &AccountFacts, amount: Amount) -> Result<Movement, MovementError> {
    let mut faults: Vec<Fault> = account.place_fault(amount, "amount").into_iter().collect();
    if amount.is_negative()
        && let Err(insufficient) = account.covers(amount.negated())
    {
        faults.push(Fault::of("amount", insufficient.to_string()));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let entry = Entry::of([
        account.counter(BrokerBook::Corrections, amount.negated()),
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
