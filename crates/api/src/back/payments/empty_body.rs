use http::request::{Fields, Input};

use crate::back::Back;

/// A body without fields.
pub(super) struct EmptyBody;

impl Input<Back> for EmptyBody {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}
