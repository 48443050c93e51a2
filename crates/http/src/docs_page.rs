//! The interactive page of the interface at `/docs`: Swagger UI, from the binary itself, with a
//! sign-in of our own above it. It needs nothing from the internet.

use std::io::Read as _;

use actix_web::web::Bytes;
use flate2::Compression;

use crate::EntityTag;
use crate::compression::gzip;

const PAGE: &str = include_str!("docs_page.html");
const SCRIPT: &str = include_str!("docs_page.js");

/// A file as it is served, with the tag of its content.
#[derive(Clone)]
pub(crate) struct File {
    pub body: Bytes,
    /// The body compressed, where it is large.
    pub gzip: Option<Bytes>,
    pub tag: EntityTag,
}

impl File {
    pub fn new(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self { tag: EntityTag::of(&[&body]), gzip: gzip(&body, Compression::best()), body }
    }
}

/// The files of the page.
pub(crate) struct DocsPage {
    pub page: File,
    pub script: File,
    pub bundle: File,
    pub style: File,
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
            Ok::<_, zip::result::ZipError>(File::new(content))
        };
        Ok(Self {
            page: File::new(PAGE),
            script: File::new(SCRIPT),
            bundle: unpack("/dist/swagger-ui-bundle.js")?,
            style: unpack("/dist/swagger-ui.css")?,
        })
    }
}
