//! The help desk: clients ask in tickets, users answer (`docs/rules.md`, Tickets).

mod assignee;
mod department;
mod fault;
mod form;
mod message;
mod ticket;

pub use assignee::Candidate;
pub use department::TicketDepartment;
pub use fault::TicketsFault;
pub use form::{SentField, TicketChoice, TicketFieldKind, TicketForm, TicketFormField};
pub use message::{MAX_ATTACHMENTS, MessageKind, TicketAuthor, TicketSearch};
pub use ticket::{Ticket, TicketAwaited, TicketPriority, TicketStatus, number_of};

crate::value::ids! {
    /// A ticket of a client.
    TicketId,
    /// A message or a note of a ticket.
    TicketMessageId,
    /// A file of a message.
    TicketAttachmentId,
    /// A department of the help desk.
    TicketDepartmentId,
}
