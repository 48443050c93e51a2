use std::collections::HashMap;
use std::net::IpAddr;

use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::clients::{ClientId, full_name};
use domain::identity::Rights;
use domain::ledger::{AccountId, RequestId, RequestKind, RequestStatus, ResolutionId, TransactionId};
use domain::requests::{Asked, visible_kinds};
use domain::value::Timestamp;

use crate::client_scope::visible;
use crate::clients::profiles::{self, StoredClient};
use crate::connection::{MultiBackend, on_each};
use crate::ledger::transactions::{self, StoredTransaction};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::resolutions::{self, StoredResolution};
use crate::schema::requests::{self as table, BoxedQuery};
use crate::schema::{accounts, client_settings, clients, request_counts};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx};

/// A request as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRequest {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub client: StoredClient,
    /// Where the client asked from.
    pub ip: IpAddr,
    /// What is asked for.
    pub kind: RequestKind,
    /// How far it is.
    pub status: RequestStatus,
    /// The details, where no transaction tells them.
    pub asked: Option<Asked>,
    /// The transaction that waits for it.
    pub transaction: Option<StoredTransaction>,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// Why it was rejected.
    pub resolution: Option<StoredResolution>,
    /// The accounts of the client that are not archived.
    pub accounts: Vec<RequestAccount>,
    /// What users note on it.
    pub comment: Option<String>,
    /// The colour of its row: its own, else the one that marks all requests of the client.
    pub color: Option<String>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was decided.
    pub processed_time: Option<Timestamp>,
}

/// An account of the client, as requests show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestAccount {
    /// Its id.
    pub id: AccountId,
    /// Its number.
    pub number: String,
    /// What it is.
    pub kind: ProductType,
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// This request.
    pub id: Option<RequestId>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// Asking for this.
    pub kind: Option<RequestKind>,
    /// Of this status.
    pub status: Option<RequestStatus>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Id,
}

#[derive(Queryable)]
struct Row {
    id: RequestId,
    client: ClientId,
    kind: RequestKind,
    status: RequestStatus,
    transaction: Option<TransactionId>,
    account: Option<AccountId>,
    asked: Option<String>,
    resolution: Option<ResolutionId>,
    ip: String,
    comment: Option<String>,
    color: Option<String>,
    create_time: Timestamp,
    processed_time: Option<Timestamp>,
    client_color: Option<String>,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        table::id,
        table::client_id,
        table::kind,
        table::status,
        table::transaction_id,
        table::account_id,
        table::asked,
        table::resolution_id,
        table::ip,
        table::comment,
        table::color,
        table::create_time,
        table::processed_time,
        client_settings::application_color.nullable(),
    )
}

/// Requests with all that [`Row`] reads of them.
#[diesel::dsl::auto_type(no_type_alias)]
fn rows() -> _ {
    table::table.left_join(client_settings::table).select(columns())
}

fn filtered(rights: &Rights, filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), &rights.scope, table::client_id);
    let kinds = visible_kinds(rights);
    query = match filter.kind {
        Some(kind) if kinds.contains(&kind) => query.filter(table::kind.eq(kind)),
        None if kinds.len() == RequestKind::ALL.len() => query,
        None => query.filter(table::kind.eq_any(kinds)),
        Some(_) => query.filter(table::kind.eq_any(Vec::<RequestKind>::new())),
    };
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    query
}

/// How many requests match. Those of all clients are counted by triggers: counting takes longer the more there are.
fn count(conn: &mut DbConnection, rights: &Rights, filter: Filter) -> Result<i64, Error> {
    if filter.id.is_some() || filter.client.is_some() || !rights.scope.sees_all_clients() {
        return Ok(filtered(rights, filter).count().get_result(conn)?);
    }
    let mut kinds = visible_kinds(rights);
    kinds.retain(|kind| filter.kind.is_none_or(|wanted| wanted == *kind));
    let mut counts = request_counts::table.filter(request_counts::kind.eq_any(kinds)).into_boxed();
    if let Some(status) = filter.status {
        counts = counts.filter(request_counts::status.eq(status));
    }
    let parts: Vec<i64> = counts.select(request_counts::requests).load(conn)?;
    Ok(parts.into_iter().sum())
}

/// Requests of the kinds that a user may see, a page of them.
pub fn list(
    conn: &mut DbConnection,
    rights: &Rights,
    filter: Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredRequest>, Error> {
    let total = paging.total(|| count(conn, rights, filter))?;
    // The ids of the page first: what is skipped is not read.
    let page = filtered(rights, filter).limit(paging.limit).offset(paging.offset);
    let page = match (paging.sort, paging.direction) {
        (Sort::CreateTime, direction) => ordered!(page, direction, table::create_time, table::id),
        (Sort::Id, Direction::Ascending) => page.order(table::id.asc()),
        (Sort::Id, Direction::Descending) => page.order(table::id.desc()),
    };
    let ids: Vec<RequestId> = page.select(table::id).load(conn)?;
    let query = rows().filter(one_of(table::id, &ids));
    let found: Vec<Row> = on_each!(&mut *conn, conn => query.load(conn))?;
    let mut all: HashMap<RequestId, StoredRequest> =
        assembled(conn, rights, found)?.into_iter().map(|request| (request.id, request)).collect();
    Ok(Page { total, data: ids.iter().filter_map(|id| all.remove(id)).collect() })
}

/// One request.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client or a kind that the caller does not see.
pub fn get(conn: &mut DbConnection, rights: &Rights, id: RequestId) -> Result<StoredRequest, Error> {
    let seen = filtered(rights, Filter { id: Some(id), ..Filter::default() }).select(table::id);
    let id: RequestId = seen.first(conn)?;
    let query = rows().filter(table::id.eq(id));
    let row: Row = on_each!(&mut *conn, conn => query.first(conn))?;
    assembled(conn, rights, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Holds a request until the transaction ends, with what a decision changes before it, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, rights: &Rights, id: RequestId) -> Result<StoredRequest, Error> {
    let seen = filtered(rights, Filter { id: Some(id), ..Filter::default() });
    let (client, kind, transaction): (ClientId, RequestKind, Option<TransactionId>) =
        seen.select((table::client_id, table::kind, table::transaction_id)).first(tx.conn)?;
    match (transaction, kind) {
        (Some(transaction), _) => tx.lock("transactions", transaction)?,
        // Their data is removed.
        (None, RequestKind::DeletingAccount) => tx.lock_to_delete("clients", client)?,
        (None, _) => tx.lock("clients", client)?,
    }
    tx.lock("requests", id)?;
    get(tx.conn, rights, id)
}

/// Puts requests together with what they show of others, each kind of record read once.
fn assembled(conn: &mut DbConnection, rights: &Rights, rows: Vec<Row>) -> Result<Vec<StoredRequest>, Error> {
    let distinct = |mut ids: Vec<i64>| {
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let clients: Vec<ClientId> =
        distinct(rows.iter().map(|row| row.client.get()).collect()).into_iter().map(ClientId::new).collect();
    let resolutions: Vec<ResolutionId> = rows.iter().filter_map(|row| row.resolution).collect();
    let transactions: Vec<TransactionId> = rows.iter().filter_map(|row| row.transaction).collect();
    let accounts = accounts_of(conn, &clients)?;
    let clients = profiles::by_ids(conn, &rights.scope, &clients)?;
    let resolutions = resolutions::by_ids(conn, &resolutions)?;
    let mut transactions = transactions::by_ids(conn, &transactions)?;
    rows.into_iter()
        .map(|row| {
            let transaction = row.transaction.and_then(|id| transactions.remove(&id));
            let side = transaction.as_ref().and_then(|transaction| {
                let account = transaction.debit.account.as_deref().or(transaction.credit.account.as_deref());
                account.map(|account| account.id)
            });
            let broken = |what: &str| Error::Broken(format!("request {} has no {what}", row.id));
            Ok(StoredRequest {
                id: row.id,
                client: clients.get(&row.client).cloned().ok_or_else(|| broken("client"))?,
                ip: row.ip.parse().map_err(|_| broken("address"))?,
                kind: row.kind,
                status: row.status,
                asked: row.asked.map(|asked| serde_json::from_str(&asked)).transpose()?,
                transaction,
                account: row.account.or(side),
                resolution: row.resolution.and_then(|id| resolutions.get(&id).cloned()),
                accounts: accounts.get(&row.client).cloned().unwrap_or_default(),
                comment: row.comment,
                color: row.color.or(row.client_color),
                create_time: row.create_time,
                processed_time: row.processed_time,
            })
        })
        .collect()
}

fn accounts_of(conn: &mut DbConnection, clients: &[ClientId]) -> Result<HashMap<ClientId, Vec<RequestAccount>>, Error> {
    let open = accounts::table.filter(one_of(accounts::client_id, clients)).filter(accounts::archive_time.is_null());
    let query = open.order(accounts::id).select((accounts::client_id, accounts::id, accounts::number, accounts::kind));
    let rows: Vec<(ClientId, AccountId, String, ProductType)> = on_each!(conn, conn => query.load(conn))?;
    let mut accounts: HashMap<ClientId, Vec<RequestAccount>> = HashMap::new();
    for (client, id, number, kind) in rows {
        accounts.entry(client).or_default().push(RequestAccount { id, number, kind });
    }
    Ok(accounts)
}

/// The requests that wait for a decision.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// How many there are.
    pub total: i64,
    /// The newest of them.
    pub requests: Vec<WaitingRequest>,
}

/// A request that waits, as those who may decide on it are told of it again and again.
#[derive(Clone, Debug)]
pub struct WaitingRequest {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asks.
    pub client: ClientId,
    /// Their first, middle and last name.
    pub client_name: String,
    /// When it was made.
    pub create_time: Timestamp,
}

/// What waits for a user's decision.
pub fn waiting(conn: &mut DbConnection, rights: &Rights, most: i64) -> Result<Waiting, Error> {
    let filter = Filter { status: Some(RequestStatus::Pending), ..Filter::default() };
    let total = count(conn, rights, filter)?;
    let newest = filtered(rights, filter).order((table::create_time.desc(), table::id.desc())).limit(most);
    let newest = newest.select((table::id, table::kind, table::client_id, table::create_time));
    let newest: Vec<(RequestId, RequestKind, ClientId, Timestamp)> = newest.load(conn)?;
    let ids: Vec<ClientId> = newest.iter().map(|(_, _, client, _)| *client).collect();
    let names = (clients::first_name, clients::middle_name, clients::last_name);
    let names = clients::table.filter(one_of(clients::id, &ids)).select((clients::id, names));
    let names: Vec<(ClientId, (String, Option<String>, String))> = on_each!(conn, conn => names.load(conn))?;
    let names: HashMap<ClientId, String> = names
        .into_iter()
        .map(|(id, (first, middle, last))| (id, full_name(&first, middle.as_deref(), &last)))
        .collect();
    let requests = newest.into_iter().map(|(id, kind, client, create_time)| WaitingRequest {
        id,
        kind,
        client,
        client_name: names.get(&client).cloned().unwrap_or_default(),
        create_time,
    });
    Ok(Waiting { total, requests: requests.collect() })
}
