//! Groups of paid services.

use domain::identity::Permission;
use domain::services::{PaidServiceGroup, ServiceGroupId};
use domain::value::Identified;
use http::request::{Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::Change;
use serde_json::json;
use storage::services::groups::{self, Filter};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const GROUPS: &str = "/api/v2/subscriptions/groups";
    const GROUP: &str = "/api/v2/subscriptions/groups/{groupId}";
    routes
        .get("paid-services.groups.list", GROUPS, P::PaidServicesRead)
        .summary("List groups of paid services.")
        .describe("Groups only order the services. Sorted by id.")
        .list(list);
    routes
        .get("paid-services.groups.get", GROUP, P::PaidServicesRead)
        .summary("Read a group of paid services.")
        .describe("Has the name that people are shown and a remark for the back office.")
        .record(get);
    routes
        .post("paid-services.groups.create", GROUPS, P::PaidServicesCreate)
        .summary("Add a group of paid services.")
        .describe("Services are put into it by their `groupId`.")
        .example(json!({"caption": "Education", "comment": "Courses and webinars"}))
        .created(create);
    routes
        .patch("paid-services.groups.update", GROUP, P::PaidServicesUpdate)
        .summary("Change a group of paid services.")
        .describe("`null` clears the comment.")
        .example_at("/api/v2/subscriptions/groups/1", json!({"comment": "Signals and reports"}))
        .changed(update);
    routes
        .delete("paid-services.groups.delete", GROUP, P::PaidServicesDelete)
        .summary("Delete a group without services.")
        .describe("Refused while services are in it.")
        .example_path("/api/v2/subscriptions/groups/2")
        .deleted(delete);
}

impl Input<Back> for PaidServiceGroup {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |group| &group.caption);
        let comment = fields.nullable("comment", &Text::LONG, |group| &group.comment);
        Some(Self { caption: caption?, comment: comment? })
    }
}

impl FilterSet<Back> for Filter {
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
) -> Result<Change<Identified<PaidServiceGroup>>, Problem> {
    let before = groups::lock(writing.tx, id)?;
    writing.change(before, body, groups::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ServiceGroupId,)) -> Result<Identified<PaidServiceGroup>, Problem> {
    let group = groups::lock(writing.tx, id)?;
    groups::delete(writing.tx, id)?;
    Ok(group)
}
