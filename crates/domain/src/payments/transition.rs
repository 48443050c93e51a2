use crate::ledger::{Stake, TransactionKind, TransactionStatus};
use crate::value::Refusal;

/// What a change of a transaction's status does to money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The money moves.
    Complete,
    /// What is blocked is free again, and what is under way comes back.
    Release,
}

/// Where a transaction goes, and what that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is then.
    pub status: TransactionStatus,
    /// What happens to money.
    pub effect: Effect,
}

/// Decides on a change of status (`docs/rules.md`, States of a transaction). Approving what no
/// payment system takes part in completes it at once.
///
/// # Errors
/// [`Refusal::Conflict`] for every other pair.
pub fn decide(
    kind: TransactionKind,
    stake: Stake,
    from: TransactionStatus,
    to: TransactionStatus,
) -> Result<Decision, Refusal> {
    use TransactionKind::{Deposit, Exchange, External, Partner, Transfer, Withdrawal};
    use TransactionStatus as S;
    let is_held = stake == Stake::Held;
    let (is_taken, may_fail) = (stake != Stake::Free, stake != Stake::Held);
    let release = if is_taken { Effect::Release } else { Effect::None };
    let go = |effect| Ok(Decision { status: to, effect });
    let none = || Err(Refusal::conflict(format!("A {kind} that is {from} cannot become {to}.")));
    match (kind, from) {
        (Deposit | Transfer | External | Exchange, S::Pending) => match to {
            S::InProgress => Ok(Decision { status: S::Done, effect: Effect::Complete }),
            S::Rejected | S::Cancelled => go(release),
            _ => none(),
        },
        (Withdrawal, S::Pending) => match to {
            S::InProgress | S::RefundFailed => go(Effect::None),
            S::Rejected | S::Cancelled => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Withdrawal | Exchange, S::New) => match to {
            S::Pending | S::InProgress => go(Effect::None),
            S::Hold if kind == Withdrawal && is_held => go(Effect::None),
            _ => none(),
        },
        (Withdrawal, S::Hold) => match to {
            S::Pending | S::InProgress | S::HoldFailed => go(Effect::None),
            _ => none(),
        },
        (Withdrawal, S::InProgress) => match to {
            S::Done => go(Effect::Complete),
            S::Partial => go(Effect::None),
            S::RefundFailed if is_taken => go(Effect::None),
            S::Refund if is_taken => go(release),
            S::Failed if may_fail => go(release),
            _ => none(),
        },
        (Withdrawal, S::RefundFailed) => match to {
            S::Refund => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Exchange, S::InProgress) => match to {
            S::Done => go(Effect::Complete),
            S::Failed => go(release),
            S::Partial => go(Effect::None),
            S::Trade if kind == Exchange => go(Effect::None),
            _ => none(),
        },
        (Exchange, S::Trade) => match to {
            S::Done => go(Effect::Complete),
            S::Failed => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Exchange | Withdrawal, S::Partial) => match to {
            S::Done => go(Effect::Complete),
            S::InProgress => go(Effect::None),
            S::Failed if kind != Withdrawal || may_fail => go(release),
            S::Refund if kind == Withdrawal && is_taken => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External, S::Hold | S::RefundFailed | S::Trade)
        | (Exchange, S::Hold | S::RefundFailed)
        | (Withdrawal, S::Trade)
        | (Partner, _)
        | (_, S::Done | S::Failed | S::Rejected | S::Cancelled | S::HoldFailed | S::Refund) => none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TransactionKind as K;
    use TransactionStatus as S;

    #[test]
    fn what_is_final_stays() {
        for kind in K::ALL {
            for from in S::ALL.iter().filter(|status| status.is_final()) {
                for to in S::ALL {
                    for stake in [Stake::Free, Stake::Held, Stake::UnderWay] {
                        assert!(decide(*kind, stake, *from, *to).is_err(), "{kind} {from} {to}");
                    }
                }
            }
        }
    }

    /// All that a withdrawal can become, with and without a hold.
    #[test]
    fn a_withdrawal_goes_its_documented_ways() {
        let ways = |from: S, stake: Stake| -> Vec<S> {
            S::ALL.iter().copied().filter(|to| decide(K::Withdrawal, stake, from, *to).is_ok()).collect()
        };
        assert_eq!(ways(S::New, Stake::Held), [S::Hold, S::InProgress, S::Pending]);
        assert_eq!(ways(S::Hold, Stake::Held), [S::HoldFailed, S::InProgress, S::Pending]);
        assert_eq!(ways(S::Pending, Stake::Held), [S::Cancelled, S::InProgress, S::Rejected, S::RefundFailed]);
        assert_eq!(ways(S::InProgress, Stake::Held), [S::Done, S::Partial, S::Refund, S::RefundFailed]);
        assert_eq!(ways(S::InProgress, Stake::Free), [S::Done, S::Failed, S::Partial]);
        assert_eq!(ways(S::Partial, Stake::Held), [S::Done, S::InProgress, S::Refund]);
        assert_eq!(ways(S::Partial, Stake::Free), [S::Done, S::Failed, S::InProgress]);
        assert_eq!(ways(S::RefundFailed, Stake::Held), [S::Refund]);
    }

    #[test]
    fn what_is_under_way_comes_back_when_it_fails() {
        for kind in [K::Deposit, K::Withdrawal, K::Transfer, K::External, K::Exchange] {
            for from in [S::InProgress, S::Partial] {
                let decision = decide(kind, Stake::UnderWay, from, S::Failed);
                assert_eq!(decision, Ok(Decision { status: S::Failed, effect: Effect::Release }), "{kind} {from}");
            }
        }
    }

    #[test]
    fn a_deposit_goes_its_documented_ways() {
        let ways = |from: S| -> Vec<S> {
            S::ALL.iter().copied().filter(|to| decide(K::Deposit, Stake::Free, from, *to).is_ok()).collect()
        };
        assert_eq!(ways(S::New), [S::InProgress, S::Pending]);
        assert_eq!(ways(S::Pending), [S::Cancelled, S::InProgress, S::Rejected]);
        assert_eq!(ways(S::InProgress), [S::Done, S::Failed, S::Partial]);
        assert_eq!(ways(S::Partial), [S::Done, S::Failed, S::InProgress]);
    }

    #[test]
    fn no_status_is_set_again() {
        for kind in K::ALL {
            for status in S::ALL {
                for stake in [Stake::Free, Stake::Held, Stake::UnderWay] {
                    assert!(decide(*kind, stake, *status, *status).is_err(), "{kind} {status}");
                }
            }
        }
    }

    #[test]
    fn only_an_exchange_is_traded() {
        assert!(decide(K::Exchange, Stake::Held, S::InProgress, S::Trade).is_ok());
        assert!(decide(K::Transfer, Stake::Held, S::InProgress, S::Trade).is_err());
    }

    #[test]
    fn approving_what_no_payment_system_takes_part_in_completes_it() {
        let decision = decide(K::Transfer, Stake::Held, S::Pending, S::InProgress);
        assert_eq!(decision, Ok(Decision { status: S::Done, effect: Effect::Complete }));
        let decision = decide(K::Withdrawal, Stake::Held, S::Pending, S::InProgress);
        assert_eq!(decision, Ok(Decision { status: S::InProgress, effect: Effect::None }));
    }

    #[test]
    fn whatever_ends_without_success_frees_what_was_blocked() {
        for kind in [K::Withdrawal, K::Transfer, K::External, K::Exchange] {
            for from in S::ALL {
                for to in [S::Rejected, S::Cancelled, S::Failed, S::Refund] {
                    if let Ok(decision) = decide(kind, Stake::Held, *from, to) {
                        assert_eq!(decision.effect, Effect::Release, "{kind} {from} {to}");
                    }
                }
            }
        }
    }
}
