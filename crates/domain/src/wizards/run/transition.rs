use super::super::{AnswerFault, CountryCode, SentAnswers, Step};
use super::{CodeMethod, Run};
use crate::clients::ClientTypeId;
use crate::platform::TwoFactorProvider;
use crate::value::{ClientId, Set, Timestamp};

/// Why a transition is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// It is finished or expired, or somebody else's.
    #[error("there is no such run")]
    NotFound,
    /// The wizard is disabled.
    #[error("the wizard is disabled")]
    WizardDisabled,
    /// There are several wizards, and one is to be chosen first.
    #[error("a wizard is to be chosen")]
    WizardNotChosen,
    /// Too many codes were wrong.
    #[error("blocked until {until}")]
    Blocked {
        /// When the next one can be tried.
        until: Timestamp,
    },
    /// It is another step's turn.
    #[error("the step {expected} is awaited")]
    OutOfOrder {
        /// Whose turn it is.
        expected: Step,
    },
    /// Answers to fields of the broker's own are wrong.
    #[error("{} answers are wrong", .0.len())]
    Answers(Vec<AnswerFault>),
    /// The client has several second factors and has not chosen one.
    #[error("a second factor is to be chosen")]
    FactorNotChosen,
    /// The client does not have this second factor.
    #[error("the client does not have this second factor")]
    FactorNotOffered,
    /// Nobody sends codes of this kind: an app makes them.
    #[error("an app makes the code")]
    NothingToSend,
    /// Too many codes were sent for this confirmation.
    #[error("too many codes were sent")]
    TooManySends,
    /// No code was sent that could be tried.
    #[error("no code was sent")]
    NoCodeSent,
    /// The code can no longer be used.
    #[error("the code has expired")]
    CodeExpired,
}

/// What a transition led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The step was taken, and this one is next.
    Next(Step),
    /// The last step was taken.
    Finished,
    /// The code comes by this way.
    Chosen(CodeMethod),
    /// A code is to be sent.
    CodeSent {
        /// Until when it can be used.
        expires_at: Timestamp,
    },
    /// The code was wrong, which counts: the run is to be stored like after any other transition.
    WrongCode,
}

/// A transition that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The run as it is afterwards.
    pub run: Run,
    /// What it led to.
    pub outcome: Outcome,
}

/// What a step that was taken tells of whoever takes the run; what is none stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// Who a visitor is: the client who signs in, or the one who was just made.
    pub client: Option<ClientId>,
    /// Their country.
    pub country: Option<CountryCode>,
    /// Their client type.
    pub client_type: Option<ClientTypeId>,
    /// The second factors that they have.
    pub second_factors: Option<Set<TwoFactorProvider>>,
    /// Whether codes can be sent to a phone of theirs.
    pub has_phone: Option<bool>,
    /// Whether they must set a new password before they sign in.
    pub must_reset_password: Option<bool>,
}

/// What is given with a step. Whether it is right in itself is checked before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The answers to fields of the broker's own.
    pub answers: SentAnswers,
    /// What it tells.
    pub learned: Learned,
}
