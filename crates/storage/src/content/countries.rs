//! Countries: a fixed list, of which only the availability at sign-up changes.

use diesel::prelude::*;
use domain::content::CountryId;
use domain::value::Stored;

use crate::connection::MultiBackend;
use crate::ledger::currencies::{CurrencyBrief, brief};
use crate::schema::countries::{self as table, BoxedQuery};
use crate::schema::currencies;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, part_of};

/// A country and its currency.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Country {
    /// Its id.
    pub id: CountryId,
    /// Two letters.
    pub alpha2_code: String,
    /// Three letters.
    pub alpha3_code: String,
    /// Its name in English.
    pub name: String,
    /// With the plus sign.
    pub calling_code: String,
    /// Three digits.
    pub numeric_code: String,
    /// Whether it can be chosen at sign-up.
    pub enabled: bool,
    /// Its currency, where the system has it.
    pub currency: Option<CurrencyBrief>,
}

impl Stored for Country {
    type Data = bool;

    fn data(&self) -> &bool {
        &self.enabled
    }
}

/// What other objects show of a country.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CountryBrief {
    /// Its id.
    pub id: CountryId,
    /// Two letters.
    pub alpha2_code: String,
    /// Three letters.
    pub alpha3_code: String,
    /// Its name in English.
    pub name: String,
    /// Three digits.
    pub numeric_code: String,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this two-letter code.
    pub alpha2_code: Option<String>,
    /// With this three-letter code.
    pub alpha3_code: Option<String>,
    /// With these three digits.
    pub numeric_code: Option<String>,
    /// With this in the name.
    pub name: Option<String>,
    /// Can be chosen at sign-up or not.
    pub enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Name,
    Enabled,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let currency = brief();
    (
        table::id,
        table::alpha2_code,
        table::alpha3_code,
        table::name,
        table::calling_code,
        table::numeric_code,
        table::enabled,
        currency.nullable(),
    )
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(code) = &filter.alpha2_code {
        query = query.filter(table::alpha2_code.eq(code.clone()));
    }
    if let Some(code) = &filter.alpha3_code {
        query = query.filter(table::alpha3_code.eq(code.clone()));
    }
    if let Some(code) = &filter.numeric_code {
        query = query.filter(table::numeric_code.eq(code.clone()));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Countries, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<Country>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Name, Ascending) => query.order((table::name_key.asc(), table::id.asc())),
        (Sort::Name, Descending) => query.order((table::name_key.desc(), table::id.desc())),
        (Sort::Enabled, Ascending) => query.order((table::enabled.asc(), table::id.asc())),
        (Sort::Enabled, Descending) => query.order((table::enabled.desc(), table::id.desc())),
    };
    let ids: Vec<CountryId> = query.select(table::id).load(conn)?;
    let countries: Vec<Country> =
        table::table.left_join(currencies::table).filter(table::id.eq_any(&ids)).select(columns()).load(conn)?;
    let place = |country: &Country| ids.iter().position(|id| *id == country.id);
    let mut countries = countries;
    countries.sort_by_key(place);
    Ok(Page { total, data: countries })
}

/// One country.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: CountryId) -> Result<Country, Error> {
    Ok(table::table.left_join(currencies::table).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// One country that can be chosen at sign-up.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled.
pub fn get_enabled(conn: &mut DbConnection, id: CountryId) -> Result<Country, Error> {
    let country = get(conn, id)?;
    if country.enabled { Ok(country) } else { Err(Error::NotFound) }
}

/// Locks a country until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: CountryId) -> Result<Country, Error> {
    tx.lock("countries", id)?;
    get(tx.conn, id)
}

/// Those of the ids that are countries.
pub fn existing(conn: &mut DbConnection, ids: &[i64]) -> Result<Vec<i64>, Error> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// Those of the two-letter codes that are of countries.
pub fn existing_codes(conn: &mut DbConnection, codes: &[String]) -> Result<Vec<String>, Error> {
    Ok(table::table.filter(table::alpha2_code.eq_any(codes.to_vec())).select(table::alpha2_code).load(conn)?)
}

/// Lets a country be chosen at sign-up, or not.
pub fn update(tx: &mut Tx<'_>, id: CountryId, enabled: bool) -> Result<Country, Error> {
    diesel::update(table::table.find(id)).set(table::enabled.eq(enabled)).execute(tx.conn)?;
    get(tx.conn, id)
}
