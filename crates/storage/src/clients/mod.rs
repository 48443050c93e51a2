//! What belongs to clients; here: the tags.

pub mod tags;
