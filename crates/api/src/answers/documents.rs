//! What clients hand in to be verified, and what it can be.

use domain::clients::ClientId;
use domain::files::{FileId, FileKey};
use domain::ledger::{RequestId, RequestStatus};
use domain::value::{Entity, List, LocalizedText, Localizer, Record, Timestamp};
use domain::verification::{
    DocumentGroup, DocumentGroupId, DocumentGroupKind, DocumentId, DocumentType, DocumentTypeId, shown_name,
};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::files::stored::FileBrief;
use storage::identity::system_logs::Category;
use storage::verification::document_types::StoredDocumentType;
use storage::verification::documents::StoredDocument;

use super::files::{own_path_of, path_of};
use crate::Problem;

/// Types of documents that prove the same thing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DocumentGroup")]
pub(crate) struct DocumentGroupAnswer {
    id: DocumentGroupId,
    /// A hint to clients, which may be HTML.
    description: String,
    /// Whether it counts.
    enabled: bool,
    /// The name that clients are shown.
    name: String,
    /// The name that clients are shown where there is no other text; empty where it is that of the back office.
    caption: String,
    /// The name in the back office, by which levels ask for it.
    internal_name: String,
    /// Its place in lists, the lowest first.
    priority: i64,
    /// Whether a document of one of its types is asked for, or one of each.
    #[serde(rename = "type")]
    kind: DocumentGroupKind,
    /// The texts in other languages.
    resources: List<LocalizedText>,
}

impl<I> Resource<I> for DocumentGroupAnswer {
    const NAME: &'static str = DocumentGroup::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.name);
        localizer.localize(&self.resources, "description", &mut self.description);
    }
}

impl From<Record<DocumentGroup>> for DocumentGroupAnswer {
    fn from(Record { id, data, .. }: Record<DocumentGroup>) -> Self {
        Self {
            id,
            name: shown_name(&data.name, &data.caption).to_owned(),
            description: data.description,
            enabled: data.enabled,
            caption: data.caption,
            internal_name: data.name,
            priority: data.priority,
            kind: data.kind,
            resources: data.resources,
        }
    }
}

/// A kind of document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DocumentType")]
pub(crate) struct DocumentTypeAnswer {
    id: DocumentTypeId,
    /// A hint to clients.
    description: String,
    /// Whether clients can hand in documents of it.
    enabled: bool,
    /// Where a sample is.
    example: Option<String>,
    /// The group in which it stands.
    group: DocumentGroupAnswer,
    /// The most files of a document.
    max_files: i64,
    /// The name that clients are shown.
    name: String,
    /// The name that clients are shown where there is no other text; empty where it is that of the back office.
    caption: String,
    /// The name in the back office.
    internal_name: String,
    /// Its place in lists, the lowest first.
    priority: i64,
    /// The texts in other languages.
    resources: List<LocalizedText>,
}

impl<I> Resource<I> for DocumentTypeAnswer {
    const NAME: &'static str = DocumentType::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.name);
        localizer.localize(&self.resources, "description", &mut self.description);
        Resource::<I>::localize(&mut self.group, localizer);
    }
}

impl From<StoredDocumentType> for DocumentTypeAnswer {
    fn from(StoredDocumentType { id, data, group, .. }: StoredDocumentType) -> Self {
        Self {
            id,
            name: shown_name(&data.name, &data.caption).to_owned(),
            description: data.description,
            enabled: data.enabled,
            example: data.example,
            group: group.into(),
            max_files: data.max_files,
            caption: data.caption,
            internal_name: data.name,
            priority: data.priority,
            resources: data.resources,
        }
    }
}

/// A file of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DocumentFile")]
struct FileAnswer {
    id: FileId,
    /// Where its content is read.
    file: String,
}

/// What a client handed in to be verified.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Document")]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentAnswer {
    id: DocumentId,
    /// What it is.
    #[serde(rename = "type")]
    kind: DocumentTypeAnswer,
    /// Whether it is accepted: the status of its request.
    status: RequestStatus,
    /// The request to accept it.
    application_id: Option<RequestId>,
    /// Its files.
    files: Vec<FileAnswer>,
    create_time: Timestamp,
    #[serde(skip)]
    keys: Vec<FileKey>,
    #[serde(skip)]
    client: ClientId,
}

impl DocumentAnswer {
    /// As users of the back office are shown it.
    pub(crate) fn for_users(stored: StoredDocument) -> Self {
        Self::with_files_at(path_of, stored)
    }

    /// As its client is shown it.
    pub(crate) fn for_client(stored: StoredDocument) -> Self {
        Self::with_files_at(own_path_of, stored)
    }

    fn with_files_at(path_of: fn(&FileKey) -> String, stored: StoredDocument) -> Self {
        let file = |FileBrief { id, key }: &FileBrief| FileAnswer { id: *id, file: path_of(key) };
        Self {
            id: stored.id,
            kind: stored.kind.into(),
            status: stored.status,
            application_id: stored.request,
            files: stored.files.iter().map(file).collect(),
            create_time: stored.create_time,
            keys: stored.files.into_iter().map(|file| file.key).collect(),
            client: stored.client,
        }
    }
}

impl<I> Resource<I> for DocumentAnswer {
    const NAME: &'static str = "client_document";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        Resource::<I>::localize(&mut self.kind, localizer);
    }

    /// Users read the audit log: its paths are theirs.
    fn recorded(&self) -> Result<Value, Problem> {
        let files = self.files.iter().zip(&self.keys);
        let files = files.map(|(file, key)| FileAnswer { id: file.id, file: path_of(key) }).collect();
        let recorded = Self { files, ..self.clone() };
        serde_json::to_value(recorded).map_err(|error| Problem::internal(error.to_string()))
    }
}
