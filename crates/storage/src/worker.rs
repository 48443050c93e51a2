//! The threads that work on the database, and the jobs that they take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::value::Timestamp;
use r2d2::{Pool, PooledConnection};

use crate::connection::{Connector, DbConnection, Purpose};
use crate::error::{Error, Failure};
use crate::queue::Queue;

/// How many reads share a snapshot of SQLite.
const MAX_READS_A_BATCH: usize = 16;
/// How many writes share a commit of SQLite.
const MAX_WRITES_A_BATCH: usize = 64;
/// How often a job is run again when another transaction was in the way.
const MAX_ATTEMPTS: u32 = 5;

/// Gives the time to writes, so that tests can move it.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a worker makes of a job.
pub(crate) trait Job: Send {
    /// Runs the job within the transaction that was begun.
    fn run(&mut self, conn: &mut DbConnection, now: Timestamp) -> Outcome;
    /// Gives the answer, or this error if there is one.
    fn deliver(self: Box<Self>, error: Option<Error>);
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What it wrote stays.
    Keep,
    /// What it wrote goes.
    Discard,
    /// What it wrote goes, and it may be run again.
    Again,
}

pub(crate) type Jobs = Queue<Box<dyn Job>>;

pub(crate) fn submit(jobs: &Jobs, job: impl Job + 'static) {
    if let Err(job) = jobs.push(Box::new(job)) {
        job.deliver(Some(Error::Busy));
    }
}

pub(crate) struct Task<T, E, F, D> {
    pub work: F,
    pub deliver: D,
    pub answer: Option<Result<T, E>>,
}

impl<T, E, F, D> Job for Task<T, E, F, D>
where
    T: Send,
    E: Failure,
    F: FnMut(&mut DbConnection, Timestamp) -> Result<T, E> + Send,
    D: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, conn: &mut DbConnection, now: Timestamp) -> Outcome {
        // A panic is a bug; it costs this caller an error and nobody else anything.
        let answer = catch_unwind(AssertUnwindSafe(|| (self.work)(conn, now)))
            .unwrap_or_else(|_| Err(Error::Broken("a panic, see the log above".into()).into()));
        let outcome = match &answer {
            Ok(_) => Outcome::Keep,
            Err(error) if error.is_contended() => Outcome::Again,
            Err(_) => Outcome::Discard,
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
        (self.deliver)(answer);
    }
}

pub(crate) struct Worker {
    pub pool: Pool<Connector>,
    pub jobs: Arc<Jobs>,
    pub purpose: Purpose,
    pub clock: Clock,
    pub generation: Arc<AtomicU64>,
}

impl Worker {
    fn connection(&self) -> Result<PooledConnection<Connector>, Error> {
        self.pool.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// PostgreSQL: each job is a transaction.
    pub fn run_singly(&self) {
        while let Some(jobs) = self.jobs.take(1) {
            for mut job in jobs {
                let error = self.run_alone(job.as_mut()).err();
                job.deliver(error);
            }
        }
    }

    fn run_alone(&self, job: &mut dyn Job) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            let mut pooled = self.connection()?;
            if let Err(error) = pooled.conn.begin(self.purpose) {
                // The server may have restarted since this connection was used: try another one.
                pooled.is_broken = true;
                if attempt > self.pool.max_size() {
                    return Err(Error::Unavailable(error.to_string()));
                }
                attempt += 1;
                continue;
            }
            match job.run(&mut pooled.conn, (self.clock)()) {
                Outcome::Keep => {
                    let committed = pooled.conn.commit();
                    pooled.is_broken = committed.is_err();
                    if self.purpose == Purpose::Write {
                        self.generation.fetch_add(1, Ordering::SeqCst);
                    }
                    return committed;
                }
                outcome => {
                    // The error of the job tells more than that of a rollback on a lost connection.
                    pooled.is_broken = pooled.conn.rollback().is_err();
                    if outcome == Outcome::Discard || attempt >= MAX_ATTEMPTS {
                        return Ok(());
                    }
                    attempt += 1;
                }
            }
        }
    }

    /// SQLite: what waits is run in one transaction.
    pub fn run_batches(&self) {
        let most = if self.purpose == Purpose::Read { MAX_READS_A_BATCH } else { MAX_WRITES_A_BATCH };
        while let Some(jobs) = self.jobs.take(most) {
            match self.connection() {
                Ok(mut pooled) if self.purpose == Purpose::Read => self.read_batch(&mut pooled.conn, jobs),
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
        let begun = conn.begin(Purpose::Read).map_err(|error| error.to_string());
        for mut job in jobs {
            let error = match &begun {
                Ok(()) => {
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
        let mut done: Vec<(Box<dyn Job>, Outcome)> = Vec::with_capacity(jobs.len());
        let mut waiting = jobs.into_iter();
        let mut fault = conn.begin(Purpose::Write).err().map(|error| error.to_string());
        if fault.is_none() {
            for mut job in waiting.by_ref() {
                match self.write_one(conn, job.as_mut()) {
                    Ok(outcome) => done.push((job, outcome)),
                    Err(error) => {
                        fault = Some(error.to_string());
                        done.push((job, Outcome::Keep));
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
            (Some(reason), Outcome::Keep) => Some(Error::Unavailable(reason.clone())),
            _ => None,
        };
        for (job, outcome) in done {
            job.deliver(error(outcome));
        }
        for job in waiting {
            job.deliver(error(Outcome::Keep));
        }
    }

    fn write_one(&self, conn: &mut DbConnection, job: &mut dyn Job) -> Result<Outcome, Error> {
        conn.savepoint("job")?;
        let outcome = job.run(conn, (self.clock)());
        match outcome {
            Outcome::Keep => conn.release("job")?,
            Outcome::Discard | Outcome::Again => conn.undo("job")?,
        }
        Ok(outcome)
    }
}
