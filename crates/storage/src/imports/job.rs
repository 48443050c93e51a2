//! How an import that was asked for is carried out: by a job, on any server.

use std::io::Read;

use chrono::TimeDelta;
use domain::identity::UserId;
use domain::imports::{Counts, Import, ImportEvent, ImportId, ImportStatus, ImportsFault, LineFault, MAX_KEPT_FAULTS};
use domain::platform::{Fate, Pauses, RetryPolicy};
use domain::value::{Email, Entity as _};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::pass::{Brought, Limits, Source, bring_in};
use super::records::{self, StoredImport};
use crate::audit::{self, Action, Actor, Subject};
use crate::files::content::{self, StoredFile};
use crate::platform::queue::Job;
use crate::{DbConnection, Error, Tx};

/// The job that carries an import out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunImport(pub(super) ImportId);

impl Job for RunImport {
    const KIND: &'static str = "import";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(15),
        max_attempts: 5,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(10), longest: TimeDelta::minutes(5) },
    };
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct ImportWork {
    /// The import.
    pub id: ImportId,
    /// What was asked for.
    pub data: Import,
    /// Who asked for it.
    pub user: UserId,
    /// Its file.
    pub file: StoredFile,
}

/// What is to be done for a job; none where the import has ended.
pub fn of_job(conn: &mut DbConnection, RunImport(id): &RunImport) -> Result<Option<ImportWork>, Error> {
    let Some(import) = records::find(conn, *id)?.filter(|import| import.status.is_under_way()) else {
        return Ok(None);
    };
    let file = import.file.ok_or_else(|| Error::Broken(format!("import {id} has no file")))?;
    let StoredImport { id, data, user, .. } = import;
    Ok(Some(ImportWork { id, data, user, file: content::by_id(conn, file)? }))
}

/// Holds an import until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, RunImport(id): &RunImport) -> Result<(), Error> {
    tx.lock("imports", *id)
}

/// The import, held, if this can happen to it, and what it is then.
fn held(tx: &mut Tx<'_>, id: ImportId, event: ImportEvent) -> Result<Option<(StoredImport, ImportStatus)>, Error> {
    tx.lock("imports", id)?;
    let import = records::find(tx.conn, id)?;
    Ok(import.and_then(|import| {
        let status = import.status.after(event)?;
        Some((import, status))
    }))
}

/// Notes that a server has begun with an import.
pub fn begin(tx: &mut Tx<'_>, id: ImportId) -> Result<(), Error> {
    held(tx, id, ImportEvent::Begin)?.map_or(Ok(()), |(import, status)| records::set_begun(tx, &import, status))
}

/// Ends an import that changed nothing: a dry run, or one with faults. One that has ended stays as it is.
pub fn end(tx: &mut Tx<'_>, id: ImportId, counts: Counts, faults: &[LineFault]) -> Result<(), Error> {
    let event = if counts.faults == 0 { ImportEvent::Finish } else { ImportEvent::Fail };
    held(tx, id, event)?.map_or(Ok(()), |(import, status)| end_as(tx, &import, status, counts, faults))
}

fn end_as(
    tx: &mut Tx<'_>,
    import: &StoredImport,
    status: ImportStatus,
    counts: Counts,
    faults: &[LineFault],
) -> Result<(), Error> {
    records::set_ended(tx, import, status, counts, faults)?;
    let Counts { lines, added, existing, faults } = counts;
    let details = json!({
        "id": import.id,
        "old": {"status": import.status},
        "new": {"status": status, "lines": lines, "added": added, "existing": existing, "faultCount": faults},
    });
    audit::record(tx, &Actor::machine("import"), &Subject::system(Import::RESOURCE), Action::Update, &details)
}

/// A file that is brought in.
pub struct BringIn<'a> {
    /// How much it may hold.
    pub limits: Limits,
    /// Its bytes, from the first one on.
    pub bytes: &'a mut dyn Read,
    /// What tells an e-mail address from others where a client's data was removed.
    pub fingerprint: &'a dyn Fn(&Email) -> Vec<u8>,
}

impl BringIn<'_> {
    /// Brings the file of an import in and ends it, in one transaction. An import that has ended meanwhile stays as it is.
    pub fn carry_out(self, tx: &mut Tx<'_>, work: &ImportWork) -> Result<(), Error> {
        let Some((import, done)) = held(tx, work.id, ImportEvent::Finish)? else { return Ok(()) };
        let mut faults = Vec::new();
        let source = Source {
            kind: work.data.kind,
            delimiter: work.data.delimiter,
            limits: self.limits,
            bytes: self.bytes,
            user: Some(work.user),
            fingerprint: self.fingerprint,
            found: &mut |fault| faults.extend((faults.len() < MAX_KEPT_FAULTS).then(|| fault.clone())),
            progress: &|_| {},
        };
        match bring_in(tx, source)? {
            Brought::All(counts) => end_as(tx, &import, done, counts, &[]),
            // Something that the file rests on has changed since it was checked.
            Brought::Nothing(counts) => end_as(tx, &import, ImportStatus::Failed, counts, &faults),
        }
    }
}

/// Records what became of the job: one that is given up has failed.
pub fn settle(tx: &mut Tx<'_>, RunImport(id): &RunImport, fate: &Fate) -> Result<(), Error> {
    match fate {
        Fate::Done | Fate::Again { .. } => Ok(()),
        Fate::Refused(_) | Fate::Dead(_) => {
            let fault = LineFault::of_file(ImportsFault::ImportNotCarriedOut);
            end(tx, *id, Counts { faults: 1, ..Counts::default() }, &[fault])
        }
    }
}
