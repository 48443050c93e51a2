use std::str::FromStr;

use super::IdentityFault;
use crate::value::{Fault, FaultCode as _};

/// A password in clear that is good enough to be set. Never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A password that is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("needs 8 to 72 characters with a small letter, a capital letter and a digit")]
pub struct PasswordError;

impl From<PasswordError> for Fault {
    fn from(_: PasswordError) -> Self {
        IdentityFault::WeakPassword.fault()
    }
}

impl Password {
    /// The fewest characters.
    pub const MIN_CHARS: usize = 8;
    /// The most characters.
    pub const MAX_CHARS: usize = 72;

    /// The password in clear, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Password {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        let good = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&length)
            && text.chars().any(char::is_lowercase)
            && text.chars().any(char::is_uppercase)
            && text.chars().any(char::is_numeric);
        good.then(|| Self(text.to_owned())).ok_or(PasswordError)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_passwords_are_good() {
        for text in ["Secret123", "Qwerty123"] {
            assert!(text.parse::<Password>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_password_needs_length_both_cases_and_a_digit() {
        let long = format!("Aa1{}", "x".repeat(70));
        for text in ["Secr123", "secret123", "SECRET123", "Secretary", &long] {
            assert_eq!(text.parse::<Password>(), Err(PasswordError), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", "Secret123".parse::<Password>()), "Ok(***)");
    }
}
