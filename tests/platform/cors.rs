//! Pages of other origins.

use serde_json::json;

use crate::harness::socket_io::{Polled, Program as _, Wired};
use crate::harness::{Answer, Client, Setup, TestApp, on_both, on_both_with};

const CRM: &str = "https://crm.example.com";
const OTHER: &str = "https://crm.example.com.evil.example";

fn with_origins() -> Setup {
    Setup { cors_origins: &[CRM, "http://localhost:3000"], ..Setup::default() }
}

/// A page of an origin.
fn page(client: &Client, origin: &str) -> Client {
    client.with("Origin", origin)
}

/// What a browser asks before it lets a page call.
fn preflight(client: &Client, origin: &str, method: &str, path: &str) -> Answer {
    page(client, origin).with("Access-Control-Request-Method", method).call("OPTIONS", path, None)
}

/// What a list in a header names.
fn named(answer: &Answer, header: &str) -> Vec<String> {
    let list = answer.header(header).unwrap_or_default();
    list.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect()
}

/// All that tells browsers to let a page call or read.
fn permissions(answer: &Answer) -> Vec<&'static str> {
    let headers = [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
    ];
    headers.into_iter().filter(|name| answer.header(name).is_some()).collect()
}

#[test]
fn a_preflight_tells_what_the_path_takes_and_asks_for_no_token() {
    on_both_with(&with_origins(), |app| {
        for (path, methods) in [
            ("/api/v2/users", "GET, HEAD, POST"),
            ("/api/v2/users/1", "DELETE, GET, HEAD, PATCH, PUT"),
            ("/api/v2/my/profile", "GET, HEAD, PATCH, PUT"),
            ("/openapi.json", "GET, HEAD"),
            ("/socket.io/", "GET, POST"),
        ] {
            let answer = preflight(&app.client, CRM, "PUT", path);
            assert_eq!(answer.header("Access-Control-Allow-Methods"), Some(methods), "{path}");
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(CRM), "{path}");
            assert_eq!(answer.header("Access-Control-Max-Age"), Some("7200"), "{path}");
            assert_eq!(answer.header("Vary"), Some("Origin"), "{path}");
            assert_eq!(answer.expect(204), json!(""), "{path}");
        }
    });
}

#[test]
fn a_preflight_allows_the_headers_that_calls_may_have() {
    on_both_with(&with_origins(), |app| {
        let allowed = named(&preflight(&app.client, CRM, "PUT", "/api/v2/users/1"), "Access-Control-Allow-Headers");
        for header in [
            "accept-language",
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
            "if-none-match",
            "range",
            "x-request-id",
        ] {
            assert!(allowed.iter().any(|name| name == header), "{header}");
        }
        // One that a single operation reads.
        let path = "/api/v2/my/password/change";
        let allowed = named(&preflight(&app.client, CRM, "POST", path), "Access-Control-Allow-Headers");
        assert!(allowed.iter().any(|name| name == "successtoken"), "{allowed:?}");
    });
}

#[test]
fn answers_and_refusals_can_be_read_by_pages_of_allowed_origins() {
    on_both_with(&with_origins(), |app| {
        let admin = app.admin();
        let crm = page(&admin, CRM);
        let nobody = page(&app.client, CRM);
        for (answer, status) in [
            (crm.get("/api/v2/users/1"), 200),
            (crm.get("/api/v2/users?format=csv"), 200),
            (crm.post("/api/v2/tags", &json!({"name": "vip"})), 201),
            (crm.get("/readyz"), 200),
            (crm.post("/api/v2/tags", &json!({})), 400),
            (nobody.get("/api/v2/users"), 401),
            (crm.get("/api/v2/users/99"), 404),
            (crm.get("/nothing"), 404),
            (crm.call("OPTIONS", "/api/v2/users", None), 405),
            (crm.delete("/readyz"), 405),
        ] {
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(permissions(&answer), ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]);
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(CRM));
        }
        let local = page(&admin, "http://localhost:3000").get("/readyz");
        assert_eq!(local.header("Access-Control-Allow-Origin"), Some("http://localhost:3000"));
    });
}

#[test]
fn pages_may_read_the_headers_that_answers_have() {
    on_both_with(&with_origins(), |app| {
        let exposed = named(&page(&app.client, CRM).get("/readyz"), "Access-Control-Expose-Headers");
        for header in ["content-disposition", "content-range", "etag", "location", "retry-after", "x-request-id"] {
            assert!(exposed.iter().any(|name| name == header), "{header}");
        }
    });
}

/// All lines of a header, as one.
fn all_of(app: &TestApp, path: &str, header: &str) -> String {
    let admin = app.admin();
    let raw = crate::harness::raw::fetch_all(&admin, path, header);
    raw.join(", ")
}

#[test]
fn caches_are_told_that_an_answer_is_for_an_origin() {
    on_both_with(&with_origins(), |app| {
        for path in ["/readyz", "/openapi.json", "/api/v2/users/1", "/nothing", "/socket.io/"] {
            assert!(all_of(app, path, "Vary").contains("Origin"), "{path}");
        }
        // What it depended on before, it still does.
        assert!(all_of(app, "/api/v2/users/1", "Vary").contains("Accept-Language"));
    });
}

#[test]
fn other_origins_are_told_nothing() {
    on_both_with(&with_origins(), |app| {
        let admin = app.admin();
        for origin in [OTHER, "http://crm.example.com", "https://crm.example.com:8443", "null", "*", ""] {
            let answer = page(&admin, origin).get("/api/v2/users/1");
            assert_eq!((answer.status, permissions(&answer)), (200, Vec::new()), "{origin}");
            let answer = preflight(&app.client, origin, "PUT", "/api/v2/users/1");
            assert_eq!((answer.status, permissions(&answer)), (405, Vec::new()), "{origin}");
        }
        let answer = preflight(&app.client, CRM, "GET", "/nothing");
        assert_eq!(answer.header("Access-Control-Allow-Methods"), None);
        answer.expect(404);
    });
}

#[test]
fn without_origins_nobody_is_told_anything() {
    on_both(|app| {
        let answer = page(&app.client, CRM).get("/readyz");
        assert_eq!((answer.status, permissions(&answer), answer.header("Vary")), (200, Vec::new(), None));
        let answer = preflight(&app.client, CRM, "PUT", "/api/v2/users/1");
        assert_eq!((answer.status, permissions(&answer)), (405, Vec::new()));
        drop(Wired::open(&page(&app.client, OTHER)));
    });
}

#[test]
fn preflights_are_no_calls_of_operations() {
    on_both_with(&with_origins(), |app| {
        preflight(&app.client, CRM, "PUT", "/api/v2/users/1").expect(204);
        let metrics = app.client.get("/metrics").expect(200);
        assert!(!metrics.as_str().unwrap().contains("backoffice_requests_total{"), "{metrics}");
    });
}

#[test]
fn pages_of_allowed_origins_poll_with_the_credentials_that_libraries_send() {
    on_both_with(&with_origins(), |app| {
        for client in [page(&app.client, CRM), page(&app.client, OTHER)] {
            let is_allowed = client.header("Origin") == Some(CRM);
            let opened = Polled::handshake(&client);
            assert_eq!(opened.header("Access-Control-Allow-Origin"), is_allowed.then_some(CRM));
            assert_eq!(opened.header("Access-Control-Allow-Credentials"), is_allowed.then_some("true"));
            opened.expect(200);
        }
        let refused = page(&app.client, CRM).get("/socket.io/?EIO=3&transport=polling&sid=gone");
        assert_eq!(refused.header("Access-Control-Allow-Origin"), Some(CRM));
        refused.expect(400);
    });
}

#[test]
fn pages_of_other_origins_open_no_websocket() {
    on_both_with(&with_origins(), |app| {
        let own = app.client.base.clone();
        for origin in [CRM, own.as_str()] {
            let mut program = Wired::open(&page(&app.client, origin));
            program.hears_nothing();
        }
        drop(Wired::open(&app.client));
        for origin in [OTHER, "null", "http://127.0.0.1"] {
            assert!(matches!(Wired::try_open(&page(&app.client, origin), None, None), Err(403)), "{origin}");
        }
        let opening = page(&app.client, OTHER)
            .with("Connection", "Upgrade")
            .with("Upgrade", "websocket")
            .with("Sec-WebSocket-Version", "13")
            .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        opening.get("/socket.io/?EIO=3&transport=websocket").refused(403, "originNotAllowed");
    });
}
