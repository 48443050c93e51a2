use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::Problem;

/// Until when a call is answered, whatever it waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn in_time(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }

    /// The outcome of a step, or 503 at the deadline. A write that has begun may still take place;
    /// its Idempotency-Key tells.
    pub async fn hold<T>(self, step: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let late = |_| Err(Problem::unavailable("the call was not answered before its deadline"));
        tokio::time::timeout_at(self.0, step).await.unwrap_or_else(late)
    }

    /// A step whose time is the caller's own, such as sending a body.
    pub async fn leave_out<T>(&mut self, step: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let outcome = step.await;
        self.0 += begun.elapsed();
        outcome
    }
}
