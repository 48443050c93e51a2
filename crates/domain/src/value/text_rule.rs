use chrono::NaiveDate;

use super::{CommonFault, Fault, FaultCode as _, Timestamp};

/// How long a text may be; blanks around it do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRule {
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
}

impl TextRule {
    /// A name: 1 to 255 characters.
    pub const NAME: Self = Self { min: 1, max: 255 };
    /// A text of up to 255 characters.
    pub const SHORT: Self = Self { min: 0, max: 255 };

    /// The text without the blanks around it.
    ///
    /// # Errors
    /// Too few or too many characters, or a NUL.
    pub fn parse(self, text: &str) -> Result<String, Fault> {
        let text = text.trim();
        let length = text.chars().count();
        if length < self.min && length == 0 {
            Err(CommonFault::Empty.fault())
        } else if length < self.min || length > self.max {
            Err(CommonFault::Length.with("min", self.min).with("max", self.max))
        } else if text.contains('\0') {
            Err(CommonFault::NulCharacter.fault())
        } else {
            Ok(text.to_owned())
        }
    }
}

/// A day from 1900 on; a date-time counts as its day.
///
/// # Errors
/// A text that is no date, or an earlier one.
pub fn day(text: &str) -> Result<NaiveDate, Fault> {
    let day = text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::day));
    let earliest = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    match day {
        Some(day) if day >= earliest => Ok(day),
        Some(_) => Err(CommonFault::TooEarly.with("earliest", "1900-01-01")),
        None => Err(CommonFault::NotDate.fault()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_text_do_not_count() {
        assert_eq!(TextRule::NAME.parse(" Ann "), Ok("Ann".into()));
        assert!(TextRule::NAME.parse("  ").unwrap_err().is(CommonFault::Empty));
        assert_eq!(TextRule::SHORT.parse("  "), Ok(String::new()));
    }

    #[test]
    fn a_text_has_a_limit_and_no_nul() {
        assert!(TextRule::NAME.parse(&"é".repeat(255)).is_ok());
        assert!(TextRule::NAME.parse(&"é".repeat(256)).unwrap_err().is(CommonFault::Length));
        assert!(TextRule::SHORT.parse("a\0b").unwrap_err().is(CommonFault::NulCharacter));
    }

    #[test]
    fn a_day_is_of_this_era() {
        assert_eq!(day("1990-02-03"), Ok(NaiveDate::from_ymd_opt(1990, 2, 3).unwrap()));
        assert_eq!(day("1990-02-03T23:00:00Z"), Ok(NaiveDate::from_ymd_opt(1990, 2, 3).unwrap()));
        assert!(day("1899-12-31").unwrap_err().is(CommonFault::TooEarly));
        assert!(day("03.02.1990").unwrap_err().is(CommonFault::NotDate));
    }
}
