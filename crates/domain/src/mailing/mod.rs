//! Mass mail: the services that deliver it, its templates, and what is sent (`docs/rules.md`, Mass mail).

mod delivery_service;
mod fault;
mod placeholder;
mod recipients;
mod sent_email;
mod template;

pub use delivery_service::{DeliveryOptions, DeliveryPlatform, DeliveryService};
pub use fault::MailingFault;
pub use placeholder::{Person, PersonPlaceholder, addressed_line, own_placeholders, unknown_placeholders, with_pairs};
pub use recipients::{AddressFacts, Addressee, ChosenStatus, ClientFilter, Recipients, addressee};
pub use sent_email::{MAX_REASON_CHARS, SentEmail, SentEmailStatus, StopReason, told};
pub use template::EmailTemplate;

crate::value::ids! {
    /// A service that delivers mass mail.
    DeliveryServiceId,
    /// A template of mass mail.
    EmailTemplateId,
    /// A mass mail.
    SentEmailId,
    /// Somebody whom a mass mail is for.
    RecipientId,
}
