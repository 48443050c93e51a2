//! Groups of users.

use domain::identity::{Operation, UserGroup, UserGroupId};
use domain::value::Identified;
use storage::identity::user_groups;
use storage::{ById, Page};

use crate::Problem;
use crate::request::{Body, Choice, Fields, Input, ListQuery, NoFilter, SetOf, Text};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const GROUPS: &str = "/api/v2/groups";
    const GROUP: &str = "/api/v2/groups/{groupId}";
    routes.list(O::UserGroupsList, GROUPS, "List user groups.", list);
    routes.get(O::UserGroupsGet, GROUP, "Read a user group.", get);
    routes.create(O::UserGroupsCreate, GROUPS, "Add a user group.", create);
    routes.update(O::UserGroupsUpdate, GROUP, "Change a user group.", update);
    routes.delete(O::UserGroupsDelete, GROUP, "Delete a user group.", delete);
}

impl Input for UserGroup {
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
    Ok(user_groups::insert(writing.tx, &writing.session.rights, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (UserGroupId,),
    body: &Body<'_, UserGroup>,
) -> Result<Changed<Identified<UserGroup>>, Problem> {
    let before = user_groups::lock(writing.tx, id)?;
    let data = body.change(&before.group.data)?;
    if data == before.group.data {
        return Ok(Changed::nothing(before.group));
    }
    let after = user_groups::update(writing.tx, &writing.session.rights, &before, &data)?;
    Ok(Changed { before: before.group, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (UserGroupId,)) -> Result<Identified<UserGroup>, Problem> {
    Ok(user_groups::delete(writing.tx, id)?)
}
