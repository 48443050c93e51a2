//! Answers that are not JSON, and answers that the caller has already.

use std::sync::Arc;

use api::AppContext;
use http::routes::{Reading, Resource};
use http::{Problem, Routes, Service, Settings};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{described, serve, with_client};
use crate::harness::Client;
use crate::platform::second_interface::{Front, Right};

#[derive(Serialize, JsonSchema)]
struct Caption {
    email: String,
}

impl Resource<Front> for Caption {
    const NAME: &'static str = "caption";

    fn id(&self) -> i64 {
        1
    }
}

fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    let mut routes = Routes::<Front>::default();
    routes
        .get("my.rates", "/api/v2/own/rates", Right::Look)
        .content("text/csv; charset=utf-8", |_: &mut Reading<'_, Front>, (): ()| Ok("a,b\r\n1,ü\r\n".to_owned()));
    routes.get("my.statement", "/api/v2/own/statements/{id}", Right::Look).content(
        "application/pdf",
        |_: &mut Reading<'_, Front>, (id,): (u8,)| {
            if id == 1 { Ok(b"%PDF-1.7 \0\x01".to_vec()) } else { Err(Problem::not_found()) }
        },
    );
    routes
        .get("my.self", "/api/v2/own/self", Right::Look)
        .record(|reading: &mut Reading<'_, Front>, (): ()| Ok(Caption { email: reading.caller.email.clone() }));
    serve(context, Settings::default(), routes.into_vec())
}

#[test]
fn content_is_answered_in_its_own_type() {
    with_client(service, |app, client| {
        let csv = client.get("/api/v2/own/rates");
        assert_eq!(csv.header("Content-Type"), Some("text/csv; charset=utf-8"));
        assert_eq!(csv.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(csv.header("ETag"), None);
        assert_eq!(csv.expect(200), json!("a,b\r\n1,ü\r\n"));
        let pdf = client.get("/api/v2/own/statements/1");
        assert_eq!((pdf.header("Content-Type"), pdf.header("Content-Length")), (Some("application/pdf"), Some("11")));
        let missing = client.get("/api/v2/own/statements/2");
        assert_eq!(missing.header("Content-Type"), Some("application/json"));
        missing.refused(404, "notFound");
        app.client.get("/api/v2/own/rates").refused(401, "tokenInvalid");

        let csv = described(app, "get", "/api/v2/own/rates");
        assert_eq!(csv["responses"]["200"]["content"], json!({"text/csv": {"schema": {"type": "string"}}}));
        let pdf = described(app, "get", "/api/v2/own/statements/{id}");
        let content = json!({"application/pdf": {"schema": {"type": "string", "format": "binary"}}});
        assert_eq!(pdf["responses"]["200"]["content"], content);
    });
}

/// The tag of an answer, which is not sent again to a caller who has it.
#[track_caller]
fn is_told_once(client: &Client, path: &str) {
    let first = client.get(path);
    let tag = first.header("ETag").expect("a tag").to_owned();
    let cached = first.header("Cache-Control").map(ToOwned::to_owned);
    // What is public may be kept by browsers; records are kept by nobody who was not told to.
    assert_eq!(cached.as_deref(), Some(if path.starts_with("/api") { "no-store" } else { "no-cache" }));
    let length = first.header("Content-Length").map(ToOwned::to_owned);
    first.expect(200);
    for method in ["GET", "HEAD"] {
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = client.with("If-None-Match", &known).call(method, path, None);
            assert_eq!(again.header("ETag"), Some(tag.as_str()), "{known}");
            assert_eq!(again.header("Cache-Control").map(ToOwned::to_owned), cached);
            assert!(again.header("X-Request-Id").is_some());
            assert_eq!(again.expect(304), json!(""), "{method} {known}");
        }
        for stale in ["\"stale\"", "stale", "", "\"", "W/", &tag[1..]] {
            let again = client.with("If-None-Match", stale).call(method, path, None);
            assert_eq!(again.header("Content-Length").map(ToOwned::to_owned), length);
            again.expect(200);
        }
    }
}

#[test]
fn an_answer_that_the_caller_has_is_not_sent_again() {
    with_client(service, |app, client| {
        let client = &client.unrecorded();
        let path = "/api/v2/own/self";
        is_told_once(client, path);
        let tag = client.get(path).header("ETag").expect("a tag").to_owned();
        assert_eq!(client.get(path).header("Vary"), Some("Authorization, Accept, Accept-Language"));
        let other = app.admin().new_client("bob@example.com", &json!({}));
        let other = client.with_token(&other.to_string()).with("If-None-Match", &tag);
        assert_eq!(other.get(path).expect(200)["email"], json!("bob@example.com"));
        app.client.with("If-None-Match", "*").get(path).refused(401, "tokenInvalid");

        let operation = described(app, "get", path);
        assert!(operation["responses"]["304"].is_object());
        assert!(operation["responses"]["200"]["headers"]["ETag"].is_object());
    });
}

#[test]
fn the_document_and_the_files_of_its_page_are_sent_once() {
    with_client(service, |app, _| {
        let client = app.client.unrecorded();
        for path in ["/openapi.json", "/docs", "/docs/page.js", "/docs/swagger-ui.js", "/docs/swagger-ui.css"] {
            is_told_once(&client, path);
        }
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(client.get(path).header("ETag"), None, "{path}");
            client.with("If-None-Match", "*").get(path).expect(200);
        }
    });
}
