use std::fmt;
use std::str::FromStr;

use super::CredentialsFault;
use crate::value::{Fault, FaultCode as _};

/// A code that all mails to a client show, so that they know who wrote them. Only the mails show it in full.
#[derive(Clone, PartialEq, Eq)]
pub struct AntiPhishingCode(String);

/// A text that is not such a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an anti-phishing code")]
pub struct InvalidAntiPhishingCode;

impl From<InvalidAntiPhishingCode> for Fault {
    fn from(_: InvalidAntiPhishingCode) -> Self {
        let fault = CredentialsFault::NotAntiPhishingCode.with("min", AntiPhishingCode::MIN_CHARS);
        fault.with("max", AntiPhishingCode::MAX_CHARS)
    }
}

impl AntiPhishingCode {
    /// The fewest characters.
    pub const MIN_CHARS: usize = 4;
    /// The most characters.
    pub const MAX_CHARS: usize = 20;
    /// The form of a code, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z0-9]{4,20}$";

    /// Its text, for the mails.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its first and last character, with asterisks between them.
    #[must_use]
    pub fn masked(&self) -> String {
        let last = self.0.chars().count().saturating_sub(1);
        let masked = |(place, letter): (usize, char)| if place == 0 || place == last { letter } else { '*' };
        self.0.chars().enumerate().map(masked).collect()
    }
}

impl fmt::Debug for AntiPhishingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AntiPhishingCode").field(&self.masked()).finish()
    }
}

impl FromStr for AntiPhishingCode {
    type Err = InvalidAntiPhishingCode;

    fn from_str(text: &str) -> Result<Self, InvalidAntiPhishingCode> {
        let is_code = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| Self(text.to_owned())).ok_or(InvalidAntiPhishingCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_four_to_twenty_letters_and_digits() {
        for text in ["1234", "Otter2026", "a2345678901234567890"] {
            assert!(text.parse::<AntiPhishingCode>().is_ok(), "{text}");
        }
        for text in ["", "123", "a23456789012345678901", "two words", "Otoño2026", "a-b-c-d", "1234\n", "12\u{0}34"] {
            assert_eq!(text.parse::<AntiPhishingCode>(), Err(InvalidAntiPhishingCode), "{text}");
        }
    }

    #[test]
    fn only_its_ends_are_shown() {
        let code: AntiPhishingCode = "2345671".parse().unwrap();
        assert_eq!(code.masked(), "2*****1");
        assert_eq!(format!("{code:?}"), r#"AntiPhishingCode("2*****1")"#);
    }
}
