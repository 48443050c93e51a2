use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use logging::LogContext;

use crate::error::{Error, Failure};

/// Who awaits the answer of a job.
pub trait Recipient<A>: Send + 'static {
    /// Whether the answer is still awaited. A job whose caller has given up is not begun.
    fn is_waiting(&self) -> bool;
    /// Takes the answer.
    fn deliver(self, answer: A);
}

/// A caller that blocks until it is answered.
impl<A: Send + 'static> Recipient<A> for mpsc::Sender<A> {
    fn is_waiting(&self) -> bool {
        true
    }

    fn deliver(self, answer: A) {
        drop(self.send(answer));
    }
}

/// An answer that is owed to a recipient: given once, by the job or, where its thread is stuck, by
/// the watchdog.
pub(crate) struct Owed<T, E, R> {
    recipient: Mutex<Option<R>>,
    /// What the job is done for.
    pub context: LogContext,
    answer: PhantomData<fn(Result<T, E>)>,
}

impl<T, E, R: Recipient<Result<T, E>>> Owed<T, E, R> {
    pub fn to(recipient: R) -> Self {
        Self { recipient: Mutex::new(Some(recipient)), context: LogContext::current(), answer: PhantomData }
    }

    fn recipient(&self) -> MutexGuard<'_, Option<R>> {
        self.recipient.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_awaited(&self) -> bool {
        self.recipient().as_ref().is_some_and(Recipient::is_waiting)
    }

    pub fn give(&self, answer: Result<T, E>) {
        let recipient = self.recipient().take();
        if let Some(recipient) = recipient {
            recipient.deliver(answer);
        }
    }
}

/// A job that is under way, as the watchdog sees it.
pub(crate) trait Abandon: Send + Sync {
    /// Tells the caller that no answer will come in time.
    fn abandon(&self);
    /// What the job is done for.
    fn context(&self) -> &LogContext;
}

impl<T: 'static, E: Failure, R: Recipient<Result<T, E>>> Abandon for Owed<T, E, R> {
    fn abandon(&self) {
        self.give(Err(Error::Unavailable("it did not answer in time".into()).into()));
    }

    fn context(&self) -> &LogContext {
        &self.context
    }
}
