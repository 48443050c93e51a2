//! Clients who tried too often, refused from where they did until the block ends or a user lifts it.

use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::credentials::{BlockId, BlockKind};
use domain::identity::{AttemptOutcome, IpNetwork, Scope};
use domain::value::{Email, Timestamp, folded};

use super::{Person, people};
use crate::client_scope::visible;
use crate::connection::MultiBackend;
use crate::identity::attempt_counters::{self, CounterKind, PendingAttempt};
use crate::paging::ordered;
use crate::platform::settings;
use crate::schema::client_blocks::{self as table, BoxedQuery};
use crate::schema::clients;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A block as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Who is blocked.
    pub client: ClientId,
    /// Who that is.
    pub person: Person,
    /// What was tried too often.
    pub kind: BlockKind,
    /// From where the last try came.
    pub ip: String,
    /// When it began.
    pub create_time: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of the client with this e-mail address, whatever its case.
    pub email: Option<Email>,
    /// From this address.
    pub ip: Option<String>,
}

type Columns = (BlockId, ClientId, BlockKind, String, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::client_id, table::kind, table::ip, table::create_time, table::expires_at)
}

/// Those in force.
fn filtered(scope: &Scope, filter: &Filter, now: Timestamp) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    query = query.filter(table::expires_at.gt(now.naive()));
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(email) = &filter.email {
        let client = clients::table.filter(clients::email_key.eq(email.key())).select(clients::id);
        query = query.filter(table::client_id.eq_any(client));
    }
    if let Some(ip) = &filter.ip {
        query = query.filter(table::ip.eq(ip.clone()));
    }
    query
}

fn with_people(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<Block>, Error> {
    let ids: Vec<ClientId> = rows.iter().map(|row| row.1).collect();
    let people = people(conn, &ids)?;
    let named = |(id, client, kind, ip, create_time, expires_at): Columns| {
        let person = people.get(&client)?.clone();
        Some(Block { id, client, person, kind, ip, create_time, expires_at })
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Blocks in force of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    now: Timestamp,
    paging: &Paging<ByTime>,
) -> Result<Page<Block>, Error> {
    let total = paging.total(|| filtered(scope, filter, now).count().get_result(conn))?;
    let query = filtered(scope, filter, now).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: with_people(conn, rows)? })
}

/// One block in force.
///
/// # Errors
/// [`Error::NotFound`], also for one that ended and for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: BlockId, now: Timestamp) -> Result<Block, Error> {
    let query = filtered(scope, &Filter::default(), now).filter(table::id.eq(id));
    let row: Columns = query.select(columns()).first(conn)?;
    with_people(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Blocks a client from an address, in place of the block that stood.
pub(super) fn put(
    tx: &mut Tx<'_>,
    client: ClientId,
    kind: BlockKind,
    ip: IpAddr,
    until: Timestamp,
) -> Result<(), Error> {
    let network = IpNetwork::of_caller(ip).to_string();
    let former = table::table
        .filter(table::client_id.eq(client))
        .filter(table::kind.eq(kind))
        .filter(table::network.eq(&network));
    diesel::delete(former).execute(tx.conn)?;
    let values = (
        table::client_id.eq(client),
        table::kind.eq(kind),
        table::ip.eq(ip.to_string()),
        table::network.eq(network),
        table::create_time.eq(tx.now.naive()),
        table::expires_at.eq(until.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Lifts a block and the others of its client, so that they may try again at once, and answers what it was. What was
/// counted of the client and of the addresses is forgotten.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lift(tx: &mut Tx<'_>, scope: &Scope, id: BlockId) -> Result<Block, Error> {
    let now = tx.now;
    let client = get(tx.conn, scope, id, now)?.client;
    tx.lock("clients", client)?;
    // Another user may have lifted it meanwhile.
    let block = get(tx.conn, scope, id, now)?;
    let all = table::table.filter(table::client_id.eq(client)).select((table::kind, table::ip));
    for (kind, ip) in all.load::<(BlockKind, String)>(tx.conn)? {
        let ip = ip.parse().map_err(|_| Error::Broken(format!("a block of client {client} has no address")))?;
        let (kind, name) = match kind {
            BlockKind::SignIn => (CounterKind::Client, folded(&block.person.email)),
            BlockKind::Confirmation => (CounterKind::ClientCode, client.to_string()),
        };
        attempt_counters::forget(tx, kind, &name)?;
        attempt_counters::clear_address(tx, kind, ip)?;
    }
    diesel::delete(table::table.filter(table::client_id.eq(client))).execute(tx.conn)?;
    Ok(block)
}

/// Whose codes are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOwner {
    /// A client's.
    Client(ClientId),
    /// Nobody's: somebody named a client who does not exist, which must look the same. This tells the name from others.
    Nobody(String),
}

impl CodeOwner {
    /// Holds the owner until the transaction ends; answers what they are counted by.
    fn lock(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        match self {
            Self::Client(client) => {
                tx.lock("clients", *client)?;
                Ok(client.to_string())
            }
            Self::Nobody(name) => Ok(name.clone()),
        }
    }
}

/// Until when codes of their owner are refused from an address, where they are, whatever they are to confirm. None is
/// counted by others until the transaction ends.
pub fn codes_refused_until(tx: &mut Tx<'_>, owner: &CodeOwner, ip: IpAddr) -> Result<Option<Timestamp>, Error> {
    let name = owner.lock(tx)?;
    let policy = settings::get(tx.conn)?.data.code_lockout();
    attempt_counters::refused_until(tx, CounterKind::ClientCode, &name, ip, &policy)
}

/// Begins to check a code of a client; answers until when codes are refused, where they are.
pub fn begin_code(tx: &mut Tx<'_>, client: ClientId, ip: IpAddr) -> Result<Result<PendingAttempt, Timestamp>, Error> {
    tx.lock("clients", client)?;
    let policy = settings::get(tx.conn)?.data.code_lockout();
    attempt_counters::begin(tx, CounterKind::ClientCode, &client.to_string(), ip, &policy)
}

/// Counts whether a code of a client was right. A client who was wrong too often is blocked; answers until when.
pub fn settle_code(
    tx: &mut Tx<'_>,
    attempt: &PendingAttempt,
    client: ClientId,
    outcome: AttemptOutcome,
    ip: IpAddr,
) -> Result<Option<Timestamp>, Error> {
    tx.lock("clients", client)?;
    let policy = settings::get(tx.conn)?.data.code_lockout();
    let until = attempt_counters::settle(tx, attempt, outcome, &policy)?;
    if let Some(until) = until {
        put(tx, client, BlockKind::Confirmation, ip, until)?;
    }
    Ok(until)
}

/// Counts a wrong code that was checked in this very transaction; answers until when codes are refused, where they are
/// now.
pub fn count_wrong_code(tx: &mut Tx<'_>, owner: &CodeOwner, ip: IpAddr) -> Result<Option<Timestamp>, Error> {
    let name = owner.lock(tx)?;
    let policy = settings::get(tx.conn)?.data.code_lockout();
    let attempt = match attempt_counters::begin(tx, CounterKind::ClientCode, &name, ip, &policy)? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Some(until)),
    };
    match owner {
        CodeOwner::Client(client) => settle_code(tx, &attempt, *client, AttemptOutcome::Failed, ip),
        CodeOwner::Nobody(_) => attempt_counters::settle(tx, &attempt, AttemptOutcome::Failed, &policy),
    }
}

/// Forgets blocks that ended.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::expires_at.le(tx.now.naive()))).execute(tx.conn)?)
}
