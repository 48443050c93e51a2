//! Clients' attempts to sign in: counted against guessing, and recorded.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus, ClientsFault};
use domain::credentials::{BlockKind, SignInId, SignInStatus};
use domain::identity::{AttemptOutcome, Scope};
use domain::value::{FaultCode as _, Timestamp, folded};

use super::{Person, blocks, people};
use crate::client_scope::visible;
use crate::connection::{MultiBackend, on_each};
use crate::identity::attempt_counters::{self, CounterKind, PendingAttempt};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::platform::settings;
use crate::schema::client_sign_ins::{self as table, BoxedQuery};
use crate::schema::{client_credentials, clients};
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Page, Paging, Tx};

/// An attempt as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose.
    pub client: ClientId,
    /// Who that is.
    pub person: Person,
    /// From where.
    pub ip: String,
    /// How it ended.
    pub status: SignInStatus,
    /// The program that it was made with.
    pub user_agent: Option<String>,
    /// When.
    pub create_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// From this address.
    pub ip: Option<String>,
    /// That ended like this.
    pub status: Option<SignInStatus>,
}

/// What attempts are sorted by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// When they were made.
    Time,
}

type Columns = (SignInId, ClientId, String, SignInStatus, Option<String>, Timestamp);

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(ip) = &filter.ip {
        query = query.filter(table::ip.eq(ip.clone()));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    query
}

fn with_people(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<SignIn>, Error> {
    let ids: Vec<ClientId> = rows.iter().map(|row| row.1).collect();
    let people = people(conn, &ids)?;
    let named = |(id, client, ip, status, user_agent, create_time): Columns| {
        let person = people.get(&client)?.clone();
        Some(SignIn { id, client, person, ip, status, user_agent, create_time })
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Attempts of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<SignIn>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Time => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Columns> = query.load(conn)?;
    Ok(Page { total, data: with_people(conn, rows)? })
}

/// One attempt.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: SignInId) -> Result<SignIn, Error> {
    let row: Columns = filtered(scope, &Filter::default()).filter(table::id.eq(id)).first(conn)?;
    with_people(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// What a client signs in with.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct ClientCredentials {
    /// The client.
    pub client: ClientId,
    /// Whether they may sign in.
    pub status: ClientStatus,
    /// The hash of the password, if there is one.
    pub password_hash: Option<String>,
}

/// Whether a password may be checked.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// It may; without credentials nobody has this e-mail.
    Allowed(PendingAttempt, Option<ClientCredentials>),
    /// Not before then.
    Blocked(Timestamp),
}

/// Holds a client until the transaction ends, whose password was checked outside of it.
///
/// # Errors
/// [`Error::NotFound`] where their credentials have changed since.
pub fn confirm(tx: &mut Tx<'_>, checked: &ClientCredentials) -> Result<(), Error> {
    tx.lock("clients", checked.client)?;
    let now = clients::table.left_join(client_credentials::table).filter(clients::id.eq(checked.client)).select((
        clients::id,
        clients::status,
        client_credentials::password_hash.nullable(),
    ));
    let now: ClientCredentials = now.first(tx.conn)?;
    if now == *checked { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets the attempts of an e-mail address from where its client has signed in.
pub fn clear(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<(), Error> {
    attempt_counters::clear(tx, CounterKind::Client, &folded(email), ip)
}

/// Begins an attempt to sign in, which is counted before the password is checked, so that many at once gain nothing.
pub fn begin(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<Attempt, Error> {
    let (policy, email_key) = (settings::get(tx.conn)?.data.lockout(), folded(email));
    let pending = match attempt_counters::begin(tx, CounterKind::Client, &email_key, ip, &policy)? {
        Ok(pending) => pending,
        Err(until) => return Ok(Attempt::Blocked(until)),
    };
    let client = clients::table
        .left_join(client_credentials::table)
        .filter(clients::email_key.eq(email_key))
        .filter(clients::status.ne(ClientStatus::Deleted))
        .select((clients::id, clients::status, client_credentials::password_hash.nullable()));
    Ok(Attempt::Allowed(pending, client.first(tx.conn).optional()?))
}

/// What is limited as signing in is; of visitors, whether there is such a client or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedAct {
    /// Asking for a code to set a forgotten password anew.
    Recovery,
    /// Sending the form of a sign-up.
    Registration,
    /// Having a password made for a trading account, by client.
    AccountPassword,
}

/// Counts what somebody does, by the name of whom it is about; answers until when it is refused, where it is.
pub fn count(tx: &mut Tx<'_>, act: CountedAct, name: &str, ip: IpAddr) -> Result<Result<(), Timestamp>, Error> {
    let kind = match act {
        CountedAct::Recovery => CounterKind::ClientRecovery,
        CountedAct::Registration => CounterKind::ClientRegistration,
        CountedAct::AccountPassword => CounterKind::AccountPassword,
    };
    let policy = settings::get(tx.conn)?.data.lockout();
    let attempt = match attempt_counters::begin(tx, kind, &folded(name), ip, &policy)? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Err(until)),
    };
    attempt_counters::settle(tx, &attempt, AttemptOutcome::Failed, &policy)?;
    Ok(Ok(()))
}

/// The client with this e-mail address, where they may sign in.
pub fn active_client(conn: &mut DbConnection, email: &str) -> Result<Option<ClientId>, Error> {
    let client = clients::table.filter(clients::email_key.eq(folded(email)));
    Ok(client.filter(clients::status.eq(ClientStatus::Active)).select(clients::id).first(conn).optional()?)
}

/// Holds a client until the transaction ends who signs in without a password.
///
/// # Errors
/// A refusal where they may not sign in.
pub fn lock_active(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    tx.lock("clients", client)?;
    let status: ClientStatus = clients::table.find(client).select(clients::status).first(tx.conn)?;
    if status == ClientStatus::Active { Ok(()) } else { Err(ClientsFault::ClientNotActive.not_allowed().into()) }
}

/// Counts how an attempt ended. A client who tried too often is blocked, and users see it.
pub fn settle(
    tx: &mut Tx<'_>,
    attempt: &PendingAttempt,
    client: Option<ClientId>,
    outcome: AttemptOutcome,
    ip: IpAddr,
) -> Result<(), Error> {
    let policy = settings::get(tx.conn)?.data.lockout();
    let until = attempt_counters::settle(tx, attempt, outcome, &policy)?;
    match (client, until) {
        (Some(client), Some(until)) => blocks::put(tx, client, BlockKind::SignIn, ip, until),
        (Some(_) | None, _) => Ok(()),
    }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    client_id: ClientId,
    ip: String,
    status: SignInStatus,
    user_agent: Option<&'a str>,
    create_time: NaiveDateTime,
}

/// Records how an attempt of a client ended.
pub fn record(
    tx: &mut Tx<'_>,
    client: ClientId,
    ip: IpAddr,
    status: SignInStatus,
    user_agent: Option<&str>,
) -> Result<(), Error> {
    let values = Values { client_id: client, ip: ip.to_string(), status, user_agent, create_time: tx.now.naive() };
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Notes that a client, who is held, has signed in; answers whether it is for the first time.
pub(crate) fn note_first(tx: &mut Tx<'_>, client: ClientId) -> Result<bool, Error> {
    let never = client_credentials::table.find(client).filter(client_credentials::first_sign_in.is_null());
    let noted = diesel::update(never).set(client_credentials::first_sign_in.eq(Some(tx.now.naive())));
    Ok(noted.execute(tx.conn)? == 1)
}

/// Deletes the oldest attempts that are kept no longer, some of them at a time; answers how many.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let Some(oldest) = settings::get(tx.conn)?.data.oldest_sign_in(tx.now) else { return Ok(0) };
    let old = table::table.filter(table::create_time.lt(oldest.naive()));
    let ids: Vec<SignInId> =
        old.order((table::create_time, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let rows = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}
