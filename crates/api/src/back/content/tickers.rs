//! Tickers, which are given, and their symbols.

use domain::content::{Symbol, TickerId, TickerSymbol, TickerSymbolId};
use domain::identity::Permission;
use domain::value::Identified;
use http::request::{Boolean, Fields, Input, ListQuery, NoFilter, Parsed};
use serde_json::json;
use storage::content::tickers;
use storage::{ById, Page};

use crate::Problem;
use crate::answers::TickerAnswer;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TICKERS: &str = "/api/v2/widgets/tickers";
    const TICKER: &str = "/api/v2/widgets/tickers/{tickerId}";
    const SYMBOLS: &str = "/api/v2/widgets/tickers/{tickerId}/symbols";
    const SYMBOL: &str = "/api/v2/widgets/tickers/{tickerId}/symbols/{symbolId}";
    routes
        .get("widgets.tickers.list", TICKERS, P::TickersRead)
        .summary("List tickers.")
        .describe("With their symbols. Tickers are neither added, changed nor deleted.")
        .list(list);
    routes
        .get("widgets.tickers.get", TICKER, P::TickersRead)
        .summary("Read a ticker.")
        .describe("With its symbols, in the order in which they were added.")
        .record(get);
    routes
        .get("widgets.tickers.symbols.list", SYMBOLS, P::TickersRead)
        .summary("List the symbols of a ticker.")
        .describe("In the order in which they were added.")
        .list(list_symbols);
    routes
        .get("widgets.tickers.symbols.get", SYMBOL, P::TickersRead)
        .summary("Read a symbol of a ticker.")
        .describe("A symbol of another ticker is not found.")
        .record(get_symbol);
    routes
        .post("widgets.tickers.symbols.create", SYMBOLS, P::TickersCreate)
        .summary("Add a symbol to a ticker.")
        .describe(
            "It is kept in capitals, and a ticker has each once. Whether the stream of the ticker knows it is not \
             checked. To change a symbol, delete it and add it again.",
        )
        .example_at("/api/v2/widgets/tickers/1/symbols", json!({"symbol": "EURJPY", "show": false}))
        .created(create_symbol);
    routes
        .delete("widgets.tickers.symbols.delete", SYMBOL, P::TickersDelete)
        .summary("Take a symbol from a ticker.")
        .describe("Clients do not see it any more.")
        .deleted(delete_symbol);
}

impl Input<Back> for TickerSymbol {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let symbol = fields.required("symbol", &Parsed::matching(Symbol::PATTERN), |symbol| &symbol.symbol);
        let show = fields.or("show", &Boolean, |symbol| &symbol.show, || true);
        Some(Self { show: show?, symbol: symbol? })
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<TickerAnswer>, Problem> {
    Ok(tickers::list(reading.conn, &query.paging)?.map(TickerAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TickerId,)) -> Result<TickerAnswer, Problem> {
    Ok(tickers::get(reading.conn, id)?.into())
}

fn list_symbols(
    reading: &mut Reading<'_>,
    (ticker,): (TickerId,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<Identified<TickerSymbol>>, Problem> {
    Ok(tickers::list_symbols(reading.conn, ticker, &query.paging)?)
}

fn get_symbol(
    reading: &mut Reading<'_>,
    (ticker, id): (TickerId, TickerSymbolId),
) -> Result<Identified<TickerSymbol>, Problem> {
    Ok(tickers::get_symbol(reading.conn, ticker, id)?)
}

fn create_symbol(
    writing: &mut Writing<'_, '_>,
    (ticker,): (TickerId,),
    body: &Body<'_, TickerSymbol>,
) -> Result<Identified<TickerSymbol>, Problem> {
    tickers::lock_as_parent(writing.tx, ticker)?;
    Ok(tickers::insert_symbol(writing.tx, ticker, &body.create()?)?)
}

fn delete_symbol(
    writing: &mut Writing<'_, '_>,
    (ticker, id): (TickerId, TickerSymbolId),
) -> Result<Identified<TickerSymbol>, Problem> {
    Ok(tickers::delete_symbol(writing.tx, ticker, id)?)
}
