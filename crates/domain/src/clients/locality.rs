use std::fmt;
use std::str::FromStr;

use super::ClientsFault;
use crate::value::{Fault, FaultCode as _};

/// A language and usually a country, such as `ja_JP`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Locality(String);

/// A text that is not a language with an optional country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid locale such as en_US")]
pub struct LocalityError;

impl Locality {
    /// Its language.
    #[must_use]
    pub fn language(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locality_is_a_language_and_optionally_a_country() {
        for text in ["en", "en_US", "fil_PH"] {
            assert!(text.parse::<Locality>().is_ok(), "{text}");
        }
        for text in ["", "e", "EN", "en-US", "en_us", "en_USA"] {
            assert_eq!(text.parse::<Locality>(), Err(LocalityError), "{text}");
        }
    }
}
