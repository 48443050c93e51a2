//! What people and other systems are told: events, and mail.

pub mod events;
pub mod outbox;
