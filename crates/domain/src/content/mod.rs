//! What clients are shown: banners, the menu, widgets and languages; the countries they come from, and the calendar of
//! those who look after them.

mod banner;
mod calendar;
mod fault;
mod localization;
mod menu_item;
mod widget;

pub use banner::{Banner, BannerContent, BannerData, BannerType, HorizontalAlign, VerticalAlign};
pub use calendar::{CalendarEvent, CalendarScope, EventRecipient, Notice, check_period, notices};
pub use fault::ContentFault;
pub use localization::{DefaultMark, Language, Languages, Localization, LocalizationFormat};
pub use menu_item::{Branch, MenuItem, PlacedItem, shown_to, tree};
pub use widget::{InvalidSymbol, Symbol, TickerSymbol, Widget, check_symbol_count};

pub use crate::value::CountryId;

crate::value::ids! {
    /// A banner.
    BannerId,
    /// An event in the calendar of users.
    CalendarEventId,
    /// A language of the clients' interface.
    LocalizationId,
    /// An item of the clients' menu.
    MenuItemId,
    /// A ticker of quotes.
    TickerId,
    /// A symbol of a ticker.
    TickerSymbolId,
    /// A widget of the clients' dashboard.
    WidgetId,
}
