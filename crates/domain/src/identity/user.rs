use super::{IdentityFault, Rights, UserGroupId, UserId};
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
    /// [`Refusal::NotAllowed`] where it grants more than the caller has, or would let them sign in
    /// as somebody who has more; [`Refusal::Conflict`] where they disable themselves.
    pub fn check(&self, caller: UserId, rights: &Rights) -> Result<(), Refusal> {
        let (after, granted) = self.after;
        rights.may_grant(self.before.map(|(_, rights)| rights), granted)?;
        let Some((before, held)) = self.before else { return Ok(()) };
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
        let after = self.after.0;
        [
            (Field::Password, self.sets_password),
            (Field::Email, before.email.key() != after.email.key()),
            (Field::SecondFactor, before.second_factor != after.second_factor),
            (Field::IpAllowList, before.ip_whitelist != after.ip_whitelist),
        ]
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(field, _)| IdentityFault::StrongerUser.at(field))
        .collect()
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
    use crate::identity::Permission;
    use crate::identity::Scope;

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

    #[test]
    fn the_password_of_a_stronger_user_is_out_of_reach() {
        let (ann, rights) = (user(), strong());
        let change = change(&ann, &ann, &rights, true);
        assert!(matches!(change.check(BOB, &Rights::without_groups(Scope::AllClients)), Err(Refusal::NotAllowed(_))));
        assert!(change.check(BOB, &strong()).is_ok());
        assert!(change.check(ANN, &strong()).is_ok());
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
        assert!(matches!(change.check(ANN, &rights), Err(Refusal::Conflict(_))));
        assert!(change.check(BOB, &rights).is_ok());
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
