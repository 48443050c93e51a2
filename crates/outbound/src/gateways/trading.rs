//! What platforms are asked for, and what they answer.

use domain::catalog::{OpenSide, PendingSide};
use domain::clients::ClientId;
use domain::identity::Password;
use domain::ledger::Amount;
use domain::value::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Direction;

/// A password that an account is to have.
#[derive(Clone, Copy, Debug)]
pub struct AccountPassword<'a> {
    /// The account's number.
    pub account: &'a str,
    /// The password.
    pub password: &'a Password,
}

/// Who is to sign in to a platform.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenOwner {
    /// The client.
    pub client: ClientId,
    /// The dialling code of where they are, such as +995, as their program says.
    pub country_code: Option<String>,
    /// The country where they are, as their program says.
    pub country_name: Option<String>,
}

/// Tokens with which a client signs in to a platform.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformTokens {
    /// The token.
    pub token: String,
    /// What it is renewed with.
    pub refresh_token: String,
    /// How long it lives, in seconds.
    pub ttl: u32,
    /// The address of the platform.
    pub host: String,
}

/// What is asked for of orders, positions or deals.
#[derive(Clone, Debug)]
pub struct TradeQuery<S> {
    /// The numbers of the accounts.
    pub accounts: Vec<String>,
    /// On this side.
    pub side: Option<S>,
    /// From then.
    pub from: Option<Timestamp>,
    /// Until then.
    pub to: Option<Timestamp>,
    /// Which come first, by time.
    pub direction: Direction,
    /// How many at most.
    pub limit: i64,
}

/// The first of some records.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed<T> {
    /// How many there are in all.
    pub total: i64,
    /// The first of them.
    pub data: Vec<T>,
}

/// An order that waits for its price.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingOrder {
    /// The platform's id.
    pub id: i64,
    /// The number of its account.
    pub account: String,
    /// What is traded.
    pub symbol: String,
    /// Which way, and when it is filled.
    pub side: PendingSide,
    /// How much, in lots.
    pub volume: Amount,
    /// At which price.
    pub price: Amount,
    /// Where a loss is cut.
    pub stop_loss: Option<Amount>,
    /// Where a profit is taken.
    pub take_profit: Option<Amount>,
    /// When it was placed.
    pub create_time: Timestamp,
}

/// A position that is open. Money is in the currency of its account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// The platform's id.
    pub id: i64,
    /// The number of its account.
    pub account: String,
    /// What is traded.
    pub symbol: String,
    /// Which way.
    pub side: OpenSide,
    /// How much, in lots.
    pub volume: Amount,
    /// The price at which it was opened.
    pub open_price: Amount,
    /// The price now.
    pub current_price: Amount,
    /// Where a loss is cut.
    pub stop_loss: Option<Amount>,
    /// Where a profit is taken.
    pub take_profit: Option<Amount>,
    /// What holding it overnight has cost or earned.
    pub swap: Amount,
    /// What it would bring now.
    pub profit: Amount,
    /// When it was opened.
    pub open_time: Timestamp,
}

/// A deal that was made. Money is in the currency of its account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deal {
    /// The platform's id.
    pub id: i64,
    /// The number of its account.
    pub account: String,
    /// What was traded.
    pub symbol: String,
    /// Which way.
    pub side: OpenSide,
    /// How much, in lots.
    pub volume: Amount,
    /// At which price.
    pub price: Amount,
    /// What the broker took.
    pub commission: Amount,
    /// What holding the position overnight has cost or earned.
    pub swap: Amount,
    /// What it brought.
    pub profit: Amount,
    /// When it was made.
    pub time: Timestamp,
}
