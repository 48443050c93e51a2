//! Where traces go: to a collector of OpenTelemetry, by OTLP over HTTP.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter as Export,
};

use crate::client;

/// How long the collector may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How much of its answer is read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
/// How many spans wait to be sent; more are lost.
const MAX_WAITING: usize = 16_384;
/// How many are sent at once.
const BATCH: usize = 1_024;
const SEND_EVERY: Duration = Duration::from_secs(2);

/// Traces while this lives; what waits is sent when it is dropped.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send them to a collector, such as `http://127.0.0.1:4318`: this part of all calls and jobs, beside what a
    /// trusted proxy has begun.
    ///
    /// # Errors
    /// An address that is none.
    pub fn start(endpoint: &str, ratio: f64, version: &'static str) -> Result<Self, String> {
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client { agent: agent() })
            .with_endpoint(url)
            .with_timeout(TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        let sent = BatchConfigBuilder::default()
            .with_max_queue_size(MAX_WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(SEND_EVERY)
            .build();
        let exporter = Reporting { exporter, is_failing: AtomicBool::new(false) };
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(sent).build();
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say more.
        let resource = Resource::builder().with_attribute(KeyValue::new("service.version", version));
        let resource = match std::env::var_os("OTEL_SERVICE_NAME") {
            Some(_) => resource,
            None => resource.with_service_name("backoffice"),
        };
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio))))
            .with_resource(resource.build())
            .build();
        logging::trace_with(BoxedTracer::new(Box::new(provider.tracer("backoffice"))));
        Ok(Self(provider))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(TIMEOUT) {
            log::warn!("the last traces were not sent: {error}");
        }
    }
}

fn agent() -> ureq::Agent {
    client::config(TIMEOUT).http_status_as_error(false).max_redirects(0).build().into()
}

/// Our HTTP client, on the thread that sends.
#[derive(Debug)]
struct Client {
    agent: ureq::Agent,
}

impl Client {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let (parts, mut body) = self.agent.run(Request::from_parts(parts, body.to_vec()))?.into_parts();
        let answer = body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
        Ok(Response::from_parts(parts, answer.into()))
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let answer = self.send(request);
        Box::pin(std::future::ready(answer))
    }
}

/// Tells the log when the collector stops taking spans, and when it takes them again.
#[derive(Debug)]
struct Reporting {
    exporter: SpanExporter,
    is_failing: AtomicBool,
}

impl Export for Reporting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let sent = self.exporter.export(batch).await;
        match (&sent, self.is_failing.swap(sent.is_err(), Ordering::Relaxed)) {
            (Err(error), false) => log::warn!("traces are lost: {error}"),
            (Ok(()), true) => log::info!("traces are sent again"),
            (Err(_), true) | (Ok(()), false) => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
