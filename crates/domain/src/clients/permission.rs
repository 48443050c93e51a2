use std::collections::BTreeMap;

use super::{ClientsFault, PermissionLevelId};
use crate::value::{Entity, FaultCode as _, Field, Refusal, Set, text_enum};

text_enum! {
    /// What a client may do themselves.
    ClientPermission {
        /// Ask for a higher verification level.
        Verification = "verification",
        /// Exchange money.
        Converter = "converter",
        /// Deposit money.
        Deposits = "deposits",
        /// Withdraw money.
        Withdrawals = "withdrawals",
        /// Transfer money to other clients.
        InternalTransfers = "internal_transfers",
    }
}

/// What clients of a verification level may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionLevel {
    /// Its name; no other level has it, whatever its case.
    pub name: String,
    /// What it is called for people.
    pub caption: String,
    /// The level that is held before this one.
    pub parent: Option<PermissionLevelId>,
    /// Whether it goes with the first verification level; exactly one does.
    pub is_default: bool,
    /// What it allows.
    pub permissions: Set<ClientPermission>,
}

impl Entity for PermissionLevel {
    type Id = PermissionLevelId;
    const RESOURCE: &'static str = "permission_level";
}

impl PermissionLevel {
    /// The default level is never deleted.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_deletable(&self) -> Result<(), Refusal> {
        if self.is_default { Err(ClientsFault::DefaultLevel.conflict()) } else { Ok(()) }
    }

    /// The default level comes first, so nothing is held before it; and no level before itself.
    /// `ancestors` are the parents from the named one upward.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`].
    pub fn check_parent(&self, id: Option<PermissionLevelId>, ancestors: &[PermissionLevelId]) -> Result<(), Refusal> {
        if self.is_default && self.parent.is_some() {
            return Err(ClientsFault::DefaultLevelParent.at(Field::Parent).unprocessable());
        }
        if id.is_some_and(|id| ancestors.contains(&id)) {
            return Err(ClientsFault::LevelCycle.at(Field::Parent).unprocessable());
        }
        Ok(())
    }
}

/// What is set for one client apart from their level.
pub type Overrides = BTreeMap<ClientPermission, bool>;

/// What a client may do: what is set for them, else what their level says.
#[must_use]
pub fn effective(level: &Set<ClientPermission>, overrides: &Overrides) -> Set<ClientPermission> {
    let holds = |permission: &ClientPermission| {
        overrides.get(permission).copied().unwrap_or_else(|| level.contains(permission))
    };
    ClientPermission::ALL.iter().copied().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_for_the_client_wins_over_their_level() {
        let level = [ClientPermission::Deposits, ClientPermission::Converter].into_iter().collect();
        let overrides = [(ClientPermission::Deposits, false), (ClientPermission::Withdrawals, true)].into();
        let held = [ClientPermission::Converter, ClientPermission::Withdrawals].into_iter().collect();
        assert_eq!(effective(&level, &overrides), held);
    }

    #[test]
    fn no_level_comes_before_itself() {
        let level = PermissionLevel {
            name: "two".into(),
            caption: String::new(),
            parent: Some(PermissionLevelId::new(3)),
            is_default: false,
            permissions: Set::default(),
        };
        let ancestors = [PermissionLevelId::new(3), PermissionLevelId::new(2)];
        assert!(level.check_parent(Some(PermissionLevelId::new(2)), &ancestors).is_err());
        assert!(level.check_parent(Some(PermissionLevelId::new(4)), &ancestors).is_ok());
        let default = PermissionLevel { is_default: true, ..level };
        assert!(default.check_parent(None, &[]).is_err());
    }
}
