//! What clients are offered: products in their currencies. A broker has few of them, so all are read and the domain says
//! which a client is shown.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{
    AccountSettings, Availability, Offer, Product, ProductCurrencyId, ProductId, ProductRestriction,
};
use domain::clients::ClientId;
use domain::ledger::CurrencyCode;

use super::product_currencies::{self, StoredProductCurrency};
use super::products;
use crate::clients::restriction_facts;
use crate::ledger::currencies::{self, StoredCurrency};
use crate::schema::{
    currencies as currency, product_currencies as table, product_groups as group, product_restrictions as restriction,
    products as product,
};
use crate::{DbConnection, Direction, Error, Page, Paging};

/// A currency of a product in which a client may open accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedCurrency {
    /// The product.
    pub product: ProductId,
    /// The currency of the product.
    pub entry: StoredProductCurrency,
    /// The settings in force: its own, or the product's.
    pub settings: AccountSettings,
    /// The currency itself.
    pub currency: StoredCurrency,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this alphabetic code.
    pub alphabetic_code: Option<String>,
}

/// An enabled currency of a product, the product and the status of its group.
type Row = (ProductId, Product, Availability, StoredProductCurrency);

/// A product in one of its currencies, whether it is offered to anybody or not.
pub(crate) struct AnyOffer {
    pub(crate) id: ProductId,
    pub(crate) product: Product,
    pub(crate) group_status: Availability,
    pub(crate) entry: StoredProductCurrency,
    /// Whether the currency itself is enabled.
    pub(crate) currency_enabled: bool,
}

/// All products in all their currencies.
pub(crate) fn all(conn: &mut DbConnection) -> Result<Vec<AnyOffer>, Error> {
    let entries =
        table::table.inner_join(currency::table).inner_join(product::table.inner_join(group::table)).order(table::id);
    let columns =
        (product::id, products::data_columns(), group::status, product_currencies::columns(), currency::enabled);
    let rows: Vec<(ProductId, Product, Availability, StoredProductCurrency, bool)> =
        entries.select(columns).load(conn)?;
    let offer = |(id, product, group_status, entry, currency_enabled)| AnyOffer {
        id,
        product,
        group_status,
        entry,
        currency_enabled,
    };
    Ok(rows.into_iter().map(offer).collect())
}

/// What is offered to a client, the oldest first.
fn offers(
    conn: &mut DbConnection,
    client: ClientId,
) -> Result<Vec<(ProductId, StoredProductCurrency, AccountSettings)>, Error> {
    let facts = restriction_facts::of_client(conn, client)?;
    let entries = table::table
        .inner_join(currency::table)
        .inner_join(product::table.inner_join(group::table))
        .filter(table::is_enabled.eq(true))
        .filter(currency::enabled.eq(true))
        .order((table::create_time, table::id));
    let columns = (product::id, products::data_columns(), group::status, product_currencies::columns());
    let rows: Vec<Row> = entries.select(columns).load(conn)?;
    let restrictions = restrictions(conn)?;
    let offered = |(id, product, group_status, entry): Row| {
        let restrictions = restrictions.get(&id).map_or(&[][..], Vec::as_slice);
        let offer = Offer { product: &product, group_status, currency: &entry.data, restrictions };
        let settings = offer.check_visible(&facts).is_ok().then(|| offer.settings().clone())?;
        Some((id, entry, settings))
    };
    Ok(rows.into_iter().filter_map(offered).collect())
}

fn restrictions(conn: &mut DbConnection) -> Result<HashMap<ProductId, Vec<ProductRestriction>>, Error> {
    let enabled = restriction::table.filter(restriction::is_enabled.eq(true)).order(restriction::id);
    let columns =
        (restriction::product_id, (restriction::name, restriction::is_enabled, restriction::mode, restriction::ids));
    let rows: Vec<(ProductId, ProductRestriction)> = enabled.select(columns).load(conn)?;
    let mut by_product: HashMap<ProductId, Vec<ProductRestriction>> = HashMap::new();
    for (product, restriction) in rows {
        by_product.entry(product).or_default().push(restriction);
    }
    Ok(by_product)
}

fn with_currencies(
    conn: &mut DbConnection,
    offers: Vec<(ProductId, StoredProductCurrency, AccountSettings)>,
) -> Result<Vec<OfferedCurrency>, Error> {
    let codes: Vec<_> = offers.iter().map(|(_, entry, _)| entry.currency.code).collect();
    let currencies = currencies::of_codes(conn, &codes)?;
    let whole = |(product, entry, settings): (ProductId, StoredProductCurrency, AccountSettings)| {
        let currency = currencies.get(&entry.currency.code).cloned().ok_or(Error::NotFound)?;
        Ok(OfferedCurrency { product, entry, settings, currency })
    };
    offers.into_iter().map(whole).collect()
}

/// The products and currencies in which a client gets accounts at their first sign-in.
pub(crate) fn opened_by_themselves(
    conn: &mut DbConnection,
    client: ClientId,
) -> Result<Vec<(ProductId, CurrencyCode)>, Error> {
    let offers = offers(conn, client)?.into_iter().filter(|(_, _, settings)| settings.auto_create_on_login);
    Ok(offers.map(|(product, entry, _)| (product, entry.currency.code)).collect())
}

/// The currencies of products that a client may open accounts in, a page of them.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    filter: &Filter,
    paging: &Paging<product_currencies::Sort>,
) -> Result<Page<OfferedCurrency>, Error> {
    let mut offers = offers(conn, client)?;
    if let Some(code) = &filter.alphabetic_code {
        let code = code.to_uppercase();
        offers.retain(|(_, entry, _)| entry.currency.alphabetic_code == code);
    }
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(offers.len()).unwrap_or(i64::MAX)))?;
    match (paging.sort, paging.direction) {
        (product_currencies::Sort::CreateTime, Direction::Ascending) => {}
        (product_currencies::Sort::CreateTime, Direction::Descending) => offers.reverse(),
    }
    let [offset, limit] = [paging.offset, paging.limit].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let page = offers.into_iter().skip(offset).take(limit).collect();
    Ok(Page { total, data: with_currencies(conn, page)? })
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`], also for one that the client is not offered.
pub fn get(conn: &mut DbConnection, client: ClientId, id: ProductCurrencyId) -> Result<OfferedCurrency, Error> {
    let found = offers(conn, client)?.into_iter().filter(|(_, entry, _)| entry.id == id).collect();
    with_currencies(conn, found)?.pop().ok_or(Error::NotFound)
}

/// The currencies in which a client may open accounts on a product; none where the product does not exist for them.
pub(crate) fn currencies_of(
    conn: &mut DbConnection,
    client: ClientId,
    product: ProductId,
) -> Result<Vec<CurrencyCode>, Error> {
    let offers = offers(conn, client)?.into_iter().filter(|(id, ..)| *id == product);
    Ok(offers.map(|(_, entry, _)| entry.data.currency).collect())
}

/// Whether a client may open an account on a product, in any of its currencies.
///
/// # Errors
/// [`Error::NotFound`] where they may not.
pub fn check_offered(conn: &mut DbConnection, client: ClientId, product: ProductId) -> Result<(), Error> {
    let is_offered = offers(conn, client)?.iter().any(|(id, ..)| *id == product);
    if is_offered { Ok(()) } else { Err(Error::NotFound) }
}
