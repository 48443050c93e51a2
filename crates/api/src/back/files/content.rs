//! The content of stored files.

use domain::files::{Content, FileKey};
use http::{Disposition, Download, EntityTag};
use serde_json::json;
use storage::files::content::readable;

use crate::Problem;
use crate::back::{Reading, Requirement, Routes};
use crate::uploads::FileSource;

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
    let wants_inline = matches!(reading.call.parameter("inline").as_deref(), Some("1" | "true"));
    let is_inline = wants_inline && Content::is_shown(&file.media_type);
    let store = reading.context.outbound.store(&file.storage.data)?;
    Ok(Download {
        media_type: file.media_type,
        name: file.name,
        disposition: if is_inline { Disposition::Inline } else { Disposition::Attachment },
        length: Some(file.length),
        // What a key stands for never changes.
        tag: Some(EntityTag::of(&[key.as_str().as_bytes()])),
        source: Box::new(FileSource { store, key }),
    })
}
