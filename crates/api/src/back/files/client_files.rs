//! Files that users keep for clients.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::{ClientFile, ClientFileId, FileUse, FolderId, shown_name};
use domain::identity::Permission;
use domain::value::Entity;
use http::request::{Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SortKey, Text};
use http::routes::{Change, FileField, Resource, Upload};
use http::{FilePart, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::Page;
use storage::client_scope::check_visible;
use storage::files::client_files::{self, Filter, Sort, StoredClientFile};
use storage::files::folder_access::sight;
use storage::identity::system_logs::Category;

use super::{check_client_of, path_of};
use crate::Problem;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::uploads;

const FILES: &[FileField] =
    &[FileField { name: "file", is_required: true, max_count: 1, max_bytes: FileUse::ClientFile.max_bytes() }];

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const FILES_OF_CLIENT: &str = "/api/v2/clients/{clientId}/files";
    const FILE: &str = "/api/v2/clients/{clientId}/files/{fileId}";
    let upload = Upload {
        files: FILES,
        max_bytes: FileUse::ClientFile.max_bytes() + uploads::FORM_BYTES,
        takes_json: false,
        open,
    };
    routes
        .get("client-files.list", FILES_OF_CLIENT, P::ClientFilesRead)
        .summary("List the files kept for a client.")
        .describe("Files in folders that none of the user's groups may see are left out.")
        .list(list);
    routes
        .post("client-files.upload", FILES_OF_CLIENT, P::ClientFilesCreate)
        .summary("Upload a file for a client.")
        .describe("Anything but programs, which are told by their content, and at most 20 MiB.")
        .uploads(upload)
        .created(create);
    routes
        .put_and_patch("client-files.update", FILE, P::ClientFilesUpdate)
        .summary("Rename a file, or move it to another folder.")
        .describe("A file stays with its client. `directoryId` null is the top.")
        .example_at("/api/v2/clients/1/files/1", json!({"name": "contract.pdf", "priority": 1}))
        .changed(update);
    routes
        .delete("client-files.delete", FILE, P::ClientFilesDelete)
        .summary("Delete a file.")
        .describe("Its content is deleted with it.")
        .deleted(delete);
}

/// A file that users keep for a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientFile")]
#[serde(rename_all = "camelCase")]
struct FileAnswer {
    id: ClientFileId,
    /// What it is called.
    name: String,
    /// Where its content is read.
    file: String,
    /// The folder that it is in; null for the top.
    directory_id: Option<FolderId>,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    #[serde(skip)]
    client: ClientId,
}

impl Resource<Back> for FileAnswer {
    const NAME: &'static str = ClientFile::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}

impl From<StoredClientFile> for FileAnswer {
    fn from(stored: StoredClientFile) -> Self {
        Self {
            id: stored.id,
            name: stored.data.name,
            file: path_of(&stored.file.key),
            directory_id: stored.data.folder,
            priority: stored.data.priority,
            client: stored.client,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { folder: filters.id("directoryId") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority)];
}

fn list(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<FileAnswer>, Problem> {
    let (rights, user) = (&reading.caller.rights, reading.caller.user);
    let sight = sight(reading.conn, rights, user)?;
    let page = client_files::list(reading.conn, &rights.scope, &sight, client, query.filter, &query.paging)?;
    Ok(page.map(FileAnswer::from))
}

fn open(context: &Arc<AppContext>, call: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    check_client_of(context, call)?;
    uploads::open(context, part.field, FileUse::ClientFile)
}

/// What is told of a file that is uploaded.
struct NewFile {
    name: Option<String>,
    folder: Option<FolderId>,
    priority: i64,
}

impl Input<Back> for NewFile {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let name = fields.about("What it is called; by default as it was sent.").optional("name", &Text::NAME);
        let folder = fields.nullable_new("directoryId", &Id::of());
        let priority = fields.or_default("priority", &Integer::ANY, || 0);
        Some(Self { name: name?, folder: folder?, priority: priority? })
    }
}

fn create(
    writing: &mut Writing<'_, '_>,
    (client,): (ClientId,),
    body: &Body<'_, NewFile>,
) -> Result<FileAnswer, Problem> {
    let (rights, user) = (&writing.caller.rights, writing.caller.user);
    let sight = sight(writing.tx.conn, rights, user)?;
    check_visible(writing.tx.conn, &rights.scope, client)?;
    let NewFile { name, folder, priority } = body.create()?;
    let file = writing.call.files().first().ok_or_else(|| Problem::internal("no file was sent"))?;
    let name = name.unwrap_or_else(|| shown_name(&file.name));
    let data = ClientFile { name, folder, priority };
    let received = uploads::received(file)?;
    Ok(client_files::insert(writing.tx, &rights.scope, &sight, client, &data, &received)?.into())
}

impl Input<Back> for ClientFile {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |file| &file.name);
        let folder = fields.nullable("directoryId", &Id::of(), |file| &file.folder);
        let priority = fields.or("priority", &Integer::ANY, |file| &file.priority, || 0);
        Some(Self { name: name?, folder: folder?, priority: priority? })
    }
}

fn update(
    writing: &mut Writing<'_, '_>,
    (client, id): (ClientId, ClientFileId),
    body: &Body<'_, ClientFile>,
) -> Result<Change<FileAnswer>, Problem> {
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    let sight = sight(writing.tx.conn, &writing.caller.rights, user)?;
    let before = client_files::lock(writing.tx, scope, &sight, client, id)?;
    let change =
        writing.change(before, body, |tx, before, after| client_files::update(tx, scope, &sight, before, after))?;
    Ok(change.map(FileAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (client, id): (ClientId, ClientFileId)) -> Result<FileAnswer, Problem> {
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    let sight = sight(writing.tx.conn, &writing.caller.rights, user)?;
    let file = client_files::lock(writing.tx, scope, &sight, client, id)?;
    client_files::delete(writing.tx, &file)?;
    Ok(file.into())
}
