//! What clients and users are told: events, which others may want to hear of, mail, and the texts that messages take in.

mod event;
mod fault;
mod pair;

pub use event::EventName;
pub use fault::MessagingFault;
pub use pair::{InvalidPairKey, Pair, PairKey, PairTag, PairType};

crate::value::ids! {
    /// A mail.
    MailId,
    /// Something that happened.
    EventId,
    /// A text of the broker under a key.
    PairId,
    /// A tag of such texts.
    PairTagId,
}
