//! Who may do what: users, groups, permissions, sign-in, IP policies.

mod access;
mod fault;
mod ip;
mod lockout;
mod masking;
mod operation;
#[cfg(feature = "serde")]
pub mod options;
mod password;
mod permission;
mod scope;
mod secret_names;
mod user;
mod user_group;

pub use access::{Caller, Rights};
pub use fault::IdentityFault;
pub use ip::{
    InvalidIpNetwork, InvalidRoutePattern, IpNetwork, IpPolicies, IpPolicy, IpPolicyKind, RoutePattern, lets_in,
};
pub use lockout::{
    Admission, AttemptCounter, AttemptCounters, AttemptLimit, AttemptOutcome, AttemptWindows, HashingQueue,
    LockoutPolicy, NoPlace,
};
pub use masking::{masked_email, masked_name, masked_phone};
pub use operation::Operation;
pub use password::{Password, PasswordError};
pub use permission::{Permission, PermissionSet};
pub use scope::Scope;
pub use secret_names::{ends_as_address, names_address, names_secret};
pub use user::{Departure, MailNeeds, SecondFactor, User, UserChange};
pub use user_group::UserGroup;

crate::value::ids! {
    /// A back-office user.
    UserId,
    /// A group of back-office users.
    UserGroupId,
    /// One sign-in of a user, from the password to sign-out or expiry.
    SessionId,
    /// A security policy: an entry of the IP lists.
    SecurityPolicyId,
    /// A record of the audit log.
    SystemLogId,
}
