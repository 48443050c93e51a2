//! The options to answer questions of tests.

use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use domain::verification::{AnswerOption, AnswerOptionId, ClientTestId, TestQuestionId};
use http::request::{Boolean, Fields, Input, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::verification::test_questions::StoredOption;
use storage::verification::{answer_options, test_questions, tests};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const OPTIONS: &str = "/api/v2/quizzes/{quizId}/questions/{questionId}/answers";
    const OPTION: &str = "/api/v2/quizzes/{quizId}/questions/{questionId}/answers/{answerId}";
    routes
        .get("client-tests.answers.list", OPTIONS, P::ClientTestAnswersRead)
        .summary("List the options of a question.")
        .describe("Clients choose among them. A question that is answered in words has none.")
        .example_path("/api/v2/quizzes/1/questions/1/answers")
        .list(list);
    routes
        .get("client-tests.answers.get", OPTION, P::ClientTestAnswersRead)
        .summary("Read an option.")
        .describe("Answers 404 for an option of another question.")
        .example_path("/api/v2/quizzes/1/questions/1/answers/1")
        .record(get);
    routes
        .post("client-tests.answers.create", OPTIONS, P::ClientTestAnswersCreate)
        .summary("Add an option to a question.")
        .describe("Refused for a question that is answered in words.")
        .example_at("/api/v2/quizzes/1/questions/1/answers", json!({"text": "Only in part", "isCorrect": false}))
        .created(create);
    routes
        .patch("client-tests.answers.update", OPTION, P::ClientTestAnswersUpdate)
        .summary("Change an option.")
        .describe("Clients who chose it keep what they saw.")
        .example_at("/api/v2/quizzes/1/questions/1/answers/1", json!({"text": "Yes, all of it"}))
        .changed(update);
    routes
        .delete("client-tests.answers.delete", OPTION, P::ClientTestAnswersDelete)
        .summary("Delete an option.")
        .describe("Refused where a visible test needs it.")
        .example_path("/api/v2/quizzes/1/questions/1/answers/3")
        .deleted(delete);
}

/// An option to answer a question.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AnswerOption")]
pub(super) struct OptionAnswer {
    id: AnswerOptionId,
    question_id: TestQuestionId,
    /// What it says.
    text: String,
    /// Whether it is right; it matters for close questions.
    is_correct: bool,
    create_time: Timestamp,
}

impl Resource<Back> for OptionAnswer {
    const NAME: &'static str = AnswerOption::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredOption> for OptionAnswer {
    fn from(StoredOption { id, question, data, create_time }: StoredOption) -> Self {
        Self { id, question_id: question, text: data.text, is_correct: data.is_correct, create_time }
    }
}

impl Input<Back> for AnswerOption {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let text = fields.required("text", &Text { min: 1, max: 2_000 }, |option| &option.text);
        let is_correct = fields.or("isCorrect", &Boolean, |option| &option.is_correct, || false);
        Some(Self { text: text?, is_correct: is_correct? })
    }
}

fn list(
    reading: &mut Reading<'_>,
    (test, question): (ClientTestId, TestQuestionId),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<OptionAnswer>, Problem> {
    test_questions::get(reading.conn, test, question)?;
    Ok(answer_options::list(reading.conn, question, &query.paging)?.map(OptionAnswer::from))
}

fn get(
    reading: &mut Reading<'_>,
    (test, question, id): (ClientTestId, TestQuestionId, AnswerOptionId),
) -> Result<OptionAnswer, Problem> {
    test_questions::get(reading.conn, test, question)?;
    Ok(answer_options::get(reading.conn, question, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (test, question): (ClientTestId, TestQuestionId),
    body: &Body<'_, AnswerOption>,
) -> Result<OptionAnswer, Problem> {
    tests::lock(writing.tx, test)?;
    let question = test_questions::get(writing.tx.conn, test, question)?;
    Ok(answer_options::insert(writing.tx, &question, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (test, question, id): (ClientTestId, TestQuestionId, AnswerOptionId),
    body: &Body<'_, AnswerOption>,
) -> Result<Change<OptionAnswer>, Problem> {
    tests::lock(writing.tx, test)?;
    let question = test_questions::get(writing.tx.conn, test, question)?;
    let before = answer_options::get(writing.tx.conn, question.id, id)?;
    let changed =
        writing.change(before, body, |tx, before, after| answer_options::update(tx, &question, before, after))?;
    Ok(changed.map(OptionAnswer::from))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (test, question, id): (ClientTestId, TestQuestionId, AnswerOptionId),
) -> Result<OptionAnswer, Problem> {
    tests::lock(writing.tx, test)?;
    let question = test_questions::get(writing.tx.conn, test, question)?;
    let found = answer_options::get(writing.tx.conn, question.id, id)?;
    answer_options::delete(writing.tx, &question, &found)?;
    Ok(found.into())
}
