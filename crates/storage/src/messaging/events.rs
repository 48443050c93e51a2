//! What happened that others may want to hear of: written in the transaction of the change, and never changed.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::messaging::{EventId, EventName, ListenerEvent, type_for_client};
use domain::value::Timestamp;
use serde_json::{Map, Value};

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::{event_listeners, event_notifications, events as table};
use crate::{DbConnection, Error, Tx};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id; later events have larger ones.
    pub id: EventId,
    /// What happened.
    pub name: EventName,
    /// Whose it is.
    pub client: Option<ClientId>,
    /// The facts, by the names of the public interface.
    pub data: Map<String, Value>,
    /// When it happened.
    pub create_time: Timestamp,
}

impl StoredEvent {
    /// The id of a record that the event names.
    #[must_use]
    pub fn id_of(&self, key: &str) -> Option<i64> {
        self.data.get(key).and_then(Value::as_i64)
    }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow {
    name: EventName,
    client_id: Option<ClientId>,
    data: String,
    create_time: NaiveDateTime,
    is_dispatched: bool,
}

/// Facts of an event, by the names of the public interface.
pub(crate) fn facts<const N: usize>(facts: [(&str, Value); N]) -> Map<String, Value> {
    facts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Writes that something happened.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    name: EventName,
    client: Option<ClientId>,
    mut data: Map<String, Value>,
) -> Result<(), Error> {
    data.extend(client.map(|client| ("clientId".to_owned(), client.get().into())));
    let data = Value::from(data).to_string();
    // What nobody hears of need not be passed on.
    let is_dispatched = !is_heard(tx.conn, name)?;
    let row = NewRow { name, client_id: client, data, create_time: tx.now.naive(), is_dispatched };
    let insert = diesel::insert_into(table::table).values(row);
    on_each!(&mut *tx.conn, conn => insert.execute(conn))?;
    Ok(())
}

/// Whether somebody is told of such an event: its client, a user or a listener.
fn is_heard(conn: &mut DbConnection, name: EventName) -> Result<bool, Error> {
    if type_for_client(name).is_some() {
        return Ok(true);
    }
    let users = event_notifications::table
        .filter(event_notifications::event.eq(name))
        .filter(event_notifications::is_enabled.eq(true));
    // At most two: a list of its own length would be another statement, parsed at each call.
    let mut covering = ListenerEvent::ALL.iter().copied().filter(|listener| listener.covers(name));
    let first = covering.next();
    let second = covering.next().or(first);
    let listeners = event_listeners::table
        .filter(event_listeners::is_enabled.eq(true))
        .filter(event_listeners::event.nullable().eq(first).or(event_listeners::event.nullable().eq(second)));
    let is_heard = diesel::select(exists(users).or(exists(listeners)));
    Ok(on_each!(conn, conn => is_heard.get_result(conn))?)
}

type Columns = (EventId, EventName, Option<ClientId>, String, Timestamp);

fn stored((id, name, client, data, create_time): Columns) -> Result<StoredEvent, Error> {
    Ok(StoredEvent { id, name, client, data: serde_json::from_str(&data)?, create_time })
}

/// The events of a client, in the order in which they happened.
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Vec<StoredEvent>, Error> {
    let query = table::table.filter(table::client_id.eq(client)).order(table::id);
    let rows: Vec<Columns> =
        query.select((table::id, table::name, table::client_id, table::data, table::create_time)).load(conn)?;
    rows.into_iter().map(stored).collect()
}

/// Whether an event waits to be passed on. The condition is the very one of the index.
pub fn is_waiting(conn: &mut DbConnection) -> Result<bool, Error> {
    let waiting = table::table.filter(diesel::dsl::not(table::is_dispatched));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// The events that wait to be passed on, the oldest first, at most so many.
pub(super) fn waiting(conn: &mut DbConnection, most: i64) -> Result<Vec<StoredEvent>, Error> {
    let query = table::table.filter(diesel::dsl::not(table::is_dispatched)).order(table::id).limit(most);
    let rows: Vec<Columns> =
        query.select((table::id, table::name, table::client_id, table::data, table::create_time)).load(conn)?;
    rows.into_iter().map(stored).collect()
}

/// Events that are passed on.
pub(super) fn settle(tx: &mut Tx<'_>, events: &[EventId]) -> Result<(), Error> {
    let passed_on = diesel::update(table::table.filter(one_of(table::id, events))).set(table::is_dispatched.eq(true));
    on_each!(&mut *tx.conn, conn => passed_on.execute(conn))?;
    Ok(())
}

/// Events that wait are never passed on; for a database that was restored.
pub(crate) fn pass_over_waiting(tx: &mut Tx<'_>) -> Result<(), Error> {
    let waiting = table::table.filter(diesel::dsl::not(table::is_dispatched));
    diesel::update(waiting).set(table::is_dispatched.eq(true)).execute(tx.conn)?;
    Ok(())
}
