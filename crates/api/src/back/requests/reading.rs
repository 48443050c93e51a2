//! Requests are listed and read.

use domain::clients::ClientId;
use domain::identity::{Permission, masked_name};
use domain::ledger::{RequestId, RequestKind, RequestStatus};
use domain::value::{Localizer, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::requests::{self, Filter, Sort};
use storage::{Direction, Page};

use super::answer::RequestAnswer;
use crate::Problem;
use crate::back::{Back, Reading, Routes};

/// How many requests are told beside how many there are.
const MOST_NOTIFIED: i64 = 100;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("requests.list", "/api/v2/applications", P::RequestsRead)
        .summary("List client requests.")
        .describe(
            "The newest come first. Only requests of types that the user may see are listed: each type has a \
             permission of its own, such as `depositRequests.read`.",
        )
        .list(list);
    routes
        .get("requests.notifications", "/api/v2/applications/notifications", P::RequestsRead)
        .summary("Count the requests that wait for a decision.")
        .describe("Counts the pending requests that the user may see, and tells the newest hundred of them.")
        .record(notifications);
    routes
        .get("requests.get", "/api/v2/applications/{applicationId}", P::RequestsRead)
        .summary("Read a request.")
        .describe("A request of a type that the user may not see is 404, as one of a client out of their sight.")
        .record(get);
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        let numbers: Vec<String> = RequestStatus::ALL.iter().map(|status| status.number().to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        Self {
            id: filters.id("id"),
            client: filters.id("clientId"),
            kind: filters.choice("type"),
            status: filters.one_of("statusId", &numbers).and_then(|wanted| {
                RequestStatus::ALL.iter().copied().find(|status| status.number().to_string() == wanted)
            }),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createdAt", Self::CreateTime), ("id", Self::Id)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<RequestAnswer>, Problem> {
    let page = requests::list(reading.conn, &reading.caller.rights, query.filter, &query.paging)?;
    Ok(page.map(RequestAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (RequestId,)) -> Result<RequestAnswer, Problem> {
    Ok(requests::get(reading.conn, &reading.caller.rights, id)?.into())
}

/// A request that waits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WaitingRequest")]
#[serde(rename_all = "camelCase")]
struct WaitingAnswer {
    id: RequestId,
    /// What is asked for.
    #[serde(rename = "type")]
    kind: RequestKind,
    /// Who asks.
    client_id: ClientId,
    /// The client's first, middle and last name.
    client_name: String,
    /// When the client asked.
    created_at: Timestamp,
}

/// What waits for a decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RequestNotifications")]
struct NotificationsAnswer {
    /// How many requests wait.
    total: i64,
    /// The newest of them.
    requests: Vec<WaitingAnswer>,
}

impl Resource<Back> for NotificationsAnswer {
    const NAME: &'static str = "request_notifications";

    fn id(&self) -> i64 {
        0
    }

    fn localize(&mut self, _: &mut Localizer<'_>) {}

    fn mask(&mut self) {
        for request in &mut self.requests {
            request.client_name = masked_name(&request.client_name);
        }
    }
}

fn notifications(reading: &mut Reading<'_>, (): ()) -> Result<NotificationsAnswer, Problem> {
    let waiting = requests::waiting(reading.conn, &reading.caller.rights, MOST_NOTIFIED)?;
    let told = waiting.requests.into_iter().map(|request| WaitingAnswer {
        id: request.id,
        kind: request.kind,
        client_id: request.client,
        client_name: request.client_name,
        created_at: request.create_time,
    });
    Ok(NotificationsAnswer { total: waiting.total, requests: told.collect() })
}
