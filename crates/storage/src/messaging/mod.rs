//! What people and other systems are told: events and who hears of them, mail and its texts.

pub(crate) mod delivered;
pub mod deliveries;
pub mod dispatch;
pub mod event_notifications;
pub mod events;
mod facts;
pub mod history;
pub mod listeners;
pub mod notification_templates;
pub mod notification_types;
pub mod outbox;
pub mod pair_tags;
pub mod pairs;
pub mod placeholders;
pub mod smtp_providers;
pub mod socket_events;
pub mod user_messages;
