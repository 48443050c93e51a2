//! Antifraud: procedures, how events are looked for, what was found, and who is told.

pub mod notifications;
pub(crate) mod people;
pub mod procedures;
pub mod raising;
pub mod rules;
mod telling;
pub mod watch;
