//! The interactive page of the interface at `/docs`: Swagger UI, from the binary itself, with a
//! sign-in of our own above it. It needs nothing from the internet.

use std::io::Read as _;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};

const PAGE: &str = include_str!("docs_page.html");
const SCRIPT: &str = include_str!("docs_page.js");

/// The files of the page.
pub(crate) struct DocsPage {
    bundle: Bytes,
    style: Bytes,
}

impl DocsPage {
    /// Unpacks the files.
    ///
    /// # Errors
    /// An archive that does not hold them.
    pub fn new() -> Result<Self, zip::result::ZipError> {
        let archive = std::io::Cursor::new(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED);
        let mut archive = zip::ZipArchive::new(archive)?;
        let mut unpack = |ending: &str| {
            let name = archive.file_names().flatten().find(|name| name.ends_with(ending)).map(String::from);
            let mut content = Vec::new();
            archive.by_name(name.as_deref().unwrap_or_default())?.read_to_end(&mut content)?;
            Ok::<_, zip::result::ZipError>(Bytes::from(content))
        };
        Ok(Self { bundle: unpack("/dist/swagger-ui-bundle.js")?, style: unpack("/dist/swagger-ui.css")? })
    }
}

/// The paths of the page.
pub(crate) fn paths(config: &mut ServiceConfig) {
    config
        .route(
            "/docs",
            web::get().to(|| async { answer("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())) }),
        )
        .route(
            "/docs/page.js",
            web::get().to(|| async { answer("text/javascript; charset=utf-8", Bytes::from_static(SCRIPT.as_bytes())) }),
        )
        .route(
            "/docs/swagger-ui.js",
            web::get().to(|page: Data<DocsPage>| async move {
                answer("text/javascript; charset=utf-8", page.bundle.clone())
            }),
        )
        .route(
            "/docs/swagger-ui.css",
            web::get().to(|page: Data<DocsPage>| async move { answer("text/css; charset=utf-8", page.style.clone()) }),
        );
}

fn answer(content_type: &'static str, content: Bytes) -> impl Responder {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
        ))
        .body(content)
}
