//! What a line of the log belongs to: the call, with who calls and from where, or the job, on whichever thread it is
//! written.
//!
//! A thread has a context while it works for somebody. Whoever hands work to another thread hands the context over with
//! it ([`LogContext::carry`]); a future has it at every poll ([`LogContext::hold`]). The logger asks for
//! [`LogContext::current`] and writes it into each line, so that no line has to name it.
//!
//! This is a thread-local: one logger, `env_logger`, writes the lines. The context also takes the span along that the work
//! is a part of, where traces are made ([`Span`]).

use std::cell::RefCell;
use std::future::Future;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use opentelemetry::trace::SpanContext;

mod spans;

pub use spans::{Span, SpanKind, is_traced, trace_with};

thread_local! {
    static CURRENT: RefCell<LogContext> = const { RefCell::new(LogContext::NONE) };
}

/// What a thread is working for. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogContext {
    request_id: Option<Arc<str>>,
    job: Option<Arc<str>>,
    origin: Option<Arc<Origin>>,
    span: Option<Arc<SpanContext>>,
}

/// Where a call comes from. Who calls is known only at the gate, when other threads may have the context already.
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    address: IpAddr,
    caller: OnceLock<LogCaller>,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogCaller {
    /// A user of the back office.
    User(i64),
    /// A program of a user, by its API key.
    ApiKey(i64),
    /// A client.
    Client(i64),
    /// A trading platform.
    Platform(i64),
}

impl LogContext {
    const NONE: Self = Self { request_id: None, job: None, origin: None, span: None };

    /// Of a call.
    #[must_use]
    pub fn of_call(request_id: &str) -> Self {
        Self { request_id: Some(request_id.into()), ..Self::NONE }
    }

    /// The same of a call from this address.
    #[must_use]
    pub fn with_address(self, address: IpAddr) -> Self {
        Self { origin: Some(Arc::new(Origin { address, caller: OnceLock::new() })), ..self }
    }

    /// Of a job, and of the call that asked for it, where there was one.
    #[must_use]
    pub fn of_job(job: &str, request_id: Option<&str>) -> Self {
        Self { request_id: request_id.map(Into::into), job: Some(job.into()), ..Self::NONE }
    }

    /// The same as a part of this span.
    #[must_use]
    pub fn with_span(self, span: &Span) -> Self {
        Self { span: span.context(), ..self }
    }

    /// Notes who makes the call that this thread works for, for all threads that do. The first one counts.
    pub fn note_caller(caller: LogCaller) {
        CURRENT.with_borrow(|context| {
            if let Some(origin) = &context.origin {
                origin.caller.get_or_init(|| caller);
            }
        });
    }

    /// That of this thread.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.with_borrow(Self::clone)
    }

    /// The call that it began with.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The job, by its kind and its payload.
    #[must_use]
    pub fn job(&self) -> Option<&str> {
        self.job.as_deref()
    }

    /// Where the call comes from.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.origin.as_ref().map(|origin| origin.address)
    }

    /// Who makes the call, once that is known.
    #[must_use]
    pub fn caller(&self) -> Option<LogCaller> {
        self.origin.as_ref().and_then(|origin| origin.caller.get().copied())
    }

    /// The trace that it is a part of, where that is recorded.
    #[must_use]
    pub fn trace_id(&self) -> Option<String> {
        self.sampled().map(|span| span.trace_id().to_string())
    }

    fn sampled(&self) -> Option<&SpanContext> {
        self.span.as_deref().filter(|span| span.is_sampled())
    }

    /// Makes it that of this thread until the answer is dropped.
    #[must_use = "the context ends when this is dropped"]
    pub fn enter(self) -> Entered {
        Entered { before: CURRENT.replace(self), of_this_thread: PhantomData }
    }

    /// Runs a future in it, wherever it is polled.
    pub async fn hold<F: Future>(self, future: F) -> F::Output {
        let mut future = pin!(future);
        std::future::poll_fn(move |poll| {
            let _entered = self.clone().enter();
            future.as_mut().poll(poll)
        })
        .await
    }

    /// Work for another thread, in the context of this one.
    pub fn carry<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
        let context = Self::current();
        move || {
            let _entered = context.enter();
            work()
        }
    }
}

/// A context while it is that of the thread.
#[derive(Debug)]
pub struct Entered {
    before: LogContext,
    /// It must end on the thread that it was entered on.
    of_this_thread: PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.before));
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn current() -> (Option<String>, Option<String>) {
        let context = LogContext::current();
        (context.request_id().map(Into::into), context.job().map(Into::into))
    }

    #[test]
    fn a_context_ends_with_its_guard() {
        let outer = LogContext::of_call("a").enter();
        {
            let _inner = LogContext::of_job("mail 1", Some("b")).enter();
            assert_eq!(current(), (Some("b".into()), Some("mail 1".into())));
        }
        assert_eq!(current(), (Some("a".into()), None));
        drop(outer);
        assert_eq!(current(), (None, None));
    }

    #[test]
    fn work_takes_its_context_along_to_another_thread() {
        let entered = LogContext::of_call("a").enter();
        let work = LogContext::carry(current);
        drop(entered);
        assert_eq!(std::thread::spawn(work).join().unwrap(), (Some("a".into()), None));
    }

    #[test]
    fn who_calls_is_known_to_all_threads_of_a_call_once_it_is_known_to_one() {
        let address = "203.0.113.9".parse().unwrap();
        let _entered = LogContext::of_call("a").with_address(address).enter();
        let earlier = LogContext::current();
        std::thread::spawn(LogContext::carry(|| LogContext::note_caller(LogCaller::User(3)))).join().unwrap();
        assert_eq!((earlier.caller(), earlier.address()), (Some(LogCaller::User(3)), Some(address)));
    }

    #[test]
    fn futures_that_take_turns_keep_their_contexts() {
        async fn twice() -> [Option<String>; 2] {
            let first = current().0;
            let mut is_ready = false;
            std::future::poll_fn(|_| {
                let poll = if is_ready { Poll::Ready(()) } else { Poll::Pending };
                is_ready = true;
                poll
            })
            .await;
            [first, current().0]
        }
        let [mut one, mut other] = ["a", "b"].map(|id| Box::pin(LogContext::of_call(id).hold(twice())));
        let mut context = Context::from_waker(Waker::noop());
        assert!(one.as_mut().poll(&mut context).is_pending());
        assert!(other.as_mut().poll(&mut context).is_pending());
        assert_eq!(current(), (None, None));
        let ids = |id: &str| Poll::Ready([Some(id.to_owned()), Some(id.to_owned())]);
        assert_eq!(one.as_mut().poll(&mut context), ids("a"));
        assert_eq!(other.as_mut().poll(&mut context), ids("b"));
    }
}
