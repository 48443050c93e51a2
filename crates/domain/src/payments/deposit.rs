use super::{MethodFacts, PaymentsFault};
use crate::ledger::{
    AccountBook, AccountFacts, AccountOperation, Amount, BrokerBook, CommissionTerms, CurrencyUnit, Entry, Movement,
    MovementError, Posting, Rounding, Side, Step, TransactionKind, TransactionStatus,
};
use crate::value::{Fault, FaultCode as _, Field, text_enum};

/// A user brings money to an account: the whole amount but for the broker's commission.
///
/// # Errors
/// A refusal with every rule that it breaks; see `docs/rules.md`, Checks.
pub fn user_deposit(
    account: &AccountFacts,
    method: &MethodFacts,
    amount: Amount,
    commission: Amount,
    usd_rate: Option<Amount>,
) -> Result<Movement, MovementError> {
    let mut faults = account.faults(AccountOperation::Deposit, Field::Account);
    faults.extend(method.user_faults(account.currency.code));
    faults.extend(account.place_fault(amount, Field::Amount));
    faults.extend(account.place_fault(commission, Field::VendorCommission));
    faults.extend(rate_fault(account, usd_rate));
    faults.extend(commission_fault(amount, commission));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let net = amount.minus(commission)?;
    let entry = Entry::of([
        account.broker_posting(BrokerBook::Transit(method.name.clone()), amount.negated()),
        account.broker_posting(BrokerBook::Commission, commission),
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
    (usd_rate.is_none() && !account.is_demo()).then(|| PaymentsFault::NoUsdRate.at(Field::Account))
}

pub(super) fn commission_fault(amount: Amount, commission: Amount) -> Option<Fault> {
    (commission >= amount).then(|| PaymentsFault::NothingLeft.at(Field::VendorCommission))
}

text_enum! {
    /// What the program of a client who has asked for a deposit does next.
    DepositNext {
        /// Nothing, since nothing was made.
        Preview = "preview",
        /// Say that the deposit waits to be confirmed.
        Message = "message",
        /// Open the page of the payment system.
        Redirect = "redirect",
        /// Show the payment system's form.
        Form = "form",
        /// Show the address to pay to.
        Address = "address",
    }
}

/// Who says that the money of a deposit has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositDecision {
    /// A user, who approves the request behind it.
    User,
    /// The payment system, which reports it.
    PaymentSystem,
}

impl DepositDecision {
    /// The status of a deposit that a client asks for.
    #[must_use]
    pub const fn first_status(self) -> TransactionStatus {
        match self {
            Self::User => TransactionStatus::Pending,
            Self::PaymentSystem => TransactionStatus::InProgress,
        }
    }
}

/// How a client's program learns of the end of a deposit that it has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositMode {
    /// It takes the answer for the end.
    Synchronous,
    /// It is told by an event (`docs/rules.md`, Events for client programs).
    Asynchronous,
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

/// Credits what a client paid in: the commission is taken before the conversion.
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
        return Err(PaymentsFault::NothingLeft.at(Field::Amount).into());
    }
    let paid = |book, amount| Posting { book: account.broker_book(book), currency: unit.code, amount };
    let mut postings =
        vec![paid(BrokerBook::Transit(method.to_owned()), amount.negated()), paid(BrokerBook::Commission, commission)];
    if is_converted {
        postings.push(paid(BrokerBook::Position, net));
        postings.push(account.broker_posting(BrokerBook::Position, credited.negated()));
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

/// A deposit that waits gets another amount. Nothing is posted before it is approved.
///
/// # Errors
/// A refusal where nothing would be left.
pub fn change_deposit(account: &AccountFacts, method: &str, payment: &Payment) -> Result<Movement, MovementError> {
    if let Some(fault) = payment.unit.place_fault(payment.amount, Field::Amount) {
        return Err(fault.into());
    }
    Ok(Movement { step: Step::Adjust, entry: Entry::of([])?, ..client_deposit(account, method, payment)? })
}
