use chrono::NaiveDate;

use super::{Cells, Column, Known};
use crate::clients::{Address, AddressKind, Locality, PhoneNumber, Profile, VerificationLevelId, age_fault};
use crate::content::CountryId;
use crate::value::{CommonFault, Email, TextRule, day};

/// The columns of a file of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum UserColumn {
    Email,
    LastName,
    FirstName,
    MiddleName,
    BirthDate,
    Country,
    Phone,
    Address,
    City,
    PostalCode,
    Level,
}

impl Column for UserColumn {
    const ALL: &'static [Self] = &[
        Self::Email,
        Self::LastName,
        Self::FirstName,
        Self::MiddleName,
        Self::BirthDate,
        Self::Country,
        Self::Phone,
        Self::Address,
        Self::City,
        Self::PostalCode,
        Self::Level,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::LastName => "lastName",
            Self::FirstName => "firstName",
            Self::MiddleName => "middleName",
            Self::BirthDate => "birthDate",
            Self::Country => "country",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::City => "city",
            Self::PostalCode => "postalCode",
            Self::Level => "level",
        }
    }

    fn is_required(self) -> bool {
        matches!(self, Self::Email | Self::LastName | Self::FirstName)
    }
}

/// What decides on the lines of a file of clients.
#[derive(Clone, Debug)]
pub struct UserFacts {
    /// Where clients may come from.
    pub countries: Known<CountryId>,
    /// The verification levels.
    pub levels: Known<VerificationLevelId>,
    /// The language of those who have named none.
    pub locale: Locality,
    /// The day, which tells who is of age.
    pub today: NaiveDate,
}

/// A client of an earlier system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedUser {
    /// What they sign in with.
    pub email: Email,
    /// What registration sets too.
    pub profile: Profile,
    /// The level, if one was named.
    pub level: Option<VerificationLevelId>,
    /// The phone number.
    pub phone: Option<PhoneNumber>,
    /// Where they live.
    pub address: Option<Address>,
}

impl ImportedUser {
    /// Reads a line by the rules by which users register clients and add addresses.
    #[must_use]
    pub fn read(cells: &mut Cells<'_, UserColumn>, facts: &UserFacts) -> Option<Self> {
        use UserColumn as C;
        let email = cells.required(C::Email, Email::checked);
        let last_name = cells.required(C::LastName, |text| TextRule::NAME.parse(text));
        let first_name = cells.required(C::FirstName, |text| TextRule::NAME.parse(text));
        let middle_name = cells.optional(C::MiddleName, |text| TextRule::SHORT.parse(text));
        let birthday = cells.optional(C::BirthDate, |text| {
            let birthday = day(text)?;
            age_fault(birthday, facts.today).map_or(Ok(birthday), Err)
        });
        let country = cells.optional(C::Country, |text| facts.countries.find(text));
        let phone = cells.optional(C::Phone, str::parse::<PhoneNumber>);
        let city = cells.optional(C::City, |text| TextRule::SHORT.parse(text));
        let level = cells.optional(C::Level, |text| facts.levels.find(text));
        let address = read_address(cells, country.flatten(), city.clone().flatten());
        let profile = Profile {
            middle_name: middle_name?,
            birthday: birthday?,
            country: country?,
            city: city?,
            ..Profile::named(first_name?, last_name?, facts.locale.clone())
        };
        Some(Self { email: email?, profile, level: level?, phone: phone?, address: address? })
    }
}

/// An address has a street, a city and a country. Where the file names a street or a postal code, it needs all of them.
fn read_address(
    cells: &mut Cells<'_, UserColumn>,
    country: Option<CountryId>,
    city: Option<String>,
) -> Option<Option<Address>> {
    use UserColumn as C;
    let postcode = cells.optional(C::PostalCode, |text| TextRule::SHORT.parse(text));
    if cells.text(C::Address).is_empty() && cells.text(C::PostalCode).is_empty() {
        return Some(None);
    }
    let address = cells.required(C::Address, |text| TextRule::NAME.parse(text));
    for column in [C::City, C::Country] {
        if cells.text(column).is_empty() {
            cells.fault(column, CommonFault::Empty);
        }
    }
    let (address, city, country, postcode) = (address?, city?, country?, postcode?);
    Some(Some(Address { address, city, country, postcode, state: None, kind: AddressKind::Residential }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::imports::{Columns, LineFault};

    fn facts() -> UserFacts {
        let mut countries = Known::default();
        countries.add(CountryId::new(7), &["PT", "PRT", "Portugal"], true);
        countries.add(CountryId::new(8), &["XX"], false);
        let mut levels = Known::default();
        levels.add(VerificationLevelId::new(2), &["Verified"], true);
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        UserFacts { countries, levels, locale: Locality::default(), today }
    }

    fn read(header: &[&str], line: &[&str]) -> Result<ImportedUser, Vec<(Option<&'static str>, String)>> {
        let columns = Columns::of(1, header.iter().copied()).unwrap();
        let mut cells = Cells::of(&columns, 2, line).unwrap();
        let user = ImportedUser::read(&mut cells, &facts());
        let told = |fault: LineFault| (fault.column, fault.fault.code.as_str().to_owned());
        let faults: Vec<_> = cells.into_faults().into_iter().map(told).collect();
        assert_eq!(user.is_some(), faults.is_empty(), "{user:?} {faults:?}");
        user.ok_or(faults)
    }

    const ALL: [&str; 11] = [
        "email",
        "lastName",
        "firstName",
        "middleName",
        "birthDate",
        "country",
        "phone",
        "address",
        "city",
        "postalCode",
        "level",
    ];

    #[test]
    fn a_line_is_a_client_with_phone_and_address() {
        let line = [
            "ann@example.com",
            "Doe",
            "Ann",
            "M.",
            "1990-02-03",
            "pt",
            "+351 912 345 678",
            "Rua 1",
            "Lisbon",
            "1100-148",
            "verified",
        ];
        let user = read(&ALL, &line).unwrap();
        assert_eq!(user.email.as_str(), "ann@example.com");
        assert_eq!(user.profile.name(), "Ann M. Doe");
        assert_eq!(user.profile.country, Some(CountryId::new(7)));
        assert_eq!(user.level, Some(VerificationLevelId::new(2)));
        assert_eq!(user.phone.unwrap().as_str(), "+351912345678");
        let address = user.address.unwrap();
        assert_eq!((address.address.as_str(), address.city.as_str()), ("Rua 1", "Lisbon"));
        assert_eq!(address.postcode.as_deref(), Some("1100-148"));
    }

    #[test]
    fn the_address_and_the_name_are_enough() {
        let user = read(&["email", "lastName", "firstName"], &["ann@example.com", "Doe", "Ann"]).unwrap();
        assert_eq!((user.level, user.phone, user.address), (None, None, None));
    }

    #[test]
    fn everything_that_is_wrong_with_a_line_is_told_at_once() {
        let line = ["ann", "", "Ann", "", "2010-01-01", "Atlantis", "911", "", "", "1100", "Gold"];
        let codes = read(&ALL, &line).unwrap_err();
        let expected = [
            ("email", "notEmail"),
            ("lastName", "empty"),
            ("birthDate", "tooYoung"),
            ("country", "unknown"),
            ("phone", "notPhoneNumber"),
            ("level", "unknown"),
            ("address", "empty"),
            ("city", "empty"),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(column, code)| (Some(column), code.to_owned())).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn clients_do_not_come_from_a_disabled_country() {
        let codes =
            read(&["email", "lastName", "firstName", "country"], &["a@example.com", "D", "A", "XX"]).unwrap_err();
        assert_eq!(codes, [(Some("country"), "disabled".to_owned())]);
    }

    proptest! {
        #[test]
        fn lines_that_are_right_are_taken(
            local in "[a-z0-9]{1,20}",
            last in "[A-Za-zÀ-ÿ]{1,40}",
            first in "[A-Za-zÀ-ÿ' -]{0,40}[A-Za-z]",
            days in 0_i64..20_000,
            digits in "[0-9]{7,15}",
        ) {
            let birthday = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::TimeDelta::days(days);
            let email = format!("{local}@example.com");
            let (born, phone) = (birthday.to_string(), format!("+{digits}"));
            let line = [&*email, &*last, &*first, "", &*born, "PRT", &*phone, "Rua 1", "Lisbon", "", "2"];
            let user = read(&ALL, &line).unwrap();
            prop_assert_eq!(user.profile.birthday, Some(birthday));
            prop_assert_eq!(user.profile.last_name, last);
            prop_assert_eq!(user.profile.first_name, first.trim());
        }

        #[test]
        fn any_line_is_taken_or_refused(cells in prop::collection::vec("\\PC{0,12}", 11)) {
            let line: Vec<&str> = cells.iter().map(String::as_str).collect();
            drop(read(&ALL, &line));
        }
    }
}
