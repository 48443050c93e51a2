//! What the groups of operations are about, for the OpenAPI document.

use http::openapi::Groups;

/// Each group in the order of the document: the first two parts of the ids of its operations.
pub(crate) const GROUPS: Groups = &[
    ("my.permissions", "Clients: what they may do."),
    ("my.profile", "Clients: who they are."),
    ("my.address", "Clients: where they live."),
    ("my.client-type", "Clients: their type."),
    ("my.devices", "Clients: what they signed in from."),
    ("my.photo", "Clients: their photo."),
    ("my.files", "Clients: the content of their own files."),
    ("my.documents", "Clients: what they hand in to be verified."),
    ("my.verification-levels", "Clients: the levels that they are offered."),
    ("my.verifications", "Clients: how they climb from level to level."),
    ("my.quizzes", "Clients: tests of what they know."),
];
