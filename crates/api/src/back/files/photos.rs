//! The photos of clients.

use std::io::{Cursor, Read};
use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::{FileKey, FileUse};
use domain::identity::Permission;
use domain::value::FaultCode as _;
use http::request::{Fields, Input};
use http::routes::{Change, FileField, Resource, Upload};
use http::{Disposition, Download, EntityTag, Fault, FilePart, Problem, RequestFault, Sink, Source};
use outbound::files::{FileStore, scaled_to};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::files::photos;
use storage::identity::system_logs::Category;

use super::{check_client_of, path_of};
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::uploads;

const DEFAULT_SIDE_PX: u32 = 200;
const MIN_SIDE_PX: u32 = 16;
const MAX_SIDE_PX: u32 = 1024;

const FILES: &[FileField] =
    &[FileField { name: "photo", is_required: true, max_count: 1, max_bytes: FileUse::Photo.max_bytes() }];

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PHOTO: &str = "/api/v2/clients/{clientId}/photo";
    let upload = Upload {
        files: FILES,
        max_bytes: FileUse::Photo.max_bytes() + uploads::FORM_BYTES,
        takes_json: false,
        open: open_photo,
    };
    routes
        .get("profile-photos.get", PHOTO, P::ProfilePhotosRead)
        .summary("Fetch the photo of a client.")
        .describe("The picture itself, sent with the media type of the format in which it was uploaded.")
        .parameter(
            "size",
            "How many pixels the longer side has at most; the photo is never made larger.",
            json!({"type": "integer", "minimum": MIN_SIDE_PX, "maximum": MAX_SIDE_PX, "default": DEFAULT_SIDE_PX}),
        )
        .example_path("/api/v2/clients/1/photo")
        .download("application/octet-stream", get);
    routes
        .post("profile-photos.upload", PHOTO, P::ProfilePhotosUpdate)
        .summary("Upload the photo of a client.")
        .describe("A GIF, JPEG or PNG of at most 8000 pixels on a side. It takes the place of the one before.")
        .uploads(upload)
        .silent()
        .changed(set);
    routes
        .delete("profile-photos.delete", PHOTO, P::ProfilePhotosDelete)
        .summary("Delete the photo of a client.")
        .describe("A client without a photo is 404.")
        .deleted(delete);
}

/// The photo of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProfilePhoto")]
#[serde(rename_all = "camelCase")]
struct PhotoAnswer {
    client_id: ClientId,
    /// Where it is read; null where there is none.
    file: Option<String>,
}

impl PhotoAnswer {
    fn of(client_id: ClientId, key: Option<&FileKey>) -> Self {
        Self { client_id, file: key.map(path_of) }
    }
}

impl Resource<Back> for PhotoAnswer {
    const NAME: &'static str = "client_photo";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
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

fn side_of(call: &Call) -> Result<u32, Problem> {
    let Some(sent) = call.parameter("size") else { return Ok(DEFAULT_SIDE_PX) };
    let side = sent.parse().ok().filter(|side| (MIN_SIDE_PX..=MAX_SIDE_PX).contains(side));
    let out_of_range = || RequestFault::OutOfRange.with("min", MIN_SIDE_PX).with("max", MAX_SIDE_PX);
    side.ok_or_else(|| Problem::bad_request(vec![Fault::sent("size", out_of_range())]))
}

fn get(reading: &mut Reading<'_>, (client,): (ClientId,)) -> Result<Download, Problem> {
    let photo = photos::get(reading.conn, &reading.caller.rights.scope, client);
    let side = side_of(reading.call);
    let (photo, side) = (photo?, side?);
    let store = reading.context.outbound.store(&photo.storage.data)?;
    Ok(Download {
        media_type: photo.media_type,
        name: photo.name,
        disposition: Disposition::Inline,
        length: None,
        tag: Some(EntityTag::of(&[photo.key.as_str().as_bytes(), &side.to_be_bytes()])),
        source: Box::new(PhotoSource { store, key: photo.key, side }),
    })
}

fn open_photo(context: &Arc<AppContext>, call: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    check_client_of(context, call)?;
    uploads::open(context, part.field, FileUse::Photo)
}

/// A body that has nothing but the photo.
struct PhotoBody;

impl Input<Back> for PhotoBody {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}

fn set(
    writing: &mut Writing<'_, '_>,
    (client,): (ClientId,),
    body: &Body<'_, PhotoBody>,
) -> Result<Change<PhotoAnswer>, Problem> {
    let before = photos::lock(writing.tx, &writing.caller.rights.scope, client)?;
    body.create()?;
    let file = writing.call.files().first().ok_or_else(|| Problem::internal("no photo was sent"))?;
    let key = photos::set(writing.tx, client, &uploads::received(file)?)?;
    let (before, after) = (PhotoAnswer::of(client, before.as_ref()), PhotoAnswer::of(client, Some(&key)));
    Ok(Change::Made { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (client,): (ClientId,)) -> Result<PhotoAnswer, Problem> {
    let before = photos::lock(writing.tx, &writing.caller.rights.scope, client)?;
    photos::delete(writing.tx, client)?;
    Ok(PhotoAnswer::of(client, before.as_ref()))
}
