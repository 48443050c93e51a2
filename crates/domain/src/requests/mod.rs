//! What clients ask for and users decide (`docs/rules.md`, Requests).

mod asked;
mod audit;
mod decision;
mod fault;
mod permissions;

pub use asked::{Asked, IdentityRest, Requester};
pub use audit::BalanceAudit;
pub use decision::{Decision, decide, follow};
pub use fault::RequestsFault;
pub use permissions::{
    amount_permissions, approval_permissions, check_update, read_permission, update_permission, visible_kinds,
};

/// What requests are called in the audit log.
pub const RESOURCE: &str = "requests";

pub use crate::ledger::{RequestId, RequestKind, RequestStatus};
