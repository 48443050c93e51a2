//! The photo of the client.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::{FileKey, FileUse};
use domain::ledger::RequestId;
use domain::requests::Requester;
use http::request::{Fields, Input};
use http::routes::{Change, Resource, Upload};
use http::{Download, FilePart, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use storage::files::photos;
use storage::identity::system_logs::Category;
use storage::requests::own_changes::{self, check_photo};

use crate::Problem;
use crate::answers::path_of;
use crate::context::AppContext;
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::{pictures, uploads};

pub(super) fn routes(routes: &mut Routes) {
    const PHOTO: &str = "/api/v2/my/photo";
    let upload = Upload { files: pictures::FILES, max_bytes: pictures::MAX_BYTES, takes_json: false, open };
    routes
        .get("my.photo.get", PHOTO, Requirement::SignedIn)
        .summary("Get the client's photo.")
        .describe("The picture itself, sent with the media type of the format in which it was uploaded.")
        .parameter(
            "size",
            "How many pixels the longer side has at most; the photo is never made larger.",
            pictures::side_schema(),
        )
        .download("application/octet-stream", get);
    routes
        .post("my.photo.upload", PHOTO, Requirement::SignedIn)
        .summary("Upload the client's photo.")
        .describe(
            "A GIF, JPEG or PNG of at most 8000 pixels on a side. It takes the place of the one before; where the \
             settings ask for it, once a request of the type `avatar` is approved. 403 where clients do not change \
             their photo.",
        )
        .uploads(upload)
        .silent()
        .changed(set);
    routes
        .delete("my.photo.delete", PHOTO, Requirement::SignedIn)
        .summary("Remove the client's photo.")
        .describe("404 without a photo, and 403 where clients do not change it.")
        .deleted(delete);
}

/// The photo of a client, as the audit log keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyPhoto")]
#[serde(rename_all = "camelCase")]
struct PhotoAnswer {
    client_id: ClientId,
    /// Where users read it.
    file: Option<String>,
    /// The request to show it.
    application_id: Option<RequestId>,
}

impl PhotoAnswer {
    fn of(client_id: ClientId, key: Option<&FileKey>, application_id: Option<RequestId>) -> Self {
        Self { client_id, file: key.map(path_of), application_id }
    }
}

impl Resource<Front> for PhotoAnswer {
    const NAME: &'static str = "client_photo";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<Download, Problem> {
    let photo = photos::get(reading.conn, &reading.caller.scope(), reading.caller.client());
    let side = pictures::side_of(reading.call.parameter("size"));
    let (photo, side) = (photo?, side?);
    pictures::download(reading.context, photo, side)
}

fn open(context: &Arc<AppContext>, _: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    context.database.read(check_photo)?;
    uploads::open(context, part.field, FileUse::Photo)
}

/// A body that has nothing but the photo.
struct PhotoBody;

impl Input<Front> for PhotoBody {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}

fn set(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, PhotoBody>) -> Result<Change<PhotoAnswer>, Problem> {
    let client = writing.caller.client();
    let before = photos::lock(writing.tx, &writing.caller.scope(), client)?;
    body.create()?;
    let file = writing.call.files().first().ok_or_else(|| Problem::internal("no photo was sent"))?;
    let requester = Requester { client, ip: writing.call.ip };
    let sent = own_changes::change_photo(writing.tx, requester, &uploads::received(file)?)?;
    let after = PhotoAnswer::of(client, Some(&sent.key), sent.asked);
    Ok(Change::Made { before: PhotoAnswer::of(client, before.as_ref(), None), after })
}

fn delete(writing: &mut Writing<'_, '_>, (): ()) -> Result<PhotoAnswer, Problem> {
    let client = writing.caller.client();
    let before = photos::lock(writing.tx, &writing.caller.scope(), client)?;
    check_photo(writing.tx.conn)?;
    photos::delete(writing.tx, client)?;
    Ok(PhotoAnswer::of(client, before.as_ref(), None))
}
