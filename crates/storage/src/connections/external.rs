//! Connections to services outside.

use diesel::prelude::*;
use domain::connections::{ConnectionId, ConnectionProvider, ConnectionsFault, ExternalConnection, Settings};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Record, Refusal, Timestamp, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::external_connections::{self as table, BoxedQuery};
use crate::schema::methods;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// How many of the methods that refer to a connection are named.
const MAX_NAMED_METHODS: i64 = 5;

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// To this provider.
    pub provider: Option<ConnectionProvider>,
    /// Used or not.
    pub enabled: Option<bool>,
}

type Columns = (ConnectionId, String, String, ConnectionProvider, bool, String, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::caption,
        table::provider,
        table::enabled,
        table::settings,
        table::create_time,
        table::update_time,
    )
}

fn stored(row: Columns) -> Result<Record<ExternalConnection>, Error> {
    let (id, name, caption, provider, enabled, settings, create_time, update_time) = row;
    let name = name.parse().map_err(|_| Error::Broken(format!("{name:?} is not a name of a connection")))?;
    let settings: Settings = serde_json::from_str(&settings)?;
    let data = ExternalConnection { name, caption, provider, enabled, settings };
    Ok(Record { id, data, create_time, update_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(provider) = filter.provider {
        query = query.filter(table::provider.eq(provider));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Connections, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Record<ExternalConnection>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        ByTime::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One connection.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ConnectionId) -> Result<Record<ExternalConnection>, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// The connection to a provider that is used: the oldest of those that are enabled, if there is one.
pub fn enabled_to(
    conn: &mut DbConnection,
    provider: ConnectionProvider,
) -> Result<Option<Record<ExternalConnection>>, Error> {
    let filter = Filter { provider: Some(provider), enabled: Some(true) };
    let row: Option<Columns> =
        filtered(&filter).order((table::create_time, table::id)).select(columns()).first(conn).optional()?;
    row.map(stored).transpose()
}

/// Locks a connection until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ConnectionId) -> Result<Record<ExternalConnection>, Error> {
    tx.lock("external_connections", id)?;
    get(tx.conn, id)
}

/// Keeps a connection from being deleted until the transaction ends, for a record that is to name it: what stands
/// against that.
pub(crate) fn hold(tx: &mut Tx<'_>, id: ConnectionId) -> Result<Option<Fault>, Error> {
    tx.hold("external_connections", &[id])?;
    let enabled: Option<bool> = table::table.find(id).select(table::enabled).first(tx.conn).optional()?;
    Ok(match enabled {
        None => Some(CommonFault::Unknown.at(Field::Connection)),
        Some(false) => Some(CommonFault::Disabled.at(Field::Connection)),
        Some(true) => None,
    })
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    provider: ConnectionProvider,
    enabled: bool,
    settings: String,
}

fn row(connection: &ExternalConnection) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: connection.name.as_str(),
        name_key: folded(connection.name.as_str()),
        caption: &connection.caption,
        provider: connection.provider,
        enabled: connection.enabled,
        settings: json(&connection.settings)?,
    })
}

/// Adds a connection.
///
/// # Errors
/// A refusal where it is enabled and cannot be used, or its name is taken.
pub fn insert(tx: &mut Tx<'_>, connection: &ExternalConnection) -> Result<Record<ExternalConnection>, Error> {
    connection.check_new()?;
    let same = table::table.filter(table::name_key.eq(folded(connection.name.as_str())));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Name).into());
    }
    let values = (row(connection)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a connection.
///
/// # Errors
/// A refusal where it is enabled and cannot be used, its secrets would be sent to another address, or its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ExternalConnection>,
    after: &ExternalConnection,
) -> Result<Record<ExternalConnection>, Error> {
    before.data.check_change(after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a connection that nothing refers to, and answers what it was.
///
/// # Errors
/// A refusal while payment methods name it.
pub fn delete(tx: &mut Tx<'_>, id: ConnectionId) -> Result<Record<ExternalConnection>, Error> {
    tx.lock_to_delete("external_connections", id)?;
    let connection = get(tx.conn, id)?;
    let named = methods::table.filter(methods::connection_id.eq(id)).order(methods::id).limit(MAX_NAMED_METHODS);
    let named: Vec<String> = named.select(methods::name).load(tx.conn)?;
    if !named.is_empty() {
        return Err(ConnectionsFault::ConnectionInUse.with("methods", named.join(", ")).conflict().into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(connection)
}
