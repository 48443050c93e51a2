//! The services that deliver mass mail.

use diesel::prelude::*;
use domain::mailing::{DeliveryOptions, DeliveryPlatform, DeliveryService, DeliveryServiceId};
use domain::value::{Email, Record, Timestamp, folded};

use super::sending;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::delivery_services::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the caption.
    pub caption: Option<String>,
    /// Of this platform.
    pub platform: Option<DeliveryPlatform>,
    /// Used or not.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Caption,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    caption: &'a str,
    caption_key: String,
    platform: DeliveryPlatform,
    is_enabled: bool,
    api_key: &'a str,
    api_url: Option<&'a str>,
    from_email: Option<&'a str>,
    from_name: Option<&'a str>,
}

fn row(service: &DeliveryService) -> Row<'_> {
    let DeliveryOptions { api_key, api_url, from_email, from_name } = &service.options;
    Row {
        caption: &service.caption,
        caption_key: folded(&service.caption),
        platform: service.platform,
        is_enabled: service.is_enabled,
        api_key,
        api_url: api_url.as_deref(),
        from_email: from_email.as_ref().map(Email::as_str),
        from_name: from_name.as_deref(),
    }
}

type Columns = (
    DeliveryServiceId,
    (String, DeliveryPlatform, bool),
    (String, Option<String>, Option<String>, Option<String>),
    Timestamp,
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::caption, table::platform, table::is_enabled);
    let options = (table::api_key, table::api_url, table::from_email, table::from_name);
    (table::id, data, options, table::create_time, table::update_time)
}

fn stored(row: Columns) -> Result<Record<DeliveryService>, Error> {
    let (id, (caption, platform, is_enabled), (api_key, api_url, from_email, from_name), create_time, update_time) =
        row;
    let sender =
        |email: String| email.parse().map_err(|_| Error::Broken(format!("delivery service {id} has no sender")));
    let from_email: Option<Email> = from_email.map(sender).transpose()?;
    let options = DeliveryOptions { api_key, api_url, from_email, from_name };
    Ok(Record { id, data: DeliveryService { caption, platform, is_enabled, options }, create_time, update_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    if let Some(platform) = filter.platform {
        query = query.filter(table::platform.eq(platform));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Services, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<DeliveryService>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::Caption => ordered!(query, paging.direction, table::caption_key, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One service.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: DeliveryServiceId) -> Result<Record<DeliveryService>, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// A service, if there is one of this id.
pub(super) fn find(conn: &mut DbConnection, id: DeliveryServiceId) -> Result<Option<Record<DeliveryService>>, Error> {
    table::table.find(id).select(columns()).first(conn).optional()?.map(stored).transpose()
}

/// Locks a service until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: DeliveryServiceId) -> Result<Record<DeliveryService>, Error> {
    tx.lock("delivery_services", id)?;
    get(tx.conn, id)
}

/// Adds a service.
pub fn insert(tx: &mut Tx<'_>, service: &DeliveryService) -> Result<Record<DeliveryService>, Error> {
    let values = (row(service), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a service. Disabling it stops what is being sent over it.
///
/// # Errors
/// A refusal where its key would be sent to another address.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<DeliveryService>,
    after: &DeliveryService,
) -> Result<Record<DeliveryService>, Error> {
    before.data.check_change(after)?;
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    if before.data.is_enabled && !after.is_enabled {
        sending::hasten(tx, before.id)?;
    }
    get(tx.conn, before.id)
}

/// Deletes a service, and answers what it was. Mail that was sent over it stays, and what is being sent stops.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: DeliveryServiceId) -> Result<Record<DeliveryService>, Error> {
    let service = lock(tx, id)?;
    sending::hasten(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(service)
}
