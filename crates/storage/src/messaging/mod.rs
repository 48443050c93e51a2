//! Messages to people; here: the outbox of mail.

pub mod outbox;
