//! Each line of the log tells the call or the job that it belongs to, on whichever thread it was written.

use std::process::Stdio;

use logging::LogContext;
use serde_json::{Value, json};
use storage::{Database, DatabaseUrl, Error, Options};

use crate::harness::binary::{Server, command, run};
use crate::harness::{ADMIN_PASSWORD, databases, scratch, unique};
use crate::identity::api_keys::make;

#[test]
fn the_context_of_a_call_reaches_the_threads_of_the_database() {
    for url in databases() {
        let database = Database::open(&url, Options { readers: 1, writers: 1 }, || chrono::Utc::now().into()).unwrap();
        let current = || Ok::<_, Error>(LogContext::current().request_id().map(ToOwned::to_owned));
        let entered = LogContext::of_call("my-call").enter();
        assert_eq!(database.read(move |_| current()).unwrap().as_deref(), Some("my-call"));
        assert_eq!(database.write(move |_| current()).unwrap().as_deref(), Some("my-call"));
        drop(entered);
        assert_eq!(database.read(move |_| current()).unwrap(), None);
    }
}

/// A server whose mail fails; what it logs while a user who must be mailed a code signs in, line by line.
fn logged(format: &str) -> Vec<String> {
    let path = scratch().join(format!("log-{}", unique()));
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = command(None);
    command
        .args(["--log-format", format])
        .env("RUST_LOG", "info,actix_server=warn")
        .env("BACKOFFICE_SMTP_URL", format!("smtp://{gone}"))
        .stderr(Stdio::from(std::fs::File::create(&path).unwrap()));
    let server = Server::start_with(&mut command);
    let admin = server.admin();
    let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
    admin.with("X-Request-Id", "new-user").post("/api/v2/users", &user).expect(201);
    let body = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
    server.client.with("X-Request-Id", "sign-in").post("/api/v2/signin", &body).expect(200);
    let begun = std::time::Instant::now();
    loop {
        let log = std::fs::read_to_string(&path).unwrap();
        if log.contains("failed, attempt 1") && log.ends_with('\n') {
            return log.lines().map(ToOwned::to_owned).collect();
        }
        assert!(begun.elapsed().as_secs() < 20, "{log}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn lines_for_machines_are_json_with_the_ids_of_call_and_job() {
    let lines: Vec<Value> = logged("json").iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        for field in ["time", "level", "target", "message"] {
            assert!(line[field].is_string(), "{line}");
        }
        assert!(line["time"].as_str().unwrap().parse::<domain::value::Timestamp>().is_ok(), "{line}");
    }
    let made = lines.iter().find(|line| line["requestId"] == "new-user").expect("the line of the call");
    assert!(made["message"].as_str().unwrap().contains("POST /api/v2/users 201"), "{made}");
    assert_eq!((&made["level"], made.get("job")), (&json!("INFO"), None), "{made}");
    assert_eq!((&made["address"], &made["user"], made.get("client")), (&json!("127.0.0.1"), &json!(1), None), "{made}");
    let signing_in = lines.iter().find(|line| line["requestId"] == "sign-in").expect("the line of the call");
    assert_eq!((&signing_in["address"], signing_in.get("user")), (&json!("127.0.0.1"), None), "{signing_in}");
    let mail = lines.iter().find(|line| line["job"] == "mail 1").expect("the line of the job");
    assert_eq!((&mail["requestId"], &mail["level"]), (&json!("sign-in"), &json!("WARN")), "{mail}");
}

#[test]
fn lines_for_people_have_them_too() {
    let lines = logged("text");
    let has = |parts: [&str; 2]| lines.iter().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(has(["request=new-user address=127.0.0.1 user=1] ", "POST /api/v2/users 201"]), "{lines:?}");
    assert!(has([r#"request=sign-in job="mail 1"] "#, "mail 1 failed, attempt 1"]), "{lines:?}");
}

/// What a server logs of these calls, from its start to its end by this signal.
fn logged_of(url: &DatabaseUrl, signal: &str, calls: impl FnOnce(&Server)) -> Vec<Value> {
    let path = scratch().join(format!("log-{}", unique()));
    let mut command = command(Some(url));
    command
        .args(["--log-format", "json"])
        .env("RUST_LOG", "info,actix_server=warn")
        .stderr(Stdio::from(std::fs::File::create(&path).unwrap()));
    let mut server = Server::start_with(&mut command);
    calls(&server);
    server.signal(signal);
    server.child.wait().unwrap();
    let log = std::fs::read_to_string(path).unwrap();
    log.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn a_line_names_the_client_or_the_key_that_calls() {
    for url in databases() {
        let lines = logged_of(&url, "-TERM", |server| {
            let admin = server.admin();
            let client = admin.new_client("a@example.com", &json!({}));
            let call = server.as_client(&url, client).with("X-Request-Id", "by-a-client");
            call.get("/api/v2/my/files/00").expect(404);
            let (_, key) = make(&admin, "A program", &["userGroups.create"], &json!({}));
            let group = json!({"name": "Group", "permissions": []});
            key.with("X-Request-Id", "by-a-key").post("/api/v2/groups", &group).expect(201);
        });
        let of = |id: &str| lines.iter().find(|line| line["requestId"] == id).expect("the line of the call");
        assert_eq!(of("by-a-key")["apiKey"], json!(1), "{}", of("by-a-key"));
        assert_eq!(of("by-a-client")["client"], json!(1), "{}", of("by-a-client"));
    }
}

#[test]
fn a_server_logs_its_start_and_its_end() {
    for url in databases() {
        let signal = if matches!(url, DatabaseUrl::Sqlite(_)) { "-TERM" } else { "-INT" };
        let lines = logged_of(&url, signal, |_| ());
        let messages: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        let start = messages.iter().find(|message| message.contains(" started on ")).expect("a line");
        let kind = if signal == "-TERM" { "SQLite" } else { "PostgreSQL" };
        let version = env!("CARGO_PKG_VERSION");
        assert!(
            start.starts_with(&format!("version {version} started on {kind} ({url}), listening on 127.0.0.1:")),
            "{start}"
        );
        let sources =
            "listen log-format by flags, admin-password database-url secret by the environment, the others by default";
        assert!(start.ends_with(&format!("; settings: {sources}")), "{start}");
        let end = messages.last().unwrap();
        let reason = format!("s: SIG{}", signal.trim_start_matches('-'));
        assert!(end.starts_with("stopped after 0h 0min ") && end.ends_with(&reason), "{end}");
    }
}

#[test]
fn another_format_is_refused() {
    let (code, _, errors) = run(command(None).arg("migrate").env("BACKOFFICE_LOG_FORMAT", "xml"));
    assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
}
