use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of requests.
    RequestsFault {
        /// The user lacks the `permission` that the decision needs.
        DecisionNotAllowed = "decisionNotAllowed",
        /// The request was decided, or is being carried out: it has this `status`.
        RequestDecided = "requestDecided",
        /// The client has not finished it yet.
        RequestNotSubmitted = "requestNotSubmitted",
        /// The client waits for a decision on the same thing already.
        RequestPending = "requestPending",
        /// The request is about no account.
        RequestWithoutAccount = "requestWithoutAccount",
        /// Only the amounts of deposits and withdrawals by manual and Constructor methods can be changed.
        AmountFixed = "amountFixed",
        /// A rate is set for exchanges, and for withdrawals that are converted.
        RateNotApplicable = "rateNotApplicable",
    }
}

impl FaultCode for RequestsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
