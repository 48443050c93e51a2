//! Clients of the broker (`docs/rules.md`, Clients).

mod address;
mod client;
mod client_type;
mod fault;
mod manager;
mod permission;
mod phone;
mod settings;

pub use address::{Address, AddressKind};
pub use client::{
    Client, ClientStatus, Company, InternalType, Locality, ProfileChange, ProfileChangeKind, RiskLevel, Tag, is_adult,
    retagged,
};
pub use client_type::{ClientType, ClientTypeChange, ClientTypeGroup};
pub use fault::ClientsFault;
pub use manager::{Candidate, CountryRestriction, Manager, ManagerChange, assigned};
pub use permission::{ClientPermission, Overrides, PermissionLevel, effective};
pub use phone::{Phone, PhoneKind, PhoneNumber, PhoneNumberError, shown_number};
pub use settings::{ClientLimits, ClientSettings, Color, ColorError, Theme};

use crate::value::ids;

ids! {
    /// A client of the broker.
    ClientId,
    /// A tag that clients bear.
    ClientTagId,
    /// A type of client, such as individual or corporate.
    ClientTypeId,
    /// A verification level.
    VerificationLevelId,
    /// A user to whom clients are assigned.
    ManagerId,
    /// What clients of a verification level may do.
    PermissionLevelId,
    /// A client's address.
    AddressId,
    /// A client's phone number.
    PhoneId,
    /// A change of a client's profile.
    ProfileChangeId,
}
