//! The tree of folders that every client has.

use domain::files::{Folder, FolderId};
use domain::identity::Permission;
use domain::value::Timestamp;
use http::request::{Fields, Input, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::files::system_folders::{self, FolderNode};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const FOLDERS: &str = "/api/v2/folders";
    const FOLDER: &str = "/api/v2/folders/{folderId}";
    routes
        .get("client-folders.list", FOLDERS, P::ClientFoldersRead)
        .summary("Read the tree of folders that every client has.")
        .describe("The folders at the top, each with what is below it. The tree is shown whole, whoever may see what.")
        .list(list);
    routes
        .get("client-folders.get", FOLDER, P::ClientFoldersRead)
        .summary("Read a folder that every client has.")
        .describe("With what is below it.")
        .record(get);
    routes
        .post("client-folders.create", FOLDERS, P::ClientFoldersCreate)
        .summary("Add a folder at the top for every client.")
        .describe(
            "The groups of the user may see it, and administrators; other groups are let in one by one. A client's own \
             folder of that name gets the suffix `_Custom`.",
        )
        .example(json!({"name": "Statements"}))
        .created(create);
    routes
        .post("client-folders.add-subdirectory", "/api/v2/folders/{folderId}/addSubdirectory", P::ClientFoldersCreate)
        .summary("Add a folder in another one for every client.")
        .describe("Whoever may see the folder that it is in may see it, too.")
        .example_at("/api/v2/folders/1/addSubdirectory", json!({"name": "Drafts"}))
        .created_at(|folder| format!("{FOLDERS}/{}", folder.id()), add);
    routes
        .put_and_patch("client-folders.update", FOLDER, P::ClientFoldersUpdate)
        .summary("Rename a folder that every client has.")
        .describe("The new name shows at once for every client.")
        .example_at("/api/v2/folders/1", json!({"name": "Agreements"}))
        .changed(update);
}

/// A folder that every client has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientFolder")]
#[serde(rename_all = "camelCase")]
struct FolderAnswer {
    id: FolderId,
    /// What it is called.
    name: String,
    /// The folder that it is in; null for the top.
    parent_id: Option<FolderId>,
    /// The names from the top down to it, with a slash between.
    path: String,
    /// The folders in it.
    children: Vec<FolderAnswer>,
    create_time: Timestamp,
    update_time: Option<Timestamp>,
}

impl Resource<Back> for FolderAnswer {
    const NAME: &'static str = "folder";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<FolderNode> for FolderAnswer {
    fn from(FolderNode { folder, path, children }: FolderNode) -> Self {
        Self {
            id: folder.id,
            name: folder.data.name,
            parent_id: folder.data.parent,
            path: path.join("/"),
            children: children.into_iter().map(Self::from).collect(),
            create_time: folder.create_time,
            update_time: folder.update_time,
        }
    }
}

/// What a folder is called.
struct Name(String);

impl Input<Back> for Name {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self(fields.needed("name", &Text::NAME)?))
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<FolderAnswer>, Problem> {
    Ok(system_folders::list(reading.conn, &query.paging)?.map(FolderAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (FolderId,)) -> Result<FolderAnswer, Problem> {
    Ok(system_folders::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Name>) -> Result<FolderAnswer, Problem> {
    let Name(name) = body.create()?;
    Ok(system_folders::add(writing.tx, writing.caller.user, None, &name)?.into())
}

fn add(writing: &mut Writing<'_, '_>, (parent,): (FolderId,), body: &Body<'_, Name>) -> Result<FolderAnswer, Problem> {
    system_folders::lock(writing.tx, parent)?;
    let Name(name) = body.create()?;
    Ok(system_folders::add(writing.tx, writing.caller.user, Some(parent), &name)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (FolderId,),
    body: &Body<'_, Name>,
) -> Result<Change<FolderAnswer>, Problem> {
    let before = system_folders::lock(writing.tx, id)?;
    let Name(name) = body.create()?;
    let after = Folder { name, ..before.folder.data.clone() };
    Ok(writing.change_to(before, &after, system_folders::rename)?.map(FolderAnswer::from))
}
