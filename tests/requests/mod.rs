//! What clients ask for, and what users decide on it.

mod bodies;
mod effects;
mod money;
mod races;
mod reading;
mod rights;

use serde_json::{Value, json};
use storage::messaging::events;

use crate::harness::{Client, TestApp};

/// The request behind a transaction.
#[track_caller]
pub fn request_of(admin: &Client, transaction: i64) -> i64 {
    let transaction = admin.get(&format!("/api/v2/transactions/{transaction}")).expect(200);
    transaction["application"]["id"].as_i64().expect("a request")
}

/// The path of a request, with what follows.
fn path(request: i64, rest: &str) -> String {
    format!("/api/v2/applications/{request}{rest}")
}

#[track_caller]
fn read(admin: &Client, request: i64) -> Value {
    admin.get(&path(request, "")).expect(200)
}

#[track_caller]
fn approve(admin: &Client, request: i64) -> Value {
    admin.post(&path(request, "/approve"), &json!({})).expect(200)
}

#[track_caller]
fn reject(admin: &Client, request: i64) -> Value {
    admin.post(&path(request, "/reject"), &json!({"resolutionId": 1})).expect(200)
}

/// The status of a request, and whether it tells when it was decided.
fn standing(request: &Value) -> (&str, bool) {
    (request["status"].as_str().expect("a status"), !request["processedAt"].is_null())
}

/// The names of the events of a client by which they ask for something, in their order.
fn events_of(app: &TestApp, client: i64) -> Vec<String> {
    let events = app.database.read(move |conn| events::of_client(conn, client.into())).expect("the events");
    events.iter().filter(|event| event.name.is_request()).map(|event| event.name.to_string()).collect()
}

/// Holds what the audit log tells of the decision on a request: its id, and its status before and after.
#[track_caller]
fn is_logged(admin: &Client, request: i64, before: &str, after: &str) {
    let logs = admin.get("/api/v2/logs/messages?filter[eventName]=requests_updated&limit=1").expect(200);
    let details = &logs["data"][0]["details"];
    let told = (&details["id"], &details["old"]["status"], &details["new"]["status"]);
    assert_eq!(told, (&json!(request), &json!(before), &json!(after)));
}
