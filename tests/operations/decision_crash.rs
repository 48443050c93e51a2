//! Decisions on requests while servers are killed: none that was answered is lost, and what follows happens once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use domain::payments::MethodDirection;
use serde_json::{Value, json};
use storage::DatabaseUrl;

use crate::harness::binary::{Server, command, run};
use crate::harness::orders::{ReadyClient, ask_transfer};
use crate::harness::{Client, Setup, TestApp, amount, databases, postgres_database};

const REQUESTS: usize = 160;
const KILLS: usize = 4;
const WORKERS: usize = 8;
const PATIENCE: Duration = Duration::from_mins(2);

/// What is decided on the request at this place.
const fn is_approved(place: usize) -> bool {
    !place.is_multiple_of(3)
}

#[test]
fn an_answered_decision_survives_kill_9_and_its_effects_happen_once() {
    for url in databases() {
        batter(&url, 1);
    }
}

#[test]
fn two_servers_on_one_postgresql_decide_once() {
    if let Some(url) = postgres_database() {
        batter(&url, 2);
    }
}

fn batter(url: &DatabaseUrl, servers: usize) {
    let (destination, requests) = prepare(url);
    let mut running: Vec<Server> = (0..servers).map(|_| Server::start(url)).collect();
    let token = running[0].admin().token.unwrap();
    let bases = RwLock::new(running.iter().map(|server| server.client.base.clone()).collect::<Vec<_>>());
    let next = AtomicUsize::new(0);
    let answered = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    let Some(request) = requests.get(place) else { return };
                    if decide(&bases, &token, *request, is_approved(place)) == 200 {
                        answered.lock().unwrap().push(place);
                    }
                }
            });
        }
        for kill in 0..KILLS {
            let begun = Instant::now();
            let goal = (kill + 1) * REQUESTS / (KILLS + 1);
            while answered.lock().unwrap().len() < goal.saturating_sub(WORKERS * kill) && begun.elapsed() < PATIENCE {
                std::thread::park_timeout(Duration::from_millis(2));
            }
            let victim = kill % servers;
            running[victim].child.kill().unwrap();
            running[victim].child.wait().unwrap();
            running[victim] = Server::start(url);
            bases.write().unwrap()[victim].clone_from(&running[victim].client.base);
        }
    });
    // Whatever was not answered was decided before its server died: the same decision was refused afterwards.
    let answered = answered.into_inner().unwrap();
    assert!(answered.len() >= REQUESTS - KILLS * WORKERS, "{}", answered.len());
    let admin = running[0].admin();
    for (place, request) in requests.iter().enumerate() {
        let status = admin.get(&format!("/api/v2/applications/{request}")).expect(200)["status"].clone();
        assert_eq!(status, json!(if is_approved(place) { "approved" } else { "rejected" }), "{request}");
    }
    let approved = (0..REQUESTS).filter(|place| is_approved(*place)).count();
    assert_eq!(admin.statement(destination)["currentBalance"], amount(&approved.to_string()));
    let logged = admin.get("/api/v2/logs/messages?filter[eventName]=requests_updated&limit=1").expect(200);
    assert_eq!(logged["total"], json!(REQUESTS));
    drop(running);
    let (code, out, err) = run(command(Some(url)).args(["ledger", "verify"]));
    assert_eq!(code, Some(0), "{out}{err}");
}

/// Requests to transfer one dollar each, and the account that gets them.
fn prepare(url: &DatabaseUrl) -> (i64, Vec<i64>) {
    let app = TestApp::start(url.clone(), &Setup::default());
    let admin = app.admin();
    let ready = ReadyClient::prepare(&app, &admin, MethodDirection::Withdrawal);
    let (_, destination) = app.wallet(&admin, "b@example.com", 840, "0");
    let asked = (0..REQUESTS).map(|_| {
        let transaction =
            ask_transfer(&app.database, ready.client, [ready.account, destination], "1").expect("a transfer");
        crate::requests::request_of(&admin, transaction)
    });
    (destination, asked.collect())
}

/// Decides on a request, again and again until a server answers.
fn decide(bases: &RwLock<Vec<String>>, token: &str, request: i64, is_approved: bool) -> u16 {
    let (path, body): (&str, Value) =
        if is_approved { ("approve", json!({})) } else { ("reject", json!({"resolutionId": 1})) };
    let begun = Instant::now();
    for turn in 0.. {
        assert!(begun.elapsed() < PATIENCE, "request {request} is never decided");
        let base = {
            let bases = bases.read().unwrap();
            bases[turn % bases.len()].clone()
        };
        let client = Client::new(&base, Default::default()).with_token(token);
        let path = format!("/api/v2/applications/{request}/{path}");
        match client.try_call("POST", &path, Some(body.to_string().as_bytes())) {
            Ok(answer) if answer.status == 503 => {}
            Ok(answer) if matches!(answer.status, 200 | 409) => return answer.status,
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => {}
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    unreachable!("it is decided or it panics")
}
