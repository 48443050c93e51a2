use chrono::{Datelike as _, NaiveDate};

use super::{
    ClientId, ClientStatus, ClientTagId, ClientTypeId, ClientsFault, InternalType, Locality, ManagerId, RiskLevel,
    VerificationLevelId,
};
use crate::content::CountryId;
use crate::value::{Email, Entity, Fault, FaultCode as _, Field, Refusal, Set};

/// The company of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Company {
    /// Its full name.
    pub full_name: String,
    /// Its short name.
    pub short_name: String,
}

/// What registration and later changes of a client have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The middle name.
    pub middle_name: Option<String>,
    /// What the client wants to be called.
    pub nickname: Option<String>,
    /// The date of birth.
    pub birthday: Option<NaiveDate>,
    /// The country of residence.
    pub country: Option<CountryId>,
    /// The city of residence.
    pub city: Option<String>,
    /// The language that the client reads.
    pub locale: Locality,
    /// The client's company.
    pub company: Option<Company>,
    /// How the broker classifies the client.
    pub internal_type: InternalType,
    /// How much of a risk the client is.
    pub risk_level: RiskLevel,
    /// Whether the client may do anything.
    pub status: ClientStatus,
    /// The client's tags.
    pub tags: Set<ClientTagId>,
}

/// A client, without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What the client signs in with; no other client has it, whatever its case.
    pub email: Email,
    /// What registration sets too.
    pub profile: Profile,
    /// The client's type.
    pub kind: ClientTypeId,
    /// The client's verification level.
    pub level: VerificationLevelId,
    /// The manager to whom the client is assigned.
    pub manager: Option<ManagerId>,
}

impl Entity for Client {
    type Id = ClientId;
    const RESOURCE: &'static str = "client";
}

/// What keeps a client from being removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// An account has money.
    pub has_money: bool,
    /// A transaction is unfinished.
    pub has_transaction: bool,
    /// A request is undecided.
    pub has_request: bool,
}

/// First, middle and last name in one.
#[must_use]
pub fn full_name(first: &str, middle: Option<&str>, last: &str) -> String {
    let parts = [Some(first), middle, Some(last)];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Profile {
    /// Of a client of whom nothing is known but the name and the language.
    #[must_use]
    pub fn named(first_name: String, last_name: String, locale: Locality) -> Self {
        Self {
            first_name,
            last_name,
            middle_name: None,
            nickname: None,
            birthday: None,
            country: None,
            city: None,
            locale,
            company: None,
            internal_type: InternalType::Default,
            risk_level: RiskLevel::Low,
            status: ClientStatus::Active,
            tags: Set::default(),
        }
    }

    /// First, middle and last name.
    #[must_use]
    pub fn name(&self) -> String {
        full_name(&self.first_name, self.middle_name.as_deref(), &self.last_name)
    }

    /// Whether the main data are the same: all but the further personal ones, which the audit log tells apart.
    fn has_same_main_data(&self, other: &Self) -> bool {
        let Self { nickname, country, city, locale, company, .. } = other.clone();
        Self { nickname, country, city, locale, company, ..self.clone() } == *other
    }

    /// The objection to the birthday, if there is one: clients must be of age.
    #[must_use]
    pub fn age_fault(&self, today: NaiveDate) -> Option<Fault> {
        self.birthday.and_then(|birthday| age_fault(birthday, today)).map(|fault| fault.at(Field::Birthday))
    }
}

impl Client {
    /// First, middle and last name.
    #[must_use]
    pub fn name(&self) -> String {
        self.profile.name()
    }

    /// Whether the main data are the same: all but the further personal ones, which the audit log tells apart.
    #[must_use]
    pub fn has_same_main_data(&self, other: &Self) -> bool {
        let Self { email, profile, kind, level, manager } = self;
        profile.has_same_main_data(&other.profile)
            && (email, kind, level, manager) == (&other.email, &other.kind, &other.level, &other.manager)
    }

    /// A client who was removed is never written to again.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_not_deleted(&self) -> Result<(), Refusal> {
        self.profile.status.check_not_deleted()
    }

    /// Whether the client may be removed: once, without money, and with nothing unfinished.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_removable(&self, unfinished: Unfinished) -> Result<(), Refusal> {
        self.check_not_deleted()?;
        let Unfinished { has_money, has_transaction, has_request } = unfinished;
        // In this order: what waits has money blocked and a request behind it.
        let obstacles = [
            (has_money, ClientsFault::ClientHasMoney),
            (has_transaction, ClientsFault::ClientHasUnfinishedTransaction),
            (has_request, ClientsFault::ClientHasUndecidedRequest),
        ];
        let first = obstacles.into_iter().find(|(holds, _)| *holds);
        first.map_or(Ok(()), |(_, code)| Err(code.conflict()))
    }
}

/// The age from which somebody can be a client.
const ADULT_YEARS: i32 = 18;

/// The objection to a client who was born then, if there is one.
#[must_use]
pub fn age_fault(birthday: NaiveDate, today: NaiveDate) -> Option<Fault> {
    (!is_adult(birthday, today)).then(|| ClientsFault::TooYoung.with("years", i64::from(ADULT_YEARS)))
}

/// Whether somebody born then is of age today. Whoever was born on a 29th of February comes of age on a 1st of March.
#[must_use]
pub fn is_adult(birthday: NaiveDate, today: NaiveDate) -> bool {
    let years = today.year() - birthday.year();
    let had_birthday = (today.month(), today.day()) >= (birthday.month(), birthday.day());
    years - i32::from(!had_birthday) >= ADULT_YEARS
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

    fn ann() -> Client {
        let profile = Profile::named("Ann".into(), "Doe".into(), Locality::default());
        Client {
            email: "ann@example.com".parse().unwrap(),
            profile,
            kind: ClientTypeId::new(1),
            level: VerificationLevelId::new(1),
            manager: None,
        }
    }

    fn ann_with(change: impl FnOnce(&mut Profile)) -> Client {
        let mut client = ann();
        change(&mut client.profile);
        client
    }

    #[test]
    fn further_personal_data_are_not_main_data() {
        let moved = ann_with(|profile| {
            profile.city = Some("Bern".into());
            profile.locale = "de_CH".parse().unwrap();
        });
        assert!(ann().has_same_main_data(&moved));
        assert!(!ann().has_same_main_data(&ann_with(|profile| profile.risk_level = RiskLevel::High)));
        assert!(!ann().has_same_main_data(&Client { manager: Some(ManagerId::new(1)), ..ann() }));
    }
}
