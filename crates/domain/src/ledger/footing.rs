//! What the entries of a transaction add up to, and what they should add up to: this is how the books
//! are checked against the transactions (`docs/rules.md`, Books).

use std::collections::BTreeMap;
use std::fmt;

use super::{
    AccountBook, AccountId, Amount, AmountError, Book, BrokerBook, CurrencyCode, FundsState, Side, TransactionKind,
    TransactionStatus,
};

/// Where postings are added up. Of the broker's books only the kind counts, since methods can be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the broker's books are told where they are declared")]
pub enum FootingBook {
    /// A book of an account.
    Account(AccountId, AccountBook),
    Transit,
    Commission,
    Markup,
    Position,
    Corrections,
    BonusReserve,
    BonusCost,
    Platform,
    Trading,
    Partners,
    Demo,
}

impl From<&Book> for FootingBook {
    fn from(book: &Book) -> Self {
        match book {
            Book::Account(id, book) => Self::Account(*id, *book),
            Book::Broker(book) => match book {
                BrokerBook::Transit(_) => Self::Transit,
                BrokerBook::Commission => Self::Commission,
                BrokerBook::Markup => Self::Markup,
                BrokerBook::Position => Self::Position,
                BrokerBook::Corrections => Self::Corrections,
                BrokerBook::BonusReserve => Self::BonusReserve,
                BrokerBook::BonusCost => Self::BonusCost,
                BrokerBook::Platform(_) => Self::Platform,
                BrokerBook::Trading(_) => Self::Trading,
                BrokerBook::Partners => Self::Partners,
                BrokerBook::Demo => Self::Demo,
            },
        }
    }
}

impl fmt::Display for FootingBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id, book) => write!(f, "account {id} {book}"),
            Self::Transit => f.write_str("transit"),
            Self::Commission => f.write_str("commission"),
            Self::Markup => f.write_str("markup"),
            Self::Position => f.write_str("position"),
            Self::Corrections => f.write_str("corrections"),
            Self::BonusReserve => f.write_str("bonus:reserve"),
            Self::BonusCost => f.write_str("bonus:cost"),
            Self::Platform => f.write_str("platform"),
            Self::Trading => f.write_str("trading"),
            Self::Partners => f.write_str("partners"),
            Self::Demo => f.write_str("demo"),
        }
    }
}

/// What postings add up to, by place and currency, without what adds up to 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footing(BTreeMap<(FootingBook, CurrencyCode), Amount>);

impl Footing {
    /// Adds a posting.
    ///
    /// # Errors
    /// [`AmountError`] where a sum grows beyond what an amount holds.
    pub fn add(&mut self, place: FootingBook, currency: CurrencyCode, amount: Amount) -> Result<(), AmountError> {
        let sum = self.0.entry((place, currency)).or_default();
        *sum = sum.plus(amount)?;
        if sum.is_zero() {
            self.0.remove(&(place, currency));
        }
        Ok(())
    }

    /// Whether nothing was posted, or everything was taken back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part on books of accounts.
    fn of_accounts(&self) -> Self {
        let of_account = |place: &FootingBook| matches!(place, FootingBook::Account(..));
        Self(self.0.iter().filter(|((place, _), _)| of_account(place)).map(|(key, sum)| (*key, *sum)).collect())
    }
}

impl fmt::Display for Footing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (place, ((book, currency), sum)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{book} {} in {currency}", sum.plain())?;
        }
        Ok(())
    }
}

/// The account and the amount of an entry that is the result of a position: trading on a platform, or
/// play money, against a balance. Nothing else is posted without a transaction or a bonus.
#[must_use]
pub fn position_result(lines: &[(FootingBook, Amount)]) -> Option<(AccountId, Amount)> {
    match lines {
        [(FootingBook::Account(id, AccountBook::Balance), amount), (FootingBook::Trading | FootingBook::Demo, _)]
        | [(FootingBook::Trading | FootingBook::Demo, _), (FootingBook::Account(id, AccountBook::Balance), amount)] => {
            Some((*id, *amount))
        }
        _ => None,
    }
}

/// The facts of a transaction that its entries follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionFacts {
    /// What it does.
    pub kind: TransactionKind,
    /// How far it is.
    pub status: TransactionStatus,
    /// Where the amount is while it is unfinished.
    pub funds: FundsState,
    /// Whether it was made by a method; a balance change is not.
    pub has_method: bool,
    /// Whether it moves play money.
    pub is_demo: bool,
    /// What leaves.
    pub debit: Side,
    /// What arrives.
    pub credit: Side,
}

/// What the entries of a transaction should add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedFooting {
    /// This, on all books.
    All(Footing),
    /// This, on books of accounts: the rest is on its way to or from a platform, and is not compared.
    OfAccounts(Footing),
}

impl ExpectedFooting {
    /// Whether the entries add up to it.
    #[must_use]
    pub fn is(&self, posted: &Footing) -> bool {
        match self {
            Self::All(due) => due == posted,
            Self::OfAccounts(due) => *due == posted.of_accounts(),
        }
    }
}

impl fmt::Display for ExpectedFooting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(due) | Self::OfAccounts(due) => due.fmt(f),
        }
    }
}

impl TransactionFacts {
    /// What its entries should add up to.
    ///
    /// # Errors
    /// [`AmountError`] where a sum grows beyond what an amount holds.
    pub fn due(&self) -> Result<ExpectedFooting, AmountError> {
        let mut due = Footing::default();
        if self.status.is_final() {
            if self.status == TransactionStatus::Done {
                self.add_movement(&mut due)?;
            }
            return Ok(ExpectedFooting::All(due));
        }
        let Self { debit, funds, .. } = self;
        match funds {
            FundsState::Free => Ok(ExpectedFooting::All(due)),
            FundsState::Held => {
                add_to_account(&mut due, debit, AccountBook::Balance, debit.amount.negated())?;
                add_to_account(&mut due, debit, AccountBook::Hold, debit.amount)?;
                Ok(ExpectedFooting::All(due))
            }
            FundsState::InTransit => {
                add_to_account(&mut due, debit, AccountBook::Balance, debit.amount.negated())?;
                Ok(ExpectedFooting::OfAccounts(due))
            }
        }
    }

    /// What is posted until it is done (`docs/rules.md`, Money).
    fn add_movement(&self, due: &mut Footing) -> Result<(), AmountError> {
        let Self { debit, credit, .. } = self;
        let given = debit.amount.negated();
        add_to_account(due, debit, AccountBook::Balance, given)?;
        add_to_account(due, credit, AccountBook::Balance, credit.amount)?;
        let outside = if self.has_method { FootingBook::Transit } else { FootingBook::Corrections };
        match self.kind {
            TransactionKind::Transfer | TransactionKind::External => {}
            TransactionKind::Partner => self.add(due, FootingBook::Partners, debit, given)?,
            TransactionKind::Exchange => self.add(due, FootingBook::Markup, credit, credit.commission)?,
            TransactionKind::Deposit => {
                self.add(due, outside, debit, given)?;
                self.add_commissions(due)?;
            }
            TransactionKind::Withdrawal => {
                self.add(due, outside, credit, credit.amount)?;
                self.add_commissions(due)?;
            }
        }
        if debit.currency != credit.currency {
            self.add(due, FootingBook::Position, debit, debit.amount.minus(debit.commission)?)?;
            self.add(due, FootingBook::Position, credit, credit.amount.plus(credit.commission)?.negated())?;
        }
        Ok(())
    }

    fn add_commissions(&self, due: &mut Footing) -> Result<(), AmountError> {
        self.add(due, FootingBook::Commission, &self.debit, self.debit.commission)?;
        self.add(due, FootingBook::Commission, &self.credit, self.credit.commission)
    }

    /// The counterpart of play money is play money.
    fn add(&self, due: &mut Footing, place: FootingBook, side: &Side, amount: Amount) -> Result<(), AmountError> {
        due.add(if self.is_demo { FootingBook::Demo } else { place }, side.currency, amount)
    }
}

fn add_to_account(due: &mut Footing, side: &Side, book: AccountBook, amount: Amount) -> Result<(), AmountError> {
    match side.account {
        Some(id) => due.add(FootingBook::Account(id, book), side.currency, amount),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    #[test]
    fn without_a_cause_only_results_of_positions_are_posted() {
        let balance = FootingBook::Account(AccountId::new(1), AccountBook::Balance);
        let (seven, less) = (amount("7"), amount("-7"));
        let result = Some((AccountId::new(1), seven));
        assert_eq!(position_result(&[(FootingBook::Trading, less), (balance, seven)]), result);
        assert_eq!(position_result(&[(balance, seven), (FootingBook::Demo, less)]), result);
        assert_eq!(position_result(&[(FootingBook::Commission, less), (balance, seven)]), None);
        assert_eq!(position_result(&[(FootingBook::Commission, less), (FootingBook::Markup, seven)]), None);
        assert_eq!(position_result(&[(balance, seven)]), None);
    }
}
