//! The questions of tests.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::value::{Field, Refusal, Stored, Timestamp};
use domain::verification::{AnswerOption, AnswerOptionId, ClientTestId, TestQuestion, TestQuestionId};

use super::{answer_options, outline};
use crate::schema::test_questions as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A question as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredQuestion {
    /// Its id.
    pub id: TestQuestionId,
    /// Its test.
    pub test: ClientTestId,
    /// What can be set.
    pub data: TestQuestion,
    /// The options to answer it.
    pub options: Vec<StoredOption>,
    /// When it was created.
    pub create_time: Timestamp,
}

impl Stored for StoredQuestion {
    type Data = TestQuestion;

    fn data(&self) -> &TestQuestion {
        &self.data
    }
}

/// An option as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredOption {
    /// Its id.
    pub id: AnswerOptionId,
    /// Its question.
    pub question: TestQuestionId,
    /// What can be set.
    pub data: AnswerOption,
    /// When it was created.
    pub create_time: Timestamp,
}

impl Stored for StoredOption {
    type Data = AnswerOption;

    fn data(&self) -> &AnswerOption {
        &self.data
    }
}

type Columns = (TestQuestionId, ClientTestId, TestQuestion, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::test_id, (table::question, table::kind, table::is_visible), table::create_time)
}

fn with_options(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredQuestion>, Error> {
    let ids: Vec<TestQuestionId> = rows.iter().map(|(id, ..)| *id).collect();
    let mut options: HashMap<TestQuestionId, Vec<StoredOption>> = HashMap::new();
    for option in answer_options::of_questions(conn, &ids)? {
        options.entry(option.question).or_default().push(option);
    }
    let stored = rows.into_iter().map(|(id, test, data, create_time)| {
        let options = options.remove(&id).unwrap_or_default();
        StoredQuestion { id, test, data, options, create_time }
    });
    Ok(stored.collect())
}

/// The questions of a test, a page of them.
pub fn list(conn: &mut DbConnection, test: ClientTestId, paging: &Paging<ById>) -> Result<Page<StoredQuestion>, Error> {
    let of_test = || table::table.filter(table::test_id.eq(test));
    let total = paging.total(|| of_test().count().get_result(conn))?;
    let query = of_test().limit(paging.limit).offset(paging.offset).select(columns()).into_boxed();
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Columns> = query.load(conn)?;
    Ok(Page { total, data: with_options(conn, rows)? })
}

/// The questions of a test that clients are asked, in their order.
pub fn visible(conn: &mut DbConnection, test: ClientTestId) -> Result<Vec<StoredQuestion>, Error> {
    let asked = table::table.filter(table::test_id.eq(test)).filter(table::is_visible.eq(true));
    let rows: Vec<Columns> = asked.order(table::id).select(columns()).load(conn)?;
    with_options(conn, rows)
}

/// One question of a test.
///
/// # Errors
/// [`Error::NotFound`], also for a question of another test.
pub fn get(conn: &mut DbConnection, test: ClientTestId, id: TestQuestionId) -> Result<StoredQuestion, Error> {
    let row = table::table.find(id).filter(table::test_id.eq(test)).select(columns()).first(conn)?;
    with_options(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    question: &'a str,
    kind: domain::verification::QuestionKind,
    is_visible: bool,
}

fn row(question: &TestQuestion) -> Row<'_> {
    Row { question: &question.question, kind: question.kind, is_visible: question.is_visible }
}

/// Adds a question to a test, which is held.
///
/// # Errors
/// A refusal where the test is visible, and the question would be without the options that it needs.
pub fn insert(tx: &mut Tx<'_>, test: ClientTestId, question: &TestQuestion) -> Result<StoredQuestion, Error> {
    let fault = outline::outline(tx.conn, test)?.fault_of_new(question);
    Refusal::unless_empty(fault.into_iter().collect())?;
    let values = (
        table::test_id.eq(test),
        row(question),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, test, id)
}

/// Writes what can be set of a question, whose test is held.
///
/// # Errors
/// A conflict where it has options and would be answered in words; a refusal where the test is visible and could not be
/// taken any more.
pub fn update(tx: &mut Tx<'_>, before: &StoredQuestion, after: &TestQuestion) -> Result<StoredQuestion, Error> {
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    outline::check(tx, before.test)?;
    // A rule is told before a collision with what is stored.
    if let Some(fault) = after.kind.options_fault(before.options.len()) {
        return Err(fault.at(Field::Type).conflict().into());
    }
    get(tx.conn, before.test, before.id)
}

/// Deletes a question with its options; its test is held.
///
/// # Errors
/// A conflict where the test is visible and could not be taken any more.
pub fn delete(tx: &mut Tx<'_>, question: &StoredQuestion) -> Result<(), Error> {
    diesel::delete(table::table.find(question.id)).execute(tx.conn)?;
    outline::check_after_deletion(tx, question.test)
}
