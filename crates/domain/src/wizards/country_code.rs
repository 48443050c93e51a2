use std::fmt;
use std::str::FromStr;

use super::WizardsFault;
use crate::value::{Fault, FaultCode as _};

/// The two letters of a country (ISO 3166-1 alpha-2), in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct CountryCode([u8; 2]);

/// A text that is not the two letters of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the two letters of a country")]
pub struct InvalidCountryCode;

impl From<InvalidCountryCode> for Fault {
    fn from(_: InvalidCountryCode) -> Self {
        WizardsFault::NotCountryCode.fault()
    }
}

impl CountryCode {
    /// The form of a code, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z]{2}$";
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// In any case.
impl FromStr for CountryCode {
    type Err = InvalidCountryCode;

    fn from_str(text: &str) -> Result<Self, InvalidCountryCode> {
        let letters: [u8; 2] = text.to_ascii_uppercase().into_bytes().try_into().map_err(|_| InvalidCountryCode)?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters)).ok_or(InvalidCountryCode)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.to_string()
    }
}

impl TryFrom<String> for CountryCode {
    type Error = InvalidCountryCode;

    fn try_from(text: String) -> Result<Self, InvalidCountryCode> {
        text.parse()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CountryCode {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CountryCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[A-Z]{2}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_two_letters_in_any_case() {
        assert_eq!("cy".parse::<CountryCode>().map(|code| code.to_string()).as_deref(), Ok("CY"));
        for text in ["", "C", "CYP", "C1", "é"] {
            assert_eq!(text.parse::<CountryCode>(), Err(InvalidCountryCode), "{text}");
        }
    }
}
