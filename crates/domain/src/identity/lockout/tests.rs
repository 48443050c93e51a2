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
        match POLICY().begin(self.0.clone(), now) {
            AttemptDecision::Allowed(counters, windows) => {
                self.0 = counters;
                Ok(windows)
            }
            AttemptDecision::Blocked(until) => Err(until),
        }
    }

    fn end(&mut self, windows: AttemptWindows, outcome: AttemptOutcome, now: Timestamp) {
        self.0 = POLICY().settle(std::mem::take(&mut self.0), windows, outcome, now);
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
    let mut tried = |outcome| match policy.begin(counters.clone(), at(0)) {
        AttemptDecision::Allowed(begun, windows) => {
            counters = policy.settle(begun, windows, outcome, at(0));
            true
        }
        AttemptDecision::Blocked(_) => false,
    };
    let allowed =
        (0..20).filter(|number| tried(if number % 2 == 1 { AttemptOutcome::Passed } else { AttemptOutcome::Failed }));
    assert_eq!(allowed.count(), 9, "five that were wrong, and a right one after each but the last");
}

/// The places of codes that are checked, all wrong, which are tried at these seconds.
fn checked_codes(tries: i64, seconds: &[i64]) -> Vec<bool> {
    let policy = LockoutPolicy::of_codes(tries, TimeDelta::seconds(60), TimeDelta::seconds(600));
    let mut counters = AttemptCounters::default();
    let mut tried = |now: Timestamp| match policy.begin(counters.clone(), now) {
        AttemptDecision::Allowed(begun, windows) => {
            counters = policy.settle(begun, windows, AttemptOutcome::Failed, now);
            true
        }
        AttemptDecision::Blocked(_) => false,
    };
    seconds.iter().map(|second| tried(at(*second))).collect()
}

#[test]
fn a_wrong_code_counts_for_the_whole_interval_and_no_longer() {
    assert_eq!(checked_codes(3, &[0, 58, 59, 60]), [true, true, true, false]);
    assert_eq!(checked_codes(3, &[0, 59, 60, 61, 62]), [true, true, true, true, false], "the first counts no more");
    assert_eq!(checked_codes(3, &[0, 30, 60, 90, 120]), [true; 5]);
    let blocked = checked_codes(3, &[0, 1, 2, 601, 602, 603, 604, 605]);
    assert_eq!(blocked, [true, true, true, false, true, true, true, false], "after a block it begins anew");
}

#[test]
fn codes_are_limited_from_all_addresses_together() {
    let policy = LockoutPolicy::of_codes(5, TimeDelta::minutes(10), TimeDelta::minutes(10));
    let mut anywhere = None;
    let checked = (0..100).filter(|number| {
        // Four from each address, which is too few for its own block.
        let counters = AttemptCounters { anywhere: anywhere.clone(), ..AttemptCounters::default() };
        match policy.begin(counters, at(number / 4)) {
            AttemptDecision::Allowed(begun, windows) => {
                let settled = policy.settle(begun, windows, AttemptOutcome::Failed, at(number / 4));
                assert_eq!(settled.email_blocked_until().is_some(), *number == 29);
                anywhere = settled.anywhere;
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

    #[test]
    fn no_more_codes_are_wrong_within_the_interval_than_the_settings_say(
        tries in 1..8_i64,
        gaps in prop::collection::vec(0..40_i64, 0..200),
    ) {
        let seconds: Vec<i64> = gaps.iter().scan(0, |now, gap| { *now += gap; Some(*now) }).collect();
        let checked = checked_codes(tries, &seconds);
        let wrong: Vec<i64> = seconds.iter().zip(checked).filter(|(_, is_checked)| *is_checked).map(|(at, _)| *at).collect();
        for (place, first) in wrong.iter().enumerate() {
            let within = wrong.iter().skip(place).filter(|at| **at - first < 60).count();
            prop_assert!(i64::try_from(within).unwrap() <= tries);
        }
    }
}
