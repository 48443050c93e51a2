//! Types of resolutions.

use domain::identity::Permission;
use domain::resolutions::{ResolutionType, ResolutionTypeId};
use domain::value::Identified;
use http::request::{Boolean, Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::Change;
use serde_json::json;
use storage::resolutions::types::{self, Filter};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TYPES: &str = "/api/v2/resolutions/types";
    const TYPE: &str = "/api/v2/resolutions/types/{typeId}";
    routes
        .get("resolutions.types.list", TYPES, P::ResolutionTypesRead)
        .summary("List resolution types.")
        .describe("Types sort resolutions. Resolutions of a disabled type cannot be chosen.")
        .list(list);
    routes
        .get("resolutions.types.get", TYPE, P::ResolutionTypesRead)
        .summary("Read a resolution type.")
        .describe("Its resolutions are found by `filter[type]`.")
        .record(get);
    routes
        .post("resolutions.types.create", TYPES, P::ResolutionTypesCreate)
        .summary("Add a resolution type.")
        .describe("Names are unique, whatever their case.")
        .example(json!({"name": "Documents", "enabled": true}))
        .created(create);
    routes
        .put_and_patch("resolutions.types.update", TYPE, P::ResolutionTypesUpdate)
        .summary("Change a resolution type.")
        .describe("While a type is disabled, its resolutions cannot be chosen and no resolution can be given it.")
        .example_at("/api/v2/resolutions/types/1", json!({"enabled": true}))
        .changed(update);
    routes
        .delete("resolutions.types.delete", TYPE, P::ResolutionTypesDelete)
        .summary("Delete a resolution type.")
        .describe("Refused while it has resolutions.")
        .example_path("/api/v2/resolutions/types/2")
        .deleted(delete);
}

impl Input<Back> for ResolutionType {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |kind| &kind.name);
        let enabled = fields.or("enabled", &Boolean, |kind| &kind.enabled, || true);
        Some(Self { enabled: enabled?, name: name? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { enabled: filters.yes_no("enabled"), name: filters.text("name") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ById>,
) -> Result<Page<Identified<ResolutionType>>, Problem> {
    Ok(types::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ResolutionTypeId,)) -> Result<Identified<ResolutionType>, Problem> {
    Ok(types::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ResolutionType>,
) -> Result<Identified<ResolutionType>, Problem> {
    Ok(types::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ResolutionTypeId,),
    body: &Body<'_, ResolutionType>,
) -> Result<Change<Identified<ResolutionType>>, Problem> {
    let before = types::lock(writing.tx, id)?;
    writing.change(before, body, types::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ResolutionTypeId,)) -> Result<Identified<ResolutionType>, Problem> {
    Ok(types::delete(writing.tx, id)?)
}
