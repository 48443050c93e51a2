//! Money: currencies, exact amounts, accounts and their books, and every movement between them
//! (`docs/rules.md`, Money).

pub(crate) mod account;
mod amount;
mod approval;
mod book;
mod commission;
mod currency;
mod deposit;
mod exchange;
mod fault;
mod footing;
mod limits;
mod method;
mod monitoring;
mod platform_leg;
mod rate;
mod sum;
mod transaction;
mod transfer;
mod withdrawal;

pub use account::{Account, AccountFacts, Books, Figures, FiguresFault, Insufficient, Operation, Statement};
pub use amount::{Amount, AmountError, Exact, Rounding};
pub use approval::{ClientGate, TransactionChange};
pub use book::{AccountBook, Book, BrokerBook, Entry, Posting, Step, Unbalanced, UnknownBook, replay};
pub use commission::{Commission, CommissionKind, CommissionTerms};
pub use currency::{AlphabeticCode, Currency, CurrencyAlias, CurrencyChange, CurrencyUnit};
pub use deposit::{Payment, balance_change, client_deposit, user_deposit};
pub use exchange::{ExchangeOrder, ExchangeQuote, ExchangeType, Hedging, Markups, PairLimits, exchange, price};
pub use fault::LedgerFault;
pub use footing::{Accounted, Due, Footing, Place, position_result};
pub use limits::{AutomaticPayout, LevelLimits, LimitKind, LimitUse, MinimumDeposit, PayoutScope};
pub use method::{
    AttributeKind, AttributeOption, AttributeRule, Direction, Method, MethodAttribute, MethodCurrency,
    MethodCurrencyKind, MethodFacts, MethodGroup, MethodRestriction, MethodRestrictionName,
};
pub use monitoring::{MonitoringDirection, ReviewStatus};
pub use platform_leg::{Legs, legs, returned};
pub use rate::{CurrencyPair, RateProvider, RateSource, USD, find_rate, usd_worth};
pub use sum::Sum;
pub use transaction::{
    Approvals, Decision, DepartmentStatus, Effect, Meta, Movement, MovementError, OptionEntry, RequestKind,
    RequestStatus, Side, Stake, Terms, TransactionKind, TransactionStatus, TransactionType, TransactionTypeName,
    VerificationStatus, decide,
};
pub use transfer::{block, complete_transfer, release, transfer};
pub use withdrawal::{Payout, ask_withdrawal, complete_withdrawal, user_withdrawal};

crate::value::ids! {
    /// The numeric code of a currency, which identifies it: ISO 4217 for fiat, from 1000 on others.
    CurrencyCode,
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
    /// A group of methods.
    MethodGroupId,
    /// A currency of a method.
    MethodCurrencyId,
    /// A commission of a method.
    CommissionId,
    /// A custom field of a method.
    MethodAttributeId,
    /// A restriction of a method.
    MethodRestrictionId,
    /// A movement of a client's money, or the wish for one.
    TransactionId,
    /// A type of transaction, with its switches.
    TransactionTypeId,
    /// What a client asks for and a user decides.
    RequestId,
    /// A reason of a rejection.
    ResolutionId,
    /// A result of transaction monitoring.
    MonitoringId,
    /// A bonus.
    BonusId,
    /// An exchange that is done again outside.
    HedgeId,
    /// What a platform is asked to do.
    PlatformOrderId,
    /// An entry of the ledger.
    EntryId,
}
