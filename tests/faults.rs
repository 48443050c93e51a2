//! The database goes away and comes back.

use diesel::prelude::*;
use serde_json::json;
use storage::{DatabaseUrl, Options};

use crate::harness::{Setup, TestApp, databases};

#[test]
fn a_server_outlives_the_loss_of_all_its_connections() {
    for url in databases() {
        let DatabaseUrl::Postgres(text) = url.clone() else { continue };
        let app = TestApp::start(url, &Setup::default());
        let admin = app.admin();
        for round in 0..3 {
            let mut conn = PgConnection::establish(&text).unwrap();
            let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
            diesel::sql_query(kill).execute(&mut conn).unwrap();
            admin.get("/api/v2/groups").expect(200);
            admin.post("/api/v2/tags", &json!({"name": format!("tag {round}")})).expect(201);
        }
        assert_eq!(admin.get("/api/v2/tags").expect(200)["total"], json!(3));
    }
}

#[test]
fn two_servers_on_one_database_see_each_others_writes_at_once() {
    for url in databases() {
        let DatabaseUrl::Postgres(_) = url else { continue };
        let (one, other) = (TestApp::start(url.clone(), &Setup::default()), TestApp::start(url, &Setup::default()));
        let (id, ann) = one.user_of("ann", &["clientTags.create", "clientTags.read"], &json!({}));
        let elsewhere = other.client.with_token(ann.token.as_deref().unwrap());
        elsewhere.get("/api/v2/tags").expect(200);
        let keyed = |client: &crate::harness::Client| client.with("Idempotency-Key", "key-1");
        keyed(&ann).post("/api/v2/tags", &json!({"name": "once"})).expect(201);
        let again = keyed(&elsewhere).post("/api/v2/tags", &json!({"name": "once"}));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(elsewhere.get("/api/v2/tags").expect(200)["total"], json!(1));
        one.admin().patch("/api/v2/groups/2", &json!({"permissions": []})).expect(200);
        elsewhere.get("/api/v2/tags").expect(403);
        one.admin().patch(&format!("/api/v2/users/{id}"), &json!({"active": false})).expect(200);
        elsewhere.get("/api/v2/tags").expect(401);
    }
}

#[test]
fn a_panic_costs_its_caller_an_error_and_nobody_else_anything() {
    for url in databases() {
        let database = storage::Database::open(&url, Options { readers: 1, writers: 1 }, || chrono::Utc::now().into());
        let database = database.unwrap();
        let panicked = database.write(|_| -> Result<(), storage::Error> { panic!("a test panics") });
        assert!(panicked.is_err());
        let panicked = database.read(|_| -> Result<(), storage::Error> { panic!("a test panics") });
        assert!(panicked.is_err());
        assert!(database.write(|tx| storage::identity::users::count(tx.conn)).is_ok());
        assert!(database.read(storage::identity::users::count).is_ok());
    }
}
