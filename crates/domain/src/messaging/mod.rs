//! What clients and users are told: events, which others may want to hear of, and mail.

mod event;

pub use event::EventName;

crate::value::ids! {
    /// A mail.
    MailId,
    /// Something that happened.
    EventId,
}
