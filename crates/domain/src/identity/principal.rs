use std::fmt;

use super::{ApiKeyId, UserId};
use crate::value::{ClientId, PlatformId};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A user of the back office.
    User(UserId),
    /// A program of a user, with a key of theirs.
    ApiKey(ApiKeyId),
    /// A client.
    Client(ClientId),
    /// A trading platform, with a key of its own.
    Platform(PlatformId),
    /// The server itself: its jobs and its command line.
    System,
}

/// As a text that tells one caller from all others.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user {id}"),
            Self::ApiKey(id) => write!(f, "API key {id}"),
            Self::Client(id) => write!(f, "client {id}"),
            Self::Platform(id) => write!(f, "platform {id}"),
            Self::System => f.write_str("system"),
        }
    }
}
