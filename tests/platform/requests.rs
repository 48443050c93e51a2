//! Bad requests: a clear answer, and the server goes on.

use std::io::{Read, Write};

use serde_json::json;

use crate::harness::on_both;
use crate::harness::raw::{answer_to, connect};

#[test]
fn broken_json_is_a_400() {
    on_both(|app| {
        let admin = app.admin();
        for body in ["{", "[]", "1", "\"x\"", "null", "{\"a\":1,}", "\u{feff}{}", "{\"name\": \"\\ud800\"}"] {
            admin.call("POST", "/api/v2/groups", Some(body.as_bytes())).expect(400);
        }
        admin.call("POST", "/api/v2/groups", Some(&[0xff, 0xfe])).refused(400, "notJson");
        let answer = admin.call("POST", "/api/v2/groups", Some(b""));
        assert_eq!(answer.faulty_fields(), ["name", "permissions"]);
    });
}

#[test]
fn a_body_is_json_whatever_its_content_type() {
    on_both(|app| {
        let admin = app.admin().with("Content-Type", "application/x-www-form-urlencoded");
        admin.post("/api/v2/groups", &json!({"name": "x", "permissions": []})).expect(201);
    });
}

#[test]
fn json_nested_ten_thousand_deep_is_a_400() {
    on_both(|app| {
        let admin = app.admin();
        let body = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        admin.call("POST", "/api/v2/groups", Some(body.as_bytes())).refused(400, "notJson");
        let body = format!("{{\"options\":{}1{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        admin.call("POST", "/api/v2/products", Some(body.as_bytes())).refused(400, "notJson");
        admin.get("/api/v2/groups").expect(200);
    });
}

#[test]
fn a_body_of_ten_mebibytes_is_a_413() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "x".repeat(10 * 1024 * 1024), "permissions": []});
        admin.post("/api/v2/groups", &body).expect(413);
        let body = json!({"name": "x".repeat(1024 * 1024 - 100), "permissions": []});
        admin.post("/api/v2/groups", &body).refused(400, "length");
        admin.get("/api/v2/groups").expect(200);
    });
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let token = admin.token.as_deref().unwrap();
        let head = format!("POST /api/v2/groups HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
        // Where a length is declared, the connection may end without an answer.
        let mut stream = connect(app);
        stream.write_all(format!("{head}Content-Length: 100\r\n\r\n{{\"name\":").as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
        let chunks = "8\r\n{\"name\":\r\nno length\r\n";
        let broken = format!("{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        answer_to(app, broken.as_bytes()).refused(400, "bodyIncomplete");
        assert_eq!(admin.total("/api/v2/groups"), 1);
    });
}

#[test]
fn an_object_larger_than_its_limit_is_a_400() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, product) = app.product(&admin);
        let options = json!({"options": {"note": "x".repeat(100 * 1024)}});
        let refused = admin.patch(&format!("/api/v2/products/{product}"), &options);
        refused.expect_faults(400, &[("options", "tooManyBytes")]);
    });
}

#[test]
fn rubbish_instead_of_http_leaves_the_server_standing() {
    on_both(|app| {
        let admin = app.admin();
        for rubbish in [b"\0\0\0\0\r\n\r\n".as_slice(), b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"\xff\xff"] {
            let mut stream = connect(app);
            stream.write_all(rubbish).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
        }
        admin.get("/api/v2/groups").expect(200);
    });
}

#[test]
fn paths_are_exact() {
    on_both(|app| {
        let admin = app.admin();
        admin.get("/api/v2/groups/1").expect(200);
        for path in [
            "/api/v2/groups/",
            "/api/v2/groups/01",
            "/api/v2/groups/+1",
            "/api/v2/groups/0",
            "/api/v2/groups/-1",
            "/api/v2/groups/1/",
            "/api/v2/groups/x",
            "/api/v2/groups/99999999999999999999",
            "/api/v2//groups",
            "/api/v2/%67roups",
            "/api/v2",
            "/",
            "/nothing",
        ] {
            let answer = admin.get(path);
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.body["error"]["code"], json!(404), "{path}");
        }
        let answer = admin.call("DELETE", "/api/v2/groups", None);
        assert_eq!(answer.header("Allow"), Some("GET, HEAD, POST"));
        answer.expect(405);
    });
}

#[test]
fn every_answer_has_a_request_id() {
    on_both(|app| {
        let given = app.client.with("X-Request-Id", "mine-1").get("/api/v2/groups");
        assert_eq!(given.header("X-Request-Id"), Some("mine-1"));
        let insane = app.client.with("X-Request-Id", "a b\"c").get("/api/v2/groups");
        assert_ne!(insane.header("X-Request-Id"), Some("a b\"c"));
        assert!(insane.header("X-Request-Id").is_some_and(|id| id.len() >= 12));
        assert_eq!(insane.header("Content-Type"), Some("application/json"));
    });
}

#[test]
fn nul_characters_are_refused_at_the_edge() {
    on_both(|app| {
        let admin = app.admin();
        let answer = admin.post("/api/v2/groups", &json!({"name": "a\u{0}b", "permissions": []}));
        assert_eq!(answer.faulty_fields(), ["name"]);
        answer.refused(400, "nulCharacter");
        admin.get("/api/v2/users?filter[name]=a%00b").refused(400, "invalidText");
        admin
            .post("/api/v2/signin", &json!({"email": "a\u{0}@example.com", "password": "x"}))
            .refused(400, "nulCharacter");
    });
}

#[test]
fn health_readiness_and_metrics_are_served_to_anybody() {
    on_both(|app| {
        app.client.get("/healthz").expect(200);
        app.client.get("/readyz").expect(200);
        app.client.get("/docs").expect(200);
        app.client.get("/api/v2/groups").expect(401);
        let metrics = app.client.get("/metrics");
        let text = metrics.body.as_str().unwrap();
        assert!(text.contains(r#"backoffice_requests_total{operation="user-groups.list",status="401"} 1"#), "{text}");
    });
}

#[test]
fn a_fault_in_a_set_names_the_place_in_the_body() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let client = admin.new_client("ann@example.com", &json!({}));
        let sent = json!([9, tag, 9, 8]);
        for (path, fields) in [
            ("/api/v2/menus/2".to_owned(), &["verificationLevels", "clientTypes"][..]),
            (format!("/api/v2/clients/{client}"), &["tagIds"]),
            ("/api/v2/users/1".to_owned(), &["groups", "clientTags"]),
        ] {
            let faults: Vec<String> =
                fields.iter().flat_map(|field| [format!("{field}.0"), format!("{field}.3")]).collect();
            let mut faults: Vec<(&str, &str)> = faults.iter().map(|field| (field.as_str(), "unknown")).collect();
            faults.sort_unstable();
            let body = fields.iter().map(|field| ((*field).to_owned(), sent.clone())).collect();
            admin.patch(&path, &serde_json::Value::Object(body)).expect_faults(422, &faults);
        }
        let level = json!({"index": 9, "name": "x", "options": ["Nowhere", "Never"], "requiredTests": [9, 8]});
        let faults = ["options.0", "options.1", "requiredTests.0", "requiredTests.1"].map(|field| (field, "unknown"));
        admin.post("/api/v2/verifications/levels", &level).expect_faults(422, &faults);
    });
}
