//! When a job that leaves the process is tried again, and when it is given up.

use chrono::TimeDelta;

use crate::value::Timestamp;

/// What came of one attempt at a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobResult {
    /// It is done.
    Done,
    /// The other side declined it, and that settles the job. The reason.
    Refused(String),
    /// It cannot be done as things stand, however often it is tried: an operator must look into it. The reason.
    Failed(String),
    /// Whether it is done is not known: no answer, or one that does not say. The reason.
    Unanswered(String),
}

/// What becomes of a job after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done.
    Done,
    /// It was declined, which settles it. The reason.
    Refused(String),
    /// It is tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it was not done.
        reason: String,
    },
    /// It is a dead letter: nothing happens until an operator retries it. The reason.
    Dead(String),
}

/// How often a kind of job is tried, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How long a job belongs to the worker that took it. Longer than an attempt takes; when it has passed, the
    /// worker is taken for dead.
    pub lease: TimeDelta,
    /// How many attempts are made.
    pub max_attempts: i64,
    /// How long it waits after an attempt.
    pub pauses: Pauses,
}

/// The pauses between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pauses {
    /// Each twice as long as the one before.
    Doubling {
        /// The first one.
        first: TimeDelta,
        /// The longest one.
        longest: TimeDelta,
    },
    /// These, and the last one from then on.
    Listed(&'static [TimeDelta]),
}

impl RetryPolicy {
    /// What becomes of a job after this many attempts, the last of which was answered like this.
    #[must_use]
    pub fn fate(&self, attempts: i64, answer: JobResult, now: Timestamp) -> Fate {
        match answer {
            JobResult::Done => Fate::Done,
            JobResult::Refused(reason) => Fate::Refused(reason),
            JobResult::Failed(reason) => Fate::Dead(reason),
            JobResult::Unanswered(reason) if attempts >= self.max_attempts => Fate::Dead(reason),
            JobResult::Unanswered(reason) => Fate::Again { at: now.plus(self.pause_after(attempts)), reason },
        }
    }

    /// Whether all attempts have been begun and none has been answered: their workers died.
    #[must_use]
    pub fn is_exhausted(&self, attempts: i64) -> bool {
        attempts > self.max_attempts
    }

    /// The pause after so many attempts.
    fn pause_after(&self, attempts: i64) -> TimeDelta {
        let before = attempts.saturating_sub(1);
        match self.pauses {
            Pauses::Doubling { first, longest } => {
                let doublings = u32::try_from(before.clamp(0, 16)).unwrap_or(0);
                first.checked_mul(1_i32 << doublings).map_or(longest, |pause| pause.min(longest))
            }
            Pauses::Listed(pauses) => {
                let listed = usize::try_from(before).ok().and_then(|before| pauses.get(before));
                listed.or(pauses.last()).copied().unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(1),
        max_attempts: 7,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(5), longest: TimeDelta::minutes(1) },
    };

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn unanswered(attempts: i64) -> Fate {
        POLICY.fate(attempts, JobResult::Unanswered("no answer".into()), now())
    }

    #[test]
    fn pauses_double_up_to_the_longest_until_the_last_attempt() {
        let pause = |attempts| match unanswered(attempts) {
            Fate::Again { at, .. } => Some(at.since(now()).num_seconds()),
            _ => None,
        };
        let pauses: Vec<Option<i64>> = (1..=7).map(pause).collect();
        assert_eq!(pauses, [Some(5), Some(10), Some(20), Some(40), Some(60), Some(60), None]);
        assert_eq!(unanswered(7), Fate::Dead("no answer".into()));
        assert_eq!(unanswered(i64::MAX), Fate::Dead("no answer".into()));
    }

    #[test]
    fn listed_pauses_are_taken_in_their_order() {
        const PAUSES: &[TimeDelta] = &[TimeDelta::minutes(1), TimeDelta::minutes(5)];
        let pauses = Pauses::Listed(PAUSES);
        let policy = RetryPolicy { pauses, ..POLICY };
        let pause = |attempts| match policy.fate(attempts, JobResult::Unanswered("no".into()), now()) {
            Fate::Again { at, .. } => at.since(now()).num_minutes(),
            other => panic!("{other:?}"),
        };
        assert_eq!([pause(1), pause(2), pause(3)], [1, 5, 5]);
    }

    #[test]
    fn what_is_known_is_not_tried_again() {
        assert_eq!(POLICY.fate(1, JobResult::Done, now()), Fate::Done);
        assert_eq!(POLICY.fate(1, JobResult::Refused("no".into()), now()), Fate::Refused("no".into()));
        assert_eq!(POLICY.fate(1, JobResult::Failed("no provider".into()), now()), Fate::Dead("no provider".into()));
    }

    #[test]
    fn a_job_whose_workers_all_died_is_exhausted() {
        assert!(!POLICY.is_exhausted(7));
        assert!(POLICY.is_exhausted(8));
    }
}
