//! The content of the client's own files.

use domain::files::FileKey;
use http::Download;
use serde_json::json;
use storage::files::content::own;

use crate::Problem;
use crate::front::{Reading, Requirement, Routes};
use crate::uploads;

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.files.content", "/api/v2/my/files/{fileKey}", Requirement::SignedIn)
        .summary("Read the content of one of the client's own files.")
        .describe(
            "Of a document or a photo that the client handed in, at the path that the record shows; any other file is \
             404. The content is sent with its own media type.",
        )
        .extension()
        .parameter(
            "inline",
            "Shows a picture or a PDF in the browser instead of saving it.",
            json!({"type": "boolean", "default": false}),
        )
        .example_path("/api/v2/my/files/00000000000000000000000000000000000000de")
        .download("application/octet-stream", content);
}

fn content(reading: &mut Reading<'_>, (key,): (FileKey,)) -> Result<Download, Problem> {
    let file = own(reading.conn, reading.caller.client(), &key)?;
    uploads::content(reading.context, file, reading.call.parameter("inline"))
}
