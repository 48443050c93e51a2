//! New products, which are created with their currencies.

use diesel::prelude::*;
use domain::catalog::{Factory, Product, ProductCurrency, ProductStatus, ProductType};
use domain::ledger::CurrencyCode;
use domain::value::{CommonFault, FaultCode as _, Field, List, Refusal};

use super::products::{StoredProduct, Values, get, group_faults};
use super::{platforms, product_currencies};
use crate::schema::products as table;
use crate::{Error, Tx};

/// What a new product needs beside what can be set.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// The product; the storage sets its status and priority.
    pub data: Product,
    /// Its type; none: it follows from the platform.
    pub kind: Option<ProductType>,
    /// The currencies to open accounts in.
    pub currencies: Vec<CurrencyCode>,
    /// What one unit counts for on the platform.
    pub factory: Factory,
    /// The platform's groups in which accounts are opened.
    pub platform_groups: List<String>,
}

/// Adds a product with its currencies, disabled and after the last in lists.
///
/// # Errors
/// A refusal where its platform, its group or a currency cannot be used, or do not fit it.
pub fn insert(tx: &mut Tx<'_>, new: &NewProduct) -> Result<StoredProduct, Error> {
    let mut faults = group_faults(tx.conn, new.data.group)?;
    for (place, code) in new.currencies.iter().enumerate() {
        faults.extend(product_currencies::currency_fault(tx.conn, *code, Field::NumericCodes.entry(place))?);
    }
    let mut kind = new.data.kind;
    // The product's type depends on the platform's.
    tx.hold("platforms", &[new.data.platform])?;
    match platforms::get(tx.conn, new.data.platform) {
        Ok(platform) if platform.data.is_enabled => {
            kind = new.kind.unwrap_or_else(|| platform.data.default_product_type());
            faults.extend(platform.data.type_fault(kind));
            faults.extend(platform.data.currency_faults(new.factory, &new.platform_groups));
        }
        Ok(_) => faults.push(CommonFault::Disabled.at(Field::Platform)),
        Err(Error::NotFound) => faults.push(CommonFault::Unknown.at(Field::Platform)),
        Err(error) => return Err(error),
    }
    Refusal::unless_empty(faults)?;
    let last: Option<i64> = table::table.select(diesel::dsl::max(table::priority)).first(tx.conn)?;
    let product =
        Product { kind, status: ProductStatus::Disabled, priority: last.unwrap_or(0) + 1, ..new.data.clone() };
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::platform_id.eq(product.platform), Values::of(&product)?, times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    for (priority, code) in (1..).zip(&new.currencies) {
        let currency = ProductCurrency {
            priority,
            ..product_currencies::fresh(*code, new.factory, new.platform_groups.clone(), None)
        };
        product_currencies::add(tx, id, &currency)?;
    }
    get(tx.conn, id)
}
