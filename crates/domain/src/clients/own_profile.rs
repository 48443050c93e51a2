use chrono::NaiveDate;

use super::{ClientsFault, Locality, Profile};
use crate::value::{Fault, FaultCode as _, Field, Refusal};

/// What clients change of their profile themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnProfile {
    /// What they want to be called.
    pub nickname: Option<String>,
    /// The language that they read.
    pub locale: Locality,
    /// Who they are.
    pub identity: Identity,
}

/// Who somebody is, which documents prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The middle name.
    pub middle_name: Option<String>,
    /// The date of birth.
    pub birthday: Option<NaiveDate>,
}

/// What a client may change themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnProfileTerms {
    /// Whether clients change their nickname in this installation.
    pub may_change_nickname: bool,
    /// Whether the client has a verification level above the default one.
    pub is_verified: bool,
    /// What day it is.
    pub today: NaiveDate,
}

impl From<&Profile> for OwnProfile {
    fn from(profile: &Profile) -> Self {
        Self {
            nickname: profile.nickname.clone(),
            locale: profile.locale.clone(),
            identity: Identity {
                first_name: profile.first_name.clone(),
                last_name: profile.last_name.clone(),
                middle_name: profile.middle_name.clone(),
                birthday: profile.birthday,
            },
        }
    }
}

impl Identity {
    /// The profile of somebody who is this.
    #[must_use]
    pub fn in_profile(&self, profile: &Profile) -> Profile {
        let Self { first_name, last_name, middle_name, birthday } = self.clone();
        Profile { first_name, last_name, middle_name, birthday, ..profile.clone() }
    }

    /// The inputs by which this differs.
    fn changed(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            ("firstName", self.first_name != other.first_name),
            ("lastName", self.last_name != other.last_name),
            ("middleName", self.middle_name != other.middle_name),
            ("birthday", self.birthday != other.birthday),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

impl OwnProfile {
    /// The profile with nickname and language of this, which nobody decides on.
    #[must_use]
    pub fn in_profile(&self, profile: &Profile) -> Profile {
        Profile { nickname: self.nickname.clone(), locale: self.locale.clone(), ..profile.clone() }
    }

    /// Whether the client may make this of their profile.
    ///
    /// # Errors
    /// A refusal with every field that stays.
    pub fn check_change(&self, profile: &Profile, terms: OwnProfileTerms) -> Result<(), Refusal> {
        let before = Self::from(profile);
        let mut faults: Vec<Fault> = Vec::new();
        if self.nickname != before.nickname && !terms.may_change_nickname {
            faults.push(ClientsFault::NicknameFixed.at(Field::Nickname));
        }
        let changed = self.identity.changed(&before.identity);
        if terms.is_verified {
            faults.extend(changed.iter().map(|name| ClientsFault::IdentityProved.at(Field::Info.entry(name))));
        } else if changed.contains(&"birthday") {
            let fault = self.identity.in_profile(profile).age_fault(terms.today);
            faults.extend(fault.map(|fault| fault.at(Field::Info.entry("birthday"))));
        }
        Refusal::unless_empty(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{ClientStatus, InternalType, RiskLevel};
    use crate::value::Set;

    fn profile() -> Profile {
        Profile {
            first_name: "Ann".into(),
            last_name: "Doe".into(),
            middle_name: None,
            nickname: None,
            birthday: None,
            country: None,
            city: None,
            locale: Locality::default(),
            company: None,
            internal_type: InternalType::Default,
            risk_level: RiskLevel::Low,
            status: ClientStatus::Active,
            tags: Set::default(),
        }
    }

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 6, 1).unwrap()
    }

    fn terms(may_change_nickname: bool, is_verified: bool) -> OwnProfileTerms {
        OwnProfileTerms { may_change_nickname, is_verified, today: day(2026) }
    }

    fn renamed() -> OwnProfile {
        let own = OwnProfile::from(&profile());
        let identity = Identity { first_name: "Anna".into(), birthday: Some(day(2000)), ..own.identity };
        OwnProfile { nickname: Some("annie".into()), identity, ..own }
    }

    fn faults(after: &OwnProfile, terms: OwnProfileTerms) -> Vec<Fault> {
        match after.check_change(&profile(), terms) {
            Ok(()) => Vec::new(),
            Err(Refusal::Unprocessable(faults) | Refusal::Conflict(faults) | Refusal::NotAllowed(faults)) => faults,
        }
    }

    #[test]
    fn the_nickname_changes_where_the_installation_lets_it() {
        let after = OwnProfile { nickname: Some("annie".into()), ..OwnProfile::from(&profile()) };
        assert_eq!(faults(&after, terms(true, true)), []);
        assert_eq!(faults(&after, terms(false, false)), [ClientsFault::NicknameFixed.at(Field::Nickname)]);
        assert_eq!(faults(&OwnProfile::from(&profile()), terms(false, true)), [], "it stays");
    }

    #[test]
    fn who_has_proved_who_they_are_stays_so() {
        assert_eq!(faults(&renamed(), terms(true, false)), []);
        let fixed = ["firstName", "birthday"].map(|name| ClientsFault::IdentityProved.at(Field::Info.entry(name)));
        assert_eq!(faults(&renamed(), terms(true, true)), fixed);
    }

    #[test]
    fn clients_are_of_age() {
        let own = OwnProfile::from(&profile());
        let after = OwnProfile { identity: Identity { birthday: Some(day(2010)), ..own.identity }, ..own };
        let told = faults(&after, terms(true, false));
        assert!(matches!(told.as_slice(), [fault] if fault.is(ClientsFault::TooYoung)), "{told:?}");
    }

    #[test]
    fn nickname_and_identity_are_written_apart() {
        let own = renamed().in_profile(&profile());
        assert_eq!((own.nickname.as_deref(), own.first_name.as_str()), (Some("annie"), "Ann"));
        let identity = renamed().identity.in_profile(&profile());
        assert_eq!((identity.nickname, identity.first_name.as_str()), (None, "Anna"));
    }
}
