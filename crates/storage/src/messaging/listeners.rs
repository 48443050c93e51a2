//! What is done when an event meets conditions.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::catalog::PlatformId;
use domain::messaging::{Conditions, Listener, ListenerEvent, ListenerId, OLD_SECRET_SIGNS_FOR, Workflow};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, Stored, Timestamp};

use super::notification_types;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::event_listeners::{self as table, BoxedQuery};
use crate::schema::{platforms, sms_providers};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A listener as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredListener {
    /// Its id.
    pub id: ListenerId,
    /// What can be set.
    pub data: Listener,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredListener {
    type Data = Listener;

    fn data(&self) -> &Listener {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Waiting for this.
    pub event: Option<ListenerEvent>,
    /// Whether it acts.
    pub is_enabled: Option<bool>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    description: Option<&'a str>,
    event: ListenerEvent,
    conditions: String,
    workflow: String,
    is_enabled: bool,
}

fn row(listener: &Listener) -> Result<Row<'_>, Error> {
    Ok(Row {
        description: listener.description.as_deref(),
        event: listener.event,
        conditions: json(&listener.conditions)?,
        workflow: json(&listener.workflow)?,
        is_enabled: listener.is_enabled,
    })
}

type Columns = (ListenerId, (Option<String>, ListenerEvent, String, String, bool), Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::description, table::event, table::conditions, table::workflow, table::is_enabled);
    (table::id, data, table::create_time, table::update_time)
}

fn stored(row: Columns) -> Result<StoredListener, Error> {
    let (id, (description, event, conditions, workflow, is_enabled), create_time, update_time) = row;
    let conditions: Conditions = serde_json::from_str(&conditions)?;
    let workflow: Workflow = serde_json::from_str(&workflow)?;
    Ok(StoredListener {
        id,
        data: Listener { description, event, conditions, workflow, is_enabled },
        create_time,
        update_time,
    })
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(event) = filter.event {
        query = query.filter(table::event.eq(event));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Listeners, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<ByTime>) -> Result<Page<StoredListener>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One listener.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ListenerId) -> Result<StoredListener, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a listener until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ListenerId) -> Result<StoredListener, Error> {
    tx.lock("event_listeners", id)?;
    get(tx.conn, id)
}

/// The enabled listeners.
pub(super) fn enabled(conn: &mut DbConnection) -> Result<Vec<StoredListener>, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true)).order(table::id).select(columns());
    enabled.load::<Columns>(conn)?.into_iter().map(stored).collect()
}

/// What a listener names must exist.
fn check(tx: &mut Tx<'_>, listener: &Listener) -> Result<(), Error> {
    let conditions = &listener.conditions;
    let mut faults: Vec<Fault> = Vec::new();
    for (name, platform) in [
        ("destinationPlatformId", conditions.destination_platform_id),
        ("sourcePlatformId", conditions.source_platform_id),
    ] {
        let Some(platform) = platform else { continue };
        if !is_platform(tx.conn, platform)? {
            faults.push(CommonFault::Unknown.at(Field::HandlerOptions.entry(name)));
        }
    }
    if let Workflow::Notification { kind, .. } = &listener.workflow
        && !notification_types::hold(tx, kind)?
    {
        faults.push(CommonFault::Unknown.at(Field::WorkflowOptions.entry("type")));
    }
    Ok(Refusal::unless_empty(faults)?)
}

fn is_platform(conn: &mut DbConnection, platform: PlatformId) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(platforms::table.find(platform))).get_result(conn)?)
}

/// One who waits for balances hears of those that are low already.
fn forget_balances(tx: &mut Tx<'_>, listener: &Listener) -> Result<(), Error> {
    if listener.is_enabled && listener.event == ListenerEvent::AccountBalanceReceived {
        let unread =
            (sms_providers::balance.eq(None::<String>), sms_providers::balance_read_at.eq(None::<NaiveDateTime>));
        diesel::update(sms_providers::table).set(unread).execute(tx.conn)?;
    }
    Ok(())
}

/// Adds a listener, with the sealed secret that signs its webhooks.
///
/// # Errors
/// A refusal where what it names does not exist.
pub fn insert(tx: &mut Tx<'_>, listener: &Listener, sealed_secret: Option<&[u8]>) -> Result<StoredListener, Error> {
    check(tx, listener)?;
    forget_balances(tx, listener)?;
    let values = (
        row(listener)?,
        table::secret.eq(sealed_secret),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a listener. One that is switched on again begins anew.
///
/// # Errors
/// A refusal where what it names does not exist.
pub fn update(tx: &mut Tx<'_>, before: &StoredListener, after: &Listener) -> Result<StoredListener, Error> {
    check(tx, after)?;
    forget_balances(tx, after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    if after.is_enabled && !before.data.is_enabled {
        set_failing_since(tx, before.id, None)?;
    }
    get(tx.conn, before.id)
}

/// Whether webhooks of a listener can be signed.
pub fn has_secret(conn: &mut DbConnection, id: ListenerId) -> Result<bool, Error> {
    let secret: Option<Vec<u8>> = table::table.find(id).select(table::secret).first(conn)?;
    Ok(secret.is_some())
}

/// Deletes a listener with its deliveries.
pub fn delete(tx: &mut Tx<'_>, id: ListenerId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Switches a listener off.
pub(super) fn switch_off(tx: &mut Tx<'_>, id: ListenerId) -> Result<(), Error> {
    let off = (table::is_enabled.eq(false), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(id)).set(off).execute(tx.conn)?;
    Ok(())
}

/// Since when all deliveries of a listener have failed.
pub(super) fn failing_since(conn: &mut DbConnection, id: ListenerId) -> Result<Option<Timestamp>, Error> {
    Ok(table::table.find(id).select(table::failing_since).first(conn).optional()?.flatten())
}

/// Notes since when all deliveries of a listener have failed.
pub(super) fn set_failing_since(tx: &mut Tx<'_>, id: ListenerId, since: Option<Timestamp>) -> Result<(), Error> {
    let since = since.map(Timestamp::naive);
    diesel::update(table::table.find(id)).set(table::failing_since.eq(since)).execute(tx.conn)?;
    Ok(())
}

/// The sealed secrets of a listener, the newest first, each with the time until which it signs.
pub(super) fn secrets(conn: &mut DbConnection, id: ListenerId) -> Result<Vec<SigningSecret>, Error> {
    type Secrets = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Timestamp>);
    let columns = (table::secret, table::old_secret, table::old_secret_expires_at);
    let (secret, old, expires_at): Secrets = table::table.find(id).select(columns).first(conn)?;
    let new = secret.map(|sealed| SigningSecret { sealed, expires_at: None });
    let old = old.map(|sealed| SigningSecret { sealed, expires_at });
    Ok([new, old].into_iter().flatten().collect())
}

/// A secret that signs webhooks.
#[derive(Clone, Debug)]
pub struct SigningSecret {
    /// Sealed.
    pub sealed: Vec<u8>,
    /// Until when it signs; none for the present one.
    pub expires_at: Option<Timestamp>,
}

/// Gives a listener, which is held, another secret; the old one signs beside it for a day. Answers until when; none where
/// there was none.
pub fn rotate_secret(tx: &mut Tx<'_>, id: ListenerId, sealed: &[u8]) -> Result<Option<Timestamp>, Error> {
    let old: Option<Vec<u8>> = table::table.find(id).select(table::secret).first(tx.conn)?;
    let expires_at = old.is_some().then(|| tx.now.plus(OLD_SECRET_SIGNS_FOR));
    let values = (
        table::secret.eq(Some(sealed)),
        table::old_secret.eq(old),
        table::old_secret_expires_at.eq(expires_at.map(Timestamp::naive)),
    );
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(expires_at)
}
