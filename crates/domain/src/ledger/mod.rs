//! Money: currencies, exact amounts, accounts and their books, and every movement between them
//! (`docs/rules.md`, Money).

pub(crate) mod account;
mod account_statement;
mod book;
mod books;
mod chain;
mod chart;
mod commission;
mod currency;
mod fault;
mod footing;
mod meta;
mod rate;
mod request;
mod running;
mod transaction;
mod transaction_type;

pub use crate::value::{Amount, AmountError, CurrencyCode, Exact, Rounding, Sum};
pub use account::{Account, AccountFacts, AccountOperation, Figures, FiguresFault, Statement};
pub use account_statement::{
    AccountPosting, AccountStatement, KindTotal, MAX_STATEMENT_DAYS, MAX_STATEMENT_LINES, MovementKind,
    StatementPeriod, Unjoined, balance_cutoff, check_not_ahead,
};
pub use book::{AccountBook, Book, BrokerBook, Entry, Posting, Step, Unbalanced, UnknownBook, replay};
pub use books::Books;
pub use chain::Chain;
pub use chart::{CHART_SPAN, Chart, ChartStep, EquityPoint, MAX_CHART_POINTS};
pub use commission::CommissionTerms;
pub use currency::{
    AlphabeticCode, Currency, CurrencyAlias, CurrencyChange, CurrencyUnit, has_destination_tag_or_memo,
};
pub use fault::LedgerFault;
pub use footing::{ExpectedFooting, Footing, FootingBook, TransactionFacts, position_result};
pub use meta::{Approvals, DepartmentStatus, Meta, OptionEntry, VerificationStatus};
pub use rate::{CurrencyPair, RateProvider, RateSource, USD, find_rate, usd_worth};
pub use request::{RequestKind, RequestStatus};
pub use running::{MAX_ENTRY_POSTINGS, post_time};
pub use transaction::{FundsState, Movement, MovementError, Side, Terms, TransactionKind, TransactionStatus};
pub use transaction_type::{RequestMode, TransactionType, TransactionTypeName};

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
    /// A posting of an entry.
    PostingId,
}
