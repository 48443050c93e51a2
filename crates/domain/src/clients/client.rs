use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};

use super::{ClientId, ClientTagId, ClientTypeId, ClientsFault, ManagerId, ProfileChangeId, VerificationLevelId};
use crate::content::CountryId;
use crate::identity::{Scope, UserId};
use crate::value::{Email, Entity, Fault, FaultCode as _, Refusal, Set, text_enum};

/// A tag: it orders clients, and narrows the users who bear it to clients who bear it too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Tag {
    /// Its name; one tag alone has it, whatever its case.
    pub name: String,
}

impl Entity for Tag {
    type Id = ClientTagId;
    const RESOURCE: &'static str = "client_tag";
}

text_enum! {
    /// Whether a client may do anything.
    ClientStatus {
        /// He may sign in.
        Active = "active",
        /// He was locked out for good.
        Banned = "banned",
        /// He was removed; what he did stays for the books.
        Deleted = "deleted",
        /// Something is wrong with his registration.
        Inactive = "inactive",
    }
}

impl ClientStatus {
    /// Whether an account may be opened for him.
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
        if self == Self::Deleted { Err(Refusal::conflict("The client was removed.")) } else { Ok(()) }
    }
}

text_enum! {
    /// How the broker itself sorts clients.
    InternalType {
        /// An agent.
        Agent = "agent",
        /// A business.
        B2b = "b2b",
        /// No particular one.
        Default = "default",
        /// Somebody who tries things out.
        Demo = "demo",
        /// A client of an exchange.
        Exchange = "exchange",
    }
}

text_enum! {
    /// How much of a risk a client is.
    RiskLevel {
        /// Little.
        Low = "low",
        /// Some.
        Middle = "middle",
        /// Much.
        High = "high",
    }
}

macro_rules! numbered {
    ($name:ident { $($variant:ident = $number:literal),+ }) => {
        impl $name {
            /// The value of this number, by which filters name it too.
            #[must_use]
            pub const fn from_number(number: i64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

numbered!(ClientStatus { Active = 1, Inactive = 2, Banned = 3, Deleted = 4 });
numbered!(InternalType { Default = 1, Demo = 2, Agent = 3, B2b = 4, Exchange = 5 });
numbered!(RiskLevel { Low = 1, Middle = 2, High = 3 });

/// The company of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Company {
    /// Its whole name.
    pub full_name: String,
    /// Its short name.
    pub short_name: String,
}

/// A language and, mostly, a country, such as `ja_JP`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Locality(String);

/// A text that names no language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no locale such as en_US")]
pub struct LocalityError;

impl From<LocalityError> for Fault {
    fn from(_: LocalityError) -> Self {
        ClientsFault::NotLocale.fault()
    }
}

impl Default for Locality {
    fn default() -> Self {
        Self("en_US".into())
    }
}

impl fmt::Display for Locality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Locality {
    type Err = LocalityError;

    fn from_str(text: &str) -> Result<Self, LocalityError> {
        let (language, country) = text.split_once('_').unwrap_or((text, "XX"));
        let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        (is_language && is_country).then(|| Self(text.to_owned())).ok_or(LocalityError)
    }
}

/// A client, without his password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The name he signs in with; one client alone has it, whatever its case.
    pub email: Email,
    /// His first name.
    pub first_name: String,
    /// His last name.
    pub last_name: String,
    /// His middle name.
    pub middle_name: Option<String>,
    /// What he wants to be called.
    pub nickname: Option<String>,
    /// When he was born.
    pub birthday: Option<NaiveDate>,
    /// Where he lives.
    pub country: Option<CountryId>,
    /// Where he lives.
    pub city: Option<String>,
    /// The language he reads.
    pub locale: Locality,
    /// His company.
    pub company: Option<Company>,
    /// How the broker sorts him.
    pub internal_type: InternalType,
    /// How much of a risk he is.
    pub risk_level: RiskLevel,
    /// Whether he may do anything.
    pub status: ClientStatus,
    /// His type.
    pub kind: ClientTypeId,
    /// His verification level.
    pub level: VerificationLevelId,
    /// The user he is assigned to.
    pub manager: Option<ManagerId>,
    /// His tags.
    pub tags: Set<ClientTagId>,
}

impl Entity for Client {
    type Id = ClientId;
    const RESOURCE: &'static str = "client";
}

impl Client {
    /// First, middle and last name.
    #[must_use]
    pub fn name(&self) -> String {
        let parts = [Some(self.first_name.as_str()), self.middle_name.as_deref(), Some(self.last_name.as_str())];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether the main data are the same: all but the further personal ones, which the audit log tells apart.
    #[must_use]
    pub fn has_same_main_data(&self, other: &Self) -> bool {
        let Self { nickname, country, city, locale, company, .. } = other.clone();
        Self { nickname, country, city, locale, company, ..self.clone() } == *other
    }

    /// A client who was removed is never written to again.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_not_deleted(&self) -> Result<(), Refusal> {
        self.status.check_not_deleted()
    }

    /// Whether the client may be removed: once, without money and without anything unfinished.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_removable(&self, has_money: bool, has_unfinished: bool) -> Result<(), Refusal> {
        self.check_not_deleted()?;
        if has_money {
            return Err(Refusal::conflict("An account of the client has money."));
        }
        if has_unfinished {
            return Err(Refusal::conflict("A transaction of the client is unfinished."));
        }
        Ok(())
    }

    /// What stands against the birthday: clients are of age.
    #[must_use]
    pub fn age_fault(&self, today: NaiveDate) -> Option<Fault> {
        let is_minor = self.birthday.is_some_and(|birthday| !is_adult(birthday, today));
        is_minor.then(|| Fault::of("birthday", format!("is less than {ADULT_YEARS} years ago")))
    }
}

/// The age from which one can be a client.
const ADULT_YEARS: i32 = 18;

/// Whether somebody born then is of age today; who was born on a 29th of February is on the 1st of March.
#[must_use]
pub fn is_adult(birthday: NaiveDate, today: NaiveDate) -> bool {
    let years = today.year() - birthday.year();
    let had_birthday = (today.month(), today.day()) >= (birthday.month(), birthday.day());
    years - i32::from(!had_birthday) >= ADULT_YEARS
}

/// The tags of a client after a user set them: one who is restricted to tags sets their own alone,
/// others stay, and the client stays in their sight.
///
/// # Errors
/// [`Refusal::Unprocessable`] with each tag that is not theirs, or where none of theirs would be left.
pub fn retagged(
    scope: &Scope,
    current: &Set<ClientTagId>,
    wanted: &Set<ClientTagId>,
) -> Result<Set<ClientTagId>, Refusal> {
    let nothing = Set::default();
    let own = match scope {
        Scope::System | Scope::AllClients => return Ok(wanted.clone()),
        Scope::Tags(tags) => tags,
        Scope::Client(_) => &nothing,
    };
    let foreign = wanted.iter().enumerate().filter(|(_, tag)| !own.contains(tag));
    let faults = foreign.map(|(place, tag)| Fault::of(format!("tagIds.{place}"), format!("{tag} does not exist")));
    Refusal::unless_empty(faults.collect())?;
    if wanted.is_empty() {
        return Err(Refusal::unprocessable("tagIds", "must keep one of your tags, or you lose sight of the client"));
    }
    let kept = current.iter().filter(|tag| !own.contains(tag));
    Ok(kept.chain(wanted.iter()).copied().collect())
}

text_enum! {
    /// What of a profile was changed.
    ProfileChangeKind {
        /// The e-mail address.
        Email = "email",
    }
}

/// A change of a profile; never changed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// Whose profile.
    pub client: ClientId,
    /// What it was changed to.
    pub current_value: String,
    /// What it was before.
    pub previous_value: String,
    /// What was changed.
    pub kind: ProfileChangeKind,
    /// The user who did; none where the client did himself.
    pub user: Option<UserId>,
}

impl Entity for ProfileChange {
    type Id = ProfileChangeId;
    const RESOURCE: &'static str = "profile_change";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn one_is_of_age_on_the_eighteenth_birthday() {
        assert!(is_adult(day(2000, 6, 15), day(2018, 6, 15)));
        assert!(!is_adult(day(2000, 6, 15), day(2018, 6, 14)));
        assert!(!is_adult(day(2004, 2, 29), day(2022, 2, 28)));
        assert!(is_adult(day(2004, 2, 29), day(2022, 3, 1)));
    }

    fn tags(ids: &[i64]) -> Set<ClientTagId> {
        ids.iter().copied().map(ClientTagId::new).collect()
    }

    #[test]
    fn a_restricted_user_sets_their_own_tags_and_leaves_others() {
        let scope = Scope::of_tags(tags(&[1, 2]));
        assert_eq!(retagged(&scope, &tags(&[1, 9]), &tags(&[2])), Ok(tags(&[2, 9])));
        assert!(retagged(&scope, &tags(&[1]), &tags(&[1, 9])).is_err());
        assert!(retagged(&scope, &tags(&[1, 9]), &tags(&[])).is_err());
        assert_eq!(retagged(&Scope::AllClients, &tags(&[1]), &tags(&[])), Ok(tags(&[])));
    }

    #[test]
    fn further_personal_data_are_not_main_data() {
        let ann = || Client {
            email: "ann@example.com".parse().unwrap(),
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
            kind: ClientTypeId::new(1),
            level: VerificationLevelId::new(1),
            manager: None,
            tags: tags(&[]),
        };
        let moved = Client { city: Some("Bern".into()), locale: "de_CH".parse().unwrap(), ..ann() };
        assert!(ann().has_same_main_data(&moved));
        assert!(!ann().has_same_main_data(&Client { risk_level: RiskLevel::High, ..moved }));
    }

    #[test]
    fn a_locale_is_a_language_and_maybe_a_country() {
        for text in ["en", "en_US", "fil_PH"] {
            assert!(text.parse::<Locality>().is_ok(), "{text}");
        }
        for text in ["", "e", "EN", "en-US", "en_us", "en_USA"] {
            assert_eq!(text.parse::<Locality>(), Err(LocalityError), "{text}");
        }
    }
}
