//! What is served beside the interface: probes, metrics, the OpenAPI document and its page.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use actix_web::rt::task::spawn_blocking;
use actix_web::web::Bytes;
use storage::Database;
use tokio::sync::OnceCell;

use crate::docs_page::{DocsPage, File};
use crate::metrics::Metrics;
use crate::run::read;
use crate::{Deadline, EntityTag, Problem};

/// How long the readiness probe waits for the database.
const READY_TIMEOUT: Duration = Duration::from_secs(4);
const DOCS_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The methods that pages take.
pub(crate) const PAGE_METHODS: [&str; 2] = ["GET", "HEAD"];

/// Writes the OpenAPI document.
pub(crate) type WriteDocument = Arc<dyn Fn() -> Result<String, serde_json::Error> + Send + Sync>;

/// The content of what is served as it is. Files are made when they are first asked for, so that a server starts
/// without them.
pub(crate) struct Pages {
    database: Database,
    write_document: WriteDocument,
    document: OnceCell<File>,
    docs: OnceCell<DocsPage>,
}

/// One page.
#[derive(Clone, Copy)]
pub(crate) enum Page {
    Alive,
    Ready,
    Metrics,
    Document,
    Docs,
    DocsScript,
    SwaggerScript,
    SwaggerStyle,
}

impl Page {
    /// The page of a path.
    pub fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/healthz" => Self::Alive,
            "/readyz" => Self::Ready,
            "/metrics" => Self::Metrics,
            "/openapi.json" => Self::Document,
            "/docs" => Self::Docs,
            "/docs/page.js" => Self::DocsScript,
            "/docs/swagger-ui.js" => Self::SwaggerScript,
            "/docs/swagger-ui.css" => Self::SwaggerStyle,
            _ => return None,
        })
    }
}

/// A page as it is sent.
pub(crate) struct Content {
    pub content_type: &'static str,
    pub body: Bytes,
    /// The body compressed, where that is kept.
    pub gzip: Option<Bytes>,
    /// Of a page that is always the same.
    pub tag: Option<EntityTag>,
    /// What the page may load, where it is one for browsers.
    pub policy: Option<HeaderValue>,
}

impl Content {
    fn text(body: impl Into<Bytes>) -> Self {
        Self { content_type: "text/plain; charset=utf-8", body: body.into(), gzip: None, tag: None, policy: None }
    }

    fn file(content_type: &'static str, file: &File) -> Self {
        let (body, gzip) = (file.body.clone(), file.gzip.clone());
        Self { content_type, body, gzip, tag: Some(file.tag.clone()), policy: None }
    }

    fn docs(content_type: &'static str, file: &File) -> Self {
        Self { policy: Some(HeaderValue::from_static(DOCS_POLICY)), ..Self::file(content_type, file) }
    }
}

impl Pages {
    pub fn new(database: Database, write_document: WriteDocument) -> Self {
        Self { database, write_document, document: OnceCell::new(), docs: OnceCell::new() }
    }

    pub async fn content(&self, page: Page, metrics: &Metrics) -> Result<Content, Problem> {
        const HTML: &str = "text/html; charset=utf-8";
        const SCRIPT: &str = "text/javascript; charset=utf-8";
        const STYLE: &str = "text/css; charset=utf-8";
        Ok(match page {
            Page::Alive => Content::text("ok\n"),
            Page::Ready => {
                let deadline = Deadline::in_time(READY_TIMEOUT);
                if !deadline.hold(read(&self.database, Database::is_migrated)).await? {
                    return Err(Problem::unavailable("the database is not migrated"));
                }
                Content::text("ready\n")
            }
            Page::Metrics => {
                Content { content_type: "text/plain; version=0.0.4", ..Content::text(metrics.text().await?) }
            }
            Page::Document => Content::file("application/json", self.document().await?),
            Page::Docs => Content::docs(HTML, &self.docs().await?.page),
            Page::DocsScript => Content::docs(SCRIPT, &self.docs().await?.script),
            Page::SwaggerScript => Content::docs(SCRIPT, &self.docs().await?.bundle),
            Page::SwaggerStyle => Content::docs(STYLE, &self.docs().await?.style),
        })
    }

    async fn document(&self) -> Result<&File, Problem> {
        let write = Arc::clone(&self.write_document);
        self.document.get_or_try_init(|| made(move || write().map(File::new))).await
    }

    async fn docs(&self) -> Result<&DocsPage, Problem> {
        self.docs.get_or_try_init(|| made(DocsPage::new)).await
    }
}

/// What takes long to make, made beside the async threads.
async fn made<T: Send + 'static, E: Display + Send + 'static>(
    make: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Problem> {
    let made = spawn_blocking(make).await.map_err(|error| Problem::internal(error.to_string()))?;
    made.map_err(|error| Problem::internal(error.to_string()))
}
