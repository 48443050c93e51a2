//! What clients hand in to be verified.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::FileUse;
use domain::identity::Permission;
use domain::requests::Requester;
use domain::value::Field;
use domain::verification::{DocumentId, DocumentTypeId};
use http::request::{Fields, FilterSet, Filters, Id, Input, ListQuery};
use http::routes::{FileField, Upload};
use http::{FilePart, Sink};
use storage::files::stored::ReceivedFile;
use storage::verification::documents::{self, Filter, NewDocument};
use storage::{ByTime, Page};

use crate::Problem;
use crate::answers::DocumentAnswer;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::uploads;

/// More than this no type allows.
const MOST_FILES: usize = 100;
const FILES: &[FileField] =
    &[FileField { name: "files", is_required: true, max_count: MOST_FILES, max_bytes: FileUse::Document.max_bytes() }];
/// All files of a document together.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const DOCUMENTS: &str = "/api/v2/documents";
    const DOCUMENT: &str = "/api/v2/documents/{documentId}";
    let upload = Upload { files: FILES, max_bytes: MAX_BYTES, takes_json: false, open };
    routes
        .get("documents.list", DOCUMENTS, P::DocumentsRead)
        .summary("List documents that clients handed in.")
        .describe("The newest come first. The status of a document is that of the request to accept it.")
        .list(list);
    routes
        .get("documents.get", DOCUMENT, P::DocumentsRead)
        .summary("Read a document.")
        .describe("The content of its files is read at the paths that it shows.")
        .record(get);
    routes
        .post("documents.create", DOCUMENTS, P::DocumentsCreate)
        .summary("Add a document for a client.")
        .describe(
            "JPEG, PNG, GIF, HEIC or PDF, at most 10 MiB each and 64 MiB together, and no more files than its type \
             takes. A request waits for the decision on it, as if the client had handed it in.",
        )
        .uploads(upload)
        .created(create);
    routes
        .delete("documents.delete", DOCUMENT, P::DocumentsDelete)
        .summary("Delete a document.")
        .describe("Its files go with it. Its request, and a level that it has led to, stay as they are.")
        .deleted(delete);
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { client: filters.id("clientId") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<DocumentAnswer>, Problem> {
    let page = documents::list(reading.conn, &reading.caller.rights.scope, query.filter, &query.paging)?;
    Ok(page.map(DocumentAnswer::for_users))
}

fn get(reading: &mut Reading<'_>, (id,): (DocumentId,)) -> Result<DocumentAnswer, Problem> {
    Ok(DocumentAnswer::for_users(documents::get(reading.conn, &reading.caller.rights.scope, id)?))
}

fn open(context: &Arc<AppContext>, _: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    uploads::open(context, part.field, FileUse::Document)
}

/// Whose document it is, and what it is.
struct Sent {
    client: ClientId,
    kind: DocumentTypeId,
}

impl Input<Back> for Sent {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.about("Whose document it is.").needed("clientId", &Id::of());
        let kind = fields.about("What it is.").needed("typeId", &Id::of());
        Some(Self { client: client?, kind: kind? })
    }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Sent>) -> Result<DocumentAnswer, Problem> {
    let Sent { client, kind } = body.create()?;
    let files: Vec<ReceivedFile> = writing.call.files().iter().map(uploads::received).collect::<Result<_, _>>()?;
    let requester = Requester { client, ip: writing.call.ip };
    let scope = &writing.caller.rights.scope;
    let new = NewDocument { kind, files: &files, field: Field::Files };
    Ok(DocumentAnswer::for_users(documents::insert(writing.tx, scope, requester, &new)?))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DocumentId,)) -> Result<DocumentAnswer, Problem> {
    Ok(DocumentAnswer::for_users(documents::delete(writing.tx, &writing.caller.rights.scope, id)?))
}
