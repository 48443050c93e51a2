//! Other codes by which outside systems name currencies.

use diesel::prelude::*;
use domain::ledger::{CurrencyAlias, CurrencyAliasId, CurrencyCode};
use domain::value::{Field, Refusal, Stored, Timestamp};

use super::currencies;
use crate::schema::currency_aliases as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// An alias as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredAlias {
    /// Its id.
    pub id: CurrencyAliasId,
    /// What can be set.
    pub data: CurrencyAlias,
    /// When it was added.
    pub create_time: Timestamp,
}

impl Stored for StoredAlias {
    type Data = CurrencyAlias;

    fn data(&self) -> &CurrencyAlias {
        &self.data
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::alphabetic_code, table::name, table::currency_code), table::create_time)
}

/// The aliases of a currency, a page of them.
pub fn list(conn: &mut DbConnection, code: CurrencyCode, paging: &Paging<ById>) -> Result<Page<StoredAlias>, Error> {
    let of_currency = || table::table.filter(table::currency_code.eq(code)).into_boxed();
    let total = paging.total(|| of_currency().count().get_result(conn))?;
    let query = of_currency().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One alias of a currency.
///
/// # Errors
/// [`Error::NotFound`], also for an alias of another currency.
pub fn get(conn: &mut DbConnection, code: CurrencyCode, id: CurrencyAliasId) -> Result<StoredAlias, Error> {
    Ok(table::table.find(id).filter(table::currency_code.eq(code)).select(columns()).first(conn)?)
}

/// Holds an alias until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for an alias of another currency.
pub fn lock(tx: &mut Tx<'_>, code: CurrencyCode, id: CurrencyAliasId) -> Result<StoredAlias, Error> {
    tx.lock("currency_aliases", id)?;
    get(tx.conn, code, id)
}

/// Adds an alias to a currency.
///
/// # Errors
/// A refusal where its code is taken.
pub fn insert(tx: &mut Tx<'_>, alias: &CurrencyAlias) -> Result<StoredAlias, Error> {
    currencies::check_code(tx, &alias.alphabetic_code)?;
    let values = (
        table::currency_code.eq(alias.numeric_code),
        table::alphabetic_code.eq(&alias.alphabetic_code),
        table::name.eq(&alias.name),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::AlphabeticCode)))?;
    get(tx.conn, alias.numeric_code, id)
}

/// Writes what can be set of an alias.
///
/// # Errors
/// A refusal where its code is taken.
pub fn update(tx: &mut Tx<'_>, before: &StoredAlias, after: &CurrencyAlias) -> Result<StoredAlias, Error> {
    if after.alphabetic_code != before.data.alphabetic_code {
        currencies::check_code(tx, &after.alphabetic_code)?;
    }
    let values = (table::alphabetic_code.eq(&after.alphabetic_code), table::name.eq(&after.name));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::AlphabeticCode)))?;
    get(tx.conn, after.numeric_code, before.id)
}

/// Deletes an alias, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for an alias of another currency.
pub fn delete(tx: &mut Tx<'_>, code: CurrencyCode, id: CurrencyAliasId) -> Result<StoredAlias, Error> {
    let alias = lock(tx, code, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(alias)
}
