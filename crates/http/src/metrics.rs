use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use prometheus::core::Collector;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::Problem;

/// Brings what others tell up to date, before it is read.
pub type Refresh = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// What the server counts, for Prometheus.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    /// Connections of Socket.IO that are open.
    pub socket_io_connections: IntGauge,
    refresh: OnceLock<Refresh>,
}

const DURATION_BUCKETS_S: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

impl Metrics {
    /// # Errors
    /// Names that Prometheus does not take.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("backoffice_requests_total", "Calls by operation and status."),
            &["operation", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new("backoffice_request_seconds", "Time from the head of a call to its answer.")
                .buckets(DURATION_BUCKETS_S.to_vec()),
            &["operation"],
        )?;
        registry.register(Box::new(requests.clone()))?;
        let socket_io_connections =
            IntGauge::new("backoffice_socket_io_connections", "Connections of Socket.IO that are open.")?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(socket_io_connections.clone()))?;
        // Processor time, memory, open files: what Linux tells of a process.
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(Self { registry, requests, durations, socket_io_connections, refresh: OnceLock::new() })
    }

    /// Tells of something else, too.
    ///
    /// # Errors
    /// A name that is told already.
    pub fn register(&self, collector: Box<dyn Collector>) -> Result<(), prometheus::Error> {
        self.registry.register(collector)
    }

    /// What is done before the rest is told; the first one counts.
    pub fn refresh_by(&self, refresh: Refresh) {
        self.refresh.get_or_init(|| refresh);
    }

    pub fn count(&self, operation: &str, status: u16, took: Duration) {
        let mut digits = [0; 3];
        self.requests.with_label_values(&[operation, three_digits(status, &mut digits)]).inc();
        self.durations.with_label_values(&[operation]).observe(took.as_secs_f64());
    }

    /// All of it, as Prometheus reads it.
    pub async fn text(&self) -> Result<String, Problem> {
        if let Some(refresh) = self.refresh.get() {
            refresh().await;
        }
        let registry = self.registry.clone();
        // Files of the system are read for it.
        let written = spawn_blocking(move || TextEncoder::new().encode_to_string(&registry.gather())).await;
        let written = written.map_err(|error| Problem::internal(error.to_string()))?;
        written.map_err(|error| Problem::internal(error.to_string()))
    }
}

/// The status as text, without an allocation on the way of every call.
fn three_digits(status: u16, digits: &mut [u8; 3]) -> &str {
    for (digit, place) in digits.iter_mut().zip([100, 10, 1]) {
        *digit = b'0' + u8::try_from(status / place % 10).unwrap_or(0);
    }
    std::str::from_utf8(digits).unwrap_or("000")
}
