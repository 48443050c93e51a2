use super::{CommonFault, Fault, FaultCode as _, Field, Place};

/// Why a rule refuses a well-formed request. Each kind holds every reason that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller may not do this, whatever the record says.
    #[error("{}", told(.0))]
    NotAllowed(Vec<Fault>),
    /// A rule forbids it: limits, or a name of something that does not exist or is disabled.
    #[error("{}", told(.0))]
    Unprocessable(Vec<Fault>),
    /// It collides with what is stored: a taken name, a record in use, a wrong state.
    #[error("{}", told(.0))]
    Conflict(Vec<Fault>),
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

impl Refusal {
    /// An input whose value another record has.
    pub fn taken(place: impl Into<Place>) -> Self {
        CommonFault::Taken.at(place).conflict()
    }

    /// An input that names a record that does not exist, or that the caller may not see.
    pub fn unknown(place: impl Into<Place>) -> Self {
        CommonFault::Unknown.at(place).unprocessable()
    }

    /// Every reason that was found.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        let (Self::NotAllowed(faults) | Self::Unprocessable(faults) | Self::Conflict(faults)) = self;
        faults
    }

    /// The same where an input has another name than the rule knows it by.
    #[must_use]
    pub fn moved(mut self, from: Field, to: Field) -> Self {
        let (Self::NotAllowed(faults) | Self::Unprocessable(faults) | Self::Conflict(faults)) = &mut self;
        for place in faults.iter_mut().filter_map(|fault| fault.at.as_mut()).filter(|place| place.field == from) {
            place.field = to;
        }
        self
    }

    /// Nothing where there are no faults, else a refusal by a rule with all of them.
    ///
    /// # Errors
    /// The faults, if there is one.
    pub fn unless_empty(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Unprocessable(faults)) }
    }
}
