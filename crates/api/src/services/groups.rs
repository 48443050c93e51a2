//! Groups of paid services.

use domain::identity::Operation;
use domain::services::{PaidServiceGroup, ServiceGroupId};
use domain::value::Identified;
use storage::services::groups::{self, Filter};
use storage::{ById, Page};

use crate::Problem;
use crate::request::{Body, Fields, FilterSet, Filters, Input, ListQuery, Text};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const GROUPS: &str = "/api/v2/subscriptions/groups";
    const GROUP: &str = "/api/v2/subscriptions/groups/{groupId}";
    routes.list(O::PaidServicesGroupsList, GROUPS, "List groups of paid services.", list);
    routes.get(O::PaidServicesGroupsGet, GROUP, "Read a group of paid services.", get);
    routes.create(O::PaidServicesGroupsCreate, GROUPS, "Add a group of paid services.", create);
    routes.patch(O::PaidServicesGroupsUpdate, GROUP, "Change a group of paid services.", update);
    routes.delete(O::PaidServicesGroupsDelete, GROUP, "Delete a group without services.", delete);
}

impl Input for PaidServiceGroup {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |group| &group.caption);
        let comment = fields.nullable("comment", &Text::LONG, |group| &group.comment);
        Some(Self { caption: caption?, comment: comment? })
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { caption: filters.text("caption"), comment: filters.text("comment") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ById>,
) -> Result<Page<Identified<PaidServiceGroup>>, Problem> {
    Ok(groups::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ServiceGroupId,)) -> Result<Identified<PaidServiceGroup>, Problem> {
    Ok(groups::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, PaidServiceGroup>,
) -> Result<Identified<PaidServiceGroup>, Problem> {
    Ok(groups::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ServiceGroupId,),
    body: &Body<'_, PaidServiceGroup>,
) -> Result<Changed<Identified<PaidServiceGroup>>, Problem> {
    let before = groups::lock(writing.tx, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = groups::update(writing.tx, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ServiceGroupId,)) -> Result<Identified<PaidServiceGroup>, Problem> {
    let group = groups::lock(writing.tx, id)?;
    groups::delete(writing.tx, id)?;
    Ok(group)
}
