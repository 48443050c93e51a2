//! Transactions as clients see them: their own, and what other clients have sent them.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::{AccountId, TransactionId, TransactionKind, TransactionStatus};

use super::client_accounts::{ClientAccount, shown};
use crate::connection::MultiBackend;
use crate::ledger::transactions::{Sort, StoredSide, StoredTransaction, by_ids};
use crate::paging::ordered;
use crate::schema::accounts;
use crate::schema::transactions::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging};

/// A transaction with what a client is shown of its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTransaction {
    /// Who looks at it.
    pub viewer: ClientId,
    /// The transaction.
    pub transaction: StoredTransaction,
    /// The account that pays; none where it is no account of a client, or one that the client is not shown.
    pub debit: Option<Arc<ClientAccount>>,
    /// The account that is paid to; none as above.
    pub credit: Option<Arc<ClientAccount>>,
}

/// What a list is narrowed to. Those that are new are never listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this account on either side.
    pub account: Option<AccountId>,
    /// Of this status.
    pub status: Option<TransactionStatus>,
    /// Doing this.
    pub kind: Option<TransactionKind>,
}

/// What a client sees: of others that which has arrived on an account of theirs.
fn seen_by(client: ClientId) -> BoxedQuery<'static, MultiBackend> {
    let own = accounts::table.filter(accounts::client_id.eq(client)).select(accounts::id.nullable());
    let received = table::kind
        .eq(TransactionKind::External)
        .and(table::status.eq(TransactionStatus::Done))
        .and(table::credit_account_id.eq_any(own));
    let asked_for = table::client_id.eq(client).and(table::status.ne(TransactionStatus::New));
    table::table.filter(asked_for.or(received.assume_not_null())).into_boxed()
}

fn filtered(client: ClientId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = seen_by(client);
    if let Some(id) = filter.account {
        query = query.filter(table::debit_account_id.eq(id).or(table::credit_account_id.eq(id)));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    query
}

/// The transactions that a client sees, a page of them.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<ClientTransaction>, Error> {
    let total = paging.total(|| filtered(client, filter).count().get_result(conn))?;
    let page = filtered(client, filter).limit(paging.limit).offset(paging.offset);
    let page = match paging.sort {
        Sort::CreateTime => ordered!(page, paging.direction, table::create_time, table::id),
        Sort::CreditAmount => ordered!(page, paging.direction, table::credit_amount, table::id),
        Sort::DebitAmount => ordered!(page, paging.direction, table::debit_amount, table::id),
    };
    let ids: Vec<TransactionId> = page.select(table::id).load(conn)?;
    let mut all = by_ids(conn, &ids)?;
    let all = ids.iter().filter_map(|id| all.remove(id)).collect();
    Ok(Page { total, data: seen(conn, client, all)? })
}

/// One transaction that a client sees.
///
/// # Errors
/// [`Error::NotFound`], also for one of others and one that is new.
pub fn get(conn: &mut DbConnection, client: ClientId, id: TransactionId) -> Result<ClientTransaction, Error> {
    let id: TransactionId = seen_by(client).filter(table::id.eq(id)).select(table::id).first(conn)?;
    let transaction = by_ids(conn, &[id])?.remove(&id).ok_or(Error::NotFound)?;
    of_client(conn, client, transaction)
}

/// A transaction of a client, as they see it.
pub fn of_client(
    conn: &mut DbConnection,
    client: ClientId,
    transaction: StoredTransaction,
) -> Result<ClientTransaction, Error> {
    seen(conn, client, vec![transaction])?.pop().ok_or(Error::NotFound)
}

fn seen(
    conn: &mut DbConnection,
    viewer: ClientId,
    transactions: Vec<StoredTransaction>,
) -> Result<Vec<ClientTransaction>, Error> {
    let sides = transactions.iter().flat_map(|transaction| [&transaction.debit, &transaction.credit]);
    let accounts: HashMap<AccountId, _> =
        sides.filter_map(|side| side.account.as_ref()).map(|account| (account.id, (**account).clone())).collect();
    let accounts = shown(conn, accounts.into_values().collect())?;
    let accounts: HashMap<AccountId, Arc<ClientAccount>> =
        accounts.into_iter().map(|account| (account.account.id, Arc::new(account))).collect();
    let of_side = |side: &StoredSide| {
        let account = accounts.get(&side.account.as_ref()?.id)?;
        let is_own = account.account.data.client == viewer;
        (!is_own || account.account.data.is_shown()).then(|| Arc::clone(account))
    };
    let seen = transactions.into_iter().map(|transaction| ClientTransaction {
        viewer,
        debit: of_side(&transaction.debit),
        credit: of_side(&transaction.credit),
        transaction,
    });
    Ok(seen.collect())
}
