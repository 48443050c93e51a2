//! Accounts as their clients see them: those that they are shown, with what their products and platforms say now.

use diesel::prelude::*;
use domain::catalog::{Platform, PlatformId, PlatformType, Product, ProductGroup, ProductId, ProductPermission};
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::AccountId;
use domain::value::{Record, Stored};

use crate::catalog::product_currencies::StoredProductCurrency;
use crate::catalog::{platforms, product_currencies, product_groups, products};
use crate::connection::MultiBackend;
use crate::ledger::account_locks;
use crate::ledger::accounts::{self, StoredAccount, by_ids};
use crate::paging::ordered;
use crate::schema::accounts::{self as table, BoxedQuery};
use crate::schema::{currencies, platforms as platforms_table};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// An account with what its client is shown of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAccount {
    /// The account.
    pub account: StoredAccount,
    /// Where it is kept.
    pub platform: Record<Platform>,
    /// The group of its product when it was opened.
    pub group: Option<Record<ProductGroup>>,
    /// Its product.
    pub product: Product,
    /// Its currency of the product, unless that was taken away.
    pub product_currency: Option<StoredProductCurrency>,
}

impl Stored for ClientAccount {
    type Data = domain::ledger::Account;

    fn data(&self) -> &Self::Data {
        &self.account.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In the currency of this alphabetic code.
    pub alphabetic_code: Option<String>,
    /// With this permission.
    pub permission: Option<ProductPermission>,
    /// On this platform.
    pub platform: Option<PlatformId>,
}

/// What the texts of sets with a permission have in them.
fn with(permission: ProductPermission) -> String {
    format!("%\"{permission}\"%")
}

fn filtered(client: ClientId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let of_client = table::table.filter(table::client_id.eq(client)).into_boxed();
    let mut query = of_client.filter(table::permissions.like(with(ProductPermission::Visible)));
    if let Some(code) = &filter.alphabetic_code {
        let named = currencies::table.filter(currencies::alphabetic_code.eq(code.to_uppercase()));
        query = query.filter(table::currency_code.eq_any(named.select(currencies::code)));
    }
    if let Some(permission) = filter.permission {
        query = query.filter(table::permissions.like(with(permission)));
    }
    if let Some(platform) = filter.platform {
        query = query.filter(table::platform_id.eq(platform));
    }
    query
}

/// The accounts that a client is shown, archived ones too, a page of them.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<ClientAccount>, Error> {
    let total = paging.total(|| filtered(client, filter).count().get_result(conn))?;
    let page = filtered(client, filter).limit(paging.limit).offset(paging.offset);
    let ids: Vec<AccountId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    let mut found = by_ids(conn, &ids)?;
    let found = ids.iter().filter_map(|id| found.remove(id)).collect();
    Ok(Page { total, data: shown(conn, found)? })
}

/// One account that a client is shown.
///
/// # Errors
/// [`Error::NotFound`], also for one of another client and one that they are not shown.
pub fn get(conn: &mut DbConnection, client: ClientId, id: AccountId) -> Result<ClientAccount, Error> {
    let account = accounts::get(conn, &Scope::Client(client), id)?;
    if account.data.is_shown() { shown_one(conn, account) } else { Err(Error::NotFound) }
}

/// Holds an account that a client is shown until the transaction ends, and reads it then.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, client: ClientId, id: AccountId) -> Result<ClientAccount, Error> {
    let account = account_locks::lock(tx, &Scope::Client(client), id)?;
    if account.data.is_shown() { shown_one(tx.conn, account) } else { Err(Error::NotFound) }
}

/// An account that trades on a platform outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradingAccount {
    /// Its id.
    pub id: AccountId,
    /// Its number, by which the platform knows it.
    pub number: String,
    /// Where its platform is asked.
    pub gateway: String,
}

/// The accounts that a client is shown on platforms of a type that can be asked, some of them or all.
pub fn trading(
    conn: &mut DbConnection,
    client: ClientId,
    kind: PlatformType,
    only: Option<&[AccountId]>,
) -> Result<Vec<TradingAccount>, Error> {
    let mut query = table::table
        .inner_join(platforms_table::table)
        .filter(table::client_id.eq(client))
        .filter(table::permissions.like(with(ProductPermission::Visible)))
        .filter(platforms_table::kind.eq(kind))
        .filter(platforms_table::gateway_url.is_not_null())
        .order(table::id)
        .select((table::id, table::number, platforms_table::gateway_url.assume_not_null()))
        .into_boxed();
    if let Some(ids) = only {
        query = query.filter(table::id.eq_any(ids.to_vec()));
    }
    let rows: Vec<(AccountId, String, String)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, number, gateway)| TradingAccount { id, number, gateway }).collect())
}

/// An account with what its client is shown of others.
pub fn shown_one(conn: &mut DbConnection, account: StoredAccount) -> Result<ClientAccount, Error> {
    shown(conn, vec![account])?.pop().ok_or(Error::NotFound)
}

/// Accounts with what their clients are shown of others.
pub(super) fn shown(conn: &mut DbConnection, accounts: Vec<StoredAccount>) -> Result<Vec<ClientAccount>, Error> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let product_ids: Vec<ProductId> = accounts.iter().map(|account| account.data.product).collect();
    let platform_ids: Vec<PlatformId> = accounts.iter().map(|account| account.data.platform).collect();
    let group_ids: Vec<_> = accounts.iter().filter_map(|account| account.data.group).collect();
    let products = products::by_ids(conn, &product_ids)?;
    let entries = product_currencies::of_products(conn, &product_ids)?;
    let platforms = platforms::by_ids(conn, &platform_ids)?;
    let groups = product_groups::by_ids(conn, &group_ids)?;
    let missing = |what: &str, account: &StoredAccount| Error::Broken(format!("account {}: no {what}", account.id));
    accounts
        .into_iter()
        .map(|account| {
            let product = products.get(&account.data.product).cloned();
            let platform = platforms.get(&account.data.platform).cloned();
            Ok(ClientAccount {
                platform: platform.ok_or_else(|| missing("platform", &account))?,
                group: account.data.group.and_then(|id| groups.get(&id).cloned()),
                product: product.ok_or_else(|| missing("product", &account))?,
                product_currency: entries.get(&(account.data.product, account.data.currency)).cloned(),
                account,
            })
        })
        .collect()
}
