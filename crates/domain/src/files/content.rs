use super::{FilesFault, MediaType};
use crate::value::{Fault, FaultCode as _, Set};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileUse {
    /// A file that users keep for a client.
    ClientFile,
    /// A part of a document that proves something.
    Document,
    /// The photo of a client.
    Photo,
    /// A file of a message in a ticket.
    TicketAttachment,
    /// Data of an earlier system.
    Import,
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
            Self::Document | Self::TicketAttachment => 10 * MIB,
            Self::Photo => 5 * MIB,
            Self::Import => 32 * MIB,
        }
    }

    /// The media types that are taken; none for all that are no programs.
    const fn kinds(self) -> Option<&'static [&'static str]> {
        match self {
            Self::ClientFile | Self::TicketAttachment | Self::Import => None,
            Self::Document => Some(DOCUMENTS),
            Self::Photo => Some(PHOTOS),
        }
    }

    /// Whether the limits of the installation count: they are about what is kept for clients.
    const fn is_limited(self) -> bool {
        match self {
            Self::ClientFile | Self::Document | Self::Photo | Self::TicketAttachment => true,
            Self::Import => false,
        }
    }

    /// Why a file is not taken for this, in an installation with these limits.
    #[must_use]
    pub fn fault(self, content: Content<'_>, limits: &UploadLimits) -> Option<Fault> {
        if content == Content::Executable {
            return Some(FilesFault::ExecutableFile.fault());
        }
        if !self.is_limited() {
            return None;
        }
        let unsupported = |kinds: Vec<&str>| FilesFault::UnsupportedFile.with("kinds", kinds.join(", "));
        let kinds: Vec<&str> = match (self.kinds(), &limits.kinds) {
            (None, None) => return None,
            (Some(own), None) => own.to_vec(),
            (None, Some(allowed)) => allowed.iter().map(MediaType::as_str).collect(),
            (Some(own), Some(allowed)) => {
                own.iter().copied().filter(|kind| allowed.iter().any(|allowed| allowed.as_str() == *kind)).collect()
            }
        };
        (!kinds.contains(&content.media_type())).then(|| unsupported(kinds))
    }
}

/// What an installation takes of any use: it narrows what the use takes, and never widens it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadLimits {
    /// The largest file; none for the limit of the use.
    pub max_bytes: Option<u64>,
    /// The media types that are taken; none for those of the use. What is of no known type counts as
    /// `application/octet-stream`.
    pub kinds: Option<Set<MediaType>>,
}

impl UploadLimits {
    /// The largest file for this use.
    #[must_use]
    pub fn max_bytes_of(&self, usage: FileUse) -> u64 {
        let narrowed = self.max_bytes.filter(|_| usage.is_limited());
        narrowed.map_or(usage.max_bytes(), |bytes| bytes.min(usage.max_bytes()))
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

    const USES: [FileUse; 5] =
        [FileUse::ClientFile, FileUse::Document, FileUse::Photo, FileUse::TicketAttachment, FileUse::Import];

    fn fault(usage: FileUse, content: Content<'_>) -> Option<Fault> {
        usage.fault(content, &UploadLimits::default())
    }

    #[test]
    fn programs_are_never_taken() {
        let octets = UploadLimits { kinds: Some(kinds(&["application/octet-stream"])), ..UploadLimits::default() };
        for usage in USES {
            let refused = Some(FilesFault::ExecutableFile.fault());
            assert_eq!(fault(usage, Content::Executable), refused);
            assert_eq!(usage.fault(Content::Executable, &octets), refused);
        }
    }

    #[test]
    fn documents_and_photos_are_of_certain_kinds() {
        assert_eq!(fault(FileUse::Document, Content::Known("application/pdf")), None);
        assert!(fault(FileUse::Photo, Content::Known("application/pdf")).is_some());
        for usage in [FileUse::Document, FileUse::Photo] {
            assert!(fault(usage, Content::Unknown).is_some());
            assert_eq!(fault(usage, Content::Known("image/png")), None);
        }
        assert_eq!(fault(FileUse::ClientFile, Content::Unknown), None);
    }

    fn kinds(texts: &[&str]) -> Set<MediaType> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn an_installation_takes_what_is_in_its_list_and_in_that_of_the_use() {
        let limits = UploadLimits { kinds: Some(kinds(&["image/png", "text/html"])), max_bytes: None };
        let unsupported = |kinds: &str| Some(FilesFault::UnsupportedFile.with("kinds", kinds));
        for usage in USES {
            assert_eq!(usage.fault(Content::Known("image/png"), &limits), None);
        }
        let pdf = Content::Known("application/pdf");
        assert_eq!(FileUse::Document.fault(pdf, &limits), unsupported("image/png"));
        assert_eq!(FileUse::ClientFile.fault(pdf, &limits), unsupported("image/png, text/html"));
        assert!(FileUse::ClientFile.fault(Content::Unknown, &limits).is_some());
        assert!(FileUse::Photo.fault(Content::Known("text/html"), &limits).is_some(), "a list never widens");
        let octets = UploadLimits { kinds: Some(kinds(&["application/octet-stream"])), max_bytes: None };
        assert_eq!(FileUse::ClientFile.fault(Content::Unknown, &octets), None);
    }

    #[test]
    fn limits_of_what_is_kept_for_clients_are_none_of_an_import() {
        let limits = UploadLimits { kinds: Some(kinds(&["image/png"])), max_bytes: Some(1) };
        assert_eq!(FileUse::Import.fault(Content::Unknown, &limits), None);
        assert_eq!(limits.max_bytes_of(FileUse::Import), FileUse::Import.max_bytes());
    }

    #[test]
    fn the_smaller_limit_counts() {
        let limits = |max_bytes| UploadLimits { max_bytes, kinds: None };
        for (limit, expected) in [(None, 5 * MIB), (Some(1), 1), (Some(6 * MIB), 5 * MIB)] {
            assert_eq!(limits(limit).max_bytes_of(FileUse::Photo), expected);
        }
    }

    #[test]
    fn only_pictures_and_pdf_are_shown() {
        assert!(Content::is_shown("image/png") && Content::is_shown("application/pdf"));
        for kind in ["text/html", "image/svg+xml", "application/octet-stream"] {
            assert!(!Content::is_shown(kind), "{kind}");
        }
    }
}
