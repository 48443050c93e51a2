//! Levels whose clients an outside checker looks at.

use std::sync::{Arc, Mutex, mpsc};

use domain::platform::JobResult;
use domain::requests::Asked;
use outbound::{HttpIdentityChecker, IdentityChecker};
use serde_json::{Value, json};
use storage::platform::queue::{self, Filter, State};
use storage::requests::checks::IdentityCheck;

use crate::harness::orders::ask;
use crate::harness::{Client, Gateway, Setup, TestApp, on_both, on_both_with};

const LEVELS: &str = "/api/v2/verifications/levels";

/// A client who asked for a level of the `ExternalWizard`.
struct Waiting {
    client: i64,
    level: i64,
    request: i64,
}

fn prepare(app: &TestApp, admin: &Client) -> Waiting {
    let client =
        admin.new_client("ann@example.com", &json!({"firstName": "Ann", "lastName": "Doe", "birthday": "1990-02-03"}));
    let level = admin.create(LEVELS, &json!({"name": "Verified", "index": 10, "wizard": "ExternalWizard"}));
    let request = ask(&app.database, client, &Asked::Verification { level: level.into() }).unwrap();
    Waiting { client, level, request }
}

/// The status of the request, its comment, and whether the client has the level.
fn standing(admin: &Client, waiting: &Waiting) -> (String, Value, bool) {
    let request = admin.get(&format!("/api/v2/applications/{}", waiting.request)).expect(200);
    let level = &request["client"]["verificationLevel"]["id"];
    (request["status"].as_str().unwrap().to_owned(), request["comment"].clone(), *level == json!(waiting.level))
}

fn decide(admin: &Client, request: i64, decision: &str) {
    admin.post(&format!("/api/v2/applications/{request}/{decision}"), &json!({"resolutionId": 1})).expect(200);
}

/// A server whose checker is behind the protocol of bridges.
fn on_both_with_bridge(test: impl Fn(&TestApp, &Client, &Gateway)) {
    let bridge = Gateway::start();
    let checker = HttpIdentityChecker { url: bridge.url.clone(), signing_key: None };
    let setup = Setup { identity_checker: Some(Arc::new(checker)), ..Setup::default() };
    on_both_with(&setup, |app| test(app, &app.admin(), &bridge));
}

#[test]
fn who_is_approved_gets_the_level_without_a_user() {
    on_both_with_bridge(|app, admin, bridge| {
        bridge.answer_with(200, &json!({"outcome": "approved"}));
        let waiting = prepare(app, admin);
        assert_eq!(standing(admin, &waiting), ("pending".into(), json!(null), false));
        app.run_jobs();
        let Waiting { client, level, request } = waiting;
        let asked = json!({
            "request": request, "client": client, "level": {"id": level, "name": "Verified"},
            "firstName": "Ann", "lastName": "Doe", "birthday": "1990-02-03", "country": null,
        });
        assert_eq!(bridge.orders().last(), Some(&(format!("identity-check-{request}"), asked)));
        assert_eq!(standing(admin, &waiting), ("approved".into(), json!(null), true));
        let history = admin.get(&format!("/api/v2/verifications?filter[clientId]={client}&limit=1")).expect(200);
        let newest = &history["data"][0];
        assert_eq!((&newest["reason"]["name"], &newest["userId"]), (&json!("provider"), &json!(null)));
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=requests_updated&limit=1").expect(200);
        let details = json!({"id": request, "old": {"status": "pending"}, "new": {"status": "approved"}});
        assert_eq!((&log["data"][0]["actor"], &log["data"][0]["details"]), (&json!(""), &details));
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).refused(409, "requestDecided");
    });
}

#[test]
fn who_is_declined_waits_for_a_user_who_reads_why() {
    on_both_with_bridge(|app, admin, bridge| {
        bridge.answer_with(200, &json!({"outcome": "declined", "reason": "the photo is blurred"}));
        let waiting = prepare(app, admin);
        admin.patch(&format!("/api/v2/applications/{}", waiting.request), &json!({"comment": "Called."})).expect(200);
        app.run_jobs();
        let comment = json!("Called.\nThe outside check declined the client: the photo is blurred");
        assert_eq!(standing(admin, &waiting), ("pending".into(), comment.clone(), false));
        decide(admin, waiting.request, "approve");
        assert_eq!(standing(admin, &waiting), ("approved".into(), comment, true));
    });
}

#[test]
fn the_checker_is_asked_again_until_it_says_something() {
    on_both_with_bridge(|app, admin, bridge| {
        let waiting = prepare(app, admin);
        let asked_before = bridge.orders().len();
        let vague = [
            (200, json!({"outcome": "pending"})),
            (200, json!({})),
            (200, json!("approved")),
            (200, json!({"outcome": "declined"})),
            (404, json!({"outcome": "approved"})),
            (0, json!({})),
        ];
        for (asked, (status, body)) in vague.into_iter().enumerate() {
            bridge.answer_with(status, &body);
            app.run_jobs();
            app.run_jobs();
            assert_eq!(bridge.orders().len(), asked_before + asked + 1, "{status} {body}");
            assert_eq!(standing(admin, &waiting), ("pending".into(), json!(null), false), "{status} {body}");
            app.advance(600);
        }
        bridge.answer_with(200, &json!({"outcome": "approved"}));
        app.run_jobs();
        assert_eq!(standing(admin, &waiting), ("approved".into(), json!(null), true));
    });
}

/// The state of the check, if there is one.
fn job(app: &TestApp) -> Option<State> {
    let now = app.outbound.now();
    let jobs = app.database.read(move |conn| queue::list(conn, &Filter::default(), now, 10)).unwrap();
    jobs.into_iter().find(|job| job.kind == "identity_check").map(|job| job.state)
}

#[test]
fn a_check_that_is_given_up_is_told_to_users_and_can_be_tried_again() {
    on_both_with_bridge(|app, admin, bridge| {
        bridge.answer_with(200, &json!({"outcome": "pending"}));
        let waiting = prepare(app, admin);
        app.run_sql("UPDATE jobs SET attempts = 499");
        app.run_jobs();
        assert!(matches!(job(app), Some(State::Dead(_))));
        let comment = json!("The outside check was given up: it is being looked at");
        assert_eq!(standing(admin, &waiting), ("pending".into(), comment.clone(), false));
        bridge.answer_with(200, &json!({"outcome": "approved"}));
        app.database
            .write(|tx| {
                let dead = queue::list(tx.conn, &Filter { dead_only: true, ..Filter::default() }, tx.now, 1)?;
                queue::retry(tx, dead[0].id)
            })
            .unwrap();
        app.run_jobs();
        assert_eq!(standing(admin, &waiting), ("approved".into(), comment, true));
    });
}

#[test]
fn a_request_that_a_user_decided_is_not_asked_about() {
    on_both_with_bridge(|app, admin, bridge| {
        bridge.answer_with(200, &json!({"outcome": "approved"}));
        let waiting = prepare(app, admin);
        let asked_before = bridge.orders().len();
        decide(admin, waiting.request, "reject");
        app.run_jobs();
        assert_eq!((bridge.orders().len(), job(app)), (asked_before, None));
        assert_eq!(standing(admin, &waiting), ("rejected".into(), json!(null), false));
    });
}

#[test]
fn an_approval_counts_only_while_the_level_is_given_by_checks_to_such_clients() {
    on_both_with_bridge(|app, admin, bridge| {
        bridge.answer_with(200, &json!({"outcome": "approved"}));
        let waiting = prepare(app, admin);
        let level = format!("{LEVELS}/{}", waiting.level);
        let restriction = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": []});
        let restriction = admin.create(&format!("{level}/restrictions"), &restriction);
        app.run_jobs();
        let (status, comment, has_level) = standing(admin, &waiting);
        assert_eq!((status.as_str(), has_level), ("pending", false));
        assert!(comment.as_str().unwrap().ends_with("restricted to others."), "{comment}");
        decide(admin, waiting.request, "reject");
        admin.delete(&format!("{level}/restrictions/{restriction}")).expect(204);
        let request = ask(&app.database, waiting.client, &Asked::Verification { level: waiting.level.into() }).unwrap();
        let waiting = Waiting { request, ..waiting };
        admin.patch(&level, &json!({"wizard": "DocumentsWizard"})).expect(200);
        app.run_jobs();
        let (status, comment, has_level) = standing(admin, &waiting);
        assert_eq!((status.as_str(), has_level), ("pending", false));
        assert!(comment.as_str().unwrap().ends_with("no longer given by checks."), "{comment}");
    });
}

#[test]
fn other_levels_and_servers_without_a_checker_leave_requests_to_users() {
    on_both_with_bridge(|app, admin, _| {
        let client = admin.new_client("ann@example.com", &json!({}));
        let level = admin.create(LEVELS, &json!({"name": "Documents", "index": 10}));
        ask(&app.database, client, &Asked::Verification { level: level.into() }).unwrap();
        assert!(job(app).is_none());
    });
    on_both(|app| {
        let admin = app.admin();
        let waiting = prepare(app, &admin);
        app.run_jobs();
        assert!(matches!(job(app), Some(State::Waiting(_))), "a checker that is set later is asked");
        decide(&admin, waiting.request, "approve");
        assert_eq!(standing(&admin, &waiting), ("approved".into(), json!(null), true));
    });
}

/// Approves once the test says so.
struct SlowChecker {
    asked: mpsc::Sender<()>,
    answer: Mutex<mpsc::Receiver<()>>,
}

impl IdentityChecker for SlowChecker {
    fn check(&self, _check: &IdentityCheck) -> JobResult {
        self.asked.send(()).unwrap();
        self.answer.lock().unwrap().recv().unwrap();
        JobResult::Done
    }
}

#[test]
fn a_user_who_decides_while_the_checker_looks_wins() {
    let (asked, is_asked) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let checker = SlowChecker { asked, answer: Mutex::new(answers) };
    let setup = Setup { identity_checker: Some(Arc::new(checker)), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        let waiting = prepare(app, &admin);
        let outbound = Arc::clone(&app.outbound);
        let jobs = std::thread::spawn(move || outbound::jobs::run_due(&outbound));
        is_asked.recv().unwrap();
        decide(&admin, waiting.request, "reject");
        answer.send(()).unwrap();
        jobs.join().unwrap().unwrap();
        assert_eq!(standing(&admin, &waiting), ("rejected".into(), json!(null), false));
        let history = admin.get(&format!("/api/v2/verifications?filter[clientId]={}", waiting.client)).expect(200);
        assert_eq!(history["total"], json!(1), "only the first level");
    });
}
