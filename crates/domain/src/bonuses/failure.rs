use std::fmt;

use crate::value::{Fault, Refusal};

/// Why a step of a bonus failed, so that a user must look into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BonusFailure {
    /// Rules refused the step.
    Refused(Vec<Fault>),
    /// The platform refused the posting; what it said.
    Platform(String),
}

impl From<Refusal> for BonusFailure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAllowed(faults) | Refusal::Unprocessable(faults) | Refusal::Conflict(faults) => {
                Self::Refused(faults)
            }
        }
    }
}

/// For logs.
impl fmt::Display for BonusFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(faults) => faults.iter().enumerate().try_for_each(|(place, fault)| {
                let comma = if place == 0 { "" } else { "; " };
                write!(f, "{comma}{fault}")
            }),
            Self::Platform(reason) => f.write_str(reason),
        }
    }
}
