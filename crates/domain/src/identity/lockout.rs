use chrono::TimeDelta;

use crate::value::Timestamp;

/// How many failed sign-ins block a caller, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// Attempts that are allowed within the window.
    pub attempts: i64,
    /// The window in which attempts are counted.
    pub window: TimeDelta,
    /// How long every attempt is refused once there were too many.
    pub block: TimeDelta,
}

/// 5 attempts within a minute, then 10 minutes of refusal.
impl Default for LockoutPolicy {
    fn default() -> Self {
        Self { attempts: 5, window: TimeDelta::minutes(1), block: TimeDelta::minutes(10) }
    }
}

/// The failed attempts of one e-mail from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInCounter {
    /// Attempts since the window began, the successful ones left out.
    pub attempts: i64,
    /// When the window began.
    pub window_start: Timestamp,
    /// Until when every attempt is refused.
    pub blocked_until: Option<Timestamp>,
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may; this is the counter with the attempt counted. A success clears it.
    Admitted(SignInCounter),
    /// It may not, with the right password neither, until then.
    Refused(Timestamp),
}

impl LockoutPolicy {
    /// Counts an attempt before its password is looked at, so that many at once gain nothing.
    #[must_use]
    pub fn admit(&self, counter: Option<SignInCounter>, now: Timestamp) -> Admission {
        let counter = match counter {
            Some(SignInCounter { blocked_until: Some(until), .. }) if now < until => return Admission::Refused(until),
            Some(counter) if counter.blocked_until.is_none() && now.since(counter.window_start) < self.window => {
                SignInCounter { attempts: counter.attempts.saturating_add(1), ..counter }
            }
            Some(_) | None => SignInCounter { attempts: 1, window_start: now, blocked_until: None },
        };
        let blocked_until = (counter.attempts >= self.attempts).then(|| now.plus(self.block));
        Admission::Admitted(SignInCounter { blocked_until, ..counter })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().into()
    }

    /// How many attempts at these seconds are admitted.
    fn admitted(seconds: &[i64]) -> Vec<bool> {
        let mut counter = None;
        seconds
            .iter()
            .map(|second| match LockoutPolicy::default().admit(counter, at(*second)) {
                Admission::Admitted(counted) => {
                    counter = Some(counted);
                    true
                }
                Admission::Refused(_) => false,
            })
            .collect()
    }

    #[test]
    fn the_sixth_attempt_within_a_minute_is_refused() {
        assert_eq!(admitted(&[0, 1, 2, 3, 4, 5]), [true, true, true, true, true, false]);
    }

    #[test]
    fn slow_attempts_are_never_refused() {
        assert!(admitted(&[0, 61, 122, 183, 244, 305, 366]).into_iter().all(|admitted| admitted));
    }

    #[test]
    fn the_block_ends_after_ten_minutes() {
        assert_eq!(admitted(&[0, 0, 0, 0, 0, 599, 600]), [true, true, true, true, true, false, true]);
    }

    #[test]
    fn a_refusal_says_until_when() {
        let counter = SignInCounter { attempts: 5, window_start: at(0), blocked_until: Some(at(600)) };
        assert_eq!(LockoutPolicy::default().admit(Some(counter), at(1)), Admission::Refused(at(600)));
    }
}
