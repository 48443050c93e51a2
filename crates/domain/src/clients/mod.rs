//! Clients of the broker (`docs/rules.md`, Clients).

mod address;
mod classes;
mod client;
mod client_type;
mod fault;
mod ids;
mod locality;
mod manager;
mod own_profile;
mod permission;
mod phone;
mod profile_change;
mod restriction;
mod settings;
mod status;
mod tag;

pub use address::{Address, AddressKind};
pub use classes::{InternalType, RiskLevel};
pub use client::{Client, Company, Profile, Unfinished, age_fault, full_name, is_adult};
pub use client_type::{ClientType, ClientTypeChange, ClientTypeGroup, check_another_type};
pub use fault::ClientsFault;
pub use ids::{AddressId, ClientTypeId, ManagerId, PermissionLevelId, PhoneId, ProfileChangeId, VerificationLevelId};
pub use locality::{Locality, LocalityError};
pub use manager::{Candidate, CountryRestriction, Manager, assigned};
pub use own_profile::{Identity, OwnProfile, OwnProfileTerms};
pub use permission::{ClientPermission, Overrides, PermissionLevel, effective};
pub use phone::{Phone, PhoneKind, PhoneNumber, PhoneNumberError, shown_number};
pub use profile_change::{ProfileChange, ProfileChangeKind};
pub use restriction::{
    ClientProperty, Restriction, RestrictionFacts, RestrictionMode, RestrictionRule, first_obstacle,
};
pub use settings::{ClientLimits, ClientSettings, Color, ColorError, Theme};
pub use status::ClientStatus;
pub use tag::{Tag, retagged};

pub use crate::value::{ClientId, ClientTagId};
