//! The database goes away and comes back.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::harness::binary::text_of;
use crate::harness::{Client, Proxy, Setup, TestApp, databases, postgres_database, sql};

const CALL_TIMEOUT: Duration = Duration::from_secs(2);

/// A server before whose PostgreSQL a proxy stands, where there is PostgreSQL.
fn behind_a_proxy() -> Option<(Proxy, TestApp)> {
    let proxy = Proxy::before(&postgres_database()?);
    let setup = Setup { call_timeout: Some(CALL_TIMEOUT), ..Setup::default() };
    let app = TestApp::start(proxy.url.clone(), &setup);
    Some((proxy, app))
}

/// A call from a thread of its own: its status, its Retry-After, and how long it took.
fn timed(request: ureq::RequestBuilder<ureq::typestate::WithoutBody>) -> (u16, bool, Duration) {
    let begun = Instant::now();
    let response = request.call().expect("an answer");
    (response.status().as_u16(), response.headers().contains_key("Retry-After"), begun.elapsed())
}

#[test]
fn a_call_is_refused_at_its_deadline_where_postgresql_does_not_answer() {
    let Some((proxy, app)) = behind_a_proxy() else { return };
    let admin = app.admin();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let bearer = format!("Bearer {}", admin.token.clone().unwrap());
    admin.new_tag("before");
    proxy.swallow_all();
    let (agent, base, bearer) = (&agent, &admin.base, &bearer);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let write = |number: usize| {
            let begun = Instant::now();
            let request = agent.post(format!("{base}/api/v2/tags")).header("Authorization", bearer);
            let response = request.send_json(json!({"name": format!("tag {number}")})).expect("an answer");
            (response.status().as_u16(), response.headers().contains_key("Retry-After"), begun.elapsed())
        };
        let read = || timed(agent.get(format!("{base}/api/v2/tags")).header("Authorization", bearer));
        let writes: Vec<_> = (0..16).map(|number| scope.spawn(move || write(number))).collect();
        let reads: Vec<_> = (0..5).map(|_| scope.spawn(read)).collect();
        writes.into_iter().chain(reads).map(|call| call.join().expect("an answer")).collect()
    });
    for (status, may_try_again, took) in answers {
        assert_eq!((status, may_try_again), (503, true));
        assert!(took < CALL_TIMEOUT + Duration::from_secs(1), "{took:?}");
    }
    for _ in 0..2 {
        let (status, _, took) = timed(agent.get(format!("{base}/readyz")));
        assert_eq!(status, 503);
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    proxy.heal();
    let healed = Instant::now();
    while admin.post("/api/v2/tags", &json!({"name": "after"})).status != 201 {
        assert!(healed.elapsed() < Duration::from_secs(2), "writes do not go on");
    }
    assert!(healed.elapsed() < Duration::from_secs(2), "writes go on late");
    let names: Vec<Value> = admin.get("/api/v2/tags?sort_order=asc").expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].clone())
        .collect();
    assert_eq!(names, [json!("before"), json!("after")], "what was refused did not take place later");
}

#[test]
fn a_write_whose_answer_was_lost_is_settled_by_its_idempotency_key() {
    let Some((proxy, app)) = behind_a_proxy() else { return };
    let admin = app.admin();
    let tag = json!({"name": "once"});
    let keyed = admin.with("Idempotency-Key", "in-doubt");
    keyed.new_tag("other");
    let keyed = admin.with("Idempotency-Key", "in-doubt-2");
    proxy.swallow_replies();
    keyed.post("/api/v2/tags", &tag).expect(503);
    proxy.heal();
    let healed = Instant::now();
    let answer = loop {
        let answer = keyed.post("/api/v2/tags", &tag);
        if answer.status == 201 {
            break answer;
        }
        assert!(healed.elapsed() < Duration::from_secs(15), "{} {}", answer.status, answer.body);
    };
    assert_eq!(answer.body["name"], json!("once"));
    assert_eq!(admin.total("/api/v2/tags"), 2);
}

#[test]
fn a_server_outlives_the_loss_of_all_its_connections() {
    let Some(url) = postgres_database() else { return };
    let app = TestApp::start(url.clone(), &Setup::default());
    let admin = app.admin();
    for round in 0..3 {
        let mut conn = PgConnection::establish(&text_of(&url)).unwrap();
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        diesel::sql_query(kill).execute(&mut conn).unwrap();
        admin.get("/api/v2/groups").expect(200);
        admin.new_tag(&format!("tag {round}"));
    }
    assert_eq!(admin.total("/api/v2/tags"), 3);
}

#[test]
fn two_servers_on_one_database_see_each_others_writes_at_once() {
    let Some(url) = postgres_database() else { return };
    let (one, other) = (TestApp::start(url.clone(), &Setup::default()), TestApp::start(url, &Setup::default()));
    let (id, ann) = one.user_of("ann", &["clientTags.create", "clientTags.read"], &json!({}));
    let elsewhere = other.client.with_token(ann.token.as_deref().unwrap());
    elsewhere.get("/api/v2/tags").expect(200);
    let keyed = |client: &Client| client.with("Idempotency-Key", "key-1");
    keyed(&ann).post("/api/v2/tags", &json!({"name": "once"})).expect(201);
    let again = keyed(&elsewhere).post("/api/v2/tags", &json!({"name": "once"}));
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(elsewhere.total("/api/v2/tags"), 1);
    one.admin().patch("/api/v2/groups/2", &json!({"permissions": []})).expect(200);
    elsewhere.get("/api/v2/tags").refused(403, "permissionMissing");
    one.admin().patch(&format!("/api/v2/users/{id}"), &json!({"active": false})).expect(200);
    elsewhere.get("/api/v2/tags").expect(401);
}

#[test]
fn a_panic_costs_its_caller_an_error_and_nobody_else_anything() {
    for url in databases() {
        let database = sql::open(&url);
        let panicked = database.write(|_| -> Result<(), storage::Error> { panic!("a test panics") });
        assert!(panicked.is_err());
        let panicked = database.read(|_| -> Result<(), storage::Error> { panic!("a test panics") });
        assert!(panicked.is_err());
        assert!(database.write(|tx| storage::identity::users::count(tx.conn)).is_ok());
        assert!(database.read(storage::identity::users::count).is_ok());
    }
}
