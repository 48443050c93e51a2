use crate::value::Fault;

/// A fault of a file, where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1; none where it is about the file as a whole.
    pub line: Option<u64>,
    /// The column, as the documents call it; none where it is about no single one.
    pub column: Option<&'static str>,
    /// The rule. It never holds what stands in the file.
    pub fault: Fault,
}

impl LineFault {
    /// Of a line as a whole.
    pub fn of_line(line: u64, fault: impl Into<Fault>) -> Self {
        Self { line: Some(line), column: None, fault: fault.into() }
    }

    /// Of the file as a whole.
    pub fn of_file(fault: impl Into<Fault>) -> Self {
        Self { line: None, column: None, fault: fault.into() }
    }
}
