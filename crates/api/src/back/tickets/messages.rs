//! What is written in tickets, as users see and write it.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::FileUse;
use domain::identity::{Permission, masked_name};
use domain::messaging::DeliveredType;
use domain::tickets::{MessageKind, TicketAttachmentId, TicketAuthor, TicketId, number_of};
use http::request::{Boolean, Fields, Input, ListQuery};
use http::routes::{Resource, Upload};
use http::{FilePart, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::tickets::messages::{self, Attached, NewMessage, StoredAttachment, StoredMessage};
use storage::tickets::{self, StoredTicket};
use storage::{ByTime, DbConnection, Page};

use crate::Problem;
use crate::answers::tickets::{ATTACHMENTS, MAX_MESSAGE_BYTES, MESSAGE_TEXT, Written, attached};
use crate::back::files::path_of;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::uploads;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const MESSAGES: &str = "/api/v2/tickets/{ticketId}/messages";
    let upload = Upload { files: ATTACHMENTS, max_bytes: MAX_MESSAGE_BYTES, takes_json: true, open };
    routes
        .get("tickets.messages.list", MESSAGES, P::TicketsRead)
        .summary("List the messages and notes of a ticket.")
        .describe("The newest come first.")
        .extension()
        .list(list);
    routes
        .post("tickets.messages.create", MESSAGES, P::TicketsUpdate)
        .summary("Answer a ticket, or leave a note for other users.")
        .describe(
            "An answer goes to an open ticket (409), and the client is told of it by mail. A note is never shown to the \
             client, and can be left in a closed ticket, too. Files come in a form: five at most, of 10 MiB each, \
             anything but programs.",
        )
        .example_at("/api/v2/tickets/1/messages", json!({"text": "It is on its way."}))
        .uploads(upload)
        .extension()
        .created(create);
}

/// A file of a message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TicketAttachment")]
struct AttachmentAnswer {
    id: TicketAttachmentId,
    /// What it was called when it was sent.
    name: String,
    /// Where its content is read.
    file: String,
    /// How many bytes it has.
    size: i64,
}

impl From<StoredAttachment> for AttachmentAnswer {
    fn from(StoredAttachment { id, name, key, size }: StoredAttachment) -> Self {
        Self { id, name, file: path_of(&key), size }
    }
}

/// A message or a note of a ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TicketMessage")]
#[serde(rename_all = "camelCase")]
struct MessageAnswer {
    #[serde(flatten)]
    written: Written<AttachmentAnswer>,
    /// Whether users alone are shown it.
    is_note: bool,
}

impl From<StoredMessage> for MessageAnswer {
    fn from(stored: StoredMessage) -> Self {
        Self { is_note: stored.is_note, written: stored.into() }
    }
}

impl Resource<Back> for MessageAnswer {
    const NAME: &'static str = Written::<AttachmentAnswer>::NAME;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.written.id()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.written.client())
    }

    fn recorded(&self) -> Result<Value, Problem> {
        Ok(self.written.recorded())
    }

    fn mask(&mut self) {
        match self.written.author {
            TicketAuthor::Client => self.written.author_name = masked_name(&self.written.author_name),
            TicketAuthor::Operator => {}
        }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (ticket,): (TicketId,),
    query: &ListQuery<(), ByTime>,
) -> Result<Page<MessageAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(messages::list(reading.conn, scope, ticket, &query.paging)?.map(MessageAnswer::from))
}

/// The ticket of the path must be there for the caller before a byte of a file is written.
fn open(context: &Arc<AppContext>, call: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    let ticket = call.segments.first().and_then(|ticket| ticket.parse().ok()).ok_or_else(Problem::not_found)?;
    let scope = call.caller()?.rights.scope.clone();
    context.database.read(move |conn: &mut DbConnection| tickets::check_visible(conn, &scope, ticket))?;
    uploads::open(context, part.field, FileUse::TicketAttachment)
}

/// What a user writes.
struct Sent {
    text: String,
    kind: MessageKind,
}

impl Input<Back> for Sent {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let text = fields.needed("text", &MESSAGE_TEXT);
        let is_note = fields.or_default("isNote", &Boolean, || false);
        let kind = if is_note? { MessageKind::Note } else { MessageKind::Answer };
        Some(Self { text: text?, kind })
    }
}

fn create(writing: &mut Writing<'_, '_>, (id,): (TicketId,), body: &Body<'_, Sent>) -> Result<MessageAnswer, Problem> {
    let ticket = tickets::lock(writing.tx, &writing.caller.rights.scope, id)?;
    let Sent { text, kind } = body.create()?;
    let files: Vec<Attached> = writing.call.files().iter().map(attached).collect::<Result<_, _>>()?;
    let message = NewMessage { kind, user: Some(writing.caller.user), text: &text, files: &files };
    let written = messages::write_as_user(writing.tx, &ticket, &message)?;
    match kind {
        MessageKind::Answer => tell_client(writing, &ticket)?,
        MessageKind::Question | MessageKind::Note => {}
    }
    Ok(written.into())
}

/// Writes the mail that tells the client of an answer, if mail can be sent.
fn tell_client(writing: &mut Writing<'_, '_>, ticket: &StoredTicket) -> Result<(), Problem> {
    let outbound = &writing.context.outbound;
    if !outbound.sends_mail(writing.tx.conn)? {
        return Ok(());
    }
    let client = &ticket.client.data;
    let (to, reader) = (client.email.as_str(), &client.profile.locale);
    let (name, number) = (client.profile.name(), number_of(ticket.id));
    let values = [
        ("firstName", client.profile.first_name.as_str()),
        ("lastName", client.profile.last_name.as_str()),
        ("name", &name),
        ("email", to),
        ("ticketNumber", &number),
    ];
    outbound.notify_client(writing.tx, DeliveredType::TicketAnswered, to, reader, &values)?;
    Ok(())
}
