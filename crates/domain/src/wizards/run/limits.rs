use chrono::TimeDelta;

use super::CodeMethod;
use crate::identity::AttemptLimit;
use crate::platform::Settings;
use crate::value::{List, Timestamp};

/// How long a run waits for its next step.
pub const RUN_LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// For how long a code that was mailed can be used.
pub const EMAIL_CODE_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long a run is kept after its end, for those who look into what became of it.
pub const KEPT_AFTER_END: TimeDelta = TimeDelta::days(1);

/// How often codes can be tried and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// How many codes may be wrong, and for how long none is tried then.
    pub tries: AttemptLimit,
    /// How many codes are sent for one confirmation.
    pub sends: i64,
    /// For how long a code that was sent to a phone can be used.
    pub sms_code_lifetime: TimeDelta,
}

impl From<&Settings> for RunLimits {
    fn from(settings: &Settings) -> Self {
        Self {
            tries: settings.code_lockout().per_email,
            sends: settings.confirmation_sends,
            sms_code_lifetime: TimeDelta::minutes(settings.sms_code_lifetime_minutes),
        }
    }
}

impl RunLimits {
    pub(super) const fn code_lifetime(&self, method: CodeMethod) -> TimeDelta {
        match method {
            CodeMethod::Sms => self.sms_code_lifetime,
            CodeMethod::Email | CodeMethod::App => EMAIL_CODE_LIFETIME,
        }
    }

    fn attempts(&self) -> usize {
        usize::try_from(self.tries.attempts.max(1)).unwrap_or(1)
    }
}

/// What a transition depends on beside the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContext {
    /// When it happens.
    pub now: Timestamp,
    /// The limits of codes.
    pub limits: RunLimits,
    /// Until when codes of whoever the run is about are refused, where they are: a client's wrong codes are counted for the
    /// client, whatever they were to confirm, so that nobody gains tries by beginning anew.
    pub owner_blocked_until: Option<Timestamp>,
}

impl RunContext {
    /// Until when a visitor can try no code, after these wrong ones in the run.
    pub(super) fn visitor_blocked_until(&self, tries: &[Timestamp]) -> Option<Timestamp> {
        let limit = self.limits.tries;
        let blocks = tries.windows(self.limits.attempts()).filter_map(|tries| {
            let (first, last) = (tries.first()?, tries.last()?);
            (last.since(*first) < limit.window).then(|| last.plus(limit.block))
        });
        blocks.max().filter(|until| self.now < *until)
    }

    /// The wrong tries of the run with one more; those that decide about nothing any more are dropped.
    pub(super) fn with_wrong_try(&self, tries: &[Timestamp]) -> List<Timestamp> {
        let kept = tries.len().saturating_sub(self.limits.attempts() - 1);
        tries.iter().skip(kept).copied().chain([self.now]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        begin.plus(TimeDelta::minutes(minute))
    }

    fn context(now: i64) -> RunContext {
        let limits = RunLimits::from(&Settings::default());
        RunContext { now: minute(now), limits, owner_blocked_until: None }
    }

    fn tries(minutes: &[i64]) -> Vec<Timestamp> {
        minutes.iter().copied().map(minute).collect()
    }

    #[test]
    fn five_wrong_codes_within_the_interval_block_for_ten_minutes() {
        let five = tries(&[0, 1, 2, 3, 4]);
        assert_eq!(context(4).visitor_blocked_until(&five), Some(minute(14)));
        assert_eq!(context(13).visitor_blocked_until(&five), Some(minute(14)));
        assert_eq!(context(14).visitor_blocked_until(&five), None);
        assert_eq!(context(4).visitor_blocked_until(&five[1..]), None);
        assert_eq!(context(10).visitor_blocked_until(&tries(&[0, 7, 8, 9, 10])), None, "the first counts no more");
        assert_eq!(context(9).visitor_blocked_until(&tries(&[0, 6, 7, 8, 9])), Some(minute(19)));
    }

    #[test]
    fn no_more_wrong_codes_are_kept_than_decide() {
        let kept = context(9).with_wrong_try(&tries(&[0, 1, 2, 3, 4, 5]));
        assert_eq!(kept.to_vec(), tries(&[2, 3, 4, 5, 9]));
        let endless = Settings { confirmation_tries: 1_000_000, ..Settings::default() };
        let endless = RunContext { limits: RunLimits::from(&endless), ..context(9) };
        let many: Vec<i64> = (0..200).collect();
        assert_eq!(endless.with_wrong_try(&tries(&many)).len(), 100);
    }
}
