use super::{ImportsFault, LineFault};
use crate::value::{CommonFault, Fault, FaultCode as _};

/// The columns of a kind of file.
pub trait Column: Copy + Eq + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// What the documents call it.
    fn name(self) -> &'static str;

    /// Whether a file must have it.
    fn is_required(self) -> bool;
}

/// A name of a column as it is compared: letters and digits alone, whatever the case.
fn normalized(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which column stands where in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns<C>(Vec<C>);

impl<C: Column> Columns<C> {
    /// Reads the first line.
    ///
    /// # Errors
    /// Every name that is not known or repeated, and every column that is missing. A name is not told, but its place: a
    /// file without a header has data there.
    pub fn of<'a>(line: u64, names: impl IntoIterator<Item = &'a str>) -> Result<Self, Vec<LineFault>> {
        let (mut found, mut faults) = (Vec::new(), Vec::new());
        for (place, name) in (1_usize..).zip(names) {
            let column = C::ALL.iter().copied().find(|column| normalized(column.name()) == normalized(name));
            match column {
                Some(column) if found.contains(&column) => {
                    let fault = ImportsFault::RepeatedColumn.fault();
                    faults.push(LineFault { line: Some(line), column: Some(column.name()), fault });
                }
                Some(column) => found.push(column),
                None => {
                    let known: Vec<&str> = C::ALL.iter().map(|column| column.name()).collect();
                    let fault = ImportsFault::UnknownColumn.with("place", place).with("known", known.join(", "));
                    faults.push(LineFault::of_line(line, fault));
                }
            }
        }
        let missing = C::ALL.iter().filter(|column| column.is_required() && !found.contains(column));
        faults.extend(missing.map(|column| LineFault {
            line: Some(line),
            column: Some(column.name()),
            fault: ImportsFault::MissingColumn.fault(),
        }));
        if faults.is_empty() { Ok(Self(found)) } else { Err(faults) }
    }
}

/// The cells of a line, which are read one by one; faults are gathered, so that all are told.
#[derive(Debug)]
pub struct Cells<'a, C> {
    line: u64,
    cells: Vec<(C, &'a str)>,
    faults: Vec<LineFault>,
}

impl<'a, C: Column> Cells<'a, C> {
    /// Puts a line under its columns.
    ///
    /// # Errors
    /// Another number of cells than there are columns.
    pub fn of(columns: &Columns<C>, line: u64, cells: &[&'a str]) -> Result<Self, LineFault> {
        let Columns(columns) = columns;
        if columns.len() != cells.len() {
            let fault = ImportsFault::CellCount.with("expected", columns.len()).with("found", cells.len());
            return Err(LineFault::of_line(line, fault));
        }
        let cells = columns.iter().copied().zip(cells.iter().map(|cell| cell.trim())).collect();
        Ok(Self { line, cells, faults: Vec::new() })
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What was found to be wrong.
    #[must_use]
    pub fn into_faults(self) -> Vec<LineFault> {
        self.faults
    }

    /// What a cell holds, without blanks around it; nothing where the file has no such column.
    #[must_use]
    pub fn text(&self, column: C) -> &'a str {
        self.cells.iter().find(|(of, _)| *of == column).map_or("", |(_, cell)| *cell)
    }

    /// Notes what is wrong with a cell.
    pub fn fault(&mut self, column: C, fault: impl Into<Fault>) {
        self.faults.push(LineFault { line: Some(self.line), column: Some(column.name()), fault: fault.into() });
    }

    /// A cell that must hold something.
    pub fn required<T, E: Into<Fault>>(&mut self, column: C, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        match self.text(column) {
            "" => {
                self.fault(column, CommonFault::Empty);
                None
            }
            text => parse(text).map_err(|error| self.fault(column, error)).ok(),
        }
    }

    /// A cell that may be empty.
    pub fn optional<T, E: Into<Fault>>(
        &mut self,
        column: C,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.text(column) {
            "" => Some(None),
            text => parse(text).map_err(|error| self.fault(column, error)).ok().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::UserColumn;

    fn codes(faults: &[LineFault]) -> Vec<(Option<&'static str>, &'static str)> {
        faults.iter().map(|fault| (fault.column, fault.fault.code.as_str())).collect()
    }

    #[test]
    fn names_are_known_whatever_their_case_and_order() {
        let columns = Columns::of(1, ["Last name", "E-MAIL", "first_name"]);
        assert_eq!(columns, Ok(Columns(vec![UserColumn::LastName, UserColumn::Email, UserColumn::FirstName])));
    }

    #[test]
    fn everything_that_is_wrong_with_a_header_is_told_at_once() {
        let faults = Columns::<UserColumn>::of(1, ["email", "ann@example.com", "Email"]).unwrap_err();
        let expected = [
            (None, "unknownColumn"),
            (Some("email"), "repeatedColumn"),
            (Some("lastName"), "missingColumn"),
            (Some("firstName"), "missingColumn"),
        ];
        assert_eq!(codes(&faults), expected);
        assert!(!format!("{faults:?}").contains("ann@"), "what stands in a file is not repeated");
    }

    #[test]
    fn a_line_has_as_many_cells_as_the_header() {
        let columns = Columns::<UserColumn>::of(1, ["email", "lastName", "firstName"]).unwrap();
        let fault = Cells::of(&columns, 2, &["a", "b"]).unwrap_err();
        assert_eq!(codes(&[fault]), [(None, "cellCount")]);
        let cells = Cells::of(&columns, 2, &["a", " b ", ""]).unwrap();
        assert_eq!(cells.text(UserColumn::LastName), "b");
        assert_eq!(cells.text(UserColumn::City), "");
    }
}
