//! `queue`: what waits, and what was given up.

use std::io::Write as _;

use domain::platform::JobId;
use storage::identity::system_logs::Action;
use storage::platform::queue::{self, Filter, ListedJob, State};
use storage::{Database, Error};

use super::shared::{audit, migrate, now};
use crate::arguments::{ListJobs, RetryJobs};
use crate::fault::Fault;

/// Prints the jobs that are not done, a line each, with tabs between the columns.
pub(super) fn list(database: &Database, ListJobs { kind, dead, limit }: ListJobs) -> Result<(), Fault> {
    let filter = Filter { kind, dead_only: dead };
    let jobs = database.read(move |conn| queue::list(conn, &filter, now(), limit.into()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ID\tKIND\tPAYLOAD\tSTATE\tATTEMPTS\tASKED FOR\tREQUEST\tLAST ERROR")?;
    for job in &jobs {
        writeln!(out, "{}", line(job))?;
    }
    Ok(())
}

fn line(job: &ListedJob) -> String {
    let state = match job.state {
        State::Waiting(due_at) => format!("waiting until {due_at}"),
        State::Running(until) => format!("running until {until} at most"),
        State::Dead(since) => format!("dead since {since}"),
    };
    let shown = |text: &Option<String>| text.as_deref().unwrap_or("-").replace(['\n', '\r', '\t'], " ");
    let ListedJob { id, kind, payload, attempts, create_time, .. } = job;
    let (request, error) = (shown(&job.request_id), shown(&job.last_error));
    format!("{id}\t{kind}\t{payload}\t{state}\t{attempts}\t{create_time}\t{request}\t{error}")
}

/// Revives dead letters: those that are named, or all of a kind.
pub(super) fn retry(database: &Database, RetryJobs { ids, kind }: RetryJobs) -> Result<(), Fault> {
    migrate(database)?;
    let named: Vec<JobId> = ids.into_iter().map(JobId::new).collect();
    let revived = database.write(move |tx| {
        let ids = match &kind {
            Some(kind) => {
                let dead = Filter { kind: Some(kind.clone()), dead_only: true };
                queue::list(tx.conn, &dead, tx.now, i64::MAX)?.into_iter().map(|job| job.id).collect()
            }
            None => named.clone(),
        };
        for id in &ids {
            queue::retry(tx, *id).map_err(|error| match error {
                Error::NotFound => Error::Broken(format!("no dead letter has the id {id}")),
                error => error,
            })?;
            audit(tx, "queue retry", "job", Action::Update, &[("id", id.to_string())])?;
        }
        Ok::<_, Error>(ids.len())
    })?;
    println!("Dead letters revived: {revived}");
    Ok(())
}
