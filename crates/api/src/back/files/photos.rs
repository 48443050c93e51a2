//! The photos of clients.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::{FileKey, FileUse};
use domain::identity::Permission;
use http::request::{Fields, Input};
use http::routes::{Change, Resource, Upload};
use http::{Download, FilePart, Problem, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use storage::files::photos;
use storage::identity::system_logs::Category;

use super::{check_client_of, path_of};
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::{pictures, uploads};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PHOTO: &str = "/api/v2/clients/{clientId}/photo";
    let upload = Upload { files: pictures::FILES, max_bytes: pictures::MAX_BYTES, takes_json: false, open: open_photo };
    routes
        .get("profile-photos.get", PHOTO, P::ProfilePhotosRead)
        .summary("Fetch the photo of a client.")
        .describe("The picture itself, sent with the media type of the format in which it was uploaded.")
        .parameter(
            "size",
            "How many pixels the longer side has at most; the photo is never made larger.",
            pictures::side_schema(),
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
        .example_path("/api/v2/clients/2/photo")
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

fn get(reading: &mut Reading<'_>, (client,): (ClientId,)) -> Result<Download, Problem> {
    let photo = photos::get(reading.conn, &reading.caller.rights.scope, client);
    let side = pictures::side_of(reading.call.parameter("size"));
    let (photo, side) = (photo?, side?);
    pictures::download(reading.context, photo, side)
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
