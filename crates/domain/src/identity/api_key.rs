//! Keys with which programs of users call (`docs/rules.md`, API keys).

use std::net::IpAddr;

use super::ip::is_in;
use super::{ApiKeyId, IdentityFault, IpNetwork, Permission, PermissionSet, Rights, SessionId, SignedInUser, UserId};
use crate::value::{Fault, FaultCode as _, Field, List, Refusal, Set, Timestamp, text_enum};

/// What a user calls with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The token of a session, which began with the user's password.
    Session(SessionId),
    /// A key of the user's programs.
    ApiKey(ApiKeyId),
}

impl Credential {
    /// What a user does in person is done with no key: whoever finds one must not get hold of the user, nor make the
    /// key last longer than the user wants it to.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for a key.
    pub fn check_in_person(self) -> Result<(), Refusal> {
        match self {
            Self::Session(_) => Ok(()),
            Self::ApiKey(_) => Err(IdentityFault::NotByApiKey.not_allowed()),
        }
    }
}

text_enum! {
    /// Whether a key works.
    ApiKeyStatus {
        /// It does.
        Active = "active",
        /// It is switched off.
        Disabled = "disabled",
        /// Its time is over.
        Expired = "expired",
    }
}

/// What can be set of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name; the user has no other key of this name, whatever its case.
    pub name: String,
    /// What it may do at most.
    pub permissions: Set<Permission>,
    /// The addresses from which it works, beside those of its user; empty for all of these.
    pub ip_whitelist: List<IpNetwork>,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// Whether it is switched on.
    pub is_enabled: bool,
}

impl ApiKey {
    /// What every key begins with, so that one that is found somewhere is known for what it is.
    pub const PREFIX: &'static str = "bok_";

    /// The permissions that no key has: with them it could make itself last.
    pub const IN_PERSON: [Permission; 3] =
        [Permission::ApiKeysCreate, Permission::ApiKeysDelete, Permission::ApiKeysUpdate];

    /// Whether it works. One that is switched off counts as that, even when its time is over.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> ApiKeyStatus {
        if !self.is_enabled {
            ApiKeyStatus::Disabled
        } else if self.expires_at.is_some_and(|end| end <= now) {
            ApiKeyStatus::Expired
        } else {
            ApiKeyStatus::Active
        }
    }

    /// Whether it works from the address, as far as its own list says.
    #[must_use]
    pub fn is_allowed_from(&self, address: IpAddr) -> bool {
        self.ip_whitelist.is_empty() || is_in(&self.ip_whitelist, address)
    }

    /// What it may do while its user has these rights: what both hold, of the data that the user sees, as the user sees
    /// it. Whatever the user gains, its permissions stay the most that it has.
    #[must_use]
    pub fn rights(&self, of_user: &Rights) -> Rights {
        let granted = self.permissions.iter().copied().filter(|permission| !Self::IN_PERSON.contains(permission));
        let permissions: PermissionSet = granted.filter(|permission| of_user.hold(*permission)).collect();
        // Of an administrator it has the sight and nothing else: no permission beyond its own, and no right to give
        // any.
        Rights { permissions, is_administrator: false, ..of_user.clone() }
    }
}

/// Whose keys somebody sees, and changes with the permission to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyScope {
    /// Those of all users.
    All,
    /// Those of one user.
    Of(UserId),
}

impl ApiKeyScope {
    /// Users see their own; it takes a permission to see those of others.
    #[must_use]
    pub fn of(rights: &Rights, user: UserId) -> Self {
        if rights.hold(Permission::ApiKeysReadAll) { Self::All } else { Self::Of(user) }
    }
}

/// Everything that a rule needs to know of a new key, or of the change of one.
#[derive(Clone, Copy, Debug)]
pub struct ApiKeyChange<'a> {
    /// As it was; none for a new one.
    pub before: Option<&'a ApiKey>,
    /// As it shall be.
    pub after: &'a ApiKey,
    /// Whose it is, and what they may do.
    pub owner: (UserId, &'a Rights),
    /// Who makes or changes it.
    pub caller: &'a SignedInUser,
    /// The time.
    pub now: Timestamp,
}

impl ApiKeyChange<'_> {
    /// Whether it may be made.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for a caller who calls with a key, with each permission that the owner or the caller
    /// lacks, and with what would make the key of a stronger user work where it did not; [`Refusal::Unprocessable`] for
    /// permissions that no key has, and for an end that is over.
    pub fn check(&self) -> Result<(), Refusal> {
        self.caller.credential.check_in_person()?;
        let added = self.added();
        let missing = added.iter().filter(|permission| !self.is_held(**permission)).map(|permission| {
            IdentityFault::PermissionNotHeld.with("permission", permission.as_str()).at(Field::Permissions)
        });
        let faults: Vec<Fault> = missing.chain(self.revivals()).collect();
        if !faults.is_empty() {
            return Err(Refusal::NotAllowed(faults));
        }
        let in_person = added.iter().filter(|permission| ApiKey::IN_PERSON.contains(permission)).map(|permission| {
            IdentityFault::PermissionNotForApiKeys.with("permission", permission.as_str()).at(Field::Permissions)
        });
        let is_over = self.is_expiry_new() && self.after.expires_at.is_some_and(|end| end <= self.now);
        let over = is_over.then(|| IdentityFault::ExpiryInPast.at(Field::KeyExpiry));
        Refusal::unless_empty(in_person.chain(over).collect())
    }

    /// The permissions that are new. One that its owner has lost since does no harm, and may stay.
    fn added(&self) -> Vec<Permission> {
        let had = |permission: &Permission| self.before.is_some_and(|before| before.permissions.contains(permission));
        self.after.permissions.iter().copied().filter(|permission| !had(permission)).collect()
    }

    fn is_held(&self, permission: Permission) -> bool {
        self.owner.1.hold(permission) && self.caller.rights.hold(permission)
    }

    fn is_expiry_new(&self) -> bool {
        self.before.is_none_or(|before| before.expires_at != self.after.expires_at)
    }

    /// The fields by which somebody else would let a key work that may do more than they may. They can switch it off,
    /// and take permissions away.
    fn revivals(&self) -> Vec<Fault> {
        let (owner, rights) = self.owner;
        let Some(before) = self.before else { return Vec::new() };
        if owner == self.caller.user || self.caller.rights.cover(&before.rights(rights)) {
            return Vec::new();
        }
        let revived = [
            (Field::IsEnabled, !before.is_enabled && self.after.is_enabled),
            (Field::KeyExpiry, self.is_expiry_new()),
            (Field::IpAllowList, before.ip_whitelist != self.after.ip_whitelist),
        ];
        revived.into_iter().filter(|(_, is)| *is).map(|(field, _)| IdentityFault::StrongerUser.at(field)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity::Scope;

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn network(text: &str) -> IpNetwork {
        text.parse().unwrap()
    }

    fn now() -> Timestamp {
        moment("2026-01-01T00:00:00Z")
    }

    fn rights(permissions: &[Permission]) -> Rights {
        Rights { permissions: permissions.iter().copied().collect(), ..Rights::without_groups(Scope::AllClients) }
    }

    fn administrator() -> Rights {
        Rights { is_administrator: true, sees_all_groups: true, ..rights(Permission::ALL) }
    }

    fn key(permissions: &[Permission]) -> ApiKey {
        ApiKey {
            name: "export".into(),
            permissions: permissions.iter().copied().collect(),
            ip_whitelist: List::default(),
            expires_at: None,
            is_enabled: true,
        }
    }

    fn in_session(user: UserId, rights: Rights) -> SignedInUser {
        SignedInUser { user, rights, credential: Credential::Session(SessionId::new(1)) }
    }

    /// The codes of a refusal, with their fields.
    fn told(result: Result<(), Refusal>) -> Vec<String> {
        match result {
            Ok(()) => Vec::new(),
            Err(Refusal::NotAllowed(faults) | Refusal::Unprocessable(faults) | Refusal::Conflict(faults)) => faults
                .into_iter()
                .map(|fault| format!("{} {}", fault.code.as_str(), fault.at.map_or("-".into(), |at| at.to_string())))
                .collect(),
        }
    }

    fn changed(before: &ApiKey, after: &ApiKey, owner: &Rights, caller: &SignedInUser) -> Vec<String> {
        let change = ApiKeyChange { before: Some(before), after, owner: (ANN, owner), caller, now: now() };
        told(change.check())
    }

    fn made(after: &ApiKey, caller: &SignedInUser) -> Vec<String> {
        let owner = (caller.user, &caller.rights);
        told(ApiKeyChange { before: None, after, owner, caller, now: now() }.check())
    }

    fn permissions() -> impl Strategy<Value = Vec<Permission>> {
        prop::collection::vec(prop::sample::select(Permission::ALL), 0..40)
    }

    proptest! {
        #[test]
        fn a_key_holds_what_it_was_given_and_its_user_holds_and_nothing_else(
            given in permissions(), held in permissions(), is_administrator in any::<bool>()
        ) {
            let of_user = Rights { is_administrator, ..rights(&held) };
            let of_key = key(&given).rights(&of_user);
            for permission in Permission::ALL {
                let expected = given.contains(permission)
                    && (is_administrator || held.contains(permission))
                    && !ApiKey::IN_PERSON.contains(permission);
                prop_assert_eq!(of_key.hold(*permission), expected, "{:?}", permission);
            }
            prop_assert!(of_user.cover(&of_key));
        }

        #[test]
        fn whatever_its_user_gains_a_key_holds_no_more_than_it_was_given(
            given in permissions(), held in permissions(), gained in permissions()
        ) {
            let bound: PermissionSet = given.iter().copied().collect();
            let after = rights(&[held, gained].concat());
            prop_assert!(bound.covers(&key(&given).rights(&after).permissions));
        }

        #[test]
        fn a_key_grants_nothing_that_it_does_not_hold(given in permissions(), granted in permissions()) {
            let of_key = key(&given).rights(&administrator());
            let granted = rights(&granted);
            if of_key.may_grant(None, &granted).is_ok() {
                prop_assert!(of_key.permissions.covers(&granted.permissions));
            }
        }
    }

    #[test]
    fn a_key_of_an_administrator_makes_no_administrator_and_sees_what_they_see() {
        let of_key = key(Permission::ALL).rights(&administrator());
        assert!(!of_key.is_administrator);
        assert!(of_key.may_grant(None, &administrator()).is_err());
        assert!(!of_key.cover(&administrator()));
        assert!(of_key.sees_all_groups);
    }

    #[test]
    fn the_status_goes_by_the_switch_and_then_by_the_clock() {
        let end = moment("2026-01-01T00:00:01Z");
        let ending = ApiKey { expires_at: Some(end), ..key(&[]) };
        assert_eq!(key(&[]).status(end), ApiKeyStatus::Active);
        assert_eq!(ending.status(now()), ApiKeyStatus::Active);
        assert_eq!(ending.status(end), ApiKeyStatus::Expired);
        assert_eq!(ApiKey { is_enabled: false, ..ending }.status(end), ApiKeyStatus::Disabled);
    }

    #[test]
    fn an_empty_list_leaves_a_key_to_the_list_of_its_user() {
        let listed = ApiKey { ip_whitelist: [network("192.0.2.0/24")].into_iter().collect(), ..key(&[]) };
        let (inside, outside) = ("192.0.2.7".parse().unwrap(), "198.51.100.7".parse().unwrap());
        assert!(key(&[]).is_allowed_from(outside));
        assert!(listed.is_allowed_from(inside));
        assert!(!listed.is_allowed_from(outside));
    }

    #[test]
    fn each_permission_that_the_user_lacks_is_named() {
        use Permission::{ClientsRead, ClientsUpdate, ProductsRead};
        let ann = in_session(ANN, rights(&[ClientsRead]));
        assert!(made(&key(&[ClientsRead]), &ann).is_empty());
        let refused = made(&key(&[ClientsRead, ClientsUpdate, ProductsRead]), &ann);
        assert_eq!(refused, ["permissionNotHeld Permissions", "permissionNotHeld Permissions"]);
    }

    #[test]
    fn no_key_is_given_the_permission_to_manage_keys() {
        let refused = made(&key(&ApiKey::IN_PERSON), &in_session(ANN, administrator()));
        assert_eq!(refused, ["permissionNotForApiKeys Permissions"; 3]);
        assert!(made(&key(&[Permission::ApiKeysRead]), &in_session(ANN, administrator())).is_empty());
    }

    #[test]
    fn a_key_makes_and_changes_no_key() {
        let caller =
            SignedInUser { credential: Credential::ApiKey(ApiKeyId::new(7)), ..in_session(ANN, administrator()) };
        assert_eq!(made(&key(&[]), &caller), ["notByApiKey -"]);
        assert_eq!(changed(&key(&[]), &key(&[]), &administrator(), &caller), ["notByApiKey -"]);
    }

    #[test]
    fn an_end_is_in_the_future_when_it_is_set_and_may_be_over_when_it_is_not() {
        let ann = in_session(ANN, rights(&[]));
        let over = ApiKey { expires_at: Some(now()), ..key(&[]) };
        assert_eq!(made(&over, &ann), ["expiryInPast KeyExpiry"]);
        assert_eq!(changed(&key(&[]), &over, &ann.rights, &ann), ["expiryInPast KeyExpiry"]);
        let renamed = ApiKey { name: "other".into(), ..over.clone() };
        assert!(changed(&over, &renamed, &ann.rights, &ann).is_empty());
    }

    #[test]
    fn a_permission_that_the_owner_has_lost_may_stay_and_does_not_come_back() {
        let (ann, lost) = (in_session(ANN, rights(&[])), key(&[Permission::ClientsRead]));
        let renamed = ApiKey { name: "other".into(), ..lost.clone() };
        assert!(changed(&lost, &renamed, &ann.rights, &ann).is_empty());
        assert_eq!(changed(&key(&[]), &lost, &ann.rights, &ann), ["permissionNotHeld Permissions"]);
    }

    #[test]
    fn somebody_else_adds_only_what_both_they_and_the_owner_hold() {
        use Permission::{ClientsRead, ProductsRead};
        let (both, one) = (rights(&[ClientsRead, ProductsRead]), rights(&[ClientsRead]));
        let (before, after) = (key(&[]), key(&[ClientsRead, ProductsRead]));
        let refused = ["permissionNotHeld Permissions"];
        assert_eq!(changed(&before, &after, &one, &in_session(BOB, both.clone())), refused);
        assert_eq!(changed(&before, &after, &both, &in_session(BOB, one)), refused);
        assert!(changed(&before, &after, &both, &in_session(BOB, both.clone())).is_empty());
    }

    #[test]
    fn a_stronger_key_of_somebody_else_can_be_weakened_and_not_revived() {
        use Permission::{ClientsRead, ProductsRead};
        let (strong, bob) = (rights(&[ClientsRead, ProductsRead]), in_session(BOB, rights(&[ClientsRead])));
        let off = ApiKey { is_enabled: false, ..key(&[ClientsRead, ProductsRead]) };
        let revived = ApiKey {
            is_enabled: true,
            expires_at: Some(moment("2027-01-01T00:00:00Z")),
            ip_whitelist: [network("192.0.2.1")].into_iter().collect(),
            ..off.clone()
        };
        let refused = ["strongerUser IsEnabled", "strongerUser KeyExpiry", "strongerUser IpAllowList"];
        assert_eq!(changed(&off, &revived, &strong, &bob), refused);
        assert!(changed(&off, &revived, &strong, &in_session(ANN, strong.clone())).is_empty());
        assert!(changed(&off, &revived, &strong, &in_session(BOB, strong.clone())).is_empty());
        let weakened = ApiKey { is_enabled: false, ..key(&[ClientsRead]) };
        assert!(changed(&ApiKey { is_enabled: true, ..off }, &weakened, &strong, &bob).is_empty());
    }
}
