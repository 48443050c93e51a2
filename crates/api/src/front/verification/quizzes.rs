//! Tests of what the client knows.

use domain::clients::{ClientId, VerificationLevelId};
use domain::requests::Requester;
use domain::value::{Entity as _, Timestamp};
use domain::verification::{
    Answer, AnswerOptionId, AnsweredQuestion, ApprovalStatus, ClientTest, ClientTestId, QuestionKind, TestAttemptId,
    TestQuestionId,
};
use http::request::{Fields, Id, Input, Kind, ListOf, ListQuery, NoFilter, Object, SortKey, Text};
use http::routes::Resource;
use http::{Fault, RequestFault};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::identity::system_logs::Category;
use storage::verification::attempts::{self, StoredAttempt};
use storage::verification::offered_tests::{self, ShownTest, Sort};
use storage::verification::test_questions::{self, StoredQuestion};
use storage::{ByTime, Page};

use crate::Problem;
use crate::front::{Body, Front, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    const TEST: &str = "/api/v2/my/quizzes/{quizId}";
    routes
        .get("my.quizzes.list", "/api/v2/my/quizzes", Requirement::SignedIn)
        .summary("List the tests for the client.")
        .describe("The visible ones, with what the last attempt of the client came to.")
        .list(list);
    routes
        .get("my.quizzes.get", TEST, Requirement::SignedIn)
        .summary("Read one test with its questions.")
        .describe("A hidden test is 404. Which options are right is not told.")
        .record(get);
    routes
        .get("my.quizzes.results", "/api/v2/my/quizzes/results", Requirement::SignedIn)
        .summary("List the tests the client has completed.")
        .describe("Each attempt with what the client answered. The newest come first.")
        .list(results);
    routes
        .post("my.quizzes.answer", "/api/v2/my/quizzes/{quizId}/answers", Requirement::SignedIn)
        .summary("Submit the answers of a test.")
        .describe(
            "Every question is answered once: `open` by `text`, `poll` by one option, `close` by at least one, \
             `questionnaire` by any number. Right answers alone pass at once; else a user decides. A test is \
             answered again after a rejection alone (409).",
        )
        .example_at("/api/v2/my/quizzes/1/answers", json!({"answers": [{"questionId": 1, "answerIds": [1]}]}))
        .created_at(|_: &ResultAnswer| "/api/v2/my/quizzes/results".to_owned(), answer);
}

/// A test of what the client knows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyTest")]
struct TestAnswer {
    id: ClientTestId,
    /// The title.
    caption: String,
    /// What stands below the title.
    details: Option<String>,
    /// Whether the client has answered it.
    completed: bool,
    /// Whether the last attempt is accepted; null without one.
    approval_status: Option<ApprovalStatus>,
    /// The levels that need this test.
    required_for_levels_id: Vec<VerificationLevelId>,
}

impl Resource<Front> for TestAnswer {
    const NAME: &'static str = ClientTest::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<ShownTest> for TestAnswer {
    fn from(ShownTest { test, status }: ShownTest) -> Self {
        Self {
            id: test.id,
            caption: test.data.caption,
            details: test.data.details,
            completed: status.is_some(),
            approval_status: status,
            required_for_levels_id: test.levels,
        }
    }
}

/// An option to answer a question.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTestOption")]
struct OptionAnswer {
    id: AnswerOptionId,
    /// What it says.
    text: String,
    /// Its place among the options, from 1.
    priority: usize,
}

/// A question of a test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTestQuestion")]
struct QuestionAnswer {
    id: TestQuestionId,
    /// How it is answered.
    #[serde(rename = "type")]
    kind: QuestionKind,
    /// What is asked.
    text: String,
    /// Its place among the questions, from 1.
    priority: usize,
    /// The options to answer it.
    answers: Vec<OptionAnswer>,
}

/// A test with its questions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyTestDetails")]
struct DetailsAnswer {
    id: ClientTestId,
    /// The title.
    caption: String,
    /// What stands below the title.
    details: Option<String>,
    /// Whether the client has answered it.
    completed: bool,
    /// Whether the last attempt is accepted; null without one.
    approval_status: Option<ApprovalStatus>,
    /// What is asked.
    questions: Vec<QuestionAnswer>,
}

impl Resource<Front> for DetailsAnswer {
    const NAME: &'static str = ClientTest::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl DetailsAnswer {
    fn new(ShownTest { test, status }: ShownTest, questions: Vec<StoredQuestion>) -> Self {
        let question = |(place, question): (usize, StoredQuestion)| QuestionAnswer {
            id: question.id,
            kind: question.data.kind,
            text: question.data.question,
            priority: place,
            answers: (1..)
                .zip(question.options)
                .map(|(place, option)| OptionAnswer { id: option.id, text: option.data.text, priority: place })
                .collect(),
        };
        Self {
            id: test.id,
            caption: test.data.caption,
            details: test.data.details,
            completed: status.is_some(),
            approval_status: status,
            questions: (1..).zip(questions).map(question).collect(),
        }
    }
}

/// What the client answered to a question.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyTestAnswer")]
struct AnsweredAnswer {
    question_id: TestQuestionId,
    /// The options that the client chose.
    answer_ids: Vec<AnswerOptionId>,
    /// What the client wrote; null where the question is answered by options.
    text: Option<String>,
}

impl From<AnsweredQuestion> for AnsweredAnswer {
    fn from(answered: AnsweredQuestion) -> Self {
        let chosen = answered.answers.into_iter().filter(|option| option.selected);
        Self { question_id: answered.id, answer_ids: chosen.map(|option| option.id).collect(), text: answered.text }
    }
}

/// A test that the client has completed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyTestResult")]
struct ResultAnswer {
    /// The attempt.
    id: TestAttemptId,
    quiz_id: ClientTestId,
    /// The title when the client answered.
    caption: String,
    /// Whether it is accepted.
    approval_status: ApprovalStatus,
    /// What the client answered.
    answers: Vec<AnsweredAnswer>,
    /// When.
    create_time: Timestamp,
    #[serde(skip)]
    client: ClientId,
}

impl Resource<Front> for ResultAnswer {
    const NAME: &'static str = "test_attempt";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }

    /// What was written is read with the attempt alone.
    fn recorded(&self) -> Result<Value, Problem> {
        let without_words = |answer: &AnsweredAnswer| AnsweredAnswer { text: None, ..answer.clone() };
        let recorded = Self { answers: self.answers.iter().map(without_words).collect(), ..self.clone() };
        serde_json::to_value(recorded).map_err(|error| Problem::internal(error.to_string()))
    }
}

impl From<StoredAttempt> for ResultAnswer {
    fn from(stored: StoredAttempt) -> Self {
        Self {
            id: stored.id,
            quiz_id: stored.data.test,
            caption: stored.data.caption,
            approval_status: stored.status,
            answers: stored.data.questions.into_iter().map(AnsweredAnswer::from).collect(),
            create_time: stored.create_time,
            client: stored.client,
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority), ("createTime", Self::CreateTime)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, Sort>) -> Result<Page<TestAnswer>, Problem> {
    Ok(offered_tests::list(reading.conn, reading.caller.client(), &query.paging)?.map(TestAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTestId,)) -> Result<DetailsAnswer, Problem> {
    let shown = offered_tests::get(reading.conn, reading.caller.client(), id)?;
    Ok(DetailsAnswer::new(shown, test_questions::visible(reading.conn, id)?))
}

fn results(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<ResultAnswer>, Problem> {
    let caller = reading.caller;
    Ok(attempts::list(reading.conn, &caller.scope(), caller.client(), &query.paging)?.map(ResultAnswer::from))
}

/// What the client answers.
struct Answers(Vec<Answer>);

/// The most characters of an answer in words.
const WORDS: Text = Text { min: 0, max: 10_000 };

fn answer_schema() -> Value {
    json!({
        "title": "NewMyTestAnswer",
        "type": "object",
        "properties": {
            "questionId": Id::<TestQuestionId>::of().described("The question."),
            "answerIds": ListOf(Id::<AnswerOptionId>::of()).described("The options that are chosen."),
            "text": WORDS.described("The answer in words."),
        },
        "required": ["questionId"],
    })
}

fn read_answer(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<Answer> {
    let before = faults.len();
    // A null counts as absent.
    let sent = |name: &str| object.get(name).filter(|value| !value.is_null());
    let question = if let Some(value) = sent("questionId") {
        Id::of().parse(value, &format!("{at}.questionId"), faults)
    } else {
        faults.push(Fault::sent(format!("{at}.questionId"), RequestFault::Required));
        None
    };
    let options = sent("answerIds").map(|value| ListOf(Id::of()).parse(value, &format!("{at}.answerIds"), faults));
    let text = sent("text").map(|value| WORDS.parse(value, &format!("{at}.text"), faults));
    let options = options.flatten().map(|options| options.iter().copied().collect()).unwrap_or_default();
    let text = text.flatten();
    question.filter(|_| faults.len() == before).map(|question| Answer { question, text, options })
}

const ANSWER: Object<Answer> = Object { schema: answer_schema, read: read_answer };

impl Input<Front> for Answers {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields
            .about("An answer to every question.")
            .needed("answers", &ListOf(ANSWER))
            .map(|sent| Self(sent.iter().cloned().collect()))
    }
}

fn answer(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTestId,),
    body: &Body<'_, Answers>,
) -> Result<ResultAnswer, Problem> {
    let client = writing.caller.client();
    offered_tests::get(writing.tx.conn, client, id)?;
    let Answers(answers) = body.create()?;
    let requester = Requester { client, ip: writing.call.ip };
    Ok(attempts::answer(writing.tx, requester, id, &answers)?.into())
}
