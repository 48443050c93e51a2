//! Groups of users.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::identity::{Permission, UserGroup, UserGroupId};
use domain::value::Identified;
use http::request::{Choice, Fields, Input, ListQuery, NoFilter, SetOf, Text};
use http::routes::Change;
use serde_json::json;
use storage::identity::user_groups;
use storage::{ById, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const GROUPS: &str = "/api/v2/groups";
    const GROUP: &str = "/api/v2/groups/{groupId}";
    routes
        .get("user-groups.list", GROUPS, P::UserGroupsRead)
        .summary("List user groups.")
        .describe("Sorted by id; the first is the group of administrators, which holds every permission.")
        .list(list);
    routes
        .get("user-groups.get", GROUP, P::UserGroupsRead)
        .summary("Read a user group.")
        .describe("The permissions are those of the members, on top of those of their other groups.")
        .record(get);
    routes
        .post("user-groups.create", GROUPS, P::UserGroupsCreate)
        .summary("Add a user group.")
        .describe("Names are unique, whatever their case. Only permissions that the caller holds can be given.")
        .example(json!({
            "name": "Client desk", "permissions": ["clients.read", "clients.update", "accounts.read"],
        }))
        .changes_access()
        .created(create);
    routes
        .put_and_patch("user-groups.update", GROUP, P::UserGroupsUpdate)
        .summary("Change a user group.")
        .describe(
            "The permissions are replaced as a whole, and count from the next call of each member. The group \
             of administrators cannot be changed.",
        )
        .example_at(
            "/api/v2/groups/3",
            json!({
                "name": "Catalog", "permissions": ["products.read", "products.update"],
            }),
        )
        .changes_access()
        .changed(update);
    routes
        .delete("user-groups.delete", GROUP, P::UserGroupsDelete)
        .summary("Delete a user group.")
        .describe("Refused while users are in it. The group of administrators cannot be deleted.")
        .changes_access()
        .deleted(delete);
}

impl Input<Back> for UserGroup {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |group| &group.name);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |group| &group.permissions);
        Some(Self { name: name?, permissions: permissions? })
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<Identified<UserGroup>>, Problem> {
    Ok(user_groups::list(reading.conn, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (UserGroupId,)) -> Result<Identified<UserGroup>, Problem> {
    Ok(user_groups::get(reading.conn, id)?.group)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, UserGroup>) -> Result<Identified<UserGroup>, Problem> {
    Ok(user_groups::insert(writing.tx, &writing.caller.rights, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (UserGroupId,),
    body: &Body<'_, UserGroup>,
) -> Result<Change<Identified<UserGroup>>, Problem> {
    let rights = &writing.caller.rights;
    let before = user_groups::lock(writing.tx, id)?;
    let change = writing.change(before, body, |tx, before, data| user_groups::update(tx, rights, before, data))?;
    Ok(change.map(|stored| stored.group))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (UserGroupId,)) -> Result<Identified<UserGroup>, Problem> {
    Ok(user_groups::delete(writing.tx, id)?)
}
