use std::fmt;
use std::str::FromStr;

use super::FilesFault;
use crate::value::{Fault, FaultCode as _};

/// A media type without parameters, such as `image/png`. Case does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct MediaType(String);

/// A text that is no media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a media type")]
pub struct InvalidMediaType;

impl From<InvalidMediaType> for Fault {
    fn from(_: InvalidMediaType) -> Self {
        FilesFault::NotMediaType.fault()
    }
}

impl MediaType {
    /// Its form, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$";

    /// Its text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 127;

/// The names are those that can be registered (RFC 6838, section 4.2).
fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    (1..=MAX_NAME_BYTES).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(is_allowed)
}

impl FromStr for MediaType {
    type Err = InvalidMediaType;

    fn from_str(text: &str) -> Result<Self, InvalidMediaType> {
        let text = text.trim();
        let (kind, subtype) = text.split_once('/').ok_or(InvalidMediaType)?;
        let is_type = is_name(kind) && is_name(subtype);
        is_type.then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidMediaType)
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for MediaType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_two_names() {
        assert_eq!(" Image/PNG".parse::<MediaType>().unwrap().as_str(), "image/png");
        for text in ["image/svg+xml", "application/vnd.ms-excel", "application/octet-stream"] {
            assert_eq!(text.parse::<MediaType>().unwrap().as_str(), text);
        }
        for text in ["", "png", ".png", "image/", "/png", "image/*", "image/png/x", "text/html; charset=utf-8", "a b/c"]
        {
            assert_eq!(text.parse::<MediaType>(), Err(InvalidMediaType), "{text}");
        }
    }
}
