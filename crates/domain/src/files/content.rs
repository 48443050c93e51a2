use super::FilesFault;
use crate::value::{Fault, FaultCode as _};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileUse {
    /// A file that users keep for a client.
    ClientFile,
    /// A part of a document that proves something.
    Document,
    /// The photo of a client.
    Photo,
}

/// What a file is by its content, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// A program.
    Executable,
    /// Something of this media type.
    Known(&'a str),
    /// Nothing that is known.
    Unknown,
}

const MIB: u64 = 1024 * 1024;
const DOCUMENTS: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "application/pdf"];
const PHOTOS: &[&str] = &["image/gif", "image/jpeg", "image/png"];

impl FileUse {
    /// The largest file.
    #[must_use]
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::ClientFile => 20 * MIB,
            Self::Document => 10 * MIB,
            Self::Photo => 5 * MIB,
        }
    }

    /// The media types that are taken; none for all that are no programs.
    const fn kinds(self) -> Option<&'static [&'static str]> {
        match self {
            Self::ClientFile => None,
            Self::Document => Some(DOCUMENTS),
            Self::Photo => Some(PHOTOS),
        }
    }

    /// Why a file is not taken for this.
    #[must_use]
    pub fn fault(self, content: Content<'_>) -> Option<Fault> {
        let unsupported = |kinds: &[&str]| FilesFault::UnsupportedFile.with("kinds", kinds.join(", "));
        match (self.kinds(), content) {
            (_, Content::Executable) => Some(FilesFault::ExecutableFile.fault()),
            (Some(kinds), Content::Known(kind)) => (!kinds.contains(&kind)).then(|| unsupported(kinds)),
            (Some(kinds), Content::Unknown) => Some(unsupported(kinds)),
            (None, Content::Known(_) | Content::Unknown) => None,
        }
    }
}

impl Content<'_> {
    /// The media type that it is sent with.
    #[must_use]
    pub const fn media_type(&self) -> &str {
        match self {
            Self::Known(kind) => kind,
            Self::Executable | Self::Unknown => "application/octet-stream",
        }
    }

    /// Whether browsers show it safely: everything else is saved.
    #[must_use]
    pub fn is_shown(media_type: &str) -> bool {
        PHOTOS.contains(&media_type) || media_type == "application/pdf"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_never_taken() {
        for usage in [FileUse::ClientFile, FileUse::Document, FileUse::Photo] {
            assert_eq!(usage.fault(Content::Executable), Some(FilesFault::ExecutableFile.fault()));
        }
    }

    #[test]
    fn documents_and_photos_are_of_certain_kinds() {
        assert_eq!(FileUse::Document.fault(Content::Known("application/pdf")), None);
        assert!(FileUse::Photo.fault(Content::Known("application/pdf")).is_some());
        for usage in [FileUse::Document, FileUse::Photo] {
            assert!(usage.fault(Content::Unknown).is_some());
            assert_eq!(usage.fault(Content::Known("image/png")), None);
        }
        assert_eq!(FileUse::ClientFile.fault(Content::Unknown), None);
    }

    #[test]
    fn only_pictures_and_pdf_are_shown() {
        assert!(Content::is_shown("image/png") && Content::is_shown("application/pdf"));
        for kind in ["text/html", "image/svg+xml", "application/octet-stream"] {
            assert!(!Content::is_shown(kind), "{kind}");
        }
    }
}
