//! Providers by which users sign in (OIDC; `docs/rules.md`, Sign-in by OIDC).

use std::collections::BTreeSet;

use super::{EmailDomain, IdentityFault, SecondFactor, SecureUrl, SignedInUser, UserGroupId, UserId};
use crate::value::{CommonFault, Email, Entity, FaultCode as _, Field, Refusal, Set};

/// A value of a provider's claim, and the group that it gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappedGroup {
    /// The value, letter by letter.
    pub value: String,
    /// The id of the group.
    pub group_id: UserGroupId,
}

/// A provider by which users sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// The name that users are shown.
    pub caption: String,
    /// Who issues the ID tokens. Subjects are known by it, so it does not change.
    pub issuer: SecureUrl,
    /// Who we are to the provider.
    pub client_id: String,
    /// Our secret with the provider, sealed; none for a public client.
    pub client_secret: Option<String>,
    /// What the provider is asked to tell, beside `openid`.
    pub scopes: Set<String>,
    /// Where the provider may send users back.
    pub redirect_uris: Set<SecureUrl>,
    /// The domains of e-mail addresses for which the provider speaks.
    pub email_domains: Set<EmailDomain>,
    /// The claim that holds the groups.
    pub group_claim: String,
    /// Which groups its values give.
    pub groups: Set<MappedGroup>,
    /// Whether the mapped groups of a user follow the claim at each sign-in.
    pub follows_groups: bool,
    /// Whether a user is made at a first sign-in.
    pub creates_users: bool,
    /// Whether the provider asks for a second factor, so that none is asked here.
    pub trusts_second_factor: bool,
    /// Whether users can sign in with it.
    pub is_enabled: bool,
}

impl Entity for IdentityProvider {
    type Id = super::IdentityProviderId;
    const RESOURCE: &'static str = "identity_provider";
}

/// Whom a provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// Who they are at the provider.
    pub subject: String,
    /// Their e-mail address, where the provider has verified it.
    pub verified_email: Option<Email>,
    /// Their name.
    pub name: Option<String>,
    /// The values of the claim that holds groups.
    pub groups: BTreeSet<String>,
}

/// What is known of a user for whom a provider vouches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownUser {
    /// Who signed in with the provider before.
    Linked(UserId),
    /// Who has the e-mail address.
    OfEmail {
        /// The user.
        user: UserId,
        /// Whether the provider vouched for the user under another subject.
        has_other_subject: bool,
    },
    /// Nobody.
    Unknown,
}

/// Who signs in with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A user who did before.
    Known(UserId),
    /// A user who does for the first time.
    Linked(UserId),
    /// A user who is to be made, with this e-mail address.
    Created(Email),
}

impl IdentityProvider {
    /// Who sets a provider up decides who signs in as whom, so only somebody who holds every right may, and in person.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn check_author(caller: &SignedInUser) -> Result<(), Refusal> {
        caller.credential.check_in_person()?;
        if caller.rights.is_administrator { Ok(()) } else { Err(IdentityFault::AdministratorsOnly.not_allowed()) }
    }

    /// The groups that are mapped exist.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] with each that does not.
    pub fn check_groups(&self, existing: &BTreeSet<UserGroupId>) -> Result<(), Refusal> {
        let unknown = self.groups.placed().filter(|(_, mapped)| !existing.contains(&mapped.group_id));
        let faults = unknown.map(|(place, _)| CommonFault::Unknown.at(Field::Groups.entry(place).entry("groupId")));
        Refusal::unless_empty(faults.collect())
    }

    /// Where users may be sent back to is compared letter by letter.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`].
    pub fn check_redirect(&self, uri: &SecureUrl) -> Result<(), Refusal> {
        if self.redirect_uris.contains(uri) {
            Ok(())
        } else {
            Err(IdentityFault::RedirectUriNotListed.at(Field::RedirectUri).unprocessable())
        }
    }

    /// Who signs in. A first sign-in goes by an e-mail address that the provider has verified, and that is of a domain
    /// for which it speaks. Whoever has an address that another subject of the provider had before is somebody else.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn admit(&self, identity: &ProviderIdentity, known: KnownUser) -> Result<Admission, Refusal> {
        if let KnownUser::Linked(user) = known {
            return Ok(Admission::Known(user));
        }
        let Some(email) = &identity.verified_email else { return Err(IdentityFault::EmailNotVerified.not_allowed()) };
        if !self.email_domains.iter().any(|domain| domain.has(email)) {
            return Err(IdentityFault::EmailDomainNotAllowed.not_allowed());
        }
        match known {
            KnownUser::Linked(user) | KnownUser::OfEmail { user, has_other_subject: false } => {
                Ok(Admission::Linked(user))
            }
            KnownUser::OfEmail { has_other_subject: true, .. } => {
                Err(IdentityFault::LinkedToOtherSubject.not_allowed())
            }
            KnownUser::Unknown if self.creates_users => Ok(Admission::Created(email.clone())),
            KnownUser::Unknown => Err(IdentityFault::NoUserOfEmail.not_allowed()),
        }
    }

    /// The groups that these values of the claim give.
    #[must_use]
    pub fn groups_of(&self, values: &BTreeSet<String>) -> Set<UserGroupId> {
        self.groups.iter().filter(|mapped| values.contains(&mapped.value)).map(|mapped| mapped.group_id).collect()
    }

    /// The groups of a user after a sign-in with these values: those that are mapped come and go with the claim, others
    /// stay as they are.
    #[must_use]
    pub fn groups_after(&self, before: &Set<UserGroupId>, values: &BTreeSet<String>) -> Set<UserGroupId> {
        if !self.follows_groups {
            return before.clone();
        }
        let is_mapped = |group: &UserGroupId| self.groups.iter().any(|mapped| mapped.group_id == *group);
        let given = self.groups_of(values);
        before.iter().copied().filter(|group| !is_mapped(group)).chain(given.iter().copied()).collect()
    }

    /// The second factor that is asked here after the provider's sign-in.
    #[must_use]
    pub const fn factor_asked(&self, of_user: SecondFactor) -> SecondFactor {
        if self.trusts_second_factor { SecondFactor::Off } else { of_user }
    }
}

/// By what administrators can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaysIn {
    /// Whether passwords are taken.
    pub by_password: bool,
    /// Whether an active administrator has signed in with a provider that is enabled.
    pub by_provider: bool,
}

impl WaysIn {
    /// Some administrator can sign in.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check(self) -> Result<(), Refusal> {
        if self.by_password || self.by_provider { Ok(()) } else { Err(IdentityFault::NoWayIn.conflict()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{ApiKeyId, Credential, Rights, Scope, SessionId};

    const ANN: UserId = UserId::new(1);

    fn group(id: i64) -> UserGroupId {
        UserGroupId::new(id)
    }

    fn provider() -> IdentityProvider {
        let mapped = [("staff", 2), ("admins", 1), ("bosses", 1)];
        IdentityProvider {
            caption: "Office".into(),
            issuer: "https://login.example.com".parse().unwrap(),
            client_id: "backoffice".into(),
            client_secret: None,
            scopes: Set::default(),
            redirect_uris: ["https://office.example.com/in".parse().unwrap()].into_iter().collect(),
            email_domains: ["example.com".parse().unwrap()].into_iter().collect(),
            group_claim: "groups".into(),
            groups: mapped
                .map(|(value, id)| MappedGroup { value: value.into(), group_id: group(id) })
                .into_iter()
                .collect(),
            follows_groups: true,
            creates_users: true,
            trusts_second_factor: false,
            is_enabled: true,
        }
    }

    fn identity(email: Option<&str>) -> ProviderIdentity {
        ProviderIdentity {
            subject: "248289761001".into(),
            verified_email: email.map(|email| email.parse().unwrap()),
            name: None,
            groups: BTreeSet::new(),
        }
    }

    fn values(values: &[&str]) -> BTreeSet<String> {
        values.iter().map(ToString::to_string).collect()
    }

    fn groups(ids: &[i64]) -> Set<UserGroupId> {
        ids.iter().copied().map(group).collect()
    }

    fn refused(fault: IdentityFault) -> Result<Admission, Refusal> {
        Err(fault.not_allowed())
    }

    #[test]
    fn who_signed_in_before_is_known_by_the_subject_whatever_their_address_is_now() {
        let known = KnownUser::Linked(ANN);
        assert_eq!(provider().admit(&identity(None), known), Ok(Admission::Known(ANN)));
        assert_eq!(provider().admit(&identity(Some("ann@elsewhere.example")), known), Ok(Admission::Known(ANN)));
    }

    #[test]
    fn a_first_sign_in_needs_a_verified_address_of_a_domain_of_the_provider() {
        let known = KnownUser::OfEmail { user: ANN, has_other_subject: false };
        assert_eq!(provider().admit(&identity(Some("Ann@Example.com")), known), Ok(Admission::Linked(ANN)));
        assert_eq!(provider().admit(&identity(None), known), refused(IdentityFault::EmailNotVerified));
        let elsewhere = identity(Some("ann@elsewhere.example"));
        assert_eq!(provider().admit(&elsewhere, known), refused(IdentityFault::EmailDomainNotAllowed));
        let of_none = IdentityProvider { email_domains: Set::default(), ..provider() };
        let ann = identity(Some("ann@example.com"));
        assert_eq!(of_none.admit(&ann, known), refused(IdentityFault::EmailDomainNotAllowed));
    }

    #[test]
    fn an_address_that_another_subject_had_signs_nobody_in() {
        let known = KnownUser::OfEmail { user: ANN, has_other_subject: true };
        let ann = identity(Some("ann@example.com"));
        assert_eq!(provider().admit(&ann, known), refused(IdentityFault::LinkedToOtherSubject));
    }

    #[test]
    fn who_is_unknown_is_made_a_user_where_the_provider_may() {
        let bob = identity(Some("bob@example.com"));
        let created = Ok(Admission::Created("bob@example.com".parse().unwrap()));
        assert_eq!(provider().admit(&bob, KnownUser::Unknown), created);
        let strict = IdentityProvider { creates_users: false, ..provider() };
        assert_eq!(strict.admit(&bob, KnownUser::Unknown), refused(IdentityFault::NoUserOfEmail));
        let nobody = provider().admit(&identity(None), KnownUser::Unknown);
        assert_eq!(nobody, refused(IdentityFault::EmailNotVerified));
    }

    #[test]
    fn mapped_groups_follow_the_claim_and_others_stay() {
        let provider = provider();
        assert_eq!(provider.groups_after(&groups(&[2, 7]), &values(&["admins"])), groups(&[1, 7]));
        assert_eq!(provider.groups_after(&groups(&[1, 2, 7]), &values(&[])), groups(&[7]));
        assert_eq!(provider.groups_after(&groups(&[1]), &values(&["bosses", "Staff"])), groups(&[1]));
        let given = IdentityProvider { follows_groups: false, ..provider };
        assert_eq!(given.groups_after(&groups(&[2, 7]), &values(&["admins"])), groups(&[2, 7]));
        assert_eq!(given.groups_of(&values(&["admins", "staff", "other"])), groups(&[1, 2]));
    }

    #[test]
    fn each_mapped_group_that_does_not_exist_is_named_where_it_was_sent() {
        let mapped = [("b", 9), ("a", 1)].map(|(value, id)| MappedGroup { value: value.into(), group_id: group(id) });
        let provider = IdentityProvider { groups: Set::sent(mapped), ..provider() };
        let unknown = CommonFault::Unknown.at(Field::Groups.entry(0).entry("groupId"));
        assert_eq!(provider.check_groups(&[group(1)].into()), Err(Refusal::Unprocessable(vec![unknown])));
        assert_eq!(provider.check_groups(&[group(1), group(9)].into()), Ok(()));
    }

    #[test]
    fn users_are_sent_back_to_a_listed_address_alone() {
        let check = |uri: &str| provider().check_redirect(&uri.parse().unwrap());
        assert!(check("https://office.example.com/in").is_ok());
        for other in
            ["https://office.example.com/in/", "https://office.example.com/in?a", "https://office.example.com/"]
        {
            assert!(check(other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_own_second_factor_is_asked_unless_the_provider_is_trusted_with_it() {
        use SecondFactor::{Email, Off, Totp};
        assert_eq!([Off, Email, Totp].map(|factor| provider().factor_asked(factor)), [Off, Email, Totp]);
        let trusted = IdentityProvider { trusts_second_factor: true, ..provider() };
        assert_eq!([Off, Email, Totp].map(|factor| trusted.factor_asked(factor)), [Off, Off, Off]);
    }

    #[test]
    fn administrators_set_providers_up_in_person() {
        let all = Rights { is_administrator: true, ..Rights::without_groups(Scope::AllClients) };
        let session = Credential::Session(SessionId::new(1));
        let caller = |rights: &Rights, credential| SignedInUser { user: ANN, rights: rights.clone(), credential };
        assert!(IdentityProvider::check_author(&caller(&all, session)).is_ok());
        assert!(IdentityProvider::check_author(&caller(&all, Credential::ApiKey(ApiKeyId::new(1)))).is_err());
        let other = Rights::without_groups(Scope::AllClients);
        let refused = Err(IdentityFault::AdministratorsOnly.not_allowed());
        assert_eq!(IdentityProvider::check_author(&caller(&other, session)), refused);
    }

    #[test]
    fn one_way_in_stays() {
        let ways = |by_password, by_provider| WaysIn { by_password, by_provider }.check().is_ok();
        assert_eq!([ways(true, true), ways(true, false), ways(false, true)], [true; 3]);
        assert!(!ways(false, false));
    }
}
