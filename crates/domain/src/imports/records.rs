//! The lines of CSV, read from what has arrived of a file, within buffers that do not grow.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{Delimiter, ImportsFault, LineFault};
use crate::value::FaultCode as _;

/// How long a line may be, with all that its quotes enclose.
pub const MAX_LINE_BYTES: usize = 64 * 1024;
/// How many cells a line may have.
const MAX_CELLS: usize = 256;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A line that arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it begins, from 1.
    pub line: u64,
    /// What stands in it.
    pub cells: Vec<&'a str>,
}

/// Reads a file part by part. What is not UTF-8, too long or not closed ends it.
pub struct RecordReader {
    csv: Reader,
    utf8: Utf8,
    /// The first bytes, as long as they may be a byte order mark.
    head: Option<Vec<u8>>,
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
    /// Whether a line has begun and not ended.
    is_open: bool,
    line: u64,
    begun_at: u64,
}

impl RecordReader {
    /// For a file with this delimiter.
    #[must_use]
    pub fn new(delimiter: Delimiter) -> Self {
        Self {
            csv: ReaderBuilder::new().delimiter(delimiter.byte()).build(),
            utf8: Utf8::default(),
            head: Some(Vec::new()),
            output: vec![0; MAX_LINE_BYTES],
            ends: vec![0; MAX_CELLS],
            written: 0,
            ended: 0,
            is_open: false,
            line: 1,
            begun_at: 1,
        }
    }

    /// Takes the next part of the file, and hands on each line that has arrived whole. Blank lines are left out.
    ///
    /// # Errors
    /// What keeps the file from being read any further, or what `found` returns.
    pub fn read<E: From<LineFault>>(
        &mut self,
        part: &[u8],
        found: &mut dyn FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.utf8.check(part)?;
        match self.head.take() {
            None => self.parse(part, found),
            Some(mut head) => {
                head.extend_from_slice(part);
                if head.len() < BOM.len() {
                    self.head = Some(head);
                    return Ok(());
                }
                self.parse(head.strip_prefix(BOM).unwrap_or(&head), found)
            }
        }
    }

    /// The file has ended.
    ///
    /// # Errors
    /// As of [`Self::read`].
    pub fn finish<E: From<LineFault>>(&mut self, found: &mut dyn FnMut(&Record<'_>) -> Result<(), E>) -> Result<(), E> {
        self.utf8.end()?;
        if let Some(head) = self.head.take() {
            self.parse(&head, found)?;
        }
        // The last line need not end; within quotes, another end of a line changes nothing.
        self.parse(b"\n", found)?;
        if self.is_open {
            return Err(LineFault::of_line(self.begun_at, ImportsFault::UnclosedQuote).into());
        }
        Ok(())
    }

    fn parse<E: From<LineFault>>(
        &mut self,
        mut part: &[u8],
        found: &mut dyn FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            if !self.is_open {
                let blanks = part.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                let (skipped, rest) = part.split_at_checked(blanks).unwrap_or((part, &[]));
                self.line += newlines(skipped);
                self.begun_at = self.line;
                part = rest;
            }
            if part.is_empty() {
                return Ok(());
            }
            self.is_open = true;
            let output = self.output.get_mut(self.written..).unwrap_or_default();
            let ends = self.ends.get_mut(self.ended..).unwrap_or_default();
            let (result, read, written, ended) = self.csv.read_record(part, output, ends);
            let (taken, rest) = part.split_at_checked(read).unwrap_or((part, &[]));
            self.line += newlines(taken);
            part = rest;
            self.written += written;
            self.ended += ended;
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(()),
                ReadRecordResult::OutputFull => {
                    let fault = ImportsFault::LineTooLong.with("max", MAX_LINE_BYTES);
                    return Err(LineFault::of_line(self.begun_at, fault).into());
                }
                ReadRecordResult::OutputEndsFull => {
                    let fault = ImportsFault::CellCount.with("expected", MAX_CELLS).with("found", MAX_CELLS + 1);
                    return Err(LineFault::of_line(self.begun_at, fault).into());
                }
                ReadRecordResult::Record => {
                    self.hand_on(found)?;
                    (self.written, self.ended, self.is_open) = (0, 0, false);
                }
            }
        }
    }

    fn hand_on<E>(&self, found: &mut dyn FnMut(&Record<'_>) -> Result<(), E>) -> Result<(), E> {
        let text =
            self.output.get(..self.written).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let mut begin = 0;
        let cells = self.ends.iter().take(self.ended).map(|end| {
            let cell = text.get(begin..*end).unwrap_or_default();
            begin = *end;
            cell
        });
        let cells: Vec<&str> = cells.collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        found(&Record { line: self.begun_at, cells })
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').map(|_| 1).sum()
}

/// Whether a file is UTF-8, as far as it has arrived.
struct Utf8 {
    /// The first bytes of a letter whose others have not arrived.
    begun: Vec<u8>,
    /// How many bytes were found good.
    good: u64,
    line: u64,
}

impl Default for Utf8 {
    fn default() -> Self {
        Self { begun: Vec::new(), good: 0, line: 1 }
    }
}

impl Utf8 {
    fn check(&mut self, part: &[u8]) -> Result<(), LineFault> {
        let joined;
        let bytes = if self.begun.is_empty() {
            part
        } else {
            joined = [std::mem::take(&mut self.begun).as_slice(), part].concat();
            &joined
        };
        let error = std::str::from_utf8(bytes).err();
        let valid = error.map_or(bytes.len(), |error| error.valid_up_to());
        let (good, rest) = bytes.split_at_checked(valid).unwrap_or((bytes, &[]));
        self.line += newlines(good);
        self.good = self.good.saturating_add(u64::try_from(good.len()).unwrap_or(u64::MAX));
        if error.is_some_and(|error| error.error_len().is_some()) {
            return Err(self.fault());
        }
        self.begun = rest.to_vec();
        Ok(())
    }

    fn end(&self) -> Result<(), LineFault> {
        if self.begun.is_empty() { Ok(()) } else { Err(self.fault()) }
    }

    fn fault(&self) -> LineFault {
        let byte = i64::try_from(self.good.saturating_add(1)).unwrap_or(i64::MAX);
        LineFault::of_line(self.line, ImportsFault::NotUtf8.with("byte", byte))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Lines = Vec<(u64, Vec<String>)>;

    /// The lines of a file that arrives in parts of this size, and what ended it.
    fn read_in(file: &[u8], part: usize, delimiter: Delimiter) -> (Lines, Option<LineFault>) {
        let mut lines = Lines::new();
        let mut reader = RecordReader::new(delimiter);
        let mut found = |record: &Record<'_>| -> Result<(), LineFault> {
            lines.push((record.line, record.cells.iter().map(|cell| (*cell).to_owned()).collect()));
            Ok(())
        };
        let read = file.chunks(part).try_for_each(|part| reader.read(part, &mut found));
        let fault = read.and_then(|()| reader.finish(&mut found)).err();
        (lines, fault)
    }

    fn lines(file: &str) -> Lines {
        let (lines, fault) = read_in(file.as_bytes(), 1 << 20, Delimiter::Comma);
        assert_eq!(fault, None);
        lines
    }

    fn fault(file: &[u8]) -> (Option<u64>, String) {
        let fault = read_in(file, 1 << 20, Delimiter::Comma).1.expect("a fault");
        (fault.line, fault.fault.to_string())
    }

    fn line(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn lines_end_in_any_way_and_the_last_need_not() {
        let expected = vec![line(1, &["a", "b"]), line(2, &["c", "d"])];
        for file in ["a,b\nc,d", "a,b\r\nc,d\r\n", "\u{feff}a,b\nc,d\n"] {
            assert_eq!(lines(file), expected, "{file:?}");
        }
        assert_eq!(lines("a,b\rc,d").len(), 2);
    }

    #[test]
    fn quotes_enclose_delimiters_lines_and_quotes() {
        let file = "a,b\n\"x, y\",\"1\n2\"\n\"say \"\"hi\"\"\",\"\"\n";
        let expected = vec![line(1, &["a", "b"]), line(2, &["x, y", "1\n2"]), line(4, &["say \"hi\"", ""])];
        assert_eq!(lines(file), expected);
    }

    #[test]
    fn blank_lines_are_left_out_and_counted() {
        assert_eq!(lines("\n\na,b\n\r\n , \n,\nc,d\n\n"), vec![line(3, &["a", "b"]), line(7, &["c", "d"])]);
        assert_eq!(lines(""), Lines::new());
    }

    #[test]
    fn other_delimiters_are_letters_of_cells() {
        let read = |file: &str, delimiter| read_in(file.as_bytes(), 3, delimiter).0;
        assert_eq!(read("a,b;c", Delimiter::Semicolon), vec![line(1, &["a,b", "c"])]);
        assert_eq!(read("a b\tc", Delimiter::Tab), vec![line(1, &["a b", "c"])]);
    }

    #[test]
    fn another_encoding_is_told_by_its_first_byte() {
        assert_eq!(fault(b"a,b\nM\xfcller,c\n"), (Some(2), "notUtf8: byte 6".into()));
        assert_eq!(fault(b"a,b\nc,\xc3"), (Some(2), "notUtf8: byte 7".into()));
        assert_eq!(fault(b"\xff\xfea\0").0, Some(1));
    }

    #[test]
    fn a_line_that_does_not_end_is_told_where_it_begins() {
        assert_eq!(fault(b"a,b\n\"c,d\n1,2\n"), (Some(2), "unclosedQuote".into()));
        assert_eq!(fault(b"a\n\""), (Some(2), "unclosedQuote".into()));
        let long = format!("a\n\"{}\"\n", "x".repeat(MAX_LINE_BYTES + 1));
        assert_eq!(fault(long.as_bytes()), (Some(2), format!("lineTooLong: max {MAX_LINE_BYTES}")));
        let wide = ",".repeat(MAX_CELLS + 1);
        assert!(fault(wide.as_bytes()).1.starts_with("cellCount"));
    }

    fn quoted(cell: &str) -> String {
        format!("\"{}\"", cell.replace('"', "\"\""))
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_however_it_arrives(
            table in prop::collection::vec(prop::collection::vec("\\PC{1,8}|[a\"\r\n,;é]{1,8}x", 1..5), 1..8),
            part in 1_usize..20,
        ) {
            // A line of blanks is left out.
            let table: Vec<Vec<String>> = table.into_iter().map(|mut row| { row[0].push('x'); row }).collect();
            let file: String = table.iter().map(|row| {
                row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n"
            }).collect();
            let (read, fault) = read_in(file.as_bytes(), part, Delimiter::Comma);
            prop_assert_eq!(fault, None);
            prop_assert_eq!(read.into_iter().map(|(_, cells)| cells).collect::<Vec<_>>(), table);
        }

        #[test]
        fn any_bytes_are_read_or_refused(file in prop::collection::vec(any::<u8>(), 0..300), part in 1_usize..40) {
            let whole = read_in(&file, 1 << 20, Delimiter::Comma);
            prop_assert_eq!(read_in(&file, part, Delimiter::Comma).1, whole.1);
        }

        #[test]
        fn any_text_is_read_the_same_however_it_arrives(file in "[ab\"\r\n,é ]{0,60}", part in 1_usize..10) {
            let whole = read_in(file.as_bytes(), 1 << 20, Delimiter::Comma);
            prop_assert_eq!(read_in(file.as_bytes(), part, Delimiter::Comma), whole);
        }
    }
}
