//! How the equity of trading accounts runs: the last of each hour in which it changed is kept.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::catalog::{ProductPermission, ProductType};
use domain::clients::ClientId;
use domain::ledger::{AccountFacts, AccountId, Amount, Chart, ChartStep, EquityPoint};
use domain::value::{Set, Timestamp};

use crate::connection::on_each;
use crate::money::Stored;
use crate::one_of::one_of;
use crate::schema::{accounts as account, equity_points as table};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// Keeps what an account, which is held, is worth now.
pub(crate) fn note(tx: &mut Tx<'_>, facts: &AccountFacts) -> Result<(), Error> {
    let Some(equity) = facts.charted_equity() else { return Ok(()) };
    let (id, hour, equity) = (facts.id, tx.now.start_of_hour().naive(), Stored(equity));
    let update = diesel::update(table::table.find((id, hour))).set(table::equity.eq(equity));
    let updated = on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    if updated == 0 {
        let values = (table::account_id.eq(id), table::hour.eq(hour), table::equity.eq(equity));
        let insert = diesel::insert_into(table::table).values(values);
        on_each!(&mut *tx.conn, conn => insert.execute(conn))?;
    }
    Ok(())
}

/// What charts are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Of this account alone.
    pub account: Option<AccountId>,
    /// From when on.
    pub from: Timestamp,
    /// How long an interval is.
    pub step: ChartStep,
}

/// The trading accounts of a client that the client sees, archived ones left out.
fn accounts_of(conn: &mut DbConnection, client: ClientId, wanted: Option<AccountId>) -> Result<Vec<AccountId>, Error> {
    let mut query = account::table
        .filter(account::client_id.eq(client))
        .filter(account::archive_time.is_null())
        .filter(account::kind.eq_any(vec![ProductType::Trade, ProductType::Demo]))
        .into_boxed();
    if let Some(id) = wanted {
        query = query.filter(account::id.eq(id));
    }
    let found: Vec<(AccountId, Set<ProductPermission>)> =
        query.order(account::id).select((account::id, account::permissions)).load(conn)?;
    let is_visible = |permissions: &Set<ProductPermission>| permissions.contains(&ProductPermission::Visible);
    Ok(found.into_iter().filter(|(_, permissions)| is_visible(permissions)).map(|(id, _)| id).collect())
}

/// The charts of a client's trading accounts, a page of them by account.
pub fn charts(
    conn: &mut DbConnection,
    client: ClientId,
    question: &Question,
    paging: &Paging<ById>,
) -> Result<Page<Chart>, Error> {
    let mut accounts = accounts_of(conn, client, question.account)?;
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(accounts.len()).unwrap_or(i64::MAX)))?;
    if paging.direction == Direction::Descending {
        accounts.reverse();
    }
    let [offset, limit] = [paging.offset, paging.limit].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let page: Vec<AccountId> = accounts.into_iter().skip(offset).take(limit).collect();
    let from = question.step.start_of(question.from).naive();
    let points = table::table.filter(one_of(table::account_id, &page)).filter(table::hour.ge(from));
    let points = points.order((table::account_id, table::hour)).select((table::account_id, table::hour, table::equity));
    let rows: Vec<(AccountId, NaiveDateTime, Stored)> = on_each!(conn, conn => points.load(conn))?;
    let mut by_account: HashMap<AccountId, Vec<EquityPoint>> = HashMap::new();
    for (account, hour, equity) in rows {
        let point = EquityPoint { time: hour.into(), equity: Amount::from(equity) };
        by_account.entry(account).or_default().push(point);
    }
    let chart = |account: AccountId| {
        let points = by_account.remove(&account).unwrap_or_default();
        Chart::of(account, question.step, points)
    };
    Ok(Page { total, data: page.into_iter().map(chart).collect() })
}
