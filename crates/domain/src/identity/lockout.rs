use chrono::TimeDelta;

use crate::value::Timestamp;

/// How many checks may fail within a window, and how long everything is refused after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimit {
    /// Failed checks within the window that lead to the block.
    pub attempts: i64,
    /// The window in which they are counted.
    pub window: TimeDelta,
    /// How long every attempt is refused then.
    pub block: TimeDelta,
}

/// When sign-in is refused (`docs/rules.md`, Lock-out).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// For one e-mail from one address.
    pub per_email: AttemptLimit,
    /// For one address, whatever the e-mails.
    pub per_address: AttemptLimit,
    /// For one e-mail, whatever the addresses.
    pub from_anywhere: Option<AttemptLimit>,
    /// Whether a success clears the count of its e-mail.
    pub is_cleared_by_success: bool,
}

/// Attempts a minute from one address, whatever the e-mails.
const ATTEMPTS_PER_ADDRESS: i64 = 30;

/// Wrong codes of one client, whatever the addresses.
const CODES_FROM_ANYWHERE: i64 = 30;

impl LockoutPolicy {
    /// So many attempts a minute with one e-mail from one address, then a block of this length. An address has 30
    /// attempts a minute, or as many as one e-mail has, and is blocked for one minute, since others may share it.
    #[must_use]
    pub fn new(attempts: i64, block: TimeDelta) -> Self {
        let limit = |attempts, block| AttemptLimit { attempts, window: TimeDelta::minutes(1), block };
        let per_address = limit(attempts.max(ATTEMPTS_PER_ADDRESS), TimeDelta::minutes(1));
        Self { per_email: limit(attempts, block), per_address, from_anywhere: None, is_cleared_by_success: true }
    }

    /// So many wrong codes of one client from one address, each counted for this long, then a block of this length. A
    /// right one clears nothing, or one who can pass one confirmation could guess at another for ever. Codes are short, so
    /// those of one client are limited from all addresses together, too.
    #[must_use]
    pub fn of_codes(tries: i64, counted_for: TimeDelta, block: TimeDelta) -> Self {
        let limit = |attempts, block| AttemptLimit { attempts, window: counted_for, block };
        Self {
            per_email: limit(tries, block),
            per_address: limit(tries.max(ATTEMPTS_PER_ADDRESS), TimeDelta::minutes(1)),
            from_anywhere: Some(limit(tries.max(CODES_FROM_ANYWHERE), block)),
            is_cleared_by_success: false,
        }
    }
}

/// What is known of attempts under one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptCounter {
    /// Checks that failed since the window began.
    pub failed: i64,
    /// Attempts of this window whose check is still under way.
    pub pending: i64,
    /// When the window began.
    pub window_start: Timestamp,
    /// Until when every attempt is refused.
    pub blocked_until: Option<Timestamp>,
}

/// The counters of an attempt; none where nothing is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptCounters {
    /// Of the e-mail from this address.
    pub email: Option<AttemptCounter>,
    /// Of the address.
    pub address: Option<AttemptCounter>,
    /// Of the e-mail from all addresses.
    pub anywhere: Option<AttemptCounter>,
}

impl AttemptCounters {
    /// Until when attempts with the e-mail are refused.
    #[must_use]
    pub fn email_blocked_until(&self) -> Option<Timestamp> {
        let blocked_until = |counter: Option<AttemptCounter>| counter.and_then(|counter| counter.blocked_until);
        blocked_until(self.email).max(blocked_until(self.anywhere))
    }
}

/// The windows in which an attempt is counted as pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptWindows {
    email: Timestamp,
    address: Timestamp,
    anywhere: Option<Timestamp>,
}

/// Whether a password may be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptDecision {
    /// It may; these are the counters with the attempt pending.
    Allowed(AttemptCounters, AttemptWindows),
    /// No password is checked until then, right or wrong.
    Blocked(Timestamp),
}

/// How an attempt that was allowed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The password was not checked, since the server had no time for it.
    NotChecked,
    /// The password was wrong, or its user is not allowed.
    Failed,
    /// The password was right, and a code is awaited.
    CodeAwaited,
    /// The password was right, and nothing more is asked.
    Passed,
}

impl AttemptCounter {
    const fn begun_at(now: Timestamp) -> Self {
        Self { failed: 0, pending: 0, window_start: now, blocked_until: None }
    }
}

impl AttemptLimit {
    /// The counter as it stands now: a new one once the window or the block is over. A window waits for the checks
    /// that are under way at its end, but not for ever: a server that stopped never tells how they ended.
    fn current(&self, counter: Option<AttemptCounter>, now: Timestamp) -> AttemptCounter {
        let stands = |counter: &AttemptCounter| {
            let patience = if counter.pending > 0 { self.window * 2 } else { self.window };
            let window_end = counter.window_start.plus(patience);
            now < counter.blocked_until.unwrap_or(window_end)
        };
        counter.filter(stands).unwrap_or(AttemptCounter::begun_at(now))
    }

    /// Counts an attempt as pending, so that many at once get no more checks than one after the other.
    fn begin(&self, counter: Option<AttemptCounter>, now: Timestamp) -> Result<AttemptCounter, Timestamp> {
        let counter = self.current(counter, now);
        match counter.blocked_until {
            Some(until) => Err(until),
            // The checks under way decide; until then there is nothing to wait for but them.
            None if counter.failed + counter.pending >= self.attempts => Err(now),
            None => Ok(AttemptCounter { pending: counter.pending + 1, ..counter }),
        }
    }

    fn settle(
        &self,
        counter: Option<AttemptCounter>,
        began_in: Timestamp,
        has_failed: bool,
        now: Timestamp,
    ) -> AttemptCounter {
        let mut counter = self.current(counter, now);
        if counter.window_start == began_in {
            counter.pending = (counter.pending - 1).max(0);
        }
        if has_failed {
            counter.failed += 1;
            if counter.failed >= self.attempts {
                counter.blocked_until = Some(now.plus(self.block));
            }
        }
        counter
    }
}

impl LockoutPolicy {
    /// Begins an attempt, if its password may be checked. An attempt that is blocked is not counted.
    #[must_use]
    pub fn begin(&self, counters: AttemptCounters, now: Timestamp) -> AttemptDecision {
        let email = self.per_email.begin(counters.email, now);
        let address = self.per_address.begin(counters.address, now);
        let anywhere = self.from_anywhere.map(|limit| limit.begin(counters.anywhere, now)).transpose();
        match (email, address, anywhere) {
            (Ok(email), Ok(address), Ok(anywhere)) => AttemptDecision::Allowed(
                AttemptCounters { email: Some(email), address: Some(address), anywhere },
                AttemptWindows {
                    email: email.window_start,
                    address: address.window_start,
                    anywhere: anywhere.map(|counter| counter.window_start),
                },
            ),
            (email, address, anywhere) => {
                let until = [email.err(), address.err(), anywhere.err()].into_iter().flatten().max();
                AttemptDecision::Blocked(until.unwrap_or(now))
            }
        }
    }

    /// The counters after an attempt. Only what was checked counts: a wrong password under both limits, a
    /// right one whose code is awaited for its e-mail alone, since each of these sends a code.
    #[must_use]
    pub fn settle(
        &self,
        counters: AttemptCounters,
        windows: AttemptWindows,
        outcome: AttemptOutcome,
        now: Timestamp,
    ) -> AttemptCounters {
        let email = |has_failed| Some(self.per_email.settle(counters.email, windows.email, has_failed, now));
        let address = |has_failed| Some(self.per_address.settle(counters.address, windows.address, has_failed, now));
        let anywhere = |has_failed| {
            let (limit, window) = self.from_anywhere.zip(windows.anywhere)?;
            Some(limit.settle(counters.anywhere, window, has_failed, now))
        };
        let all =
            |email, has_failed| AttemptCounters { email, address: address(has_failed), anywhere: anywhere(has_failed) };
        match outcome {
            AttemptOutcome::NotChecked => all(email(false), false),
            AttemptOutcome::Failed => all(email(true), true),
            AttemptOutcome::CodeAwaited => all(email(true), false),
            AttemptOutcome::Passed if self.is_cleared_by_success => all(None, false),
            AttemptOutcome::Passed => all(email(false), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().into()
    }

    const POLICY: fn() -> LockoutPolicy = || LockoutPolicy::new(5, TimeDelta::minutes(10));

    /// The attempts with one e-mail from one address.
    #[derive(Default)]
    struct Attempts(AttemptCounters);

    impl Attempts {
        fn begin(&mut self, now: Timestamp) -> Result<AttemptWindows, Timestamp> {
            match POLICY().begin(self.0, now) {
                AttemptDecision::Allowed(counters, windows) => {
                    self.0 = counters;
                    Ok(windows)
                }
                AttemptDecision::Blocked(until) => Err(until),
            }
        }

        fn end(&mut self, windows: AttemptWindows, outcome: AttemptOutcome, now: Timestamp) {
            self.0 = POLICY().settle(self.0, windows, outcome, now);
        }

        /// Whether an attempt is allowed, which then ends like this.
        fn attempt(&mut self, outcome: AttemptOutcome, now: Timestamp) -> bool {
            self.begin(now).map(|windows| self.end(windows, outcome, now)).is_ok()
        }

        /// The same with another e-mail.
        fn attempt_with_another_email(&mut self, outcome: AttemptOutcome, now: Timestamp) -> bool {
            let email = self.0.email.take();
            let is_allowed = self.attempt(outcome, now);
            self.0.email = email;
            is_allowed
        }
    }

    fn allowed(seconds: &[i64], outcome: AttemptOutcome) -> Vec<bool> {
        let mut attempts = Attempts::default();
        seconds.iter().map(|second| attempts.attempt(outcome, at(*second))).collect()
    }

    #[test]
    fn the_sixth_failure_within_a_minute_is_refused() {
        let seconds = [0, 1, 2, 3, 4, 5];
        assert_eq!(allowed(&seconds, AttemptOutcome::Failed), [true, true, true, true, true, false]);
        assert_eq!(allowed(&seconds, AttemptOutcome::CodeAwaited), [true, true, true, true, true, false]);
    }

    #[test]
    fn slow_failures_are_never_refused() {
        let seconds = [0, 61, 122, 183, 244, 305, 366];
        assert!(allowed(&seconds, AttemptOutcome::Failed).into_iter().all(|allowed| allowed));
    }

    #[test]
    fn the_block_ends_after_ten_minutes() {
        let seconds = [0, 0, 0, 0, 0, 599, 600];
        assert_eq!(allowed(&seconds, AttemptOutcome::Failed), [true, true, true, true, true, false, true]);
    }

    #[test]
    fn a_refusal_says_until_when() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            assert!(attempts.attempt(AttemptOutcome::Failed, at(0)));
        }
        assert_eq!(attempts.begin(at(1)), Err(at(600)));
    }

    #[test]
    fn attempts_that_were_not_checked_and_successes_are_not_counted() {
        for outcome in [AttemptOutcome::NotChecked, AttemptOutcome::Passed] {
            assert!(allowed(&[0; 100], outcome).into_iter().all(|allowed| allowed), "{outcome:?}");
        }
    }

    #[test]
    fn a_right_code_forgives_no_wrong_one() {
        let policy = LockoutPolicy::of_codes(5, TimeDelta::minutes(10), TimeDelta::minutes(10));
        let mut counters = AttemptCounters::default();
        let mut tried = |outcome| match policy.begin(counters, at(0)) {
            AttemptDecision::Allowed(begun, windows) => {
                counters = policy.settle(begun, windows, outcome, at(0));
                true
            }
            AttemptDecision::Blocked(_) => false,
        };
        let allowed = (0..20)
            .filter(|number| tried(if number % 2 == 1 { AttemptOutcome::Passed } else { AttemptOutcome::Failed }));
        assert_eq!(allowed.count(), 9, "five that were wrong, and a right one after each but the last");
    }

    #[test]
    fn codes_are_limited_from_all_addresses_together() {
        let policy = LockoutPolicy::of_codes(5, TimeDelta::minutes(10), TimeDelta::minutes(10));
        let mut anywhere = None;
        let checked = (0..100).filter(|number| {
            // Four from each address, which is too few for its own block.
            let counters = AttemptCounters { anywhere, ..AttemptCounters::default() };
            match policy.begin(counters, at(number / 4)) {
                AttemptDecision::Allowed(begun, windows) => {
                    let settled = policy.settle(begun, windows, AttemptOutcome::Failed, at(number / 4));
                    anywhere = settled.anywhere;
                    assert_eq!(settled.email_blocked_until().is_some(), *number == 29);
                    true
                }
                AttemptDecision::Blocked(until) => {
                    assert_eq!(until, at(7 + 600));
                    false
                }
            }
        });
        assert_eq!(checked.count(), 30);
    }

    #[test]
    fn a_success_forgives_the_e_mail_and_not_the_address() {
        let mut attempts = Attempts::default();
        let checked = (0..40).filter(|number| {
            attempts.attempt(if number % 4 == 3 { AttemptOutcome::Passed } else { AttemptOutcome::Failed }, at(0))
        });
        // 30 that failed, and a success after every third.
        assert_eq!(checked.count(), 39);
    }

    #[test]
    fn of_forty_e_mails_from_one_address_thirty_are_checked() {
        let mut attempts = Attempts::default();
        let checked = (0..40).filter(|_| attempts.attempt_with_another_email(AttemptOutcome::Failed, at(0))).count();
        assert_eq!(checked, 30);
        assert_eq!(attempts.begin(at(0)), Err(at(60)));
    }

    #[test]
    fn an_e_mail_that_is_blocked_costs_its_address_nothing_more() {
        let mut attempts = Attempts::default();
        for _ in 0..1000 {
            attempts.attempt(AttemptOutcome::Failed, at(0));
        }
        assert!(attempts.attempt_with_another_email(AttemptOutcome::Passed, at(0)));
    }

    #[test]
    fn attempts_under_way_take_places_and_never_block() {
        let mut attempts = Attempts::default();
        let windows: Vec<AttemptWindows> = (0..5).filter_map(|_| attempts.begin(at(0)).ok()).collect();
        assert_eq!(attempts.begin(at(1)), Err(at(1)));
        for window in windows {
            attempts.end(window, AttemptOutcome::NotChecked, at(2));
        }
        assert!(attempts.begin(at(2)).is_ok());
    }

    #[test]
    fn a_window_waits_for_the_checks_that_are_under_way_at_its_end() {
        let mut attempts = Attempts::default();
        let late: Vec<AttemptWindows> = (0..5).filter_map(|_| attempts.begin(at(0)).ok()).collect();
        assert_eq!(attempts.begin(at(61)), Err(at(61)));
        for window in late {
            attempts.end(window, AttemptOutcome::Failed, at(62));
        }
        assert_eq!(attempts.begin(at(63)), Err(at(662)));
    }

    #[test]
    fn attempts_whose_end_is_never_told_are_forgotten() {
        let mut attempts = Attempts::default();
        let lost: Vec<AttemptWindows> = (0..5).filter_map(|_| attempts.begin(at(0)).ok()).collect();
        assert_eq!((lost.len(), attempts.begin(at(119))), (5, Err(at(119))));
        assert!(attempts.begin(at(120)).is_ok());
    }

    /// A step of many callers at once: a new attempt, or the end of one that is under way.
    #[derive(Clone, Debug)]
    enum Step {
        Begin,
        End(prop::sample::Index, AttemptOutcome),
        Wait(i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let outcome = prop::sample::select(vec![AttemptOutcome::NotChecked, AttemptOutcome::Failed]);
        let step = prop_oneof![
            4 => Just(Step::Begin),
            4 => (any::<prop::sample::Index>(), outcome).prop_map(|(which, outcome)| Step::End(which, outcome)),
            1 => (0..5_i64).prop_map(Step::Wait),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        #[test]
        fn many_at_once_get_no_more_checks_than_one_after_the_other(steps in steps()) {
            let (mut attempts, mut under_way, mut now) = (Attempts::default(), Vec::new(), 0);
            let mut failures: Vec<i64> = Vec::new();
            for step in steps {
                match step {
                    // No check takes a minute.
                    Step::Wait(seconds) if under_way.iter().all(|(begun, _)| now + seconds < begun + 60) => now += seconds,
                    Step::Wait(_) => {}
                    Step::Begin => under_way.extend(attempts.begin(at(now)).map(|windows| (now, windows))),
                    Step::End(_, _) if under_way.is_empty() => {}
                    Step::End(which, outcome) => {
                        let (_, windows) = under_way.swap_remove(which.index(under_way.len()));
                        attempts.end(windows, outcome, at(now));
                        failures.extend((outcome == AttemptOutcome::Failed).then_some(now));
                    }
                }
                let of_a_minute = failures.iter().filter(|failed| now - **failed < 60).count();
                // One after the other: four at the end of a window, five at the beginning of the next.
                prop_assert!(of_a_minute <= 9, "{of_a_minute} checks failed within a minute");
            }
        }
    }
}
