//! Who may do what: users, groups, permissions, sign-in, IP policies.

mod access;
mod api_key;
mod approval;
mod fault;
mod hashing_queue;
mod identity_provider;
mod ids;
mod ip;
mod lockout;
mod masking;
mod oidc_values;
#[cfg(feature = "serde")]
pub mod options;
mod password;
mod permission;
mod principal;
mod scope;
mod secret_names;
mod user;
mod user_group;

pub use access::{Rights, SignedInUser};
pub use api_key::{ApiKey, ApiKeyChange, ApiKeyScope, ApiKeyStatus, Credential};
pub use approval::{
    Approvable, ApprovalFacts, ApprovalPolicy, ApprovalStatus, Checker, DEFAULT_HOURS_TO_APPROVE, MAX_HOURS_TO_APPROVE,
    Worth, check_waiting,
};
pub use fault::IdentityFault;
pub use hashing_queue::{HashingQueue, QueueFull};
pub use identity_provider::{Admission, IdentityProvider, KnownUser, MappedGroup, ProviderIdentity, WaysIn};
pub use ids::{
    ApiKeyId, ApprovalId, ApprovalPolicyId, IdentityProviderId, SecurityPolicyId, SessionId, SystemLogId, UserGroupId,
    UserId,
};
pub use ip::{
    InvalidIpNetwork, InvalidRoutePattern, IpNetwork, IpPolicies, IpPolicy, IpPolicyKind, PolicyAuthor, RoutePattern,
    is_ip_allowed,
};
pub use lockout::{
    AttemptCounter, AttemptCounters, AttemptDecision, AttemptLimit, AttemptOutcome, AttemptWindows, LockoutPolicy,
};
pub use masking::{masked_email, masked_name, masked_phone};
pub use oidc_values::{EmailDomain, InvalidEmailDomain, InvalidSecureUrl, SecureUrl};
pub use password::{Password, PasswordError};
pub use permission::{Permission, PermissionSet};
pub use principal::Principal;
pub use scope::Scope;
pub use secret_names::{ends_as_address, names_address, names_secret};
pub use user::{MailNeeds, SecondFactor, User, UserChange, UserDeletion};
pub use user_group::UserGroup;
