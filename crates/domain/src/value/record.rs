use super::{Localizer, Timestamp};

/// What has an id of its own and is written to the audit log under a name.
pub trait Entity {
    /// The id of its table.
    type Id: Copy + Into<i64>;

    /// Its name in the audit log, such as `product_group`.
    const RESOURCE: &'static str;

    /// Puts texts in the caller's language where there are any; what is plain stays the fallback.
    fn localize(&mut self, _localizer: &mut Localizer<'_>) {}
}

/// A record as it is stored, beside what can be set of it.
pub trait Stored {
    /// What can be set.
    type Data;

    /// What can be set, as it is.
    fn data(&self) -> &Self::Data;
}

impl<T: Entity> Stored for Identified<T> {
    type Data = T;

    fn data(&self) -> &T {
        &self.data
    }
}

impl<T: Entity> Stored for Record<T> {
    type Data = T;

    fn data(&self) -> &T {
        &self.data
    }
}

/// An entity as it is stored: its id beside what can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "serde", serde(bound(serialize = "T: serde::Serialize, T::Id: serde::Serialize")))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "{T}", inline, bound = "T: schemars::JsonSchema, T::Id: schemars::JsonSchema")
)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Identified<T: Entity> {
    /// Its id.
    pub id: T::Id,
    /// What can be set.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub data: T,
}

/// An entity as it is stored, with the times that its answers show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "serde", serde(bound(serialize = "T: serde::Serialize, T::Id: serde::Serialize")))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "{T}", inline, bound = "T: schemars::JsonSchema, T::Id: schemars::JsonSchema")
)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Record<T: Entity> {
    /// Its id.
    pub id: T::Id,
    /// What can be set.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub data: T,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}
