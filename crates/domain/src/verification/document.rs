use super::{DocumentGroupId, DocumentTypeId};
use crate::files::FilesFault;
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, LocalizedText, text_enum};

text_enum! {
    /// How many types of a group a client hands in documents of.
    DocumentGroupKind {
        /// One, whichever it is.
        One = "one",
        /// All that are enabled.
        All = "all",
    }
}

/// Types of documents that prove the same thing, such as who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct DocumentGroup {
    /// Its name in the back office, unique whatever its case. Levels name it by this.
    pub name: String,
    /// How many of its types are asked for.
    pub kind: DocumentGroupKind,
    /// The name that clients are shown; empty where it is the other one.
    pub caption: String,
    /// A hint to clients, which may be HTML.
    pub description: String,
    /// Whether it counts.
    pub enabled: bool,
    /// Its place in lists, the lowest first.
    pub priority: i64,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for DocumentGroup {
    type Id = DocumentGroupId;
    const RESOURCE: &'static str = "document_group";
}

/// A kind of document, such as a passport.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct DocumentType {
    /// Its name in the back office.
    pub name: String,
    /// The group in which it stands.
    pub group: DocumentGroupId,
    /// The name that clients are shown; empty where it is the other one.
    pub caption: String,
    /// A hint to clients.
    pub description: String,
    /// Whether clients can hand in documents of it.
    pub enabled: bool,
    /// Where a sample is.
    pub example: Option<String>,
    /// The most files of a document, 1 to 100.
    pub max_files: i64,
    /// Its place in lists, the lowest first.
    pub priority: i64,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl DocumentType {
    /// The most files that can be allowed.
    pub const LARGEST_MAX_FILES: i64 = 100;
}

impl DocumentType {
    /// Why a document of so many files cannot be handed in: its type or the group of that does not count, or it has too
    /// many files.
    #[must_use]
    pub fn takes_fault(&self, group: &DocumentGroup, files: usize) -> Option<Fault> {
        if !self.enabled || !group.enabled {
            return Some(CommonFault::Disabled.at(Field::DocumentType));
        }
        let is_too_many = i64::try_from(files).is_ok_and(|files| files > self.max_files);
        is_too_many.then(|| FilesFault::TooManyFiles.at(Field::Files).with("max", self.max_files))
    }
}

impl Entity for DocumentType {
    type Id = DocumentTypeId;
    const RESOURCE: &'static str = "document_type";
}

/// What clients are shown for a name: the caption, where there is one.
#[must_use]
pub fn shown_name<'a>(name: &'a str, caption: &'a str) -> &'a str {
    if caption.is_empty() { name } else { caption }
}

/// A name that is sent: answers show the caption in its place, so that one sent back as it was read stays what it is.
#[must_use]
pub fn sent_name(sent: String, name: &str, caption: &str, resources: &List<LocalizedText>) -> String {
    let is_caption = |text: &LocalizedText| text.key == "caption" && text.value == sent;
    if !sent.is_empty() && (sent == caption || resources.iter().any(is_caption)) { name.to_owned() } else { sent }
}
