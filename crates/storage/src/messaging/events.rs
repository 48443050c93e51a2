//! What happened that others may want to hear of: written in the transaction of the change, and never changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::messaging::{EventId, EventName};
use domain::value::Timestamp;
use serde_json::{Map, Value};

use crate::schema::events as table;
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
    pub data: Value,
    /// When it happened.
    pub create_time: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow {
    name: EventName,
    client_id: Option<ClientId>,
    data: String,
    create_time: NaiveDateTime,
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
    let row = NewRow { name, client_id: client, data, create_time: tx.now.naive() };
    diesel::insert_into(table::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The events of a client, in the order in which they happened.
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Vec<StoredEvent>, Error> {
    let query = table::table.filter(table::client_id.eq(client)).order(table::id);
    let rows: Vec<(EventId, EventName, Option<ClientId>, String, Timestamp)> =
        query.select((table::id, table::name, table::client_id, table::data, table::create_time)).load(conn)?;
    let event = |(id, name, client, data, create_time): (_, _, _, String, _)| {
        Ok(StoredEvent { id, name, client, data: serde_json::from_str(&data)?, create_time })
    };
    rows.into_iter().map(event).collect()
}
