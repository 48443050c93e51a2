//! The currencies of products.

use diesel::prelude::*;
use domain::catalog::{AccountSettings, Factory, ProductCurrency, ProductCurrencyId, ProductId};
use domain::ledger::CurrencyCode;
use domain::value::{Fault, List, LocalizedText, Refusal, Timestamp};

use super::products;
use super::settings::{settings_columns, settings_values};
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::schema::product_currencies as table;
use crate::schema::{accounts, currencies as currency};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A currency of a product as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProductCurrency {
    /// Its id.
    pub id: ProductCurrencyId,
    /// What can be set, and what is fixed.
    pub data: ProductCurrency,
    /// The currency.
    pub currency: CurrencyBrief,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this alphabetic code.
    pub alphabetic_code: Option<String>,
    /// Accounts are opened in it or not.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
}

#[derive(Queryable)]
struct Row {
    id: ProductCurrencyId,
    factory: i64,
    platform_groups: List<String>,
    caption: Option<String>,
    is_enabled: bool,
    priority: i64,
    is_hedging_enabled: bool,
    overwrite_product_settings: bool,
    settings: AccountSettings,
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
    currency: CurrencyBrief,
}

macro_rules! columns {
    () => {
        (
            table::id,
            table::factory,
            table::platform_groups,
            table::caption,
            table::is_enabled,
            table::priority,
            table::is_hedging_enabled,
            table::overwrite_product_settings,
            settings_columns!(table),
            table::resources,
            table::create_time,
            table::update_time,
            (currency::code, currency::alphabetic_code, currency::name, currency::minor_unit),
        )
    };
}

impl TryFrom<Row> for StoredProductCurrency {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let factory = Factory::from_number(row.factory)
            .ok_or_else(|| Error::Broken(format!("product currency {} has factory {}", row.id, row.factory)))?;
        let data = ProductCurrency {
            currency: row.currency.code,
            factory,
            platform_groups: row.platform_groups,
            caption: row.caption,
            is_enabled: row.is_enabled,
            priority: row.priority,
            is_hedging_enabled: row.is_hedging_enabled,
            overwrite_product_settings: row.overwrite_product_settings,
            settings: row.settings,
            resources: row.resources,
        };
        let (create_time, update_time) = (row.create_time, row.update_time);
        Ok(Self { id: row.id, data, currency: row.currency, create_time, update_time })
    }
}

/// The currencies of a product, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut DbConnection,
    product: ProductId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredProductCurrency>, Error> {
    let filtered = || {
        let mut query = table::table.inner_join(currency::table).filter(table::product_id.eq(product)).into_boxed();
        if let Some(code) = &filter.alphabetic_code {
            query = query.filter(currency::alphabetic_code.eq(code.to_uppercase()));
        }
        if let Some(is_enabled) = filter.is_enabled {
            query = query.filter(table::is_enabled.eq(is_enabled));
        }
        query
    };
    let total = paging.total(|| filtered().count().get_result(conn))?;
    let query = filtered().limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Direction::Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Direction::Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    let rows: Vec<Row> = query.select(columns!()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(TryInto::try_into).collect::<Result<_, Error>>()? })
}

/// One currency of a product.
///
/// # Errors
/// [`Error::NotFound`], also for a currency of another product.
pub fn get(conn: &mut DbConnection, product: ProductId, id: ProductCurrencyId) -> Result<StoredProductCurrency, Error> {
    let query = table::table.inner_join(currency::table).filter(table::id.eq(id));
    query.filter(table::product_id.eq(product)).select(columns!()).first::<Row>(conn)?.try_into()
}

/// A currency of a product by its code.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_product(
    conn: &mut DbConnection,
    product: ProductId,
    code: CurrencyCode,
) -> Result<Option<StoredProductCurrency>, Error> {
    let query = table::table.inner_join(currency::table).filter(table::currency_code.eq(code));
    let row: Option<Row> = query.filter(table::product_id.eq(product)).select(columns!()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The same, and nobody deletes it until the transaction ends. For accounts, which name the product
/// and the currency but not this row.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    product: ProductId,
    code: CurrencyCode,
) -> Result<Option<StoredProductCurrency>, Error> {
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        let entry = table::table.filter(table::product_id.eq(product)).filter(table::currency_code.eq(code));
        entry.select(table::id).for_key_share().first::<ProductCurrencyId>(conn).optional()?;
    }
    of_product(tx.conn, product, code)
}

/// A currency as it is when it is added: in use, with settings of its own that do not count.
pub(super) fn fresh(
    currency: CurrencyCode,
    factory: Factory,
    platform_groups: List<String>,
    caption: Option<String>,
) -> ProductCurrency {
    ProductCurrency {
        currency,
        factory,
        platform_groups,
        caption,
        is_enabled: true,
        priority: 0,
        is_hedging_enabled: false,
        overwrite_product_settings: false,
        settings: AccountSettings::default(),
        resources: List::default(),
    }
}

macro_rules! values {
    ($data:expr) => {{
        let data: &ProductCurrency = $data;
        (
            table::caption.eq(&data.caption),
            table::is_enabled.eq(data.is_enabled),
            table::priority.eq(data.priority),
            table::overwrite_product_settings.eq(data.overwrite_product_settings),
            settings_values!(table, &data.settings),
        )
    }};
}

/// Adds a currency to a product, after the last.
///
/// # Errors
/// A refusal where the currency or the platform's groups cannot be had, or the product has it.
pub fn insert(
    tx: &mut Tx<'_>,
    product: ProductId,
    currency: CurrencyCode,
    factory: Factory,
    platform_groups: &List<String>,
    caption: Option<&str>,
) -> Result<StoredProductCurrency, Error> {
    let mut faults = products::platform_of(tx.conn, product)?.currency_faults(factory, platform_groups);
    if currencies::usable(tx.conn, &[currency])?.is_empty() {
        faults.push(Fault::of("numericCode", "is no currency in use"));
    }
    Refusal::unless_empty(faults)?;
    let of_product = table::table.filter(table::product_id.eq(product));
    let last: Option<i64> = of_product.select(diesel::dsl::max(table::priority)).first(tx.conn)?;
    let fresh = fresh(currency, factory, platform_groups.clone(), caption.map(ToOwned::to_owned));
    let id = add(tx, product, &ProductCurrency { priority: last.unwrap_or(0) + 1, ..fresh })?;
    get(tx.conn, product, id)
}

/// Adds a currency that was checked.
pub(super) fn add(tx: &mut Tx<'_>, product: ProductId, data: &ProductCurrency) -> Result<ProductCurrencyId, Error> {
    let fixed = (
        table::product_id.eq(product),
        table::currency_code.eq(data.currency),
        table::factory.eq(data.factory.number()),
        table::platform_groups.eq(json(&data.platform_groups)?),
        table::is_hedging_enabled.eq(data.is_hedging_enabled),
        table::resources.eq(json(&data.resources)?),
    );
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let inserted = diesel::insert_into(table::table).values((fixed, values!(data), times)).returning(table::id);
    inserted.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken("numericCode")))
}

/// Writes what can be set of a currency of a product.
///
/// # Errors
/// A refusal where an amount has more places than the currency.
pub fn update(
    tx: &mut Tx<'_>,
    product: ProductId,
    before: &StoredProductCurrency,
    after: &ProductCurrency,
) -> Result<StoredProductCurrency, Error> {
    let minor_unit = u32::try_from(before.currency.minor_unit).unwrap_or(0);
    Refusal::unless_empty(ProductCurrency::amount_faults(&after.settings, minor_unit))?;
    let values = (values!(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, product, before.id)
}

/// Removes a currency from its product. The caller holds it; no foreign key protects its accounts.
///
/// # Errors
/// A refusal while the product has accounts in it, archived ones included.
pub fn delete(tx: &mut Tx<'_>, product: ProductId, entry: &StoredProductCurrency) -> Result<(), Error> {
    let in_it = accounts::table
        .filter(accounts::product_id.eq(product))
        .filter(accounts::currency_code.eq(entry.currency.code));
    if diesel::select(diesel::dsl::exists(in_it)).get_result(tx.conn)? {
        return Err(Refusal::conflict("There are accounts in it.").into());
    }
    diesel::delete(table::table.find(entry.id)).execute(tx.conn)?;
    Ok(())
}
