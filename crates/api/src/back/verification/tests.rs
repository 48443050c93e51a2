//! Tests of what clients know.

use domain::clients::VerificationLevelId;
use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use domain::verification::{ClientTest, ClientTestId};
use http::request::{Boolean, Fields, FilterSet, Filters, Input, Integer, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::verification::tests::{self, Filter, StoredTest};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TESTS: &str = "/api/v2/quizzes";
    const TEST: &str = "/api/v2/quizzes/{quizId}";
    routes
        .get("client-tests.list", TESTS, P::ClientTestsRead)
        .summary("List tests.")
        .describe("Verification levels may ask for tests to be passed first. The newest come first.")
        .list(list);
    routes
        .get("client-tests.get", TEST, P::ClientTestsRead)
        .summary("Read a test.")
        .describe("Its questions are below it.")
        .record(get);
    routes
        .post("client-tests.create", TESTS, P::ClientTestsCreate)
        .summary("Add a test.")
        .describe("It is hidden at first, so that its questions can be written before clients are offered it.")
        .example(json!({
            "caption": "Leverage", "details": "What leverage does to gains and losses", "isVisible": false, "priority": 2,
        }))
        .created(create);
    routes
        .patch("client-tests.update", TEST, P::ClientTestsUpdate)
        .summary("Change a test.")
        .describe(
            "A visible test has a visible question, and each of those the options that its type needs: what is \
             missing is named (422).",
        )
        .example_at("/api/v2/quizzes/1", json!({"priority": 3}))
        .changed(update);
    routes
        .delete("client-tests.delete", TEST, P::ClientTestsDelete)
        .summary("Delete a test.")
        .describe("Its questions go with it. Refused while a level asks for it.")
        .example_path("/api/v2/quizzes/2")
        .deleted(delete);
}

/// A test of what clients know.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClientTest")]
struct TestAnswer {
    id: ClientTestId,
    /// The title that clients are shown.
    caption: String,
    /// What stands below the title.
    details: Option<String>,
    /// Whether clients are offered it.
    is_visible: bool,
    /// Its place in lists, the lowest first.
    priority: i64,
    /// The levels that ask for it.
    required_for_levels_id: Vec<VerificationLevelId>,
    create_time: Timestamp,
}

impl Resource<Back> for TestAnswer {
    const NAME: &'static str = ClientTest::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredTest> for TestAnswer {
    fn from(StoredTest { id, data, levels, create_time }: StoredTest) -> Self {
        Self {
            id,
            caption: data.caption,
            details: data.details,
            is_visible: data.is_visible,
            priority: data.priority,
            required_for_levels_id: levels,
            create_time,
        }
    }
}

impl Input<Back> for ClientTest {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |test| &test.caption);
        let details = fields.nullable("details", &Text::LONG, |test| &test.details);
        let is_visible = fields.or("isVisible", &Boolean, |test| &test.is_visible, || false);
        let priority = fields.or("priority", &Integer::ANY, |test| &test.priority, || 0);
        Some(Self { caption: caption?, details: details?, is_visible: is_visible?, priority: priority? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { is_visible: filters.yes_no("isVisible") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<TestAnswer>, Problem> {
    Ok(tests::list(reading.conn, query.filter, &query.paging)?.map(TestAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTestId,)) -> Result<TestAnswer, Problem> {
    Ok(tests::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ClientTest>) -> Result<TestAnswer, Problem> {
    Ok(tests::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTestId,),
    body: &Body<'_, ClientTest>,
) -> Result<Change<TestAnswer>, Problem> {
    let before = tests::lock(writing.tx, id)?;
    Ok(writing.change(before, body, tests::update)?.map(TestAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientTestId,)) -> Result<TestAnswer, Problem> {
    Ok(tests::delete(writing.tx, id)?.into())
}
