//! What clients hand in to be verified.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::Scope;
use domain::ledger::{RequestId, RequestKind, RequestStatus};
use domain::requests::{Asked, Requester};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, Timestamp};
use domain::verification::{DocumentId, DocumentTypeId, check_taken_back, serves};

use super::document_types::{self, StoredDocumentType};
use crate::client_scope::{check_not_deleted, sees, visible};
use crate::connection::{MultiBackend, on_each};
use crate::files::stored::{FileBrief, ReceivedFile, discard, keep};
use crate::ledger::requests::{NewRequest, insert as insert_request};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::documents::{self as table, BoxedQuery};
use crate::schema::{document_files as files, requests, stored_files};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A document as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its id.
    pub id: DocumentId,
    /// Whose it is.
    pub client: ClientId,
    /// What it is.
    pub kind: StoredDocumentType,
    /// Whether it is accepted: the status of its request.
    pub status: RequestStatus,
    /// The request to accept it.
    pub request: Option<RequestId>,
    /// Its files.
    pub files: Vec<FileBrief>,
    /// When it was handed in.
    pub create_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
}

type Columns = (DocumentId, ClientId, DocumentTypeId, Option<RequestId>, Timestamp, Option<RequestStatus>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::client_id, table::type_id, table::request_id, table::create_time, requests::status.nullable())
}

/// Documents with their types and files, each kind of record read once.
fn assembled(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredDocument>, Error> {
    let kinds: Vec<DocumentTypeId> = rows.iter().map(|row| row.2).collect();
    let kinds = document_types::by_ids(conn, &kinds)?;
    let ids: Vec<DocumentId> = rows.iter().map(|row| row.0).collect();
    let of_documents = files::table.inner_join(stored_files::table).filter(one_of(files::document_id, &ids));
    let of_documents =
        of_documents.order(stored_files::id).select((files::document_id, (stored_files::id, stored_files::key)));
    let of_documents: Vec<(DocumentId, FileBrief)> = on_each!(&mut *conn, conn => of_documents.load(conn))?;
    let mut by_document: HashMap<DocumentId, Vec<FileBrief>> = HashMap::new();
    for (document, file) in of_documents {
        by_document.entry(document).or_default().push(file);
    }
    rows.into_iter()
        .map(|(id, client, kind, request, create_time, status)| {
            let kind = kinds.get(&kind).cloned().ok_or_else(|| Error::Broken(format!("document {id} has no type")))?;
            let files = by_document.remove(&id).unwrap_or_default();
            let status = status.unwrap_or(RequestStatus::New);
            Ok(StoredDocument { id, client, kind, status, request, files, create_time })
        })
        .collect()
}

fn filtered(scope: &Scope, filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = visible(table::table.into_boxed(), scope, table::client_id);
    match filter.client {
        Some(client) => query.filter(table::client_id.eq(client)),
        None => query,
    }
}

fn by_ids(conn: &mut DbConnection, ids: &[DocumentId]) -> Result<Vec<StoredDocument>, Error> {
    let query = table::table.left_join(requests::table).filter(one_of(table::id, ids)).select(columns());
    let mut rows: Vec<Columns> = on_each!(&mut *conn, conn => query.load(conn))?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.0));
    assembled(conn, rows)
}

/// Documents of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredDocument>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<DocumentId> = page.select(table::id).load(conn)?;
    Ok(Page { total, data: by_ids(conn, &ids)? })
}

/// One document.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: DocumentId) -> Result<StoredDocument, Error> {
    let seen = filtered(scope, Filter::default()).filter(table::id.eq(id));
    let id: DocumentId = seen.select(table::id).first(conn)?;
    by_ids(conn, &[id])?.pop().ok_or(Error::NotFound)
}

/// The objections to the type of a document, which is held.
fn type_fault(tx: &mut Tx<'_>, new: &NewDocument<'_>) -> Result<Option<Fault>, Error> {
    tx.hold("document_types", &[new.kind])?;
    let kind = match document_types::get(tx.conn, new.kind) {
        Err(Error::NotFound) => return Ok(Some(CommonFault::Unknown.at(Field::DocumentType))),
        found => found?,
    };
    Ok(kind.data.takes_fault(&kind.group.data, new.files.len(), new.field))
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow {
    client_id: ClientId,
    type_id: DocumentTypeId,
    request_id: Option<RequestId>,
    create_time: NaiveDateTime,
}

/// A document that is handed in.
#[derive(Clone, Copy, Debug)]
pub struct NewDocument<'a> {
    /// What it is.
    pub kind: DocumentTypeId,
    /// Its files.
    pub files: &'a [ReceivedFile],
    /// The input that they are sent in.
    pub field: Field,
}

/// Hands in a document, which a user then decides on.
///
/// # Errors
/// A refusal where the client does not exist for the caller, the type cannot be handed in, or there are too many files; a
/// conflict where the client was removed.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    requester: Requester,
    new: &NewDocument<'_>,
) -> Result<StoredDocument, Error> {
    let client = requester.client;
    let mut faults: Vec<Fault> = Vec::new();
    if !sees(tx.conn, scope, client)? {
        faults.push(CommonFault::Unknown.at(Field::Client));
    }
    faults.extend(type_fault(tx, new)?);
    Refusal::unless_empty(faults)?;
    check_not_deleted(tx.conn, client)?;
    let id = store(tx, client, new)?;
    let asked = Asked::Document { document: id };
    let request = insert_request(tx, requester, RequestKind::Document, NewRequest::of(&asked)?)?;
    diesel::update(table::table.find(id)).set(table::request_id.eq(Some(request))).execute(tx.conn)?;
    get(tx.conn, scope, id)
}

fn store(tx: &mut Tx<'_>, client: ClientId, new: &NewDocument<'_>) -> Result<DocumentId, Error> {
    let row = NewRow { client_id: client, type_id: new.kind, request_id: None, create_time: tx.now.naive() };
    let id: DocumentId = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    for file in new.files {
        keep(tx, file)?;
        let row = (files::document_id.eq(id), files::file_id.eq(file.id));
        diesel::insert_into(files::table).values(row).execute(tx.conn)?;
    }
    Ok(id)
}

/// Keeps a document for a procedure of a client, who is held: it belongs to no request until the procedure is handed in.
///
/// # Errors
/// A refusal where the type cannot be handed in, or there are too many files.
pub(crate) fn add_to_procedure(tx: &mut Tx<'_>, client: ClientId, new: &NewDocument<'_>) -> Result<DocumentId, Error> {
    Refusal::unless_empty(type_fault(tx, new)?.into_iter().collect())?;
    store(tx, client, new)
}

/// The types of a client's documents that serve their groups, or may still come to.
pub(crate) fn types_handed_in(conn: &mut DbConnection, client: ClientId) -> Result<Vec<DocumentTypeId>, Error> {
    let of_client = table::table.left_join(requests::table).filter(table::client_id.eq(client));
    let rows: Vec<(DocumentTypeId, Option<RequestStatus>)> =
        of_client.select((table::type_id, requests::status.nullable())).load(conn)?;
    let serving = rows.into_iter().filter(|(_, status)| serves(status.unwrap_or(RequestStatus::New)));
    Ok(serving.map(|(kind, _)| kind).collect())
}

/// Puts a client's documents that belong to no request to this one: the decision on it is the one on them.
pub(crate) fn hand_in(tx: &mut Tx<'_>, client: ClientId, request: RequestId) -> Result<(), Error> {
    let kept = table::table.filter(table::client_id.eq(client)).filter(table::request_id.is_null());
    diesel::update(kept).set(table::request_id.eq(Some(request))).execute(tx.conn)?;
    Ok(())
}

/// A client takes a document of theirs back, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`] for one of another client; a conflict where somebody looks at it or it is accepted.
pub fn take_back(tx: &mut Tx<'_>, client: ClientId, id: DocumentId) -> Result<StoredDocument, Error> {
    // Whoever decides on its request holds the client.
    tx.lock("clients", client)?;
    tx.lock("documents", id)?;
    let document = get(tx.conn, &Scope::Client(client), id)?;
    check_taken_back(document.status)?;
    check_not_deleted(tx.conn, client)?;
    remove(tx, id)?;
    Ok(document)
}

/// Deletes a document, and answers what it was. Its request and the levels that it has led to stay; its files go once this
/// is committed.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where the client was removed.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: DocumentId) -> Result<StoredDocument, Error> {
    tx.lock("documents", id)?;
    let document = get(tx.conn, scope, id)?;
    check_not_deleted(tx.conn, document.client)?;
    remove(tx, id)?;
    Ok(document)
}

fn remove(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), Error> {
    let of_document = || files::table.filter(files::document_id.eq(id));
    let contents: Vec<FileId> = of_document().select(files::file_id).load(tx.conn)?;
    diesel::delete(of_document()).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    discard(tx, &contents)
}

/// Deletes all documents of a client whose data is removed.
pub(crate) fn remove_all(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let ids: Vec<DocumentId> = table::table.filter(table::client_id.eq(client)).select(table::id).load(tx.conn)?;
    ids.into_iter().try_for_each(|id| remove(tx, id))
}
