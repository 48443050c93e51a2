use std::fmt::Write as _;

use super::{BonusEvent, BonusFacts, decide};
use crate::bonuses::{Bonus, BonusFailure, BonusState, BonusTerms};
use crate::ledger::Amount;
use crate::value::Timestamp;

/// A sample of each state and each event, in which every guard holds.
pub(super) fn samples(now: Timestamp) -> (Vec<Bonus>, Vec<BonusEvent>, BonusFacts) {
    let lots = Amount::ONE;
    let terms = BonusTerms {
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
        BonusEvent::Fail(BonusFailure::Platform(String::new())),
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
