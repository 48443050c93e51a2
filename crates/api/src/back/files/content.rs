//! The content of stored files.

use domain::files::FileKey;
use http::Download;
use serde_json::json;
use storage::files::content::readable;

use crate::Problem;
use crate::back::{Reading, Requirement, Routes};
use crate::uploads;

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("files.content", "/api/v2/files/{fileKey}", Requirement::SignedIn)
        .summary("Read the content of a stored file.")
        .describe(
            "Asks for the permission to read the record that shows the path, such as `documents.read`, and for the \
             right to see its client and its folder; else there is no such file (404). A key cannot be guessed, and \
             is no right by itself. The content is sent with its own media type.",
        )
        .extension()
        .parameter(
            "inline",
            "Shows a picture or a PDF in the browser instead of saving it.",
            json!({"type": "boolean", "default": false}),
        )
        .example_path("/api/v2/files/00000000000000000000000000000000000000de")
        .download("application/octet-stream", content);
}

fn content(reading: &mut Reading<'_>, (key,): (FileKey,)) -> Result<Download, Problem> {
    let caller = reading.caller;
    let file = readable(reading.conn, &caller.rights, caller.user, &key)?;
    uploads::content(reading.context, file, reading.call.parameter("inline"))
}
