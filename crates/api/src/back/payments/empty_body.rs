use crate::back::Back;
use http::request::{Fields, Input};

/// A body without fields.
pub(super) struct EmptyBody;

impl Input<Back> for EmptyBody {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}
