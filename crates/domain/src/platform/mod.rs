//! What the installation runs on; here: the queue of jobs.

mod retry;

pub use retry::{Fate, JobResult, Pauses, RetryPolicy};

crate::value::ids! {
    /// A job in the queue.
    JobId,
}
