use proptest::prelude::*;

use super::diagram::samples;
use super::*;
use crate::bonuses::{BonusFailure, BonusTerms};
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
            let decided: Vec<(&Bonus, BonusDecision)> = bonuses
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
                        let to = to
                            .map(|to| if to == S::Error && *line == "T24" { before.failed_state.unwrap() } else { to });
                        if let Some(to) = to {
                            assert_eq!(decision.bonus.state, to, "{line}");
                        }
                    }
                }
            }
        }
    }
}

fn refused(decided: Result<BonusDecision, Refusal>) {
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
    assert_eq!(burnt.money, Some(MoneyStep::Burn { taken: amount("70"), credited: amount("100") }));
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
    let refused = BonusEvent::Fail(BonusFailure::Platform("the platform refuses".into()));
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
        texts(MoneyStep::Burn { taken: amount("70"), credited: amount("100") }),
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
                Some(MoneyStep::Burn { taken, credited }) => {
                    prop_assert!(taken <= credited);
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
