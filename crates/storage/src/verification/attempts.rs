//! What clients answered in tests; what was answered never changes.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::{RequestId, RequestKind, RequestStatus};
use domain::messaging::EventName;
use domain::requests::{Asked, Requester};
use domain::value::{CommonFault, FaultCode as _, Field, Timestamp};
use domain::verification::{
    Answer, AnsweredQuestion, ApprovalStatus, AskedQuestion, Attempt, ClientTestId, TestAttemptId, check_repeatable,
};
use serde_json::{Map, Value};

use super::{test_questions, tests};
use crate::client_scope::{check_not_deleted, check_visible};
use crate::ledger::requests::{NewRequest, insert};
use crate::messaging::events;
use crate::paging::ordered;
use crate::schema::{requests, test_attempts as table};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// An attempt as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAttempt {
    /// Its id.
    pub id: TestAttemptId,
    /// Whose it is.
    pub client: ClientId,
    /// The test, and what the client answered.
    pub data: Attempt,
    /// Whether it is accepted.
    pub status: ApprovalStatus,
    /// The request to check it; none where it passed by itself.
    pub request: Option<RequestId>,
    /// When the client answered.
    pub create_time: Timestamp,
}

type Columns =
    (TestAttemptId, ClientId, (ClientTestId, String, String), Option<RequestId>, Timestamp, Option<RequestStatus>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::client_id,
        (table::test_id, table::caption, table::questions),
        table::request_id,
        table::create_time,
        requests::status.nullable(),
    )
}

fn stored((id, client, data, request, create_time, status): Columns) -> Result<StoredAttempt, Error> {
    let (test, caption, questions) = data;
    let questions: Vec<AnsweredQuestion> = serde_json::from_str(&questions)?;
    let status = ApprovalStatus::of_request(status);
    Ok(StoredAttempt { id, client, data: Attempt { test, caption, questions }, status, request, create_time })
}

/// What a client answered in tests, a page of it.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredAttempt>, Error> {
    check_visible(conn, scope, client)?;
    let total = paging.total(|| table::table.filter(table::client_id.eq(client)).count().get_result(conn))?;
    let query = table::table.left_join(requests::table).filter(table::client_id.eq(client)).into_boxed();
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.limit(paging.limit).offset(paging.offset).select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One attempt of a client.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    id: TestAttemptId,
) -> Result<StoredAttempt, Error> {
    check_visible(conn, scope, client)?;
    let query = table::table.left_join(requests::table).filter(table::id.eq(id)).filter(table::client_id.eq(client));
    stored(query.select(columns()).first(conn)?)
}

/// How a client's last attempt at a test ended.
fn last_status(conn: &mut DbConnection, client: ClientId, test: ClientTestId) -> Result<Option<ApprovalStatus>, Error> {
    let query = table::table
        .left_join(requests::table)
        .filter(table::client_id.eq(client))
        .filter(table::test_id.eq(test))
        .order(table::id.desc());
    let last: Option<Option<RequestStatus>> = query.select(requests::status.nullable()).first(conn).optional()?;
    Ok(last.map(ApprovalStatus::of_request))
}

/// How a client's last attempts at some tests ended; tests without an attempt are left out.
pub(crate) fn last_statuses(
    conn: &mut DbConnection,
    client: ClientId,
    tests: &[ClientTestId],
) -> Result<HashMap<ClientTestId, ApprovalStatus>, Error> {
    let attempts = table::table
        .left_join(requests::table)
        .filter(table::client_id.eq(client))
        .filter(table::test_id.eq_any(tests.to_vec()))
        .order(table::id)
        .select((table::test_id, requests::status.nullable()));
    let rows: Vec<(ClientTestId, Option<RequestStatus>)> = attempts.load(conn)?;
    // The later ones replace the earlier.
    Ok(rows.into_iter().map(|(test, status)| (test, ApprovalStatus::of_request(status))).collect())
}

/// The questions that clients are asked.
fn asked(conn: &mut DbConnection, test: ClientTestId) -> Result<Vec<AskedQuestion>, Error> {
    let questions = test_questions::visible(conn, test)?;
    let question = |question: test_questions::StoredQuestion| AskedQuestion {
        id: question.id,
        question: question.data.question,
        kind: question.data.kind,
        options: question
            .options
            .into_iter()
            .map(|option| (option.id, option.data.text, option.data.is_correct))
            .collect(),
    };
    Ok(questions.into_iter().map(question).collect())
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    client_id: ClientId,
    test_id: ClientTestId,
    caption: &'a str,
    questions: String,
    request_id: Option<RequestId>,
    create_time: NaiveDateTime,
}

/// A client answers a test. Unless it passes by itself, a user decides on it.
///
/// # Errors
/// A refusal where there is no such test to answer or an answer does not fit; a conflict where the last attempt was not
/// rejected, or the client was removed.
pub fn answer(
    tx: &mut Tx<'_>,
    requester: Requester,
    test: ClientTestId,
    answers: &[Answer],
) -> Result<StoredAttempt, Error> {
    let client = requester.client;
    // Two attempts of a client are judged one after the other.
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    let unknown = || CommonFault::Unknown.at(Field::Test).unprocessable();
    let offered = match tests::get(tx.conn, test) {
        Err(Error::NotFound) => return Err(unknown().into()),
        found => found?,
    };
    if !offered.data.is_visible {
        return Err(unknown().into());
    }
    check_repeatable(last_status(tx.conn, client, test)?)?;
    let asked = asked(tx.conn, test)?;
    let attempt = Attempt::of(test, &offered.data.caption, &asked, answers)?;
    let row = NewRow {
        client_id: client,
        test_id: test,
        caption: &attempt.caption,
        questions: json(&attempt.questions)?,
        request_id: None,
        create_time: tx.now.naive(),
    };
    let id: TestAttemptId = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    let mut data = Map::from_iter([("testName".to_owned(), Value::from(attempt.caption.clone()))]);
    if !attempt.passes_by_itself() {
        let asked = Asked::ClientTest { attempt: id };
        let request = insert(tx, requester, RequestKind::ClientTest, NewRequest::of(&asked)?)?;
        diesel::update(table::table.find(id)).set(table::request_id.eq(Some(request))).execute(tx.conn)?;
        data.insert("requestId".to_owned(), request.get().into());
    }
    events::put(tx, EventName::TestPassing, Some(client), data)?;
    get(tx.conn, &Scope::System, client, id)
}
