//! What payment systems say of deposits (`docs/rules.md`, Payment systems).

use chrono::TimeDelta;

use super::PaymentsFault;
use crate::ledger::{Amount, FundsState, TransactionStatus};
use crate::value::{Code, FaultCode as _, Refusal, text_enum};

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

/// What becomes of money that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentEffect {
    /// Nothing: a user has credited it before.
    Nothing,
    /// The deposit is credited.
    Credit,
    /// The money is not what the deposit waits for: a deposit of what was paid waits for a user.
    LeaveToUser {
        /// Whether the deposit waits for its payment, and fails therefore.
        fails: bool,
    },
}

impl ReportedDeposit {
    /// Whether its payment is still to come.
    #[must_use]
    pub fn awaits_payment(self) -> bool {
        self.status == TransactionStatus::InProgress && self.funds == FundsState::Free && !self.is_paid
    }

    /// What becomes of a payment that is reported for the first time. `is_whole` says whether it is what was asked for.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where the deposit waits for a user.
    pub fn paid(self, is_whole: bool) -> Result<PaymentEffect, Refusal> {
        use FundsState::{Free, Held, InTransit};
        use TransactionStatus as S;
        let is_first = is_whole && !self.is_paid;
        match (self.status, self.funds) {
            // On its way to a trading platform, which alone decides then, it is credited, too.
            (S::Done, _) | (S::InProgress | S::Partial, InTransit) if is_first => Ok(PaymentEffect::Nothing),
            (S::InProgress | S::Partial, Free | Held) if is_first => Ok(PaymentEffect::Credit),
            (S::InProgress | S::Partial, Free | Held) => Ok(PaymentEffect::LeaveToUser { fails: !self.is_paid }),
            (S::Done | S::Failed | S::Rejected | S::Cancelled, _) | (S::InProgress | S::Partial, InTransit) => {
                Ok(PaymentEffect::LeaveToUser { fails: false })
            }
            (S::New | S::Pending | S::Hold | S::HoldFailed | S::Trade | S::Refund | S::RefundFailed, _) => {
                Err(self.not_awaited())
            }
        }
    }

    /// Whether the deposit fails when its payment is reported to have failed; false where it has come to nothing before.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where it is credited, or waits for a user.
    pub fn failed(self) -> Result<bool, Refusal> {
        use FundsState::{Free, Held, InTransit};
        use TransactionStatus as S;
        match (self.status, self.funds) {
            (S::InProgress | S::Partial, Free | Held) => Ok(true),
            (S::Failed | S::Rejected | S::Cancelled, _) => Ok(false),
            (S::InProgress | S::Partial, InTransit)
            | (S::Done | S::New | S::Pending | S::Hold | S::HoldFailed | S::Trade | S::Refund | S::RefundFailed, _) => {
                Err(self.not_awaited())
            }
        }
    }

    fn not_awaited(self) -> Refusal {
        PaymentsFault::PaymentEnded.with("status", self.status.as_str()).conflict()
    }
}

/// Whether money that is refused may be credited when it is reported again: a rate may be there then.
#[must_use]
pub fn may_pass_later(refusal: &Refusal) -> bool {
    let of_rates = [Code::from(PaymentsFault::NoRate), Code::from(PaymentsFault::NoUsdRate)];
    refusal.faults().iter().any(|fault| of_rates.contains(&fault.code))
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
    use PaymentEffect::{Credit, LeaveToUser, Nothing};
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
            assert_eq!(deposit(status).paid(true), Ok(Credit));
        }
        // A user was faster.
        for credited in [deposit(S::Done), IN_TRANSIT] {
            assert_eq!(credited.paid(true), Ok(Nothing));
        }
    }

    #[test]
    fn another_amount_is_left_to_a_user() {
        assert_eq!(deposit(S::InProgress).paid(false), Ok(LeaveToUser { fails: true }));
        for credited in [deposit(S::Done), IN_TRANSIT] {
            assert_eq!(credited.paid(false), Ok(LeaveToUser { fails: false }));
        }
    }

    #[test]
    fn a_second_payment_is_left_to_a_user() {
        for credited in [deposit(S::Done), IN_TRANSIT] {
            let paid = ReportedDeposit { is_paid: true, ..credited };
            assert_eq!(paid.paid(true), Ok(LeaveToUser { fails: false }));
        }
    }

    #[test]
    fn money_that_arrives_after_the_end_is_left_to_a_user() {
        for status in [S::Failed, S::Rejected, S::Cancelled] {
            // Also where a platform has refused it.
            for funds in [FundsState::Free, FundsState::InTransit] {
                let ended = ReportedDeposit { funds, ..deposit(status) };
                assert_eq!(ended.paid(true), Ok(LeaveToUser { fails: false }));
                assert_eq!(ended.failed(), Ok(false));
            }
        }
    }

    #[test]
    fn what_is_credited_or_waits_for_a_user_does_not_fail() {
        assert_eq!(deposit(S::InProgress).failed(), Ok(true));
        for kept in [deposit(S::Done), IN_TRANSIT, deposit(S::Pending), deposit(S::New)] {
            assert!(kept.failed().is_err(), "{kept:?}");
        }
        for waiting in [S::Pending, S::New] {
            assert!(deposit(waiting).paid(true).is_err(), "{waiting}");
        }
    }

    #[test]
    fn only_what_is_not_paid_and_not_credited_awaits_its_payment() {
        assert!(deposit(S::InProgress).awaits_payment());
        let paid = ReportedDeposit { is_paid: true, ..deposit(S::InProgress) };
        for other in [IN_TRANSIT, paid, deposit(S::Partial), deposit(S::Done), deposit(S::Failed)] {
            assert!(!other.awaits_payment(), "{other:?}");
        }
    }

    #[test]
    fn only_a_missing_rate_may_be_there_later() {
        assert!(may_pass_later(&PaymentsFault::NoRate.unprocessable()));
        assert!(may_pass_later(&PaymentsFault::NoUsdRate.unprocessable()));
        assert!(!may_pass_later(&PaymentsFault::NothingLeft.unprocessable()));
    }
}
