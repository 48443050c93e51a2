//! The state machine of bonuses (`docs/bonuses.md`).

mod diagram;
mod event;
mod money;
#[cfg(test)]
pub(super) mod tests;

pub use diagram::diagram;
pub use event::{BonusEvent, BonusEventName};
pub use money::MoneyStep;

use super::obstacle::{self, Obstacle};
use super::{Bonus, BonusState, BonusesFault, Pause};
use crate::ledger::{Amount, Rounding};
use crate::value::{FaultCode as _, List, Refusal, Timestamp};

/// What a decision on a bonus rests on beside the bonus; read while the account is held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BonusFacts {
    /// The obstacles in its way.
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

/// What becomes of a bonus by an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusDecision {
    /// The bonus afterwards.
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
pub fn decide(bonus: &Bonus, event: &BonusEvent, facts: &BonusFacts, now: Timestamp) -> Result<BonusDecision, Refusal> {
    use BonusEvent as E;
    use BonusState::{Active, Completed, Error, Expired, Hold, OnCompleting, Pending, Processing, Queued};
    obstacle::check(&facts.obstacles, event.action(), Vec::new())?;
    // T25
    let refused = || {
        let fault = BonusesFault::BonusStepNotAllowed.with("state", bonus.state.as_str());
        Err(fault.with("step", event.name().as_str()).conflict())
    };
    let to = |state: BonusState| Bonus { state, ..bonus.clone() };
    let go = |bonus: Bonus| Ok(BonusDecision { bonus, is_removed: false, money: None });
    let burn = || MoneyStep::Burn { taken: bonus.credited.min(facts.credit), credited: bonus.credited };
    match event {
        // T04
        E::Credit => match bonus.state {
            Queued if bonus.terms.enable_auto_credit || !facts.has_earlier => {
                let money = Some(MoneyStep::Credit(bonus.amount));
                let bonus = Bonus {
                    credited: bonus.amount,
                    activate_time: Some(now),
                    expire_time: Some(now.plus(bonus.terms.lifetime_span())),
                    pauses: List::default(),
                    round: bonus.round.saturating_add(1),
                    ..to(Active)
                };
                Ok(BonusDecision { bonus, is_removed: false, money })
            }
            Queued | Active | Pending | Processing | Completed | OnCompleting | Expired | Error | Hold => refused(),
        },
        // T05; a volume that a user has set stays, and so does what was traded before.
        E::ComputeVolume => match bonus.state {
            Active => match bonus.required_volume.map_or_else(|| bonus.terms.required_volume(bonus.amount), Ok) {
                Ok(volume) => go(Bonus { required_volume: Some(volume), ..to(Pending) }),
                Err(fault) => Err(fault.unprocessable()),
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
            OnCompleting if facts.credit >= bonus.credited => Ok(BonusDecision {
                bonus: Bonus { credited: Amount::ZERO, ..to(Completed) },
                is_removed: false,
                money: Some(MoneyStep::Payout(bonus.credited)),
            }),
            // T13
            Processing => Ok(BonusDecision {
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
            Queued if facts.is_asked => Err(BonusesFault::BonusBeingCredited.conflict()),
            // T19, T21
            Queued | Expired => Ok(BonusDecision { bonus: bonus.clone(), is_removed: true, money: None }),
            // T20; the platform takes the credit back first. Where it has refused to, a user decides.
            Active | Pending | Hold | Error
                if facts.asks_platform && bonus.credited.is_positive() && !bonus.has_failed_to_burn() =>
            {
                go(Bonus { is_cancelled: true, failed_state: None, error: None, ..to(Processing) })
            }
            Active | Pending | Hold | Error => Ok(BonusDecision {
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
        Err(BonusesFault::BonusEndTooLate.unprocessable())
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
