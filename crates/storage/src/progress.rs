//! What a thread of the database is at, as the watchdog sees it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::recipient::Abandon;

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

    /// Another thread takes over.
    pub fn replace(&self) {
        self.is_replaced.store(true, Ordering::Relaxed);
        self.end();
    }

    /// The job that has been under way for so long.
    pub fn job_older_than(&self, age: Duration) -> Option<Arc<dyn Abandon>> {
        let job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        job.as_ref().filter(|(since, _)| since.elapsed() >= age).map(|(_, job)| Arc::clone(job))
    }
}
