//! What clients answered in tests.

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::RequestId;
use domain::value::Timestamp;
use domain::verification::{AnsweredQuestion, ApprovalStatus, ClientTestId, TestAttemptId};
use http::request::{ListQuery, NoFilter};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::verification::attempts::{self, StoredAttempt};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("client-tests.completed.list", "/api/v2/clients/{clientId}/quizzes", P::ClientTestsRead)
        .summary("List the tests that a client completed.")
        .describe("Each attempt with the questions and options as they stood when the client answered.")
        .list(list);
    routes
        .get("client-tests.completed.get", "/api/v2/clients/{clientId}/quizzes/{attemptId}", P::ClientTestsRead)
        .summary("Read a completed test.")
        .describe("An attempt is decided on by its request. One with right answers alone passes without one.")
        .example_path("/api/v2/clients/6/quizzes/1")
        .record(get);
}

/// A test, as it was called.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnsweredTest")]
struct TestAnswer {
    id: ClientTestId,
    /// The title when the client answered.
    caption: String,
}

/// What a client answered in a test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CompletedTest")]
struct AttemptAnswer {
    /// The attempt.
    id: TestAttemptId,
    client_id: ClientId,
    /// The test.
    quiz: TestAnswer,
    /// Whether it is accepted.
    approval_status: ApprovalStatus,
    /// The request to check it; null where it passed by itself.
    application_id: Option<RequestId>,
    /// What was asked, and what the client answered.
    questions: Vec<AnsweredQuestion>,
    /// When the client answered.
    create_time: Timestamp,
}

impl Resource<Back> for AttemptAnswer {
    const NAME: &'static str = "test_attempt";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredAttempt> for AttemptAnswer {
    fn from(stored: StoredAttempt) -> Self {
        Self {
            id: stored.id,
            client_id: stored.client,
            quiz: TestAnswer { id: stored.data.test, caption: stored.data.caption },
            approval_status: stored.status,
            application_id: stored.request,
            questions: stored.data.questions,
            create_time: stored.create_time,
        }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<AttemptAnswer>, Problem> {
    let page = attempts::list(reading.conn, &reading.caller.rights.scope, client, &query.paging)?;
    Ok(page.map(AttemptAnswer::from))
}

fn get(reading: &mut Reading<'_>, (client, id): (ClientId, TestAttemptId)) -> Result<AttemptAnswer, Problem> {
    Ok(attempts::get(reading.conn, &reading.caller.rights.scope, client, id)?.into())
}
