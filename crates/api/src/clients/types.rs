//! Client types.

use domain::clients::{ClientType, ClientTypeId};
use domain::identity::Operation;
use domain::value::Identified;
use storage::clients::types::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::request::{Body, Choice, Fields, FilterSet, Filters, Input, ListQuery, LocalizedTexts, Text, YesNo};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const TYPES: &str = "/api/v2/clients/types";
    const TYPE: &str = "/api/v2/clients/types/{typeId}";
    routes.list(O::ClientTypesList, TYPES, "List client types.", list);
    routes.get(O::ClientTypesGet, TYPE, "Read a client type.", get);
    routes.create(O::ClientTypesCreate, TYPES, "Add a client type.", create);
    routes.update(O::ClientTypesUpdate, TYPE, "Change a client type.", update);
    routes.delete(O::ClientTypesDelete, TYPE, "Delete a client type.", delete);
}

impl Input for ClientType {
    type Current = Self;

    fn read(fields: &mut Fields<'_>, current: Option<&Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, current.map(|kind| &kind.name));
        let group = fields.required("group", &Choice::of(), current.map(|kind| &kind.group));
        let default = fields.or("default", &YesNo, current.map(|kind| &kind.default), || false);
        let enabled = fields.or("enabled", &YesNo, current.map(|kind| &kind.enabled), || true);
        let wizard = fields.or("wizard", &YesNo, current.map(|kind| &kind.wizard), || false);
        let resources = fields.or("resources", &LocalizedTexts, current.map(|kind| &kind.resources), Default::default);
        Some(Self {
            default: default?,
            enabled: enabled?,
            name: name?,
            group: group?,
            wizard: wizard?,
            resources: resources?,
        })
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { enabled: filters.yes_no("enabled"), group: filters.choice("group"), name: filters.text("name") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<Identified<ClientType>>, Problem> {
    Ok(types::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTypeId,)) -> Result<Identified<ClientType>, Problem> {
    Ok(types::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ClientType>,
) -> Result<Identified<ClientType>, Problem> {
    Ok(types::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTypeId,),
    body: &Body<'_, ClientType>,
) -> Result<Changed<Identified<ClientType>>, Problem> {
    writing.tx.lock("client_types", id)?;
    let before = types::get(writing.tx.conn, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = types::update(writing.tx, &before, &data)?;
    Ok(Changed { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientTypeId,)) -> Result<Identified<ClientType>, Problem> {
    writing.tx.lock("client_types", id)?;
    let kind = types::get(writing.tx.conn, id)?;
    types::delete(writing.tx, &kind)?;
    Ok(kind)
}
