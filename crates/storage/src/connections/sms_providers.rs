//! What sends SMS.

use diesel::prelude::*;
use domain::connections::{Settings, SmsProvider, SmsProviderId, SmsService};
use domain::value::{Field, Record, Refusal, Timestamp, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::sms_providers::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Through this service.
    pub service: Option<SmsService>,
    /// Used or not.
    pub is_enabled: Option<bool>,
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the caption.
    pub caption: Option<String>,
}

type Columns = (SmsProviderId, SmsService, String, String, bool, String, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::service,
        table::name,
        table::caption,
        table::is_enabled,
        table::settings,
        table::create_time,
        table::update_time,
    )
}

fn stored(row: Columns) -> Result<Record<SmsProvider>, Error> {
    let (id, service, name, caption, is_enabled, settings, create_time, update_time) = row;
    let settings: Settings = serde_json::from_str(&settings)?;
    Ok(Record { id, data: SmsProvider { service, name, caption, is_enabled, settings }, create_time, update_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(service) = filter.service {
        query = query.filter(table::service.eq(service));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    query
}

/// Providers, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Record<SmsProvider>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        ByTime::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// The providers that are used, in the order in which they are tried: the oldest first.
pub fn enabled(conn: &mut DbConnection) -> Result<Vec<Record<SmsProvider>>, Error> {
    let filter = Filter { is_enabled: Some(true), ..Filter::default() };
    let rows: Vec<Columns> = filtered(&filter).order((table::create_time, table::id)).select(columns()).load(conn)?;
    rows.into_iter().map(stored).collect()
}

/// One provider.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: SmsProviderId) -> Result<Record<SmsProvider>, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a provider until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: SmsProviderId) -> Result<Record<SmsProvider>, Error> {
    tx.lock("sms_providers", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    service: SmsService,
    name: &'a str,
    name_key: String,
    caption: &'a str,
    caption_key: String,
    is_enabled: bool,
    settings: String,
}

fn row(provider: &SmsProvider) -> Result<Row<'_>, Error> {
    Ok(Row {
        service: provider.service,
        name: &provider.name,
        name_key: folded(&provider.name),
        caption: &provider.caption,
        caption_key: folded(&provider.caption),
        is_enabled: provider.is_enabled,
        settings: json(&provider.settings)?,
    })
}

/// Adds a provider.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, provider: &SmsProvider) -> Result<Record<SmsProvider>, Error> {
    let same = table::table.filter(table::name_key.eq(folded(&provider.name)));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Name).into());
    }
    let values = (row(provider)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a provider.
///
/// # Errors
/// A refusal where its secrets would be sent to another address, or its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<SmsProvider>,
    after: &SmsProvider,
) -> Result<Record<SmsProvider>, Error> {
    before.data.check_change(after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a provider, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: SmsProviderId) -> Result<Record<SmsProvider>, Error> {
    let provider = lock(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(provider)
}
