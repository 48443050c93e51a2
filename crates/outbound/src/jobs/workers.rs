//! The threads that look for work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::value::Timestamp;
use logging::LogContext;
use storage::Error;

use super::registry::{KINDS, Kind, SWEEP, SWEEP_EVERY, sweep};
use crate::outbound::Outbound;

/// How often a thread that found nothing to do looks again.
const POLL: Duration = Duration::from_millis(500);

/// The threads that do a server's jobs. They end when this is dropped, each after what it is at.
pub struct Jobs {
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts them.
    ///
    /// # Errors
    /// The system does not start a thread.
    pub fn start(outbound: &Arc<Outbound>) -> std::io::Result<Self> {
        let mut jobs = Self { stop: Arc::default(), threads: Vec::new() };
        for kind in KINDS {
            for _ in 0..kind.concurrency {
                jobs.spawn(kind.name, outbound, move |outbound, stop| work(kind, outbound, stop))?;
            }
        }
        jobs.spawn(SWEEP, outbound, sweep_now_and_then)?;
        Ok(jobs)
    }

    fn spawn(
        &mut self,
        name: &str,
        outbound: &Arc<Outbound>,
        body: impl FnOnce(&Outbound, &Stop) + Send + 'static,
    ) -> std::io::Result<()> {
        let (outbound, stop) = (Arc::clone(outbound), Arc::clone(&self.stop));
        let context = LogContext::of_job(name, None);
        let run = move || {
            let _entered = context.enter();
            body(&outbound, &stop);
        };
        self.threads.push(std::thread::Builder::new().name(name.into()).spawn(run)?);
        Ok(())
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stop.tell();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                log::error!("a thread of the jobs ended with a panic");
            }
        }
    }
}

/// Tells threads to end, also those that sleep.
#[derive(Default)]
struct Stop {
    is_told: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    fn tell(&self) {
        *self.is_told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }

    /// Whether threads are to end; waits for it for so long.
    fn is_told_within(&self, time: Duration) -> bool {
        let told = self.is_told.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(told, time, |is_told| !*is_told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Looks for work of a kind until it is told to stop.
fn work(kind: Kind, outbound: &Outbound, stop: &Stop) {
    let mut pause = POLL;
    while !stop.is_told_within(pause) {
        let found_some = guarded(kind.name, outbound, || (kind.run)(outbound)).unwrap_or(false);
        pause = if found_some { Duration::ZERO } else { POLL };
    }
}

fn sweep_now_and_then(outbound: &Outbound, stop: &Stop) {
    let mut swept_at: Option<Timestamp> = None;
    while !stop.is_told_within(POLL) {
        let now = outbound.now();
        if swept_at.is_none_or(|at| now.since(at) >= SWEEP_EVERY) {
            swept_at = Some(now);
            guarded(SWEEP, outbound, || sweep(outbound));
        }
    }
}

/// What the work gives; none where it failed. A panic is a bug, and costs one piece of work and not the thread: a job
/// is taken again when its lease ends.
fn guarded<T>(name: &str, outbound: &Outbound, work: impl FnOnce() -> Result<T, Error>) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    if !matches!(done, Ok(Ok(_))) {
        outbound.metrics.failed(name);
    }
    match done {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            log::error!("{name}: {error}");
            None
        }
        Err(_) => {
            log::error!("{name}: a panic, see the log above");
            None
        }
    }
}
