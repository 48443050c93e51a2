//! Spans of OpenTelemetry: how long a call or a job took, down to its statements and its calls to others.
//!
//! Nothing is timed before [`trace_with`]. The first span of a trace is that of a call or a job; others begin only below
//! one that is sampled, so that what nobody asked for costs nothing.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use opentelemetry::global::{BoxedSpan, BoxedTracer};
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    Tracer as _,
};
use opentelemetry::{Context, KeyValue, Value};

pub use opentelemetry::trace::SpanKind;

use crate::{Entered, LogContext};

static TRACER: OnceLock<BoxedTracer> = OnceLock::new();

/// Makes spans by this tracer from now on. The first one counts.
pub fn trace_with(tracer: BoxedTracer) {
    drop(TRACER.set(tracer));
}

/// Whether what this thread does is timed.
#[must_use]
pub fn is_traced() -> bool {
    LogContext::current().sampled().is_some()
}

/// What is timed until this is dropped.
pub struct Span(Option<BoxedSpan>);

impl Span {
    /// A call's. It is below the span of the caller, where that is trusted to tell one: a `traceparent` of W3C's Trace Context.
    #[must_use]
    pub fn of_call(method: &str, traceparent: Option<&str>) -> Self {
        let parent = traceparent.and_then(parent).map_or_else(Context::new, below);
        Self::start(|| SpanBuilder::from_name(method.to_owned()).with_kind(SpanKind::Server), &parent)
    }

    /// A job's.
    #[must_use]
    pub fn of_job(kind: &'static str) -> Self {
        Self::start(|| SpanBuilder::from_name(format!("job {kind}")).with_kind(SpanKind::Consumer), &Context::new())
    }

    /// A part of what this thread does.
    #[must_use]
    pub fn begin(name: &'static str, kind: SpanKind) -> Self {
        Self::part(|| SpanBuilder::from_name(name).with_kind(kind))
    }

    /// The same of a part that has begun before.
    #[must_use]
    pub fn since(begun: SystemTime, name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        Self::part(|| SpanBuilder::from_name(name).with_kind(kind).with_start_time(begun))
    }

    fn part(builder: impl FnOnce() -> SpanBuilder) -> Self {
        match LogContext::current().sampled() {
            Some(parent) => Self::start(builder, &below(parent.clone())),
            None => Self(None),
        }
    }

    fn start(builder: impl FnOnce() -> SpanBuilder, parent: &Context) -> Self {
        Self(TRACER.get().map(|tracer| tracer.build_with_context(builder(), parent)))
    }

    /// What is below it.
    pub(crate) fn context(&self) -> Option<Arc<SpanContext>> {
        self.0.as_ref().map(|span| Arc::new(span.span_context().clone()))
    }

    /// Makes what this thread does a part of it until the answer is dropped.
    #[must_use = "it ends when this is dropped"]
    pub fn enter(&self) -> Entered {
        LogContext::current().with_span(self).enter()
    }

    /// Whether what it is told goes anywhere.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.0.as_ref().is_some_and(BoxedSpan::is_recording)
    }

    /// Gives it a better name.
    pub fn rename(&mut self, name: String) {
        if let Some(span) = self.recording() {
            span.update_name(name);
        }
    }

    /// Tells more of it. Nothing that a log must not have.
    pub fn tell(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = self.recording() {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// It failed.
    pub fn fail(&mut self, reason: impl Into<Cow<'static, str>>) {
        if let Some(span) = self.recording() {
            span.set_status(Status::error(reason));
        }
    }

    fn recording(&mut self) -> Option<&mut BoxedSpan> {
        self.0.as_mut().filter(|span| span.is_recording())
    }
}

fn below(parent: SpanContext) -> Context {
    Context::new().with_remote_span_context(parent)
}

/// The span that a `traceparent` names: version, trace, span and flags, and what later versions add.
fn parent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next()?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        (part.len() == length && part.bytes().all(is_hex)).then_some(part)
    };
    let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    let is_whole = version != "ff" && (version != "00" || parts.next().is_none());
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let context = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    (is_whole && context.is_valid()).then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_caller_tells_a_span_as_the_standard_writes_it() {
        let context = parent(SENT).unwrap();
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span_id().to_string(), "00f067aa0ba902b7");
        assert!(context.is_sampled() && context.is_remote());
        assert!(!parent(&SENT.replace("-01", "-00")).unwrap().is_sampled());
        assert!(parent(&format!("{}-more", SENT.replacen("00-", "01-", 1))).is_some());
    }

    #[test]
    fn what_names_no_span_begins_a_trace_of_its_own() {
        for text in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parent(text), None, "{text}");
        }
    }

    #[test]
    fn without_a_tracer_nothing_is_timed() {
        let span = Span::of_call("GET", Some(SENT));
        let _entered = span.enter();
        assert!(!is_traced());
        assert_eq!(LogContext::current().trace_id(), None);
    }
}
