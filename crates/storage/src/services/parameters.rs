//! Parameters of paid services. What a user sees of them depends on their categories.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::services::{
    Access, AskedParameter, Parameter, ParameterCategory, ParameterCategoryId, ParameterChange, ParameterId,
    ParameterKind, PlanId, ServiceId, ServicesFault, SubscriptionId,
};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Identified, List, Record, Refusal, folded};

use super::viewer::Viewer;
use super::{categories, in_use, offered};
use crate::connection::{MultiBackend, on_each};
use crate::schema::parameters::{self as table, BoxedQuery};
use crate::schema::{parameter_categories, plan_values, service_parameters as members, subscription_values};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the caption.
    pub caption: Option<String>,
    /// In this category.
    pub category: Option<ParameterCategoryId>,
}

#[derive(Queryable)]
struct Row {
    id: ParameterId,
    name: String,
    caption: String,
    category: Option<ParameterCategoryId>,
    kind: ParameterKind,
    settings: String,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::name, table::caption, table::category_id, table::kind, table::settings)
}

/// The options among the settings.
///
/// # Errors
/// Settings that are not JSON.
pub fn options_of(settings: &str) -> Result<List<String>, Error> {
    let settings: serde_json::Value = serde_json::from_str(settings)?;
    let options = settings.get("options").and_then(serde_json::Value::as_array);
    let texts = options.into_iter().flatten().filter_map(serde_json::Value::as_str);
    Ok(texts.map(ToOwned::to_owned).collect::<Vec<_>>().into())
}

fn filtered(hidden: &[ParameterCategoryId], filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if !hidden.is_empty() {
        let hidden: Vec<Option<ParameterCategoryId>> = hidden.iter().copied().map(Some).collect();
        query = query.filter(table::category_id.is_null().or(table::category_id.ne_all(hidden)));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    if let Some(category) = filter.category {
        query = query.filter(table::category_id.eq(category));
    }
    query
}

/// The categories that the viewer does not see.
fn hidden(conn: &mut DbConnection, viewer: &Viewer) -> Result<Vec<ParameterCategoryId>, Error> {
    let all = categories_of(conn)?;
    Ok(all
        .into_values()
        .filter(|known| viewer.access(Some(&known.data)) == Access::None)
        .map(|known| known.id)
        .collect())
}

/// All categories: there are few.
fn categories_of(conn: &mut DbConnection) -> Result<HashMap<ParameterCategoryId, Record<ParameterCategory>>, Error> {
    let ids: Vec<ParameterCategoryId> = parameter_categories::table.select(parameter_categories::id).load(conn)?;
    ids.into_iter().map(|id| Ok((id, categories::get(conn, id)?))).collect()
}

/// Parameters that the viewer sees, a page of them.
pub fn list(
    conn: &mut DbConnection,
    viewer: &Viewer,
    filter: &Filter,
    paging: &Paging<ById>,
) -> Result<Page<Identified<Parameter>>, Error> {
    let hidden = hidden(conn, viewer)?;
    let total = paging.total(|| filtered(&hidden, filter).count().get_result(conn))?;
    let query = filtered(&hidden, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: assembled(conn, rows)? })
}

/// The names of all parameters that the viewer sees.
pub fn seen_names(conn: &mut DbConnection, viewer: &Viewer) -> Result<HashSet<String>, Error> {
    let hidden = hidden(conn, viewer)?;
    let names: Vec<String> = filtered(&hidden, &Filter::default()).select(table::name).load(conn)?;
    Ok(names.into_iter().collect())
}

fn assembled(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<Identified<Parameter>>, Error> {
    let ids: Vec<ParameterId> = rows.iter().map(|row| row.id).collect();
    let of_ids = members::table.filter(members::parameter_id.eq_any(ids));
    let query = of_ids.select((members::parameter_id, members::service_id));
    let pairs: Vec<(ParameterId, ServiceId)> = on_each!(conn, conn => query.load(conn))?;
    rows.into_iter()
        .map(|row| {
            let services = pairs.iter().filter(|(id, _)| *id == row.id).map(|(_, service)| *service).collect();
            let options = options_of(&row.settings)?;
            let Row { id, name, caption, category, kind, settings } = row;
            Ok(Identified { id, data: Parameter { name, caption, category, kind, services, options, settings } })
        })
        .collect()
}

/// One parameter that the viewer sees.
///
/// # Errors
/// [`Error::NotFound`], also for one that they do not see.
pub fn get(conn: &mut DbConnection, viewer: &Viewer, id: ParameterId) -> Result<Identified<Parameter>, Error> {
    Ok(get_with_access(conn, viewer, id)?.0)
}

/// The same, and what the viewer may do with it.
fn get_with_access(
    conn: &mut DbConnection,
    viewer: &Viewer,
    id: ParameterId,
) -> Result<(Identified<Parameter>, Access), Error> {
    let row: Row = table::table.find(id).select(columns()).first(conn)?;
    let category = row.category.map(|id| categories::get(conn, id)).transpose()?;
    let access = viewer.access(category.as_ref().map(|category| &category.data));
    if access == Access::None {
        return Err(Error::NotFound);
    }
    let parameter = assembled(conn, vec![row])?.pop().ok_or(Error::NotFound)?;
    Ok((parameter, access))
}

/// Locks a parameter that the viewer may change until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for one that they do not see; a refusal for one that they only see.
pub fn lock(tx: &mut Tx<'_>, viewer: &Viewer, id: ParameterId) -> Result<Identified<Parameter>, Error> {
    tx.lock("parameters", id)?;
    let (parameter, access) = get_with_access(tx.conn, viewer, id)?;
    access.check_update()?;
    Ok(parameter)
}

/// The parameters of these ids, and those that a service asks for, with what the viewer may do.
pub(super) fn asked(
    conn: &mut DbConnection,
    viewer: &Viewer,
    service: Option<ServiceId>,
    ids: &[ParameterId],
) -> Result<Vec<AskedParameter>, Error> {
    let mut wanted: Vec<ParameterId> = ids.to_vec();
    if let Some(service) = service {
        let of_service = members::table.filter(members::service_id.eq(service)).select(members::parameter_id);
        wanted.extend(of_service.load::<ParameterId>(conn)?);
    }
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let query = table::table.filter(table::id.eq_any(wanted)).order(table::id).select(columns());
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let categories = categories_of(conn)?;
    let parameters = assembled(conn, rows)?;
    Ok(parameters
        .into_iter()
        .map(|Identified { id, data }| {
            let category = data.category.and_then(|category| categories.get(&category));
            let access = viewer.access(category.map(|category| &category.data));
            AskedParameter { id, data, access }
        })
        .collect())
}

fn check_named(tx: &mut Tx<'_>, viewer: &Viewer, parameter: &Parameter) -> Result<(), Error> {
    let mut faults = Vec::new();
    let services: Vec<ServiceId> = parameter.services.iter().copied().collect();
    let known = offered::existing(tx.conn, &services)?;
    let unknown = services.iter().filter(|service| !known.contains(service));
    faults.extend(unknown.map(|service| CommonFault::Unknown.at(Field::Services).with("id", service.get())));
    if let Some(id) = parameter.category {
        match categories::get(tx.conn, id) {
            Ok(category) => match viewer.access(Some(&category.data)) {
                Access::Update => {}
                Access::Read => faults.push(ServicesFault::ParameterReadOnly.at(Field::Category)),
                Access::None => faults.push(CommonFault::Unknown.at(Field::Category)),
            },
            Err(Error::NotFound) => faults.push(CommonFault::Unknown.at(Field::Category)),
            Err(error) => return Err(error),
        }
    }
    Ok(Refusal::unless_empty(faults)?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    caption_key: String,
    category_id: Option<ParameterCategoryId>,
    kind: ParameterKind,
    settings: &'a str,
}

fn values(parameter: &Parameter) -> Values<'_> {
    Values {
        name: &parameter.name,
        name_key: folded(&parameter.name),
        caption: &parameter.caption,
        caption_key: folded(&parameter.caption),
        category_id: parameter.category,
        kind: parameter.kind,
        settings: &parameter.settings,
    }
}

fn set_services(tx: &mut Tx<'_>, id: ParameterId, parameter: &Parameter) -> Result<(), Error> {
    diesel::delete(members::table.filter(members::parameter_id.eq(id))).execute(tx.conn)?;
    for service in parameter.services.iter() {
        let pair = (members::parameter_id.eq(id), members::service_id.eq(service));
        diesel::insert_into(members::table).values(pair).execute(tx.conn)?;
    }
    Ok(())
}

/// Adds a parameter.
///
/// # Errors
/// A refusal where its name is taken, or a service or its category does not exist.
pub fn insert(tx: &mut Tx<'_>, viewer: &Viewer, parameter: &Parameter) -> Result<Identified<Parameter>, Error> {
    check_named(tx, viewer, parameter)?;
    let id = diesel::insert_into(table::table).values(values(parameter)).returning(table::id);
    let id = id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    set_services(tx, id, parameter)?;
    get(tx.conn, viewer, id)
}

/// Writes what can be set of a parameter.
///
/// # Errors
/// A refusal where its name is taken, a record that it refers to does not exist, or values of its type
/// are stored.
pub fn update(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    before: &Identified<Parameter>,
    after: &Parameter,
) -> Result<Identified<Parameter>, Error> {
    check_named(tx, viewer, after)?;
    let stored_values = if before.data.kind == after.kind { 0 } else { stored(tx.conn, before.id)? };
    ParameterChange { before: &before.data, after, stored_values }.check()?;
    let updated = diesel::update(table::table.find(before.id)).set(values(after)).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    set_services(tx, before.id, after)?;
    get(tx.conn, viewer, before.id)
}

/// How many values of a parameter are stored.
fn stored(conn: &mut DbConnection, id: ParameterId) -> Result<i64, Error> {
    let subscribed: i64 =
        subscription_values::table.filter(subscription_values::parameter_id.eq(id)).count().get_result(conn)?;
    let preset: i64 = plan_values::table.filter(plan_values::parameter_id.eq(id)).count().get_result(conn)?;
    Ok(subscribed + preset)
}

/// Deletes a parameter without stored values.
///
/// # Errors
/// A conflict that names the subscriptions and presets with values of it.
pub fn delete(tx: &mut Tx<'_>, id: ParameterId) -> Result<(), Error> {
    let subscribed = subscription_values::table.filter(subscription_values::parameter_id.eq(id));
    let subscribed = subscribed.order(subscription_values::subscription_id).limit(in_use::MAX_SOUGHT);
    let subscribed: Vec<SubscriptionId> = subscribed.select(subscription_values::subscription_id).load(tx.conn)?;
    let preset = plan_values::table.filter(plan_values::parameter_id.eq(id)).order(plan_values::plan_id);
    let preset: Vec<PlanId> = preset.select(plan_values::plan_id).limit(in_use::MAX_SOUGHT).load(tx.conn)?;
    let faults: Vec<Fault> = in_use::fault(ServicesFault::SubscriptionsHaveValues, &subscribed)
        .into_iter()
        .chain(in_use::fault(ServicesFault::PresetsHaveValues, &preset))
        .collect();
    if !faults.is_empty() {
        return Err(Refusal::Conflict(faults).into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
