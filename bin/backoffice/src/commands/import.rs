//! `import`: data of an earlier system.

use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use domain::imports::{Counts, Delimiter, ImportType, LineFault};
use domain::value::Email;
use indicatif::ProgressBar;
use outbound::SecretKey;
use outbound::jobs::UPLOAD_LIMITS;
use storage::identity::system_logs::Action;
use storage::imports::{self, Brought, Limits, Source};
use storage::{Database, DatabaseUrl, Error, Options, Tx};

use super::shared::{audit, counting, database_url, migrate, now, open, progress};
use crate::arguments::{Import, Shared};
use crate::fault::Fault;
use crate::files::Claim;
use crate::secret;

/// How much a file may hold. An e-mail address, a number or a reference of each line is kept in memory.
const LIMITS: Limits = Limits { max_lines: 5_000_000, max_bytes: 4 * 1024 * 1024 * 1024 };
/// How many lines are brought in beside a server on `SQLite`: nobody else writes meanwhile, and calls must not wait too long.
const MAX_LINES_BESIDE_A_SERVER: u64 = UPLOAD_LIMITS.max_lines;

/// Checks a file, and brings it in unless there are faults.
pub(super) fn import(shared: &Shared, wanted: &Import) -> Result<(), Fault> {
    let url = database_url(shared)?;
    let mut claim = Claim::of_command(&url)?;
    let kind = wanted.what.into();
    let secret = match kind {
        // Tells addresses of clients whose data was removed.
        ImportType::Users => Some(secret::load(shared.secret.as_deref(), &url)?),
        ImportType::Accounts | ImportType::Transactions => None,
    };
    let unreadable = |error: io::Error| Fault::Failure(format!("{}: {error}", wanted.file.display()));
    let content = Content::of(&wanted.file).map_err(unreadable)?;
    let file = ImportedFile { kind, delimiter: wanted.delimiter.into(), name: shown(&wanted.file), content, secret };
    let database = open(&url, Options { readers: 1, writers: 1 })?;
    migrate(&database)?;
    claim.keep();
    drop(claim);
    let outcome = carry_out(&database, &url, Arc::new(file), wanted.dry_run);
    database.close();
    outcome
}

fn shown(path: &Path) -> String {
    if is_standard_input(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A file that is read twice: once to check it, once to bring it in.
enum Content {
    Path(PathBuf),
    /// What can be read once is copied first.
    Copy(File),
}

impl Content {
    fn of(path: &Path) -> io::Result<Self> {
        if is_standard_input(path) {
            return Self::copy_of(&mut io::stdin().lock());
        }
        let mut file = File::open(path)?;
        if file.metadata()?.is_file() { Ok(Self::Path(path.to_owned())) } else { Self::copy_of(&mut file) }
    }

    /// No more than is taken is copied, and a byte that shows that there is more.
    fn copy_of(source: &mut dyn Read) -> io::Result<Self> {
        let mut copy = tempfile::tempfile()?;
        io::copy(&mut source.take(LIMITS.max_bytes + 1), &mut copy)?;
        Ok(Self::Copy(copy))
    }

    fn open(&self) -> Result<File, Error> {
        let opened = match self {
            Self::Path(path) => File::open(path),
            Self::Copy(copy) => copy.try_clone().and_then(|mut copy| copy.rewind().map(|()| copy)),
        };
        opened.map_err(|error| Error::Unavailable(format!("the file cannot be read: {error}")))
    }
}

struct ImportedFile {
    kind: ImportType,
    delimiter: Delimiter,
    name: String,
    content: Content,
    secret: Option<SecretKey>,
}

impl ImportedFile {
    /// Reads the file from its first line, and says its faults.
    fn read<T>(&self, bar: &ProgressBar, run: impl FnOnce(Source<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut bytes = self.content.open()?;
        let fingerprint =
            |email: &Email| self.secret.as_ref().map(|secret| secret.email_fingerprint(email)).unwrap_or_default();
        run(Source {
            kind: self.kind,
            delimiter: self.delimiter,
            limits: LIMITS,
            bytes: &mut bytes,
            user: None,
            fingerprint: &fingerprint,
            found: &mut |fault| bar.suspend(|| eprintln!("{}", self.told(fault))),
            progress: &|lines| {
                bar.set_position(lines);
                bar.set_message(format!("{lines} lines"));
            },
        })
    }

    /// `FILE:LINE: COLUMN: message`, as compilers tell faults.
    fn told(&self, fault: &LineFault) -> String {
        let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
        let column = fault.column.map(|column| format!("{column}: ")).unwrap_or_default();
        format!("{}{line}: {column}{}", self.name, api::line_fault_sentence(fault))
    }
}

fn carry_out(database: &Database, url: &DatabaseUrl, file: Arc<ImportedFile>, dry_run: bool) -> Result<(), Fault> {
    let begun = Instant::now();
    let counts = check(database, &file)?;
    let Counts { lines, added, existing, faults } = counts;
    if faults > 0 {
        return Err(Fault::Failure(format!("nothing was imported: {faults} faults in {}", file.name)));
    }
    if dry_run {
        println!("{lines} lines: {added} to be added, {existing} there already; nothing was changed");
        return Ok(());
    }
    let mut brought = counts;
    if added > 0 {
        let _alone = alone(url, added)?;
        brought = bring_in(database, &file, lines)?;
        if added > MAX_LINES_BESIDE_A_SERVER {
            database.optimize()?;
        }
    }
    let (added, existing, seconds) = (brought.added, brought.existing, begun.elapsed().as_secs_f32());
    println!("{lines} lines: {added} added, {existing} there already, in {seconds:.1} s");
    Ok(())
}

/// Holds the place of the server on `SQLite` where the file is large.
fn alone(url: &DatabaseUrl, added: u64) -> Result<Option<Claim>, Fault> {
    let needs_it = added > MAX_LINES_BESIDE_A_SERVER && matches!(url, DatabaseUrl::Sqlite(_));
    let claim = needs_it.then(|| Claim::of_server(url)).transpose();
    claim.map_err(|fault| {
        Fault::Failure(format!("stop the server to import more than {MAX_LINES_BESIDE_A_SERVER} lines: {fault}"))
    })
}

/// Checks the file on a snapshot, beside everybody.
fn check(database: &Database, file: &ImportedFile) -> Result<Counts, Fault> {
    let bar = progress("checking the file");
    let mut snapshot = database.snapshot()?;
    let counts = file.read(&bar, |source| imports::check(snapshot.conn(), now(), source));
    bar.finish_and_clear();
    Ok(counts?)
}

/// Brings the file in by one transaction.
fn bring_in(database: &Database, file: &Arc<ImportedFile>, lines: u64) -> Result<Counts, Fault> {
    let bar = counting("importing", lines);
    let (shown, read) = (bar.clone(), Arc::clone(file));
    let brought = database.write_patiently(move |tx| {
        let brought = read.read(&shown, |source| imports::bring_in(tx, source))?;
        if let Brought::All(counts) = &brought {
            note(tx, &read, *counts)?;
        }
        Ok::<_, Error>(brought)
    });
    bar.finish_and_clear();
    match brought? {
        Brought::All(counts) => Ok(counts),
        Brought::Nothing(counts) => {
            Err(Fault::Failure(format!("nothing was imported: {} faults in {}", counts.faults, file.name)))
        }
    }
}

fn note(tx: &mut Tx<'_>, file: &ImportedFile, Counts { lines, added, existing, .. }: Counts) -> Result<(), Error> {
    let details = [
        ("type", file.kind.to_string()),
        ("lines", lines.to_string()),
        ("added", added.to_string()),
        ("existing", existing.to_string()),
    ];
    audit(tx, "import", "import", Action::Add, &details)
}
