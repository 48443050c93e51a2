use super::{IdentityFault, Permission, UserGroupId};
use crate::value::{Entity, FaultCode as _, Refusal, Set};

/// A named set of permissions. Groups only add rights: a user in several has the sum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct UserGroup {
    /// Its name; one group alone has it, whatever its case.
    pub name: String,
    /// What it grants, in alphabetical order.
    pub permissions: Set<Permission>,
}

impl UserGroup {
    /// The group that always exists, holds every permission and is fixed.
    pub const ADMINISTRATORS: &'static str = "Administrators";

    /// The refusal to change or delete the Administrators group.
    #[must_use]
    pub fn administrators_are_fixed() -> Refusal {
        IdentityFault::AdministratorsFixed.conflict()
    }
}

impl Entity for UserGroup {
    type Id = UserGroupId;
    const RESOURCE: &'static str = "user_group";
}
