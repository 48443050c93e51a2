//! Presets of values for a service, which the documentation calls plans.

use http::request::{Fields, FilterSet, Filters, Id, Input, ListQuery, Text};
use http::routes::{Change, Resource};
use std::collections::BTreeMap;

use domain::identity::Permission;
use domain::services::{PlanId, SentValue, ServiceId};
use domain::value::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::services::plans::{self, Filter, StoredPlan};
use storage::{ByTime, Page};

use super::values::{ValuesKind, shown};
use super::viewer;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PLANS: &str = "/api/v2/subscriptions/plans";
    const PLAN: &str = "/api/v2/subscriptions/plans/{planId}";
    routes
        .get("paid-services.plans.list", PLANS, P::PaidServicesRead)
        .summary("List presets of parameter values.")
        .describe("Named sets of values, to be sent as the parameters of a subscription.")
        .list(list);
    routes
        .get("paid-services.plans.get", PLAN, P::PaidServicesRead)
        .summary("Read a preset of parameter values.")
        .describe("Values that the caller may not see are left out.")
        .record(get);
    routes
        .post("paid-services.plans.create", PLANS, P::PaidServicesCreate)
        .summary("Add a preset of parameter values.")
        .describe("The values are checked as those of a subscription are. The service cannot change later.")
        .example(json!({"name": "A month", "serviceId": 1, "data": {"Payment period": "Monthly"}}))
        .created(create);
    routes
        .patch("paid-services.plans.update", PLAN, P::PaidServicesUpdate)
        .summary("Rename a preset of parameter values.")
        .describe("Only the name can change; the service and the values may be sent back as they are.")
        .example_at("/api/v2/subscriptions/plans/1", json!({"name": "One year"}))
        .changed(update);
    routes
        .delete("paid-services.plans.delete", PLAN, P::PaidServicesDelete)
        .summary("Delete a preset of parameter values.")
        .describe("Subscriptions keep their values, which were copied.")
        .deleted(delete);
}

/// Values for a service, to be sent as the parameters of a subscription.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ParameterPreset")]
#[serde(rename_all = "camelCase")]
struct PlanAnswer {
    id: PlanId,
    /// The name.
    name: String,
    service_id: ServiceId,
    /// Values by the name of the parameter.
    data: Map<String, Value>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for PlanAnswer {
    const NAME: &'static str = "parameter_preset";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPlan> for PlanAnswer {
    fn from(stored: StoredPlan) -> Self {
        Self {
            id: stored.id,
            name: stored.name,
            service_id: stored.service,
            data: shown(&stored.data),
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

struct NewPlan {
    name: String,
    service: ServiceId,
    data: BTreeMap<String, SentValue>,
}

impl Input<Back> for NewPlan {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let name = fields.needed("name", &Text::NAME);
        let service = fields.needed("serviceId", &Id::of());
        let data = fields.or_default("data", &ValuesKind, BTreeMap::new);
        Some(Self { name: name?, service: service?, data: data? })
    }
}

/// The name of a preset; the rest is fixed and may be sent back as it is.
struct Rename(String);

impl Input<Back> for Rename {
    type Current = StoredPlan;

    fn read(fields: &mut Fields<'_, StoredPlan>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |plan| &plan.name);
        if fields.current().is_some() {
            let service = fields.fixed("serviceId", &Id::of(), |plan| &plan.service);
            let data = fields.fixed("data", &ValuesKind, |plan| &plan.data);
            service.zip(data)?;
        }
        name.map(Self)
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name"), service: filters.id("serviceId") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PlanAnswer>, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    Ok(plans::list(reading.conn, &viewer, &query.filter, &query.paging)?.map(PlanAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PlanId,)) -> Result<PlanAnswer, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    Ok(plans::get(reading.conn, &viewer, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewPlan>) -> Result<PlanAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let NewPlan { name, service, data } = body.create()?;
    Ok(plans::insert(writing.tx, &viewer, &name, service, &data)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PlanId,),
    body: &Body<'_, Rename>,
) -> Result<Change<PlanAnswer>, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let before = plans::lock(writing.tx, &viewer, id)?;
    let Rename(name) = body.change(&before)?;
    let change = writing.change_to(before, &name, |tx, before, name| plans::rename(tx, &viewer, before, name))?;
    Ok(change.map(PlanAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PlanId,)) -> Result<PlanAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let plan = plans::lock(writing.tx, &viewer, id)?;
    plans::delete(writing.tx, id)?;
    Ok(plan.into())
}
