//! The departments of the help desk.

use domain::identity::Permission;
use domain::tickets::{TicketDepartment, TicketDepartmentId};
use domain::value::{Identified, List, LocalizedText};
use http::request::{Fields, Input, ListQuery, LocalizedTexts, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::Page;
use storage::tickets::departments::{self, Sort};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const DEPARTMENTS: &str = "/api/v2/tickets/departments";
    const DEPARTMENT: &str = "/api/v2/tickets/departments/{departmentId}";
    routes
        .get("tickets.departments.list", DEPARTMENTS, P::TicketDepartmentsRead)
        .summary("List the departments of the help desk.")
        .describe("Clients choose one for a new ticket; the oldest gets those for which none is chosen.")
        .extension()
        .list(list);
    routes
        .post("tickets.departments.create", DEPARTMENTS, P::TicketDepartmentsCreate)
        .summary("Add a department.")
        .describe("Names are unique, whatever their case. Clients see the name in their language, by the key `name`.")
        .example(json!({
            "name": "Verification",
            "resources": [{"key": "name", "locale": "es_ES", "value": "Verificación"}],
        }))
        .extension()
        .created(create);
    routes
        .put_and_patch("tickets.departments.update", DEPARTMENT, P::TicketDepartmentsUpdate)
        .summary("Change a department.")
        .describe("Its tickets show the new name.")
        .example_at("/api/v2/tickets/departments/1", json!({"name": "Help desk"}))
        .extension()
        .changed(update);
    routes
        .delete("tickets.departments.delete", DEPARTMENT, P::TicketDepartmentsDelete)
        .summary("Delete a department without tickets.")
        .describe("Closed tickets count, too. The last department stays (409).")
        .example_path("/api/v2/tickets/departments/2")
        .extension()
        .deleted(delete);
}

impl Input<Back> for TicketDepartment {
    type Current = Self;

    fn texts(current: &Self) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |department| &department.name);
        let resources = fields.or("resources", &LocalizedTexts, |department| &department.resources, List::default);
        Some(Self { name: name?, resources: resources? })
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("name", Self::Name)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<(), Sort>,
) -> Result<Page<Identified<TicketDepartment>>, Problem> {
    Ok(departments::list(reading.conn, &query.paging)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, TicketDepartment>,
) -> Result<Identified<TicketDepartment>, Problem> {
    Ok(departments::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (TicketDepartmentId,),
    body: &Body<'_, TicketDepartment>,
) -> Result<Change<Identified<TicketDepartment>>, Problem> {
    let before = departments::lock(writing.tx, id)?;
    writing.change(before, body, departments::update)
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (id,): (TicketDepartmentId,),
) -> Result<Identified<TicketDepartment>, Problem> {
    Ok(departments::delete(writing.tx, id)?)
}
