//! The options to answer questions of tests.

use diesel::prelude::*;
use domain::value::Refusal;
use domain::verification::{AnswerOption, AnswerOptionId, TestQuestionId};

use super::outline;
use super::test_questions::{StoredOption, StoredQuestion};
use crate::schema::answer_options as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::question_id, (table::text, table::is_correct), table::create_time)
}

/// The options of questions, in the order of their ids.
pub(super) fn of_questions(conn: &mut DbConnection, questions: &[TestQuestionId]) -> Result<Vec<StoredOption>, Error> {
    let of_questions = table::table.filter(table::question_id.eq_any(questions.to_vec())).order(table::id);
    Ok(of_questions.select(columns()).load(conn)?)
}

/// The options of a question, a page of them.
pub fn list(
    conn: &mut DbConnection,
    question: TestQuestionId,
    paging: &Paging<ById>,
) -> Result<Page<StoredOption>, Error> {
    let of_question = || table::table.filter(table::question_id.eq(question));
    let total = paging.total(|| of_question().count().get_result(conn))?;
    let query = of_question().limit(paging.limit).offset(paging.offset).select(columns()).into_boxed();
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.load(conn)? })
}

/// One option of a question.
///
/// # Errors
/// [`Error::NotFound`], also for an option of another question.
pub fn get(conn: &mut DbConnection, question: TestQuestionId, id: AnswerOptionId) -> Result<StoredOption, Error> {
    Ok(table::table.find(id).filter(table::question_id.eq(question)).select(columns()).first(conn)?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    text: &'a str,
    is_correct: bool,
}

fn row(option: &AnswerOption) -> Row<'_> {
    Row { text: &option.text, is_correct: option.is_correct }
}

/// Adds an option to a question, whose test is held.
///
/// # Errors
/// A refusal where the question is answered in words.
pub fn insert(tx: &mut Tx<'_>, question: &StoredQuestion, option: &AnswerOption) -> Result<StoredOption, Error> {
    let fault = question.data.kind.options_fault(question.options.len() + 1);
    Refusal::unless_empty(fault.into_iter().collect())?;
    let values = (
        table::question_id.eq(question.id),
        row(option),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, question.id, id)
}

/// Writes what can be set of an option, whose test is held.
///
/// # Errors
/// A refusal where the test is visible and could not be taken any more.
pub fn update(
    tx: &mut Tx<'_>,
    question: &StoredQuestion,
    before: &StoredOption,
    after: &AnswerOption,
) -> Result<StoredOption, Error> {
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    outline::check(tx, question.test)?;
    get(tx.conn, question.id, before.id)
}

/// Deletes an option, whose test is held.
///
/// # Errors
/// A conflict where the test is visible and could not be taken any more.
pub fn delete(tx: &mut Tx<'_>, question: &StoredQuestion, option: &StoredOption) -> Result<(), Error> {
    diesel::delete(table::table.find(option.id)).execute(tx.conn)?;
    outline::check_after_deletion(tx, question.test)
}
