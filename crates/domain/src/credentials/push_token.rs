use std::fmt;
use std::str::FromStr;

use super::CredentialsFault;
use crate::value::{Fault, FaultCode as _};

/// What Apple finds a device by, to show a notification on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct PushToken(String);

/// A text that is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the token of a device")]
pub struct InvalidPushToken;

impl From<InvalidPushToken> for Fault {
    fn from(_: InvalidPushToken) -> Self {
        CredentialsFault::NotPushToken.with("max", PushToken::MAX_CHARS)
    }
}

impl PushToken {
    /// The most characters.
    pub const MAX_CHARS: usize = 255;
    /// The form of a token, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z0-9._:=+-]{1,255}$";
    /// How many devices of a client are known; a further one takes the place of the oldest.
    pub const MAX_PER_CLIENT: i64 = 32;

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PushToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PushToken {
    type Err = InvalidPushToken;

    fn from_str(text: &str) -> Result<Self, InvalidPushToken> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:=+-".contains(&byte);
        let is_token = (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(is_allowed);
        is_token.then(|| Self(text.to_owned())).ok_or(InvalidPushToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_can_stand_in_a_path() {
        assert!("740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad".parse::<PushToken>().is_ok());
        for text in ["", "a/b", "a b", "a%2F", &"a".repeat(256)] {
            assert_eq!(text.parse::<PushToken>(), Err(InvalidPushToken), "{text}");
        }
    }
}
