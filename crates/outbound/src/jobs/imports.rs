use std::sync::Arc;

use domain::files::FileUse;
use domain::imports::{Counts, LineFault, MAX_KEPT_FAULTS};
use domain::platform::{Fate, JobResult};
use domain::value::Email;
use storage::imports::{self, BringIn, ImportWork, Limits, RunImport, Source};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::files::FileStore;
use crate::outbound::Outbound;

/// How much a file may hold that is uploaded. On `SQLite` nobody else writes while its lines are written, so that takes
/// seconds and not minutes; larger files are for the command line.
pub const UPLOAD_LIMITS: Limits = Limits { max_lines: 25_000, max_bytes: FileUse::Import.max_bytes() };

/// Carries imports out. One that its server did not end is begun anew: it is brought in by one transaction, which ends it.
pub(super) struct ImportHandler;

impl JobHandler for ImportHandler {
    type Job = RunImport;
    type Work = ImportWork;

    /// One after the other: a file of accounts may need the clients of the file before.
    const CONCURRENCY: usize = 1;

    fn load(conn: &mut DbConnection, job: &RunImport) -> Result<Option<ImportWork>, Error> {
        imports::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, work: &ImportWork) -> JobResult {
        match carry_out(outbound, work) {
            Ok(()) => JobResult::Done,
            Err(error) if error.is_fault() => JobResult::Failed(error.to_string()),
            Err(error) => JobResult::Unanswered(error.to_string()),
        }
    }

    fn lock(tx: &mut Tx<'_>, job: &RunImport) -> Result<(), Error> {
        imports::lock(tx, job)
    }

    fn settle(tx: &mut Tx<'_>, job: &RunImport, fate: &Fate) -> Result<(), Error> {
        imports::settle(tx, job, fate)
    }
}

fn carry_out(outbound: &Outbound, work: &ImportWork) -> Result<(), Error> {
    let (id, store) = (work.id, outbound.store(&work.file.storage.data)?);
    let store: Arc<dyn FileStore> = store.into();
    outbound.database.write(move |tx| imports::begin(tx, id))?;
    let (counts, faults) = check(outbound, store.as_ref(), work)?;
    if counts.faults > 0 || work.data.dry_run {
        return outbound.database.write(move |tx| imports::end(tx, id, counts, &faults));
    }
    let (work, secret) = (work.clone(), outbound.secret.clone());
    outbound.database.write_patiently(move |tx| {
        let mut bytes = open(store.as_ref(), &work)?;
        let fingerprint = |email: &Email| secret.email_fingerprint(email);
        let file = BringIn { limits: UPLOAD_LIMITS, bytes: &mut bytes, fingerprint: &fingerprint };
        file.carry_out(tx, &work)
    })
}

fn open(store: &dyn FileStore, work: &ImportWork) -> Result<Box<dyn std::io::Read + Send>, Error> {
    let unreadable = |error: std::io::Error| Error::Unavailable(format!("the file cannot be read: {error}"));
    store.open(&work.file.key, 0).map_err(unreadable)
}

/// Checks the file on a snapshot, beside everybody.
fn check(outbound: &Outbound, store: &dyn FileStore, work: &ImportWork) -> Result<(Counts, Vec<LineFault>), Error> {
    let mut bytes = open(store, work)?;
    let mut faults: Vec<LineFault> = Vec::new();
    let source = Source {
        kind: work.data.kind,
        delimiter: work.data.delimiter,
        limits: UPLOAD_LIMITS,
        bytes: &mut bytes,
        user: Some(work.user),
        fingerprint: &|email| outbound.secret.email_fingerprint(email),
        found: &mut |fault| faults.extend((faults.len() < MAX_KEPT_FAULTS).then(|| fault.clone())),
        progress: &|_| {},
    };
    let mut snapshot = outbound.database.snapshot()?;
    let counts = imports::check(snapshot.conn(), outbound.now(), source)?;
    Ok((counts, faults))
}
