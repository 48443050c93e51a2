use super::{Availability, ProductPermission, ProductPermissionGroupId};
use crate::value::{Entity, Set};

/// A named set of product permissions. Choosing it for a product copies the set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ProductPermissionGroup {
    /// Its name, unique whatever its case.
    pub name: String,
    /// Whether it can be chosen.
    pub status: Availability,
    /// The permissions in the set.
    pub permissions: Set<ProductPermission>,
}

impl Entity for ProductPermissionGroup {
    type Id = ProductPermissionGroupId;
    const RESOURCE: &'static str = "product_permission_group";
}
