use super::{Delimiter, ImportId, ImportsFault};
use crate::identity::{Permission, Scope};
use crate::value::{Entity, FaultCode as _, Refusal, text_enum};

text_enum! {
    /// What an import brings.
    ImportType {
        /// Clients with their phone numbers and addresses.
        Users = "users",
        /// Accounts of clients who are there.
        Accounts = "accounts",
        /// Opening balances and earlier movements of accounts that are there.
        Transactions = "transactions",
    }
}

impl ImportType {
    /// The permission for each single one, which whoever imports many needs, too.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Users => Permission::ClientsCreate,
            Self::Accounts => Permission::AccountsCreate,
            Self::Transactions => Permission::AccountBalancesUpdate,
        }
    }
}

text_enum! {
    /// How far an import is.
    ImportStatus {
        /// Nobody has begun with it.
        Waiting = "waiting",
        /// The file is being checked or brought in.
        Running = "running",
        /// All of the file is there; of a dry run, it has no faults.
        Done = "done",
        /// Nothing of the file is there.
        Failed = "failed",
    }
}

/// What happens to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportEvent {
    /// A server begins with it, the first time or after another one stopped half-way.
    Begin,
    /// All of it was brought in, or a dry run found no fault.
    Finish,
    /// It has faults, or cannot be carried out.
    Fail,
}

impl ImportStatus {
    /// What an import is after this; none where it cannot happen any more, or not yet.
    #[must_use]
    pub const fn after(self, event: ImportEvent) -> Option<Self> {
        match (self, event) {
            (Self::Waiting | Self::Running, ImportEvent::Begin) => Some(Self::Running),
            (Self::Running, ImportEvent::Finish) => Some(Self::Done),
            (Self::Waiting | Self::Running, ImportEvent::Fail) => Some(Self::Failed),
            (Self::Waiting, ImportEvent::Finish) | (Self::Done | Self::Failed, _) => None,
        }
    }

    /// Whether it has not ended.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Waiting | Self::Running => true,
            Self::Done | Self::Failed => false,
        }
    }

    /// An import that is under way stays.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(self) -> Result<(), Refusal> {
        if self.is_under_way() { Err(ImportsFault::ImportUnderWay.conflict()) } else { Ok(()) }
    }
}

/// How many faults of an import are kept: enough to mend a file by. The others are counted.
pub const MAX_KEPT_FAULTS: usize = 100;

/// What users say of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What it brings.
    pub kind: ImportType,
    /// What it is called.
    pub title: String,
    /// What else is said of it.
    pub description: String,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// Whether the file is only checked.
    pub dry_run: bool,
}

impl Entity for Import {
    type Id = ImportId;
    const RESOURCE: &'static str = "import";
}

/// What came of a file so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The lines below the header, without blank ones.
    pub lines: u64,
    /// How many of them are new: added, or to be added.
    pub added: u64,
    /// How many were there already.
    pub existing: u64,
    /// How many faults there are.
    pub faults: u64,
}

/// Whoever sees some clients only does not import: a file reaches every client, and tells whose addresses are taken.
///
/// # Errors
/// A refusal.
pub fn check_scope(scope: &Scope) -> Result<(), Refusal> {
    match scope {
        Scope::System | Scope::AllClients => Ok(()),
        Scope::Tags(_) | Scope::Client(_) => Err(ImportsFault::ImportsNeedAllClients.not_allowed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_ends_once() {
        use {ImportEvent as E, ImportStatus as S};
        for (before, event, after) in [
            (S::Waiting, E::Begin, Some(S::Running)),
            (S::Running, E::Begin, Some(S::Running)),
            (S::Waiting, E::Finish, None),
            (S::Running, E::Finish, Some(S::Done)),
            (S::Waiting, E::Fail, Some(S::Failed)),
            (S::Running, E::Fail, Some(S::Failed)),
        ] {
            assert_eq!(before.after(event), after, "{before} {event:?}");
        }
        for ended in [S::Done, S::Failed] {
            for event in [E::Begin, E::Finish, E::Fail] {
                assert_eq!(ended.after(event), None, "{ended} {event:?}");
            }
        }
    }

    #[test]
    fn an_import_that_is_under_way_stays() {
        let stays = |status: &&ImportStatus| status.check_deletable().is_err();
        let kept: Vec<_> = ImportStatus::ALL.iter().filter(stays).collect();
        assert_eq!(kept, [&ImportStatus::Waiting, &ImportStatus::Running]);
    }

    #[test]
    fn whoever_is_limited_to_tags_does_not_import() {
        let tags = Scope::of_tags([crate::value::ClientTagId::new(1)].into_iter().collect());
        assert!(check_scope(&tags).is_err());
        assert!(check_scope(&Scope::AllClients).is_ok());
    }
}
