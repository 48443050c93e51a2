//! The paid services themselves.

use diesel::prelude::*;
use domain::services::{PaidService, ServiceGroupId, ServiceId, ServicesFault, SubscriptionId};
use domain::value::{Field, Record, Refusal, folded};

use super::{groups, in_use};
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::paid_services::{self as table, BoxedQuery};
use crate::schema::subscriptions;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this id at the outside provider.
    pub external_id: Option<String>,
    /// With this in the full name.
    pub full_name: Option<String>,
    /// Of this group.
    pub group: Option<ServiceGroupId>,
    /// On or off.
    pub is_active: Option<bool>,
    /// With this in the comment.
    pub comment: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::full_name, table::group_id, table::is_active, table::external_id, table::comment);
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(table::external_id.eq(external_id.clone()));
    }
    if let Some(full_name) = &filter.full_name {
        query = query.filter(table::full_name_key.like(part_of(full_name)).escape('\\'));
    }
    if let Some(group) = filter.group {
        query = query.filter(table::group_id.eq(group));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(table::is_active.eq(is_active));
    }
    if let Some(comment) = &filter.comment {
        query = query.filter(table::comment_key.like(part_of(comment)).escape('\\'));
    }
    query
}

/// Services, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Record<PaidService>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One service.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ServiceId) -> Result<Record<PaidService>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a service until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ServiceId) -> Result<Record<PaidService>, Error> {
    tx.lock("paid_services", id)?;
    get(tx.conn, id)
}

/// Those of the ids that exist.
pub(super) fn existing(conn: &mut DbConnection, ids: &[ServiceId]) -> Result<Vec<ServiceId>, Error> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

fn check_group(conn: &mut DbConnection, id: ServiceGroupId) -> Result<(), Error> {
    match groups::get(conn, id) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => Err(Refusal::unknown(Field::Group).into()),
        Err(error) => Err(error),
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    full_name: &'a str,
    full_name_key: String,
    group_id: ServiceGroupId,
    is_active: bool,
    external_id: Option<&'a str>,
    comment: Option<&'a str>,
    comment_key: Option<String>,
}

fn row(service: &PaidService) -> Row<'_> {
    Row {
        name: &service.name,
        name_key: folded(&service.name),
        full_name: &service.full_name,
        full_name_key: folded(&service.full_name),
        group_id: service.group,
        is_active: service.is_active,
        external_id: service.external_id.as_deref(),
        comment: service.comment.as_deref(),
        comment_key: service.comment.as_deref().map(folded),
    }
}

/// Adds a service.
///
/// # Errors
/// A refusal where its group does not exist.
pub fn insert(tx: &mut Tx<'_>, service: &PaidService) -> Result<Record<PaidService>, Error> {
    check_group(tx.conn, service.group)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values((row(service), times)).returning(table::id);
    let id = id.get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a service.
///
/// # Errors
/// A refusal where its group does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<PaidService>,
    after: &PaidService,
) -> Result<Record<PaidService>, Error> {
    check_group(tx.conn, after.group)?;
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a service without subscriptions, and its presets with it.
///
/// # Errors
/// A conflict that lists its subscriptions.
pub fn delete(tx: &mut Tx<'_>, id: ServiceId) -> Result<(), Error> {
    let of_service = subscriptions::table.filter(subscriptions::service_id.eq(id));
    let of_service = of_service.order((subscriptions::create_time, subscriptions::id));
    let used: Vec<SubscriptionId> = of_service.select(subscriptions::id).limit(in_use::MAX_SOUGHT).load(tx.conn)?;
    if let Some(fault) = in_use::fault(ServicesFault::ServiceHasSubscriptions, &used) {
        return Err(fault.conflict().into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
