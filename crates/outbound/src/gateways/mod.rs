//! Trading platforms outside: the interface to their gateways, and the protocol that comes with the server
//! (`docs/operating.md`, Outside platforms).

mod bridge;
mod trading;

use crate::metrics::{Answered, CallOutcome};
pub use bridge::HttpGateway;
use domain::catalog::{OpenSide, PendingSide};
use domain::platform::JobResult;
use storage::ledger::platform_orders::PlatformOrder;
pub use trading::{AccountPassword, Deal, Listed, PendingOrder, PlatformTokens, Position, TokenOwner, TradeQuery};

/// What a trading platform is asked for. Each function blocks until it answers, for seconds at most.
pub trait PlatformGateway: Send + Sync {
    /// Asks for an order, which may have been asked for before. What a platform refuses does not take place.
    fn ask(&self, order: &PlatformOrder) -> JobResult;

    /// Sets the password of an account. Twice the same does nothing more.
    ///
    /// # Errors
    /// Why it is not set; where nothing came back, it may be.
    fn set_password(&self, url: &str, password: &AccountPassword<'_>) -> Result<(), GatewayError>;

    /// Gives tokens with which a client signs in to the platform.
    ///
    /// # Errors
    /// Why it gives none.
    fn tokens(&self, url: &str, owner: &TokenOwner) -> Result<PlatformTokens, GatewayError>;

    /// Renews such tokens.
    ///
    /// # Errors
    /// Why it does not.
    fn refresh(&self, url: &str, owner: &TokenOwner, refresh_token: &str) -> Result<PlatformTokens, GatewayError>;

    /// Orders that wait for their price.
    ///
    /// # Errors
    /// Why they are not known.
    fn orders(&self, url: &str, query: &TradeQuery<PendingSide>) -> Result<Listed<PendingOrder>, GatewayError>;

    /// Positions that are open.
    ///
    /// # Errors
    /// Why they are not known.
    fn positions(&self, url: &str, query: &TradeQuery<OpenSide>) -> Result<Listed<Position>, GatewayError>;

    /// Deals that were made.
    ///
    /// # Errors
    /// Why they are not known.
    fn deals(&self, url: &str, query: &TradeQuery<OpenSide>) -> Result<Listed<Deal>, GatewayError>;
}

/// Why a platform did not do what it was asked for. Operators read the reasons; nothing secret stands in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It will not.
    #[error("the platform refuses: {0}")]
    Refused(String),
    /// Nothing is known.
    #[error("the platform does not answer: {0}")]
    Unanswered(String),
}

impl Answered for GatewayError {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Refused(_) => CallOutcome::Refused,
            Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}
