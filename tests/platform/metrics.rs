//! What is told to Prometheus.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::raw::answer_to;
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Gateway, Proxy, Setup, TestApp, on_both, postgres_database};

/// What is told, line by line.
fn told(app: &TestApp) -> Vec<String> {
    let text = app.client.get("/metrics").expect(200);
    text.as_str().expect("a text").lines().map(ToOwned::to_owned).collect()
}

/// The value of a series; none where it is not told.
fn value(app: &TestApp, series: &str) -> Option<f64> {
    let line = told(app).into_iter().find(|line| line.rsplit_once(' ').is_some_and(|(name, _)| name == series))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[track_caller]
fn expect(app: &TestApp, series: &str, expected: f64) {
    let value = value(app, series).unwrap_or_else(|| panic!("{series} is not told"));
    assert!((value - expected).abs() < f64::EPSILON, "{series} is {value}, not {expected}");
}

#[test]
fn the_version_and_the_process_are_told() {
    on_both(|app| {
        expect(app, concat!("backoffice_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0);
        for series in [
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_open_fds",
            "process_max_fds",
            "process_start_time_seconds",
        ] {
            assert!(value(app, series).is_some(), "{series}");
        }
        assert!(value(app, "process_resident_memory_bytes") > Some(1_000_000.0));
    });
}

#[test]
fn threads_of_the_database_tell_how_much_they_work() {
    on_both(|app| {
        let admin = app.admin();
        admin.new_tag("vip");
        expect(app, "backoffice_database_up", 1.0);
        expect(app, "backoffice_database_threads{work=\"read\"}", 2.0);
        for work in ["read", "write"] {
            expect(app, &format!("backoffice_database_waiting{{work=\"{work}\"}}"), 0.0);
            expect(app, &format!("backoffice_database_refused_total{{work=\"{work}\"}}"), 0.0);
            expect(app, &format!("backoffice_database_threads_replaced_total{{work=\"{work}\"}}"), 0.0);
            assert!(value(app, &format!("backoffice_database_busy_seconds_total{{work=\"{work}\"}}")) > Some(0.0));
        }
    });
}

#[test]
fn work_that_waits_for_the_database_is_told() {
    on_both(|app| {
        let (begin, begun) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let ended = std::sync::Arc::new(std::sync::Mutex::new(ended));
        let database = app.database.clone();
        std::thread::scope(|scope| {
            // One more than there are threads: SQLite has one writer, PostgreSQL two.
            for _ in 0..3 {
                let (database, begin, ended) = (database.clone(), begin.clone(), std::sync::Arc::clone(&ended));
                scope.spawn(move || {
                    database.write(move |_| {
                        begin.send(()).unwrap();
                        // What is sent once is for one; what is not sent any more, for all.
                        let _ = ended.lock().unwrap().recv();
                        Ok::<_, storage::Error>(())
                    })
                });
            }
            begun.recv().unwrap();
            assert!(value(app, "backoffice_database_threads_busy{work=\"write\"}") >= Some(1.0));
            drop(end);
        });
        expect(app, "backoffice_database_waiting{work=\"write\"}", 0.0);
    });
}

fn sign_ins(app: &TestApp, side: &str, outcome: &str) -> u64 {
    let series = format!("backoffice_sign_ins_total{{outcome=\"{outcome}\",side=\"{side}\"}} ");
    let value = told(app).iter().find_map(|line| line.strip_prefix(&series)?.parse().ok());
    value.unwrap_or_else(|| panic!("{series} is not told"))
}

#[test]
fn sign_ins_of_users_are_counted_by_how_they_end() {
    on_both(|app| {
        let sign_in = |email: &str, password: &str| {
            app.client.post("/api/v2/signin", &json!({"email": email, "password": password})).status
        };
        assert_eq!(sign_in(ADMIN_EMAIL, ADMIN_PASSWORD), 200);
        assert_eq!(sign_in(ADMIN_EMAIL, "Wrong1234"), 401);
        assert_eq!(sign_in("nobody@example.com", "Wrong1234"), 401);
        assert_eq!(sign_in("", ""), 400);
        let admin = app.admin();
        let ann = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD, "tfa": false, "active": false});
        admin.create("/api/v2/users", &ann);
        assert_eq!(sign_in("ann@example.com", ADMIN_PASSWORD), 403);
        while sign_in("nobody@example.com", "Wrong1234") != 429 {}
        let counted =
            ["signed_in", "code_awaited", "not_allowed", "limited", "failed"].map(|end| sign_ins(app, "staff", end));
        assert_eq!(counted, [2, 0, 1, 1, 0]);
        assert!(sign_ins(app, "staff", "wrong") >= 2);
        assert_eq!(sign_ins(app, "client", "wrong"), 0);
        let before = sign_ins(app, "staff", "wrong");
        app.client.post("/api/v2/2fa/confirm", &json!({"token": "x", "code": "1"})).expect(401);
        assert_eq!(sign_ins(app, "staff", "wrong"), before + 1);
    });
}

#[test]
fn passwords_that_there_is_no_time_for_are_counted() {
    on_both(|app| {
        let flood = app.flood(&["203.0.113.7"], 16);
        expect(app, "backoffice_hashing_waiting", 16.0);
        let sign_in = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        app.client.from("203.0.113.7").post("/api/v2/signin", &sign_in).expect(429);
        let others = app.flood(&["203.0.113.8", "203.0.113.9", "203.0.113.10"], 16);
        app.client.from("203.0.113.11").post("/api/v2/signin", &sign_in).expect(503);
        expect(app, "backoffice_hashing_refused_total{limit=\"address\"}", 1.0);
        expect(app, "backoffice_hashing_refused_total{limit=\"all\"}", 1.0);
        drop((flood, others));
        expect(app, "backoffice_hashing_waiting", 0.0);
        expect(app, "backoffice_hashing_running", 0.0);
    });
}

/// A listener of new clients, and a client.
fn one_webhook(app: &TestApp, url: &str) {
    let admin = app.admin();
    admin.patch("/api/v2/settings", &json!({"webhookHttpHosts": ["127.0.0.1"]})).expect(200);
    let listener = json!({
        "event": "SuccessfulRegistration", "handler": "SuccessfulRegistration", "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": url},
    });
    admin.unrecorded().post("/api/v2/events/listeners", &listener).expect(201);
    admin.new_client("ann@example.com", &json!({}));
    app.run_jobs();
}

#[test]
fn webhooks_and_other_calls_are_counted_by_what_came_of_them() {
    let receiver = Gateway::start();
    on_both(|app| {
        receiver.answer(200);
        one_webhook(app, &receiver.url);
        receiver.answer(500);
        app.admin().new_client("bob@example.com", &json!({}));
        app.run_jobs();
        expect(app, "backoffice_outbound_calls_total{kind=\"webhook\",outcome=\"done\"}", 1.0);
        expect(app, "backoffice_outbound_calls_total{kind=\"webhook\",outcome=\"refused\"}", 1.0);
        expect(app, "backoffice_outbound_call_seconds_count{kind=\"webhook\"}", 2.0);
        expect(app, "backoffice_outbound_calls_total{kind=\"hedge\",outcome=\"failed\"}", 0.0);
        expect(app, "backoffice_job_attempts_total{kind=\"webhook\",outcome=\"done\"}", 1.0);
        expect(app, "backoffice_job_attempts_total{kind=\"webhook\",outcome=\"again\"}", 1.0);
        expect(app, "backoffice_job_attempts_total{kind=\"webhook\",outcome=\"dead\"}", 0.0);
    });
}

#[test]
fn what_waits_in_the_queue_is_told_for_the_whole_installation() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    on_both(|app| {
        expect(app, "backoffice_jobs_waiting{kind=\"webhook\"}", 0.0);
        one_webhook(app, &format!("http://{gone}/"));
        // What is told of the queue may be five seconds old.
        expect(app, "backoffice_jobs_waiting{kind=\"webhook\"}", 0.0);
        app.advance(5);
        expect(app, "backoffice_jobs_waiting{kind=\"webhook\"}", 1.0);
        expect(app, "backoffice_jobs_dead{kind=\"webhook\"}", 0.0);
        expect(app, "backoffice_jobs_oldest_due_seconds{kind=\"webhook\"}", 0.0);
        app.run_sql("UPDATE jobs SET died_at = due_at, due_at = NULL WHERE kind = 'webhook'");
        app.advance(5);
        expect(app, "backoffice_jobs_waiting{kind=\"webhook\"}", 0.0);
        expect(app, "backoffice_jobs_dead{kind=\"webhook\"}", 1.0);
        app.run_sql("UPDATE jobs SET due_at = create_time, died_at = NULL WHERE kind = 'webhook'");
        app.advance(590);
        expect(app, "backoffice_jobs_oldest_due_seconds{kind=\"webhook\"}", 600.0);
    });
}

#[test]
fn labels_hold_nothing_that_a_caller_sends() {
    on_both(|app| {
        for path in ["/secret-path", "/api/v2/users/secret-path", "/socket.io/?sid=secret-path&EIO=secret-path"] {
            app.client.get(path);
        }
        answer_to(app, b"SECRETS /api/v2/users HTTP/1.1\r\nHost: secret-path\r\nConnection: close\r\n\r\n");
        app.client.post("/api/v2/signin", &json!({"email": "secret-path@example.com", "password": "x"}));
        let told = told(app).join("\n");
        for text in ["secret-path", "SECRETS"] {
            assert!(!told.contains(text), "{text}");
        }
    });
}

#[test]
fn a_scrape_does_not_wait_for_a_database_that_does_not_answer() {
    let Some(url) = postgres_database() else { return };
    let proxy = Proxy::before(&url);
    let app = TestApp::start(proxy.url.clone(), &Setup::default());
    expect(&app, "backoffice_database_up", 1.0);
    assert_eq!(value(&app, "backoffice_jobs_waiting{kind=\"mail\"}"), Some(0.0));
    proxy.swallow_all();
    app.advance(5);
    let begun = Instant::now();
    expect(&app, "backoffice_database_up", 0.0);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(value(&app, "backoffice_jobs_waiting{kind=\"mail\"}"), None, "nothing is told that is not known");
    proxy.heal();
}
