//! A body without fields.

use http::request::{Fields, Input};

use super::Front;

/// Nothing is sent, or nothing of it counts.
pub(crate) struct EmptyBody;

impl Input<Front> for EmptyBody {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}
