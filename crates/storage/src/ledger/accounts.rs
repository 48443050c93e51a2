//! Accounts of clients. Their books are what their postings sum to.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{PlatformId, PlatformType, ProductGroupId, ProductId, ProductPermission, ProductType};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::ledger::{Account, AccountFacts, AccountId, Books, Figures};
use domain::value::{self, List, LocalizedText, Set, Timestamp};

use super::currencies::{CurrencyBrief, brief};
use crate::client_scope::{sees, visible};
use crate::connection::{MultiBackend, on_each};
use crate::moment::Moment;
use crate::money::Stored;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::accounts::{self as table, BoxedQuery};
use crate::schema::{
    clients, currencies as currency, platforms as platform, product_groups as group, products as product,
};
use crate::seen::{self, AccessVersion};
use crate::{ByTime, DbConnection, Error, Page, Paging};

/// An account as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// Its id.
    pub id: AccountId,
    /// What it is.
    pub data: Account,
    /// Its money, and what decides on it.
    pub facts: AccountFacts,
    /// Its currency.
    pub currency: CurrencyBrief,
    /// Its group: the caption and its texts in other languages.
    pub group: Option<(ProductGroupId, String, List<LocalizedText>)>,
    /// The name of its platform.
    pub platform_name: String,
    /// The software behind its platform.
    pub platform_kind: PlatformType,
    /// The caption of its product.
    pub product_caption: String,
    /// The texts of its product in other languages.
    pub product_resources: List<LocalizedText>,
    /// Its group on the platform.
    pub platform_group: Option<String>,
    /// When its money last moved.
    pub statement_time: Timestamp,
    /// When it was archived.
    pub archive_time: Option<Timestamp>,
    /// When it was opened.
    pub create_time: Timestamp,
}

impl value::Stored for StoredAccount {
    type Data = Account;

    fn data(&self) -> &Account {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// On this platform.
    pub platform: Option<PlatformId>,
    /// Opened on this product.
    pub product: Option<ProductId>,
}

#[derive(Queryable)]
pub(super) struct Row {
    pub(super) id: AccountId,
    number: String,
    client: ClientId,
    client_status: ClientStatus,
    product: ProductId,
    platform: PlatformId,
    group: Option<ProductGroupId>,
    kind: ProductType,
    caption: String,
    name: String,
    permissions: Set<ProductPermission>,
    leverage: Option<i64>,
    is_favourite: bool,
    platform_group: Option<String>,
    money: (Stored, Stored, Stored, Stored, Stored),
    statement_time: Moment,
    archive_time: Option<Moment>,
    create_time: Moment,
    currency: CurrencyBrief,
    currency_enabled: bool,
    of_group: Option<(String, List<LocalizedText>)>,
    of_platform: (String, Option<String>, PlatformType),
    of_product: (String, List<LocalizedText>),
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    let money = (table::balance, table::hold, table::credit, table::pnl, table::margin);
    (
        table::id,
        table::number,
        table::client_id,
        clients::status,
        table::product_id,
        table::platform_id,
        table::group_id,
        table::kind,
        table::caption,
        table::name,
        table::permissions,
        table::leverage,
        table::is_favourite,
        table::platform_group,
        money,
        table::statement_time,
        table::archive_time,
        table::create_time,
        brief(),
        currency::enabled,
        (group::caption, group::resources).nullable(),
        (platform::name, platform::gateway_url, platform::kind),
        (product::caption, product::resources),
    )
}

/// Accounts with all that [`Row`] reads of them.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn rows() -> _ {
    table::table
        .inner_join(clients::table)
        .inner_join(currency::table)
        .inner_join(platform::table)
        .inner_join(product::table)
        .left_join(group::table)
        .select(columns())
}

pub(super) fn record(row: Row) -> StoredAccount {
    let (balance, hold, credit, pnl, margin) = row.money;
    let unit = row.currency.unit();
    let facts = AccountFacts {
        id: row.id,
        client: row.client,
        client_status: row.client_status,
        platform: row.platform,
        is_outside: row.of_platform.1.is_some(),
        currency: unit,
        currency_enabled: row.currency_enabled,
        kind: row.kind,
        permissions: row.permissions.clone(),
        is_archived: row.archive_time.is_some(),
        books: Books { balance: balance.into(), hold: hold.into(), credit: credit.into() },
        figures: Figures { pnl: pnl.into(), margin: margin.into() },
    };
    let data = Account {
        number: row.number,
        client: row.client,
        product: row.product,
        platform: row.platform,
        group: row.group,
        currency: unit.code,
        kind: row.kind,
        caption: row.caption,
        name: row.name,
        permissions: row.permissions,
        leverage: row.leverage,
        is_favourite: row.is_favourite,
    };
    StoredAccount {
        id: row.id,
        data,
        facts,
        currency: row.currency,
        group: row.group.zip(row.of_group).map(|(id, (caption, resources))| (id, caption, resources)),
        platform_name: row.of_platform.0,
        platform_kind: row.of_platform.2,
        product_caption: row.of_product.0,
        product_resources: row.of_product.1,
        platform_group: row.platform_group,
        statement_time: row.statement_time.0,
        archive_time: row.archive_time.map(|moment| moment.0),
        create_time: row.create_time.0,
    }
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(platform) = filter.platform {
        query = query.filter(table::platform_id.eq(platform));
    }
    if let Some(product) = filter.product {
        query = query.filter(table::product_id.eq(product));
    }
    query
}

/// Accounts, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredAccount>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let ids: Vec<AccountId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    let mut accounts = by_ids(conn, &ids)?;
    Ok(Page { total, data: ids.iter().filter_map(|id| accounts.remove(id)).collect() })
}

/// The accounts of these ids, whoever asks: the caller has seen what names them.
pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[AccountId]) -> Result<HashMap<AccountId, StoredAccount>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = on_each!(conn, conn => rows().filter(one_of(table::id, ids)).load(conn))?;
    Ok(rows.into_iter().map(|row| (row.id, record(row))).collect())
}

/// One account.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: AccountId) -> Result<StoredAccount, Error> {
    let query = rows().filter(table::id.eq(id)).select((columns(), AccessVersion));
    let row: Option<(Row, Option<i64>)> = on_each!(&mut *conn, conn => query.first(conn)).optional()?;
    let row = row.map(|(row, version)| {
        seen::note(version);
        record(row)
    });
    if_visible(conn, scope, row)?.ok_or(Error::NotFound)
}

/// An account that was read, unless the caller does not see its client.
pub(crate) fn if_visible(
    conn: &mut DbConnection,
    scope: &Scope,
    account: Option<StoredAccount>,
) -> Result<Option<StoredAccount>, Error> {
    match account {
        Some(account) if scope.sees_all_clients() || sees(conn, scope, account.data.client)? => Ok(Some(account)),
        _ => Ok(None),
    }
}
