//! Decisions on what waits, many at once and on two servers.

use std::sync::Barrier;

use serde_json::json;

use super::approvals::{Desk, MAY_ALL, POLICIES, approve, waits};
use crate::harness::{Client, on_both};
use crate::platform::races::with_servers;

/// How many decide at once.
const CHECKERS: usize = 100;

#[test]
fn of_many_approvals_at_once_one_carries_the_change_out() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, account) = app.wallet(&desk.admin, "ann@example.com", 840, "0");
        desk.cover("accounts.change-balance");
        let asked = desk.maker.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": "1"}));
        let place = waits(asked);
        approve_at_once(&[caller(&desk.checker)], &place);
        assert_eq!(desk.admin.statement(account)["currentBalance"], json!("1.000000000000000000"));
        app.verify();
    });
}

#[test]
fn so_it_is_on_two_servers() {
    with_servers(|servers, admin| {
        let (_, account) = servers.one.wallet(admin, "ann@example.com", 840, "0");
        admin.create(POLICIES, &json!({"operation": "accounts.change-balance"}));
        let (_, maker) = servers.one.user_of("maker", MAY_ALL, &json!({}));
        let place = waits(maker.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": "1"})));
        approve_at_once(&servers.addresses(), &place);
        assert_eq!(admin.statement(account)["currentBalance"], json!("1.000000000000000000"));
    });
}

#[test]
fn a_policy_of_one_server_counts_on_the_other_at_once() {
    with_servers(|servers, admin| {
        let client = admin.new_client("ann@example.com", &json!({}));
        let path = format!("/api/v2/clients/{client}");
        for (base, token) in servers.addresses() {
            let caller = Client::new(&base, std::rc::Rc::default()).with_token(&token);
            caller.patch(&path, &json!({"firstName": "Ann"})).expect(200);
        }
        let policy = format!("{POLICIES}/{}", admin.create(POLICIES, &json!({"operation": "clients.update"})));
        for (base, token) in servers.addresses() {
            let caller = Client::new(&base, std::rc::Rc::default()).with_token(&token);
            waits(caller.patch(&path, &json!({"firstName": "Eve"})));
        }
        admin.delete(&policy).expect(204);
        for (base, token) in servers.addresses() {
            let caller = Client::new(&base, std::rc::Rc::default()).with_token(&token);
            caller.patch(&path, &json!({"lastName": "Roe"})).expect(200);
        }
    });
}

fn caller(client: &Client) -> (String, String) {
    (client.base.clone(), client.token.clone().expect("a token"))
}

#[track_caller]
fn approve_at_once(servers: &[(String, String)], place: &str) {
    let barrier = Barrier::new(CHECKERS);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let barrier = &barrier;
        let decide = |checker: usize| {
            let (base, token) = servers[checker % servers.len()].clone();
            scope.spawn(move || {
                let caller = Client::new(&base, std::rc::Rc::default()).with_token(&token);
                barrier.wait();
                approve(&caller, place).status
            })
        };
        let deciding: Vec<_> = (0..CHECKERS).map(decide).collect();
        deciding.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    let made = statuses.iter().filter(|status| **status == 200).count();
    let late = statuses.iter().filter(|status| **status == 409).count();
    assert_eq!((made, late), (1, CHECKERS - 1), "{statuses:?}");
}
