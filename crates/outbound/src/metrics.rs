//! What is counted of calls to others and of the jobs that make them, for Prometheus.

use std::io;
use std::time::Instant;

use domain::platform::{Fate, JobResult};
use domain::value::Timestamp;
use logging::{Span, SpanKind};
use prometheus::core::Collector;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts};
use storage::Error;
use storage::platform::queue::Backlog;

/// In seconds: from a neighbour's answer to the longest deadline.
const CALL_BUCKETS_S: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];

/// Whom a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// A service that checks captchas.
    Captcha,
    /// A service that stores files.
    FileStorage,
    /// A liquidity provider.
    Hedge,
    /// Who checks clients.
    IdentityCheck,
    /// A provider with which users sign in.
    IdentityProvider,
    /// An SMTP server.
    Mail,
    /// A service that delivers mass mail.
    MassMail,
    /// A payment system.
    PaymentSystem,
    /// A trading platform, about a movement of money.
    PlatformOrder,
    /// A trading platform, about what a client asks for.
    PlatformQuestion,
    /// A provider of rates.
    Rate,
    /// Slack.
    Slack,
    /// A service that sends SMS.
    Sms,
    /// Telegram.
    Telegram,
    /// A receiver of webhooks.
    Webhook,
}

impl CallKind {
    const ALL: [Self; 15] = [
        Self::Captcha,
        Self::FileStorage,
        Self::Hedge,
        Self::IdentityCheck,
        Self::IdentityProvider,
        Self::Mail,
        Self::MassMail,
        Self::PaymentSystem,
        Self::PlatformOrder,
        Self::PlatformQuestion,
        Self::Rate,
        Self::Slack,
        Self::Sms,
        Self::Telegram,
        Self::Webhook,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Captcha => "captcha",
            Self::FileStorage => "file_storage",
            Self::Hedge => "hedge",
            Self::IdentityCheck => "identity_check",
            Self::IdentityProvider => "identity_provider",
            Self::Mail => "mail",
            Self::MassMail => "mass_mail",
            Self::PaymentSystem => "payment_system",
            Self::PlatformOrder => "platform_order",
            Self::PlatformQuestion => "platform_question",
            Self::Rate => "rate",
            Self::Slack => "slack",
            Self::Sms => "sms",
            Self::Telegram => "telegram",
            Self::Webhook => "webhook",
        }
    }
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The other side did what was asked.
    Done,
    /// It answered that it will not.
    Refused,
    /// It did not answer, or nothing that can be understood.
    Failed,
}

impl CallOutcome {
    const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What an adapter answers, or the error that it gives.
pub trait Answered {
    /// What came of the call.
    fn outcome(&self) -> CallOutcome;
}

impl<T, E: Answered> Answered for Result<T, E> {
    fn outcome(&self) -> CallOutcome {
        self.as_ref().map_or_else(E::outcome, |_| CallOutcome::Done)
    }
}

impl Answered for JobResult {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Done => CallOutcome::Done,
            Self::Refused(_) => CallOutcome::Refused,
            Self::Failed(_) | Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}

impl Answered for Error {
    fn outcome(&self) -> CallOutcome {
        CallOutcome::Failed
    }
}

impl Answered for io::Error {
    fn outcome(&self) -> CallOutcome {
        if self.kind() == io::ErrorKind::NotFound { CallOutcome::Refused } else { CallOutcome::Failed }
    }
}

/// The reason why something failed, where nothing else is told.
impl Answered for String {
    fn outcome(&self) -> CallOutcome {
        CallOutcome::Failed
    }
}

/// What is counted.
#[derive(Clone)]
pub struct OutboundMetrics {
    calls: IntCounterVec,
    call_seconds: HistogramVec,
    attempts: IntCounterVec,
    failures: IntCounterVec,
    waiting: IntGaugeVec,
    dead: IntGaugeVec,
    oldest_due_seconds: IntGaugeVec,
}

/// What may come of an attempt at a job.
const ATTEMPT_OUTCOMES: [&str; 5] = ["done", "refused", "again", "dead", "lost"];

impl OutboundMetrics {
    /// # Errors
    /// Names that Prometheus does not take.
    pub(crate) fn new() -> Result<Self, Error> {
        let broken = |error: prometheus::Error| Error::Broken(error.to_string());
        let counter =
            |name: &str, help: &str, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels).map_err(broken);
        let gauge = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &["kind"]).map_err(broken);
        let seconds = HistogramOpts::new(
            "backoffice_outbound_call_seconds",
            "How long calls to others took, webhooks and mail among them.",
        );
        let new = Self {
            calls: counter(
                "backoffice_outbound_calls_total",
                "Calls to others, webhooks and mail among them. Outcomes: done; refused, which they answered; failed, \
                 which is no answer or one that cannot be understood.",
                &["kind", "outcome"],
            )?,
            call_seconds: HistogramVec::new(seconds.buckets(CALL_BUCKETS_S.to_vec()), &["kind"]).map_err(broken)?,
            attempts: counter(
                "backoffice_job_attempts_total",
                "Attempts of this server at jobs of the queue. Outcomes: done; refused, which settles a job; again, where \
                 it is tried again; dead, where it is a dead letter; lost, where it was cancelled or taken meanwhile.",
                &["kind", "outcome"],
            )?,
            failures: counter(
                "backoffice_worker_failures_total",
                "Errors and panics of this server's workers, which go on; the log has each.",
                &["kind"],
            )?,
            waiting: gauge(
                "backoffice_jobs_waiting",
                "Jobs of the whole installation that are not done: they wait, run, or are tried again later. Every server \
                 tells the same, and counts up to 10000.",
            )?,
            dead: gauge(
                "backoffice_jobs_dead",
                "Dead letters of the whole installation. Every server tells the same, and counts up to 10000.",
            )?,
            oldest_due_seconds: gauge(
                "backoffice_jobs_oldest_due_seconds",
                "For how long the first job has been due that no worker has, in the whole installation. Every server tells \
                 the same.",
            )?,
        };
        // From zero, so that the first of each shows as an increase.
        for kind in CallKind::ALL {
            new.call_seconds.with_label_values(&[kind.as_str()]);
            for outcome in CallOutcome::ALL {
                new.calls.with_label_values(&[kind.as_str(), outcome.as_str()]);
            }
        }
        Ok(new)
    }

    /// Begins to count from zero: attempts at jobs of these kinds, and failures of these workers.
    pub(crate) fn begin(
        &self,
        queued: impl Iterator<Item = &'static str>,
        workers: impl Iterator<Item = &'static str>,
    ) {
        for kind in queued {
            for outcome in ATTEMPT_OUTCOMES {
                self.attempts.with_label_values(&[kind, outcome]);
            }
        }
        for kind in workers {
            self.failures.with_label_values(&[kind]);
        }
    }

    /// All of it, to be registered.
    #[must_use]
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.calls.clone()),
            Box::new(self.call_seconds.clone()),
            Box::new(self.attempts.clone()),
            Box::new(self.failures.clone()),
            Box::new(self.waiting.clone()),
            Box::new(self.dead.clone()),
            Box::new(self.oldest_due_seconds.clone()),
        ]
    }

    /// Makes a call, and counts it.
    pub fn measured<T: Answered>(&self, kind: CallKind, call: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let mut span = Span::begin(kind.as_str(), SpanKind::Client);
        let entered = span.enter();
        let answer = call();
        drop(entered);
        if answer.outcome() == CallOutcome::Failed {
            span.fail("no answer, or one that cannot be understood");
        }
        self.call_seconds.with_label_values(&[kind.as_str()]).observe(begun.elapsed().as_secs_f64());
        self.calls.with_label_values(&[kind.as_str(), answer.outcome().as_str()]).inc();
        answer
    }

    /// Counts an attempt at a job; without a fate it was not this worker's any more.
    pub(crate) fn attempted(&self, kind: &'static str, fate: Option<&Fate>) {
        let outcome = match fate {
            Some(Fate::Done) => "done",
            Some(Fate::Refused(_)) => "refused",
            Some(Fate::Again { .. }) => "again",
            Some(Fate::Dead(_)) => "dead",
            None => "lost",
        };
        self.attempts.with_label_values(&[kind, outcome]).inc();
    }

    /// Counts an error or panic of a worker.
    pub(crate) fn failed(&self, kind: &str) {
        self.failures.with_label_values(&[kind]).inc();
    }

    /// Tells what is left to do in the whole installation; nothing, rather than what was, where it is not known.
    pub fn tell_backlog(&self, backlog: &[(&'static str, Backlog)], now: Timestamp) {
        if backlog.is_empty() {
            self.waiting.reset();
            self.dead.reset();
            self.oldest_due_seconds.reset();
        }
        for (kind, Backlog { waiting, dead, due_since }) in backlog {
            let age_s = due_since.map_or(0, |since| now.since(since).num_seconds().max(0));
            self.waiting.with_label_values(&[kind]).set(*waiting);
            self.dead.with_label_values(&[kind]).set(*dead);
            self.oldest_due_seconds.with_label_values(&[kind]).set(age_s);
        }
    }
}
