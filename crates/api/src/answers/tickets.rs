//! What both interfaces show of tickets, and the files that come with messages.

use domain::files::{FileUse, shown_name};
use domain::tickets::{MAX_ATTACHMENTS, TicketDepartment, TicketFormField, TicketPriority};
use http::UploadedFile;
use http::request::Text;
use http::routes::FileField;
use schemars::JsonSchema;
use serde::Serialize;
use storage::tickets::messages::Attached;

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
