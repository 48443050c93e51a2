use std::collections::BTreeSet;

use super::IdentityFault;
use crate::value::{ClientId, ClientTagId, FaultCode as _, NonEmptySet, Refusal, Set};

/// Which clients' data a caller sees and touches. What asks for one cannot be called without saying whose data it
/// is about, so there is no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything: what the server does by itself, and the command line. No caller has it.
    System,
    /// Every client.
    AllClients,
    /// The clients with one of these tags.
    Tags(NonEmptySet<ClientTagId>),
    /// One client: their own data.
    Client(ClientId),
}

impl Scope {
    /// What a user with these tags sees: without any, every client.
    #[must_use]
    pub fn of_tags(tags: Set<ClientTagId>) -> Self {
        NonEmptySet::new(tags).map_or(Self::AllClients, Self::Tags)
    }

    /// Whether every client is seen.
    #[must_use]
    pub fn sees_all_clients(&self) -> bool {
        match self {
            Self::System | Self::AllClients => true,
            Self::Tags(_) | Self::Client(_) => false,
        }
    }

    /// Whether a tag is shown: whoever is restricted to tags sees their own alone, a client sees none.
    #[must_use]
    pub fn sees_tag(&self, tag: ClientTagId) -> bool {
        match self {
            Self::System | Self::AllClients => true,
            Self::Tags(tags) => tags.contains(&tag),
            Self::Client(_) => false,
        }
    }

    /// The tags that a new client gets, so that whoever makes them sees them.
    #[must_use]
    pub fn tags_of_new(&self) -> Set<ClientTagId> {
        match self {
            Self::Tags(tags) => Set::clone(tags),
            Self::System | Self::AllClients | Self::Client(_) => Set::default(),
        }
    }

    /// Whether it may be given to somebody as these tags: no tags means all clients.
    #[must_use]
    pub(super) fn covers_tags(&self, tags: &BTreeSet<ClientTagId>) -> bool {
        match self {
            Self::System | Self::AllClients => true,
            Self::Tags(own) => !tags.is_empty() && tags.is_subset(own),
            Self::Client(_) => false,
        }
    }

    /// Whether whoever has it sees all that the other sees.
    #[must_use]
    pub(super) fn covers(&self, other: &Self) -> bool {
        match other {
            Self::System => *self == Self::System,
            Self::AllClients => self.sees_all_clients(),
            Self::Tags(tags) => self.covers_tags(tags),
            Self::Client(client) => self.sees_all_clients() || *self == Self::Client(*client),
        }
    }

    /// Tags decide who sees what, so only those who see all clients manage them.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for anybody else.
    pub fn may_manage_tags(&self) -> Result<(), Refusal> {
        if self.sees_all_clients() { Ok(()) } else { Err(IdentityFault::CannotManageTags.not_allowed()) }
    }
}
