//! Presets of values for a service.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::services::{ParameterId, PlanId, SentValue, ServiceId, Values};
use domain::value::{Field, Refusal, Stored, Timestamp, folded};

use super::values::{self, NamedValues};
use super::viewer::Viewer;
use super::{offered, parameters};
use crate::connection::{MultiBackend, on_each};
use crate::paging::ordered;
use crate::schema::plan_values;
use crate::schema::plans::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// A preset as it is stored, with the values that the viewer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPlan {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// For which service. Fixed.
    pub service: ServiceId,
    /// Its values. Fixed.
    pub data: NamedValues,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredPlan {
    type Data = String;

    fn data(&self) -> &String {
        &self.name
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// For this service.
    pub service: Option<ServiceId>,
}

#[derive(Queryable)]
struct Row {
    id: PlanId,
    name: String,
    service: ServiceId,
    create_time: Timestamp,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::name, table::service_id, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(service) = filter.service {
        query = query.filter(table::service_id.eq(service));
    }
    query
}

/// Presets, a page of them.
pub fn list(
    conn: &mut DbConnection,
    viewer: &Viewer,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredPlan>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: assembled(conn, viewer, rows)? })
}

fn assembled(conn: &mut DbConnection, viewer: &Viewer, rows: Vec<Row>) -> Result<Vec<StoredPlan>, Error> {
    let ids: Vec<PlanId> = rows.iter().map(|row| row.id).collect();
    let of_ids = plan_values::table.filter(plan_values::plan_id.eq_any(ids));
    let of_ids = of_ids.select((plan_values::plan_id, plan_values::parameter_id, plan_values::value));
    let lines: Vec<(PlanId, ParameterId, String)> = on_each!(conn, conn => of_ids.load(conn))?;
    let mut of_plan: HashMap<PlanId, Values> = HashMap::new();
    for (plan, parameter, value) in &lines {
        of_plan.entry(*plan).or_default().insert(*parameter, values::parsed(value)?);
    }
    let named: Vec<ParameterId> = lines.iter().map(|(_, parameter, _)| *parameter).collect();
    let known = parameters::asked(conn, viewer, None, &named)?;
    let plan = |Row { id, name, service, create_time, update_time }| StoredPlan {
        id,
        name,
        service,
        data: of_plan.remove(&id).map(|values| values::seen(&known, &values)).unwrap_or_default(),
        create_time,
        update_time,
    };
    Ok(rows.into_iter().map(plan).collect())
}

/// One preset.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, viewer: &Viewer, id: PlanId) -> Result<StoredPlan, Error> {
    let row: Row = table::table.find(id).select(columns()).first(conn)?;
    assembled(conn, viewer, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Locks a preset until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, viewer: &Viewer, id: PlanId) -> Result<StoredPlan, Error> {
    tx.lock("plans", id)?;
    get(tx.conn, viewer, id)
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct New<'a> {
    name: &'a str,
    name_key: String,
    service_id: ServiceId,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

/// Adds a preset.
///
/// # Errors
/// A refusal where its service does not exist, or a value does not fit its parameter.
pub fn insert(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    name: &str,
    service: ServiceId,
    sent: &BTreeMap<String, SentValue>,
) -> Result<StoredPlan, Error> {
    if offered::existing(tx.conn, &[service])?.is_empty() {
        return Err(Refusal::unknown(Field::Service).into());
    }
    let decided = values::decided(tx.conn, viewer, service, &Values::new(), sent, Field::PresetValues)?;
    let new = New {
        name,
        name_key: folded(name),
        service_id: service,
        create_time: tx.now.naive(),
        update_time: tx.now.naive(),
    };
    let id: PlanId = diesel::insert_into(table::table).values(new).returning(table::id).get_result(tx.conn)?;
    for (parameter, value) in &decided {
        let line = (
            plan_values::plan_id.eq(id),
            plan_values::parameter_id.eq(parameter),
            plan_values::value.eq(values::text_of(value)),
        );
        diesel::insert_into(plan_values::table).values(line).execute(tx.conn)?;
    }
    get(tx.conn, viewer, id)
}

/// Renames a preset.
pub fn rename(tx: &mut Tx<'_>, viewer: &Viewer, plan: &StoredPlan, name: &str) -> Result<StoredPlan, Error> {
    let values = (table::name.eq(name), table::name_key.eq(folded(name)), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(plan.id)).set(values).execute(tx.conn)?;
    get(tx.conn, viewer, plan.id)
}

/// Deletes a preset; subscriptions keep the values that they got from it.
pub fn delete(tx: &mut Tx<'_>, id: PlanId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
