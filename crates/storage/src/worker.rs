//! The threads that work on the database, and the jobs that they take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::value::Timestamp;
use logging::{Entered, LogContext, Span, SpanKind};
use r2d2::{Pool, PooledConnection};

use crate::connection::{ConnectionUse, Connector, DbConnection};
use crate::error::{Error, Failure};
use crate::identity::callers;
use crate::metrics::CrewMetrics;
use crate::progress::Progress;
use crate::queue::Queue;
use crate::recipient::{Abandon, Owed, Recipient};
use crate::replica::{self, Outage};
use crate::seen;
use crate::terms::{Guard, Terms, View};

/// How many reads share a snapshot of SQLite.
const MAX_READS_A_BATCH: usize = 16;
/// How many writes share a commit of SQLite.
const MAX_WRITES_A_BATCH: usize = 64;
/// How often a job is run again when another transaction was in the way.
const MAX_ATTEMPTS: u32 = 5;
/// How long connections are tried until one begins a transaction.
const MAX_TIME_TO_BEGIN: Duration = Duration::from_secs(3);

/// Gives the time to writes, so that tests can move it.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a worker makes of a job.
pub(crate) trait Job: Send {
    /// Runs the job within the transaction that was begun.
    fn run(&mut self, conn: &mut DbConnection, now: Timestamp) -> JobOutcome;
    /// Gives the answer, or this error if there is one.
    fn deliver(self: Box<Self>, error: Option<Error>);
    /// Whether anybody still awaits the answer.
    fn is_awaited(&self) -> bool;
    /// How it is run.
    fn terms(&self) -> Terms;
    /// What it is done for.
    fn context(&self) -> LogContext;
    /// What the watchdog may give up; nothing where the job may take as long as it does.
    fn watched(&self) -> Option<Arc<dyn Abandon>>;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobOutcome {
    /// What it wrote stays.
    Keep,
    /// What it wrote goes.
    Discard,
    /// What it wrote goes, and it may be run again.
    Again,
    /// The database was not reached.
    Lost,
}

pub(crate) type Jobs = Queue<Box<dyn Job>>;

pub(crate) fn submit(jobs: &Jobs, job: impl Job + 'static) {
    if let Err(job) = jobs.push(Box::new(job)) {
        job.deliver(Some(Error::Busy));
    }
}

pub(crate) struct Task<T, E, F, R> {
    pub work: F,
    pub owed: Arc<Owed<T, E, R>>,
    pub patience: Patience,
    pub terms: Terms,
    pub answer: Option<Result<T, E>>,
}

/// How long a job may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As long as a call.
    OfACall,
    /// As long as it does: loading data.
    Unlimited,
}

impl<T, E, F, R> Job for Task<T, E, F, R>
where
    T: Send + 'static,
    E: Failure,
    F: FnMut(&mut DbConnection, Timestamp) -> Result<T, E> + Send,
    R: Recipient<Result<T, E>>,
{
    fn run(&mut self, conn: &mut DbConnection, now: Timestamp) -> JobOutcome {
        // A panic is a bug; it costs this caller an error and nobody else anything.
        let answer = catch_unwind(AssertUnwindSafe(|| (self.work)(conn, now)))
            .unwrap_or_else(|_| Err(Error::Broken("a panic, see the log above".into()).into()));
        let outcome = match &answer {
            Ok(_) => JobOutcome::Keep,
            Err(error) if error.is_contended() => JobOutcome::Again,
            Err(error) if error.is_unavailable() => JobOutcome::Lost,
            Err(_) => JobOutcome::Discard,
        };
        self.answer = Some(answer);
        outcome
    }

    fn deliver(self: Box<Self>, error: Option<Error>) {
        let answer = match (error, self.answer) {
            (Some(error), _) => Err(error.into()),
            (None, Some(answer)) => answer,
            (None, None) => Err(Error::Broken("a job was not run".into()).into()),
        };
        self.owed.give(answer);
    }

    fn is_awaited(&self) -> bool {
        self.owed.is_awaited()
    }

    fn terms(&self) -> Terms {
        self.terms
    }

    fn context(&self) -> LogContext {
        self.owed.context.clone()
    }

    fn watched(&self) -> Option<Arc<dyn Abandon>> {
        let owed: Arc<dyn Abandon> = Arc::<Owed<T, E, R>>::clone(&self.owed);
        (self.patience == Patience::OfACall).then_some(owed)
    }
}

/// Where the reads of a replica go that it does not answer.
#[derive(Clone)]
pub(crate) struct Fallback {
    reads: Arc<Jobs>,
    pub outage: Arc<Outage>,
}

impl Fallback {
    pub fn to(reads: &Arc<Jobs>) -> Self {
        Self { reads: Arc::clone(reads), outage: Arc::default() }
    }

    pub fn take(&self, job: Box<dyn Job>) {
        if let Err(job) = self.reads.push(job) {
            job.deliver(Some(Error::Busy));
        }
    }
}

#[derive(Clone)]
pub(crate) struct Worker {
    pub pool: Pool<Connector>,
    pub jobs: Arc<Jobs>,
    pub connector: Connector,
    pub clock: Clock,
    pub generation: Arc<AtomicU64>,
    pub metrics: CrewMetrics,
    /// Who does what this one does not: a replica may be behind, or away.
    pub fallback: Option<Fallback>,
}

impl Worker {
    fn connection(&self) -> Result<PooledConnection<Connector>, Error> {
        self.pool.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// PostgreSQL: each job is a transaction.
    pub fn run_singly(&self, progress: &Progress) {
        while let Some(jobs) = self.jobs.take(1) {
            let _busy = self.metrics.begin();
            for mut job in jobs.into_iter().filter(|job| job.is_awaited()) {
                progress.begin(job.watched());
                let done = match &self.fallback {
                    None => Ok(self.run_alone(job.as_mut())),
                    Some(fallback) => self.run_on_replica(job.as_mut(), fallback).map(Ok).ok_or(fallback),
                };
                progress.begin(None);
                match done {
                    Ok(done) => job.deliver(done.err()),
                    Err(fallback) => fallback.take(job),
                }
            }
            if progress.is_replaced() {
                return;
            }
        }
    }

    /// Begins to work for whom the job is done.
    fn enter(&self, job: &dyn Job) -> (Entered, Span, Entered) {
        let context = job.context().enter();
        let mut span = Span::begin(self.connector.purpose.label(), SpanKind::Internal);
        span.tell("db.system.name", self.connector.url.kind());
        let below = span.enter();
        (context, span, below)
    }

    /// Runs a read on a replica; nothing where it must be run elsewhere.
    fn run_on_replica(&self, job: &mut dyn Job, fallback: &Fallback) -> Option<()> {
        let position = job.terms().behind?;
        if fallback.outage.is_on() {
            return None;
        }
        let _entered = self.enter(job);
        let mut pooled = self.connection().inspect_err(|error| fallback.outage.begin(error)).ok()?;
        let begun = self.connector.begin(&mut pooled.conn, Guard::Nothing);
        let age = begun.and_then(|()| replica::age_at(&mut pooled.conn, &position)).unwrap_or_else(|error| {
            pooled.is_broken = true;
            fallback.outage.begin(&error);
            None
        });
        let outcome = age.map(|_| {
            fallback.outage.end();
            replica::note_age(age);
            let outcome = job.run(&mut pooled.conn, (self.clock)());
            replica::note_age(None);
            outcome
        });
        pooled.is_broken = pooled.is_broken || pooled.conn.rollback().is_err();
        // What is refused here may be only behind, and a statement may stand in the way of what comes from the server.
        (outcome == Some(JobOutcome::Keep)).then_some(())
    }

    fn run_alone(&self, job: &mut dyn Job) -> Result<(), Error> {
        let _entered = self.enter(job);
        let Terms { guard, view, .. } = job.terms();
        let is_read = self.connector.purpose == ConnectionUse::Read;
        // Without a transaction nothing would keep a statement's time behind a pooler.
        if view == View::Statement && is_read && !self.connector.url.is_pooled() {
            return self.run_statement(job, guard);
        }
        let begun = Instant::now();
        let mut attempt = 1;
        loop {
            let mut pooled = self.connection()?;
            match self.connector.begin(&mut pooled.conn, guard) {
                Ok(()) => {}
                Err(Error::Stale) => {
                    pooled.is_broken = pooled.conn.rollback().is_err();
                    return Err(Error::Stale);
                }
                Err(error) => {
                    // The server may have restarted since this connection was used: try another one.
                    pooled.is_broken = true;
                    if begun.elapsed() > MAX_TIME_TO_BEGIN {
                        return Err(Error::Unavailable(error.to_string()));
                    }
                    continue;
                }
            }
            match job.run(&mut pooled.conn, (self.clock)()) {
                JobOutcome::Keep => {
                    // Whether a commit without an answer took place is not known here: the caller may
                    // ask again under the same key.
                    let committed = pooled.conn.commit().map_err(|error| Error::Unavailable(error.to_string()));
                    pooled.is_broken = committed.is_err();
                    if self.connector.purpose == ConnectionUse::Write {
                        self.generation.fetch_add(1, Ordering::SeqCst);
                    }
                    return committed;
                }
                outcome => {
                    // The error of the job tells more than that of a rollback on a lost connection.
                    pooled.is_broken = pooled.conn.rollback().is_err();
                    if outcome != JobOutcome::Again || attempt >= MAX_ATTEMPTS {
                        return Ok(());
                    }
                    attempt += 1;
                }
            }
        }
    }

    /// A read of one statement, without a transaction around it.
    fn run_statement(&self, job: &mut dyn Job, guard: Guard) -> Result<(), Error> {
        let begun = Instant::now();
        loop {
            let mut pooled = self.connection()?;
            seen::note(None);
            match job.run(&mut pooled.conn, (self.clock)()) {
                JobOutcome::Lost => {
                    pooled.is_broken = true;
                    if begun.elapsed() > MAX_TIME_TO_BEGIN {
                        return Ok(());
                    }
                }
                JobOutcome::Keep | JobOutcome::Discard | JobOutcome::Again => {
                    let checked = match (seen::take(), guard) {
                        (Some(version), Guard::AccessVersion(expected)) if version == expected => Ok(()),
                        (Some(_), Guard::AccessVersion(_)) => Err(Error::Stale),
                        (None, _) | (_, Guard::Nothing) => check(&mut pooled.conn, guard),
                    };
                    pooled.is_broken = checked.as_ref().is_err_and(|error| !matches!(error, Error::Stale));
                    return checked;
                }
            }
        }
    }

    /// SQLite: what waits is run in one transaction.
    pub fn run_batches(&self) {
        let most = if self.connector.purpose == ConnectionUse::Read { MAX_READS_A_BATCH } else { MAX_WRITES_A_BATCH };
        while let Some(mut jobs) = self.jobs.take(most) {
            let _busy = self.metrics.begin();
            jobs.retain(|job| job.is_awaited());
            match self.connection() {
                Ok(mut pooled) if self.connector.purpose == ConnectionUse::Read => {
                    self.read_batch(&mut pooled.conn, jobs);
                }
                Ok(mut pooled) => self.write_batch(&mut pooled.conn, jobs),
                Err(error) => {
                    let reason = error.to_string();
                    for job in jobs {
                        job.deliver(Some(Error::Unavailable(reason.clone())));
                    }
                }
            }
        }
    }

    /// The jobs waited when the snapshot was taken, so each sees what was answered before it came.
    fn read_batch(&self, conn: &mut DbConnection, jobs: Vec<Box<dyn Job>>) {
        let begun = self.connector.begin(conn, Guard::Nothing).map_err(|error| error.to_string());
        for mut job in jobs {
            let error = match &begun {
                Ok(()) => {
                    let _entered = self.enter(job.as_ref());
                    job.run(conn, (self.clock)());
                    None
                }
                Err(reason) => Some(Error::Unavailable(reason.clone())),
            };
            job.deliver(error);
        }
        if begun.is_ok() {
            drop(conn.commit());
        }
    }

    fn write_batch(&self, conn: &mut DbConnection, jobs: Vec<Box<dyn Job>>) {
        let mut done: Vec<(Box<dyn Job>, JobOutcome)> = Vec::with_capacity(jobs.len());
        let mut waiting = jobs.into_iter();
        let mut fault = self.connector.begin(conn, Guard::Nothing).err().map(|error| error.to_string());
        if fault.is_none() {
            for mut job in waiting.by_ref() {
                match self.write_one(conn, job.as_mut()) {
                    Ok(outcome) => done.push((job, outcome)),
                    Err(error) => {
                        fault = Some(error.to_string());
                        done.push((job, JobOutcome::Keep));
                        break;
                    }
                }
            }
            fault = match fault {
                None => conn.commit().err().map(|error| error.to_string()),
                fault => fault,
            };
            if fault.is_some() {
                drop(conn.rollback());
            }
        }
        self.generation.fetch_add(1, Ordering::SeqCst);
        // A job that refused keeps its answer; one whose writes did not become durable has none.
        let error = |outcome| match (&fault, outcome) {
            (Some(reason), JobOutcome::Keep) => Some(Error::Unavailable(reason.clone())),
            _ => None,
        };
        for (job, outcome) in done {
            job.deliver(error(outcome));
        }
        for job in waiting {
            job.deliver(error(JobOutcome::Keep));
        }
    }

    fn write_one(&self, conn: &mut DbConnection, job: &mut dyn Job) -> Result<JobOutcome, Error> {
        let _entered = self.enter(job);
        conn.savepoint("job")?;
        let outcome = job.run(conn, (self.clock)());
        match outcome {
            JobOutcome::Keep => conn.release("job")?,
            JobOutcome::Discard | JobOutcome::Again | JobOutcome::Lost => conn.undo("job")?,
        }
        Ok(outcome)
    }
}

/// Whether what the guard names still stands.
fn check(conn: &mut DbConnection, guard: Guard) -> Result<(), Error> {
    match guard {
        Guard::Nothing => Ok(()),
        Guard::AccessVersion(version) if callers::access_version(conn)? == version => Ok(()),
        Guard::AccessVersion(_) => Err(Error::Stale),
    }
}
