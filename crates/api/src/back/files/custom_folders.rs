//! The folders of one client.

use domain::clients::ClientId;
use domain::files::{Folder, FolderId};
use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use http::request::{Fields, Id, Input, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::client_scope::check_visible;
use storage::files::custom_folders;
use storage::files::folder_access::{FolderSight, sight};
use storage::files::system_folders::StoredFolder;
use storage::identity::system_logs::Category;

use crate::Problem;
use crate::back::{Back, Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const FOLDER: &str = "/api/v2/clients/{clientId}/folders/{folderId}";
    const SINGULAR: &str = "/api/v2/clients/{clientId}/folder/{folderId}";
    routes
        .post("client-files.folders.create", "/api/v2/clients/{clientId}/folders", P::ClientFilesCreate)
        .summary("Add a folder to one client.")
        .describe("At the top, or in a folder that every client has or that is the client's own.")
        .example_at("/api/v2/clients/1/folders", json!({"name": "Correspondence", "parentId": null}))
        .created(create);
    routes
        .put_and_patch("client-files.folders.update", FOLDER, P::ClientFilesUpdate)
        .summary("Rename or move a folder of one client.")
        .describe("A folder that every client has cannot be changed here (409).")
        .example_at("/api/v2/clients/1/folders/3", json!({"name": "Letters"}))
        .changed(update);
    routes
        .patch("client-files.folders.update-singular", SINGULAR, P::ClientFilesUpdate)
        .summary("Rename or move a folder of one client.")
        .describe("The same under the path that older programs call; new ones call the one with `folders`.")
        .example_at("/api/v2/clients/1/folder/3", json!({"name": "Letters"}))
        .replaced_by("client-files.folders.update")
        .changed(update);
    routes
        .delete("client-files.folders.delete", FOLDER, P::ClientFilesDelete)
        .summary("Delete a folder of one client.")
        .describe("It must be empty (409): what is in it may be evidence.")
        .deleted(delete);
    routes
        .delete("client-files.folders.delete-singular", SINGULAR, P::ClientFilesDelete)
        .summary("Delete a folder of one client.")
        .describe("The same under the path that older programs call; new ones call the one with `folders`.")
        .example_path("/api/v2/clients/1/folder/4")
        .replaced_by("client-files.folders.delete")
        .deleted(delete);
}

/// A folder of one client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientOwnFolder")]
#[serde(rename_all = "camelCase")]
struct FolderAnswer {
    id: FolderId,
    /// What it is called.
    name: String,
    client_id: ClientId,
    /// The folder that it is in; null for the top.
    parent_id: Option<FolderId>,
    /// Whether every client has it.
    system: bool,
    create_time: Timestamp,
    update_time: Option<Timestamp>,
}

impl FolderAnswer {
    fn of(client: ClientId) -> impl Fn(StoredFolder) -> Self {
        move |StoredFolder { id, data, create_time, update_time }| Self {
            id,
            name: data.name,
            client_id: client,
            parent_id: data.parent,
            system: data.client.is_none(),
            create_time,
            update_time,
        }
    }
}

impl Resource<Back> for FolderAnswer {
    const NAME: &'static str = StoredFolder::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

/// Where a folder is, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    name: String,
    parent: Option<FolderId>,
}

impl Input<Back> for Place {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |place| &place.name);
        let parent = fields.nullable("parentId", &Id::of(), |place| &place.parent);
        Some(Self { name: name?, parent: parent? })
    }
}

fn sight_of(writing: &mut Writing<'_, '_>) -> Result<FolderSight, Problem> {
    Ok(sight(writing.tx.conn, &writing.caller.rights, writing.caller.user)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (client,): (ClientId,),
    body: &Body<'_, Place>,
) -> Result<FolderAnswer, Problem> {
    let sight = sight_of(writing)?;
    let scope = &writing.caller.rights.scope;
    check_visible(writing.tx.conn, scope, client)?;
    let Place { name, parent } = body.create()?;
    let folder = Folder { name, parent, client: Some(client) };
    Ok(FolderAnswer::of(client)(custom_folders::add(writing.tx, scope, &sight, &folder)?))
}

fn update(
    writing: &mut Writing<'_, '_>,
    (client, id): (ClientId, FolderId),
    body: &Body<'_, Place>,
) -> Result<Change<FolderAnswer>, Problem> {
    let sight = sight_of(writing)?;
    let scope = &writing.caller.rights.scope;
    let before = custom_folders::lock(writing.tx, scope, &sight, client, id)?;
    let place = Place { name: before.data.name.clone(), parent: before.data.parent };
    let Place { name, parent } = body.change(&place)?;
    let after = Folder { name, parent, client: before.data.client };
    let change = writing.change_to(before, &after, |tx, before, after| {
        custom_folders::update(tx, scope, &sight, client, before, after)
    })?;
    Ok(change.map(FolderAnswer::of(client)))
}

fn delete(writing: &mut Writing<'_, '_>, (client, id): (ClientId, FolderId)) -> Result<FolderAnswer, Problem> {
    let sight = sight_of(writing)?;
    let folder = custom_folders::lock(writing.tx, &writing.caller.rights.scope, &sight, client, id)?;
    custom_folders::delete(writing.tx, client, &folder)?;
    Ok(FolderAnswer::of(client)(folder))
}
