//! What people and other systems are told: events, mail, and the texts that messages take in.

pub mod events;
pub mod outbox;
pub mod pair_tags;
pub mod pairs;
