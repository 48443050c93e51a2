//! How a job of the queue is done, the same for every kind.

use domain::platform::{Fate, JobResult};
use logging::{LogContext, Span};
use storage::platform::queue::{self, Claimed, Job};
use storage::{DbConnection, Error, Tx};

use crate::outbound::Outbound;

/// Does the jobs of one kind. A job is done twice if its worker dies before it is settled: so requests go out under a key
/// of the record, and [`Self::settle`] changes nothing the second time.
pub trait JobHandler {
    /// The kind.
    type Job: Job + Clone + Send + 'static;
    /// What is to be done, as the job's record says.
    type Work: Send + 'static;

    /// How many jobs of this kind a server does at once.
    const CONCURRENCY: usize;

    /// Whether this server is set up for them; if not, they wait.
    #[must_use]
    fn is_able(_outbound: &Outbound) -> bool {
        true
    }

    /// Reads what is to be done; none where it is done already or no longer wanted.
    fn load(conn: &mut DbConnection, job: &Self::Job) -> Result<Option<Self::Work>, Error>;

    /// Does it, outside of any transaction.
    fn carry_out(outbound: &Outbound, work: &Self::Work) -> JobResult;

    /// Locks what [`Self::settle`] changes and others change too. Called before the job itself is locked.
    fn lock(_tx: &mut Tx<'_>, _job: &Self::Job) -> Result<(), Error> {
        Ok(())
    }

    /// Records what became of the job, and carries out what follows from it.
    fn settle(tx: &mut Tx<'_>, job: &Self::Job, fate: &Fate) -> Result<(), Error>;
}

/// Does one job that is due; answers whether there was one.
pub fn run_one<H: JobHandler>(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    if !H::is_able(outbound) || !outbound.database.read(move |conn| queue::is_due::<H::Job>(conn, now))? {
        return Ok(false);
    }
    let Some(claimed) = outbound.database.write(queue::claim::<H::Job>)? else { return Ok(false) };
    let mut span = Span::of_job(H::Job::KIND);
    let _entered = LogContext::of_job(&claimed.name, claimed.request_id.as_deref()).with_span(&span).enter();
    if let Some(request_id) = &claimed.request_id {
        span.tell("backoffice.request_id", request_id.clone());
    }
    let settled = attempt::<H>(outbound, &claimed).and_then(|answer| settle::<H>(outbound, &claimed, answer));
    let fate = match settled {
        Err(error) if error.is_fault() => put_off::<H>(outbound, &claimed, &error)?,
        settled => settled?,
    };
    if let Some(Fate::Again { .. } | Fate::Dead(_)) = &fate {
        span.fail("the log has the cause");
    }
    report(&claimed, fate.as_ref());
    outbound.metrics.attempted(H::Job::KIND, fate.as_ref());
    Ok(true)
}

fn attempt<H: JobHandler>(outbound: &Outbound, claimed: &Claimed<H::Job>) -> Result<JobResult, Error> {
    if H::Job::RETRY.is_exhausted(claimed.lease.attempts()) {
        return Ok(JobResult::Failed("every worker that took it died".into()));
    }
    let job = claimed.job.clone();
    let work = outbound.database.read(move |conn| H::load(conn, &job))?;
    Ok(work.map_or(JobResult::Done, |work| H::carry_out(outbound, &work)))
}

/// What becomes of a job; none where it is not this worker's any more.
fn settle<H: JobHandler>(
    outbound: &Outbound,
    claimed: &Claimed<H::Job>,
    answer: JobResult,
) -> Result<Option<Fate>, Error> {
    let (job, lease) = (claimed.job.clone(), claimed.lease);
    outbound.write_with_rates(move |tx| {
        let fate = H::Job::RETRY.fate(lease.attempts(), answer.clone(), tx.now);
        H::lock(tx, &job)?;
        if !queue::settle(tx, &lease, &fate)? {
            return Ok(None);
        }
        H::settle(tx, &job, &fate)?;
        Ok(Some(fate))
    })
}

/// Puts off a job that cannot be settled, until it is a dead letter. Its record stays as it is.
fn put_off<H: JobHandler>(
    outbound: &Outbound,
    claimed: &Claimed<H::Job>,
    error: &Error,
) -> Result<Option<Fate>, Error> {
    let (lease, reason) = (claimed.lease, error.to_string());
    outbound.database.write(move |tx| {
        let fate = H::Job::RETRY.fate(lease.attempts(), JobResult::Unanswered(reason.clone()), tx.now);
        Ok(queue::settle(tx, &lease, &fate)?.then_some(fate))
    })
}

fn report<J>(claimed: &Claimed<J>, fate: Option<&Fate>) {
    let Claimed { name, lease, .. } = claimed;
    let attempt = lease.attempts();
    match fate {
        None => log::warn!("{name} was cancelled or taken by another worker during attempt {attempt}"),
        Some(Fate::Done) => log::debug!("{name} is done"),
        Some(Fate::Refused(reason)) => log::warn!("{name} was refused: {reason}"),
        Some(Fate::Again { at, reason }) => log::warn!("{name} failed, attempt {attempt}; next at {at}: {reason}"),
        Some(Fate::Dead(reason)) => log::error!("{name} was given up after attempt {attempt}: {reason}"),
    }
}
