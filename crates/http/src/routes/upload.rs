use std::sync::Arc;

use crate::files::{FilePart, Sink};
use crate::{Call, Interface, Problem};

/// The files that a route takes, in a body of `multipart/form-data`. Its other parts are the fields of the body.
pub struct Upload<I: Interface> {
    /// The fields that are files.
    pub files: &'static [FileField],
    /// How large the body may be, with all of its files.
    pub max_bytes: u64,
    /// Whether the route takes a JSON body too, which has no files.
    pub takes_json: bool,
    /// Opens where a file goes. Runs on a thread that may block, before the first byte is written.
    pub open: OpenSink<I>,
}

/// Opens where a file goes, or refuses the call.
pub type OpenSink<I> = fn(&Arc<<I as Interface>::Context>, &Call<I>, &FilePart<'_>) -> Result<Box<dyn Sink>, Problem>;

/// A field of a body that is a file.
#[derive(Clone, Copy, Debug)]
pub struct FileField {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be sent.
    pub is_required: bool,
    /// How many files it may have.
    pub max_count: usize,
    /// How large each of them may be.
    pub max_bytes: u64,
}

impl<I: Interface> Clone for Upload<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I: Interface> Copy for Upload<I> {}
