//! Tickers, which are given, and their symbols.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::content::{TickerId, TickerSymbol, TickerSymbolId, check_symbol_count};
use domain::value::{Field, Identified, Refusal};

use crate::paging::ordered;
use crate::schema::{ticker_symbols as symbols, tickers as table};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A ticker with its symbols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// Its id.
    pub id: TickerId,
    /// The trading platform, such as mt5.
    pub platform: String,
    /// Where quotes come from.
    pub source: String,
    /// Its symbols, in the order in which they were added.
    pub symbols: Vec<Identified<TickerSymbol>>,
}

type Columns = (TickerId, String, String);

fn with_symbols(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<Ticker>, Error> {
    let ids: Vec<TickerId> = rows.iter().map(|(id, ..)| *id).collect();
    let of_tickers = symbols::table.filter(symbols::ticker_id.eq_any(ids)).order(symbols::id);
    let of_tickers: Vec<(TickerId, Identified<TickerSymbol>)> =
        of_tickers.select((symbols::ticker_id, symbol_columns())).load(conn)?;
    let mut by_ticker: HashMap<TickerId, Vec<Identified<TickerSymbol>>> = HashMap::new();
    for (ticker, symbol) in of_tickers {
        by_ticker.entry(ticker).or_default().push(symbol);
    }
    let ticker = |(id, platform, source)| {
        let symbols = by_ticker.remove(&id).unwrap_or_default();
        Ticker { id, platform, source, symbols }
    };
    Ok(rows.into_iter().map(ticker).collect())
}

/// Tickers, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<Ticker>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.limit(paging.limit).offset(paging.offset).into_boxed();
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows = query.load(conn)?;
    Ok(Page { total, data: with_symbols(conn, rows)? })
}

/// One ticker.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: TickerId) -> Result<Ticker, Error> {
    let row = table::table.find(id).first(conn)?;
    with_symbols(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// These tickers, by their ids.
pub(super) fn of_ids(conn: &mut DbConnection, ids: &[TickerId]) -> Result<HashMap<TickerId, Ticker>, Error> {
    let rows = table::table.filter(table::id.eq_any(ids.to_vec())).load(conn)?;
    Ok(with_symbols(conn, rows)?.into_iter().map(|ticker| (ticker.id, ticker)).collect())
}

/// A ticker must exist before its symbols are looked for.
fn check_exists(conn: &mut DbConnection, id: TickerId) -> Result<(), Error> {
    table::table.find(id).select(table::id).first::<TickerId>(conn)?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn symbol_columns() -> _ {
    (symbols::id, (symbols::show, symbols::symbol))
}

/// The symbols of a ticker, a page of them.
///
/// # Errors
/// [`Error::NotFound`] where there is no such ticker.
pub fn list_symbols(
    conn: &mut DbConnection,
    ticker: TickerId,
    paging: &Paging<ById>,
) -> Result<Page<Identified<TickerSymbol>>, Error> {
    check_exists(conn, ticker)?;
    let of_ticker = || symbols::table.filter(symbols::ticker_id.eq(ticker));
    let total = paging.total(|| of_ticker().count().get_result(conn))?;
    let query = of_ticker().limit(paging.limit).offset(paging.offset).into_boxed();
    let query = ordered!(query, paging.direction, symbols::ticker_id, symbols::id);
    Ok(Page { total, data: query.select(symbol_columns()).load(conn)? })
}

/// A symbol of a ticker.
///
/// # Errors
/// [`Error::NotFound`], also for a symbol of another ticker.
pub fn get_symbol(
    conn: &mut DbConnection,
    ticker: TickerId,
    id: TickerSymbolId,
) -> Result<Identified<TickerSymbol>, Error> {
    let of_ticker = symbols::table.find(id).filter(symbols::ticker_id.eq(ticker));
    Ok(of_ticker.select(symbol_columns()).first(conn)?)
}

/// Locks a ticker whose symbols change.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock_as_parent(tx: &mut Tx<'_>, id: TickerId) -> Result<(), Error> {
    tx.lock("tickers", id)?;
    check_exists(tx.conn, id)
}

/// Adds a symbol to a ticker that is held.
///
/// # Errors
/// A conflict where the ticker has it, or has as many as it can have.
pub fn insert_symbol(
    tx: &mut Tx<'_>,
    ticker: TickerId,
    symbol: &TickerSymbol,
) -> Result<Identified<TickerSymbol>, Error> {
    let of_ticker = || symbols::table.filter(symbols::ticker_id.eq(ticker));
    let same = of_ticker().filter(symbols::symbol.eq(&symbol.symbol));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Symbol).into());
    }
    check_symbol_count(of_ticker().count().get_result(tx.conn)?)?;
    let values = (symbols::ticker_id.eq(ticker), symbols::symbol.eq(&symbol.symbol), symbols::show.eq(symbol.show));
    let id = diesel::insert_into(symbols::table).values(values).returning(symbols::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Symbol)))?;
    get_symbol(tx.conn, ticker, id)
}

/// Takes a symbol from a ticker, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for a symbol of another ticker.
pub fn delete_symbol(tx: &mut Tx<'_>, ticker: TickerId, id: TickerSymbolId) -> Result<Identified<TickerSymbol>, Error> {
    tx.lock("ticker_symbols", id)?;
    let symbol = get_symbol(tx.conn, ticker, id)?;
    diesel::delete(symbols::table.find(id)).execute(tx.conn)?;
    Ok(symbol)
}
