use std::fmt;

/// What is wrong with one field, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// The field's path in the body, such as `groups.0`; none when it is no field's.
    pub field: Option<String>,
    /// One sentence for people.
    pub issue: String,
}

impl Fault {
    /// A fault of one field.
    pub fn of(field: impl Into<String>, issue: impl Into<String>) -> Self {
        Self { field: Some(field.into()), issue: issue.into() }
    }

    /// A fault that is no field's.
    pub fn general(issue: impl Into<String>) -> Self {
        Self { field: None, issue: issue.into() }
    }
}

/// As one sentence, for logs and records that people read.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field} {}", self.issue),
            None => f.write_str(&self.issue),
        }
    }
}

/// Why a rule refuses a well-formed request. Each kind holds every reason that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller may not do this, whatever the record says.
    #[error("{}", told(.0))]
    NotAllowed(Vec<Fault>),
    /// A rule forbids it: limits, or a name of something that does not exist or is out of use.
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
    /// A single reason why the caller may not do this.
    pub fn not_allowed(field: impl Into<String>, issue: impl Into<String>) -> Self {
        Self::NotAllowed(vec![Fault::of(field, issue)])
    }

    /// A single reason by which a rule forbids it.
    pub fn unprocessable(field: impl Into<String>, issue: impl Into<String>) -> Self {
        Self::Unprocessable(vec![Fault::of(field, issue)])
    }

    /// A field whose value another record has.
    pub fn taken(field: impl Into<String>) -> Self {
        Self::Conflict(vec![Fault::of(field, "is taken by another record")])
    }

    /// A collision that is no field's.
    pub fn conflict(issue: impl Into<String>) -> Self {
        Self::Conflict(vec![Fault::general(issue)])
    }

    /// Nothing where there are no faults, else a refusal by a rule with all of them.
    ///
    /// # Errors
    /// The faults, if there is one.
    pub fn unless_empty(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Unprocessable(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_sentences() {
        let faults = vec![Fault::of("amount", "is too small"), Fault::general("The account is archived.")];
        assert_eq!(Refusal::Unprocessable(faults).to_string(), "amount is too small; The account is archived.");
    }
}
