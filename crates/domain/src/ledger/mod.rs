//! Money: currencies, exact amounts, accounts and their books, and every movement between them
//! (`docs/rules.md`, Money).

pub(crate) mod account;
mod book;
mod commission;
mod currency;
mod fault;
mod footing;
mod rate;
mod transaction;

pub use crate::value::{Amount, AmountError, CurrencyCode, Exact, Rounding, Sum};
pub use account::{Account, AccountFacts, Books, Figures, FiguresFault, Insufficient, Operation, Statement};
pub use book::{AccountBook, Book, BrokerBook, Entry, Posting, Step, Unbalanced, UnknownBook, replay};
pub use commission::CommissionTerms;
pub use currency::{AlphabeticCode, Currency, CurrencyAlias, CurrencyChange, CurrencyUnit};
pub use fault::LedgerFault;
pub use footing::{Accounted, Due, Footing, Place, position_result};
pub use rate::{CurrencyPair, RateProvider, RateSource, USD, find_rate, usd_worth};
pub use transaction::{
    Approvals, DepartmentStatus, Meta, Movement, MovementError, OptionEntry, RequestKind, RequestStatus, Side, Stake,
    Terms, TransactionKind, TransactionStatus, TransactionType, TransactionTypeName, VerificationStatus,
};

crate::value::ids! {
    /// A currency's alias.
    CurrencyAliasId,
    /// A pair of currencies that can be exchanged.
    CurrencyPairId,
    /// A source of exchange rates.
    RateProviderId,
    /// A client's account.
    AccountId,
    /// A deposit or a withdrawal method.
    MethodId,
    /// A movement of a client's money, or the wish for one.
    TransactionId,
    /// A type of transaction, with its switches.
    TransactionTypeId,
    /// What a client asks for and a user decides.
    RequestId,
    /// A reason of a rejection.
    ResolutionId,
    /// A bonus.
    BonusId,
    /// What a platform is asked to do.
    PlatformOrderId,
    /// An entry of the ledger.
    EntryId,
}
