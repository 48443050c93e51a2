//! Accounts of clients. Their books are what their postings sum to.

use std::collections::HashMap;

use diesel::PgConnection;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use domain::catalog::{ClientFacts, OpeningRefusal};
use domain::catalog::{
    Offer, Opener, PlatformId, PlatformType, ProductGroupId, ProductId, ProductPermission, ProductStatus, ProductType,
};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::ledger::{
    Account, AccountFacts, AccountId, Amount, Books, CurrencyCode, CurrencyUnit, Figures, TransactionStatus,
};
use domain::value::{Fault, List, LocalizedText, Refusal, Set, Timestamp};

use super::currencies::CurrencyBrief;
use crate::bonuses::awards;
use crate::catalog::{product_currencies, products};
use crate::clients::visible;
use crate::connection::{MultiBackend, on_each};
use crate::money::Stored;
use crate::paging::ordered;
use crate::payments::operations;
use crate::schema::accounts::{self as table, BoxedQuery};
use crate::schema::{
    clients, currencies as currency, platforms as platform, product_currencies as of_product, product_groups as group,
    products as product, transactions,
};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

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
struct Row {
    id: AccountId,
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
    platform_group: Option<String>,
    money: (Stored, Stored, Stored, Stored, Stored),
    statement_time: Timestamp,
    archive_time: Option<Timestamp>,
    create_time: Timestamp,
    currency: CurrencyBrief,
    currency_enabled: bool,
    of_group: Option<(String, List<LocalizedText>)>,
    of_platform: (String, Option<String>, PlatformType),
    of_product: (String, List<LocalizedText>),
}

macro_rules! columns {
    () => {
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
            table::platform_group,
            (table::balance, table::hold, table::credit, table::pnl, table::margin),
            table::statement_time,
            table::archive_time,
            table::create_time,
            (currency::code, currency::alphabetic_code, currency::name, currency::minor_unit),
            currency::enabled,
            (group::caption, group::resources).nullable(),
            (platform::name, platform::gateway_url, platform::kind),
            (product::caption, product::resources),
        )
    };
}

macro_rules! joined {
    ($filter:expr) => {
        table::table
            .inner_join(clients::table)
            .inner_join(currency::table)
            .inner_join(platform::table)
            .inner_join(product::table)
            .left_join(group::table)
            .filter($filter)
            .select(columns!())
    };
}

fn record(row: Row) -> StoredAccount {
    let (balance, hold, credit, pnl, margin) = row.money;
    let unit =
        CurrencyUnit { code: row.currency.code, minor_unit: u32::try_from(row.currency.minor_unit).unwrap_or(0) };
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
        statement_time: row.statement_time,
        archive_time: row.archive_time,
        create_time: row.create_time,
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
///
/// # Errors
/// Those of the database.
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

/// The accounts of these ids, whoever asks: what names them was seen.
pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[AccountId]) -> Result<HashMap<AccountId, StoredAccount>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = on_each!(conn, conn => joined!(table::id.eq_any(ids)).load(conn))?;
    Ok(rows.into_iter().map(|row| (row.id, record(row))).collect())
}

/// One account.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: AccountId) -> Result<StoredAccount, Error> {
    let account = by_ids(conn, &[id])?.remove(&id).ok_or(Error::NotFound)?;
    if scope.sees_all_clients() || crate::clients::sees(conn, scope, account.data.client)? {
        Ok(account)
    } else {
        Err(Error::NotFound)
    }
}

/// Holds one or two accounts and their clients until the transaction ends, in the order of the
/// accounts' ids, and reads them.
pub(crate) fn lock(tx: &mut Tx<'_>, ids: &[AccountId]) -> Result<HashMap<AccountId, StoredAccount>, Error> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(HashMap::new()) };
    // Not `= ANY`: of that PostgreSQL expects ten rows, and reads the whole table while it is small.
    let either = table::id.eq(first).or(table::id.eq(last));
    let rows: Vec<Row> = match &mut *tx.conn {
        DbConnection::Postgres(conn) => Held(joined!(either).order(table::id)).load(conn)?,
        DbConnection::Sqlite(conn) => joined!(either).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| (row.id, record(row))).collect())
}

/// Holds any number of accounts of a platform, by their numbers, until the transaction ends, without
/// those of removed clients.
pub(crate) fn lock_numbers(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    numbers: &[&str],
) -> Result<Vec<StoredAccount>, Error> {
    let of_platform = table::platform_id.eq(platform).and(table::number.eq_any(numbers));
    let rows: Vec<Row> = match &mut *tx.conn {
        DbConnection::Postgres(conn) => Held(joined!(of_platform).order(table::id)).load(conn)?,
        DbConnection::Sqlite(conn) => joined!(of_platform).load(conn)?,
    };
    let is_there = |account: &StoredAccount| account.facts.check_client().is_ok();
    Ok(rows.into_iter().map(record).filter(is_there).collect())
}

/// Holds all accounts until the transaction ends: waits for every transaction that moves money and
/// keeps others from starting. For rare changes to what all movements depend on, such as deleting a
/// method or reducing the places of a currency. If each movement held its method and its currency
/// instead, all of them would write to the same few rows; this way only the change pays. A movement
/// that waits sees the change, since PostgreSQL locks tables before it takes a statement's snapshot,
/// and methods and currencies are read together with the accounts or later. Reads go on.
pub(crate) fn lock_all(tx: &mut Tx<'_>) -> Result<(), Error> {
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        diesel::sql_query("LOCK TABLE accounts IN EXCLUSIVE MODE").execute(conn)?;
    }
    Ok(())
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

/// An account to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// For whom.
    pub client: ClientId,
    /// On what.
    pub product: ProductId,
    /// In which currency; none where the product has one only.
    pub currency: Option<CurrencyCode>,
    /// The name that the client is shown, if it was given.
    pub caption: Option<String>,
    /// The leverage, if it was given.
    pub leverage: Option<i64>,
    /// Demo accounts: the amount to begin with, if it was given.
    pub start_amount: Option<Amount>,
    /// The permissions, if they were given.
    pub permissions: Option<Set<ProductPermission>>,
}

/// The currencies in which a product opens accounts.
///
/// # Errors
/// Those of the database.
pub fn currencies_of(conn: &mut DbConnection, id: ProductId) -> Result<Vec<CurrencyCode>, Error> {
    let offered = of_product::table.filter(of_product::product_id.eq(id)).filter(of_product::is_enabled.eq(true));
    Ok(offered.order(of_product::priority).select(of_product::currency_code).load(conn)?)
}

/// A user opens an account for a client.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn open(tx: &mut Tx<'_>, scope: &Scope, new: &NewAccount) -> Result<StoredAccount, Error> {
    // Two openings for one client are counted one after the other.
    tx.lock("clients", new.client)?;
    let mut faults = Vec::new();
    let status: Option<ClientStatus> =
        clients::table.find(new.client).select(clients::status).first(tx.conn).optional()?;
    match status {
        Some(status) if crate::clients::sees(tx.conn, scope, new.client)? => {
            if !status.takes_accounts() {
                faults.push(Fault::of("clientId", format!("is {status}")));
            }
        }
        _ => faults.push(Fault::of("clientId", "does not exist")),
    }
    let product = match products::get(tx.conn, new.product) {
        Ok(product) => product,
        Err(Error::NotFound) => {
            faults.push(Fault::of("productId", "does not exist"));
            return Err(Refusal::Unprocessable(faults).into());
        }
        Err(error) => return Err(error),
    };
    let offered = match new.currency {
        Some(code) => Some(code),
        None => currencies_of(tx.conn, new.product)?.first().copied(),
    };
    let entry = match offered {
        Some(code) => product_currencies::hold(tx, new.product, code)?,
        None => None,
    };
    let Some(entry) = entry else {
        let issue = if product.data.status == ProductStatus::Disabled {
            Fault::of("productId", "is out of use")
        } else {
            Fault::of("currencyCode", "is no currency of the product")
        };
        faults.push(issue);
        return Err(Refusal::Unprocessable(faults).into());
    };
    if super::currencies::usable(tx.conn, &[entry.currency.code])?.is_empty() {
        faults.push(Fault::of("currencyCode", "is out of use"));
    }
    let of_client = || table::table.filter(table::client_id.eq(new.client)).filter(table::archive_time.is_null());
    let of_product = || of_client().filter(table::product_id.eq(new.product));
    let in_currency = of_product().filter(table::currency_code.eq(entry.currency.code));
    let client = ClientFacts {
        accounts_on_product: of_product().count().get_result(tx.conn)?,
        accounts_in_currency: in_currency.count().get_result(tx.conn)?,
        ..ClientFacts::default()
    };
    let group_status = group::table.find(product.data.group).select(group::status).first(tx.conn)?;
    let offer = Offer { product: &product.data, group_status, currency: &entry.data, restrictions: &[] };
    let opening = match offer.open(Opener::User, &client, new.leverage) {
        Ok(opening) => Some(opening),
        Err(refusal) => {
            let field = match refusal {
                OpeningRefusal::CurrencyDisabled => "currencyCode",
                OpeningRefusal::LeverageNotOffered { .. } => "leverage",
                OpeningRefusal::ProductDisabled
                | OpeningRefusal::NotOffered(_)
                | OpeningRefusal::NotAutomatic
                | OpeningRefusal::StartAmountNotOffered { .. }
                | OpeningRefusal::TooManyAccounts { .. } => "productId",
            };
            faults.push(Fault::of(field, refusal.to_string()));
            None
        }
    };
    let start_amount = match offer.start_amount(new.start_amount) {
        Ok(amount) => amount,
        Err(refusal) => {
            faults.push(Fault::of("startAmount", refusal.to_string()));
            None
        }
    };
    Refusal::unless_empty(faults)?;
    let opening = opening.ok_or(Error::NotFound)?;
    let (id, number) = next_number(tx)?;
    let caption = new.caption.clone().or_else(|| entry.data.caption.clone());
    let account = Account {
        number,
        client: new.client,
        product: new.product,
        platform: product.data.platform,
        group: Some(product.data.group),
        currency: entry.currency.code,
        kind: product.data.kind,
        caption: caption.unwrap_or_else(|| product.data.caption.clone()),
        name: product.data.name.clone(),
        permissions: new.permissions.clone().unwrap_or(opening.permissions),
        leverage: opening.leverage,
    };
    insert(tx, id, &account, entry.data.platform_groups.first().cloned())?;
    if let Some(amount) = start_amount.filter(|amount| amount.is_positive()) {
        let account = by_ids(tx.conn, &[id])?.remove(&id).ok_or(Error::NotFound)?;
        return Ok(operations::change_balance(tx, None, &account, amount, None)?.0);
    }
    by_ids(tx.conn, &[id])?.remove(&id).ok_or(Error::NotFound)
}

fn next_number(tx: &mut Tx<'_>) -> Result<(AccountId, String), Error> {
    let id = AccountId::new(tx.conn.next_id("accounts")?);
    Ok((id, number_of(id)))
}

/// Numbers are our own, one sequence for all platforms, since none is connected yet.
pub(crate) fn number_of(id: AccountId) -> String {
    const FIRST: i64 = 1_000_000;
    (FIRST + id.get()).to_string()
}

fn insert(tx: &mut Tx<'_>, id: AccountId, account: &Account, platform_group: Option<String>) -> Result<(), Error> {
    let zero = Stored(Amount::ZERO);
    let values = (
        table::id.eq(id),
        table::number.eq(&account.number),
        table::client_id.eq(account.client),
        table::product_id.eq(account.product),
        table::platform_id.eq(account.platform),
        table::group_id.eq(account.group),
        table::currency_code.eq(account.currency),
        table::kind.eq(account.kind),
        table::caption.eq(&account.caption),
        table::name.eq(&account.name),
        table::permissions.eq(json(&account.permissions)?),
        table::leverage.eq(account.leverage),
        table::platform_group.eq(platform_group),
        (table::balance.eq(zero), table::hold.eq(zero), table::credit.eq(zero)),
        (table::pnl.eq(zero), table::margin.eq(zero)),
        table::statement_time.eq(tx.now.naive()),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The leverages that an account can be given, the most accounts of its product, and the least deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The leverages on offer.
    pub leverages: Vec<i64>,
    /// The most accounts of one client; none for no limit.
    pub max_accounts: Option<i64>,
    /// The least that a client brings, in the account's currency where that has its own settings, else in USD.
    pub min_deposit_amount: Option<Amount>,
    /// Settings of the platform, as JSON text.
    pub options: String,
}

/// What the account's product says now.
///
/// # Errors
/// Those of the database.
pub fn preferences(conn: &mut DbConnection, account: &Account) -> Result<Preferences, Error> {
    let product = products::get(conn, account.product)?;
    let entry = product_currencies::of_product(conn, account.product, account.currency)?;
    let settings = match &entry {
        Some(entry) => domain::catalog::settings_in_force(&product.data, &entry.data),
        None => &product.data.settings,
    };
    let mut leverages: Vec<i64> =
        settings.default_leverage.into_iter().chain(settings.leverages.iter().copied()).collect();
    leverages.sort_unstable();
    leverages.dedup();
    Ok(Preferences {
        leverages,
        max_accounts: settings.max_accounts,
        min_deposit_amount: settings.min_deposit_amount,
        options: product.data.options.clone(),
    })
}

/// Writes what can be set of an account: captions, permissions, leverage.
///
/// # Errors
/// A refusal where it is archived or the leverage is not on offer.
pub fn update(tx: &mut Tx<'_>, before: &StoredAccount, after: &Account) -> Result<StoredAccount, Error> {
    if let Some(leverage) = after.leverage.filter(|_| after.leverage != before.data.leverage)
        && !preferences(tx.conn, &before.data)?.leverages.contains(&leverage)
    {
        return Err(Refusal::unprocessable("leverage", format!("{leverage} is not on offer")).into());
    }
    before.facts.check_client()?;
    before.facts.check_not_archived()?;
    let values = (
        table::caption.eq(&after.caption),
        table::name.eq(&after.name),
        table::permissions.eq(json(&after.permissions)?),
        table::leverage.eq(after.leverage),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    by_ids(tx.conn, &[before.id])?.remove(&before.id).ok_or(Error::NotFound)
}

/// Archives a trading account, for good.
///
/// # Errors
/// A refusal where it is none, is archived already, has money, or something of it is unfinished.
pub fn archive(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<StoredAccount, Error> {
    let unfinished = transactions::table
        .filter(transactions::debit_account_id.eq(account.id).or(transactions::credit_account_id.eq(account.id)))
        .filter(transactions::status.eq_any(TransactionStatus::unfinished()));
    let has_unfinished = diesel::select(exists(unfinished)).get_result(tx.conn)?;
    account.facts.check_archivable(has_unfinished)?;
    account.facts.check_client()?;
    if awards::has_unfinished(tx.conn, account.id)? {
        return Err(Refusal::conflict("A bonus of the account is unfinished.").into());
    }
    diesel::update(table::table.find(account.id)).set(table::archive_time.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    by_ids(tx.conn, &[account.id])?.remove(&account.id).ok_or(Error::NotFound)
}
