//! How the equity of an account ran, interval by interval.

use chrono::TimeDelta;

use super::{AccountId, Amount};
use crate::value::{Timestamp, text_enum};

text_enum! {
    /// How long the intervals of a chart are.
    ChartStep {
        /// A year.
        Year = "Y",
        /// A month.
        Month = "m",
        /// A day.
        Day = "d",
        /// An hour.
        Hour = "H",
    }
}

impl ChartStep {
    /// The names that are taken: months and days have capital letters in older programs.
    pub const NAMES: [&'static str; 6] = ["Y", "m", "d", "H", "M", "D"];

    /// The step of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "M" => Some(Self::Month),
            "D" => Some(Self::Day),
            name => name.parse().ok(),
        }
    }

    /// When the interval of a moment begins, in UTC.
    #[must_use]
    pub fn start_of(self, time: Timestamp) -> Timestamp {
        match self {
            Self::Year => time.start_of_year(),
            Self::Month => time.start_of_month(),
            Self::Day => time.start_of_day(),
            Self::Hour => time.start_of_hour(),
        }
    }
}

/// How far a chart goes back that is asked for without a beginning.
pub const CHART_SPAN: TimeDelta = TimeDelta::days(30);
/// The most points of a chart: the latest ones.
pub const MAX_CHART_POINTS: usize = 2_000;

/// What an account was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EquityPoint {
    /// When; in a chart the beginning of the interval.
    pub time: Timestamp,
    /// The equity, in the account's currency.
    pub equity: Amount,
}

/// How the equity of an account ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The account.
    pub account: AccountId,
    /// A point for each interval in which it changed.
    pub points: Vec<EquityPoint>,
}

impl Chart {
    /// The last of the points of each interval; they come in the order of their times.
    #[must_use]
    pub fn of(account: AccountId, step: ChartStep, points: impl IntoIterator<Item = EquityPoint>) -> Self {
        let mut last: Vec<EquityPoint> = Vec::new();
        for point in points {
            let time = step.start_of(point.time);
            match last.last_mut() {
                Some(before) if before.time == time => before.equity = point.equity,
                _ => last.push(EquityPoint { time, ..point }),
            }
        }
        let points = last.split_off(last.len().saturating_sub(MAX_CHART_POINTS));
        Self { account, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(time: &str, equity: i64) -> EquityPoint {
        EquityPoint { time: time.parse().unwrap(), equity: equity.into() }
    }

    #[test]
    fn an_interval_has_the_last_of_its_points() {
        let points = [
            point("2026-01-31T10:00:00Z", 1),
            point("2026-01-31T11:00:00Z", 2),
            point("2026-02-01T00:00:00Z", 3),
            point("2027-02-01T09:00:00Z", 4),
        ];
        for (step, expected) in [
            (ChartStep::Hour, vec![points[0], points[1], points[2], points[3]]),
            (
                ChartStep::Day,
                vec![
                    point("2026-01-31T00:00:00Z", 2),
                    point("2026-02-01T00:00:00Z", 3),
                    point("2027-02-01T00:00:00Z", 4),
                ],
            ),
            (ChartStep::Year, vec![point("2026-01-01T00:00:00Z", 3), point("2027-01-01T00:00:00Z", 4)]),
        ] {
            assert_eq!(Chart::of(AccountId::new(1), step, points).points, expected, "{step}");
        }
    }

    #[test]
    fn only_the_latest_points_are_shown() {
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let points =
            (0..3_000).map(|hour| EquityPoint { time: begin.plus(TimeDelta::hours(hour)), equity: hour.into() });
        let chart = Chart::of(AccountId::new(1), ChartStep::Hour, points);
        assert_eq!(chart.points.len(), MAX_CHART_POINTS);
        assert_eq!(chart.points.last().map(|point| point.equity), Some(2_999.into()));
    }

    #[test]
    fn older_programs_write_months_and_days_in_capitals() {
        assert_eq!(ChartStep::NAMES.map(ChartStep::named).iter().flatten().count(), 6);
        assert_eq!(ChartStep::named("M"), Some(ChartStep::Month));
        assert_eq!(ChartStep::named("h"), None);
    }
}
