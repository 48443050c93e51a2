//! What is served beside the interface: probes, metrics, the OpenAPI document and its page.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use storage::Database;

use crate::docs_page::DocsPage;
use crate::metrics::Metrics;
use crate::run::read;
use crate::{Deadline, Problem};

/// How long the readiness probe waits for the database.
const READY_TIMEOUT: Duration = Duration::from_secs(4);
const DOCS_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The methods that pages take.
pub(crate) const PAGE_METHODS: &str = "GET, HEAD";

/// The content of what is served as it is.
pub(crate) struct Pages {
    database: Database,
    document: Bytes,
    docs: DocsPage,
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
    /// What the page may load, where it is one for browsers.
    pub policy: Option<HeaderValue>,
}

impl Content {
    fn text(body: impl Into<Bytes>) -> Self {
        Self { content_type: "text/plain; charset=utf-8", body: body.into(), policy: None }
    }

    fn docs(content_type: &'static str, body: Bytes) -> Self {
        Self { content_type, body, policy: Some(HeaderValue::from_static(DOCS_POLICY)) }
    }
}

impl Pages {
    /// # Errors
    /// Files that are missing.
    pub fn new(database: Database, document: String) -> std::io::Result<Self> {
        Ok(Self { database, document: document.into(), docs: DocsPage::new().map_err(std::io::Error::other)? })
    }

    pub async fn content(&self, page: Page, metrics: &Metrics) -> Result<Content, Problem> {
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
                let text = metrics.text().map_err(|error| Problem::internal(error.to_string()))?;
                Content { content_type: "text/plain; version=0.0.4", ..Content::text(text) }
            }
            Page::Document => Content { content_type: "application/json", ..Content::text(self.document.clone()) },
            Page::Docs => Content::docs("text/html; charset=utf-8", DocsPage::page()),
            Page::DocsScript => Content::docs("text/javascript; charset=utf-8", DocsPage::script()),
            Page::SwaggerScript => Content::docs("text/javascript; charset=utf-8", self.docs.bundle.clone()),
            Page::SwaggerStyle => Content::docs("text/css; charset=utf-8", self.docs.style.clone()),
        })
    }
}
