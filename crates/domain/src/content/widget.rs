use std::fmt;
use std::str::FromStr;

use super::{ContentFault, TickerSymbolId, WidgetId};
use crate::value::{Entity, Fault, FaultCode as _, Refusal};

/// What can be set of a widget of the clients' dashboard. Clients who have arranged their dashboard keep their own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Widget {
    /// The name that clients are shown.
    pub caption: String,
    /// Its place in lists.
    pub sort: i64,
    /// Whether clients may close it.
    pub can_be_closed: bool,
    /// Whether it is on the dashboard from the start.
    pub is_shown_by_default: bool,
    /// Its width in points.
    pub width: i64,
    /// Its height in points.
    pub height: i64,
    /// Where its upper right corner is, from the side.
    pub position_x: i64,
    /// Where its upper right corner is, from the top.
    pub position_y: i64,
}

impl Entity for Widget {
    type Id = WidgetId;
    const RESOURCE: &'static str = "widget";
}

/// What is quoted, in capitals: a currency pair or another instrument of a trading platform.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
#[cfg_attr(
    feature = "diesel",
    derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow),
    diesel(sql_type = diesel::sql_types::Text)
)]
pub struct Symbol(String);

/// A text that is not a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a symbol such as EURUSD")]
pub struct InvalidSymbol;

impl From<InvalidSymbol> for Fault {
    fn from(_: InvalidSymbol) -> Self {
        ContentFault::NotSymbol.with("max", Symbol::MAX_CHARS)
    }
}

impl Symbol {
    /// The most characters.
    pub const MAX_CHARS: usize = 32;
    /// The form of a symbol, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z0-9./_-]{1,32}$";

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Symbol {
    type Err = InvalidSymbol;

    fn from_str(text: &str) -> Result<Self, InvalidSymbol> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte);
        let is_symbol = (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(is_allowed);
        is_symbol.then(|| Self(text.to_ascii_uppercase())).ok_or(InvalidSymbol)
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for Symbol
where
    DB: diesel::backend::Backend,
    String: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(feature = "diesel")]
impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for Symbol
where
    DB: diesel::backend::Backend,
    String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(String::from_sql(value)?.parse()?)
    }
}

/// A symbol of a ticker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct TickerSymbol {
    /// Whether it is shown from the start; clients add the others from a list.
    pub show: bool,
    /// What is quoted, such as EURUSD.
    pub symbol: Symbol,
}

impl Entity for TickerSymbol {
    type Id = TickerSymbolId;
    const RESOURCE: &'static str = "ticker_symbol";
}

/// The most symbols of a ticker: they are answered with it as a whole.
const MAX_SYMBOLS: i64 = 500;

/// Whether a ticker with so many symbols takes one more.
///
/// # Errors
/// A conflict.
pub fn check_symbol_count(count: i64) -> Result<(), Refusal> {
    if count < MAX_SYMBOLS { Ok(()) } else { Err(ContentFault::TooManySymbols.with("max", MAX_SYMBOLS).conflict()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_kept_in_capitals() {
        let longest = "a".repeat(32);
        for (text, kept) in
            [("btcusd", "BTCUSD"), ("EUR/USD", "EUR/USD"), ("us30.cash", "US30.CASH"), ("X-1_y", "X-1_Y")]
        {
            assert_eq!(text.parse::<Symbol>().unwrap().as_str(), kept);
        }
        assert!(longest.parse::<Symbol>().is_ok());
        let too_long = "a".repeat(33);
        for text in ["", " ", "EUR USD", "EURUSD\n", "€", "É", "a,b", too_long.as_str()] {
            assert_eq!(text.parse::<Symbol>(), Err(InvalidSymbol), "{text}");
        }
    }

    #[test]
    fn a_ticker_is_full_at_some_point() {
        assert!(check_symbol_count(MAX_SYMBOLS - 1).is_ok());
        assert!(check_symbol_count(MAX_SYMBOLS).is_err());
    }
}
