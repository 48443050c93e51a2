use super::{Credential, IdentityFault, Permission, PermissionSet, Scope, UserId};
use crate::value::{Fault, FaultCode as _, Field, Refusal, Set};

/// What a user may do and see: the sum of their groups, their client tags, and the masking flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The permissions of all their groups.
    pub permissions: PermissionSet,
    /// Whether one of their groups is Administrators.
    pub is_administrator: bool,
    /// Whether they see, and with the permission change, what is kept for some groups alone: folders, parameters,
    /// calendars. Administrators do, and so do their keys.
    pub sees_all_groups: bool,
    /// The clients whose data they see.
    pub scope: Scope,
    /// Whether they see names, e-mails and phones of clients in clear.
    pub can_view_masked_data: bool,
}

impl Rights {
    /// The rights of a user without groups.
    #[must_use]
    pub fn without_groups(scope: Scope) -> Self {
        Self {
            permissions: PermissionSet::default(),
            is_administrator: false,
            sees_all_groups: false,
            scope,
            can_view_masked_data: false,
        }
    }

    /// Whether they include the permission.
    #[must_use]
    pub fn hold(&self, permission: Permission) -> bool {
        self.is_administrator || self.permissions.contains(permission)
    }

    /// Nobody grants more than they have: what is added to a user is held by the one who adds it.
    ///
    /// `before` is what the user had, none for a new one.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] with every field that goes too far.
    pub fn may_grant(&self, before: Option<&Self>, after: &Self) -> Result<(), Refusal> {
        if self.is_administrator {
            return Ok(());
        }
        let kept = |granted: &dyn Fn(&Self) -> bool| before.is_some_and(granted);
        let mut faults = Vec::new();
        let mut reach = self.permissions;
        if let Some(before) = before {
            reach.extend_with(&before.permissions);
        }
        let beyond = after.is_administrator && !kept(&|rights| rights.is_administrator);
        if beyond || !reach.covers(&after.permissions) {
            faults.push(IdentityFault::GroupsGrantMore.at(Field::Groups));
        }
        if !kept(&|rights| rights.scope == after.scope) && !self.scope.covers(&after.scope) {
            faults.push(IdentityFault::ClientsOutOfScope.at(Field::ClientTags));
        }
        let unmasks = after.can_view_masked_data && !kept(&|rights| rights.can_view_masked_data);
        if unmasks && !self.can_view_masked_data {
            faults.push(IdentityFault::UnmaskedDataNotHeld.at(Field::UnmaskedData));
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::NotAllowed(faults)) }
    }

    /// Whether a user of these rights may get hold of another's: set their password, e-mail,
    /// second factor or addresses, which would let them sign in as the other.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        self.is_administrator
            || (!other.is_administrator
                && self.permissions.covers(&other.permissions)
                && self.scope.covers(&other.scope)
                && (self.can_view_masked_data || !other.can_view_masked_data))
    }

    /// Permissions added to a group are held by the one who adds them.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] with each permission that goes too far.
    pub fn may_add(&self, before: &Set<Permission>, after: &Set<Permission>) -> Result<(), Refusal> {
        let faults: Vec<Fault> = after
            .difference(before)
            .filter(|permission| !self.hold(**permission))
            .map(|permission| {
                let fault = IdentityFault::PermissionNotHeld.with("permission", permission.as_str());
                fault.at(Field::Permissions)
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::NotAllowed(faults)) }
    }
}

/// The signed-in user behind a call, as the rules see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInUser {
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub rights: Rights,
    /// What they call with.
    pub credential: Credential,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::ClientTagId;

    fn nobody() -> Rights {
        Rights::without_groups(Scope::AllClients)
    }

    fn rights() -> impl Strategy<Value = Rights> {
        (
            prop::collection::vec(prop::sample::select(&Permission::ALL[..6]), 0..4),
            prop::collection::btree_set((1..4_i64).prop_map(ClientTagId::new), 0..3),
            any::<bool>(),
        )
            .prop_map(|(permissions, tags, can_view_masked_data)| Rights {
                permissions: permissions.into_iter().collect(),
                can_view_masked_data,
                ..Rights::without_groups(Scope::of_tags(tags.into()))
            })
    }

    proptest! {
        #[test]
        fn an_administrator_may_grant_everything(after in rights()) {
            let administrator = Rights { is_administrator: true, ..nobody() };
            prop_assert!(administrator.may_grant(None, &after).is_ok());
        }

        #[test]
        fn a_new_user_reaches_no_further_than_their_creator(creator in rights(), created in rights()) {
            if creator.may_grant(None, &created).is_ok() {
                prop_assert!(creator.cover(&created));
            }
        }

        #[test]
        fn what_a_user_had_already_is_no_grant(caller in rights(), rights in rights()) {
            prop_assert!(caller.may_grant(Some(&rights), &rights).is_ok());
        }

        #[test]
        fn nobody_but_an_administrator_makes_one(caller in rights()) {
            let administrator = Rights { is_administrator: true, permissions: caller.permissions, ..caller.clone() };
            prop_assert!(caller.may_grant(Some(&caller), &administrator).is_err());
        }
    }

    #[test]
    fn no_permission_implies_another() {
        let rights = Rights { permissions: [Permission::ProductsUpdate].into_iter().collect(), ..nobody() };
        assert!(rights.hold(Permission::ProductsUpdate));
        assert!(!rights.hold(Permission::ProductsRead));
    }

    #[test]
    fn no_tags_are_wider_than_any_tags() {
        let restricted = Rights::without_groups(Scope::of_tags(Set::from_iter([ClientTagId::new(1)])));
        assert!(nobody().may_grant(None, &restricted).is_ok());
        assert!(restricted.may_grant(None, &nobody()).is_err());
    }
}
