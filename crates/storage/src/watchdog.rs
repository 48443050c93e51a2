//! Replaces threads that PostgreSQL keeps waiting.
//!
//! The kernel gives up a connection whose packets get lost (see [`crate::connection`]), but not one
//! behind a proxy that goes on acknowledging, and libpq waits for an answer for as long as it takes.
//! So a thread that is stuck is replaced by another one with a connection of its own, and ends when
//! its answer comes after all.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::recipient::Abandon;
use crate::worker::Worker;

/// How long a job may take before its thread is replaced.
const STUCK_AFTER: Duration = Duration::from_secs(5);
/// How long a job may take before its caller is told that no answer comes.
const ABANDONED_AFTER: Duration = Duration::from_secs(10);
/// How often the threads are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How many threads of one pool are replaced at most: each holds a connection while it is stuck.
pub(crate) const MAX_REPLACED: usize = 256;

/// What a thread is at.
pub(crate) struct Progress {
    job: Mutex<Option<(Instant, Arc<dyn Abandon>)>>,
    is_replaced: AtomicBool,
    /// Is dropped when the thread ends or is replaced: whoever closes the database waits for it.
    running: Mutex<Option<mpsc::Sender<()>>>,
}

impl Progress {
    pub fn new(running: &mpsc::Sender<()>) -> Self {
        Self { job: Mutex::new(None), is_replaced: AtomicBool::new(false), running: Mutex::new(Some(running.clone())) }
    }

    /// The thread begins a job that is watched, or has none.
    pub fn begin(&self, job: Option<Arc<dyn Abandon>>) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = job.map(|job| (Instant::now(), job));
    }

    /// The thread has ended, or nobody waits for its end any more.
    pub fn end(&self) {
        drop(self.running.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether another thread has taken over, so that this one ends after its job.
    pub fn is_replaced(&self) -> bool {
        self.is_replaced.load(Ordering::Relaxed)
    }

    /// The job that has been under way for so long.
    fn job_older_than(&self, age: Duration) -> Option<Arc<dyn Abandon>> {
        let job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        job.as_ref().filter(|(since, _)| since.elapsed() >= age).map(|(_, job)| Arc::clone(job))
    }
}

/// The threads of one pool, and those that were replaced and have not ended.
pub(crate) struct Crew {
    pub worker: Worker,
    pub threads: Vec<Arc<Progress>>,
    pub replaced: Vec<Arc<Progress>>,
}

impl Crew {
    fn look_after(&mut self, spawn: &impl Fn(Worker) -> Option<Arc<Progress>>) {
        self.replaced.retain(|progress| progress.job_older_than(Duration::ZERO).is_some());
        for progress in &mut self.threads {
            let Some(job) = progress.job_older_than(STUCK_AFTER) else { continue };
            let _entered = job.context().clone().enter();
            if self.replaced.len() >= MAX_REPLACED {
                log::error!("{MAX_REPLACED} threads wait for PostgreSQL: no more are started until the server is");
                break;
            }
            if let Some(fresh) = spawn(self.worker.clone()) {
                log::warn!("PostgreSQL has not answered a thread for {} s: it is replaced", STUCK_AFTER.as_secs());
                progress.is_replaced.store(true, Ordering::Relaxed);
                progress.end();
                self.replaced.push(std::mem::replace(progress, fresh));
            }
        }
        for progress in self.threads.iter().chain(&self.replaced) {
            if let Some(job) = progress.job_older_than(ABANDONED_AFTER) {
                job.abandon();
            }
        }
    }
}

/// Looks after the threads until it is told to stop.
pub(crate) fn watch(
    mut crews: Vec<Crew>,
    stopped: &mpsc::Receiver<()>,
    spawn: impl Fn(Worker) -> Option<Arc<Progress>>,
) {
    while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK_EVERY) {
        for crew in &mut crews {
            crew.look_after(&spawn);
        }
    }
}
