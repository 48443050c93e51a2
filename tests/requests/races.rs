//! Several users who decide at once: one wins, and what follows happens once.

use std::sync::Barrier;

use domain::payments::MethodDirection;
use domain::requests::Asked;
use serde_json::{Value, json};

use super::{path, read, request_of};
use crate::harness::orders::{ReadyClient, ask, ask_transfer};
use crate::harness::{Client, Setup, TestApp, amount, databases, postgres_database};

/// Decides on a request from several threads at once, and gives the statuses of the answers.
fn decide_at_once(bases: &[String], token: &str, request: i64, decisions: &[(&str, Value)]) -> Vec<u16> {
    let barrier = Barrier::new(decisions.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = decisions
            .iter()
            .enumerate()
            .map(|(place, (decision, body))| {
                let (barrier, base) = (&barrier, bases[place % bases.len()].clone());
                let path = path(request, decision);
                scope.spawn(move || {
                    let client = Client::new(&base, std::rc::Rc::default()).with_token(token);
                    barrier.wait();
                    client.call("POST", &path, Some(body.to_string().as_bytes())).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn decisions() -> Vec<(&'static str, Value)> {
    vec![
        ("/approve", json!({})),
        ("/reject", json!({"resolutionId": 1})),
        ("/approve", json!({})),
        ("/reject", json!({"resolutionId": 1})),
    ]
}

#[track_caller]
fn one_wins(mut statuses: Vec<u16>) {
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}

fn race(app: &TestApp, bases: &[String], rounds: usize) {
    let admin = app.admin();
    let token = admin.token.clone().unwrap();
    let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
    let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
    let mut moved = 0;
    for _ in 0..rounds {
        let transaction = ask_transfer(&app.database, ready.client, [ready.account, other], "1").unwrap();
        let request = request_of(&admin, transaction);
        one_wins(decide_at_once(bases, &token, request, &decisions()));
        moved += usize::from(read(&admin, request)["status"] == "approved");
        let product = app.open_product(&admin, "personal", &[840]);
        let asked = Asked::Account {
            product: product.into(),
            currency: None,
            caption: None,
            leverage: None,
            start_amount: None,
        };
        let account = ask(&app.database, ready.client, &asked).unwrap();
        one_wins(decide_at_once(bases, &token, account, &decisions()));
        let opened = admin.total(&format!("/api/v2/accounts?filter[productId]={product}"));
        assert_eq!(opened, i64::from(read(&admin, account)["status"] == "approved"));
    }
    assert_eq!(admin.statement(other)["currentBalance"], amount(&moved.to_string()));
    assert_eq!(admin.statement(ready.account)["hold"], amount("0"));
    app.verify();
}

#[test]
fn of_users_who_decide_at_once_one_wins() {
    // Who wins differs between the databases.
    for url in databases() {
        let app = TestApp::start(url, &Setup::default());
        race(&app, std::slice::from_ref(&app.client.base), 5);
    }
}

#[test]
fn of_users_of_two_servers_who_decide_at_once_one_wins() {
    let Some(url) = postgres_database() else { return };
    let one = TestApp::start(url.clone(), &Setup::default());
    let other = TestApp::start(url, &Setup::default());
    race(&one, &[one.client.base.clone(), other.client.base.clone()], 10);
}
