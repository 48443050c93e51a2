//! Clients of the broker; here: the tags that narrow what a user sees of them.

use crate::value::{Entity, ids};

ids! {
    /// A client of the broker.
    ClientId,
    /// A tag that clients bear.
    ClientTagId,
    /// A type of client, such as individual or corporate.
    ClientTypeId,
    /// A verification level.
    VerificationLevelId,
}

/// A tag: it orders clients, and narrows the users who bear it to clients who bear it too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Tag {
    /// Its name; one tag alone has it, whatever its case.
    pub name: String,
}

impl Entity for Tag {
    type Id = ClientTagId;
    const RESOURCE: &'static str = "client_tag";
}
