//! The photos of clients, as they are sent and received.

use std::io::{Cursor, Read};

use domain::files::{FileKey, FileUse};
use domain::value::FaultCode as _;
use http::routes::FileField;
use http::{Disposition, Download, EntityTag, Fault, Problem, RequestFault, Source};
use outbound::files::{FileStore, scaled_to};
use serde_json::{Value, json};
use storage::files::content::StoredFile;

use crate::context::AppContext;
use crate::uploads::FORM_BYTES;

const DEFAULT_SIDE_PX: u32 = 200;
const MIN_SIDE_PX: u32 = 16;
const MAX_SIDE_PX: u32 = 1024;

/// The files of a form that brings a photo.
pub(crate) const FILES: &[FileField] =
    &[FileField { name: "photo", is_required: true, max_count: 1, max_bytes: FileUse::Photo.max_bytes() }];
/// How large such a form may be.
pub(crate) const MAX_BYTES: u64 = FileUse::Photo.max_bytes() + FORM_BYTES;

/// What can be asked for as the size of a photo.
pub(crate) fn side_schema() -> Value {
    json!({"type": "integer", "minimum": MIN_SIDE_PX, "maximum": MAX_SIDE_PX, "default": DEFAULT_SIDE_PX})
}

/// How large a photo is asked for.
///
/// # Errors
/// A 400 for what is no such size.
pub(crate) fn side_of(sent: Option<String>) -> Result<u32, Problem> {
    let Some(sent) = sent else { return Ok(DEFAULT_SIDE_PX) };
    let side = sent.parse().ok().filter(|side| (MIN_SIDE_PX..=MAX_SIDE_PX).contains(side));
    let out_of_range = || RequestFault::OutOfRange.with("min", MIN_SIDE_PX).with("max", MAX_SIDE_PX);
    side.ok_or_else(|| Problem::bad_request(vec![Fault::sent("size", out_of_range())]))
}

/// A photo that is made smaller as it is sent.
struct PhotoSource {
    store: Box<dyn FileStore>,
    key: FileKey,
    side: u32,
}

impl Source for PhotoSource {
    fn open(&self, from: u64) -> std::io::Result<Box<dyn Read + Send>> {
        let mut kept = Vec::new();
        self.store.open(&self.key, 0)?.read_to_end(&mut kept)?;
        let mut photo = Cursor::new(scaled_to(&kept, self.side).map_err(std::io::Error::other)?);
        photo.set_position(from);
        Ok(Box::new(photo))
    }
}

/// A photo, at most so large.
///
/// # Errors
/// A 503 where its storage cannot be reached.
pub(crate) fn download(context: &AppContext, photo: StoredFile, side: u32) -> Result<Download, Problem> {
    let store = context.outbound.store(&photo.storage.data)?;
    Ok(Download {
        media_type: photo.media_type,
        name: photo.name,
        disposition: Disposition::Inline,
        length: None,
        tag: Some(EntityTag::of(&[photo.key.as_str().as_bytes(), &side.to_be_bytes()])),
        source: Box::new(PhotoSource { store, key: photo.key, side }),
    })
}
