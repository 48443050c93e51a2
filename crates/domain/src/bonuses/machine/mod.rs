use std::fmt::Write as _;

use super::obstacle::{self, Obstacle, Undertaking};
use super::{Bonus, BonusState, Pause};
use crate::ledger::{AccountBook, AccountFacts, Amount, BrokerBook, Entry, Rounding, Step, Unbalanced};
use crate::value::{Fault, Refusal, Timestamp, text_enum};

/// What happens to a bonus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BonusEvent {
    /// Its turn has come: it is credited.
    Credit,
    /// The volume to trade is computed.
    ComputeVolume,
    /// Positions that count were closed, of so many lots together.
    CountPosition(Amount),
    /// The volume is reached.
    Complete,
    /// The time is over.
    Expire,
    /// The balance of the account is below 0.
    BalanceNegative,
    /// Money leaves the account.
    MoneyWithdrawn,
    /// The posting that burns it, or pays it out, is done.
    Confirm,
    /// A posting failed for good; the reason.
    Fail(String),
    /// A user takes it back.
    Revoke,
    /// A user pauses it.
    Hold,
    /// A user resumes it, gives it one more lifetime, or has a failed step tried again.
    Continue,
    /// A user gives it again, with another lifetime in days if there is one.
    Reactivate(Option<i64>),
    /// A user gives it again, with so many lots to trade.
    SetVolume(Amount),
    /// A user cancels it.
    Delete,
}

text_enum! {
    /// The name of what happened, as the history tells it.
    BonusEventName {
        /// It was awarded.
        Award = "award",
        /// See [`BonusEvent::Credit`].
        Credit = "credit",
        /// See [`BonusEvent::ComputeVolume`].
        ComputeVolume = "computeVolume",
        /// See [`BonusEvent::CountPosition`].
        CountPosition = "countPosition",
        /// See [`BonusEvent::Complete`].
        Complete = "complete",
        /// See [`BonusEvent::Expire`].
        Expire = "expire",
        /// See [`BonusEvent::BalanceNegative`].
        BalanceNegative = "balanceNegative",
        /// See [`BonusEvent::MoneyWithdrawn`].
        MoneyWithdrawn = "moneyWithdrawn",
        /// See [`BonusEvent::Confirm`].
        Confirm = "confirm",
        /// See [`BonusEvent::Fail`].
        Fail = "fail",
        /// See [`BonusEvent::Revoke`].
        Revoke = "revoke",
        /// See [`BonusEvent::Hold`].
        Hold = "hold",
        /// See [`BonusEvent::Continue`].
        Continue = "continue",
        /// See [`BonusEvent::Reactivate`].
        Reactivate = "reactivate",
        /// See [`BonusEvent::SetVolume`].
        SetVolume = "setVolume",
        /// See [`BonusEvent::Delete`].
        Delete = "delete",
    }
}

impl BonusEvent {
    /// What the history calls it.
    #[must_use]
    pub const fn name(&self) -> BonusEventName {
        match self {
            Self::Credit => BonusEventName::Credit,
            Self::ComputeVolume => BonusEventName::ComputeVolume,
            Self::CountPosition(_) => BonusEventName::CountPosition,
            Self::Complete => BonusEventName::Complete,
            Self::Expire => BonusEventName::Expire,
            Self::BalanceNegative => BonusEventName::BalanceNegative,
            Self::MoneyWithdrawn => BonusEventName::MoneyWithdrawn,
            Self::Confirm => BonusEventName::Confirm,
            Self::Fail(_) => BonusEventName::Fail,
            Self::Revoke => BonusEventName::Revoke,
            Self::Hold => BonusEventName::Hold,
            Self::Continue => BonusEventName::Continue,
            Self::Reactivate(_) => BonusEventName::Reactivate,
            Self::SetVolume(_) => BonusEventName::SetVolume,
            Self::Delete => BonusEventName::Delete,
        }
    }
}

impl BonusEvent {
    /// What it is for those who look for obstacles.
    const fn undertaking(&self) -> Undertaking {
        match self {
            Self::Credit => Undertaking::Credit,
            Self::Reactivate(_) | Self::SetVolume(_) => Undertaking::GiveAgain,
            Self::Revoke | Self::Hold | Self::Continue | Self::Delete => Undertaking::Change,
            Self::ComputeVolume
            | Self::CountPosition(_)
            | Self::Complete
            | Self::Expire
            | Self::BalanceNegative
            | Self::MoneyWithdrawn
            | Self::Confirm
            | Self::Fail(_) => Undertaking::Proceed,
        }
    }
}

/// What a decision on a bonus rests on beside the bonus; read while the account is held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BonusFacts {
    /// What it rests on that is out of use.
    pub obstacles: Vec<Obstacle>,
    /// Whether an earlier bonus of the account is unfinished.
    pub has_earlier: bool,
    /// The account's credit, of all its bonuses.
    pub credit: Amount,
    /// The account's balance.
    pub balance: Amount,
    /// Whether bonuses burn when the balance is below 0.
    pub burns_if_negative: bool,
    /// Whether bonuses burn when money leaves.
    pub burns_on_withdrawal: bool,
    /// Whether an outside platform keeps the account, and confirms each posting first.
    pub asks_platform: bool,
    /// Whether an outside platform was asked for a posting of this bonus and has not answered.
    pub is_asked: bool,
}

/// What is posted for a bonus, in the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyStep {
    /// Credit is given.
    Credit(Amount),
    /// The credit becomes balance.
    Payout(Amount),
    /// The credit is taken back, as far as it is there; what was given goes back to the reserve.
    Burn {
        /// What is there.
        taken: Amount,
        /// What was given.
        given: Amount,
    },
}

impl MoneyStep {
    /// The step of the ledger.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::Credit(_) => Step::Credit,
            Self::Payout(_) => Step::Payout,
            Self::Burn { .. } => Step::Burn,
        }
    }

    /// What is posted (`docs/bonuses.md`, Money).
    ///
    /// # Errors
    /// [`Unbalanced`]: a bug.
    pub fn entry(self, account: &AccountFacts) -> Result<Entry, Unbalanced> {
        let (reserve, cost) = (BrokerBook::BonusReserve, BrokerBook::BonusCost);
        match self {
            Self::Credit(amount) => Entry::of([
                account.broker_posting(reserve, amount.negated()),
                account.posting(AccountBook::Credit, amount),
            ]),
            Self::Payout(amount) => Entry::of([
                account.posting(AccountBook::Credit, amount.negated()),
                account.broker_posting(reserve, amount),
                account.broker_posting(cost, amount.negated()),
                account.posting(AccountBook::Balance, amount),
            ]),
            Self::Burn { taken, given } => {
                let missing = given.minus(taken).map_err(|_| Unbalanced(account.currency.code))?;
                Entry::of([
                    account.posting(AccountBook::Credit, taken.negated()),
                    account.broker_posting(cost, missing.negated()),
                    account.broker_posting(reserve, given),
                ])
            }
        }
    }
}

/// What becomes of a bonus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// As it is then.
    pub bonus: Bonus,
    /// Whether it is not listed any more.
    pub is_removed: bool,
    /// What is posted.
    pub money: Option<MoneyStep>,
}

/// Decides what an event does to a bonus: the table T01 to T25 of `docs/bonuses.md`.
///
/// # Errors
/// [`Refusal::Conflict`] for every event that the state does not know, and what obstacles stop; no money
/// moves then.
pub fn decide(bonus: &Bonus, event: &BonusEvent, facts: &BonusFacts, now: Timestamp) -> Result<Decision, Refusal> {
    use BonusEvent as E;
    use BonusState::{Active, Completed, Error, Expired, Hold, OnCompleting, Pending, Processing, Queued};
    obstacle::check(&facts.obstacles, event.undertaking(), Vec::new())?;
    // T25
    let refused = || {
        let what = event.name();
        Err(Refusal::conflict(format!("A bonus that is {} cannot take the step {what}.", bonus.state)))
    };
    let to = |state: BonusState| Bonus { state, ..bonus.clone() };
    let go = |bonus: Bonus| Ok(Decision { bonus, is_removed: false, money: None });
    let burn = || MoneyStep::Burn { taken: bonus.credited.min(facts.credit), given: bonus.credited };
    match event {
        // T04
        E::Credit => match bonus.state {
            Queued if bonus.terms.enable_auto_credit || !facts.has_earlier => {
                let money = Some(MoneyStep::Credit(bonus.amount));
                let bonus = Bonus {
                    credited: bonus.amount,
                    activate_time: Some(now),
                    expire_time: Some(now.plus(bonus.terms.lifetime_span())),
                    pauses: crate::value::List::default(),
                    round: bonus.round.saturating_add(1),
                    ..to(Active)
                };
                Ok(Decision { bonus, is_removed: false, money })
            }
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T05; a volume that a user has set stays, and so does what was traded before.
        E::ComputeVolume => match bonus.state {
            Active => match bonus.required_volume.map_or_else(|| bonus.terms.required_volume(bonus.amount), Ok) {
                Ok(volume) => go(Bonus { required_volume: Some(volume), ..to(Pending) }),
                Err(reason) => Err(reason.into()),
            },
            Queued | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T06
        E::CountPosition(lots) => match bonus.state {
            Pending => go(Bonus { volume: with_lots(bonus.volume, *lots), ..to(Pending) }),
            Queued | Active | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T07
        E::Complete => match bonus.state {
            Pending if bonus.is_traded() => go(to(OnCompleting)),
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T09
        E::Expire => match bonus.state {
            Active | Pending if !bonus.is_traded() && bonus.expire_time.is_some_and(|expiry| now >= expiry) => {
                go(to(Processing))
            }
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T10
        E::BalanceNegative => match bonus.state {
            Active | Pending | Hold if facts.burns_if_negative && facts.balance.is_negative() => go(to(Processing)),
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T11
        E::MoneyWithdrawn => match bonus.state {
            Active | Pending | Hold if facts.burns_on_withdrawal => go(to(Processing)),
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        E::Confirm => match bonus.state {
            // T08
            OnCompleting if facts.credit >= bonus.credited => Ok(Decision {
                bonus: Bonus { credited: Amount::ZERO, ..to(Completed) },
                is_removed: false,
                money: Some(MoneyStep::Payout(bonus.credited)),
            }),
            // T13
            Processing => Ok(Decision {
                bonus: Bonus { credited: Amount::ZERO, ..to(Expired) },
                is_removed: bonus.is_cancelled,
                money: Some(burn()),
            }),
            Queued | Active | Pending | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T12
        E::Revoke => match bonus.state {
            Pending => go(to(Processing)),
            Queued | Active | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T14
        E::Hold => match bonus.state {
            Pending => {
                let pauses = bonus.pauses.iter().copied().chain([Pause { from: now, to: None }]).collect();
                go(Bonus { pauses, ..to(Hold) })
            }
            Queued | Active | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        E::Continue => match bonus.state {
            // T15
            Hold => {
                let since = bonus.pauses.last().map_or(now, |pause| pause.from);
                let ended = |pause: &Pause| Pause { to: pause.to.or(Some(now)), ..*pause };
                let pauses = bonus.pauses.iter().map(ended).collect();
                let expire_time = extended(bonus.expire_time, now.since(since))?;
                go(Bonus { expire_time, pauses, ..to(Pending) })
            }
            // T16
            Active | Pending => {
                let expire_time = extended(bonus.expire_time, bonus.terms.lifetime_span())?;
                go(Bonus { expire_time, ..to(bonus.state) })
            }
            // T24
            Error => match bonus.failed_state {
                Some(state) => go(Bonus { failed_state: None, error: None, ..to(state) }),
                None => refused(),
            },
            Queued | Processing | Completed | OnCompleting | Expired => refused(),
        },
        // T17
        E::Reactivate(lifetime) => match bonus.state {
            Expired => {
                let mut again = to(Queued);
                again.terms.lifetime = lifetime.unwrap_or(again.terms.lifetime);
                go(Bonus { activate_time: None, expire_time: None, ..again })
            }
            Queued | Active | Pending | Processing | Completed | OnCompleting | Error | Hold => refused(),
        },
        // T18
        E::SetVolume(volume) => match bonus.state {
            Expired => {
                go(Bonus { required_volume: Some(*volume), activate_time: None, expire_time: None, ..to(Queued) })
            }
            Queued | Active | Pending | Processing | Completed | OnCompleting | Error | Hold => refused(),
        },
        E::Delete => match bonus.state {
            // What a platform was asked for may have happened already.
            Queued if facts.is_asked => Err(Refusal::conflict("The bonus is being credited by its platform.")),
            // T19, T21
            Queued | Expired => Ok(Decision { bonus: bonus.clone(), is_removed: true, money: None }),
            // T20; the platform takes the credit back first. Where it has refused to, a user decides.
            Active | Pending | Hold | Error
                if facts.asks_platform && bonus.credited.is_positive() && !bonus.has_failed_to_burn() =>
            {
                go(Bonus { is_cancelled: true, failed_state: None, error: None, ..to(Processing) })
            }
            Active | Pending | Hold | Error => Ok(Decision {
                bonus: Bonus { credited: Amount::ZERO, ..bonus.clone() },
                is_removed: true,
                money: bonus.credited.is_positive().then(burn),
            }),
            // T22
            Processing | Completed | OnCompleting => refused(),
        },
        // T23
        E::Fail(reason) => match bonus.state {
            Queued | Active | Pending | Processing | OnCompleting => {
                go(Bonus { failed_state: Some(bonus.state), error: Some(reason.clone()), ..to(Error) })
            }
            Completed | Expired | Error | Hold => refused(),
        },
    }
}

/// What a position that counts makes of a bonus: its lots are added (T06), and where they reach the volume
/// nothing burns the bonus any more (T07).
///
/// # Errors
/// As [`decide`].
pub fn count_lots(bonus: &Bonus, lots: Amount, now: Timestamp) -> Result<Bonus, Refusal> {
    let facts = BonusFacts::default();
    let counted = decide(bonus, &BonusEvent::CountPosition(lots), &facts, now)?.bonus;
    if counted.is_traded() { Ok(decide(&counted, &BonusEvent::Complete, &facts, now)?.bonus) } else { Ok(counted) }
}

/// A volume with more lots. What the sum has no digits left for is cut off, so that every position counts.
fn with_lots(volume: Amount, lots: Amount) -> Amount {
    let sum = volume.times(Amount::ONE).plus(lots);
    let fitting = (0..=Amount::MAX_SCALE).rev().find_map(|places| sum.rounded(places, Rounding::Down).ok());
    fitting.unwrap_or_else(|| volume.max(lots))
}

/// The end of a bonus, moved.
fn extended(expiry: Option<Timestamp>, by: chrono::TimeDelta) -> Result<Option<Timestamp>, Refusal> {
    let expiry = expiry.map(|expiry| expiry.plus(by));
    if expiry.is_none_or(Timestamp::is_writable) {
        Ok(expiry)
    } else {
        Err(Refusal::Unprocessable(vec![Fault::general("The bonus would end after the year 9999.")]))
    }
}

/// What the engine does with a bonus now; none where it must wait for something.
#[must_use]
pub fn next_event(bonus: &Bonus, facts: &BonusFacts, now: Timestamp) -> Option<BonusEvent> {
    if facts.is_asked {
        return None;
    }
    let burns = facts.burns_if_negative && facts.balance.is_negative();
    match bonus.state {
        BonusState::Queued if bonus.terms.enable_auto_credit || !facts.has_earlier => Some(BonusEvent::Credit),
        BonusState::Pending if bonus.is_traded() => Some(BonusEvent::Complete),
        BonusState::Active | BonusState::Pending | BonusState::Hold if burns => Some(BonusEvent::BalanceNegative),
        BonusState::Active => Some(BonusEvent::ComputeVolume),
        BonusState::Pending if bonus.expire_time.is_some_and(|expiry| now >= expiry) => Some(BonusEvent::Expire),
        BonusState::Processing | BonusState::OnCompleting => Some(BonusEvent::Confirm),
        BonusState::Queued
        | BonusState::Pending
        | BonusState::Hold
        | BonusState::Error
        | BonusState::Completed
        | BonusState::Expired => None,
    }
}

/// A sample of each state and each event, in which every guard holds.
fn samples(now: Timestamp) -> (Vec<Bonus>, Vec<BonusEvent>, BonusFacts) {
    let lots = Amount::ONE;
    let terms = super::BonusTerms {
        lifetime: 30,
        dynamic_lots: Amount::ONE,
        enable_auto_credit: false,
        scalping_threshold: 0,
        enable_trade: false,
        disabled_groups: crate::value::List::default(),
    };
    let sample = |state: BonusState, volume: Amount| Bonus {
        state,
        volume,
        required_volume: Some(lots),
        credited: if state.is_over() || state == BonusState::Queued { Amount::ZERO } else { lots },
        activate_time: Some(now),
        expire_time: Some(now),
        failed_state: Some(BonusState::Queued),
        ..Bonus::queued(lots, terms.clone())
    };
    let states = BonusState::ALL.iter().flat_map(|state| [sample(*state, Amount::ZERO), sample(*state, lots)]);
    // A failed step is tried again in the state that it failed in.
    let failed = [BonusState::Active, BonusState::Pending, BonusState::Processing, BonusState::OnCompleting];
    let failed = failed.map(|state| Bonus { failed_state: Some(state), ..sample(BonusState::Error, Amount::ZERO) });
    let states = states.chain(failed);
    let events = vec![
        BonusEvent::Credit,
        BonusEvent::ComputeVolume,
        BonusEvent::CountPosition(lots),
        BonusEvent::Complete,
        BonusEvent::Expire,
        BonusEvent::BalanceNegative,
        BonusEvent::MoneyWithdrawn,
        BonusEvent::Confirm,
        BonusEvent::Fail(String::new()),
        BonusEvent::Revoke,
        BonusEvent::Hold,
        BonusEvent::Continue,
        BonusEvent::Reactivate(None),
        BonusEvent::SetVolume(lots),
        BonusEvent::Delete,
    ];
    let facts = BonusFacts {
        credit: lots,
        balance: lots.negated(),
        burns_if_negative: true,
        burns_on_withdrawal: true,
        ..BonusFacts::default()
    };
    (states.collect(), events, facts)
}

/// The state machine as a Mermaid diagram, made from [`decide`] itself.
#[must_use]
pub fn diagram() -> String {
    let now = Timestamp::from(chrono::DateTime::UNIX_EPOCH);
    let (mut bonuses, events, facts) = samples(now);
    let is_burning = |bonus: &&Bonus| bonus.state == BonusState::Processing;
    let cancelled = bonuses.iter().find(is_burning).map(|bonus| Bonus { is_cancelled: true, ..bonus.clone() });
    bonuses.extend(cancelled);
    let outside = BonusFacts { asks_platform: true, ..facts.clone() };
    let mut lines: Vec<String> = Vec::new();
    for bonus in &bonuses {
        for event in &events {
            for facts in [&facts, &outside] {
                let Ok(decision) = decide(bonus, event, facts, now) else { continue };
                let to = if decision.is_removed { "[*]" } else { decision.bonus.state.as_str() };
                let line = format!("    {} --> {to}: {}", bonus.state, event.name());
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    let mut text = String::from("stateDiagram-v2\n    [*] --> queued: award\n");
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bonuses::BonusTerms;
    use crate::ledger::account::tests::account;
    use crate::value::List;
    use crate::value::amount::tests::amount;
    use BonusEventName as N;
    use BonusState as S;

    pub fn terms() -> BonusTerms {
        BonusTerms {
            lifetime: 30,
            dynamic_lots: amount("2"),
            enable_auto_credit: false,
            scalping_threshold: 60,
            enable_trade: false,
            disabled_groups: List::default(),
        }
    }

    fn time(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().into()
    }

    /// The contract's table: line, from, event, to (none: removed).
    const TABLE: &[(&str, &[S], N, Option<S>)] = &[
        ("T04", &[S::Queued], N::Credit, Some(S::Active)),
        ("T05", &[S::Active], N::ComputeVolume, Some(S::Pending)),
        ("T06", &[S::Pending], N::CountPosition, Some(S::Pending)),
        ("T07", &[S::Pending], N::Complete, Some(S::OnCompleting)),
        ("T08", &[S::OnCompleting], N::Confirm, Some(S::Completed)),
        ("T09", &[S::Active, S::Pending], N::Expire, Some(S::Processing)),
        ("T10", &[S::Active, S::Pending, S::Hold], N::BalanceNegative, Some(S::Processing)),
        ("T11", &[S::Active, S::Pending, S::Hold], N::MoneyWithdrawn, Some(S::Processing)),
        ("T12", &[S::Pending], N::Revoke, Some(S::Processing)),
        ("T13", &[S::Processing], N::Confirm, Some(S::Expired)),
        ("T14", &[S::Pending], N::Hold, Some(S::Hold)),
        ("T15", &[S::Hold], N::Continue, Some(S::Pending)),
        ("T16", &[S::Active], N::Continue, Some(S::Active)),
        ("T16", &[S::Pending], N::Continue, Some(S::Pending)),
        ("T17", &[S::Expired], N::Reactivate, Some(S::Queued)),
        ("T18", &[S::Expired], N::SetVolume, Some(S::Queued)),
        ("T19", &[S::Queued], N::Delete, None),
        ("T20", &[S::Active, S::Pending, S::Hold, S::Error], N::Delete, None),
        ("T21", &[S::Expired], N::Delete, None),
        ("T23", &[S::Queued, S::Active, S::Pending, S::Processing, S::OnCompleting], N::Fail, Some(S::Error)),
        ("T24", &[S::Error], N::Continue, Some(S::Error)),
    ];

    /// Every pair of state and event: what the table has happens, all else is refused (T22, T25).
    #[test]
    fn the_machine_is_the_table() {
        let now = time(1_000_000);
        let (bonuses, events, facts) = samples(now);
        for state in S::ALL {
            for event in &events {
                let line = TABLE.iter().find(|(_, from, name, _)| from.contains(state) && *name == event.name());
                let decided: Vec<(&Bonus, Decision)> = bonuses
                    .iter()
                    .filter(|bonus| bonus.state == *state)
                    .filter_map(|bonus| Some((bonus, decide(bonus, event, &facts, now).ok()?)))
                    .collect();
                match line {
                    None => assert!(decided.is_empty(), "{state} {event:?} must be refused"),
                    Some((line, _, _, to)) => {
                        assert!(!decided.is_empty(), "{line}: {state} {event:?}");
                        for (before, decision) in decided {
                            assert_eq!(decision.is_removed, to.is_none(), "{line}");
                            // Back to where it failed.
                            let to = to.map(|to| {
                                if to == S::Error && *line == "T24" { before.failed_state.unwrap() } else { to }
                            });
                            if let Some(to) = to {
                                assert_eq!(decision.bonus.state, to, "{line}");
                            }
                        }
                    }
                }
            }
        }
    }

    fn refused(decided: Result<Decision, Refusal>) {
        assert!(matches!(decided, Err(Refusal::Conflict(_))), "{decided:?}");
    }

    fn running(now: Timestamp) -> Bonus {
        let queued = Bonus::queued(amount("100"), terms());
        let active = decide(&queued, &BonusEvent::Credit, &BonusFacts::default(), now).unwrap().bonus;
        decide(&active, &BonusEvent::ComputeVolume, &BonusFacts::default(), now).unwrap().bonus
    }

    fn credit(text: &str) -> BonusFacts {
        BonusFacts { credit: amount(text), ..BonusFacts::default() }
    }

    #[test]
    fn a_bonus_waits_its_turn_unless_it_is_credited_at_once() {
        let queued = Bonus::queued(amount("100"), terms());
        let behind = BonusFacts { has_earlier: true, ..BonusFacts::default() };
        refused(decide(&queued, &BonusEvent::Credit, &behind, time(0)));
        assert_eq!(next_event(&queued, &behind, time(0)), None);
        let at_once = Bonus { terms: BonusTerms { enable_auto_credit: true, ..terms() }, ..queued };
        let credited = decide(&at_once, &BonusEvent::Credit, &behind, time(0)).unwrap();
        assert_eq!(credited.money, Some(MoneyStep::Credit(amount("100"))));
        assert_eq!(credited.bonus.expire_time, Some(time(30 * 86_400)), "the clock starts with the credit");
    }

    #[test]
    fn the_volume_must_be_reached_before_it_completes() {
        let bonus = running(time(0));
        assert_eq!(bonus.required_volume, Some(amount("50")));
        refused(decide(&bonus, &BonusEvent::Complete, &credit("100"), time(1)));
        let lots = BonusEvent::CountPosition(amount("50"));
        let traded = decide(&bonus, &lots, &credit("100"), time(1)).unwrap().bonus;
        assert_eq!(next_event(&traded, &credit("100"), time(1)), Some(BonusEvent::Complete));
        refused(decide(&traded, &BonusEvent::Expire, &credit("100"), time(40 * 86_400)));
    }

    #[test]
    fn the_last_lots_complete_a_bonus_at_once() {
        let bonus = running(time(0));
        assert_eq!(count_lots(&bonus, amount("49.9"), time(1)).unwrap().state, S::Pending);
        let traded = count_lots(&bonus, amount("50"), time(1)).unwrap();
        assert_eq!((traded.state, traded.volume), (S::OnCompleting, amount("50")));
        refused(decide(&traded, &BonusEvent::Revoke, &credit("100"), time(1)));
        let held = decide(&bonus, &BonusEvent::Hold, &credit("100"), time(1)).unwrap().bonus;
        assert!(count_lots(&held, amount("50"), time(2)).is_err());
    }

    #[test]
    fn a_volume_that_is_reached_comes_before_a_negative_balance() {
        let traded = Bonus { volume: amount("50"), ..running(time(0)) };
        let below = BonusFacts { balance: amount("-1"), burns_if_negative: true, ..credit("100") };
        assert_eq!(next_event(&traded, &below, time(0)), Some(BonusEvent::Complete));
    }

    #[test]
    fn a_pause_moves_the_end_by_its_length() {
        let bonus = running(time(0));
        let held = decide(&bonus, &BonusEvent::Hold, &credit("100"), time(1_000)).unwrap().bonus;
        refused(decide(&held, &BonusEvent::Expire, &credit("100"), time(90 * 86_400)));
        let resumed = decide(&held, &BonusEvent::Continue, &credit("100"), time(5_000)).unwrap().bonus;
        assert_eq!(resumed.expire_time, Some(time(30 * 86_400 + 4_000)));
        assert_eq!(resumed.pauses.first(), Some(&Pause { from: time(1_000), to: Some(time(5_000)) }));
    }

    #[test]
    fn an_extension_adds_one_lifetime() {
        let extended = decide(&running(time(0)), &BonusEvent::Continue, &credit("100"), time(1)).unwrap().bonus;
        assert_eq!(extended.expire_time, Some(time(60 * 86_400)));
    }

    #[test]
    fn burning_takes_what_is_there_and_notes_the_difference() {
        let revoked = decide(&running(time(0)), &BonusEvent::Revoke, &credit("70"), time(1)).unwrap().bonus;
        let burnt = decide(&revoked, &BonusEvent::Confirm, &credit("70"), time(1)).unwrap();
        assert_eq!(burnt.money, Some(MoneyStep::Burn { taken: amount("70"), given: amount("100") }));
        assert_eq!(burnt.bonus.state, S::Expired);
    }

    #[test]
    fn a_reactivated_bonus_keeps_what_was_traded() {
        let mut bonus = running(time(0));
        bonus.volume = amount("20");
        bonus.state = S::Expired;
        let again = decide(&bonus, &BonusEvent::Reactivate(Some(7)), &credit("0"), time(9)).unwrap().bonus;
        assert_eq!((again.volume, again.terms.lifetime, again.expire_time), (amount("20"), 7, None));
        let other = decide(&bonus, &BonusEvent::SetVolume(amount("15")), &credit("0"), time(9)).unwrap().bonus;
        let active = decide(&other, &BonusEvent::Credit, &credit("0"), time(10)).unwrap().bonus;
        let pending = decide(&active, &BonusEvent::ComputeVolume, &credit("100"), time(10)).unwrap().bonus;
        assert_eq!(pending.required_volume, Some(amount("15")), "set by the user, in place of the computed one");
        assert_eq!(next_event(&pending, &credit("100"), time(10)), Some(BonusEvent::Complete));
    }

    #[test]
    fn what_a_platform_is_asked_for_is_not_cancelled() {
        let queued = Bonus::queued(amount("100"), terms());
        let asked = BonusFacts { is_asked: true, ..BonusFacts::default() };
        refused(decide(&queued, &BonusEvent::Delete, &asked, time(0)));
        assert_eq!(next_event(&queued, &asked, time(0)), None);
    }

    #[test]
    fn a_platform_takes_the_credit_back_before_a_cancelled_bonus_goes() {
        let outside = BonusFacts { asks_platform: true, ..credit("100") };
        let cancelled = decide(&running(time(0)), &BonusEvent::Delete, &outside, time(1)).unwrap();
        assert_eq!((cancelled.bonus.state, cancelled.is_removed, cancelled.money), (S::Processing, false, None));
        refused(decide(&cancelled.bonus, &BonusEvent::Delete, &outside, time(2)));
        let gone = decide(&cancelled.bonus, &BonusEvent::Confirm, &outside, time(2)).unwrap();
        assert!(gone.is_removed && gone.money.is_some());
        let refused = BonusEvent::Fail("the platform refuses".into());
        let failed = decide(&cancelled.bonus, &refused, &outside, time(2)).unwrap().bonus;
        let again = decide(&failed, &BonusEvent::Continue, &outside, time(3)).unwrap().bonus;
        assert_eq!((again.state, again.is_cancelled), (S::Processing, true), "it still goes in the end");
        let decided = decide(&failed, &BonusEvent::Delete, &outside, time(3)).unwrap();
        assert!(decided.is_removed && decided.money.is_some(), "a user has decided");
    }

    #[test]
    fn burning_needs_its_switch() {
        let bonus = running(time(0));
        let negative = BonusFacts { balance: amount("-1"), ..credit("100") };
        refused(decide(&bonus, &BonusEvent::BalanceNegative, &negative, time(0)));
        refused(decide(&bonus, &BonusEvent::MoneyWithdrawn, &negative, time(0)));
        let on = BonusFacts { burns_if_negative: true, ..negative };
        assert_eq!(next_event(&bonus, &on, time(0)), Some(BonusEvent::BalanceNegative));
    }

    /// MONEY.md, Bonus.
    #[test]
    fn the_postings_are_those_of_the_story_of_money() {
        let account = account(1, 840, "0");
        let texts = |step: MoneyStep| -> Vec<String> {
            let entry = step.entry(&account).unwrap();
            let text = |posting: &crate::ledger::Posting| match &posting.book {
                crate::ledger::Book::Account(_, book) => format!("{book} {}", posting.amount.plain()),
                crate::ledger::Book::Broker(book) => format!("{book} {}", posting.amount.plain()),
            };
            entry.postings().iter().map(text).collect()
        };
        assert_eq!(texts(MoneyStep::Credit(amount("100"))), ["bonus:reserve -100", "credit 100"]);
        assert_eq!(
            texts(MoneyStep::Payout(amount("100"))),
            ["credit -100", "bonus:reserve 100", "bonus:cost -100", "balance 100"]
        );
        assert_eq!(
            texts(MoneyStep::Burn { taken: amount("70"), given: amount("100") }),
            ["credit -70", "bonus:cost -30", "bonus:reserve 100"]
        );
    }

    /// What happens in a sequence: one of the events, or time passes.
    fn happening() -> impl Strategy<Value = (usize, i64)> {
        (0_usize..15, 0_i64..(40 * 86_400))
    }

    proptest! {
        /// Whatever happens: the credit is what the bonus says and never negative, money is paid out
        /// once at most, and nothing leaves a completed bonus.
        #[test]
        fn no_sequence_of_events_breaks_the_books(happenings in prop::collection::vec(happening(), 1..60)) {
            let mut bonus = Bonus::queued(amount("100"), terms());
            let (mut credit, mut balance, mut payouts) = (Amount::ZERO, amount("-5"), 0);
            let mut now = time(0);
            for (number, seconds) in happenings {
                now = now.plus(chrono::TimeDelta::seconds(seconds));
                let facts = BonusFacts {
                    credit,
                    balance,
                    burns_if_negative: number % 2 == 0,
                    burns_on_withdrawal: true,
                    ..BonusFacts::default()
                };
                let (_, events, _) = samples(now);
                let mut events = events;
                let event = events.swap_remove(number);
                let before = bonus.state;
                let Ok(decision) = decide(&bonus, &event, &facts, now) else { continue };
                prop_assert!(before != S::Completed, "{event:?} left a final state");
                match decision.money {
                    Some(MoneyStep::Credit(amount)) => credit = credit.plus(amount).unwrap(),
                    Some(MoneyStep::Burn { taken, given }) => {
                        prop_assert!(taken <= given);
                        credit = credit.minus(taken).unwrap();
                    }
                    Some(MoneyStep::Payout(amount)) => {
                        credit = credit.minus(amount).unwrap();
                        balance = balance.plus(amount).unwrap();
                        payouts += 1;
                    }
                    None => {}
                }
                prop_assert!(!credit.is_negative());
                prop_assert_eq!(credit, decision.bonus.credited, "{:?} after {:?}", decision.bonus.state, event);
                prop_assert!(payouts <= 1);
                if decision.is_removed {
                    prop_assert!(credit.is_zero());
                    break;
                }
                bonus = decision.bonus;
            }
        }

        /// The engine alone always comes to rest.
        #[test]
        fn the_engine_ends(days in 0_i64..100, lots in 0_i64..100) {
            let mut bonus = Bonus { volume: lots.into(), ..Bonus::queued(amount("100"), terms()) };
            let now = time(days * 86_400);
            let mut steps = 0;
            let mut facts = BonusFacts::default();
            while let Some(event) = next_event(&bonus, &facts, now) {
                bonus = decide(&bonus, &event, &facts, now).unwrap().bonus;
                facts.credit = bonus.credited;
                steps += 1;
                prop_assert!(steps < 10);
            }
        }
    }
}
