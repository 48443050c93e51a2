//! A client's own tickets, as the client sees them: nothing here tells of notes or of who is assigned.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::UserId;
use domain::tickets::{
    MessageKind, Ticket, TicketAttachmentId, TicketAuthor, TicketDepartment, TicketDepartmentId, TicketForm, TicketId,
    TicketPriority, TicketStatus,
};
use domain::value::{Identified, Refusal, Timestamp, folded};

use super::changes::{Touched, write};
use super::departments;
use super::messages::{self, Attached, NewMessage, Shown, StoredMessage};
use super::read::priority_of;
use crate::client_scope::check_not_deleted;
use crate::connection::MultiBackend;
use crate::files::content::{StoredFile, by_id};
use crate::paging::ordered;
use crate::schema::tickets::{self as table, BoxedQuery};
use crate::schema::{ticket_attachments, ticket_departments, ticket_messages};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// A ticket as its client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTicket {
    /// Its id.
    pub id: TicketId,
    /// What it is about.
    pub subject: String,
    /// Whether it is worked on.
    pub status: TicketStatus,
    /// How soon it is to be answered.
    pub priority: TicketPriority,
    /// Who answers it.
    pub department: Identified<TicketDepartment>,
    /// When it was submitted.
    pub create_time: Timestamp,
    /// When something of it that the client sees last changed, or was written.
    pub update_time: Timestamp,
}

/// What a client looks for in their tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// A part of the subject.
    Subject(String),
    /// A part of a message.
    MessageText(String),
}

/// A ticket that a client submits.
#[derive(Clone, Copy, Debug)]
pub struct NewTicket<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// The first message.
    pub text: &'a str,
    /// What the client chose in the form.
    pub form: &'a TicketForm,
    /// The files of the first message.
    pub files: &'a [Attached],
}

type Columns = (TicketId, String, TicketStatus, i64, Identified<TicketDepartment>, Timestamp, Timestamp);

fn ticket(row: Columns) -> Result<OwnTicket, Error> {
    let (id, subject, status, priority, department, create_time, update_time) = row;
    Ok(OwnTicket { id, subject, status, priority: priority_of(priority)?, department, create_time, update_time })
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    let department = (ticket_departments::id, (ticket_departments::name, ticket_departments::resources));
    (
        table::id,
        table::subject,
        table::status,
        table::priority,
        department,
        table::create_time,
        table::client_update_time,
    )
}

#[diesel::dsl::auto_type(no_type_alias)]
fn rows() -> _ {
    table::table.inner_join(ticket_departments::table).select(columns())
}

fn filtered(client: ClientId, search: Option<&Search>) -> BoxedQuery<'static, MultiBackend> {
    let own = table::table.filter(table::client_id.eq(client)).into_boxed();
    match search {
        None => own,
        Some(Search::Subject(text)) => own.filter(table::subject_key.like(part_of(text)).escape('\\')),
        Some(Search::MessageText(text)) => {
            let shown = ticket_messages::table.filter(ticket_messages::ticket_id.eq(table::id));
            let shown = shown.filter(ticket_messages::is_note.eq(false));
            own.filter(exists(shown.filter(ticket_messages::text_key.like(part_of(text)).escape('\\'))))
        }
    }
}

/// The tickets of a client, a page of them.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    search: Option<&Search>,
    paging: &Paging<ByTime>,
) -> Result<Page<OwnTicket>, Error> {
    let total = paging.total(|| filtered(client, search).count().get_result(conn))?;
    let page = filtered(client, search).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<TicketId> = page.select(table::id).load(conn)?;
    let mut found: Vec<Columns> = rows().filter(table::id.eq_any(&ids)).load(conn)?;
    found.sort_by_key(|row| ids.iter().position(|id| *id == row.0));
    Ok(Page { total, data: found.into_iter().map(ticket).collect::<Result<_, _>>()? })
}

/// One ticket of a client.
///
/// # Errors
/// [`Error::NotFound`], also for one of another client.
pub fn get(conn: &mut DbConnection, client: ClientId, id: TicketId) -> Result<OwnTicket, Error> {
    ticket(rows().filter(table::id.eq(id)).filter(table::client_id.eq(client)).first(conn)?)
}

/// Whether it is a ticket of the client.
///
/// # Errors
/// As of [`get`].
pub fn check_own(conn: &mut DbConnection, client: ClientId, id: TicketId) -> Result<(), Error> {
    filtered(client, None).filter(table::id.eq(id)).select(table::id).first::<TicketId>(conn)?;
    Ok(())
}

/// Submits a ticket with its first message.
///
/// # Errors
/// A refusal where the form chooses what there is not; a conflict where the client was removed.
pub fn submit(tx: &mut Tx<'_>, client: ClientId, new: &NewTicket<'_>) -> Result<OwnTicket, Error> {
    let departments: Vec<TicketDepartmentId> = departments::all(tx.conn)?.into_iter().map(|found| found.id).collect();
    let choice =
        new.form.chosen(&departments)?.ok_or_else(|| Error::Broken("the help desk has no department".into()))?;
    check_not_deleted(tx.conn, client)?;
    let standing = Ticket::submitted(choice.department, choice.priority);
    let now = tx.now.naive();
    let values = (
        table::client_id.eq(client),
        table::subject.eq(new.subject),
        table::subject_key.eq(folded(new.subject)),
        table::status.eq(standing.status),
        table::priority.eq(standing.priority.number()),
        table::department_id.eq(standing.department),
        table::last_author.eq(standing.last_author),
        table::awaited.eq(standing.awaited()),
        table::create_time.eq(now),
        table::update_time.eq(now),
        table::client_update_time.eq(now),
    );
    let id: TicketId = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    let first = NewMessage { kind: MessageKind::Question, user: None, text: new.text, files: new.files };
    messages::add(tx, (id, client), standing, &first)?;
    get(tx.conn, client, id)
}

type Standing = (TicketStatus, i64, TicketDepartmentId, Option<UserId>, TicketAuthor);

/// Holds a ticket of a client until the transaction ends, and reads where it stands.
fn lock(tx: &mut Tx<'_>, client: ClientId, id: TicketId) -> Result<Ticket, Error> {
    check_own(tx.conn, client, id)?;
    // The client first, as their removal does.
    check_not_deleted(tx.conn, client)?;
    tx.lock("tickets", id)?;
    let columns = (table::status, table::priority, table::department_id, table::assignee_id, table::last_author);
    let (status, priority, department, assignee, last_author): Standing =
        table::table.find(id).select(columns).first(tx.conn)?;
    Ok(Ticket { status, priority: priority_of(priority)?, department, assignee, last_author })
}

fn change(
    tx: &mut Tx<'_>,
    client: ClientId,
    id: TicketId,
    step: impl FnOnce(Ticket) -> Result<Ticket, Refusal>,
) -> Result<OwnTicket, Error> {
    let after = step(lock(tx, client, id)?)?;
    write(tx, id, &after, Touched::ForAll)?;
    get(tx.conn, client, id)
}

/// Closes a ticket.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where it is closed.
pub fn close(tx: &mut Tx<'_>, client: ClientId, id: TicketId) -> Result<OwnTicket, Error> {
    change(tx, client, id, Ticket::closed)
}

/// Opens a closed ticket again.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where it is open.
pub fn reopen(tx: &mut Tx<'_>, client: ClientId, id: TicketId) -> Result<OwnTicket, Error> {
    change(tx, client, id, Ticket::reopened)
}

/// The messages of a ticket, a page of them.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn messages(
    conn: &mut DbConnection,
    client: ClientId,
    id: TicketId,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredMessage>, Error> {
    check_own(conn, client, id)?;
    messages::page(conn, (id, client), Shown::ToClient, paging)
}

/// Sends a message in a ticket.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where it is closed.
pub fn send(
    tx: &mut Tx<'_>,
    client: ClientId,
    id: TicketId,
    text: &str,
    files: &[Attached],
) -> Result<StoredMessage, Error> {
    let standing = lock(tx, client, id)?;
    messages::add(tx, (id, client), standing, &NewMessage { kind: MessageKind::Question, user: None, text, files })
}

/// A file of a message.
///
/// # Errors
/// [`Error::NotFound`], also for one of a note, and of another client.
pub fn attachment(conn: &mut DbConnection, client: ClientId, id: TicketAttachmentId) -> Result<StoredFile, Error> {
    let shown = ticket_attachments::table.inner_join(ticket_messages::table.inner_join(table::table));
    let shown = shown.filter(table::client_id.eq(client)).filter(ticket_messages::is_note.eq(false));
    let found = shown.filter(ticket_attachments::id.eq(id));
    let (file, name): (FileId, String) =
        found.select((ticket_attachments::file_id, ticket_attachments::name)).first(conn)?;
    Ok(StoredFile { name, ..by_id(conn, file)? })
}
