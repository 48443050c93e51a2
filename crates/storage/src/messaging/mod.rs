//! Messages to people; here: mail.

pub mod outbox;
