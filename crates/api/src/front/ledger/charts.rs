//! How the equity of the client's trading accounts ran.

use domain::ledger::{AccountId, Amount, CHART_SPAN, Chart, ChartStep, EquityPoint};
use domain::value::Timestamp;
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::ledger::equity::{self, Question};
use storage::{ById, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.charts.list", "/api/v2/my/charts", Requirement::SignedIn)
        .summary("Read how the equity of the trading accounts ran.")
        .describe(
            "A chart for each of the client's trading accounts, with the last equity of each interval in which it \
             changed: of days and for 30 days unless the filters say otherwise, and 2000 points at most, the latest. The \
             step is `Y`, `m`, `d` or `H`: a year, a month, a day or an hour, in UTC.",
        )
        .list(list);
}

/// What an account was worth in an interval.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyChartPoint")]
struct PointAnswer {
    /// When the interval began, in seconds since 1970.
    timestamp: i64,
    /// The last equity of the interval, in the account's currency.
    point: Amount,
}

/// How the equity of an account ran.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyChart")]
#[serde(rename_all = "camelCase")]
struct ChartAnswer {
    /// The account.
    account_id: AccountId,
    /// A point for each interval in which it changed, in their order.
    data: Vec<PointAnswer>,
}

impl Resource<Front> for ChartAnswer {
    const NAME: &'static str = "chart";

    fn id(&self) -> i64 {
        self.account_id.get()
    }
}

impl From<Chart> for ChartAnswer {
    fn from(Chart { account, points }: Chart) -> Self {
        let point = |point: EquityPoint| PointAnswer { timestamp: point.time.unix_seconds(), point: point.equity };
        Self { account_id: account, data: points.into_iter().map(point).collect() }
    }
}

/// What charts are narrowed to.
struct Filter {
    account: Option<AccountId>,
    from: Option<Timestamp>,
    step: ChartStep,
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        let account = filters.id("accountId");
        let from = filters.moment("startDate");
        let step = filters.one_of("step", &ChartStep::NAMES);
        let step = step.and_then(|name| ChartStep::named(&name)).unwrap_or(ChartStep::Day);
        Self { account, from, step }
    }
}

/// The only order of charts.
#[derive(Clone, Copy, Debug)]
struct ByAccount;

impl SortKey<Front> for ByAccount {
    const KEYS: &'static [(&'static str, Self)] = &[("accountId", Self)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByAccount>) -> Result<Page<ChartAnswer>, Problem> {
    let from = query.filter.from.unwrap_or_else(|| reading.context.now().plus(-CHART_SPAN));
    let question = Question { account: query.filter.account, from, step: query.filter.step };
    let paging = query.paging.sorted(ById::Id);
    Ok(equity::charts(reading.conn, reading.caller.client(), &question, &paging)?.map(ChartAnswer::from))
}
