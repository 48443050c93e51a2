use super::PaymentsFault;
use crate::ledger::{FundsState, TransactionKind, TransactionStatus};
use crate::value::{FaultCode as _, Refusal};

/// What a change of a transaction's status does to its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyEffect {
    /// Nothing.
    None,
    /// The money moves.
    Complete,
    /// What is blocked becomes free again, and what is in transit comes back.
    Release,
}

/// The next status of a transaction, and what happens to its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The new status.
    pub status: TransactionStatus,
    /// What happens to the money.
    pub money: MoneyEffect,
}

/// Decides on a change of status (`docs/rules.md`, States of a transaction). Approving what no
/// payment system takes part in completes it at once.
///
/// # Errors
/// [`Refusal::Conflict`] for every other pair.
pub fn transition(
    kind: TransactionKind,
    funds: FundsState,
    from: TransactionStatus,
    to: TransactionStatus,
) -> Result<Transition, Refusal> {
    use TransactionKind::{Deposit, Exchange, External, Partner, Transfer, Withdrawal};
    use TransactionStatus as S;
    let is_held = funds == FundsState::Held;
    let (is_taken, may_fail) = (funds != FundsState::Free, funds != FundsState::Held);
    let release = if is_taken { MoneyEffect::Release } else { MoneyEffect::None };
    let go = |money| Ok(Transition { status: to, money });
    let none = || {
        let fault = PaymentsFault::TransitionNotAllowed.with("kind", kind.as_str());
        Err(fault.with("from", from.as_str()).with("to", to.as_str()).conflict())
    };
    match (kind, from) {
        (Deposit | Transfer | External | Exchange, S::Pending) => match to {
            S::InProgress => Ok(Transition { status: S::Done, money: MoneyEffect::Complete }),
            S::Rejected | S::Cancelled => go(release),
            _ => none(),
        },
        (Withdrawal, S::Pending) => match to {
            S::InProgress | S::RefundFailed => go(MoneyEffect::None),
            S::Rejected | S::Cancelled => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Withdrawal | Exchange, S::New) => match to {
            S::Pending | S::InProgress => go(MoneyEffect::None),
            S::Hold if kind == Withdrawal && is_held => go(MoneyEffect::None),
            _ => none(),
        },
        (Withdrawal, S::Hold) => match to {
            S::Pending | S::InProgress | S::HoldFailed => go(MoneyEffect::None),
            _ => none(),
        },
        (Withdrawal, S::InProgress) => match to {
            S::Done => go(MoneyEffect::Complete),
            S::Partial => go(MoneyEffect::None),
            S::RefundFailed if is_taken => go(MoneyEffect::None),
            S::Refund if is_taken => go(release),
            S::Failed if may_fail => go(release),
            _ => none(),
        },
        (Withdrawal, S::RefundFailed) => match to {
            S::Refund => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Exchange, S::InProgress) => match to {
            S::Done => go(MoneyEffect::Complete),
            S::Failed => go(release),
            S::Partial => go(MoneyEffect::None),
            S::Trade if kind == Exchange => go(MoneyEffect::None),
            _ => none(),
        },
        (Exchange, S::Trade) => match to {
            S::Done => go(MoneyEffect::Complete),
            S::Failed => go(release),
            _ => none(),
        },
        (Deposit | Transfer | External | Exchange | Withdrawal, S::Partial) => match to {
            S::Done => go(MoneyEffect::Complete),
            S::InProgress => go(MoneyEffect::None),
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
                    for funds in [FundsState::Free, FundsState::Held, FundsState::InTransit] {
                        assert!(transition(*kind, funds, *from, *to).is_err(), "{kind} {from} {to}");
                    }
                }
            }
        }
    }

    /// All that a withdrawal can become, with and without a hold.
    #[test]
    fn a_withdrawal_goes_its_documented_ways() {
        let ways = |from: S, funds: FundsState| -> Vec<S> {
            S::ALL.iter().copied().filter(|to| transition(K::Withdrawal, funds, from, *to).is_ok()).collect()
        };
        assert_eq!(ways(S::New, FundsState::Held), [S::Hold, S::InProgress, S::Pending]);
        assert_eq!(ways(S::Hold, FundsState::Held), [S::HoldFailed, S::InProgress, S::Pending]);
        assert_eq!(ways(S::Pending, FundsState::Held), [S::Cancelled, S::InProgress, S::Rejected, S::RefundFailed]);
        assert_eq!(ways(S::InProgress, FundsState::Held), [S::Done, S::Partial, S::Refund, S::RefundFailed]);
        assert_eq!(ways(S::InProgress, FundsState::Free), [S::Done, S::Failed, S::Partial]);
        assert_eq!(ways(S::Partial, FundsState::Held), [S::Done, S::InProgress, S::Refund]);
        assert_eq!(ways(S::Partial, FundsState::Free), [S::Done, S::Failed, S::InProgress]);
        assert_eq!(ways(S::RefundFailed, FundsState::Held), [S::Refund]);
    }

    #[test]
    fn what_is_in_transit_comes_back_when_it_fails() {
        for kind in [K::Deposit, K::Withdrawal, K::Transfer, K::External, K::Exchange] {
            for from in [S::InProgress, S::Partial] {
                let decision = transition(kind, FundsState::InTransit, from, S::Failed);
                assert_eq!(
                    decision,
                    Ok(Transition { status: S::Failed, money: MoneyEffect::Release }),
                    "{kind} {from}"
                );
            }
        }
    }

    #[test]
    fn a_deposit_goes_its_documented_ways() {
        let ways = |from: S| -> Vec<S> {
            S::ALL.iter().copied().filter(|to| transition(K::Deposit, FundsState::Free, from, *to).is_ok()).collect()
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
                for funds in [FundsState::Free, FundsState::Held, FundsState::InTransit] {
                    assert!(transition(*kind, funds, *status, *status).is_err(), "{kind} {status}");
                }
            }
        }
    }

    #[test]
    fn only_an_exchange_is_traded() {
        assert!(transition(K::Exchange, FundsState::Held, S::InProgress, S::Trade).is_ok());
        assert!(transition(K::Transfer, FundsState::Held, S::InProgress, S::Trade).is_err());
    }

    #[test]
    fn approving_what_no_payment_system_takes_part_in_completes_it() {
        let decision = transition(K::Transfer, FundsState::Held, S::Pending, S::InProgress);
        assert_eq!(decision, Ok(Transition { status: S::Done, money: MoneyEffect::Complete }));
        let decision = transition(K::Withdrawal, FundsState::Held, S::Pending, S::InProgress);
        assert_eq!(decision, Ok(Transition { status: S::InProgress, money: MoneyEffect::None }));
    }

    #[test]
    fn whatever_ends_without_success_frees_what_was_blocked() {
        for kind in [K::Withdrawal, K::Transfer, K::External, K::Exchange] {
            for from in S::ALL {
                for to in [S::Rejected, S::Cancelled, S::Failed, S::Refund] {
                    if let Ok(decision) = transition(kind, FundsState::Held, *from, to) {
                        assert_eq!(decision.money, MoneyEffect::Release, "{kind} {from} {to}");
                    }
                }
            }
        }
    }
}
