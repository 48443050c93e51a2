//! What both interfaces show of tickets, and the files that come with messages.

use domain::clients::ClientId;
use domain::files::{FileUse, shown_name};
use domain::tickets::{
    MAX_ATTACHMENTS, TicketAttachmentId, TicketAuthor, TicketDepartment, TicketFormField, TicketId, TicketMessageId,
    TicketPriority,
};
use domain::value::Timestamp;
use http::UploadedFile;
use http::request::Text;
use http::routes::FileField;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::tickets::messages::{Attached, StoredAttachment, StoredMessage};

use crate::{Problem, uploads};

/// The files of a message.
pub(crate) const ATTACHMENTS: &[FileField] = &[FileField {
    name: "attachments",
    is_required: false,
    max_count: MAX_ATTACHMENTS,
    max_bytes: FileUse::TicketAttachment.max_bytes(),
}];
/// All files of a message together, five of the largest.
pub(crate) const MAX_MESSAGE_BYTES: u64 = 5 * FileUse::TicketAttachment.max_bytes() + uploads::FORM_BYTES;
/// A message says something.
pub(crate) const MESSAGE_TEXT: Text = Text { min: 1, max: 10_000 };

/// A file of a message that has arrived.
///
/// # Errors
/// A 500 where it was sent to another sink.
pub(crate) fn attached(file: &UploadedFile) -> Result<Attached, Problem> {
    Ok(Attached { file: uploads::received(file)?, name: shown_name(&file.name) })
}

/// A field of the form, with what the ticket has in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TicketField")]
pub(crate) struct TicketFieldAnswer {
    /// The id.
    id: i64,
    /// What the field asks for.
    name: &'static str,
    /// What the ticket has there.
    value: String,
}

/// The fields of a ticket: they repeat what has a place of its own.
pub(crate) fn ticket_fields(department: &TicketDepartment, priority: TicketPriority) -> Vec<TicketFieldAnswer> {
    let value = |field: TicketFormField| match field {
        TicketFormField::Department => department.name.clone(),
        TicketFormField::Priority => priority.to_string(),
    };
    let field =
        |field: &TicketFormField| TicketFieldAnswer { id: field.number(), name: field.as_str(), value: value(*field) };
    TicketFormField::ALL.iter().map(field).collect()
}

/// What is written in a ticket, with its files as the interface shows them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written<F> {
    id: TicketMessageId,
    /// The ticket.
    ticket_id: TicketId,
    /// Who wrote it.
    pub author: TicketAuthor,
    /// What they are called.
    pub author_name: String,
    /// The text.
    text: String,
    /// Its files.
    attachments: Vec<F>,
    create_time: Timestamp,
    #[serde(skip)]
    is_note: bool,
    #[serde(skip)]
    attachment_ids: Vec<TicketAttachmentId>,
    #[serde(skip)]
    client: ClientId,
}

impl<F> Written<F> {
    /// The name in the audit log.
    pub const NAME: &'static str = "ticket_message";

    /// The id.
    pub const fn id(&self) -> i64 {
        self.id.get()
    }

    /// Whose ticket it is in.
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// What the audit log keeps: not what was written, which is removed with the client's data.
    pub fn recorded(&self) -> Value {
        json!({
            "id": self.id, "ticketId": self.ticket_id, "author": self.author, "isNote": self.is_note,
            "attachmentIds": self.attachment_ids, "createTime": self.create_time,
        })
    }
}

impl<F: From<StoredAttachment>> From<StoredMessage> for Written<F> {
    fn from(stored: StoredMessage) -> Self {
        Self {
            id: stored.id,
            ticket_id: stored.ticket,
            author: stored.author,
            author_name: stored.author_name,
            text: stored.text,
            is_note: stored.is_note,
            attachment_ids: stored.attachments.iter().map(|attachment| attachment.id).collect(),
            attachments: stored.attachments.into_iter().map(F::from).collect(),
            create_time: stored.create_time,
            client: stored.client,
        }
    }
}
