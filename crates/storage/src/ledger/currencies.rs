//! Currencies.

use diesel::prelude::*;
use domain::ledger::{Amount, CurrencyCode};
use domain::value::{List, LocalizedText, Timestamp};

use crate::connection::MultiBackend;
use crate::schema::currencies::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging};

/// A currency of the system.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Currency {
    /// The numeric code, which identifies it.
    pub code: CurrencyCode,
    /// Such as BTC.
    pub alphabetic_code: String,
    /// Its name in English.
    pub name: String,
    /// Its places after the point.
    pub minor_unit: i64,
    /// Whether it can be used in financial operations.
    pub enabled: bool,
    /// A link with the placeholder `{address}`, for crypto-currencies.
    pub block_explorer: Option<String>,
    /// What the broker takes when it is bought, in percent.
    pub markup_buy: Amount,
    /// What the broker takes when it is sold, in percent.
    pub markup_sell: Amount,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// What other objects show of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CurrencyBrief {
    /// The numeric code, which identifies it.
    pub code: CurrencyCode,
    /// Such as BTC.
    pub alphabetic_code: String,
    /// Its name in English.
    pub name: String,
    /// Its places after the point.
    pub minor_unit: i64,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this alphabetic code, in capitals.
    pub alphabetic_code: Option<String>,
    /// With this numeric code.
    pub code: Option<CurrencyCode>,
    /// Usable or not.
    pub enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(code) = &filter.alphabetic_code {
        query = query.filter(table::alphabetic_code.eq(code.to_uppercase()));
    }
    if let Some(code) = filter.code {
        query = query.filter(table::code.eq(code));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Currencies, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<Currency>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::code.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::code.desc())),
    };
    Ok(Page { total, data: query.load(conn)? })
}

/// One currency.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, code: CurrencyCode) -> Result<Currency, Error> {
    Ok(table::table.find(code).first(conn)?)
}

/// Those of the codes that are currencies in use.
///
/// # Errors
/// Those of the database.
pub fn usable(conn: &mut DbConnection, codes: &[CurrencyCode]) -> Result<Vec<CurrencyBrief>, Error> {
    let query = table::table.filter(table::code.eq_any(codes.to_vec())).filter(table::enabled.eq(true));
    Ok(query.select((table::code, table::alphabetic_code, table::name, table::minor_unit)).load(conn)?)
}
