//! Connections: what every answer carries, and callers who send rubbish or do not read.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::harness::raw::{answer_to, connect};
use crate::harness::{Answer, Setup, TestApp, on_both, on_both_with, sqlite};

#[test]
fn every_answer_carries_the_id_of_its_request() {
    on_both(|app| {
        for path in
            ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/page.js", "/api/v2/users", "/nothing"]
        {
            let answer = app.client.with("X-Request-Id", "mine-1").get(path);
            assert_eq!(answer.header("X-Request-Id"), Some("mine-1"), "{path}");
            assert!(app.client.get(path).header("X-Request-Id").is_some_and(|id| id.len() >= 16), "{path}");
        }
    });
}

/// A refusal that no handler has given, but that looks like all others.
#[track_caller]
fn assert_refused(answer: Answer, status: u16, code: &str) {
    assert!(answer.header("X-Request-Id").is_some_and(|id| id.len() >= 16));
    answer.refused(status, code);
}

#[test]
fn what_is_not_http_is_refused_like_everything_else() {
    on_both(|app| {
        for rubbish in ["rubbish\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost : x\r\n\r\n"] {
            assert_refused(answer_to(app, rubbish.as_bytes()), 400, "notHttp");
        }
    });
}

#[test]
fn a_head_that_is_too_large_is_refused_like_everything_else() {
    on_both(|app| {
        let many = "A: b\r\n".repeat(200);
        assert_refused(answer_to(app, format!("GET / HTTP/1.1\r\n{many}\r\n").as_bytes()), 431, "headTooLarge");
        let large = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(1_000_000));
        let mut stream = connect(app);
        // The server may close the connection before it has taken all.
        drop(stream.write_all(large.as_bytes()));
        let mut answer = String::new();
        drop(stream.read_to_string(&mut answer));
        assert!(answer.is_empty() || answer.to_ascii_lowercase().contains("x-request-id: "), "{answer}");
    });
}

#[test]
fn a_head_that_does_not_arrive_is_refused_like_everything_else() {
    let app = TestApp::start(sqlite(), &Setup::default());
    assert_refused(answer_to(&app, b"GET /healthz HTTP/1.1\r\nHost"), 408, "headTimeout");
}

#[test]
fn a_body_that_does_not_arrive_in_time_is_refused() {
    let setup = Setup { body_timeout: Some(Duration::from_millis(300)), ..Setup::default() };
    on_both_with(&setup, |app| {
        let call = b"POST /api/v2/signin HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{";
        assert_refused(answer_to(app, call), 408, "bodyTimeout");
    });
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    on_both(|app| {
        let admin = app.admin();
        for path in ["/healthz", "/openapi.json", "/api/v2/users", "/api/v2/users/1", "/api/v2/users/99", "/nothing"] {
            let (get, head) = (admin.get(path), admin.call("HEAD", path, None));
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.body, json!(""), "{path}");
            for name in ["Content-Type", "Content-Length"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
        let csv = admin.with("Accept", "text/csv").call("HEAD", "/api/v2/users", None);
        assert_eq!((csv.status, csv.body), (200, json!("")));
    });
}

#[test]
fn a_method_that_a_path_does_not_take_is_told_which_it_takes() {
    on_both(|app| {
        let admin = app.admin();
        for (path, methods) in [
            ("/healthz", "GET, HEAD"),
            ("/openapi.json", "GET, HEAD"),
            ("/api/v2/users", "GET, HEAD, POST"),
            ("/api/v2/users/1", "DELETE, GET, HEAD, PATCH, PUT"),
        ] {
            let answer = admin.call("OPTIONS", path, None);
            assert_eq!(answer.header("Allow"), Some(methods), "{path}");
            assert_eq!(answer.expect(405)["error"]["code"], json!(405));
        }
    });
}

#[test]
fn a_list_is_csv_for_those_who_prefer_that() {
    on_both(|app| {
        let admin = app.admin();
        let kind = |accept: &str| {
            let answer = admin.with("Accept", accept).get("/api/v2/users");
            answer.header("Content-Type").expect("a type").split(';').next().expect("a type").to_owned()
        };
        assert_eq!(kind("text/csv"), "text/csv");
        assert_eq!(kind("application/json;q=0.5, text/csv"), "text/csv");
        assert_eq!(kind("text/csv;q=0"), "application/json");
        assert_eq!(kind("application/json, text/csv;q=0.5"), "application/json");
        assert_eq!(kind("*/*"), "application/json");
    });
}

#[test]
fn readers_who_stall_hold_up_no_exports() {
    let setup = Setup { write_timeout: Some(Duration::from_millis(500)), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        // More than the buffers of a connection hold.
        app.run_sql(
            "INSERT INTO client_tags (name, name_key, create_time) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 120000) \
             SELECT 'a tag with a name that takes some room, as names of tags do, number ' || n, 'tag ' || n, \
                 users.create_time FROM numbers, users",
        );
        let stalled: Vec<TcpStream> = (0..4)
            .map(|_| {
                let mut stream = connect(app);
                let token = admin.token.as_deref().expect("a token");
                let head =
                    format!("GET /api/v2/tags?format=csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
                stream.write_all(head.as_bytes()).expect("it is sent");
                // It has begun.
                stream.read_exact(&mut [0; 64]).expect("an answer");
                stream
            })
            .collect();
        let csv = admin.get("/api/v2/tags?format=csv").expect(200);
        assert_eq!(csv.as_str().expect("a text").lines().count(), 120_001);
        for mut stream in stalled {
            // The server gave it up in the middle.
            let mut rest = Vec::new();
            let ended = stream.read_to_end(&mut rest);
            assert!(ended.is_err() || !rest.ends_with(b"0\r\n\r\n"));
        }
    });
}
