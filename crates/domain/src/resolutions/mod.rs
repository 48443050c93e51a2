//! Why requests are rejected: resolutions, sorted by types (`docs/rules.md`, Resolutions).

use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, LocalizedText};

pub use crate::ledger::ResolutionId;

crate::value::ids! {
    /// A type of resolutions.
    ResolutionTypeId,
}

/// A type of resolutions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ResolutionType {
    /// Whether its resolutions can be chosen, and new ones be given it.
    pub enabled: bool,
    /// Its name, unique whatever its case.
    pub name: String,
}

impl Entity for ResolutionType {
    type Id = ResolutionTypeId;
    const RESOURCE: &'static str = "resolution_type";
}

impl ResolutionType {
    /// A resolution gets a type that is enabled; one that it has already stays.
    #[must_use]
    pub fn fault_for(&self, is_new: bool) -> Option<Fault> {
        (is_new && !self.enabled).then(|| CommonFault::Disabled.at(Field::ResolutionType))
    }
}

/// A reason to reject a request, which the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Resolution {
    /// Whether it can be chosen.
    pub enabled: bool,
    /// The reason; no other resolution of its type has the same, whatever its case.
    pub name: String,
    /// Its type.
    pub kind: ResolutionTypeId,
    /// The reason in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for Resolution {
    type Id = ResolutionId;
    const RESOURCE: &'static str = "resolution";
}
