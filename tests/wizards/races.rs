//! Two servers on one PostgreSQL: a type never has two defaults, or none.

use std::sync::Barrier;

use serde_json::{Value, json};

use super::WIZARDS;
use crate::harness::{Client, Setup, TestApp, postgres_database};

const ROUNDS: usize = 20;

/// Sends one call to each server at once, and gives the statuses.
fn at_once(servers: &[TestApp; 2], token: &str, calls: &[(&'static str, String, Value); 2]) -> Vec<u16> {
    let barrier = Barrier::new(calls.len());
    std::thread::scope(|scope| {
        let sent: Vec<_> = servers
            .iter()
            .zip(calls)
            .map(|(server, (method, path, body))| {
                let (barrier, base) = (&barrier, server.client.base.clone());
                scope.spawn(move || {
                    let client = Client::new(&base, std::rc::Rc::default()).with_token(token);
                    barrier.wait();
                    client.call(method, path, Some(body.to_string().as_bytes())).status
                })
            })
            .collect();
        sent.into_iter().map(|sent| sent.join().unwrap()).collect()
    })
}

#[test]
fn a_type_has_one_default_whatever_two_servers_do_at_once() {
    let Some(url) = postgres_database() else { return };
    let servers = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    let admin = servers[0].admin();
    let token = admin.token.clone().unwrap();
    for round in 0..ROUNDS {
        let made =
            [0, 1].map(|place| admin.create(WIZARDS, &json!({"name": format!("{round} {place}"), "type": "signIn"})));
        let [one, other] = made.map(|id| format!("{WIZARDS}/{id}"));
        let mark = |path: &str| ("PATCH", path.to_owned(), json!({"isDefault": true}));
        let add =
            ("POST", WIZARDS.to_owned(), json!({"name": format!("{round}"), "type": "signIn", "isDefault": true}));
        let (calls, allowed): ([_; 2], &[[u16; 2]]) = match round % 4 {
            0 => ([mark(&one), mark(&other)], &[[200, 200]]),
            1 => ([mark(&one), add], &[[200, 201]]),
            2 => ([mark(&one), ("DELETE", one.clone(), json!({}))], &[[200, 409], [404, 204]]),
            _ => ([mark(&one), ("PATCH", one.clone(), json!({"isEnabled": false}))], &[[200, 409], [409, 200]]),
        };
        let statuses = at_once(&servers, &token, &calls);
        assert!(allowed.iter().any(|allowed| statuses == allowed), "{round}: {statuses:?}");
        let page = admin.get(&format!("{WIZARDS}?filter[type]=signIn&limit=1000")).expect(200);
        let is_default = |wizard: &&Value| wizard["isDefault"] == true;
        let defaults: Vec<&Value> = page["data"].as_array().unwrap().iter().filter(is_default).collect();
        assert_eq!(defaults.len(), 1, "{round}");
        assert_eq!(defaults[0]["isEnabled"], true, "{round}");
    }
}
