//! What the groups of operations are about, for the OpenAPI document.

use http::openapi::Groups;

/// Each group in the order of the document: the first two parts of the ids of its operations.
pub(crate) const GROUPS: Groups =
    &[("my.devices", "Clients: what they signed in from."), ("my.tickets", "Clients: their tickets in the help desk.")];
