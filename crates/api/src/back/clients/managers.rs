//! Managers: users to whom clients are assigned.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{Manager, ManagerId};
use domain::identity::Permission;
use domain::value::{Email, Entity, Timestamp};
use http::request::{Boolean, Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::managers::{self, Filter, StoredManager};
use storage::{ByTime, Page};

use crate::Problem;
use crate::inputs::EmailAddress;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const MANAGERS: &str = "/api/v2/managers";
    const MANAGER: &str = "/api/v2/managers/{managerId}";
    routes
        .get("client-managers.list", MANAGERS, P::ClientManagersRead)
        .summary("List managers.")
        .describe("The newest come first.")
        .list(list);
    routes
        .get("client-managers.get", MANAGER, P::ClientManagersRead)
        .summary("Read a manager.")
        .describe("A manager is a user of the back office with what clients are told of them.")
        .record(get);
    routes
        .post("client-managers.create", MANAGERS, P::ClientManagersCreate)
        .summary("Make a user a manager.")
        .describe(
            "The e-mail address must be that of a user. New clients go to the default manager, else to the \
             one who has waited longest.",
        )
        .example(json!({
            "email": "admin@example.com", "name": "Ada Admin", "title": "Ms.", "phone": "+12025550150",
            "enabled": true,
        }))
        .created(create);
    routes
        .patch("client-managers.update", MANAGER, P::ClientManagersUpdate)
        .summary("Change a manager.")
        .describe("A manager who is disabled keeps their clients and gets no new ones.")
        .example_at("/api/v2/managers/1", json!({"title": "Dr.", "enabled": true}))
        .changed(update);
    routes
        .delete("client-managers.delete", MANAGER, P::ClientManagersDelete)
        .summary("Remove a manager; the user stays.")
        .describe("Their clients have no manager until they are given one.")
        .deleted(delete);
}

/// A user to whom clients are assigned.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientManager")]
#[serde(rename_all = "camelCase")]
struct ManagerAnswer {
    id: ManagerId,
    /// Always null: there are no offices yet.
    office_id: Option<i64>,
    /// Whether clients can be assigned to the manager.
    enabled: bool,
    /// The e-mail address of the user who is the manager. Fixed.
    email: Email,
    /// The name that clients are shown.
    name: String,
    /// How clients address the manager, such as `mr.`.
    title: Option<String>,
    /// The phone number that clients are shown.
    phone: Option<String>,
    /// Whether new clients get this manager before any other.
    default: bool,
    create_time: Timestamp,
}

impl Resource<Back> for ManagerAnswer {
    const NAME: &'static str = Manager::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredManager> for ManagerAnswer {
    fn from(stored: StoredManager) -> Self {
        let Manager { email, name, phone, title, enabled, default } = stored.data;
        let (id, create_time) = (stored.id, stored.create_time);
        Self { id, office_id: None, enabled, email, name, title, phone, default, create_time }
    }
}

impl Input<Back> for Manager {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let email = fields.fixed("email", &EmailAddress, |manager| &manager.email);
        let name = fields.required("name", &Text::NAME, |manager| &manager.name);
        let phone = fields.nullable("phone", &Text::SHORT, |manager| &manager.phone);
        let title = fields.nullable("title", &Text::SHORT, |manager| &manager.title);
        let enabled = fields.or("enabled", &Boolean, |manager| &manager.enabled, || true);
        let default = fields.or("default", &Boolean, |manager| &manager.default, || false);
        Some(Self { email: email?, name: name?, phone: phone?, title: title?, enabled: enabled?, default: default? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { email: filters.email("email"), name: filters.text("name"), enabled: filters.yes_no("isEnabled") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ManagerAnswer>, Problem> {
    Ok(managers::list(reading.conn, &query.filter, &query.paging)?.map(ManagerAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ManagerId,)) -> Result<ManagerAnswer, Problem> {
    Ok(managers::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Manager>) -> Result<ManagerAnswer, Problem> {
    Ok(managers::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ManagerId,),
    body: &Body<'_, Manager>,
) -> Result<Change<ManagerAnswer>, Problem> {
    let before = managers::lock(writing.tx, id)?;
    Ok(writing.change(before, body, managers::update)?.map(ManagerAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ManagerId,)) -> Result<ManagerAnswer, Problem> {
    Ok(managers::delete(writing.tx, id)?.into())
}
