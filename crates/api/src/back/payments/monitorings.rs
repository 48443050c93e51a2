//! Transaction monitoring: what a provider thinks of deposits and withdrawals.

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::{Meta, TransactionId};
use domain::payments::{MonitoringDirection, MonitoringId, PaymentsFault, ReviewStatus};
use domain::value::Timestamp;
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use outbound::MonitoredTransaction;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Number, Value};
use storage::ledger::transactions;
use storage::payments::monitorings::{self, Filter, Monitoring};
use storage::{ByTime, Page};

use super::empty_body::EmptyBody;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const RESULTS: &str = "/api/v2/monitoring/transactions";
    const RESULT: &str = "/api/v2/monitoring/transactions/{monitoringId}";
    const CHECK: &str = "/api/v2/transactions/{transactionId}/check";
    routes
        .get("transactions.monitoring.list", RESULTS, P::TransactionsRead)
        .summary("List results of transaction monitoring.")
        .describe("Lists what the monitoring provider answered about deposits and withdrawals, newest first.")
        .list(list);
    routes
        .get("transactions.monitoring.get", RESULT, P::TransactionsRead)
        .summary("Read a result of transaction monitoring.")
        .describe("Shows one check with everything that the provider answered.")
        .record(get);
    let at = |result: &MonitoringAnswer| format!("/api/v2/monitoring/transactions/{}", result.id());
    routes
        .post("transactions.check", CHECK, P::TransactionsUpdate)
        .summary("Ask the monitoring provider about a transaction.")
        .describe(
            "Works for deposits and withdrawals only (422) and needs a connected monitoring provider (409). \
             Each check stores a new result; the latest counts.",
        )
        .example_path("/api/v2/transactions/56/check")
        .status(202)
        .created_at(at, check);
}

/// What a monitoring provider answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransactionMonitoring")]
#[serde(rename_all = "camelCase")]
struct MonitoringAnswer {
    /// Its id.
    id: MonitoringId,
    /// The client whose transaction it is.
    client_id: ClientId,
    /// The transaction that was checked.
    transaction_id: TransactionId,
    /// The details of the transaction; null where it has none.
    transaction_meta: Option<Meta>,
    /// Which way the money goes.
    direction: MonitoringDirection,
    /// The verdict: `red` needs a decision, `green` raises no concern, `error` means the provider could not tell.
    review_status: ReviewStatus,
    /// The risk as the provider rates it, on the provider's own scale.
    #[schemars(with = "f64")]
    risk_score: Number,
    /// The provider that was asked.
    provider: String,
    /// When the provider was asked.
    create_time: Timestamp,
    /// When the provider answered.
    update_time: Timestamp,
    /// Everything that the provider answered.
    data: Map<String, Value>,
}

impl Resource<Back> for MonitoringAnswer {
    const NAME: &'static str = "transaction_monitoring";

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

impl From<Monitoring> for MonitoringAnswer {
    fn from(stored: Monitoring) -> Self {
        let review = stored.review;
        Self {
            id: stored.id,
            client_id: stored.client,
            transaction_id: stored.transaction,
            transaction_meta: stored.meta,
            direction: stored.direction,
            review_status: review.status,
            risk_score: review.risk_score.parse().unwrap_or_else(|_| 0.into()),
            provider: review.provider,
            create_time: stored.create_time,
            update_time: stored.update_time,
            data: serde_json::from_str(&review.data).unwrap_or_default(),
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            transaction: filters.id("transactionId"),
            direction: filters.choice("direction"),
            review_status: filters.choice("reviewStatus"),
        }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<MonitoringAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(monitorings::list(reading.conn, scope, &query.filter, &query.paging)?.map(MonitoringAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (MonitoringId,)) -> Result<MonitoringAnswer, Problem> {
    Ok(monitorings::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn check(
    writing: &mut Writing<'_, '_>,
    (id,): (TransactionId,),
    body: &Body<'_, EmptyBody>,
) -> Result<MonitoringAnswer, Problem> {
    let scope = &writing.caller.rights.scope;
    let transaction = transactions::lock(writing.tx, scope, id)?;
    body.create()?;
    let direction = MonitoringDirection::of(transaction.kind)?;
    let provider = writing.context.outbound.adapters.monitor.as_ref();
    let provider = provider.ok_or_else(|| Problem::conflict(PaymentsFault::NoMonitoringProvider))?;
    let subject = MonitoredTransaction {
        transaction: id,
        direction,
        amount: transaction.debit.amount,
        usd_worth: transaction.usd_worth,
    };
    let review = provider.review(&subject);
    let subject = (transaction.client, id, direction);
    Ok(monitorings::insert(writing.tx, scope, subject, &review)?.into())
}
