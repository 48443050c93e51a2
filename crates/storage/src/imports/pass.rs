//! A file from its first line to its last: checked, or brought in.

use std::io::Read;

use domain::identity::UserId;
use domain::imports::{Cells, Column, Columns, Counts, Delimiter, ImportType, ImportsFault, LineFault, RecordReader};
use domain::value::{Email, FaultCode as _, Timestamp};

use super::accounts::Accounts;
use super::transactions::Transactions;
use super::users::Users;
use crate::{DbConnection, Error, Tx};

/// How many lines are looked up and written together.
const LINES_AT_ONCE: usize = 500;
/// How much of a file is read at once.
const BYTES_AT_ONCE: usize = 64 * 1024;

/// How much a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many lines below the header.
    pub max_lines: u64,
    /// How many bytes.
    pub max_bytes: u64,
}

/// A file, and what is needed to read it.
pub struct Source<'a> {
    /// What it brings.
    pub kind: ImportType,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// How much it may hold.
    pub limits: Limits,
    /// Its bytes.
    pub bytes: &'a mut dyn Read,
    /// Who brings it in; none for an operator.
    pub user: Option<UserId>,
    /// What tells an e-mail address from others where a client's data was removed.
    pub fingerprint: &'a dyn Fn(&Email) -> Vec<u8>,
    /// Is told each fault.
    pub found: &'a mut dyn FnMut(&LineFault),
    /// Is told how many lines were read so far.
    pub progress: &'a dyn Fn(u64),
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// All of it is there.
    All(Counts),
    /// Nothing was changed, as there are faults.
    Nothing(Counts),
}

/// How a pass touches the database.
pub(super) enum Way<'a, 'tx> {
    /// It looks.
    Check(&'a mut DbConnection, Timestamp),
    /// It looks and writes.
    BringIn(&'a mut Tx<'tx>),
}

impl Way<'_, '_> {
    pub(super) fn conn(&mut self) -> &mut DbConnection {
        match self {
            Self::Check(conn, _) => conn,
            Self::BringIn(tx) => tx.conn,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::Check(_, now) => *now,
            Self::BringIn(tx) => tx.now,
        }
    }
}

/// A line that was read.
pub(super) struct Line<R> {
    /// Where it begins.
    pub number: u64,
    /// What it says.
    pub row: R,
}

/// What a pass has found so far.
pub(super) struct Findings<'a> {
    counts: Counts,
    found: &'a mut dyn FnMut(&LineFault),
}

impl Findings<'_> {
    pub(super) fn fault(&mut self, fault: &LineFault) {
        self.counts.faults += 1;
        (self.found)(fault);
    }

    /// A line that is there already.
    pub(super) fn existing(&mut self) {
        self.counts.existing += 1;
    }

    /// A line that is to be added.
    pub(super) fn added(&mut self) {
        self.counts.added += 1;
    }
}

/// What is particular to a type of file.
pub(super) trait Load: Sized {
    /// Its columns.
    type Column: Column;
    /// A line.
    type Row;
    /// What is written of a line that is new.
    type New;

    /// Loads what all lines need; holds it where the file is brought in.
    fn begin(way: &mut Way<'_, '_>) -> Result<Self, Error>;

    /// Reads a line, by what it alone shows.
    fn read(&self, cells: &mut Cells<'_, Self::Column>) -> Option<Self::Row>;

    /// Looks some lines up: which are new, which are there, and what is wrong with them.
    fn sift(
        &mut self,
        way: &mut Way<'_, '_>,
        fingerprint: &dyn Fn(&Email) -> Vec<u8>,
        lines: Vec<Line<Self::Row>>,
        findings: &mut Findings<'_>,
    ) -> Result<Vec<Self::New>, Error>;

    /// Writes what is new of some lines.
    fn write(&mut self, tx: &mut Tx<'_>, new: Vec<Self::New>, user: Option<UserId>) -> Result<(), Error>;

    /// All lines were written.
    fn end(&mut self, _tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Checks a file, and changes nothing: what `bring_in` would say.
pub fn check(conn: &mut DbConnection, now: Timestamp, source: Source<'_>) -> Result<Counts, Error> {
    run(&mut Way::Check(conn, now), source)
}

/// Brings a file in, all of it or nothing. What is there already stays as it is.
pub fn bring_in(tx: &mut Tx<'_>, source: Source<'_>) -> Result<Brought, Error> {
    let brought = |counts: Counts| if counts.faults == 0 { Brought::All(counts) } else { Brought::Nothing(counts) };
    tx.attempt_unless(
        |tx| run(&mut Way::BringIn(tx), source).map(brought),
        |brought| matches!(brought, Brought::Nothing(_)),
    )
}

fn run(way: &mut Way<'_, '_>, source: Source<'_>) -> Result<Counts, Error> {
    match source.kind {
        ImportType::Users => pass::<Users>(way, source),
        ImportType::Accounts => pass::<Accounts>(way, source),
        ImportType::Transactions => pass::<Transactions>(way, source),
    }
}

/// Why a file is not read any further.
enum Stop {
    /// A fault after which nothing of it can be understood.
    Fault(LineFault),
    /// The header has faults, which were told.
    Told,
    Error(Error),
}

impl From<LineFault> for Stop {
    fn from(fault: LineFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn pass<L: Load>(way: &mut Way<'_, '_>, source: Source<'_>) -> Result<Counts, Error> {
    let Source { delimiter, limits, bytes, user, fingerprint, found, progress, kind: _ } = source;
    let mut pass = Pass::<L> {
        load: L::begin(way)?,
        columns: None,
        waiting: Vec::with_capacity(LINES_AT_ONCE),
        findings: Findings { counts: Counts::default(), found },
        max_lines: limits.max_lines,
        user,
        fingerprint,
        progress,
    };
    match pass.read(way, delimiter, limits.max_bytes, bytes) {
        Ok(()) | Err(Stop::Told) => {}
        Err(Stop::Fault(fault)) => pass.findings.fault(&fault),
        Err(Stop::Error(error)) => return Err(error),
    }
    if let (Way::BringIn(tx), 0) = (way, pass.findings.counts.faults) {
        pass.load.end(tx)?;
    }
    Ok(pass.findings.counts)
}

struct Pass<'a, L: Load> {
    load: L,
    columns: Option<Columns<L::Column>>,
    waiting: Vec<Line<L::Row>>,
    findings: Findings<'a>,
    max_lines: u64,
    user: Option<UserId>,
    fingerprint: &'a dyn Fn(&Email) -> Vec<u8>,
    progress: &'a dyn Fn(u64),
}

impl<L: Load> Pass<'_, L> {
    fn read(
        &mut self,
        way: &mut Way<'_, '_>,
        delimiter: Delimiter,
        max_bytes: u64,
        bytes: &mut dyn Read,
    ) -> Result<(), Stop> {
        let unreadable = |error: std::io::Error| Error::Unavailable(format!("the file cannot be read: {error}"));
        let mut reader = RecordReader::new(delimiter);
        let (mut part, mut length) = (vec![0; BYTES_AT_ONCE], 0_u64);
        loop {
            let read = match bytes.read(&mut part) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read.map_err(unreadable)?,
            };
            length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            if length > max_bytes {
                let max = i64::try_from(max_bytes).unwrap_or(i64::MAX);
                return Err(LineFault::of_file(ImportsFault::ImportTooLarge.with("max", max)).into());
            }
            let mut found = |record: &domain::imports::Record<'_>| self.take(way, record.line, &record.cells);
            if let Some(part) = part.get(..read).filter(|part| !part.is_empty()) {
                reader.read(part, &mut found)?;
            } else {
                reader.finish(&mut found)?;
                break;
            }
        }
        if self.columns.is_none() {
            return Err(LineFault::of_file(ImportsFault::NoHeader).into());
        }
        self.flush(way)
    }

    fn take(&mut self, way: &mut Way<'_, '_>, line: u64, cells: &[&str]) -> Result<(), Stop> {
        let Some(columns) = &self.columns else {
            let columns = Columns::of(line, cells.iter().copied());
            self.columns = Some(columns.map_err(|faults| {
                for fault in &faults {
                    self.findings.fault(fault);
                }
                Stop::Told
            })?);
            return Ok(());
        };
        if self.findings.counts.lines == self.max_lines {
            let max = i64::try_from(self.max_lines).unwrap_or(i64::MAX);
            return Err(LineFault::of_line(line, ImportsFault::TooManyLines.with("max", max)).into());
        }
        self.findings.counts.lines += 1;
        match Cells::of(columns, line, cells) {
            Ok(mut cells) => {
                let row = self.load.read(&mut cells);
                cells.into_faults().iter().for_each(|fault| self.findings.fault(fault));
                self.waiting.extend(row.map(|row| Line { number: line, row }));
            }
            Err(fault) => self.findings.fault(&fault),
        }
        if self.waiting.len() >= LINES_AT_ONCE { self.flush(way) } else { Ok(()) }
    }

    /// Looks up what waits, and writes it.
    fn flush(&mut self, way: &mut Way<'_, '_>) -> Result<(), Stop> {
        let lines = std::mem::replace(&mut self.waiting, Vec::with_capacity(LINES_AT_ONCE));
        let new = self.load.sift(way, self.fingerprint, lines, &mut self.findings)?;
        if let (Way::BringIn(tx), 0) = (way, self.findings.counts.faults) {
            self.load.write(tx, new, self.user)?;
        }
        (self.progress)(self.findings.counts.lines);
        Ok(())
    }
}
