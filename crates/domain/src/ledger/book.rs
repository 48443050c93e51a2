use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{AccountFacts, AccountId, Amount, AmountError, Books, CurrencyCode};
use crate::catalog::PlatformId;
use crate::value::text_enum;

text_enum! {
    /// The books of an account (`docs/rules.md`, Books).
    AccountBook {
        /// Free money.
        Balance = "balance",
        /// Blocked money.
        Hold = "hold",
        /// Bonus money.
        Credit = "credit",
    }
}

/// The broker's books: there is one of each per currency. They may be negative.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BrokerBook {
    /// Money at a payment system, by the name of the method.
    Transit(String),
    /// What the broker takes for deposits and withdrawals.
    Commission,
    /// What the broker earns on exchanges.
    Markup,
    /// Currencies that were exchanged.
    Position,
    /// Balances that were changed by hand.
    Corrections,
    /// Bonus money that may be given.
    BonusReserve,
    /// Bonuses that were paid out.
    BonusCost,
    /// On the way between the ledger and a platform.
    Platform(PlatformId),
    /// Results of trading on a platform.
    Trading(PlatformId),
    /// Rewards of partners.
    Partners,
    /// Play money.
    Demo,
}

/// Where an amount is posted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Book {
    /// A book of a client's account.
    Account(AccountId, AccountBook),
    /// One of the broker's.
    Broker(BrokerBook),
}

/// A text that names no book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a book")]
pub struct UnknownBook;

impl fmt::Display for BrokerBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transit(method) => write!(f, "transit:{method}"),
            Self::Commission => f.write_str("commission"),
            Self::Markup => f.write_str("markup"),
            Self::Position => f.write_str("position"),
            Self::Corrections => f.write_str("corrections"),
            Self::BonusReserve => f.write_str("bonus:reserve"),
            Self::BonusCost => f.write_str("bonus:cost"),
            Self::Platform(platform) => write!(f, "platform:{platform}"),
            Self::Trading(platform) => write!(f, "trading:{platform}"),
            Self::Partners => f.write_str("partners"),
            Self::Demo => f.write_str("demo"),
        }
    }
}

impl FromStr for BrokerBook {
    type Err = UnknownBook;

    fn from_str(text: &str) -> Result<Self, UnknownBook> {
        let id = |text: &str| text.parse().map_err(|_| UnknownBook);
        Ok(match text {
            "commission" => Self::Commission,
            "markup" => Self::Markup,
            "position" => Self::Position,
            "corrections" => Self::Corrections,
            "bonus:reserve" => Self::BonusReserve,
            "bonus:cost" => Self::BonusCost,
            "partners" => Self::Partners,
            "demo" => Self::Demo,
            _ => match text.split_once(':') {
                Some(("transit", method)) => Self::Transit(method.to_owned()),
                Some(("platform", platform)) => Self::Platform(id(platform)?),
                Some(("trading", platform)) => Self::Trading(id(platform)?),
                _ => return Err(UnknownBook),
            },
        })
    }
}

/// A signed amount on one book; plus is the credit side, where money arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub book: Book,
    /// In which currency.
    pub currency: CurrencyCode,
    /// How much, in whole units of the currency.
    pub amount: Amount,
}

impl AccountFacts {
    /// The broker's book on the other side of this account: play money meets no real money.
    pub(crate) fn broker_book(&self, book: BrokerBook) -> Book {
        Book::Broker(if self.is_demo() { BrokerBook::Demo } else { book })
    }

    /// A posting on a book of this account.
    pub(crate) fn posting(&self, book: AccountBook, amount: Amount) -> Posting {
        Posting { book: Book::Account(self.id, book), currency: self.currency.code, amount }
    }

    /// A posting on a book of the broker in this account's currency.
    pub(crate) fn broker_posting(&self, book: BrokerBook, amount: Amount) -> Posting {
        Posting { book: self.broker_book(book), currency: self.currency.code, amount }
    }
}

text_enum! {
    /// What an entry does for its transaction or bonus; each step is posted once.
    Step {
        /// The money moves.
        Done = "done",
        /// The money is blocked.
        Hold = "hold",
        /// More or less of it is blocked, since the amount changed; posted once for each change.
        Adjust = "adjust",
        /// What was blocked is free again.
        Release = "release",
        /// The money leaves our books for a platform, or for an account on one.
        Out = "out",
        /// What left comes back, since the platform refused it.
        Back = "back",
        /// Bonus money is given.
        Credit = "credit",
        /// Bonus money becomes the client's.
        Payout = "payout",
        /// Bonus money is taken back.
        Burn = "burn",
    }
}

/// Postings that sum to 0 in every currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry(Vec<Posting>);

/// Postings that do not sum to 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the postings do not balance in currency {0}")]
pub struct Unbalanced(pub CurrencyCode);

impl Entry {
    /// An entry of these postings; those of 0 are left out.
    ///
    /// # Errors
    /// [`Unbalanced`] where a currency does not sum to 0: a bug of the one who made them.
    pub fn of(postings: impl IntoIterator<Item = Posting>) -> Result<Self, Unbalanced> {
        let postings: Vec<Posting> = postings.into_iter().filter(|posting| !posting.amount.is_zero()).collect();
        let mut sums: BTreeMap<CurrencyCode, Amount> = BTreeMap::new();
        for Posting { currency, amount, .. } in &postings {
            let sum = sums.entry(*currency).or_default();
            *sum = sum.plus(*amount).map_err(|_| Unbalanced(*currency))?;
        }
        match sums.into_iter().find(|(_, sum)| !sum.is_zero()) {
            Some((currency, _)) => Err(Unbalanced(currency)),
            None => Ok(Self(postings)),
        }
    }

    /// What is posted.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.0
    }

    /// The books of an account once this is posted.
    ///
    /// # Errors
    /// [`AmountError`] where a book, or a sum of books that is shown, grows beyond what an amount holds.
    pub fn applied_to(&self, account: AccountId, mut books: Books) -> Result<Books, AmountError> {
        let before = books;
        for posting in &self.0 {
            if let Book::Account(id, book) = &posting.book
                && *id == account
            {
                books.add(*book, posting.amount)?;
            }
        }
        if books != before {
            books.check_sums()?;
        }
        Ok(books)
    }
}

/// What accounts have after these entries: what a statement shows is what the postings sum to.
///
/// # Errors
/// [`AmountError`] where a book grows beyond what an amount holds.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<BTreeMap<AccountId, Books>, AmountError> {
    let mut accounts: BTreeMap<AccountId, Books> = BTreeMap::new();
    for posting in entries.into_iter().flat_map(Entry::postings) {
        if let Book::Account(id, book) = &posting.book {
            accounts.entry(*id).or_default().add(*book, posting.amount)?;
        }
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_book_of_the_broker_has_a_name_that_is_read_back() {
        let books = [
            BrokerBook::Transit("sepa".into()),
            BrokerBook::Commission,
            BrokerBook::Markup,
            BrokerBook::Position,
            BrokerBook::Corrections,
            BrokerBook::BonusReserve,
            BrokerBook::BonusCost,
            BrokerBook::Platform(PlatformId::new(7)),
            BrokerBook::Trading(PlatformId::new(7)),
            BrokerBook::Partners,
            BrokerBook::Demo,
        ];
        for book in books {
            assert_eq!(book.to_string().parse(), Ok(book));
        }
        assert_eq!("cash".parse::<BrokerBook>(), Err(UnknownBook));
    }

    #[test]
    fn an_entry_that_does_not_balance_cannot_be_made() {
        let usd = CurrencyCode::new(840);
        let posting =
            |amount: i64| Posting { book: Book::Broker(BrokerBook::Commission), currency: usd, amount: amount.into() };
        assert_eq!(Entry::of([posting(1), posting(-2)]), Err(Unbalanced(usd)));
        assert!(Entry::of([posting(1), posting(-1)]).is_ok());
    }
}
