use chrono::TimeDelta;

use super::event::Threshold;
use super::{AntifraudEvent, AntifraudFault, Exception, Limit};
use crate::identity::UserId;
use crate::ledger::{Amount, Sum};
use crate::value::{Fault, FaultCode as _, Field, Set, Timestamp};

/// How often each event is looked for.
pub const PASS_EVERY: TimeDelta = TimeDelta::minutes(5);

/// How long a server may take for a part of a pass; then another one may begin it anew.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

/// What was written so long ago is looked at: what was begun before it is written by then, too, since no transaction
/// takes as long.
pub const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(1);

/// How an event is looked for, and who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which event.
    pub event: AntifraudEvent,
    /// Whether it is looked for.
    pub is_enabled: bool,
    /// The number or the sum in EUR that counts as too much.
    pub threshold: Option<Amount>,
    /// How far back is looked, in days.
    pub period_days: Option<i64>,
    /// Whom it does not look at.
    pub exceptions: Set<Exception>,
    /// The users who are told.
    pub users: Set<UserId>,
}

/// How each event is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// One for each event, in their order.
    pub rules: Vec<Rule>,
}

impl Rule {
    /// The longest period, in days.
    pub const MAX_PERIOD_DAYS: i64 = 3_650;

    /// How an event begins.
    #[must_use]
    pub fn off(event: AntifraudEvent) -> Self {
        Self {
            event,
            is_enabled: false,
            threshold: None,
            period_days: None,
            exceptions: Set::default(),
            users: Set::default(),
        }
    }

    /// What an enabled event lacks. `place` is its place among the events that are sent.
    #[must_use]
    pub fn faults(&self, place: usize) -> Vec<Fault> {
        let lacking = |limit: Limit| {
            let has = match limit {
                Limit::Threshold => self.threshold.is_some(),
                Limit::PeriodDays => self.period_days.is_some(),
            };
            self.is_enabled && self.event.needs(limit) && !has
        };
        let fault = |limit: Limit| {
            let code = match limit {
                Limit::Threshold => AntifraudFault::ThresholdRequired,
                Limit::PeriodDays => AntifraudFault::PeriodRequired,
            };
            code.at(Field::Events.entry(place).entry(limit))
        };
        Limit::ALL.iter().copied().filter(|limit| lacking(*limit)).map(fault).collect()
    }

    /// Whether somebody is not looked at, by an address of theirs.
    #[must_use]
    pub fn excepts(&self, address: &str) -> bool {
        self.exceptions.iter().any(|exception| exception.covers(address))
    }

    /// From when on counts what happened: the beginning of the period, or when users last closed the same situation.
    #[must_use]
    pub fn since(&self, now: Timestamp, closed: Option<Timestamp>) -> Timestamp {
        let begin = now.plus(-TimeDelta::days(self.period_days.unwrap_or(Self::MAX_PERIOD_DAYS)));
        closed.map_or(begin, |closed| closed.max(begin))
    }

    /// Whether so many are too many.
    #[must_use]
    pub fn is_too_many(&self, number: i64) -> bool {
        let (Some(threshold), number) = (self.threshold, Amount::from(number)) else { return false };
        match self.event.threshold() {
            Some(Threshold::Reached) => number >= threshold,
            Some(Threshold::Passed) => number > threshold,
            Some(Threshold::Sum) | None => false,
        }
    }

    /// Whether a sum in EUR is too much.
    #[must_use]
    pub fn is_too_much(&self, sum: &Sum) -> bool {
        match (self.event.threshold(), self.threshold) {
            (Some(Threshold::Sum), Some(threshold)) => *sum > Sum::ZERO.plus(threshold),
            (Some(Threshold::Reached | Threshold::Passed | Threshold::Sum) | None, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(event: AntifraudEvent, threshold: &str) -> Rule {
        Rule { is_enabled: true, threshold: threshold.parse().ok(), ..Rule::off(event) }
    }

    #[test]
    fn an_enabled_event_has_the_limits_that_it_counts_by() {
        use AntifraudEvent as E;
        let lacking = |event| -> Vec<String> {
            let rule = Rule { is_enabled: true, ..Rule::off(event) };
            rule.faults(0).iter().map(|fault| fault.code.as_str().to_owned()).collect()
        };
        for event in E::ALL {
            assert_eq!(Rule::off(*event).faults(0), [], "off it needs nothing");
        }
        assert_eq!(lacking(E::IdenticalIp), ["periodRequired"]);
        for event in [E::WithdrawalsWithoutTrading, E::ExcessiveDepositsSum, E::FrequentDeposits] {
            assert_eq!(lacking(event), ["thresholdRequired", "periodRequired"]);
        }
        for event in
            [E::IdenticalWalletAddress, E::IdenticalPhone, E::IdenticalEmail, E::VerificationLevelUnauthorisedChange]
        {
            assert_eq!(lacking(event), Vec::<String>::new());
        }
    }

    #[test]
    fn withdrawals_reach_their_threshold_and_deposits_pass_it() {
        let withdrawals = rule(AntifraudEvent::WithdrawalsWithoutTrading, "3");
        assert_eq!([2, 3, 4].map(|number| withdrawals.is_too_many(number)), [false, true, true]);
        let deposits = rule(AntifraudEvent::FrequentDeposits, "3");
        assert_eq!([2, 3, 4].map(|number| deposits.is_too_many(number)), [false, false, true]);
        let sum = rule(AntifraudEvent::ExcessiveDepositsSum, "100.5");
        let is_too_much = |amount: &str| sum.is_too_much(&Sum::ZERO.plus(amount.parse().unwrap()));
        assert_eq!(["100.5", "100.51"].map(is_too_much), [false, true]);
        assert!(!sum.is_too_many(1_000), "a sum is not a count");
        assert!(!deposits.is_too_much(&Sum::ZERO.plus(Amount::from(1_000))));
    }

    #[test]
    fn counting_begins_anew_when_users_have_closed_it() {
        let now: Timestamp = "2026-06-30T12:00:00Z".parse().unwrap();
        let rule = Rule { period_days: Some(30), ..Rule::off(AntifraudEvent::FrequentDeposits) };
        let begin: Timestamp = "2026-05-31T12:00:00Z".parse().unwrap();
        let [before, within] = ["2026-05-01T00:00:00Z", "2026-06-20T00:00:00Z"].map(|time| time.parse().unwrap());
        assert_eq!(rule.since(now, None), begin);
        assert_eq!(rule.since(now, Some(before)), begin);
        assert_eq!(rule.since(now, Some(within)), within);
    }
}
