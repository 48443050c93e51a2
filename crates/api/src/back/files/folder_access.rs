//! Which groups of users see a folder.

use domain::files::FolderId;
use domain::identity::{Permission, UserGroupId};
use http::request::{Boolean, Fields, Input};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::files::folder_access::{self, FolderAccess};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ACCESS: &str = "/api/v2/folders/{folderId}/groups/{groupId}";
    routes
        .get("client-folders.access.get", ACCESS, P::ClientFoldersRead)
        .summary("Read whether a group of users sees a folder.")
        .describe("Administrators see every folder.")
        .record(get);
    routes
        .put_and_patch("client-folders.access.update", ACCESS, P::ClientFoldersUpdate)
        .summary("Let a group of users see a folder, or not.")
        .describe(
            "A group that may not see a folder sees nothing below it, and none that is in one that it may not see \
             (409). What is granted counts for the folder alone.",
        )
        .example_at("/api/v2/folders/1/groups/2", json!({"isGranted": true}))
        .changed(update);
}

/// Whether a group of users sees a folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientFolderAccess")]
#[serde(rename_all = "camelCase")]
struct AccessAnswer {
    folder_id: FolderId,
    group_id: UserGroupId,
    /// Whether it does.
    is_granted: bool,
}

impl Resource<Back> for AccessAnswer {
    const NAME: &'static str = "folder_access";

    fn id(&self) -> i64 {
        self.folder_id.get()
    }
}

impl From<FolderAccess> for AccessAnswer {
    fn from(FolderAccess { folder, group, is_granted }: FolderAccess) -> Self {
        Self { folder_id: folder, group_id: group, is_granted }
    }
}

/// Whether the group shall see it.
struct Granted(bool);

impl Input<Back> for Granted {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self(fields.needed("isGranted", &Boolean)?))
    }
}

fn get(reading: &mut Reading<'_>, (folder, group): (FolderId, UserGroupId)) -> Result<AccessAnswer, Problem> {
    Ok(folder_access::get(reading.conn, folder, group)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (folder, group): (FolderId, UserGroupId),
    body: &Body<'_, Granted>,
) -> Result<Change<AccessAnswer>, Problem> {
    let before = folder_access::lock(writing.tx, folder, group)?;
    let Granted(is_granted) = body.create()?;
    Ok(writing.change_to(before, &is_granted, folder_access::set)?.map(AccessAnswer::from))
}
