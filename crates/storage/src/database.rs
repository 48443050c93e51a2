//! The database and the threads that work on it.
//!
//! Reads and writes wait in two queues. A reader of SQLite runs what waits on one snapshot, and
//! the one writer commits what waits together, each job behind a savepoint of its own: one lock
//! and one flush to disk serve many callers. On PostgreSQL each job is a transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use domain::value::Timestamp;
use r2d2::{Pool, PooledConnection};

use crate::connection::{Connector, DatabaseUrl, DbConnection, Purpose};
use crate::error::{Error, Failure};
use crate::queue::Queue;
use crate::tx::Tx;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How many jobs may wait; more are refused with [`Error::Busy`].
const MAX_WAITING_JOBS: usize = 4096;
/// How many reads share a snapshot of SQLite.
const MAX_READS_A_BATCH: usize = 16;
/// How many writes share a commit of SQLite.
const MAX_WRITES_A_BATCH: usize = 64;
/// How often a job is run again when another transaction was in the way.
const MAX_ATTEMPTS: u32 = 5;
/// How often SQLite is asked whether another process wrote to it.
const FOREIGN_WRITES_POLL: Duration = Duration::from_millis(500);
/// How long a thread waits for a connection of PostgreSQL.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// The advisory lock under which PostgreSQL is migrated, so that two servers do not at once.
const MIGRATION_LOCK: i64 = 7_305_806_811;

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads that read.
    pub readers: usize,
    /// Threads that write; SQLite has one.
    pub writers: usize,
}

impl Options {
    /// What suits the database: reads of SQLite take a core each, those of PostgreSQL wait.
    #[must_use]
    pub fn of(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::Sqlite(_) => {
                let cores = std::thread::available_parallelism().map_or(1, Into::into);
                Self { readers: cores + 1, writers: 1 }
            }
            DatabaseUrl::Postgres(_) => Self { readers: 8, writers: 8 },
        }
    }
}

/// Gives the time to writes, so that tests can move it.
type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a worker makes of a job.
trait Job: Send {
    /// Runs the job within the transaction that was begun.
    fn run(&mut self, conn: &mut DbConnection, now: Timestamp) -> Outcome;
    /// Gives the answer, or this error if there is one.
    fn deliver(self: Box<Self>, error: Option<Error>);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// What it wrote stays.
    Keep,
    /// What it wrote goes.
    Discard,
    /// What it wrote goes, and it may be run again.
    Again,
}

type Jobs = Queue<Box<dyn Job>>;

/// A database that was opened.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    url: DatabaseUrl,
    reads: Arc<Jobs>,
    writes: Arc<Jobs>,
    generation: Arc<AtomicU64>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    watch: Mutex<Option<mpsc::Sender<()>>>,
}

impl Database {
    /// Opens the database; SQLite's file is made if there is none. The schema is left alone.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it cannot be reached.
    pub fn open(
        url: &DatabaseUrl,
        options: Options,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let writers = if matches!(url, DatabaseUrl::Sqlite(_)) { 1 } else { options.writers };
        let write_pool = pool(url, Purpose::Write, writers)?;
        let read_pool = pool(url, Purpose::Read, options.readers)?;
        let (reads, writes) = (Arc::new(Queue::new(MAX_WAITING_JOBS)), Arc::new(Queue::new(MAX_WAITING_JOBS)));
        let generation = Arc::new(AtomicU64::new(0));
        let clock: Clock = Arc::new(clock);
        let worker = |pool: &Pool<Connector>, jobs: &Arc<Jobs>, purpose| Worker {
            pool: pool.clone(),
            jobs: Arc::clone(jobs),
            purpose,
            clock: Arc::clone(&clock),
            generation: Arc::clone(&generation),
        };
        let mut threads = Vec::new();
        for (count, pool, jobs, purpose, name) in [
            (options.readers, &read_pool, &reads, Purpose::Read, "db-read"),
            (writers, &write_pool, &writes, Purpose::Write, "db-write"),
        ] {
            for _ in 0..count {
                let worker = worker(pool, jobs, purpose);
                let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
                threads.push(spawn(name, move || if is_sqlite { worker.run_batches() } else { worker.run_singly() })?);
            }
        }
        let watch = match url {
            DatabaseUrl::Sqlite(_) => {
                let (stop, stopped) = mpsc::channel();
                let connector = Connector { url: url.clone(), purpose: Purpose::Read };
                let generation = Arc::clone(&generation);
                threads.push(spawn("db-watch", move || watch_foreign_writes(&connector, &generation, &stopped))?);
                Some(stop)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let shared = Shared {
            url: url.clone(),
            reads,
            writes,
            generation,
            threads: Mutex::new(threads),
            watch: Mutex::new(watch),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Brings the schema up to date and fills the tables that are given: currencies, countries
    /// and the Administrators group. Answers the names of the migrations that were run.
    ///
    /// # Errors
    /// [`Error::Broken`] where a migration fails.
    pub fn migrate(&self, now: Timestamp) -> Result<Vec<String>, Error> {
        let connector = Connector { url: self.shared.url.clone(), purpose: Purpose::Write };
        let mut conn = connector.open()?;
        let run = match &mut conn {
            DbConnection::Sqlite(inner) => inner.immediate_transaction(|inner| run_pending(inner, SQLITE_MIGRATIONS)),
            DbConnection::Postgres(inner) => inner.transaction(|inner| {
                diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                    .bind::<diesel::sql_types::BigInt, _>(MIGRATION_LOCK)
                    .execute(inner)?;
                run_pending(inner, POSTGRES_MIGRATIONS)
            }),
        }?;
        conn.begin(Purpose::Write)?;
        conn.wait_lock(MIGRATION_LOCK)?;
        crate::reference::load(&mut Tx { conn: &mut conn, now })?;
        conn.commit()?;
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        Ok(run)
    }

    /// Whether the database answers and no migration is missing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn is_migrated(conn: &mut DbConnection) -> Result<bool, Error> {
        // diesel's own check makes its table if there is none, which a read cannot.
        let known = match conn {
            DbConnection::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE_MIGRATIONS),
            DbConnection::Postgres(_) => versions::<diesel::pg::Pg>(&POSTGRES_MIGRATIONS),
        };
        let known = known.map_err(|error| Error::Broken(error.to_string()))?;
        let run: Vec<String> =
            __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?;
        Ok(known.iter().all(|version| run.contains(version)))
    }

    /// Which database this is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.shared.url
    }

    /// A number that grows with every write of this process, for caches. Writes of other processes
    /// to the same SQLite file count too, within half a second.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::SeqCst)
    }

    /// Whether other servers write to this database, unseen by [`Self::generation`].
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.shared.url, DatabaseUrl::Postgres(_))
    }

    /// Runs a read on one snapshot and hands its answer to `deliver`, on a thread of the database.
    pub fn submit_read<T, E, F, D>(&self, mut work: F, deliver: D)
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
        D: FnOnce(Result<T, E>) + Send + 'static,
    {
        let work = move |conn: &mut DbConnection, _: Timestamp| work(conn);
        submit(&self.shared.reads, Task { work, deliver, answer: None });
    }

    /// Runs a write in one transaction and hands its answer to `deliver` once it is durable. The
    /// work is run again from its beginning when another transaction was in the way.
    pub fn submit_write<T, E, F, D>(&self, mut work: F, deliver: D)
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        D: FnOnce(Result<T, E>) + Send + 'static,
    {
        let work = move |conn: &mut DbConnection, now: Timestamp| work(&mut Tx { conn, now });
        submit(&self.shared.writes, Task { work, deliver, answer: None });
    }

    /// [`Self::submit_read`] for a caller that may wait.
    ///
    /// # Errors
    /// That of the work, or of the database.
    pub fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        self.submit_read(work, move |answer| drop(sender.send(answer)));
        receiver.recv().unwrap_or_else(|_| Err(Error::Busy.into()))
    }

    /// [`Self::submit_write`] for a caller that may wait.
    ///
    /// # Errors
    /// That of the work, or of the database.
    pub fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        self.submit_write(work, move |answer| drop(sender.send(answer)));
        receiver.recv().unwrap_or_else(|_| Err(Error::Busy.into()))
    }

    /// Finishes the work that waits and ends the threads. Work that comes later is refused.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl Shared {
    fn close(&self) {
        self.reads.close();
        self.writes.close();
        drop(self.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                log::error!("a thread of the database ended with a panic");
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

fn pool(url: &DatabaseUrl, purpose: Purpose, size: usize) -> Result<Pool<Connector>, Error> {
    let connector = Connector { url: url.clone(), purpose };
    // A first connection by hand: its error says what is wrong, the pool's says that it waited.
    drop(connector.open()?);
    Pool::builder()
        .max_size(u32::try_from(size.max(1)).unwrap_or(u32::MAX))
        // None is opened ahead of its need: a connection that comes late would outlive a close.
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(POOL_WAIT)
        .build(connector)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(body)
        .map_err(|error| Error::Unavailable(format!("cannot start a thread: {error}")))
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

fn versions<DB: diesel::backend::Backend>(
    migrations: &impl MigrationSource<DB>,
) -> diesel::migration::Result<Vec<String>> {
    Ok(migrations.migrations()?.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn run_pending<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, Error> {
    let run = conn.run_pending_migrations(migrations).map_err(|error| Error::Broken(format!("migration: {error}")))?;
    Ok(run.iter().map(ToString::to_string).collect())
}

fn submit(jobs: &Jobs, job: impl Job + 'static) {
    if let Err(job) = jobs.push(Box::new(job)) {
        job.deliver(Some(Error::Busy));
    }
}

struct Task<T, E, F, D> {
    work: F,
    deliver: D,
    answer: Option<Result<T, E>>,
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

struct Worker {
    pool: Pool<Connector>,
    jobs: Arc<Jobs>,
    purpose: Purpose,
    clock: Clock,
    generation: Arc<AtomicU64>,
}

impl Worker {
    fn connection(&self) -> Result<PooledConnection<Connector>, Error> {
        self.pool.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// PostgreSQL: each job is a transaction.
    fn run_singly(&self) {
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
    fn run_batches(&self) {
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

#[derive(diesel::QueryableByName)]
struct DataVersion {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    data_version: i64,
}

/// Counts a generation when another connection wrote: `backoffice user password` beside a server.
fn watch_foreign_writes(connector: &Connector, generation: &AtomicU64, stopped: &mpsc::Receiver<()>) {
    let mut seen = None;
    let mut conn = None;
    while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(FOREIGN_WRITES_POLL) {
        if conn.is_none() {
            conn = connector.open().ok();
        }
        let version = match &mut conn {
            Some(DbConnection::Sqlite(conn)) => {
                diesel::sql_query("PRAGMA data_version").get_result::<DataVersion>(conn).ok()
            }
            Some(DbConnection::Postgres(_)) | None => None,
        };
        let version = version.map(|version| version.data_version);
        if version.is_none() || version != seen {
            generation.fetch_add(1, Ordering::SeqCst);
            seen = version;
        }
    }
}
