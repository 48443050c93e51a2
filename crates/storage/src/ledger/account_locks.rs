//! Accounts that are held while their money moves, or while they are changed.

use std::collections::HashMap;

use diesel::PgConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use domain::catalog::PlatformId;
use domain::identity::Scope;
use domain::ledger::AccountId;

use super::accounts::{Row, StoredAccount, if_visible, record, rows};
use crate::schema::accounts as table;
use crate::{DbConnection, Error, Tx};

/// Holds an account and its client until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: AccountId) -> Result<StoredAccount, Error> {
    let account = lock_by_ids(tx, &[id])?.remove(&id);
    if_visible(tx.conn, scope, account)?.ok_or(Error::NotFound)
}

/// Holds one or two accounts and their clients until the transaction ends, in the order of the
/// accounts' ids, and reads them.
pub(crate) fn lock_by_ids(tx: &mut Tx<'_>, ids: &[AccountId]) -> Result<HashMap<AccountId, StoredAccount>, Error> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(HashMap::new()) };
    // Not `= ANY`: for that PostgreSQL expects ten rows, and reads the whole table while it is small.
    let either = table::id.eq(first).or(table::id.eq(last));
    let rows: Vec<Row> = match &mut *tx.conn {
        DbConnection::Postgres(conn) => Held(rows().filter(either).order(table::id)).load(conn)?,
        DbConnection::Sqlite(conn) => rows().filter(either).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| (row.id, record(row))).collect())
}

/// Holds any number of accounts of a platform, by their numbers, until the transaction ends, without
/// those of removed clients.
pub(crate) fn lock_by_numbers(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    numbers: &[&str],
) -> Result<Vec<StoredAccount>, Error> {
    let of_platform = table::platform_id.eq(platform).and(table::number.eq_any(numbers));
    let rows: Vec<Row> = match &mut *tx.conn {
        DbConnection::Postgres(conn) => Held(rows().filter(of_platform).order(table::id)).load(conn)?,
        DbConnection::Sqlite(conn) => rows().filter(of_platform).load(conn)?,
    };
    let is_there = |account: &StoredAccount| account.facts.check_client().is_ok();
    Ok(rows.into_iter().map(record).filter(is_there).collect())
}

/// A query of accounts that holds their rows, which diesel cannot express for a query with joins. It
/// holds their clients as well, so that none is removed while money moves. That costs little: many
/// transactions can hold a client at once, and the foreign key of a transaction does so anyway.
#[derive(Clone, Copy, Debug, QueryId)]
struct Held<Q>(Q);

impl<Q: Query> Query for Held<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Held<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Held<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR NO KEY UPDATE OF accounts FOR KEY SHARE OF clients");
        Ok(())
    }
}
