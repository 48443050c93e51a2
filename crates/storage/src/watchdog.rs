//! Replaces threads that PostgreSQL keeps waiting.
//!
//! The kernel gives up a connection whose packets get lost (see [`crate::connection`]), but not one
//! behind a proxy that goes on acknowledging, and libpq waits for an answer for as long as it takes.
//! So a thread that is stuck is replaced by another one with a connection of its own, and ends when
//! its answer comes after all.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::progress::Progress;
use crate::worker::Worker;

/// How long a job may take before its thread is replaced.
const STUCK_AFTER: Duration = Duration::from_secs(5);
/// How long a job may take before its caller is told that no answer comes.
const ABANDONED_AFTER: Duration = Duration::from_secs(10);
/// How often the threads are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How many threads of one pool are replaced at most: each holds a connection while it is stuck.
pub(crate) const MAX_REPLACED: usize = 256;

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
                self.worker.metrics.replaced.inc();
                progress.replace();
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
