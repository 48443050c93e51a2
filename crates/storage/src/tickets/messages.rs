//! What is written in tickets.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::{ClientId, full_name};
use domain::files::{FileId, FileKey};
use domain::identity::{Scope, UserId};
use domain::tickets::{MessageKind, Ticket, TicketAttachmentId, TicketAuthor, TicketId, TicketMessageId};
use domain::value::{Timestamp, folded};

use super::changes::{Touched, write};
use super::read::{StoredTicket, client_of};
use crate::client_scope::check_not_deleted;
use crate::connection::{MultiBackend, on_each};
use crate::files::stored::{ReceivedFile, keep};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::ticket_messages::{self as table, BoxedQuery};
use crate::schema::{clients, stored_files, ticket_attachments as attachments, users};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A message or a note as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its id.
    pub id: TicketMessageId,
    /// The ticket.
    pub ticket: TicketId,
    /// Whose ticket that is.
    pub client: ClientId,
    /// Who wrote it.
    pub author: TicketAuthor,
    /// What they are called now.
    pub author_name: String,
    /// The text.
    pub text: String,
    /// Whether users alone are shown it.
    pub is_note: bool,
    /// Its files, in the order in which they were sent.
    pub attachments: Vec<StoredAttachment>,
    /// When it was written.
    pub create_time: Timestamp,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredAttachment {
    /// Its id.
    pub id: TicketAttachmentId,
    /// What it was called when it was sent.
    pub name: String,
    /// What its content is found by.
    pub key: FileKey,
    /// How many bytes it has.
    pub size: i64,
}

/// A file that has arrived for a message.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its content.
    pub file: ReceivedFile,
    /// What it is called.
    pub name: String,
}

/// A message that is written.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// What it is.
    pub kind: MessageKind,
    /// The user who writes it; none for the client.
    pub user: Option<UserId>,
    /// The text.
    pub text: &'a str,
    /// Its files.
    pub files: &'a [Attached],
}

/// What of a ticket is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Everything, for users.
    WithNotes,
    /// What the client may see.
    ToClient,
}

#[derive(Queryable)]
struct Row {
    id: TicketMessageId,
    author: TicketAuthor,
    user_name: Option<String>,
    text: String,
    is_note: bool,
    create_time: Timestamp,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (table::id, table::author, users::name.nullable(), table::text, table::is_note, table::create_time)
}

fn filtered(ticket: TicketId, shown: Shown) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.filter(table::ticket_id.eq(ticket)).into_boxed();
    match shown {
        Shown::WithNotes => query,
        Shown::ToClient => query.filter(table::is_note.eq(false)),
    }
}

/// The messages and notes of a ticket, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a ticket of a client out of scope.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    ticket: TicketId,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredMessage>, Error> {
    let client = client_of(conn, scope, ticket)?;
    page(conn, (ticket, client), Shown::WithNotes, paging)
}

/// What of a client's ticket is shown, a page of it.
pub(super) fn page(
    conn: &mut DbConnection,
    (ticket, client): (TicketId, ClientId),
    shown: Shown,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredMessage>, Error> {
    let total = paging.total(|| filtered(ticket, shown).count().get_result(conn))?;
    let page = filtered(ticket, shown).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<TicketMessageId> = page.select(table::id).load(conn)?;
    Ok(Page { total, data: load(conn, (ticket, client), &ids)? })
}

/// Messages of a client's ticket, in this order.
fn load(
    conn: &mut DbConnection,
    (ticket, client): (TicketId, ClientId),
    ids: &[TicketMessageId],
) -> Result<Vec<StoredMessage>, Error> {
    let query = table::table.left_join(users::table).filter(one_of(table::id, ids)).select(columns());
    let rows: Vec<Row> = on_each!(&mut *conn, conn => query.load(conn))?;
    let mut rows: HashMap<TicketMessageId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut files = attachments_of(conn, ids)?;
    let names = (clients::first_name, clients::middle_name, clients::last_name);
    let (first, middle, last): (String, Option<String>, String) =
        clients::table.find(client).select(names).first(conn)?;
    let client_name = full_name(&first, middle.as_deref(), &last);
    let message = |row: Row| StoredMessage {
        id: row.id,
        ticket,
        client,
        author: row.author,
        author_name: match row.author {
            TicketAuthor::Client => client_name.clone(),
            TicketAuthor::Operator => row.user_name.unwrap_or_default(),
        },
        text: row.text,
        is_note: row.is_note,
        attachments: files.remove(&row.id).unwrap_or_default(),
        create_time: row.create_time,
    };
    Ok(ids.iter().filter_map(|id| rows.remove(id)).map(message).collect())
}

type OfMessages = HashMap<TicketMessageId, Vec<StoredAttachment>>;

fn attachments_of(conn: &mut DbConnection, messages: &[TicketMessageId]) -> Result<OfMessages, Error> {
    let columns = (attachments::id, attachments::name, stored_files::key, stored_files::length);
    let query = attachments::table.inner_join(stored_files::table);
    let query = query.filter(one_of(attachments::message_id, messages)).order(attachments::id);
    let query = query.select((attachments::message_id, columns));
    let rows: Vec<(TicketMessageId, StoredAttachment)> = on_each!(conn, conn => query.load(conn))?;
    let mut all = OfMessages::new();
    for (message, attachment) in rows {
        all.entry(message).or_default().push(attachment);
    }
    Ok(all)
}

/// Writes what a user has to say in a ticket that is held.
///
/// # Errors
/// A conflict where the ticket is closed and it is no note, or where the client was removed.
pub fn write_as_user(tx: &mut Tx<'_>, ticket: &StoredTicket, message: &NewMessage<'_>) -> Result<StoredMessage, Error> {
    add(tx, (ticket.id, ticket.client.id), ticket.data, message)
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    ticket_id: TicketId,
    author: TicketAuthor,
    user_id: Option<UserId>,
    text: &'a str,
    text_key: String,
    is_note: bool,
    create_time: NaiveDateTime,
}

/// Adds a message to a client's ticket that is held.
pub(super) fn add(
    tx: &mut Tx<'_>,
    (ticket, client): (TicketId, ClientId),
    standing: Ticket,
    message: &NewMessage<'_>,
) -> Result<StoredMessage, Error> {
    check_not_deleted(tx.conn, client)?;
    let after = standing.with(message.kind)?;
    let touched = if message.kind.is_note() { Touched::ForStaff } else { Touched::ForAll };
    write(tx, ticket, &after, touched)?;
    let row = NewRow {
        ticket_id: ticket,
        author: message.kind.author(),
        user_id: message.user,
        text: message.text,
        text_key: folded(message.text),
        is_note: message.kind.is_note(),
        create_time: tx.now.naive(),
    };
    let id: TicketMessageId = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    for Attached { file, name } in message.files {
        attach(tx, id, file, name)?;
    }
    load(tx.conn, (ticket, client), &[id])?.pop().ok_or(Error::NotFound)
}

fn attach(tx: &mut Tx<'_>, message: TicketMessageId, file: &ReceivedFile, name: &str) -> Result<(), Error> {
    keep(tx, file)?;
    let id: FileId = file.id;
    let values = (attachments::message_id.eq(message), attachments::file_id.eq(id), attachments::name.eq(name));
    diesel::insert_into(attachments::table).values(values).execute(tx.conn)?;
    Ok(())
}
