//! What clients sign in from. A device is added by a sign-in from it.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::credentials::{Device, DeviceId, Fingerprint};
use domain::identity::Scope;
use domain::value::Timestamp;

use super::sessions;
use crate::client_scope::{check_visible, lock_client};
use crate::paging::ordered;
use crate::schema::client_devices as table;
use crate::{DbConnection, Error, Page, Paging, Tx};

/// A device as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub client: ClientId,
    /// What is known of it.
    pub data: Device,
    /// When the client signed in from it last.
    pub last_sign_in: Timestamp,
    /// When the client signed in from it first.
    pub create_time: Timestamp,
}

/// What devices are sorted by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// The first sign-in.
    CreateTime,
    /// The last sign-in.
    LastSignIn,
}

type Columns =
    ((DeviceId, ClientId), (String, Option<String>, Option<String>), (String, String), (Timestamp, Timestamp));

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        (table::id, table::client_id),
        (table::user_agent, table::platform, table::time_zone),
        (table::hash, table::ip),
        (table::last_sign_in, table::create_time),
    )
}

fn stored(row: Columns) -> StoredDevice {
    let ((id, client), (user_agent, platform, time_zone), (hash, ip), (last_sign_in, create_time)) = row;
    let data = Device { fingerprint: Fingerprint { user_agent, platform, time_zone }, hash, ip };
    StoredDevice { id, client, data, last_sign_in, create_time }
}

/// Devices of a client, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    paging: &Paging<Sort>,
) -> Result<Page<StoredDevice>, Error> {
    check_visible(conn, scope, client)?;
    let of_client = || table::table.filter(table::client_id.eq(client));
    let total = paging.total(|| of_client().count().get_result(conn))?;
    let query = of_client().into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::LastSignIn => ordered!(query, paging.direction, table::last_sign_in, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(stored))
}

/// One device of a client.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, client: ClientId, id: DeviceId) -> Result<StoredDevice, Error> {
    check_visible(conn, scope, client)?;
    Ok(stored(table::table.find(id).filter(table::client_id.eq(client)).select(columns()).first(conn)?))
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    client_id: ClientId,
    hash: &'a str,
    user_agent: &'a str,
    platform: Option<&'a str>,
    time_zone: Option<&'a str>,
    ip: String,
    last_sign_in: NaiveDateTime,
    create_time: NaiveDateTime,
}

/// A device that a client signs in from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whether the client never signed in from it before.
    pub is_new: bool,
}

/// Notes that a client, who is held, signs in from a device.
pub fn see(
    tx: &mut Tx<'_>,
    client: ClientId,
    fingerprint: &Fingerprint,
    hash: &str,
    ip: IpAddr,
) -> Result<SeenDevice, Error> {
    let known = table::table.filter(table::client_id.eq(client)).filter(table::hash.eq(hash)).select(table::id);
    let known: Option<DeviceId> = known.first(tx.conn).optional()?;
    let now = tx.now.naive();
    if let Some(id) = known {
        let values = (table::ip.eq(ip.to_string()), table::last_sign_in.eq(now));
        diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
        return Ok(SeenDevice { id, is_new: false });
    }
    let values = Values {
        client_id: client,
        hash,
        user_agent: &fingerprint.user_agent,
        platform: fingerprint.platform.as_deref(),
        time_zone: fingerprint.time_zone.as_deref(),
        ip: ip.to_string(),
        last_sign_in: now,
        create_time: now,
    };
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    Ok(SeenDevice { id, is_new: true })
}

/// Forgets a device and ends the sessions that were begun from it; answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, id: DeviceId) -> Result<StoredDevice, Error> {
    lock_client(tx, scope, client)?;
    let device = get(tx.conn, scope, client, id)?;
    sessions::end_of_device(tx, client, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(device)
}
