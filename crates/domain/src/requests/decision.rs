use super::RequestsFault;
use crate::ledger::{FundsState, RequestStatus, TransactionStatus};
use crate::value::{FaultCode as _, Refusal};

/// What a user decides on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// What is asked for is carried out.
    Approve,
    /// It is left undone.
    Reject,
}

/// The status after a decision. Each request is decided once.
///
/// # Errors
/// [`Refusal::Conflict`] where the request is not pending.
pub fn decide(status: RequestStatus, decision: Decision) -> Result<RequestStatus, Refusal> {
    match (status, decision) {
        (RequestStatus::Pending, Decision::Approve) => Ok(RequestStatus::Approved),
        (RequestStatus::Pending, Decision::Reject) => Ok(RequestStatus::Rejected),
        (RequestStatus::New, Decision::Approve | Decision::Reject) => {
            Err(RequestsFault::RequestNotSubmitted.conflict())
        }
        (
            RequestStatus::InProgress | RequestStatus::Approved | RequestStatus::Rejected,
            Decision::Approve | Decision::Reject,
        ) => Err(RequestsFault::RequestDecided.with("status", status.as_str()).conflict()),
    }
}

/// What a request becomes when the transaction behind it is in this status. Once it was approved or rejected it stays so:
/// from then on the transaction alone tells how it ends.
#[must_use]
pub const fn follow(request: RequestStatus, transaction: TransactionStatus, funds: FundsState) -> RequestStatus {
    use RequestStatus as R;
    use TransactionStatus as T;
    if matches!(request, R::Approved | R::Rejected) {
        return request;
    }
    match transaction {
        T::New | T::Hold | T::Pending => request,
        T::Rejected | T::Cancelled | T::HoldFailed => R::Rejected,
        T::Partial => R::InProgress,
        T::InProgress | T::Trade => match funds {
            FundsState::InTransit => R::InProgress,
            FundsState::Free | FundsState::Held => R::Approved,
        },
        T::RefundFailed => match request {
            // Releasing what was blocked failed: for a request that waits, this is a rejection.
            R::Pending => R::Rejected,
            R::New | R::InProgress | R::Approved | R::Rejected => R::Approved,
        },
        T::Done | T::Failed | T::Refund => R::Approved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RequestStatus as R;
    use TransactionStatus as T;

    const FUNDS: [FundsState; 3] = [FundsState::Free, FundsState::Held, FundsState::InTransit];

    #[test]
    fn a_request_is_decided_once() {
        assert_eq!(decide(R::Pending, Decision::Approve), Ok(R::Approved));
        assert_eq!(decide(R::Pending, Decision::Reject), Ok(R::Rejected));
        for status in R::ALL.iter().filter(|status| **status != R::Pending) {
            for decision in [Decision::Approve, Decision::Reject] {
                assert!(matches!(decide(*status, decision), Err(Refusal::Conflict(_))), "{status} {decision:?}");
            }
        }
    }

    #[test]
    fn a_decision_stands_whatever_becomes_of_the_transaction() {
        for status in T::ALL {
            for funds in FUNDS {
                assert_eq!(follow(R::Approved, *status, funds), R::Approved);
                assert_eq!(follow(R::Rejected, *status, funds), R::Rejected);
            }
        }
    }

    #[test]
    fn what_a_platform_carries_out_is_in_progress_until_its_outcome_is_known() {
        assert_eq!(follow(R::Pending, T::InProgress, FundsState::InTransit), R::InProgress);
        assert_eq!(follow(R::InProgress, T::Partial, FundsState::InTransit), R::InProgress);
        for outcome in [T::Done, T::Failed, T::Refund] {
            assert_eq!(follow(R::InProgress, outcome, FundsState::Free), R::Approved, "{outcome}");
        }
    }

    #[test]
    fn a_withdrawal_that_a_payment_system_carries_out_is_approved() {
        assert_eq!(follow(R::Pending, T::InProgress, FundsState::Held), R::Approved);
        assert_eq!(follow(R::Pending, T::InProgress, FundsState::Free), R::Approved);
    }

    #[test]
    fn what_the_transaction_refuses_is_rejected() {
        for outcome in [T::Rejected, T::Cancelled, T::HoldFailed, T::RefundFailed] {
            assert_eq!(follow(R::Pending, outcome, FundsState::Held), R::Rejected, "{outcome}");
        }
    }
}
