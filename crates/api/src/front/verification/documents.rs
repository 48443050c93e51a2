//! What the client hands in to be verified.

use std::sync::Arc;

use domain::files::FileUse;
use domain::requests::Requester;
use domain::value::Field;
use domain::verification::{DocumentId, DocumentTypeId};
use http::request::{Fields, Id, Input, ListQuery, NoFilter};
use http::routes::{FileField, Upload};
use http::{FilePart, Sink};
use storage::files::stored::ReceivedFile;
use storage::verification::documents::{self, Filter, NewDocument};
use storage::{ByTime, Page};

use crate::Problem;
use crate::answers::DocumentAnswer;
use crate::context::AppContext;
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::uploads;

/// More than this no type allows.
const MOST_FILES: usize = 100;
/// A file of a document.
pub(super) const FILE: FileField =
    FileField { name: "file", is_required: true, max_count: MOST_FILES, max_bytes: FileUse::Document.max_bytes() };
const FILES: &[FileField] = &[FILE];
/// All files of a document together.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn routes(routes: &mut Routes) {
    const DOCUMENTS: &str = "/api/v2/my/documents";
    const DOCUMENT: &str = "/api/v2/my/documents/{documentId}";
    let upload = Upload { files: FILES, max_bytes: MAX_BYTES, takes_json: false, open };
    routes
        .get("my.documents.list", DOCUMENTS, Requirement::SignedIn)
        .summary("List the client's documents.")
        .describe("The newest come first. The status of a document is that of the request to accept it.")
        .list(list);
    routes
        .get("my.documents.get", DOCUMENT, Requirement::SignedIn)
        .summary("Read one document.")
        .describe("The content of its files is read at the paths that it shows.")
        .record(get);
    routes
        .post("my.documents.create", DOCUMENTS, Requirement::SignedIn)
        .summary("Add a document.")
        .describe(
            "JPEG, PNG, GIF, HEIC or PDF, at most 10 MiB each and 64 MiB together. `file` may be sent as often as \
             the type takes files; `typeID` is taken for `typeId`. A request waits for the decision on it.",
        )
        .uploads(upload)
        .created(create);
    routes
        .delete("my.documents.delete", DOCUMENT, Requirement::SignedIn)
        .summary("Remove a document.")
        .describe("One that is new or rejected; its files go with it. 409 for one that waits or is approved.")
        .example_path("/api/v2/my/documents/2")
        .deleted(delete);
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<DocumentAnswer>, Problem> {
    let caller = reading.caller;
    let filter = Filter { client: Some(caller.client()) };
    Ok(documents::list(reading.conn, &caller.scope(), filter, &query.paging)?.map(DocumentAnswer::for_client))
}

fn get(reading: &mut Reading<'_>, (id,): (DocumentId,)) -> Result<DocumentAnswer, Problem> {
    Ok(DocumentAnswer::for_client(documents::get(reading.conn, &reading.caller.scope(), id)?))
}

fn open(context: &Arc<AppContext>, _: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    uploads::open(context, part.field, FileUse::Document)
}

/// What a document is.
struct Kind(DocumentTypeId);

impl Input<Front> for Kind {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        // The vendor's reference writes it so.
        let name = if fields.has("typeID") && !fields.has("typeId") { "typeID" } else { "typeId" };
        fields.about("What it is: the id of the type.").needed(name, &Id::of()).map(Self)
    }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Kind>) -> Result<DocumentAnswer, Problem> {
    let Kind(kind) = body.create()?;
    let files: Vec<ReceivedFile> = writing.call.files().iter().map(uploads::received).collect::<Result<_, _>>()?;
    let requester = Requester { client: writing.caller.client(), ip: writing.call.ip };
    let new = NewDocument { kind, files: &files, field: Field::File };
    Ok(DocumentAnswer::for_client(documents::insert(writing.tx, &writing.caller.scope(), requester, &new)?))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DocumentId,)) -> Result<DocumentAnswer, Problem> {
    Ok(DocumentAnswer::for_client(documents::take_back(writing.tx, writing.caller.client(), id)?))
}
