//! The paid services themselves.

use domain::identity::Permission;
use domain::services::{PaidService, ServiceGroupId, ServiceId};
use domain::value::{Entity, Record, Timestamp};
use http::request::{Fields, FilterSet, Filters, Id, Input, ListQuery, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::services::offered::{self, Filter};
use storage::{ByTime, Direction, Page, Paging};

use super::values::{OneOrZero, Switch};
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SERVICES: &str = "/api/v2/subscriptions/services";
    const SERVICE: &str = "/api/v2/subscriptions/services/{serviceId}";
    routes
        .get("paid-services.services.list", SERVICES, P::PaidServicesRead)
        .summary("List paid services.")
        .describe("What clients can be subscribed to, the newest first.")
        .list(list);
    routes
        .get("paid-services.services.get", SERVICE, P::PaidServicesRead)
        .summary("Read a paid service.")
        .describe("The parameters that it asks for have operations of their own.")
        .record(get);
    routes
        .post("paid-services.services.create", SERVICES, P::PaidServicesCreate)
        .summary("Add a paid service.")
        .describe("Clients are subscribed as long as the service is active. Names are unique, whatever their case.")
        .example(json!({
            "name": "VPS", "fullName": "Virtual private server", "groupId": 1, "isActive": 1,
            "externalId": "vps-1", "comment": null,
        }))
        .created(create);
    routes
        .patch("paid-services.services.update", SERVICE, P::PaidServicesUpdate)
        .summary("Change a paid service.")
        .describe("An inactive service gets no new subscriptions; those that are on stay on.")
        .example_at("/api/v2/subscriptions/services/1", json!({"fullName": "Trading signals by e-mail"}))
        .changed(update);
    routes
        .delete("paid-services.services.delete", SERVICE, P::PaidServicesDelete)
        .summary("Delete a paid service without subscriptions.")
        .describe("Refused while clients are subscribed to it. Its presets go with it.")
        .deleted(delete);
}

/// A paid service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PaidService")]
#[serde(rename_all = "camelCase")]
struct ServiceAnswer {
    id: ServiceId,
    /// The short name.
    name: String,
    /// The full name.
    full_name: String,
    group_id: ServiceGroupId,
    /// 1: clients can be subscribed.
    is_active: Switch,
    /// Its id at the outside provider.
    external_id: Option<String>,
    /// A remark for the back office.
    comment: Option<String>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for ServiceAnswer {
    const NAME: &'static str = PaidService::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<PaidService>> for ServiceAnswer {
    fn from(stored: Record<PaidService>) -> Self {
        let PaidService { name, full_name, group, is_active, external_id, comment } = stored.data;
        Self {
            id: stored.id,
            name,
            full_name,
            group_id: group,
            is_active: Switch(is_active),
            external_id,
            comment,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for PaidService {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |service| &service.name);
        let full_name = fields.required("fullName", &Text::NAME, |service| &service.full_name);
        let group = fields.required("groupId", &Id::of(), |service| &service.group);
        let is_active = fields.required("isActive", &OneOrZero, |service| &service.is_active);
        let external_id = fields.nullable("externalId", &Text::NAME, |service| &service.external_id);
        let comment = fields.nullable("comment", &Text::LONG, |service| &service.comment);
        Some(Self {
            name: name?,
            full_name: full_name?,
            group: group?,
            is_active: is_active?,
            external_id: external_id?,
            comment: comment?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            name: filters.text("name"),
            external_id: filters.text("externalId"),
            full_name: filters.text("fullName"),
            group: filters.id("groupId"),
            is_active: filters.yes_no("isActive"),
            comment: filters.text("comment"),
        }
    }
}

/// The documentation prints the key with a slip once: both are taken.
#[derive(Clone, Copy, Debug)]
struct Sort;

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self), ("creteTime", Self)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<ServiceAnswer>, Problem> {
    let Paging { sort: Sort, direction, limit, offset, counts } = query.paging;
    let paging = Paging { sort: ByTime::CreateTime, direction, limit, offset, counts };
    Ok(offered::list(reading.conn, &query.filter, &paging)?.map(ServiceAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ServiceId,)) -> Result<ServiceAnswer, Problem> {
    Ok(offered::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, PaidService>) -> Result<ServiceAnswer, Problem> {
    Ok(offered::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ServiceId,),
    body: &Body<'_, PaidService>,
) -> Result<Change<ServiceAnswer>, Problem> {
    let before = offered::lock(writing.tx, id)?;
    Ok(writing.change(before, body, offered::update)?.map(ServiceAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ServiceId,)) -> Result<ServiceAnswer, Problem> {
    let service = offered::lock(writing.tx, id)?;
    offered::delete(writing.tx, id)?;
    Ok(service.into())
}
