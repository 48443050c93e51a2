//! The database and the threads that work on it.
//!
//! Reads and writes wait in two queues. A reader of SQLite runs what waits on one snapshot, and
//! the one writer commits what waits together, each job behind a savepoint of its own: one lock
//! and one flush to disk serve many callers. On PostgreSQL each job is a transaction.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use domain::value::Timestamp;
use prometheus::core::Collector;
use r2d2::Pool;

use crate::connection::{ConnectionUse, Connector, DatabaseUrl, DbConnection};
use crate::error::{Error, Failure};
use crate::metrics::DatabaseMetrics;
use crate::migrations;
use crate::progress::Progress;
use crate::queue::Queue;
use crate::recipient::{Owed, Recipient};
use crate::replica::{self, Outage};
use crate::terms::{Guard, Position, Terms};
use crate::tx::Tx;
use crate::watch::watch_foreign_writes;
use crate::watchdog::{self, Crew, MAX_REPLACED};
use crate::worker::{Clock, Fallback, Jobs, Patience, Task, Worker, submit};

/// How many jobs may wait; more are refused with [`Error::Busy`].
const MAX_WAITING_JOBS: usize = 4096;
/// How long a thread waits for a connection of PostgreSQL.
const POOL_WAIT: Duration = Duration::from_secs(2);
/// How long work that is under way may take to end when the database is closed.
const MAX_TIME_TO_CLOSE: Duration = Duration::from_secs(30);

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

/// A database that was opened.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    url: DatabaseUrl,
    reads: Arc<Jobs>,
    writes: Arc<Jobs>,
    replica: Option<Replica>,
    generation: Arc<AtomicU64>,
    threads: Mutex<Vec<(JoinHandle<()>, Option<Arc<Progress>>)>>,
    watch: Mutex<Option<mpsc::Sender<()>>>,
    /// Is disconnected once every thread has ended.
    ended: Mutex<mpsc::Receiver<()>>,
    metrics: DatabaseMetrics,
}

/// A replica beside the server.
struct Replica {
    url: DatabaseUrl,
    reads: Arc<Jobs>,
    outage: Arc<Outage>,
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
        Self::open_with_replica(url, None, options, clock)
    }

    /// The same with a replica of it, which may be away.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn open_with_replica(
        url: &DatabaseUrl,
        replica_url: Option<DatabaseUrl>,
        options: Options,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let writers = if matches!(url, DatabaseUrl::Sqlite(_)) { 1 } else { options.writers };
        let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
        let generation = Arc::new(AtomicU64::new(0));
        let clock: Clock = Arc::new(clock);
        let metrics = DatabaseMetrics::new()?;
        let (running, ended) = mpsc::channel();
        let mut threads = Vec::new();
        let mut crew = |connector: Connector, count: usize, fallback: Option<Fallback>| -> Result<Crew, Error> {
            let purpose = connector.purpose;
            let metrics = metrics.of(purpose.label());
            metrics.threads.set(i64::try_from(count.max(1)).unwrap_or(i64::MAX));
            if fallback.is_none() {
                // By hand: its error says what is wrong, the pool's says that it waited.
                drop(connector.open()?);
            }
            let worker = Worker {
                pool: pool(connector.clone(), count)?,
                jobs: Arc::new(Queue::new(MAX_WAITING_JOBS, metrics.queue.clone())),
                metrics,
                connector,
                clock: Arc::clone(&clock),
                generation: Arc::clone(&generation),
                fallback,
            };
            let mut members = Vec::new();
            for _ in 0..count.max(1) {
                let (thread, progress) = spawn_worker(worker.clone(), is_sqlite, &running)?;
                threads.push((thread, Some(Arc::clone(&progress))));
                members.push(progress);
            }
            Ok(Crew { worker, threads: members, replaced: Vec::new() })
        };
        let of = |url: &DatabaseUrl, purpose| Connector { url: url.clone(), purpose };
        let writing = crew(of(url, ConnectionUse::Write), writers, None)?;
        let reading = crew(of(url, ConnectionUse::Read), options.readers, None)?;
        let [writes, reads] = [&writing, &reading].map(|crew| Arc::clone(&crew.worker.jobs));
        let mut crews = vec![writing, reading];
        let replica = replica_url.map(|url| {
            let fallback = Fallback::to(&reads);
            let outage = Arc::clone(&fallback.outage);
            let replica = crew(of(&url, ConnectionUse::Replica), options.readers, Some(fallback))?;
            let reads = Arc::clone(&replica.worker.jobs);
            crews.push(replica);
            Ok::<_, Error>(Replica { url, reads, outage })
        });
        let replica = replica.transpose()?;
        let (stop, stopped) = mpsc::channel();
        let connector = Connector { url: url.clone(), purpose: ConnectionUse::Read };
        let counted = Arc::clone(&generation);
        let watch = spawn("db-watch", move || {
            if is_sqlite {
                watch_foreign_writes(&connector, &counted, &stopped);
            } else {
                watchdog::watch(crews, &stopped, |worker| {
                    let spawned = spawn_worker(worker, is_sqlite, &running);
                    spawned.map(|(_, progress)| progress).inspect_err(|error| log::error!("{error}")).ok()
                });
            }
        })?;
        threads.push((watch, None));
        let shared = Shared {
            url: url.clone(),
            reads,
            writes,
            replica,
            generation,
            threads: Mutex::new(threads),
            watch: Mutex::new(Some(stop)),
            ended: Mutex::new(ended),
            metrics,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Brings the schema up to date and fills the tables that are given: currencies, countries
    /// and the Administrators group. Answers the names of the migrations that were run.
    ///
    /// # Errors
    /// [`Error::Broken`] where a migration fails.
    pub fn migrate(&self, now: Timestamp) -> Result<Vec<String>, Error> {
        let run = migrations::run(&self.shared.url, now)?;
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        Ok(run)
    }

    /// Whether the database answers and no migration is missing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn is_migrated(conn: &mut DbConnection) -> Result<bool, Error> {
        migrations::are_run(conn)
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

    /// Runs a read and hands its answer to the recipient, on a thread of the database.
    pub fn submit_read<T, E, F>(&self, terms: Terms, mut work: F, recipient: impl Recipient<Result<T, E>>)
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
    {
        let work = move |conn: &mut DbConnection, _: Timestamp| work(conn);
        let jobs = match (&self.shared.replica, terms.behind) {
            (Some(replica), Some(_)) => &replica.reads,
            _ => &self.shared.reads,
        };
        submit(jobs, task(terms, work, recipient, Patience::OfACall));
    }

    /// Whether there is a replica that reads may go to, as far as is known.
    #[must_use]
    pub fn has_replica(&self) -> bool {
        self.shared.replica.as_ref().is_some_and(|replica| !replica.outage.is_on())
    }

    /// Runs a write in one transaction and hands its answer to the recipient once it is durable. The
    /// work is run again from its beginning when another transaction was in the way.
    pub fn submit_write<T, E, F>(&self, guard: Guard, mut work: F, recipient: impl Recipient<Result<T, E>>)
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let work = move |conn: &mut DbConnection, now: Timestamp| work(&mut Tx { conn, now });
        submit(&self.shared.writes, task(Terms { guard, ..Terms::default() }, work, recipient, Patience::OfACall));
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
        self.submit_read(Terms::default(), work, sender);
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
        self.submit_write(Guard::Nothing, work, sender);
        receiver.recv().unwrap_or_else(|_| Err(Error::Busy.into()))
    }

    /// [`Self::write`] for what takes as long as it does, such as loading data.
    ///
    /// # Errors
    /// That of the work, or of the database.
    pub fn write_patiently<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        let work = move |conn: &mut DbConnection, now: Timestamp| work(&mut Tx { conn, now });
        submit(&self.shared.writes, task(Terms::default(), work, sender, Patience::Unlimited));
        receiver.recv().unwrap_or_else(|_| Err(Error::Busy.into()))
    }

    /// Lets the database look at its tables anew, so that it plans by what is there; for after much
    /// was loaded. On PostgreSQL this also makes counts by index cheap.
    ///
    /// # Errors
    /// Those of the database.
    pub fn optimize(&self) -> Result<(), Error> {
        let mut conn = Connector { url: self.shared.url.clone(), purpose: ConnectionUse::Maintain }.open()?;
        match self.shared.url {
            DatabaseUrl::Sqlite(_) => conn.batch_execute("ANALYZE")?,
            DatabaseUrl::Postgres(_) => conn.batch_execute("VACUUM (ANALYZE)")?,
        }
        Ok(())
    }

    /// What is counted of its threads, to be registered with Prometheus.
    #[must_use]
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        self.shared.metrics.collectors()
    }

    /// A snapshot on a connection of its own, for reads that take long: it holds up nobody.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the database cannot be reached.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Self::begin_export(&self.shared.url).map(|conn| Snapshot { conn, age: None })
    }

    /// The same by the replica, if there is one and it has come far enough.
    ///
    /// # Errors
    /// As of [`Self::snapshot`].
    pub fn snapshot_behind(&self, position: &Position) -> Result<Snapshot, Error> {
        let replica = self.shared.replica.as_ref().filter(|replica| !replica.outage.is_on());
        let begun = replica.and_then(|Replica { url, outage, .. }| {
            let begun = Self::begin_export(url).and_then(|mut conn| Ok((replica::age_at(&mut conn, position)?, conn)));
            begun.inspect_err(|error| outage.begin(error)).ok()
        });
        match begun {
            Some((Some(age), conn)) => Ok(Snapshot { conn, age: Some(age) }),
            Some((None, _)) | None => self.snapshot(),
        }
    }

    fn begin_export(url: &DatabaseUrl) -> Result<DbConnection, Error> {
        let connector = Connector { url: url.clone(), purpose: ConnectionUse::Export };
        let mut conn = connector.open()?;
        connector.begin(&mut conn, Guard::Nothing)?;
        Ok(conn)
    }

    /// Finishes the work that waits and ends the threads. Work that comes later is refused.
    pub fn close(&self) {
        self.shared.close();
    }
}

/// A read that goes on for as long as this lives.
pub struct Snapshot {
    conn: DbConnection,
    age: Option<TimeDelta>,
}

impl Snapshot {
    /// The connection, on the snapshot.
    pub fn conn(&mut self) -> &mut DbConnection {
        &mut self.conn
    }

    /// How old it is; none where it was not taken of a replica.
    #[must_use]
    pub const fn age(&self) -> Option<TimeDelta> {
        self.age
    }
}

impl Shared {
    fn close(&self) {
        // What a replica leaves goes to the others.
        if let Some(replica) = &self.replica {
            replica.reads.close();
        }
        self.reads.close();
        self.writes.close();
        drop(self.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        if threads.is_empty() {
            return;
        }
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(MAX_TIME_TO_CLOSE);
        let all_ended = matches!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
        if !all_ended {
            log::error!("the database still does not answer: its threads are left behind");
        }
        for (thread, progress) in threads {
            let has_ended = all_ended && !progress.is_some_and(|progress| progress.is_replaced());
            if (has_ended || thread.is_finished()) && thread.join().is_err() {
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

fn pool(connector: Connector, size: usize) -> Result<Pool<Connector>, Error> {
    Pool::builder()
        // A thread that is replaced keeps its connection for as long as it is stuck.
        .max_size(u32::try_from(size.max(1) + MAX_REPLACED).unwrap_or(u32::MAX))
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

fn task<T, E, F, R: Recipient<Result<T, E>>>(
    terms: Terms,
    work: F,
    recipient: R,
    patience: Patience,
) -> Task<T, E, F, R> {
    Task { work, owed: Arc::new(Owed::to(recipient)), patience, terms, answer: None }
}

/// Starts a thread that works until the database is closed.
fn spawn_worker(
    worker: Worker,
    is_sqlite: bool,
    running: &mpsc::Sender<()>,
) -> Result<(JoinHandle<()>, Arc<Progress>), Error> {
    let progress = Arc::new(Progress::new(running));
    let own = Arc::clone(&progress);
    let thread = spawn(worker.connector.purpose.thread_name(), move || {
        if is_sqlite {
            worker.run_batches();
        } else {
            worker.run_singly(&own);
        }
        own.end();
    })?;
    Ok((thread, progress))
}
