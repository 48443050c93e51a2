//! The currencies of products.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{AccountSettings, Factory, ProductCurrency, ProductCurrencyId, ProductId};
use domain::ledger::CurrencyCode;
use domain::value::{CommonFault, Fault, FaultCode as _, Field, List, Place, Refusal, Stored, Timestamp};

use super::products;
use super::settings::SettingsTexts;
use crate::connection::on_each;
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::one_of::one_of;
use crate::schema::product_currencies as table;
use crate::schema::{accounts, currencies as currency};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A currency of a product as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
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

impl Stored for StoredProductCurrency {
    type Data = ProductCurrency;

    fn data(&self) -> &ProductCurrency {
        &self.data
    }
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

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    let settings = (
        table::permissions,
        table::default_account_permissions,
        table::default_leverage,
        table::leverages,
        table::max_accounts,
        table::start_amounts,
        table::link_info,
        table::agreement_link,
        table::request_required,
        table::min_deposit_amount,
        table::auto_create_on_login,
    );
    let data = (
        table::currency_code,
        table::factory,
        table::platform_groups,
        table::caption,
        table::is_enabled,
        table::priority,
        table::is_hedging_enabled,
        table::overwrite_product_settings,
        settings,
        table::resources,
    );
    (table::id, data, currencies::brief(), table::create_time, table::update_time)
}

/// The currencies of a product, a page of them.
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
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One currency of a product.
///
/// # Errors
/// [`Error::NotFound`], also for a currency of another product.
pub fn get(conn: &mut DbConnection, product: ProductId, id: ProductCurrencyId) -> Result<StoredProductCurrency, Error> {
    let query = table::table.inner_join(currency::table).filter(table::id.eq(id));
    Ok(query.filter(table::product_id.eq(product)).select(columns()).first(conn)?)
}

/// Locks a currency of a product until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for a currency of another product.
pub fn lock(tx: &mut Tx<'_>, product: ProductId, id: ProductCurrencyId) -> Result<StoredProductCurrency, Error> {
    tx.lock("product_currencies", id)?;
    get(tx.conn, product, id)
}

/// A currency of a product by its code.
pub(crate) fn of_product(
    conn: &mut DbConnection,
    product: ProductId,
    code: CurrencyCode,
) -> Result<Option<StoredProductCurrency>, Error> {
    let query = table::table.inner_join(currency::table).filter(table::currency_code.eq(code));
    Ok(query.filter(table::product_id.eq(product)).select(columns()).first(conn).optional()?)
}

/// The currencies of these products, by the product and the code.
pub(crate) fn of_products(
    conn: &mut DbConnection,
    products: &[ProductId],
) -> Result<HashMap<(ProductId, CurrencyCode), StoredProductCurrency>, Error> {
    let query = table::table.inner_join(currency::table).filter(one_of(table::product_id, products));
    let query = query.select((table::product_id, columns()));
    let found: Vec<(ProductId, StoredProductCurrency)> = on_each!(conn, conn => query.load(conn))?;
    Ok(found.into_iter().map(|(product, entry)| ((product, entry.data.currency), entry)).collect())
}

/// A currency of a product that nobody deletes until the transaction ends. For accounts, which refer to the product
/// and the currency but not to this row.
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

/// A currency as it is when it is added: enabled, with settings of its own that do not apply.
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

/// What can be set of a currency of a product, as its columns keep it.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    caption: Option<&'a str>,
    is_enabled: bool,
    priority: i64,
    overwrite_product_settings: bool,
    permissions: String,
    default_account_permissions: String,
    default_leverage: Option<i64>,
    leverages: String,
    max_accounts: Option<i64>,
    start_amounts: String,
    link_info: Option<&'a str>,
    agreement_link: Option<&'a str>,
    request_required: bool,
    min_deposit_amount: Option<String>,
    auto_create_on_login: bool,
}

impl<'a> Values<'a> {
    fn of(data: &'a ProductCurrency) -> Result<Self, Error> {
        let settings = &data.settings;
        let texts = SettingsTexts::of(settings)?;
        Ok(Self {
            caption: data.caption.as_deref(),
            is_enabled: data.is_enabled,
            priority: data.priority,
            overwrite_product_settings: data.overwrite_product_settings,
            permissions: texts.permissions,
            default_account_permissions: texts.default_account_permissions,
            default_leverage: settings.default_leverage,
            leverages: texts.leverages,
            max_accounts: settings.max_accounts,
            start_amounts: texts.start_amounts,
            link_info: settings.link_info.as_deref(),
            agreement_link: settings.agreement_link.as_deref(),
            request_required: settings.request_required,
            min_deposit_amount: texts.min_deposit_amount,
            auto_create_on_login: settings.auto_create_on_login,
        })
    }
}

/// Adds a currency to a product, after the last.
///
/// # Errors
/// A refusal where the currency or the platform's groups cannot be used, or the product has it.
pub fn insert(
    tx: &mut Tx<'_>,
    product: ProductId,
    currency: CurrencyCode,
    factory: Factory,
    platform_groups: &List<String>,
    caption: Option<&str>,
) -> Result<StoredProductCurrency, Error> {
    let mut faults = products::platform_of(tx.conn, product)?.currency_faults(factory, platform_groups);
    faults.extend(currency_fault(tx.conn, currency, Field::NumericCode)?);
    Refusal::unless_empty(faults)?;
    let of_product = table::table.filter(table::product_id.eq(product));
    let last: Option<i64> = of_product.select(diesel::dsl::max(table::priority)).first(tx.conn)?;
    let fresh = fresh(currency, factory, platform_groups.clone(), caption.map(ToOwned::to_owned));
    let id = add(tx, product, &ProductCurrency { priority: last.unwrap_or(0) + 1, ..fresh })?;
    get(tx.conn, product, id)
}

/// What is wrong with a currency in which accounts are going to be opened.
pub(super) fn currency_fault(
    conn: &mut DbConnection,
    code: CurrencyCode,
    place: impl Into<Place>,
) -> Result<Option<Fault>, Error> {
    match currencies::get(conn, code) {
        Ok(currency) if currency.data.enabled => Ok(None),
        Ok(_) => Ok(Some(CommonFault::Disabled.at(place))),
        Err(Error::NotFound) => Ok(Some(CommonFault::Unknown.at(place))),
        Err(error) => Err(error),
    }
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
    let inserted = diesel::insert_into(table::table).values((fixed, Values::of(data)?, times)).returning(table::id);
    inserted.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::NumericCode)))
}

/// Writes what can be set of a currency of a product.
///
/// # Errors
/// A refusal where an amount has more decimal places than the currency.
pub fn update(
    tx: &mut Tx<'_>,
    product: ProductId,
    before: &StoredProductCurrency,
    after: &ProductCurrency,
) -> Result<StoredProductCurrency, Error> {
    let minor_unit = u32::try_from(before.currency.minor_unit).unwrap_or(0);
    Refusal::unless_empty(ProductCurrency::amount_faults(&after.settings, minor_unit))?;
    let values = (Values::of(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, product, before.id)
}

/// Removes a currency from its product.
///
/// # Errors
/// A refusal while the product has accounts in it, archived ones included.
pub fn delete(tx: &mut Tx<'_>, product: ProductId, entry: &StoredProductCurrency) -> Result<(), Error> {
    // Its accounts name the product and the currency, so no foreign key protects them.
    tx.lock_to_delete("product_currencies", entry.id)?;
    let in_it = accounts::table
        .filter(accounts::product_id.eq(product))
        .filter(accounts::currency_code.eq(entry.currency.code));
    if diesel::select(diesel::dsl::exists(in_it)).get_result(tx.conn)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    diesel::delete(table::table.find(entry.id)).execute(tx.conn)?;
    Ok(())
}
