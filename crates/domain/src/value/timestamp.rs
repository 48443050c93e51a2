use chrono::{DateTime, Datelike as _, NaiveDateTime, SecondsFormat, SubsecRound, TimeDelta, Timelike as _, Utc};

use super::{CommonFault, Fault, FaultCode as _};

/// A moment in UTC, cut to microseconds, which is what every database keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "diesel", derive(diesel::deserialize::FromSqlRow))]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The moment as a naive UTC time, as databases keep it.
    #[must_use]
    pub fn naive(self) -> NaiveDateTime {
        self.0.naive_utc()
    }

    /// This moment and so much later; the largest moment where there is none.
    #[must_use]
    pub fn plus(self, delta: TimeDelta) -> Self {
        Self(self.0.checked_add_signed(delta).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// How long after the other moment this one is.
    #[must_use]
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// 00:00 UTC of the day.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0.date_naive().and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// 00:00 UTC of the first of the month.
    #[must_use]
    pub fn start_of_month(self) -> Self {
        let day = self.0.date_naive();
        Self(day.with_day(1).unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// 00:00 UTC of the first of January.
    #[must_use]
    pub fn start_of_year(self) -> Self {
        let day = self.0.date_naive();
        Self(day.with_ordinal(1).unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// The beginning of the hour.
    #[must_use]
    pub fn start_of_hour(self) -> Self {
        let beginning = self.0.date_naive().and_hms_opt(self.0.hour(), 0, 0);
        beginning.map_or(self, |beginning| Self(beginning.and_utc()))
    }

    /// The beginning of the minute.
    #[must_use]
    pub fn start_of_minute(self) -> Self {
        let beginning = self.0.date_naive().and_hms_opt(self.0.hour(), self.0.minute(), 0);
        beginning.map_or(self, |beginning| Self(beginning.and_utc()))
    }

    /// The day in UTC.
    #[must_use]
    pub fn day(self) -> chrono::NaiveDate {
        self.0.date_naive()
    }

    /// Whether its year has four digits, as RFC 3339 asks for.
    #[must_use]
    pub fn is_writable(self) -> bool {
        (0..=9999).contains(&self.0.year())
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }
}

const MICROSECOND_DIGITS: u16 = 6;

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(MICROSECOND_DIGITS))
    }
}

impl From<NaiveDateTime> for Timestamp {
    fn from(time: NaiveDateTime) -> Self {
        time.and_utc().into()
    }
}

/// A text that is no date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a date-time such as 2022-01-01T00:00:00+00:00")]
pub struct TimestampError;

impl From<TimestampError> for Fault {
    fn from(_: TimestampError) -> Self {
        CommonFault::NotDateTime.fault()
    }
}

/// ISO 8601 with an offset (RFC 3339).
impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        DateTime::parse_from_rfc3339(text).map(|time| time.to_utc().into()).map_err(|_| TimestampError)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// ISO 8601 with seconds and an offset, as the interface writes every moment.
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (date, time) = (self.0.date_naive(), self.0.time());
        let (year, month, day) = (date.year(), date.month(), date.day());
        // Other years have a sign, and are never written by the interface.
        if !self.is_writable() {
            return f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, false));
        }
        let year = u32::try_from(year).unwrap_or_default();
        let mut text = *b"0000-00-00T00:00:00+00:00";
        let numbers = [(0, year / 100), (2, year % 100), (5, month), (8, day)];
        let clock = [(11, time.hour()), (14, time.minute()), (17, time.second())];
        for (place, number) in numbers.into_iter().chain(clock) {
            for (digit, value) in text.iter_mut().skip(place).zip([number / 10, number % 10]) {
                *digit += u8::try_from(value).unwrap_or_default();
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Timestamp, DB> for Timestamp
where
    DB: diesel::backend::Backend,
    NaiveDateTime: diesel::deserialize::FromSql<diesel::sql_types::Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        NaiveDateTime::from_sql(value).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_seconds_with_an_offset() {
        let time = DateTime::from_timestamp(1_640_995_200, 999_999_999).unwrap_or_default();
        assert_eq!(Timestamp::from(time).to_string(), "2022-01-01T00:00:00+00:00");
    }

    proptest::proptest! {
        #[test]
        fn a_moment_is_written_as_rfc_3339_says(seconds in -70_000_000_000_i64..260_000_000_000) {
            let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            let written = Timestamp::from(time).to_string();
            proptest::prop_assert_eq!(written, time.to_rfc3339_opts(SecondsFormat::Secs, false));
        }
    }

    #[test]
    fn a_moment_is_cut_to_microseconds() {
        let time = DateTime::from_timestamp(0, 1_999).unwrap_or_default();
        assert_eq!(Timestamp::from(time).naive().and_utc().timestamp_subsec_nanos(), 1_000);
    }
}
