//! The widgets of the clients' dashboard, which are given.

use diesel::prelude::*;
use domain::content::{TickerId, Widget, WidgetId};
use domain::value::Stored;

use super::tickers::{self, Ticker};
use crate::schema::widgets as table;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx};

/// A widget as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWidget {
    /// Its id.
    pub id: WidgetId,
    /// Its name in the back office.
    pub name: String,
    /// What can be set.
    pub data: Widget,
    /// The ticker that it shows.
    pub ticker: Option<Ticker>,
}

impl Stored for StoredWidget {
    type Data = Widget;

    fn data(&self) -> &Widget {
        &self.data
    }
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// As they were made.
    Id,
    /// Their places.
    Place,
}

type Columns = (WidgetId, String, Option<TickerId>, Widget);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let size = (
        table::caption,
        table::sort,
        table::can_be_closed,
        table::is_shown_by_default,
        table::width,
        table::height,
        table::position_x,
        table::position_y,
    );
    (table::id, table::name, table::ticker_id, size)
}

fn with_tickers(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredWidget>, Error> {
    let ids: Vec<TickerId> = rows.iter().filter_map(|(_, _, ticker, _)| *ticker).collect();
    let tickers = tickers::of_ids(conn, &ids)?;
    let widget = |(id, name, ticker, data): Columns| {
        let ticker = ticker.and_then(|ticker| tickers.get(&ticker).cloned());
        StoredWidget { id, name, data, ticker }
    };
    Ok(rows.into_iter().map(widget).collect())
}

/// Widgets, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<Sort>) -> Result<Page<StoredWidget>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.limit(paging.limit).offset(paging.offset).select(columns()).into_boxed();
    let query = match (paging.sort, paging.direction) {
        (Sort::Id, Direction::Ascending) => query.order(table::id.asc()),
        (Sort::Id, Direction::Descending) => query.order(table::id.desc()),
        (Sort::Place, Direction::Ascending) => query.order((table::sort.asc(), table::id.asc())),
        (Sort::Place, Direction::Descending) => query.order((table::sort.desc(), table::id.desc())),
    };
    let rows = query.load(conn)?;
    Ok(Page { total, data: with_tickers(conn, rows)? })
}

/// One widget.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: WidgetId) -> Result<StoredWidget, Error> {
    let row = table::table.find(id).select(columns()).first(conn)?;
    with_tickers(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Locks a widget until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: WidgetId) -> Result<StoredWidget, Error> {
    tx.lock("widgets", id)?;
    get(tx.conn, id)
}

/// Writes what can be set of a widget.
pub fn update(tx: &mut Tx<'_>, before: &StoredWidget, after: &Widget) -> Result<StoredWidget, Error> {
    let values = (
        table::caption.eq(&after.caption),
        table::sort.eq(after.sort),
        table::can_be_closed.eq(after.can_be_closed),
        table::is_shown_by_default.eq(after.is_shown_by_default),
        table::width.eq(after.width),
        table::height.eq(after.height),
        table::position_x.eq(after.position_x),
        table::position_y.eq(after.position_y),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}
