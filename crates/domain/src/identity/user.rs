use super::{Credential, IdentityFault, Rights, SignedInUser, UserGroupId, UserId};
use crate::value::{ClientTagId, Email, Fault, FaultCode as _, Field, Refusal, Set, text_enum};

text_enum! {
    /// What a user shows beside their password.
    SecondFactor {
        /// Nothing.
        Off = "off",
        /// A code that is mailed to them.
        Email = "email",
        /// A code of their app (RFC 6238), which only they can set up.
        Totp = "totp",
    }
}

impl SecondFactor {
    /// What switching a second factor on or off comes to: on means codes by mail, and leaves an app
    /// alone, which only the user sets up.
    #[must_use]
    pub const fn switched(self, on: Option<bool>) -> Self {
        match (on, self) {
            (None, current) => current,
            (Some(false), _) => Self::Off,
            (Some(true), Self::Off) => Self::Email,
            (Some(true), Self::Email) => Self::Email,
            (Some(true), Self::Totp) => Self::Totp,
        }
    }
}

/// What of a change of a user needs mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailNeeds {
    /// The second factor as it was; off for a new user.
    pub before: SecondFactor,
    /// The second factor as it shall be.
    pub after: SecondFactor,
    /// Whether the user is mailed their access.
    pub notifies: bool,
}

impl MailNeeds {
    /// What needs mail cannot be switched on where no mail can be sent.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] with each field that needs it.
    pub fn check(self, can_mail: bool) -> Result<(), Refusal> {
        let by_mail = self.after == SecondFactor::Email && self.before != self.after;
        let faults = [(Field::SecondFactor, by_mail), (Field::Notify, self.notifies)]
            .into_iter()
            .filter(|(_, needs_mail)| *needs_mail && !can_mail)
            .map(|(field, _)| IdentityFault::MailNotConfigured.at(field))
            .collect();
        Refusal::unless_empty(faults)
    }
}

/// A back-office user, without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// What the user signs in with; no other user has it, whatever its case.
    pub email: Email,
    /// The phone number, for colleagues.
    pub phone: Option<String>,
    /// Whether the user may sign in.
    pub active: bool,
    /// The second factor.
    pub second_factor: SecondFactor,
    /// The IP addresses and blocks from which the user is allowed; empty allows all.
    pub ip_whitelist: Vec<String>,
    /// The user's groups.
    pub groups: Set<UserGroupId>,
    /// The tags whose clients the user sees; empty means all clients.
    pub client_tags: Set<ClientTagId>,
    /// Whether the user sees sensitive data of clients in clear.
    pub can_view_masked_data: bool,
    /// Where Slack notifications of events go.
    pub slack_chat_id: Option<String>,
    /// Where Telegram notifications of events go.
    pub telegram_chat_id: Option<String>,
}

/// Everything that a rule needs to know of a change of a user.
#[derive(Clone, Copy, Debug)]
pub struct UserChange<'a> {
    /// Who is changed.
    pub id: UserId,
    /// As they were; none for a new user.
    pub before: Option<(&'a User, &'a Rights)>,
    /// As they shall be.
    pub after: (&'a User, &'a Rights),
    /// Whether a password is set.
    pub sets_password: bool,
}

impl UserChange<'_> {
    /// Whether the caller may make this change.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] where it grants more than the caller has, would let them sign in as somebody who has
    /// more, or is none that is made with a key; [`Refusal::Conflict`] where they disable themselves.
    pub fn check(&self, caller: &SignedInUser) -> Result<(), Refusal> {
        let SignedInUser { user: caller, rights, credential } = caller;
        let (caller, (after, granted)) = (*caller, self.after);
        rights.may_grant(self.before.map(|(_, rights)| rights), granted)?;
        let Some((before, held)) = self.before else { return Ok(()) };
        match credential {
            Credential::Session(_) => {}
            Credential::ApiKey(_) => self.check_by_key(caller, before)?,
        }
        if caller != self.id && !rights.cover(held) {
            let faults = self.takeovers(before);
            if !faults.is_empty() {
                return Err(Refusal::NotAllowed(faults));
            }
        }
        if caller == self.id && !after.active {
            return Err(IdentityFault::CannotDisableSelf.conflict());
        }
        Ok(())
    }

    /// The changed fields that would let the caller sign in as this user.
    fn takeovers(&self, before: &User) -> Vec<Fault> {
        self.security(before).map(|field| IdentityFault::StrongerUser.at(field)).collect()
    }

    /// The changed fields that say with what, and from where, the user signs in.
    fn security(&self, before: &User) -> impl Iterator<Item = Field> + use<> {
        let after = self.after.0;
        let changed = [
            (Field::Password, self.sets_password),
            (Field::Email, before.email.key() != after.email.key()),
            (Field::SecondFactor, before.second_factor != after.second_factor),
            (Field::IpAllowList, before.ip_whitelist != after.ip_whitelist),
        ];
        changed.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field)
    }

    /// The changed fields that say what the user may do and see.
    fn reach(&self, before: &User) -> impl Iterator<Item = Field> + use<> {
        let after = self.after.0;
        let changed = [
            (Field::Groups, before.groups != after.groups),
            (Field::ClientTags, before.client_tags != after.client_tags),
            (Field::UnmaskedData, before.can_view_masked_data != after.can_view_masked_data),
        ];
        changed.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field)
    }

    /// No key changes how anybody signs in, nor what its own user may do and see: it would widen itself.
    fn check_by_key(&self, owner: UserId, before: &User) -> Result<(), Refusal> {
        let own = self.reach(before).filter(|_| owner == self.id);
        let faults: Vec<Fault> =
            self.security(before).chain(own).map(|field| IdentityFault::FixedForApiKeys.at(field)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::NotAllowed(faults)) }
    }

    /// Whether the change touches what the user signs in with, which ends all their sessions.
    #[must_use]
    pub fn ends_sessions(&self) -> bool {
        let after = self.after.0;
        self.before.is_some_and(|(before, _)| {
            self.sets_password
                || (before.active && !after.active)
                || before.email.key() != after.email.key()
                || before.second_factor != after.second_factor
        })
    }
}

/// Everything that a rule needs to know of the deletion of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserDeletion {
    /// Who is deleted.
    pub user: UserId,
    /// Who deletes them.
    pub caller: UserId,
    /// Whether they are the only active member of Administrators.
    pub is_last_administrator: bool,
}

impl UserDeletion {
    /// Whether the user may be deleted.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] for oneself and for the last active administrator.
    pub fn check(self) -> Result<(), Refusal> {
        if self.user == self.caller {
            Err(IdentityFault::CannotDeleteSelf.conflict())
        } else if self.is_last_administrator {
            Err(Self::last_administrator())
        } else {
            Ok(())
        }
    }

    /// The refusal to leave the installation without an administrator.
    #[must_use]
    pub fn last_administrator() -> Refusal {
        IdentityFault::LastAdministrator.conflict()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{ApiKeyId, Permission, Scope, SessionId};

    fn user() -> User {
        User {
            name: "Ann".into(),
            email: "ann@example.com".parse().unwrap(),
            phone: None,
            active: true,
            second_factor: SecondFactor::Off,
            ip_whitelist: Vec::new(),
            groups: Set::default(),
            client_tags: Set::default(),
            can_view_masked_data: false,
            slack_chat_id: None,
            telegram_chat_id: None,
        }
    }

    fn strong() -> Rights {
        Rights {
            permissions: [Permission::UsersDelete].into_iter().collect(),
            ..Rights::without_groups(Scope::AllClients)
        }
    }

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);

    fn change<'a>(before: &'a User, after: &'a User, rights: &'a Rights, sets_password: bool) -> UserChange<'a> {
        UserChange { id: ANN, before: Some((before, rights)), after: (after, rights), sets_password }
    }

    fn by(user: UserId, rights: &Rights) -> SignedInUser {
        SignedInUser { user, rights: rights.clone(), credential: Credential::Session(SessionId::new(1)) }
    }

    fn by_key_of(user: UserId, rights: &Rights) -> SignedInUser {
        SignedInUser { credential: Credential::ApiKey(ApiKeyId::new(1)), ..by(user, rights) }
    }

    #[test]
    fn the_password_of_a_stronger_user_is_out_of_reach() {
        let (ann, rights) = (user(), strong());
        let change = change(&ann, &ann, &rights, true);
        let weak = by(BOB, &Rights::without_groups(Scope::AllClients));
        assert!(matches!(change.check(&weak), Err(Refusal::NotAllowed(_))));
        assert!(change.check(&by(BOB, &strong())).is_ok());
        assert!(change.check(&by(ANN, &strong())).is_ok());
    }

    #[test]
    fn no_key_changes_how_anybody_signs_in() {
        let (ann, rights) = (user(), strong());
        let after = User {
            email: "anna@example.com".parse().unwrap(),
            second_factor: SecondFactor::Email,
            ip_whitelist: vec!["192.0.2.1".into()],
            ..user()
        };
        let change = change(&ann, &after, &rights, true);
        let fields = [Field::Password, Field::Email, Field::SecondFactor, Field::IpAllowList];
        let refused = Err(Refusal::NotAllowed(fields.map(|field| IdentityFault::FixedForApiKeys.at(field)).to_vec()));
        assert_eq!(change.check(&by_key_of(ANN, &rights)), refused);
        assert_eq!(change.check(&by_key_of(BOB, &rights)), refused);
        let renamed = User { name: "Anna".into(), ..user() };
        assert!(
            UserChange { after: (&renamed, &rights), sets_password: false, ..change }
                .check(&by_key_of(ANN, &rights))
                .is_ok()
        );
    }

    #[test]
    fn no_key_changes_what_its_own_user_may_do_and_see() {
        let (ann, rights) = (user(), strong());
        let after = User {
            groups: Set::from_iter([UserGroupId::new(7)]),
            client_tags: Set::from_iter([ClientTagId::new(7)]),
            ..user()
        };
        let change = change(&ann, &after, &rights, false);
        let fields = [Field::Groups, Field::ClientTags];
        let refused = Err(Refusal::NotAllowed(fields.map(|field| IdentityFault::FixedForApiKeys.at(field)).to_vec()));
        assert_eq!(change.check(&by_key_of(ANN, &rights)), refused);
        assert!(change.check(&by_key_of(BOB, &rights)).is_ok());
        assert!(change.check(&by(ANN, &rights)).is_ok());
    }

    #[test]
    fn switching_a_factor_on_means_mail_and_leaves_an_app_alone() {
        use SecondFactor::{Email, Off, Totp};
        assert_eq!([Off, Email, Totp].map(|factor| factor.switched(Some(true))), [Email, Email, Totp]);
        assert_eq!([Off, Email, Totp].map(|factor| factor.switched(Some(false))), [Off, Off, Off]);
        assert_eq!([Off, Email, Totp].map(|factor| factor.switched(None)), [Off, Email, Totp]);
    }

    #[test]
    fn only_what_is_new_needs_mail() {
        let needs = MailNeeds { before: SecondFactor::Off, after: SecondFactor::Email, notifies: true };
        assert!(needs.check(true).is_ok());
        assert!(matches!(needs.check(false), Err(Refusal::Unprocessable(faults)) if faults.len() == 2));
        let kept = MailNeeds { before: SecondFactor::Email, after: SecondFactor::Email, notifies: false };
        assert!(kept.check(false).is_ok());
    }

    #[test]
    fn nobody_disables_themselves() {
        let (ann, rights) = (user(), Rights::without_groups(Scope::AllClients));
        let disabled = User { active: false, ..user() };
        let change = change(&ann, &disabled, &rights, false);
        assert!(matches!(change.check(&by(ANN, &rights)), Err(Refusal::Conflict(_))));
        assert!(change.check(&by(BOB, &rights)).is_ok());
    }

    #[test]
    fn sessions_end_with_a_new_password_e_mail_or_factor_and_with_disabling() {
        let (ann, rights) = (user(), Rights::without_groups(Scope::AllClients));
        let disabled = User { active: false, ..user() };
        let mailed = User { second_factor: SecondFactor::Email, ..user() };
        let moved = User { email: "anna@example.com".parse().unwrap(), ..user() };
        let renamed = User { name: "Anna".into(), email: "ANN@example.com".parse().unwrap(), ..user() };
        assert!(change(&ann, &ann, &rights, true).ends_sessions());
        assert!(change(&ann, &moved, &rights, false).ends_sessions());
        assert!(change(&ann, &disabled, &rights, false).ends_sessions());
        assert!(change(&ann, &mailed, &rights, false).ends_sessions());
        assert!(!change(&ann, &renamed, &rights, false).ends_sessions());
    }

    #[test]
    fn neither_oneself_nor_the_last_administrator_is_deleted() {
        let deletion = UserDeletion { user: ANN, caller: BOB, is_last_administrator: false };
        assert!(deletion.check().is_ok());
        assert!(UserDeletion { caller: ANN, ..deletion }.check().is_err());
        assert!(UserDeletion { is_last_administrator: true, ..deletion }.check().is_err());
    }
}
