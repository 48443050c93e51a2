//! Results of transaction monitoring.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::{Meta, TransactionId};
use domain::payments::{MonitoringDirection, MonitoringId, ReviewStatus};
use domain::value::Timestamp;

use crate::client_scope::visible;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::monitorings::{self as table, BoxedQuery};
use crate::schema::transactions;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// What a monitoring provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What it thinks.
    pub status: ReviewStatus,
    /// A number from the provider, in plain digits.
    pub risk_score: String,
    /// Who answered.
    pub provider: String,
    /// All it answered, as JSON text.
    pub data: String,
}

/// A result as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitoring {
    /// Its id.
    pub id: MonitoringId,
    /// Whose money it is.
    pub client: ClientId,
    /// What was reviewed.
    pub transaction: TransactionId,
    /// Which way the money goes.
    pub direction: MonitoringDirection,
    /// What the provider answered.
    pub review: Review,
    /// The facts of the transaction.
    pub meta: Option<Meta>,
    /// When it was asked.
    pub create_time: Timestamp,
    /// When it answered.
    pub update_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this transaction.
    pub transaction: Option<TransactionId>,
    /// This way.
    pub direction: Option<MonitoringDirection>,
    /// With this result.
    pub review_status: Option<ReviewStatus>,
}

type Columns = (
    (MonitoringId, ClientId, TransactionId, MonitoringDirection),
    (ReviewStatus, String, String, String),
    Timestamp,
    Timestamp,
    Option<String>,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        (table::id, table::client_id, table::transaction_id, table::direction),
        (table::review_status, table::risk_score, table::provider, table::data),
        table::create_time,
        table::update_time,
        transactions::meta,
    )
}

fn record(
    ((id, client, transaction, direction), review, create_time, update_time, meta): Columns,
) -> Result<Monitoring, Error> {
    let (status, risk_score, provider, data) = review;
    let review = Review { status, risk_score, provider, data };
    let meta = meta.map(|meta| serde_json::from_str(&meta)).transpose()?;
    Ok(Monitoring { id, client, transaction, direction, review, meta, create_time, update_time })
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(transaction) = filter.transaction {
        query = query.filter(table::transaction_id.eq(transaction));
    }
    if let Some(direction) = filter.direction {
        query = query.filter(table::direction.eq(direction));
    }
    if let Some(status) = filter.review_status {
        query = query.filter(table::review_status.eq(status));
    }
    query
}

/// Results, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Monitoring>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<MonitoringId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(transactions::table).filter(table::id.eq_any(ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = rows.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(record).collect::<Result<_, Error>>()? })
}

/// One result.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: MonitoringId) -> Result<Monitoring, Error> {
    let query = table::table.inner_join(transactions::table).filter(table::id.eq(id)).into_boxed();
    record(visible(query, scope, table::client_id).select(columns()).first(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct NewRow<'a> {
    client_id: ClientId,
    transaction_id: TransactionId,
    direction: MonitoringDirection,
    review_status: ReviewStatus,
    risk_score: &'a str,
    provider: &'a str,
    data: &'a str,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

/// Stores what a provider answered.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (client_id, transaction_id, direction): (ClientId, TransactionId, MonitoringDirection),
    review: &Review,
) -> Result<Monitoring, Error> {
    let row = NewRow {
        client_id,
        transaction_id,
        direction,
        review_status: review.status,
        risk_score: &review.risk_score,
        provider: &review.provider,
        data: &review.data,
        create_time: tx.now.naive(),
        update_time: tx.now.naive(),
    };
    let id = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, scope, id)
}
