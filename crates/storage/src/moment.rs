//! Moments in the columns of rows that are read by the thousand.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{self, Text};
use diesel::sqlite::Sqlite;
use domain::value::Timestamp;

use crate::connection::{MultiBackend, MultiRawValue};

/// A moment as a result of a query. In SQLite it is a text of one form, which is read digit by digit: chrono takes five
/// times as long to follow a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel::deserialize::FromSqlRow)]
pub(crate) struct Moment(pub Timestamp);

/// Reads `2026-11-28 17:05:00.123456`, with up to six digits of the second or none.
fn parsed(text: &str) -> Option<NaiveDateTime> {
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = text.as_bytes().get(from..to)?;
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if !separators.iter().all(|(place, separator)| text.as_bytes().get(*place) == Some(separator)) {
        return None;
    }
    let micros = match text.get(19..)? {
        "" => 0,
        fraction => {
            let digits = fraction.strip_prefix('.').filter(|digits| (1..=6).contains(&digits.len()))?;
            number(20, text.len())? * 10_u32.pow(6_u32.saturating_sub(u32::try_from(digits.len()).ok()?))
        }
    };
    let day = NaiveDate::from_ymd_opt(number(0, 4)?.try_into().ok()?, number(5, 7)?, number(8, 10)?)?;
    day.and_hms_micro_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, micros)
}

impl FromSql<sql_types::Timestamp, Sqlite> for Moment {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        let moment = parsed(&text).ok_or_else(|| format!("{text} is not a timestamp"))?;
        Ok(Self(moment.into()))
    }
}

impl FromSql<sql_types::Timestamp, Pg> for Moment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<sql_types::Timestamp, Pg>>::from_sql(value).map(|moment| Self(moment.into()))
    }
}

impl FromSql<sql_types::Timestamp, MultiBackend> for Moment {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, sql_types::Timestamp>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_diesel_writes_it() {
        for text in
            ["2026-11-28 17:05:09", "0001-01-01 00:00:00", "2024-02-29 23:59:59.5", "1969-12-31 23:59:59.000001"]
        {
            let expected = NaiveDateTime::parse_from_str(text, "%F %T%.f").unwrap();
            assert_eq!(parsed(text), Some(expected), "{text}");
            let written = expected.format("%F %T%.f").to_string();
            assert_eq!(parsed(&written), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in [
            "",
            "2026-11-28",
            "2026-02-30 00:00:00",
            "2026-11-28T17:05:09",
            "2026-11-28 17:05:09.",
            "2026-11-28 17:05:0x",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
