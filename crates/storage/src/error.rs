use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::ledger::{CurrencyCode, MovementError, RateProviderId};
use domain::value::{Field, Refusal};

/// A rate that an outside provider must be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateNeed {
    /// Whom to ask.
    pub provider: RateProviderId,
    /// Of what.
    pub from: CurrencyCode,
    /// In what.
    pub to: CurrencyCode,
}

/// Why a step of a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such record, or the caller may not see it.
    #[error("no such record")]
    NotFound,
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value that is stored already, where there may be one only.
    #[error("a unique value is taken")]
    Taken,
    /// A record that others name cannot go.
    #[error("a reference stands against it")]
    Referenced,
    /// Another transaction was in the way; the same step may pass when it is run again.
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// What the caller's rights rest on has changed since it was read: they are read anew, and the step is run again.
    #[error("the caller's rights have changed")]
    Stale,
    /// An outside provider must be asked for a rate before the step is run again.
    #[error("provider {} is to be asked for the rate of {} to {}", .0.provider, .0.from, .0.to)]
    RateNeeded(RateNeed),
    /// Too much work waits already.
    #[error("too much work waits for the database")]
    Busy,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A fault of the program or of what is stored.
    #[error("{0}")]
    Broken(String),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Taken,
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info)
                if names_deleted(info.message()) =>
            {
                Self::Contended(info.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::Referenced,
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
                Self::Contended(info.message().to_owned())
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                info,
            ) => Self::Unavailable(info.message().to_owned()),
            DieselError::DatabaseError(_, info) if is_timeout(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::DatabaseError(_, info) if info.message() == STALE => Self::Stale,
            DieselError::DatabaseError(_, info) if is_deadlock(info.message()) => {
                Self::Contended(info.message().to_owned())
            }
            other => Self::Broken(other.to_string()),
        }
    }
}

/// What `require_access_version` of PostgreSQL says.
const STALE: &str = "the access version has changed";

/// A row names a record that was deleted since it was looked up. When the step is run again, it finds
/// that the record is gone.
fn names_deleted(message: &str) -> bool {
    message.starts_with("insert or update on table")
}

/// libpq tells a deadlock by its message; diesel has no kind for it.
fn is_deadlock(message: &str) -> bool {
    message.contains("deadlock detected")
}

/// A statement that waited too long for a lock, or took too long.
fn is_timeout(message: &str) -> bool {
    message.contains("due to lock timeout") || message.contains("due to statement timeout")
}

impl From<MovementError> for Error {
    fn from(error: MovementError) -> Self {
        match error {
            MovementError::Refused(refusal) => refusal.into(),
            MovementError::Unbalanced(unbalanced) => Self::Broken(unbalanced.to_string()),
        }
    }
}

impl From<domain::ledger::AmountError> for Error {
    fn from(error: domain::ledger::AmountError) -> Self {
        MovementError::from(error).into()
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Error {
    /// Whether the same would fail again: a fault of the program or of what is stored. The database is there again soon.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        match self {
            Self::NotFound | Self::Refused(_) | Self::Taken | Self::Referenced | Self::Broken(_) => true,
            Self::Contended(_) | Self::Stale | Self::RateNeeded(_) | Self::Busy | Self::Unavailable(_) => false,
        }
    }

    /// The same where an input has another name than the rule knows it by.
    #[must_use]
    pub(crate) fn moved(self, from: Field, to: Field) -> Self {
        match self {
            Self::Refused(refusal) => refusal.moved(from, to).into(),
            other => other,
        }
    }

    /// This refusal where a unique value was taken; any other error as it is.
    #[must_use]
    pub fn or_taken(self, refusal: impl FnOnce() -> Refusal) -> Self {
        match self {
            Self::Taken => refusal().into(),
            other => other,
        }
    }

    /// This refusal where a reference stands against it; any other error as it is.
    #[must_use]
    pub fn or_referenced(self, refusal: impl FnOnce() -> Refusal) -> Self {
        match self {
            Self::Referenced => refusal().into(),
            other => other,
        }
    }
}

/// The error of a step that [`Database`](crate::Database) runs.
pub trait Failure: From<Error> + Send + 'static {
    /// Whether the step may be run again from its beginning.
    fn is_contended(&self) -> bool;

    /// Whether the database could not be reached, so that a read may be run again on another connection.
    fn is_unavailable(&self) -> bool;
}

impl Failure for Error {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Contended(_))
    }

    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
