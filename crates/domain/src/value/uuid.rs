use std::fmt;
use std::str::FromStr;

use super::{CommonFault, Fault, FaultCode as _};

/// A UUID (RFC 9562), in lowercase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(
    feature = "diesel",
    derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow),
    diesel(sql_type = diesel::sql_types::Text)
)]
pub struct Uuid(String);

/// A text that is not a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a UUID")]
pub struct InvalidUuid;

impl From<InvalidUuid> for Fault {
    fn from(_: InvalidUuid) -> Self {
        CommonFault::NotUuid.fault()
    }
}

/// How many hexadecimal digits stand between the hyphens.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl Uuid {
    /// A UUID of version 4, made of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(bytes);
        let bits = bits & !(0xf << 76) | (0x4 << 76);
        let bits = bits & !(0x3 << 62) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        let mut digits = hex.chars();
        Self(GROUPS.map(|length| digits.by_ref().take(length).collect::<String>()).join("-"))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Of any version; capital letters are taken, too.
impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, InvalidUuid> {
        let mut groups = text.split('-');
        let fits = |length: usize| {
            groups
                .next()
                .is_some_and(|group| group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        let is_uuid = GROUPS.into_iter().all(fits);
        let is_whole = text.len() == GROUPS.iter().sum::<usize>() + GROUPS.len() - 1;
        (is_uuid && is_whole).then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidUuid)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Uuid {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Uuid".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "uuid"})
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for Uuid
where
    DB: diesel::backend::Backend,
    String: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for Uuid
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
    fn random_bytes_make_a_uuid_of_version_4() {
        assert_eq!(Uuid::from_random([0; 16]).as_str(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(Uuid::from_random([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_uuid_is_read_in_any_case_and_nothing_else_is() {
        let text = "0A1b2c3d-0000-4000-8000-00000000000f";
        assert_eq!(text.parse::<Uuid>().map(|uuid| uuid.to_string()), Ok(text.to_ascii_lowercase()));
        for text in ["", "0a1b2c3d", "0a1b2c3d-0000-4000-8000-00000000000", "0a1b2c3d-0000-4000-8000-00000000000g"] {
            assert_eq!(text.parse::<Uuid>(), Err(InvalidUuid), "{text}");
        }
        assert_eq!("0a1b2c3d-0000-4000-8000-00000000000f-".parse::<Uuid>(), Err(InvalidUuid));
    }
}
