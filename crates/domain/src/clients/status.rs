use super::ClientsFault;
use crate::value::{FaultCode as _, Refusal, text_enum};

text_enum! {
    /// Whether a client may do anything.
    ClientStatus {
        /// They may sign in.
        Active = "active",
        /// They were locked out for good.
        Banned = "banned",
        /// They were removed; their records stay in the books.
        Deleted = "deleted",
        /// Something is wrong with their registration.
        Inactive = "inactive",
    }
}

impl ClientStatus {
    /// The status of this number, by which filters name it too.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Active),
            2 => Some(Self::Inactive),
            3 => Some(Self::Banned),
            4 => Some(Self::Deleted),
            _ => None,
        }
    }

    /// Whether an account may be opened for the client.
    #[must_use]
    pub const fn takes_accounts(self) -> bool {
        match self {
            Self::Active | Self::Inactive => true,
            Self::Banned | Self::Deleted => false,
        }
    }

    /// Nothing of a removed client can be changed.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_not_deleted(self) -> Result<(), Refusal> {
        if self == Self::Deleted { Err(ClientsFault::ClientRemoved.conflict()) } else { Ok(()) }
    }
}
