//! Transactions: what has moved clients' money, or is going to.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{
    AccountId, Amount, CurrencyCode, Meta, MethodId, ResolutionId, Sum, Terms, TransactionId, TransactionKind,
    TransactionStatus,
};
use domain::value::{List, LocalizedText, Timestamp};

use super::accounts::{self, StoredAccount};
use super::currencies::{self, CurrencyBrief};
use super::requests::{self, RequestBrief};
use crate::client_scope::{check_visible, visible};
use crate::connection::{MultiBackend, on_each};
use crate::moment::Moment;
use crate::money::Stored;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::transactions::{self as table, BoxedQuery};
use crate::schema::{accounts as account, methods, requests as request, resolutions};
use crate::{DbConnection, Error, Page, Paging, Tx};

/// One side of a transaction, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSide {
    /// The client's account.
    pub account: Option<Arc<StoredAccount>>,
    /// Gross on the debit side, net on the credit side; in the side's currency.
    pub amount: Amount,
    /// What is charged in this side's currency.
    pub commission: Amount,
    /// The currency.
    pub currency: CurrencyBrief,
}

/// A record that others show by name, with its texts in other languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<I> {
    /// Its id.
    pub id: I,
    /// What it is called.
    pub name: String,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

/// A transaction as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTransaction {
    /// Its id.
    pub id: TransactionId,
    /// Whose it is.
    pub client: ClientId,
    /// What it does.
    pub kind: TransactionKind,
    /// How far it is.
    pub status: TransactionStatus,
    /// What leaves.
    pub debit: StoredSide,
    /// What arrives.
    pub credit: StoredSide,
    /// 1 where nothing is converted.
    pub rate: Amount,
    /// The method of a deposit or a withdrawal.
    pub method: Option<Named<MethodId>>,
    /// Facts of a deposit or a withdrawal.
    pub meta: Option<Meta>,
    /// What it is carried out by while it waits.
    pub terms: Option<Terms>,
    /// What it counts for in limits, in USD; none where it counts in none.
    pub usd_worth: Option<Amount>,
    /// The request behind it.
    pub request: Option<RequestBrief>,
    /// Why it was refused.
    pub resolution: Option<Named<ResolutionId>>,
    /// The user who made it; none where the client did.
    pub user: Option<UserId>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When its status last changed.
    pub update_time: Timestamp,
    /// When it ended.
    pub processed_time: Option<Timestamp>,
}

/// What a list is narrowed to. Those that are new are never listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// With this account on either side.
    pub account: Option<AccountId>,
    /// To an account of this number.
    pub credit_account_number: Option<String>,
    /// From an account of this number.
    pub debit_account_number: Option<String>,
    /// Of this status.
    pub status: Option<TransactionStatus>,
    /// Doing this.
    pub kind: Option<TransactionKind>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// By this method.
    pub method: Option<MethodId>,
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made at or before.
    pub to: Option<Timestamp>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    CreditAmount,
    DebitAmount,
}

type SideColumns = (Option<AccountId>, Stored, Stored, CurrencyCode);

#[derive(Queryable)]
struct Row {
    id: TransactionId,
    client: ClientId,
    kind: TransactionKind,
    status: TransactionStatus,
    debit: SideColumns,
    credit: SideColumns,
    rate: Stored,
    method: Option<MethodId>,
    meta: Option<String>,
    terms: Option<String>,
    usd_worth: Option<Stored>,
    resolution: Option<ResolutionId>,
    user: Option<UserId>,
    times: (Moment, Moment, Option<Moment>),
    of_method: Option<(String, List<LocalizedText>)>,
    of_resolution: Option<(String, List<LocalizedText>)>,
    request: Option<RequestBrief>,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    let debit = (table::debit_account_id, table::debit_amount, table::debit_commission, table::debit_currency);
    let credit = (table::credit_account_id, table::credit_amount, table::credit_commission, table::credit_currency);
    (
        table::id,
        table::client_id,
        table::kind,
        table::status,
        debit,
        credit,
        table::rate,
        table::method_id,
        table::meta,
        table::terms,
        table::usd_worth,
        table::resolution_id,
        table::user_id,
        (table::create_time, table::update_time, table::processed_time),
        (methods::caption, methods::resources).nullable(),
        (resolutions::name, resolutions::resources).nullable(),
        requests::brief().nullable(),
    )
}

/// Transactions with all that [`Row`] reads of them.
#[diesel::dsl::auto_type(no_type_alias)]
fn rows() -> _ {
    table::table.left_join(methods::table).left_join(resolutions::table).left_join(request::table).select(columns())
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    query = match filter.status {
        Some(status) => query.filter(table::status.eq(status)),
        None => query.filter(table::status.ne(TransactionStatus::New)),
    };
    if let Some(id) = filter.account {
        query = query.filter(table::debit_account_id.eq(id).or(table::credit_account_id.eq(id)));
    }
    let of_number =
        |number: &String| account::table.filter(account::number.eq(number.clone())).select(account::id.nullable());
    if let Some(number) = &filter.credit_account_number {
        query = query.filter(table::credit_account_id.eq_any(of_number(number)));
    }
    if let Some(number) = &filter.debit_account_number {
        query = query.filter(table::debit_account_id.eq_any(of_number(number)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(method) = filter.method {
        query = query.filter(table::method_id.eq(method));
    }
    if let Some(from) = filter.from {
        query = query.filter(table::create_time.ge(from.naive()));
    }
    if let Some(to) = filter.to {
        query = query.filter(table::create_time.le(to.naive()));
    }
    query
}

/// Transactions, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredTransaction>, Error> {
    if filter.status == Some(TransactionStatus::New) {
        return Ok(Page { total: paging.counts.then_some(0), data: Vec::new() });
    }
    let total = paging.total(|| {
        if *filter != Filter::default() || !scope.sees_all_clients() {
            return filtered(scope, filter).count().get_result(conn);
        }
        // All but the few that are never listed: both counts go by an index in its order.
        let new = table::table.filter(table::status.eq(TransactionStatus::New)).count().get_result::<i64>(conn)?;
        table::table.count().get_result::<i64>(conn).map(|all| all - new)
    })?;
    // The ids of the page first: what is skipped is not read.
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = match paging.sort {
        Sort::CreateTime => ordered!(page, paging.direction, table::create_time, table::id),
        Sort::CreditAmount => ordered!(page, paging.direction, table::credit_amount, table::id),
        Sort::DebitAmount => ordered!(page, paging.direction, table::debit_amount, table::id),
    };
    let ids: Vec<TransactionId> = page.select(table::id).load(conn)?;
    let mut all = by_ids(conn, &ids)?;
    Ok(Page { total, data: ids.iter().filter_map(|id| all.remove(id)).collect() })
}

/// The transactions of these ids, by their ids.
pub(crate) fn by_ids(
    conn: &mut DbConnection,
    ids: &[TransactionId],
) -> Result<HashMap<TransactionId, StoredTransaction>, Error> {
    let query = rows().filter(one_of(table::id, ids));
    let found: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    Ok(assembled(conn, found)?.into_iter().map(|transaction| (transaction.id, transaction)).collect())
}

/// One transaction.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: TransactionId) -> Result<StoredTransaction, Error> {
    let query = rows().filter(table::id.eq(id));
    let row: Row = on_each!(conn, conn => query.first(conn))?;
    if !scope.sees_all_clients() {
        check_visible(conn, scope, row.client)?;
    }
    assembled(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

fn assembled(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<StoredTransaction>, Error> {
    let mut account_ids: Vec<AccountId> = rows.iter().flat_map(|row| [row.debit.0, row.credit.0]).flatten().collect();
    account_ids.sort_unstable();
    account_ids.dedup();
    let accounts = accounts::by_ids(conn, &account_ids)?;
    let accounts: HashMap<AccountId, Arc<StoredAccount>> =
        accounts.into_iter().map(|(id, account)| (id, Arc::new(account))).collect();
    // Most sides are in the currency of one of the accounts, which is read with it.
    let mut briefs: HashMap<CurrencyCode, CurrencyBrief> =
        accounts.values().map(|account| (account.currency.code, account.currency.clone())).collect();
    let mut others: Vec<CurrencyCode> = rows.iter().flat_map(|row| [row.debit.3, row.credit.3]).collect();
    others.retain(|code| !briefs.contains_key(code));
    if !others.is_empty() {
        briefs.extend(currencies::briefs(conn, &others)?);
    }
    let side = |(account, amount, commission, code): SideColumns| {
        let currency = briefs.get(&code).cloned();
        Ok::<_, Error>(StoredSide {
            account: account.and_then(|id| accounts.get(&id).cloned()),
            amount: amount.into(),
            commission: commission.into(),
            currency: currency.ok_or_else(|| Error::Broken(format!("a transaction names currency {code}")))?,
        })
    };
    rows.into_iter()
        .map(|row| {
            let (create_time, update_time, processed_time) = row.times;
            Ok(StoredTransaction {
                id: row.id,
                client: row.client,
                kind: row.kind,
                status: row.status,
                debit: side(row.debit)?,
                credit: side(row.credit)?,
                rate: row.rate.into(),
                method: named(row.method, row.of_method),
                meta: row.meta.map(|meta| serde_json::from_str(&meta)).transpose()?,
                terms: row.terms.map(|terms| serde_json::from_str(&terms)).transpose()?,
                usd_worth: row.usd_worth.map(Amount::from),
                request: row.request,
                resolution: named(row.resolution, row.of_resolution),
                user: row.user,
                create_time: create_time.0,
                update_time: update_time.0,
                processed_time: processed_time.map(|moment| moment.0),
            })
        })
        .collect()
}

fn named<I>(id: Option<I>, texts: Option<(String, List<LocalizedText>)>) -> Option<Named<I>> {
    let (id, (name, resources)) = id.zip(texts)?;
    Some(Named { id, name, resources })
}

/// Holds a transaction until the database transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: TransactionId) -> Result<StoredTransaction, Error> {
    tx.lock("transactions", id)?;
    get(tx.conn, scope, id)
}

/// The sum of what a client moved since a time, in USD, for limits.
pub(crate) fn usd_worth_since(
    conn: &mut DbConnection,
    client: ClientId,
    kinds: &[TransactionKind],
    since: Timestamp,
) -> Result<Sum, Error> {
    use TransactionStatus::{Cancelled, Failed, HoldFailed, Refund, Rejected};
    let query = table::table
        .filter(table::client_id.eq(client))
        .filter(table::create_time.ge(since.naive()))
        .filter(table::kind.eq_any(kinds.to_vec()))
        .filter(table::status.ne_all(vec![Failed, Rejected, Cancelled, HoldFailed, Refund]))
        .select(table::usd_worth);
    let worths: Vec<Option<Stored>> = query.load(conn)?;
    // Summed here: SQLite would sum texts as binary floats.
    Ok(worths.into_iter().flatten().fold(Sum::ZERO, |sum, Stored(worth)| sum.plus(worth)))
}
