//! What payment systems say of deposits (`docs/rules.md`, Payment systems).

use chrono::TimeDelta;

use super::PaymentsFault;
use crate::ledger::{Amount, FundsState, TransactionStatus};
use crate::value::{FaultCode as _, Refusal, text_enum};

/// How long a deposit waits for its payment system.
pub const PAYMENT_TIMEOUT: TimeDelta = TimeDelta::days(3);

text_enum! {
    /// What became of a payment.
    PaymentOutcome {
        /// The money has arrived.
        Done = "done",
        /// It has not, and will not.
        Failed = "failed",
    }
}

/// What a payment system says of a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReport {
    /// What became of it.
    pub outcome: PaymentOutcome,
    /// What tells the payment from all others by the method.
    pub reference: String,
    /// What was paid, in the currency and scale of the payment; none where it is what was asked for.
    pub amount: Option<Amount>,
    /// Why it failed.
    pub reason: Option<String>,
    /// What the payment system charged, for reports only.
    pub provider_commission: Option<Amount>,
    /// The transaction of a block chain.
    pub blockchain_transaction: Option<String>,
}

/// A deposit of which something is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportedDeposit {
    /// Its status.
    pub status: TransactionStatus,
    /// Where its amount is.
    pub funds: FundsState,
    /// Whether money for it was reported before.
    pub is_paid: bool,
}

/// What a report leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportEffect {
    /// Nothing.
    Nothing,
    /// The deposit is credited.
    Credit,
    /// The deposit fails.
    Fail,
    /// The money is not what the deposit waits for: a deposit of what was paid waits for a user. One that waits for its
    /// payment fails.
    LeaveToUser {
        /// Whether the deposit waits.
        fails: bool,
    },
}

impl ReportedDeposit {
    /// What becomes of the deposit when a payment of it is reported for the first time. `is_whole` says whether the money is
    /// what was asked for.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where the deposit has ended otherwise, or waits for a user.
    pub fn effect(self, outcome: PaymentOutcome, is_whole: bool) -> Result<ReportEffect, Refusal> {
        use PaymentOutcome::{Done, Failed};
        use TransactionStatus as S;
        let Self { status, funds, is_paid } = self;
        let waits = matches!(status, S::InProgress | S::Partial);
        // The money may be on its way to a trading platform, which alone decides then.
        let is_credited = status == S::Done || (waits && funds == FundsState::InTransit);
        match (status, outcome) {
            // A user has credited it before.
            (_, Done) if is_credited && is_whole && !is_paid => Ok(ReportEffect::Nothing),
            (_, Done) if is_credited => Ok(ReportEffect::LeaveToUser { fails: false }),
            (S::InProgress | S::Partial, Done) if is_whole && !is_paid => Ok(ReportEffect::Credit),
            (S::InProgress | S::Partial, Done) => Ok(ReportEffect::LeaveToUser { fails: !is_paid }),
            (S::Failed | S::Rejected | S::Cancelled, Done) => Ok(ReportEffect::LeaveToUser { fails: false }),
            (S::Failed | S::Rejected | S::Cancelled, Failed) => Ok(ReportEffect::Nothing),
            (S::InProgress | S::Partial, Failed) if !is_credited => Ok(ReportEffect::Fail),
            (
                S::New
                | S::Pending
                | S::Hold
                | S::HoldFailed
                | S::Trade
                | S::Refund
                | S::RefundFailed
                | S::InProgress
                | S::Partial
                | S::Done,
                Done | Failed,
            ) => Err(PaymentsFault::PaymentEnded.with("status", status.as_str()).conflict()),
        }
    }
}

/// What is paid to an address of an account, without having been asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressPayment {
    /// The address.
    pub address: String,
    /// The alphabetic code of what was paid.
    pub currency: String,
    /// What tells this payment from all others by the method.
    pub reference: String,
    /// How much, in the currency and scale of the address.
    pub amount: Amount,
    /// What the payment system charged, for reports only.
    pub provider_commission: Option<Amount>,
    /// The transaction of a block chain.
    pub blockchain_transaction: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use PaymentOutcome::{Done, Failed};
    use ReportEffect::{Credit, Fail, LeaveToUser, Nothing};
    use TransactionStatus as S;

    fn deposit(status: S) -> ReportedDeposit {
        ReportedDeposit { status, funds: FundsState::Free, is_paid: false }
    }

    /// Credited on an account of a trading platform, which has not answered yet.
    const IN_TRANSIT: ReportedDeposit =
        ReportedDeposit { status: S::InProgress, funds: FundsState::InTransit, is_paid: false };

    #[test]
    fn what_was_asked_for_is_credited_once() {
        for status in [S::InProgress, S::Partial] {
            assert_eq!(deposit(status).effect(Done, true), Ok(Credit));
        }
        // A user was faster.
        for credited in [deposit(S::Done), IN_TRANSIT] {
            assert_eq!(credited.effect(Done, true), Ok(Nothing));
        }
    }

    #[test]
    fn another_amount_is_left_to_a_user() {
        assert_eq!(deposit(S::InProgress).effect(Done, false), Ok(LeaveToUser { fails: true }));
        for credited in [deposit(S::Done), IN_TRANSIT] {
            assert_eq!(credited.effect(Done, false), Ok(LeaveToUser { fails: false }));
        }
    }

    #[test]
    fn a_second_payment_is_left_to_a_user() {
        for credited in [deposit(S::Done), IN_TRANSIT] {
            let paid = ReportedDeposit { is_paid: true, ..credited };
            assert_eq!(paid.effect(Done, true), Ok(LeaveToUser { fails: false }));
        }
    }

    #[test]
    fn money_that_arrives_after_the_end_is_left_to_a_user() {
        for status in [S::Failed, S::Rejected, S::Cancelled] {
            // Also where a platform has refused it.
            for funds in [FundsState::Free, FundsState::InTransit] {
                let ended = ReportedDeposit { funds, ..deposit(status) };
                assert_eq!(ended.effect(Done, true), Ok(LeaveToUser { fails: false }));
                assert_eq!(ended.effect(Failed, true), Ok(Nothing));
            }
        }
    }

    #[test]
    fn what_is_credited_or_waits_for_a_user_does_not_fail() {
        assert_eq!(deposit(S::InProgress).effect(Failed, true), Ok(Fail));
        for kept in [deposit(S::Done), IN_TRANSIT, deposit(S::Pending), deposit(S::New)] {
            assert!(kept.effect(Failed, true).is_err(), "{kept:?}");
        }
    }
}
