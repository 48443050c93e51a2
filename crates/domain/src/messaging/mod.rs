//! What clients, users and other systems are told: events and who hears of them, mail and its texts
//! (`docs/rules.md`, Events and mail).

mod event;
mod fault;
mod listener;
mod notification;
mod outbox_cursor;
mod pair;
mod smtp;
mod socket;
mod template;
mod user_notification;
mod webhook;

pub use event::{EventName, HISTORY_KEPT};
pub use fault::MessagingFault;
pub use listener::{
    BalanceFacts, Conditions, Listener, ListenerEvent, TransferFacts, Workflow, WorkflowName, WorkflowOptions,
};
pub use notification::{
    DeliveredType, NotificationTemplate, NotificationType, Offer, PLACEHOLDERS, chosen, is_placeholder,
    type_for_client, type_of_event,
};
pub use outbox_cursor::OutboxCursor;
pub use pair::{InvalidPairKey, Pair, PairKey, PairTag, PairType};
pub use smtp::{Encryption, MailDriver, SmtpProvider, provider_of_attempt};
pub use socket::{InvalidChannel, QrCodeKey, SocketChannel, SocketEvent};
pub use template::{PlaceholderValue, Template, escaped};
pub use user_notification::{Channel, ChannelTemplates, EventNotification, NotificationScope};
pub use webhook::{
    DELIVERY_PAUSES, DeliveryStatus, GONE, OLD_SECRET_SIGNS_FOR, check_redelivery, is_given_up, is_public,
};

crate::value::ids! {
    /// A mail.
    MailId,
    /// Something that happened.
    EventId,
    /// A type of mail.
    NotificationTypeId,
    /// A text of a type in one language.
    TemplateId,
    /// An SMTP server.
    SmtpProviderId,
    /// That a user is told of an event.
    EventNotificationId,
    /// Something that is done when an event happens.
    ListenerId,
    /// A webhook to a listener's address.
    DeliveryId,
    /// A short text to a user.
    UserMessageId,
    /// A text of the broker under a key.
    PairId,
    /// A tag of such texts.
    PairTagId,
}
