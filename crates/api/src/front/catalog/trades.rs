//! What clients have under way on trading platforms, and the deals that they made there: only the platforms know it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalog::{OpenSide, PendingSide, TradingTerminal};
use domain::ledger::{AccountId, Amount};
use domain::value::Timestamp;
use http::read;
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use outbound::CallKind;
use outbound::gateways::{Deal, GatewayError, Listed, PendingOrder, PlatformGateway, Position, TradeQuery};
use schemars::JsonSchema;
use serde::Serialize;
use storage::payments::client_accounts::{self, TradingAccount};
use storage::{ByTime, Direction, Page};

use crate::context::AppContext;
use crate::front::{Call, Front, Requirement, Routes};
use crate::{Problem, outside};

/// After how long no further platform is asked: the call has nine seconds in all.
const TIME_FOR_ALL: Duration = Duration::from_secs(3);
/// How many records of a list can be reached, counted from its beginning.
const MAX_RECORDS: i64 = 10_000;

pub(super) fn routes(routes: &mut Routes) {
    const ABOUT: &str = "The platforms of the client's accounts are asked; those without a gateway have none. The first \
        10,000 can be reached. A platform that does not answer is 503.";
    routes
        .get("my.orders.list", "/api/v2/my/orders", Requirement::SignedIn)
        .summary("List the client's pending orders on MetaTrader 4 or 5.")
        .describe(ABOUT)
        .fetched_list(orders);
    routes
        .get("my.positions.list", "/api/v2/my/positions", Requirement::SignedIn)
        .summary("List the client's open positions on MetaTrader 4 or 5.")
        .describe(ABOUT)
        .fetched_list(positions);
    routes
        .get("my.deals.list", "/api/v2/my/deals", Requirement::SignedIn)
        .summary("List the client's deals on MetaTrader 4 or 5.")
        .describe(ABOUT)
        .fetched_list(deals);
}

/// An order that waits for its price.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyOrder {
    /// The platform's id.
    id: i64,
    /// The account.
    account_id: AccountId,
    /// What is traded.
    symbol: String,
    /// 2 buys below the price of now, 3 sells above it, 4 buys above it, 5 sells below it.
    #[schemars(extend("enum" = [2, 3, 4, 5]))]
    side: u8,
    /// How much, in lots.
    volume: Amount,
    /// At which price.
    price: Amount,
    /// Where a loss is cut; null where it is not.
    stop_loss: Option<Amount>,
    /// Where a profit is taken; null where it is not.
    take_profit: Option<Amount>,
    /// When it was placed.
    create_time: Timestamp,
}

/// A position that is open. Money is in the currency of its account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyPosition {
    /// The platform's id.
    id: i64,
    /// The account.
    account_id: AccountId,
    /// What is traded.
    symbol: String,
    /// 0 gains when the price rises, 1 when it falls.
    #[schemars(extend("enum" = [0, 1]))]
    side: u8,
    /// How much, in lots.
    volume: Amount,
    /// The price at which it was opened.
    open_price: Amount,
    /// The price now.
    current_price: Amount,
    /// Where a loss is cut; null where it is not.
    stop_loss: Option<Amount>,
    /// Where a profit is taken; null where it is not.
    take_profit: Option<Amount>,
    /// What holding it overnight has cost or earned.
    swap: Amount,
    /// What it would bring now.
    profit: Amount,
    /// When it was opened.
    open_time: Timestamp,
}

/// A deal that was made. Money is in the currency of its account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyDeal {
    /// The platform's id.
    id: i64,
    /// The account.
    account_id: AccountId,
    /// What was traded.
    symbol: String,
    /// 0 bought, 1 sold.
    #[schemars(extend("enum" = [0, 1]))]
    side: u8,
    /// How much, in lots.
    volume: Amount,
    /// At which price.
    price: Amount,
    /// What the broker took.
    commission: Amount,
    /// What holding the position overnight has cost or earned.
    swap: Amount,
    /// What it brought.
    profit: Amount,
    /// When it was made.
    time: Timestamp,
}

/// A record of a platform, as its client sees it.
trait Trade: Resource<Front> + Send + 'static {
    type Record: Send + 'static;

    /// The number of its account.
    fn number(record: &Self::Record) -> &str;
    /// What it is sorted by.
    fn time(&self) -> Timestamp;
    /// The record of this account.
    fn of(account_id: AccountId, record: Self::Record) -> Self;
}

impl Resource<Front> for MyOrder {
    const NAME: &'static str = "order";

    fn id(&self) -> i64 {
        self.id
    }
}

impl Trade for MyOrder {
    type Record = PendingOrder;

    fn number(record: &PendingOrder) -> &str {
        &record.account
    }

    fn time(&self) -> Timestamp {
        self.create_time
    }

    fn of(account_id: AccountId, record: PendingOrder) -> Self {
        let PendingOrder { id, account: _, symbol, side, volume, price, stop_loss, take_profit, create_time } = record;
        Self { id, account_id, symbol, side: side.number(), volume, price, stop_loss, take_profit, create_time }
    }
}

impl Resource<Front> for MyPosition {
    const NAME: &'static str = "position";

    fn id(&self) -> i64 {
        self.id
    }
}

impl Trade for MyPosition {
    type Record = Position;

    fn number(record: &Position) -> &str {
        &record.account
    }

    fn time(&self) -> Timestamp {
        self.open_time
    }

    fn of(account_id: AccountId, record: Position) -> Self {
        Self {
            id: record.id,
            account_id,
            symbol: record.symbol,
            side: record.side.number(),
            volume: record.volume,
            open_price: record.open_price,
            current_price: record.current_price,
            stop_loss: record.stop_loss,
            take_profit: record.take_profit,
            swap: record.swap,
            profit: record.profit,
            open_time: record.open_time,
        }
    }
}

impl Resource<Front> for MyDeal {
    const NAME: &'static str = "deal";

    fn id(&self) -> i64 {
        self.id
    }
}

impl Trade for MyDeal {
    type Record = Deal;

    fn number(record: &Deal) -> &str {
        &record.account
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn of(account_id: AccountId, record: Deal) -> Self {
        let Deal { id, account: _, symbol, side, volume, price, commission, swap, profit, time } = record;
        Self { id, account_id, symbol, side: side.number(), volume, price, commission, swap, profit, time }
    }
}

/// A side of trades, by its number in `MetaTrader`.
trait Side: Copy + Serialize + Send + 'static {
    const SIDES: &'static [Self];

    fn number(self) -> u8;
}

impl Side for PendingSide {
    const SIDES: &'static [Self] = Self::ALL;

    fn number(self) -> u8 {
        self.number()
    }
}

impl Side for OpenSide {
    const SIDES: &'static [Self] = Self::ALL;

    fn number(self) -> u8 {
        self.number()
    }
}

/// What a list is narrowed to.
struct Filter<S> {
    terminal: Option<TradingTerminal>,
    accounts: Option<Vec<AccountId>>,
    side: Option<S>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl<S: Side> FilterSet<Front> for Filter<S> {
    fn read(filters: &mut Filters) -> Self {
        Self {
            terminal: filters.required_choice("type"),
            accounts: filters.ids("accounts"),
            side: side(filters),
            from: filters.moment("from"),
            to: filters.moment("to"),
        }
    }
}

fn side<S: Side>(filters: &mut Filters) -> Option<S> {
    let numbers: Vec<String> = S::SIDES.iter().map(|side| side.number().to_string()).collect();
    let texts: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let sent = filters.one_of("side", &texts)?;
    S::SIDES.iter().copied().find(|side| side.number().to_string() == sent)
}

type Query<S> = ListQuery<Filter<S>, ByTime>;

async fn orders(app: Arc<AppContext>, call: Arc<Call>, query: Query<PendingSide>) -> Result<Page<MyOrder>, Problem> {
    gather(&app, &call, query, |gateway, url, query| gateway.orders(url, query)).await
}

async fn positions(app: Arc<AppContext>, call: Arc<Call>, query: Query<OpenSide>) -> Result<Page<MyPosition>, Problem> {
    gather(&app, &call, query, |gateway, url, query| gateway.positions(url, query)).await
}

async fn deals(app: Arc<AppContext>, call: Arc<Call>, query: Query<OpenSide>) -> Result<Page<MyDeal>, Problem> {
    gather(&app, &call, query, |gateway, url, query| gateway.deals(url, query)).await
}

/// Asks a platform for a list.
type Ask<S, R> = fn(&dyn PlatformGateway, &str, &TradeQuery<S>) -> Result<Listed<R>, GatewayError>;

/// Asks all platforms of the client's accounts, and answers one list of what they tell.
async fn gather<S: Side, T: Trade>(
    app: &AppContext,
    call: &Call,
    query: Query<S>,
    ask: Ask<S, T::Record>,
) -> Result<Page<T>, Problem> {
    let ListQuery { filter, paging, .. } = query;
    let Filter { terminal, accounts, side, from, to } = filter;
    let client = call.caller()?.client();
    let accounts = read(&app.database, move |conn| match terminal {
        Some(terminal) => client_accounts::trading(conn, client, terminal.platform(), accounts.as_deref()),
        None => Ok(Vec::new()),
    });
    let mut by_gateway: BTreeMap<String, HashMap<String, AccountId>> = BTreeMap::new();
    for TradingAccount { id, number, gateway } in accounts.await? {
        by_gateway.entry(gateway).or_default().insert(number, id);
    }
    let limit = paging.offset.saturating_add(paging.limit).min(MAX_RECORDS);
    let direction = paging.direction;
    let answered = outside::ask(app, move |outbound| {
        let begun = Instant::now();
        let asked = by_gateway.into_iter().map(|(url, accounts)| {
            if begun.elapsed() > TIME_FOR_ALL {
                return Err(GatewayError::Unanswered("the platforms before it took too long".to_owned()));
            }
            let numbers = accounts.keys().cloned().collect();
            let query = TradeQuery { accounts: numbers, side, from, to, direction, limit };
            let asked =
                outbound.measured(CallKind::PlatformQuestion, |adapters| ask(adapters.gateway.as_ref(), &url, &query));
            told::<T>(asked?, &accounts)
        });
        asked.collect::<Result<Vec<_>, GatewayError>>()
    });
    let answered = answered.await?.map_err(|error| outside::refused_by_platform(&error))?;
    let total = answered.iter().map(|(total, _)| total).sum();
    let mut all: Vec<T> = answered.into_iter().flat_map(|(_, records)| records).collect();
    all.sort_by_key(|record| (record.time(), record.id()));
    if direction == Direction::Descending {
        all.reverse();
    }
    let size = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    let data = all.into_iter().take(size(limit)).skip(size(paging.offset)).collect();
    Ok(Page { total: paging.counts.then_some(total), data })
}

/// What a platform told of these accounts. One that tells of others is not believed.
fn told<T: Trade>(
    listed: Listed<T::Record>,
    accounts: &HashMap<String, AccountId>,
) -> Result<(i64, Vec<T>), GatewayError> {
    let of_account = |record: T::Record| match accounts.get(T::number(&record)) {
        Some(account) => Ok(T::of(*account, record)),
        None => Err(GatewayError::Unanswered("it tells of an account that it was not asked about".to_owned())),
    };
    let records: Result<Vec<T>, GatewayError> = listed.data.into_iter().map(of_account).collect();
    Ok((listed.total, records?))
}
