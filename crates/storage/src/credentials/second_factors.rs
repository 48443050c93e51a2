//! Second factors of clients: a row is one that is on.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::credentials::{SecondFactorChangeId, SecondFactorMethod, Switch};
use domain::identity::{Scope, UserId};
use domain::value::Timestamp;

use crate::client_scope::{check_not_deleted, check_visible, lock_client};
use crate::paging::ordered;
use crate::schema::client_second_factor_changes as changes;
use crate::schema::client_second_factors as table;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A switch of a second factor.
#[derive(Clone, Debug, Queryable)]
pub struct SecondFactorChange {
    /// Its id.
    pub id: SecondFactorChangeId,
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub method: SecondFactorMethod,
    /// Whether it is on since.
    pub is_enabled: bool,
    /// The user who switched it; none where the client did.
    pub user: Option<UserId>,
    /// From where.
    pub ip: Option<String>,
    /// When.
    pub create_time: Timestamp,
}

/// The second factors that a client has on.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn enabled(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<Vec<SecondFactorMethod>, Error> {
    check_visible(conn, scope, client)?;
    Ok(table::table.filter(table::client_id.eq(client)).order(table::method).select(table::method).load(conn)?)
}

/// A second factor that is on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SecondFactor {
    /// Which.
    pub method: SecondFactorMethod,
    /// The secret of an app, sealed.
    pub sealed_secret: Option<Vec<u8>>,
    /// The number to which codes go.
    pub phone: Option<String>,
    /// Since when it is on.
    pub create_time: Timestamp,
}

/// The second factors that a client has on, as they are set up.
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Vec<SecondFactor>, Error> {
    let on = table::table.filter(table::client_id.eq(client)).order(table::method);
    Ok(on.select((table::method, table::secret, table::phone, table::create_time)).load(conn)?)
}

/// Uses up the code of an app for this step of time; answers whether it and later ones were unused.
pub fn use_step(tx: &mut Tx<'_>, client: ClientId, step: i64) -> Result<bool, Error> {
    let unused = table::table.find((client, SecondFactorMethod::Google)).filter(table::totp_step.lt(step));
    Ok(diesel::update(unused).set(table::totp_step.eq(step)).execute(tx.conn)? == 1)
}

/// What a second factor is set up with.
#[derive(Clone, Copy, Debug, Default)]
pub struct FactorSetup<'a> {
    /// The secret of an app, sealed.
    pub sealed_secret: Option<&'a [u8]>,
    /// The step of time of the code of the app that proved it: it is used up.
    pub totp_step: i64,
    /// The number to which codes go.
    pub phone: Option<&'a str>,
}

/// Who switches a second factor.
#[derive(Clone, Copy, Debug)]
pub struct Switcher {
    /// The user; none for the client.
    pub user: Option<UserId>,
    /// From where.
    pub ip: IpAddr,
}

/// Switches a second factor on for a client who proved that they have it.
pub fn switch_on(
    tx: &mut Tx<'_>,
    client: ClientId,
    method: SecondFactorMethod,
    setup: FactorSetup<'_>,
    by: Switcher,
) -> Result<(), Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    let replaced = diesel::delete(table::table.find((client, method))).execute(tx.conn)?;
    let values = (
        table::client_id.eq(client),
        table::method.eq(method),
        table::secret.eq(setup.sealed_secret),
        table::totp_step.eq(setup.totp_step),
        table::phone.eq(setup.phone),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    if replaced == 0 { record(tx, client, method, true, by) } else { Ok(()) }
}

/// Switches a second factor off for a client who proved that they have it; its secret is forgotten.
pub fn switch_off(tx: &mut Tx<'_>, client: ClientId, method: SecondFactorMethod, by: Switcher) -> Result<(), Error> {
    tx.lock("clients", client)?;
    if diesel::delete(table::table.find((client, method))).execute(tx.conn)? == 0 {
        return Ok(());
    }
    record(tx, client, method, false, by)
}

/// What a user of the back office asks for: a second factor that is switched off is forgotten with its secret.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope; a conflict for one who was removed; a refusal where it is to be
/// switched on.
pub fn switch_by_user(
    tx: &mut Tx<'_>,
    scope: &Scope,
    client: ClientId,
    method: SecondFactorMethod,
    shall_be_on: bool,
    by: Switcher,
) -> Result<Switch, Error> {
    lock_client(tx, scope, client)?;
    let is_on: bool = diesel::select(diesel::dsl::exists(table::table.find((client, method)))).get_result(tx.conn)?;
    let switch = method.switched_by_user(is_on, shall_be_on)?;
    check_not_deleted(tx.conn, client)?;
    match switch {
        Switch::Nothing => {}
        Switch::Off => {
            diesel::delete(table::table.find((client, method))).execute(tx.conn)?;
            record(tx, client, method, false, by)?;
        }
    }
    Ok(switch)
}

#[derive(Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
struct NewChange {
    client_id: ClientId,
    method: SecondFactorMethod,
    is_enabled: bool,
    user_id: Option<UserId>,
    ip: Option<String>,
    create_time: NaiveDateTime,
}

fn record(
    tx: &mut Tx<'_>,
    client: ClientId,
    method: SecondFactorMethod,
    is_enabled: bool,
    by: Switcher,
) -> Result<(), Error> {
    let ip = Some(by.ip.to_string());
    let change = NewChange { client_id: client, method, is_enabled, user_id: by.user, ip, create_time: tx.now.naive() };
    diesel::insert_into(changes::table).values(change).execute(tx.conn)?;
    Ok(())
}

/// Switches of a client's second factors, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn changes(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    paging: &Paging<ByTime>,
) -> Result<Page<SecondFactorChange>, Error> {
    check_visible(conn, scope, client)?;
    let of_client = || changes::table.filter(changes::client_id.eq(client));
    let total = paging.total(|| of_client().count().get_result(conn))?;
    let query = of_client().into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, changes::create_time, changes::id);
    Ok(Page { total, data: query.load(conn)? })
}

/// One switch of a client's second factor.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn change(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    id: SecondFactorChangeId,
) -> Result<SecondFactorChange, Error> {
    check_visible(conn, scope, client)?;
    Ok(changes::table.find(id).filter(changes::client_id.eq(client)).first(conn)?)
}
