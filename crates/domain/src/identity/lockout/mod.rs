#[cfg(test)]
mod tests;

use chrono::TimeDelta;

use crate::value::{List, Timestamp};

/// How many checks may fail within a window, and how long everything is refused after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimit {
    /// Failed checks within the window that lead to the block.
    pub attempts: i64,
    /// The window in which they are counted.
    pub window: TimeDelta,
    /// How long every attempt is refused then.
    pub block: TimeDelta,
    /// Whether each failure counts for the length of the window, and not for what is left of a window that others began.
    pub is_sliding: bool,
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

/// No more wrong codes are ever counted, whatever the settings say.
const MOST_CODES: i64 = 100;

/// Wrong codes of one client, whatever the addresses.
const CODES_FROM_ANYWHERE: i64 = 30;

impl LockoutPolicy {
    /// So many attempts a minute with one e-mail from one address, then a block of this length. An address has 30
    /// attempts a minute, or as many as one e-mail has, and is blocked for one minute, since others may share it.
    #[must_use]
    pub fn new(attempts: i64, block: TimeDelta) -> Self {
        let window = TimeDelta::minutes(1);
        let limit = |attempts, block| AttemptLimit { attempts, window, block, is_sliding: false };
        let per_address = limit(attempts.max(ATTEMPTS_PER_ADDRESS), TimeDelta::minutes(1));
        Self { per_email: limit(attempts, block), per_address, from_anywhere: None, is_cleared_by_success: true }
    }

    /// Sign-ins with providers, where nothing can be guessed: an address has as many that fail as it has with passwords,
    /// and is refused for a minute then.
    #[must_use]
    pub fn of_providers() -> Self {
        Self::new(ATTEMPTS_PER_ADDRESS, TimeDelta::minutes(1))
    }

    /// So many wrong codes of one client from one address, each counted for this long, then a block of this length. A
    /// right one clears nothing, or one who can pass one confirmation could guess at another for ever. Codes are short, so
    /// those of one client are limited from all addresses together, too.
    #[must_use]
    pub fn of_codes(tries: i64, counted_for: TimeDelta, block: TimeDelta) -> Self {
        let limit = |attempts, block| AttemptLimit { attempts, window: counted_for, block, is_sliding: true };
        let tries = tries.clamp(1, MOST_CODES);
        Self {
            per_email: limit(tries, block),
            per_address: limit(tries.max(ATTEMPTS_PER_ADDRESS), TimeDelta::minutes(1)),
            from_anywhere: Some(limit(tries.max(CODES_FROM_ANYWHERE), block)),
            is_cleared_by_success: false,
        }
    }
}

/// What is known of attempts under one limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptCounter {
    /// Checks that failed, as far as they count.
    pub failed: i64,
    /// When they failed, under a limit that slides.
    pub failures: List<Timestamp>,
    /// Attempts of this window whose check is still under way.
    pub pending: i64,
    /// When the window began.
    pub window_start: Timestamp,
    /// Until when every attempt is refused.
    pub blocked_until: Option<Timestamp>,
}

/// The counters of an attempt; none where nothing is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
        let blocked_until = |counter: &Option<AttemptCounter>| counter.as_ref()?.blocked_until;
        blocked_until(&self.email).max(blocked_until(&self.anywhere))
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it is matched at once, and never kept")]
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
    fn begun_at(now: Timestamp) -> Self {
        Self { failed: 0, failures: List::default(), pending: 0, window_start: now, blocked_until: None }
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
        match counter {
            Some(counter) if stands(&counter) => self.with_failures_of_now(counter, now),
            // What was blocked begins anew.
            Some(counter) if counter.blocked_until.is_none() => {
                let anew = AttemptCounter { failures: counter.failures, ..AttemptCounter::begun_at(now) };
                self.with_failures_of_now(anew, now)
            }
            Some(_) | None => AttemptCounter::begun_at(now),
        }
    }

    /// Under a limit that slides, failures count no longer than the window is long.
    fn with_failures_of_now(&self, mut counter: AttemptCounter, now: Timestamp) -> AttemptCounter {
        if self.is_sliding {
            counter.failures =
                counter.failures.iter().copied().filter(|failed| now.since(*failed) < self.window).collect();
            counter.failed = i64::try_from(counter.failures.len()).unwrap_or(i64::MAX);
        }
        counter
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
            if self.is_sliding {
                counter.failures = counter.failures.iter().copied().chain([now]).collect();
            }
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
            (Ok(email), Ok(address), Ok(anywhere)) => {
                let windows = AttemptWindows {
                    email: email.window_start,
                    address: address.window_start,
                    anywhere: anywhere.as_ref().map(|counter| counter.window_start),
                };
                let counters = AttemptCounters { email: Some(email), address: Some(address), anywhere };
                AttemptDecision::Allowed(counters, windows)
            }
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
        let (counts_for_email, counts_for_others) = match outcome {
            AttemptOutcome::NotChecked | AttemptOutcome::Passed => (false, false),
            AttemptOutcome::Failed => (true, true),
            AttemptOutcome::CodeAwaited => (true, false),
        };
        let email = self.per_email.settle(counters.email, windows.email, counts_for_email, now);
        let address = self.per_address.settle(counters.address, windows.address, counts_for_others, now);
        let anywhere = self.from_anywhere.zip(windows.anywhere);
        let anywhere = anywhere.map(|(limit, window)| limit.settle(counters.anywhere, window, counts_for_others, now));
        let is_cleared = outcome == AttemptOutcome::Passed && self.is_cleared_by_success;
        AttemptCounters { email: (!is_cleared).then_some(email), address: Some(address), anywhere }
    }
}
