use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::metrics::QueueMetrics;

/// Work that waits for a thread: bounded, and taken in batches.
pub(crate) struct Queue<J> {
    state: Mutex<State<J>>,
    ready: Condvar,
    capacity: usize,
    metrics: QueueMetrics,
}

struct State<J> {
    jobs: VecDeque<J>,
    idle_takers: usize,
    closed: bool,
}

impl<J> Queue<J> {
    pub fn new(capacity: usize, metrics: QueueMetrics) -> Self {
        let state = State { jobs: VecDeque::new(), idle_takers: 0, closed: false };
        Self { state: Mutex::new(state), ready: Condvar::new(), capacity, metrics }
    }

    fn state(&self) -> MutexGuard<'_, State<J>> {
        // Nothing that holds the lock can panic halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job, or gives it back when too many wait or nobody takes any more.
    pub fn push(&self, job: J) -> Result<(), J> {
        let mut state = self.state();
        if state.closed || state.jobs.len() >= self.capacity {
            self.metrics.refused.inc();
            return Err(job);
        }
        state.jobs.push_back(job);
        self.metrics.waiting.inc();
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for work and takes at most `most` jobs, leaving their share to takers that are idle
    /// too; nothing once the queue is closed and empty.
    pub fn take(&self, most: usize) -> Option<Vec<J>> {
        let mut state = self.state();
        while state.jobs.is_empty() {
            if state.closed {
                return None;
            }
            state.idle_takers += 1;
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle_takers -= 1;
        }
        let share = state.jobs.len().div_ceil(state.idle_takers + 1);
        let taken: Vec<J> = state.jobs.drain(..share.min(most)).collect();
        self.metrics.waiting.sub(i64::try_from(taken.len()).unwrap_or(i64::MAX));
        Some(taken)
    }

    /// Takes no more jobs; those that wait are still done.
    pub fn close(&self) {
        self.state().closed = true;
        self.ready.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::DatabaseMetrics;

    fn queue(capacity: usize) -> Queue<i32> {
        Queue::new(capacity, DatabaseMetrics::new().unwrap().of("read").queue)
    }

    #[test]
    fn jobs_are_taken_in_order_and_in_batches() {
        let queue = queue(10);
        for job in 0..3 {
            assert_eq!(queue.push(job), Ok(()));
        }
        assert_eq!(queue.take(2), Some(vec![0, 1]));
        assert_eq!(queue.metrics.waiting.get(), 1);
        assert_eq!(queue.take(2), Some(vec![2]));
        assert_eq!(queue.metrics.waiting.get(), 0);
    }

    #[test]
    fn a_full_queue_gives_the_job_back() {
        let queue = queue(1);
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(queue.push(2), Err(2));
        assert_eq!((queue.metrics.waiting.get(), queue.metrics.refused.get()), (1, 1));
    }

    #[test]
    fn a_closed_queue_is_emptied_and_ends() {
        let queue = queue(2);
        assert_eq!(queue.push(1), Ok(()));
        queue.close();
        assert_eq!(queue.push(2), Err(2));
        assert_eq!(queue.take(1), Some(vec![1]));
        assert_eq!(queue.take(1), None);
    }
}
