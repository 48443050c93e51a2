use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use futures_util::{Stream, StreamExt as _};
use tokio::time::Instant;

use crate::Problem;
use crate::body::MAX_DRAINED_BYTES;

/// The slowest sender of a large body: each second more of time costs so many bytes.
const MIN_BYTES_PER_S: u64 = 64 * 1024;

/// A large body, held to a limit and to a time while it arrives. Copies are of the same body.
#[derive(Clone)]
pub(crate) struct Meter(Rc<Inner>);

struct Inner {
    payload: RefCell<Payload>,
    max_bytes: u64,
    received_bytes: Cell<u64>,
    begun: Instant,
    timeout: Duration,
}

impl Meter {
    pub fn new(payload: Payload, max_bytes: u64, timeout: Duration) -> Self {
        let payload = RefCell::new(payload);
        Self(Rc::new(Inner { payload, max_bytes, received_bytes: Cell::new(0), begun: Instant::now(), timeout }))
    }

    /// Whether more came than may.
    pub fn is_exceeded(&self) -> bool {
        self.0.received_bytes.get() > self.0.max_bytes
    }

    /// Waits for what comes next, as long as the sender may take for it.
    ///
    /// # Errors
    /// A 408.
    pub async fn in_time<T>(&self, step: impl Future<Output = T>) -> Result<T, Problem> {
        let earned = Duration::from_secs(self.0.received_bytes.get() / MIN_BYTES_PER_S);
        let late = |_| Problem::timeout();
        tokio::time::timeout_at(self.0.begun + self.0.timeout + earned, step).await.map_err(late)
    }

    /// Reads the rest of a body that is refused and throws it away, so that the answer arrives.
    pub async fn drain(self) {
        let limit = self.0.received_bytes.get().max(self.0.max_bytes).saturating_add(MAX_DRAINED_BYTES);
        let drain = async {
            while let Some(Ok(_)) = self.read_next().await {
                if self.0.received_bytes.get() > limit {
                    break;
                }
            }
        };
        drop(tokio::time::timeout(self.0.timeout, drain).await);
    }

    async fn read_next(&self) -> Option<Result<Bytes, PayloadError>> {
        std::future::poll_fn(|context| self.poll_payload(context)).await
    }

    fn poll_payload(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let chunk = ready!(self.0.payload.borrow_mut().poll_next_unpin(context));
        if let Some(Ok(bytes)) = &chunk {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            self.0.received_bytes.set(self.0.received_bytes.get().saturating_add(length));
        }
        Poll::Ready(chunk)
    }
}

impl Stream for Meter {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(self.poll_payload(context));
        Poll::Ready(if self.is_exceeded() { Some(Err(PayloadError::Overflow)) } else { chunk })
    }
}
