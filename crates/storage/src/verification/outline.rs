//! A test as far as it decides whether clients can take it.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::value::Refusal;
use domain::verification::{ClientTestId, QuestionKind, QuestionOutline, TestOutline, TestQuestionId};

use crate::schema::{answer_options, client_tests, test_questions};
use crate::{DbConnection, Error, Tx};

/// The outline of a test, which the caller holds.
pub(super) fn outline(conn: &mut DbConnection, test: ClientTestId) -> Result<TestOutline, Error> {
    let is_visible = client_tests::table.find(test).select(client_tests::is_visible).first(conn)?;
    let of_test = test_questions::table.filter(test_questions::test_id.eq(test)).order(test_questions::id);
    let questions: Vec<(TestQuestionId, QuestionKind, bool)> =
        of_test.select((test_questions::id, test_questions::kind, test_questions::is_visible)).load(conn)?;
    let ids: Vec<TestQuestionId> = questions.iter().map(|(id, ..)| *id).collect();
    let options = answer_options::table.filter(answer_options::question_id.eq_any(ids));
    let options: Vec<(TestQuestionId, bool)> =
        options.select((answer_options::question_id, answer_options::is_correct)).load(conn)?;
    let mut counts: HashMap<TestQuestionId, (usize, usize)> = HashMap::new();
    for (question, is_correct) in options {
        let (all, right) = counts.entry(question).or_default();
        *all += 1;
        *right += usize::from(is_correct);
    }
    let questions = questions.into_iter().map(|(id, kind, is_visible)| {
        let (options, right_options) = counts.get(&id).copied().unwrap_or_default();
        QuestionOutline { id, kind, is_visible, options, right_options }
    });
    Ok(TestOutline { is_visible, questions: questions.collect() })
}

/// A test that clients are offered can be taken, after a change too.
///
/// # Errors
/// A refusal that names what is missing.
pub(super) fn check(tx: &mut Tx<'_>, test: ClientTestId) -> Result<(), Error> {
    Ok(Refusal::unless_empty(outline(tx.conn, test)?.faults())?)
}

/// The same after something was deleted, which the body of no request is at fault for.
///
/// # Errors
/// A conflict that names what would be missing.
pub(super) fn check_after_deletion(tx: &mut Tx<'_>, test: ClientTestId) -> Result<(), Error> {
    let faults = outline(tx.conn, test)?.faults();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults).into()) }
}
