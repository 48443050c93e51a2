//! What platforms report, with a key of their own: closed positions, and the figures of accounts.
//! Ours, like the platforms.

use std::sync::Arc;

use domain::bonuses::{BonusesFault, Position};
use domain::catalog::PlatformId;
use domain::ledger::{Amount, BonusId};
use domain::value::{CommonFault, List, Timestamp};
use http::request::{Decimal, Fields, Input, Kind, ListOf, PathIds as _, Text};
use http::{Answer, CallFault, write};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::bonuses::positions::{self, PositionStatus};
use storage::catalog::platform_keys;
use storage::identity::callers;
use storage::ledger::account_figures::{self, AccountFigures, FiguresStatus};
use storage::{Error, Tx};

use crate::back::{Back, Call, Requirement, Routes};
use crate::context::AppContext;
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    let trades_at = "/api/v2/platforms/{platformId}/trades";
    routes
        .post("platforms.trades", trades_at, Requirement::PlatformKey)
        .summary("Report closed positions.")
        .describe(
            "A platform calls this with one of its keys (`POST /api/v2/platforms/{platformId}/keys`). The \
             result of each position is posted on its account, and its lots count for running bonuses. A \
             faulty entry does not affect the others, and reporting a position again changes nothing.",
        )
        .example_at(
            "/api/v2/platforms/1/trades",
            json!({"trades": [{
                "externalId": "1001",
                "accountNumber": "1000002",
                "symbol": "EURUSD",
                "lots": "0.5",
                "openTime": "2026-01-05T09:00:00+00:00",
                "closeTime": "2026-01-05T09:05:00+00:00",
                "profit": "12.50",
            }]}),
        )
        .extension()
        .action::<Trades, TradeReport, _>(trades);
    routes
        .post("platforms.figures", "/api/v2/platforms/{platformId}/figures", Requirement::PlatformKey)
        .summary("Report the open result and the margin of accounts.")
        .describe(
            "A platform calls this with one of its keys (`POST /api/v2/platforms/{platformId}/keys`). The \
             statements of the accounts are computed from these figures; only the newest are kept. A faulty \
             entry does not affect the others.",
        )
        .example_at(
            "/api/v2/platforms/1/figures",
            json!({"figures": [{
                "accountNumber": "1000002",
                "pnl": "-3.20",
                "margin": "50",
                "time": "2026-01-05T09:05:00+00:00",
            }]}),
        )
        .extension()
        .action::<AllFigures, FiguresReport, _>(figures);
}

/// An entry that is read by itself: one that is faulty does not stop the others.
#[derive(Clone, Copy)]
struct ReportedItem<T> {
    schema: fn() -> Value,
    /// The field by which the answer names it.
    name: &'static str,
    read: fn(&Map<String, Value>) -> Option<T>,
}

impl<T: Clone> Kind for ReportedItem<T> {
    type Out = (String, Option<T>);

    fn schema(&self) -> Value {
        (self.schema)()
    }

    fn parse(&self, value: &Value, _: &str, _: &mut Vec<Fault>) -> Option<Self::Out> {
        let object = value.as_object();
        let name = object.and_then(|object| object.get(self.name)).and_then(Value::as_str).unwrap_or_default();
        let name = name.chars().take(MAX_NAME_CHARS).collect();
        Some((name, object.and_then(self.read)))
    }
}

const MAX_NAME_CHARS: usize = 64;

/// A field of an entry, if it is right.
fn field<K: Kind>(object: &Map<String, Value>, name: &str, kind: &K) -> Option<K::Out> {
    kind.parse(object.get(name).filter(|value| !value.is_null())?, name, &mut Vec::new())
}

/// A field of an entry that may be left out.
fn optional<K: Kind>(object: &Map<String, Value>, name: &str, kind: &K) -> Option<Option<K::Out>> {
    match object.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => kind.parse(value, name, &mut Vec::new()).map(Some),
    }
}

fn moment(object: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    object.get(name)?.as_str()?.parse().ok()
}

/// An amount of either sign.
fn signed(object: &Map<String, Value>, name: &str) -> Option<Amount> {
    match object.get(name)? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

const NAME: Text = Text { min: 1, max: MAX_NAME_CHARS };

fn read_position(object: &Map<String, Value>) -> Option<Position> {
    let profit = match object.get("profit") {
        None | Some(Value::Null) => None,
        Some(_) => Some(signed(object, "profit")?),
    };
    Some(Position {
        external_id: field(object, "externalId", &NAME)?,
        account_number: field(object, "accountNumber", &NAME)?,
        symbol: field(object, "symbol", &NAME)?,
        lots: field(object, "lots", &Decimal::Positive)?,
        open_time: moment(object, "openTime")?,
        close_time: moment(object, "closeTime")?,
        profit,
    })
}

fn read_figures(object: &Map<String, Value>) -> Option<AccountFigures> {
    Some(AccountFigures {
        account_number: field(object, "accountNumber", &NAME)?,
        pnl: signed(object, "pnl")?,
        margin: optional(object, "margin", &Decimal::NonNegative)??,
        time: moment(object, "time")?,
    })
}

const POSITIONS: ListOf<ReportedItem<Position>> = ListOf(ReportedItem {
    schema: || {
        let time = |about| json!({"type": "string", "format": "date-time", "description": about});
        let name = |about| json!({"type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARS, "description": about});
        let profit = "The result that is posted on the account, negative for a loss, in its currency. Left out: none.";
        json!({
            "title": "ReportedPosition",
            "type": "object",
            "properties": {
                "externalId": name("The id that the platform gave the position."),
                "accountNumber": name("The number of the account."),
                "symbol": name("The instrument."),
                "lots": {"type": "string", "format": "decimal", "description": "Its size in lots, above 0."},
                "openTime": time("When it was opened."),
                "closeTime": time("When it was closed."),
                "profit": {"anyOf": [{"type": "string", "format": "decimal"}, {"type": "null"}], "description": profit},
            },
            "required": ["externalId", "accountNumber", "symbol", "lots", "openTime", "closeTime"],
        })
    },
    name: "externalId",
    read: read_position,
});

const FIGURES: ListOf<ReportedItem<AccountFigures>> = ListOf(ReportedItem {
    schema: || {
        json!({
            "title": "ReportedFigures",
            "type": "object",
            "properties": {
                "accountNumber": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_NAME_CHARS,
                    "description": "The number of the account.",
                },
                "pnl": {
                    "type": "string",
                    "format": "decimal",
                    "description": "The profit or loss of open positions, in the account's currency.",
                },
                "margin": {
                    "type": "string",
                    "format": "decimal",
                    "description": "What open positions tie up, in the account's currency; at least 0.",
                },
                "time": {
                    "type": "string",
                    "format": "date-time",
                    "description": "When these figures were taken. Older ones than those that are stored are not kept.",
                },
            },
            "required": ["accountNumber", "pnl", "margin", "time"],
        })
    },
    name: "accountNumber",
    read: read_figures,
});

struct Trades(List<(String, Option<Position>)>);

impl Input<Back> for Trades {
    type Current = ();
    const NAME: Option<&'static str> = Some("TradeFeed");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let trades = fields.about("The closed positions; at least one.").needed("trades", &POSITIONS)?;
        if trades.is_empty() { fields.fault("trades", CommonFault::Empty) } else { Some(Self(trades)) }
    }
}

struct AllFigures(List<(String, Option<AccountFigures>)>);

impl Input<Back> for AllFigures {
    type Current = ();
    const NAME: Option<&'static str> = Some("FigureFeed");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let figures = fields.about("The figures of accounts; at least one.").needed("figures", &FIGURES)?;
        if figures.is_empty() { fields.fault("figures", CommonFault::Empty) } else { Some(Self(figures)) }
    }
}

/// A bonus that a position counts for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CountedBonus")]
struct Counted {
    /// The bonus.
    bonus_id: BonusId,
    /// How many lots count for it.
    lots: Amount,
}

/// What happened to a position.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TradeResult {
    /// The platform's id of the position, as it was sent; empty where none was.
    external_id: String,
    /// `accepted`: new and stored. `duplicate`: reported before, identically. `conflict`: reported before with other
    /// values, which stay. `invalid`: not stored.
    #[schemars(extend("enum" = ["accepted", "duplicate", "conflict", "invalid"]))]
    status: &'static str,
    /// The bonuses that it counts for.
    counted: Vec<Counted>,
    /// Why it counts for none.
    #[schemars(extend("enum" = [
        "noBonus", "outsideWindow", "scalping", "disabledGroup", "onHold", "unknownAccount", "invalid", null,
    ]))]
    /// Why it counts for no bonus, or is invalid; null otherwise.
    reason: Option<&'static str>,
}

/// What happened to reported positions.
#[derive(Serialize, JsonSchema)]
struct TradeReport {
    /// How many positions are new.
    accepted: usize,
    /// What happened to each position, in the order of the request.
    results: Vec<TradeResult>,
}

/// What happened to the figures of an account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FiguresResult {
    /// The number of the account, as it was sent; empty where none was.
    account_number: String,
    /// `accepted`: stored. `older`: newer figures are stored already. `unknownAccount`: not an account of this
    /// platform. `invalid`: not stored.
    #[schemars(extend("enum" = ["accepted", "older", "unknownAccount", "invalid"]))]
    status: &'static str,
}

/// What happened to reported figures.
#[derive(Serialize, JsonSchema)]
struct FiguresReport {
    /// How many accounts have new figures.
    accepted: usize,
    /// What happened to the figures of each account, in the order of the request.
    results: Vec<FiguresResult>,
}

/// Holds that the caller's token is a key of this platform, in the transaction that rests on it.
fn check_key(app: &AppContext, call: &Call, tx: &mut Tx<'_>, platform: PlatformId) -> Result<(), Problem> {
    let unknown = || Problem::unauthorized(CallFault::TokenInvalid);
    let missing = || Problem::unauthorized(CallFault::TokenMissing);
    let token = call.bearer.as_deref().ok_or_else(missing)?;
    let shown = app.secret.recognize(token).ok_or_else(unknown)?;
    match platform_keys::platform_of(tx, &shown.hash())? {
        Some(known) if known == platform => Ok(()),
        Some(_) => Err(Problem::forbidden(BonusesFault::OtherPlatformKey)),
        None if callers::find(tx.conn, &shown, tx.now)?.is_some() => {
            Err(Problem::forbidden(BonusesFault::PlatformKeyRequired))
        }
        None => Err(unknown()),
    }
}

fn platform_of(call: &Call) -> Result<PlatformId, Problem> {
    let (platform,) = <(PlatformId,)>::from_segments(&call.segments).ok_or_else(Problem::not_found)?;
    Ok(platform)
}

/// What a batch was written for is answered only if the key is right: it is checked within.
async fn reported<T: Send + 'static>(
    app: Arc<AppContext>,
    call: Arc<Call>,
    mut work: impl FnMut(&mut Tx<'_>, PlatformId, &Call) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let platform = platform_of(&call)?;
    let serving = Arc::clone(&app);
    write(&app.database, move |tx| {
        check_key(&serving, &call, tx, platform)?;
        work(tx, platform, &call)
    })
    .await
}

async fn trades(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let report = reported(app, call, |tx, platform, call| {
        let Trades(trades) = call.body::<Trades>().create()?;
        let positions: Vec<Option<Position>> = trades.iter().map(|(_, position)| position.clone()).collect();
        let statuses = positions::report(tx, platform, &positions)?;
        let results: Vec<TradeResult> =
            trades.iter().zip(statuses).map(|(trade, status)| trade_result(trade, status)).collect();
        let accepted = results.iter().filter(|result| result.status == "accepted").count();
        Ok(TradeReport { accepted, results })
    });
    Answer::json(&report.await?)
}

fn trade_result((external_id, position): &(String, Option<Position>), status: PositionStatus) -> TradeResult {
    let lots = position.as_ref().map(|position| position.lots).unwrap_or_default();
    let counts = |counted: Vec<BonusId>| counted.into_iter().map(|bonus_id| Counted { bonus_id, lots }).collect();
    let (status, counted, reason) = match status {
        PositionStatus::Accepted { counted, reason } => {
            ("accepted", counts(counted), reason.map(domain::bonuses::NotCounted::as_str))
        }
        PositionStatus::Duplicate { counted, reason } => {
            ("duplicate", counts(counted), reason.map(domain::bonuses::NotCounted::as_str))
        }
        PositionStatus::Conflict => ("conflict", Vec::new(), None),
        PositionStatus::UnknownAccount => ("invalid", Vec::new(), Some("unknownAccount")),
        PositionStatus::Invalid => ("invalid", Vec::new(), Some("invalid")),
    };
    TradeResult { external_id: external_id.clone(), status, counted, reason }
}

async fn figures(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let report = reported(app, call, |tx, platform, call| {
        let AllFigures(all) = call.body::<AllFigures>().create()?;
        let figures: Vec<Option<AccountFigures>> = all.iter().map(|(_, figures)| figures.clone()).collect();
        let statuses = account_figures::store(tx, platform, &figures)?;
        let name = |status| match status {
            FiguresStatus::Accepted => "accepted",
            FiguresStatus::Older => "older",
            FiguresStatus::UnknownAccount => "unknownAccount",
            FiguresStatus::Invalid => "invalid",
        };
        let result = |((account_number, _), status): (&(String, _), FiguresStatus)| FiguresResult {
            account_number: account_number.clone(),
            status: name(status),
        };
        let results: Vec<FiguresResult> = all.iter().zip(statuses).map(result).collect();
        let accepted = results.iter().filter(|result| result.status == "accepted").count();
        Ok::<_, Error>(FiguresReport { accepted, results }).map_err(Problem::from)
    });
    Answer::json(&report.await?)
}
