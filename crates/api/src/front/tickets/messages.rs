//! What is written in a client's tickets, as far as the client is shown it.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::FileUse;
use domain::tickets::{TicketAttachmentId, TicketId};
use http::request::{Fields, Input, ListQuery};
use http::routes::{Resource, Upload};
use http::{Download, FilePart, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::tickets::messages::{Attached, StoredAttachment, StoredMessage};
use storage::tickets::own;
use storage::{ByTime, DbConnection, Page};

use crate::answers::tickets::{ATTACHMENTS, MAX_MESSAGE_BYTES, MESSAGE_TEXT, Written, attached};
use crate::context::AppContext;
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::{Problem, uploads};

pub(super) fn routes(routes: &mut Routes) {
    const MESSAGES: &str = "/api/v2/my/tickets/{ticketId}/messages";
    let upload = Upload { files: ATTACHMENTS, max_bytes: MAX_MESSAGE_BYTES, takes_json: true, open };
    routes
        .get("my.tickets.messages", MESSAGES, Requirement::SignedIn)
        .summary("List the messages of a ticket.")
        .describe("The newest come first.")
        .list(list);
    routes
        .post("my.tickets.send", MESSAGES, Requirement::SignedIn)
        .summary("Send a message in a ticket.")
        .describe(
            "Messages go to open tickets (409). Files come in a form: five at most, of 10 MiB each, anything but \
             programs.",
        )
        .example_at("/api/v2/my/tickets/1/messages", json!({"text": "It has arrived, thank you."}))
        .uploads(upload)
        .created(send);
    routes
        .get("my.tickets.attachment", "/api/v2/my/tickets/attachments/{attachmentId}", Requirement::SignedIn)
        .summary("Download an attachment.")
        .describe("The file itself, with its own media type.")
        .parameter(
            "inline",
            "Shows a picture or a PDF in the browser instead of saving it.",
            json!({"type": "boolean", "default": false}),
        )
        .download("application/octet-stream", attachment);
}

/// A file of a message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTicketAttachment")]
struct AttachmentAnswer {
    id: TicketAttachmentId,
    /// What it was called when it was sent.
    name: String,
    /// How many bytes it has.
    size: i64,
}

impl From<StoredAttachment> for AttachmentAnswer {
    fn from(StoredAttachment { id, name, size, key: _ }: StoredAttachment) -> Self {
        Self { id, name, size }
    }
}

/// A message of a ticket of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTicketMessage")]
#[serde(rename_all = "camelCase")]
struct MessageAnswer {
    #[serde(flatten)]
    written: Written<AttachmentAnswer>,
}

impl From<StoredMessage> for MessageAnswer {
    fn from(stored: StoredMessage) -> Self {
        Self { written: stored.into() }
    }
}

impl Resource<Front> for MessageAnswer {
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
}

fn list(
    reading: &mut Reading<'_>,
    (ticket,): (TicketId,),
    query: &ListQuery<(), ByTime>,
) -> Result<Page<MessageAnswer>, Problem> {
    Ok(own::messages(reading.conn, reading.caller.client(), ticket, &query.paging)?.map(MessageAnswer::from))
}

/// The ticket of the path must be the client's before a byte of a file is written.
fn open(context: &Arc<AppContext>, call: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    let ticket = call.segments.first().and_then(|ticket| ticket.parse().ok()).ok_or_else(Problem::not_found)?;
    let client = call.caller()?.client();
    context.database.read(move |conn: &mut DbConnection| own::check_own(conn, client, ticket))?;
    uploads::open(context, part.field, FileUse::TicketAttachment)
}

/// What a client writes.
struct Sent(String);

impl Input<Front> for Sent {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields.needed("text", &MESSAGE_TEXT).map(Self)
    }
}

fn send(
    writing: &mut Writing<'_, '_>,
    (ticket,): (TicketId,),
    body: &Body<'_, Sent>,
) -> Result<MessageAnswer, Problem> {
    let client = writing.caller.client();
    own::check_own(writing.tx.conn, client, ticket)?;
    let Sent(text) = body.create()?;
    let files: Vec<Attached> = writing.call.files().iter().map(attached).collect::<Result<_, _>>()?;
    Ok(own::send(writing.tx, client, ticket, &text, &files)?.into())
}

fn attachment(reading: &mut Reading<'_>, (id,): (TicketAttachmentId,)) -> Result<Download, Problem> {
    let file = own::attachment(reading.conn, reading.caller.client(), id)?;
    uploads::content(reading.context, file, reading.call.parameter("inline"))
}
