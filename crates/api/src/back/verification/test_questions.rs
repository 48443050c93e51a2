//! The questions of tests.

use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use domain::verification::{ClientTestId, QuestionKind, TestQuestion, TestQuestionId};
use http::request::{Boolean, Choice, Fields, Input, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::verification::test_questions::{self, StoredQuestion};
use storage::verification::tests;
use storage::{ById, Page};

use super::answer_options::OptionAnswer;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const QUESTIONS: &str = "/api/v2/quizzes/{quizId}/questions";
    const QUESTION: &str = "/api/v2/quizzes/{quizId}/questions/{questionId}";
    routes
        .get("client-tests.questions.list", QUESTIONS, P::ClientTestQuestionsRead)
        .summary("List the questions of a test.")
        .describe("With the options to answer them.")
        .example_path("/api/v2/quizzes/1/questions")
        .list(list);
    routes
        .get("client-tests.questions.get", QUESTION, P::ClientTestQuestionsRead)
        .summary("Read a question.")
        .describe("Answers 404 for a question of another test.")
        .example_path("/api/v2/quizzes/1/questions/1")
        .record(get);
    routes
        .post("client-tests.questions.create", QUESTIONS, P::ClientTestQuestionsCreate)
        .summary("Add a question to a test.")
        .describe(
            "`open` is answered in words, `close` by options of which at least one is right, `questionnaire` by any \
             number of options and `poll` by exactly one. In a visible test, a question that needs options is added \
             hidden and shown once it has them.",
        )
        .example_at(
            "/api/v2/quizzes/1/questions",
            json!({"question": "How long have you been trading?", "type": "poll", "isVisible": false}),
        )
        .created(create);
    routes
        .patch("client-tests.questions.update", QUESTION, P::ClientTestQuestionsUpdate)
        .summary("Change a question.")
        .describe("A question with options cannot become open (409). Clients who answered it keep what they saw.")
        .example_at("/api/v2/quizzes/1/questions/1", json!({"question": "Can you lose all that you deposit?"}))
        .changed(update);
    routes
        .delete("client-tests.questions.delete", QUESTION, P::ClientTestQuestionsDelete)
        .summary("Delete a question.")
        .describe("Its options go with it. Refused for the last visible question of a visible test.")
        .example_path("/api/v2/quizzes/1/questions/2")
        .deleted(delete);
}

/// A question of a test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TestQuestion")]
struct QuestionAnswer {
    id: TestQuestionId,
    quiz_id: ClientTestId,
    /// What is asked.
    question: String,
    /// How it is answered.
    #[serde(rename = "type")]
    kind: QuestionKind,
    /// Whether clients are asked it.
    is_visible: bool,
    /// The options to answer it.
    answers: Vec<OptionAnswer>,
    create_time: Timestamp,
}

impl Resource<Back> for QuestionAnswer {
    const NAME: &'static str = TestQuestion::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredQuestion> for QuestionAnswer {
    fn from(StoredQuestion { id, test, data, options, create_time }: StoredQuestion) -> Self {
        Self {
            id,
            quiz_id: test,
            question: data.question,
            kind: data.kind,
            is_visible: data.is_visible,
            answers: options.into_iter().map(OptionAnswer::from).collect(),
            create_time,
        }
    }
}

impl Input<Back> for TestQuestion {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let question = fields.required("question", &Text { min: 1, max: 2_000 }, |question| &question.question);
        let kind = fields.required("type", &Choice::of(), |question| &question.kind);
        let is_visible = fields.or("isVisible", &Boolean, |question| &question.is_visible, || true);
        Some(Self { question: question?, kind: kind?, is_visible: is_visible? })
    }
}

fn list(
    reading: &mut Reading<'_>,
    (test,): (ClientTestId,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<QuestionAnswer>, Problem> {
    tests::check_exists(reading.conn, test)?;
    Ok(test_questions::list(reading.conn, test, &query.paging)?.map(QuestionAnswer::from))
}

fn get(reading: &mut Reading<'_>, (test, id): (ClientTestId, TestQuestionId)) -> Result<QuestionAnswer, Problem> {
    Ok(test_questions::get(reading.conn, test, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (test,): (ClientTestId,),
    body: &Body<'_, TestQuestion>,
) -> Result<QuestionAnswer, Problem> {
    tests::lock(writing.tx, test)?;
    Ok(test_questions::insert(writing.tx, test, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (test, id): (ClientTestId, TestQuestionId),
    body: &Body<'_, TestQuestion>,
) -> Result<Change<QuestionAnswer>, Problem> {
    tests::lock(writing.tx, test)?;
    let before = test_questions::get(writing.tx.conn, test, id)?;
    Ok(writing.change(before, body, test_questions::update)?.map(QuestionAnswer::from))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (test, id): (ClientTestId, TestQuestionId),
) -> Result<QuestionAnswer, Problem> {
    tests::lock(writing.tx, test)?;
    let found = test_questions::get(writing.tx.conn, test, id)?;
    test_questions::delete(writing.tx, &found)?;
    Ok(found.into())
}
