//! The interactive page of the interface at `/docs`: Swagger UI, from the binary itself, with a
//! sign-in of our own above it. It needs nothing from the internet.

use std::io::Read as _;

use actix_web::web::Bytes;

const PAGE: &str = include_str!("docs_page.html");
const SCRIPT: &str = include_str!("docs_page.js");

/// The files of the page.
pub(crate) struct DocsPage {
    pub bundle: Bytes,
    pub style: Bytes,
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

    pub fn page() -> Bytes {
        Bytes::from_static(PAGE.as_bytes())
    }

    pub fn script() -> Bytes {
        Bytes::from_static(SCRIPT.as_bytes())
    }
}
