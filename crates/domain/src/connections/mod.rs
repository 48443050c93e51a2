//! Connections to services outside, what they are set up with, and how clients are sent codes (`docs/rules.md`,
//! Connections and Confirmations).

mod connection;
mod fault;
mod provider;
mod setting;
mod sms;
mod template;

pub use connection::{ConnectionName, ConnectionNameError, ExternalConnection};
pub use fault::ConnectionsFault;
pub use provider::ConnectionProvider;
pub use setting::{SentSettings, SentValue, Setting, SettingKind, Settings};
pub use sms::{BALANCE_READ_EVERY, ServiceBalance, SmsProvider, SmsService};
pub use template::ConfirmationTemplate;

crate::value::ids! {
    /// A connection to a service outside.
    ConnectionId,
    /// An SMS service as it is set up here.
    SmsProviderId,
    /// A text in which clients are sent codes.
    ConfirmationTemplateId,
}
