//! The SMTP servers that mail is handed to.

use diesel::prelude::*;
use domain::messaging::{Encryption, SmtpProvider, SmtpProviderId};
use domain::value::{Stored, Timestamp};

use crate::schema::smtp_providers as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A provider as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProvider {
    /// Its id.
    pub id: SmtpProviderId,
    /// What can be set.
    pub data: SmtpProvider,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredProvider {
    type Data = SmtpProvider;

    fn data(&self) -> &SmtpProvider {
        &self.data
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    caption: &'a str,
    host: &'a str,
    port: i64,
    username: Option<&'a str>,
    password: Option<&'a str>,
    encryption: Option<Encryption>,
    send_from: &'a str,
    send_from_name: Option<&'a str>,
    is_enabled: bool,
}

fn row(provider: &SmtpProvider) -> Row<'_> {
    Row {
        caption: &provider.caption,
        host: &provider.host,
        port: provider.port.into(),
        username: provider.username.as_deref(),
        password: provider.password.as_deref(),
        encryption: provider.encryption,
        send_from: provider.send_from.as_str(),
        send_from_name: provider.send_from_name.as_deref(),
        is_enabled: provider.is_enabled,
    }
}

type Columns = (
    SmtpProviderId,
    (String, String, i64),
    (Option<String>, Option<String>, Option<Encryption>),
    (String, Option<String>),
    bool,
    Timestamp,
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        (table::caption, table::host, table::port),
        (table::username, table::password, table::encryption),
        (table::send_from, table::send_from_name),
        table::is_enabled,
        table::create_time,
        table::update_time,
    )
}

fn stored(row: Columns) -> Result<StoredProvider, Error> {
    let (id, (caption, host, port), (username, password, encryption), sender, is_enabled, create_time, update_time) =
        row;
    let (send_from, send_from_name) = sender;
    let broken = |what: &str| Error::Broken(format!("SMTP provider {id} has no {what}"));
    let data = SmtpProvider {
        caption,
        host,
        port: u16::try_from(port).map_err(|_| broken("port"))?,
        username,
        password,
        encryption,
        send_from: send_from.parse().map_err(|_| broken("sender"))?,
        send_from_name,
        is_enabled,
    };
    Ok(StoredProvider { id, data, create_time, update_time })
}

/// Providers, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<StoredProvider>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One provider.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: SmtpProviderId) -> Result<StoredProvider, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// The enabled providers, in their order.
pub fn enabled(conn: &mut DbConnection) -> Result<Vec<StoredProvider>, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true)).order(table::id).select(columns());
    enabled.load::<Columns>(conn)?.into_iter().map(stored).collect()
}

/// Whether there is an enabled provider.
pub fn is_set(conn: &mut DbConnection) -> Result<bool, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true));
    Ok(diesel::select(diesel::dsl::exists(enabled)).get_result(conn)?)
}

/// Locks a provider, as all others, until the transaction ends, and reads it: one of them stays enabled.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: SmtpProviderId) -> Result<StoredProvider, Error> {
    let all: Vec<SmtpProviderId> = table::table.order(table::id).select(table::id).load(tx.conn)?;
    for provider in all {
        tx.lock("smtp_providers", provider)?;
    }
    get(tx.conn, id)
}

/// Adds a provider.
pub fn insert(tx: &mut Tx<'_>, provider: &SmtpProvider) -> Result<StoredProvider, Error> {
    let values = (row(provider), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

fn others_enabled(conn: &mut DbConnection, id: SmtpProviderId) -> Result<bool, Error> {
    let others = table::table.filter(table::id.ne(id)).filter(table::is_enabled.eq(true));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Writes what can be set of a provider.
///
/// # Errors
/// A conflict where none would be enabled; a refusal where a stored password would be sent to another server.
pub fn update(tx: &mut Tx<'_>, before: &StoredProvider, after: &SmtpProvider) -> Result<StoredProvider, Error> {
    before.data.check_change(after, others_enabled(tx.conn, before.id)?)?;
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a provider, which is held.
///
/// # Errors
/// A conflict where none would be enabled.
pub fn delete(tx: &mut Tx<'_>, provider: &StoredProvider) -> Result<(), Error> {
    provider.data.check_deletable(others_enabled(tx.conn, provider.id)?)?;
    diesel::delete(table::table.find(provider.id)).execute(tx.conn)?;
    Ok(())
}
