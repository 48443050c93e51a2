use std::fmt;
use std::str::FromStr;

use super::{MessagingFault, PairId, PairTagId};
use crate::value::{Entity, Fault, FaultCode as _, Set, text_enum};

text_enum! {
    /// What the value of a pair is.
    PairType {
        /// Plain text.
        String = "string",
        /// HTML without scripts.
        Html = "html",
        /// An e-mail address.
        Mail = "mail",
        /// A link of the web.
        Url = "url",
    }
}

/// What a pair is found by. It can stand in a placeholder: lowercase letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
#[cfg_attr(
    feature = "diesel",
    derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow),
    diesel(sql_type = diesel::sql_types::Text)
)]
pub struct PairKey(String);

/// A text that is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a key")]
pub struct InvalidPairKey;

impl From<InvalidPairKey> for Fault {
    fn from(_: InvalidPairKey) -> Self {
        MessagingFault::NotPairKey.with("max", PairKey::MAX_CHARS)
    }
}

impl PairKey {
    /// The most characters.
    pub const MAX_CHARS: usize = 64;
    /// The form of a key, as a regular expression.
    pub const PATTERN: &'static str = "^[a-z0-9_]{1,64}$";

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PairKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PairKey {
    type Err = InvalidPairKey;

    fn from_str(text: &str) -> Result<Self, InvalidPairKey> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_key = (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(is_allowed);
        is_key.then(|| Self(text.to_owned())).ok_or(InvalidPairKey)
    }
}

/// A text of the broker under a key, which messages and pages take in: the name of the company, the address of support.
/// Clients can read it, so it holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it is found by; no other pair has it.
    pub key: PairKey,
    /// The text.
    pub value: String,
    /// What the text is.
    pub kind: PairType,
    /// Its tags, which only group.
    pub tags: Set<PairTagId>,
}

impl Entity for Pair {
    type Id = PairId;
    const RESOURCE: &'static str = "key_value_pair";
}

/// A tag: it groups pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct PairTag {
    /// Its name; no other tag has it, whatever its case.
    pub name: String,
}

impl Entity for PairTag {
    type Id = PairTagId;
    const RESOURCE: &'static str = "key_value_tag";
}

#[cfg(feature = "diesel")]
impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for PairKey
where
    DB: diesel::backend::Backend,
    String: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for PairKey
where
    DB: diesel::backend::Backend,
    String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(String::from_sql(value)?.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_can_stand_in_a_placeholder() {
        let longest = "a".repeat(64);
        for text in ["support_email", "a", "_", "7", longest.as_str()] {
            assert_eq!(text.parse::<PairKey>().unwrap().as_str(), text);
        }
        let too_long = "a".repeat(65);
        for text in ["", "Support", "support email", "support-email", "a.b", " a", "clé", "a\n", too_long.as_str()] {
            assert_eq!(text.parse::<PairKey>(), Err(InvalidPairKey), "{text}");
        }
    }
}
