//! What the threads of the database do, for Prometheus.

use std::time::Instant;

use prometheus::core::Collector;
use prometheus::{Counter, CounterVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts};

use crate::Error;

/// Whether threads read or write: the value of the label of that name.
const WORK: &[&str] = &["work"];

/// What is counted of all threads.
#[derive(Clone)]
pub(crate) struct DatabaseMetrics {
    threads: IntGaugeVec,
    busy: IntGaugeVec,
    busy_seconds: CounterVec,
    replaced: IntCounterVec,
    waiting: IntGaugeVec,
    refused: IntCounterVec,
}

/// What is counted of the threads that read, or of those that write.
#[derive(Clone)]
pub(crate) struct CrewMetrics {
    /// How many there are.
    pub threads: IntGauge,
    busy: IntGauge,
    busy_seconds: Counter,
    /// Those that PostgreSQL kept waiting.
    pub replaced: IntCounter,
    /// What waits for them.
    pub queue: QueueMetrics,
}

/// What is counted of a queue.
#[derive(Clone)]
pub(crate) struct QueueMetrics {
    /// What waits in it.
    pub waiting: IntGauge,
    /// What it had no room for.
    pub refused: IntCounter,
}

/// A thread that is at work until this is dropped.
pub(crate) struct Busy<'a> {
    metrics: &'a CrewMetrics,
    since: Instant,
}

impl DatabaseMetrics {
    /// # Errors
    /// Names that Prometheus does not take.
    pub fn new() -> Result<Self, Error> {
        let gauge = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), WORK).map_err(broken);
        let counter = |name: &str, help: &str| IntCounterVec::new(Opts::new(name, help), WORK).map_err(broken);
        let busy_seconds = Opts::new(
            "backoffice_database_busy_seconds_total",
            "Time that threads of the database have worked. Per second and thread it is their utilization.",
        );
        Ok(Self {
            threads: gauge("backoffice_database_threads", "Threads of the database.")?,
            busy: gauge(
                "backoffice_database_threads_busy",
                "Threads of the database at work, those counted that PostgreSQL keeps waiting and that were replaced.",
            )?,
            busy_seconds: CounterVec::new(busy_seconds, WORK).map_err(broken)?,
            replaced: counter(
                "backoffice_database_threads_replaced_total",
                "Threads that were replaced since PostgreSQL did not answer them.",
            )?,
            waiting: gauge("backoffice_database_waiting", "Reads or writes that wait for a thread of the database.")?,
            refused: counter(
                "backoffice_database_refused_total",
                "Reads or writes that were refused since too many waited, or the server stopped.",
            )?,
        })
    }

    /// What is counted of the threads that do this work.
    pub fn of(&self, work: &'static str) -> CrewMetrics {
        let labels = &[work];
        CrewMetrics {
            threads: self.threads.with_label_values(labels),
            busy: self.busy.with_label_values(labels),
            busy_seconds: self.busy_seconds.with_label_values(labels),
            replaced: self.replaced.with_label_values(labels),
            queue: QueueMetrics {
                waiting: self.waiting.with_label_values(labels),
                refused: self.refused.with_label_values(labels),
            },
        }
    }

    /// All of it, to be registered.
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.threads.clone()),
            Box::new(self.busy.clone()),
            Box::new(self.busy_seconds.clone()),
            Box::new(self.replaced.clone()),
            Box::new(self.waiting.clone()),
            Box::new(self.refused.clone()),
        ]
    }
}

impl CrewMetrics {
    /// A thread begins to work.
    pub fn begin(&self) -> Busy<'_> {
        self.busy.inc();
        Busy { metrics: self, since: Instant::now() }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.metrics.busy.dec();
        self.metrics.busy_seconds.inc_by(self.since.elapsed().as_secs_f64());
    }
}

fn broken(error: prometheus::Error) -> Error {
    Error::Broken(error.to_string())
}
