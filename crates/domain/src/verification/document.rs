use super::{DocumentGroupId, DocumentTypeId, VerificationFault};
use crate::files::FilesFault;
use crate::ledger::RequestStatus;
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, LocalizedText, Refusal, text_enum};

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
    /// Why a document of so many files, sent in this input, cannot be handed in: its type or the group of that does not
    /// count, or it has too many files.
    #[must_use]
    pub fn takes_fault(&self, group: &DocumentGroup, files: usize, input: Field) -> Option<Fault> {
        if !self.enabled || !group.enabled {
            return Some(CommonFault::Disabled.at(Field::DocumentType));
        }
        let is_too_many = i64::try_from(files).is_ok_and(|files| files > self.max_files);
        is_too_many.then(|| FilesFault::TooManyFiles.at(input).with("max", self.max_files))
    }
}

impl Entity for DocumentType {
    type Id = DocumentTypeId;
    const RESOURCE: &'static str = "document_type";
}

/// Whether a client may take a document back that is this far: nobody looks at it, or it was rejected.
///
/// # Errors
/// [`Refusal::Conflict`].
pub fn check_taken_back(status: RequestStatus) -> Result<(), Refusal> {
    match status {
        RequestStatus::New | RequestStatus::Rejected => Ok(()),
        RequestStatus::Pending | RequestStatus::InProgress | RequestStatus::Approved => {
            Err(VerificationFault::DocumentHandedIn.with("status", status.as_str()).conflict())
        }
    }
}

/// Whether a document that is this far serves its group, or may still come to.
#[must_use]
pub const fn serves(status: RequestStatus) -> bool {
    match status {
        RequestStatus::New | RequestStatus::Pending | RequestStatus::InProgress | RequestStatus::Approved => true,
        RequestStatus::Rejected => false,
    }
}

impl DocumentGroup {
    /// Whether documents of these types serve the group, whose types are these, each with whether it is enabled. One
    /// without enabled types asks for nothing.
    #[must_use]
    pub fn is_served(&self, types: &[(DocumentTypeId, bool)], handed_in: &[DocumentTypeId]) -> bool {
        let enabled = || types.iter().filter(|(_, is_enabled)| *is_enabled).map(|(id, _)| id);
        if !self.enabled || enabled().next().is_none() {
            return true;
        }
        match self.kind {
            DocumentGroupKind::One => types.iter().any(|(id, _)| handed_in.contains(id)),
            DocumentGroupKind::All => enabled().all(|id| handed_in.contains(id)),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn group(kind: DocumentGroupKind, enabled: bool) -> DocumentGroup {
        DocumentGroup {
            name: "Identity".into(),
            kind,
            caption: String::new(),
            description: String::new(),
            enabled,
            priority: 0,
            resources: List::default(),
        }
    }

    #[test]
    fn a_group_is_served_by_one_of_its_types_or_by_each_enabled_one() {
        let [passport, card, licence] = [1, 2, 3].map(DocumentTypeId::new);
        let types = [(passport, true), (card, true), (licence, false)];
        let one = group(DocumentGroupKind::One, true);
        assert!(!one.is_served(&types, &[]));
        assert!(one.is_served(&types, &[card]));
        assert!(one.is_served(&types, &[licence]), "it was enabled when it was handed in");
        let all = group(DocumentGroupKind::All, true);
        assert!(!all.is_served(&types, &[passport]));
        assert!(all.is_served(&types, &[card, passport]));
    }

    #[test]
    fn a_group_that_does_not_count_asks_for_nothing() {
        for kind in [DocumentGroupKind::One, DocumentGroupKind::All] {
            assert!(group(kind, false).is_served(&[(DocumentTypeId::new(1), true)], &[]));
            assert!(group(kind, true).is_served(&[(DocumentTypeId::new(1), false)], &[]));
            assert!(group(kind, true).is_served(&[], &[]));
        }
    }

    #[test]
    fn what_somebody_looks_at_or_has_accepted_is_not_taken_back() {
        for status in RequestStatus::ALL {
            let is_free = matches!(status, RequestStatus::New | RequestStatus::Rejected);
            assert_eq!(check_taken_back(*status).is_ok(), is_free, "{status}");
            assert_eq!(serves(*status), *status != RequestStatus::Rejected, "{status}");
        }
    }
}
