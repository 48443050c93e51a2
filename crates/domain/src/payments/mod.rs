//! Payments: what moves clients' money in, out and between accounts, and the methods that it goes by
//! (`docs/rules.md`, Money). It rests on the ledger and on bonuses.

mod balance_change;
mod client_gate;
mod commission;
mod deposit;
mod exchange;
mod fault;
#[cfg(test)]
mod footing_tests;
mod limits;
mod method;
mod method_fields;
mod monitoring;
mod payment_report;
mod quote;
mod transaction_change;
mod transfer;
mod transfer_legs;
mod transition;
mod whitelist;
mod withdrawal;
mod withdrawal_template;

pub use balance_change::balance_change;
pub use client_gate::ClientGate;
pub use commission::{Commission, CommissionKind};
pub use deposit::{DepositDecision, DepositMode, DepositNext, Payment, change_deposit, client_deposit, user_deposit};
pub use exchange::{
    ExchangeOrder, ExchangeQuote, ExchangeType, Hedging, Markups, PairLimits, exchange, price, reprice,
};
pub use fault::PaymentsFault;
pub use limits::{AutomaticPayout, LevelLimits, LimitKind, LimitUse, MinimumDeposit, PayoutScope};
pub use method::{
    AttributeKind, AttributeOption, AttributeRule, Method, MethodAttribute, MethodCurrency, MethodCurrencyKind,
    MethodDirection, MethodFacts, MethodGroup, MethodRestriction, MethodRestrictionName,
};
pub use method_fields::method_fields;
pub use monitoring::{MonitoringDirection, ReviewStatus};
pub use payment_report::{
    AddressPayment, PAYMENT_TIMEOUT, PaymentEffect, PaymentOutcome, PaymentReport, ReportedDeposit, may_pass_later,
};
pub use quote::{Pricing, QUOTE_LIFETIME, RateQuote};
pub use transaction_change::TransactionChange;
pub use transfer::{block, complete_transfer, release, transfer};
pub use transfer_legs::{TransferLegs, reversal};
pub use transition::{MoneyEffect, Transition, transition};
pub use whitelist::{WALLET_FIELD, WalletFacts, WhitelistedAddress, asks_for_wallet};
pub use withdrawal::{Payout, ask_withdrawal, change_withdrawal, complete_withdrawal, user_withdrawal};
pub use withdrawal_template::{MethodFields, TemplateData, WithdrawalTemplate};

crate::value::ids! {
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
    /// A result of transaction monitoring.
    MonitoringId,
    /// A rate that a client was told.
    QuoteId,
    /// An exchange that is done again outside.
    HedgeId,
    /// An address that a client may withdraw to.
    WhitelistedAddressId,
    /// What a client saved of a withdrawal.
    WithdrawalTemplateId,
}
