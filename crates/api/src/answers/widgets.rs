//! The widgets of the clients' dashboard.

use domain::content::{TickerId, TickerSymbol, Widget, WidgetId};
use domain::value::{Entity as _, Identified};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::tickers::Ticker;
use storage::content::widgets::StoredWidget;

/// A ticker of quotes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Ticker")]
pub(crate) struct TickerAnswer {
    id: TickerId,
    /// The trading platform, such as mt5.
    platform: String,
    /// The address of the stream of quotes.
    source: String,
    /// Its symbols, in the order in which they were added.
    symbols: Vec<Identified<TickerSymbol>>,
}

impl<I> Resource<I> for TickerAnswer {
    const NAME: &'static str = "ticker";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Ticker> for TickerAnswer {
    fn from(Ticker { id, platform, source, symbols }: Ticker) -> Self {
        Self { id, platform, source, symbols }
    }
}

/// A widget of the clients' dashboard.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Widget")]
pub(crate) struct WidgetAnswer {
    id: WidgetId,
    /// The name that clients are shown.
    caption: String,
    /// Its name in the back office.
    name: String,
    /// Its place in lists.
    sort: i64,
    /// Whether clients may close it.
    delete: bool,
    /// Whether it is on the dashboard from the start.
    show_by_default: bool,
    /// Its width in points.
    width: i64,
    /// Its height in points.
    height: i64,
    /// Where its upper right corner is, from the side.
    position_x: i64,
    /// Where its upper right corner is, from the top.
    position_y: i64,
    /// The ticker that it shows, if it shows one.
    entity: Option<TickerAnswer>,
}

impl<I> Resource<I> for WidgetAnswer {
    const NAME: &'static str = Widget::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredWidget> for WidgetAnswer {
    fn from(StoredWidget { id, name, data, ticker }: StoredWidget) -> Self {
        Self {
            id,
            caption: data.caption,
            name,
            sort: data.sort,
            delete: data.can_be_closed,
            show_by_default: data.is_shown_by_default,
            width: data.width,
            height: data.height,
            position_x: data.position_x,
            position_y: data.position_y,
            entity: ticker.map(TickerAnswer::from),
        }
    }
}
