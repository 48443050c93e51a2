use std::fmt;

use super::{Field, Refusal};

/// The codes of a context's rules: a closed enumeration, whose texts are stable words that programs branch on.
/// No two contexts share a code.
pub trait FaultCode: Copy + 'static {
    /// All codes of the context.
    const ALL: &'static [Self];

    /// The code as programs see it, such as `insufficientFunds`.
    fn text(self) -> &'static str;

    /// A fault of this rule that is about no single input.
    fn fault(self) -> Fault {
        Fault { at: None, code: Code(self.text()), params: Vec::new() }
    }

    /// A fault of this rule in an input.
    fn at(self, place: impl Into<Place>) -> Fault {
        self.fault().at(place)
    }

    /// A fault of this rule with a figure of the case.
    fn with(self, name: &'static str, value: impl Into<Param>) -> Fault {
        self.fault().with(name, value)
    }

    /// A collision by this rule alone.
    fn conflict(self) -> Refusal {
        self.fault().conflict()
    }

    /// A refusal by this rule alone.
    fn unprocessable(self) -> Refusal {
        self.fault().unprocessable()
    }

    /// What a caller may not do, by this rule alone.
    fn not_allowed(self) -> Refusal {
        self.fault().not_allowed()
    }
}

/// The stable code of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// The code as programs see it, such as `insufficientFunds`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl<C: FaultCode> From<C> for Code {
    fn from(code: C) -> Self {
        Self(code.text())
    }
}

/// Where a fault is: an input of the operation, or a place inside of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input.
    pub field: Field,
    /// The way from there: keys of objects and indices of lists.
    pub path: Vec<String>,
}

impl Place {
    /// The place below this one.
    #[must_use]
    pub fn entry(mut self, key: impl ToString) -> Self {
        self.path.push(key.to_string());
        self
    }
}

impl Field {
    /// A place inside of the input: an index of its list, or a key of its object.
    #[must_use]
    pub fn entry(self, key: impl ToString) -> Place {
        Place::from(self).entry(key)
    }
}

impl From<Field> for Place {
    fn from(field: Field) -> Self {
        Self { field, path: Vec::new() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.field)?;
        self.path.iter().try_for_each(|key| write!(f, ".{key}"))
    }
}

/// A figure of a case, for the sentence that is made of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A text, such as an amount, a name or the text of an enumeration.
    Text(String),
    /// A number, which a language may need to tell one from many.
    Number(i64),
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Param {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Param {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A rule that stands against an operation: which one, in which input, and the figures of the case. Sentences and the
/// names that inputs have outside are made of it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The input; none when it is about no single one.
    pub at: Option<Place>,
    /// The rule.
    pub code: Code,
    /// The figures, by name.
    pub params: Vec<(&'static str, Param)>,
}

impl Fault {
    /// The same in an input.
    #[must_use]
    pub fn at(self, place: impl Into<Place>) -> Self {
        Self { at: Some(place.into()), ..self }
    }

    /// The same with a figure of the case.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Param>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// A collision with what is stored, for this reason alone.
    #[must_use]
    pub fn conflict(self) -> Refusal {
        Refusal::Conflict(vec![self])
    }

    /// A refusal by a rule, for this reason alone.
    #[must_use]
    pub fn unprocessable(self) -> Refusal {
        Refusal::Unprocessable(vec![self])
    }

    /// What the caller may not do, for this reason alone.
    #[must_use]
    pub fn not_allowed(self) -> Refusal {
        Refusal::NotAllowed(vec![self])
    }

    /// Whether it is of this rule.
    pub fn is(&self, code: impl Into<Code>) -> bool {
        self.code == code.into()
    }
}

impl<C: FaultCode> From<C> for Fault {
    fn from(code: C) -> Self {
        code.fault()
    }
}

/// For logs: the code, where, and the figures.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        if let Some(place) = &self.at {
            write!(f, " at {place}")?;
        }
        for (place, (name, value)) in self.params.iter().enumerate() {
            write!(f, "{}{name} {value}", if place == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::CommonFault;

    #[test]
    fn a_fault_reads_as_code_place_and_figures() {
        let fault = CommonFault::TooManyPlaces.at(Field::StartAmounts.entry(2)).with("places", 3_u32);
        assert_eq!(fault.to_string(), "tooManyPlaces at StartAmounts.2: places 3");
        assert!(fault.is(CommonFault::TooManyPlaces));
    }
}
