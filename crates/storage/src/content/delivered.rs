//! What is given: the menu, the widgets with their ticker, and the languages.

use diesel::prelude::*;
use domain::content::{LocalizationFormat, MenuItemId, TickerId};

use crate::schema::{localizations, menu_items, ticker_symbols, tickers, widgets};
use crate::{Error, Tx, json};

const LOCALIZATIONS: &str = include_str!("../../data/localizations.tsv");

/// Fills the tables that are empty.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    if menu_items::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_menu(tx, None, MENU)?;
    }
    if widgets::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_widgets(tx)?;
    }
    if localizations::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_localizations(tx)?;
    }
    Ok(())
}

/// An item of the menu: its name, its caption, and what is below it.
struct Item(&'static str, &'static str, &'static [Item]);

const MENU: &[Item] = &[
    Item("dashboard", "Dashboard", &[]),
    Item(
        "funds",
        "Funds",
        &[
            Item("deposit", "Deposit", &[]),
            Item("withdraw", "Withdraw", &[]),
            Item("transfer", "Transfer", &[]),
            Item("exchange", "Exchange", &[]),
            Item("history", "History", &[]),
        ],
    ),
    Item("accounts", "Accounts", &[]),
    Item("platforms", "Platforms", &[]),
    Item("bonuses", "Bonuses", &[]),
    Item("verification", "Verification", &[]),
    Item(
        "profile",
        "Profile",
        &[
            Item("details", "Personal details", &[]),
            Item("security", "Security", &[]),
            Item("settings", "Settings", &[]),
        ],
    ),
    Item("support", "Support", &[]),
];

/// Between the priorities of two siblings others have room.
const PRIORITY_STEP: i64 = 10;

fn load_menu(tx: &mut Tx<'_>, parent: Option<MenuItemId>, items: &[Item]) -> Result<(), Error> {
    for (place, Item(name, caption, children)) in (1..).zip(items) {
        let values = (
            menu_items::parent_id.eq(parent),
            menu_items::name.eq(*name),
            menu_items::caption.eq(*caption),
            menu_items::is_new.eq(false),
            menu_items::priority.eq(place * PRIORITY_STEP),
            menu_items::is_visible.eq(true),
            menu_items::create_time.eq(tx.now.naive()),
            menu_items::update_time.eq(tx.now.naive()),
        );
        let id = diesel::insert_into(menu_items::table).values(values).returning(menu_items::id).get_result(tx.conn)?;
        load_menu(tx, Some(id), children)?;
    }
    Ok(())
}

/// Where the ticker gets its quotes from, until the operator names the broker's own stream.
const TICKER_SOURCE: &str = "wss://quotes.example.com/stream";

/// The symbols of the ticker; the last ones are not shown from the start.
const SYMBOLS: [(&str, bool); 8] = [
    ("EURUSD", true),
    ("GBPUSD", true),
    ("USDJPY", true),
    ("XAUUSD", true),
    ("BTCUSD", true),
    ("USDCHF", false),
    ("AUDUSD", false),
    ("ETHUSD", false),
];

/// A widget: its name, its caption, whether clients may close it, whether it is shown by default, and its place on a board that
/// is twelve points wide.
type GivenWidget = (&'static str, &'static str, bool, bool, [i64; 4]);

const TICKER_WIDGET: &str = "TickerWidget";
const WIDGETS: [GivenWidget; 6] = [
    (TICKER_WIDGET, "Quotes", true, true, [12, 1, 0, 0]),
    ("AccountsWidget", "Accounts", false, true, [8, 4, 0, 1]),
    ("VerificationWidget", "Verification", true, true, [4, 4, 8, 1]),
    ("TransactionsWidget", "Transactions", true, true, [8, 4, 0, 5]),
    ("BonusesWidget", "Bonuses", true, false, [4, 4, 8, 5]),
    ("BannersWidget", "News", true, true, [12, 2, 0, 9]),
];

fn load_widgets(tx: &mut Tx<'_>) -> Result<(), Error> {
    let ticker = (tickers::platform.eq("mt5"), tickers::source.eq(TICKER_SOURCE));
    let ticker: TickerId =
        diesel::insert_into(tickers::table).values(ticker).returning(tickers::id).get_result(tx.conn)?;
    for (symbol, show) in SYMBOLS {
        let values =
            (ticker_symbols::ticker_id.eq(ticker), ticker_symbols::symbol.eq(symbol), ticker_symbols::show.eq(show));
        diesel::insert_into(ticker_symbols::table).values(values).execute(tx.conn)?;
    }
    for (sort, (name, caption, can_be_closed, is_shown, [width, height, x, y])) in (1_i64..).zip(WIDGETS) {
        let values = (
            widgets::name.eq(name),
            widgets::ticker_id.eq((name == TICKER_WIDGET).then_some(ticker)),
            widgets::caption.eq(caption),
            widgets::sort.eq(sort * PRIORITY_STEP),
            widgets::can_be_closed.eq(can_be_closed),
            widgets::is_shown_by_default.eq(is_shown),
            widgets::width.eq(width),
            widgets::height.eq(height),
            widgets::position_x.eq(x),
            widgets::position_y.eq(y),
        );
        diesel::insert_into(widgets::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// A language: the locale, its name, what it is from the start, and its formats.
type Language<'a> = (&'a str, &'a str, [bool; 3], LocalizationFormat);

/// The languages of the file; lines that begin with # are comments.
fn languages() -> Result<Vec<Language<'static>>, Error> {
    let lines = LOCALIZATIONS.lines().filter(|line| !line.starts_with('#'));
    let language = |line: &'static str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let broken = |_| Error::Broken(format!("a language is cut off: {line}"));
        let [locale, caption, marks, decimal, thousands, dates_and_times @ ..] =
            <[&str; 13]>::try_from(fields).map_err(broken)?;
        let [full_date, long_date, middle_date, short_date, full_time, middle_time, short_time, name] = dates_and_times;
        let marks = ["enabled", "default", "rtl"].map(|mark| marks.split(',').any(|given| given == mark));
        let format = LocalizationFormat {
            decimal: decimal.into(),
            full_date: full_date.into(),
            full_time: full_time.into(),
            long_date: long_date.into(),
            middle_date: middle_date.into(),
            middle_time: middle_time.into(),
            name: name.into(),
            short_date: short_date.into(),
            short_time: short_time.into(),
            thousands: thousands.into(),
        };
        Ok((locale, caption, marks, format))
    };
    lines.map(language).collect()
}

fn load_localizations(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (place, (locale, caption, [is_enabled, is_default, is_right_to_left], format)) in (1_i64..).zip(languages()?) {
        let values = (
            localizations::locale.eq(locale),
            localizations::caption.eq(caption),
            localizations::is_enabled.eq(is_enabled),
            localizations::is_default.eq(is_default),
            localizations::is_right_to_left.eq(is_right_to_left),
            localizations::priority.eq(place * PRIORITY_STEP),
            localizations::format.eq(json(&format)?),
        );
        diesel::insert_into(localizations::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::clients::Locality;

    use super::*;

    #[test]
    fn the_given_languages_are_whole() {
        let languages = languages().unwrap();
        let mut locales: Vec<&str> = languages.iter().map(|(locale, ..)| *locale).collect();
        locales.sort_unstable();
        locales.dedup();
        assert_eq!(locales.len(), languages.len());
        for (locale, _, [is_enabled, is_default, _], format) in &languages {
            assert!(locale.parse::<Locality>().is_ok(), "{locale}");
            assert!(*is_enabled || !is_default, "{locale}");
            assert!(!format.decimal.is_empty() && format.decimal != format.thousands, "{locale}");
        }
        assert_eq!(languages.iter().filter(|(_, _, [_, is_default, _], _)| *is_default).count(), 1);
    }
}
