//! Two servers on one PostgreSQL: what one of them rests on is neither deleted nor narrowed by the
//! other. SQLite has one writer, so there is nothing to race.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Setup, TestApp, postgres};

const ROUNDS: u32 = 30;
/// By how much the second server begins later from round to round, so that both orders are met.
const STAGGER: Duration = Duration::from_micros(250);

/// A call as it can be sent from any thread.
struct Call {
    method: &'static str,
    path: String,
    body: Value,
}

fn post(path: &str, body: Value) -> Call {
    Call { method: "POST", path: path.to_owned(), body }
}

fn delete(path: &str) -> Call {
    Call { method: "DELETE", path: path.to_owned(), body: json!({}) }
}

/// Somebody who calls one of two servers from any thread.
#[derive(Clone)]
struct Caller {
    base: String,
    token: String,
}

impl Caller {
    fn client(&self) -> Client {
        Client::new(&self.base, std::rc::Rc::default()).with_token(&self.token)
    }

    fn send(&self, call: &Call) -> u16 {
        self.client().call(call.method, &call.path, Some(call.body.to_string().as_bytes())).status
    }
}

/// Two servers on one database, and the administrator at each of them.
struct Servers {
    one: TestApp,
    /// Kept for as long as it is called.
    _other: TestApp,
    callers: [Caller; 2],
}

impl Servers {
    fn start() -> Option<Self> {
        let url = postgres()?.fresh_database();
        let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
        let token = one.admin().token.unwrap();
        let callers = [&one, &other].map(|app| Caller { base: app.client.base.clone(), token: token.clone() });
        Some(Self { one, _other: other, callers })
    }

    /// With a transcript, by which the harness makes names that differ.
    fn admin(&self) -> Client {
        self.one.client.with_token(&self.callers[0].token)
    }

    /// Sends some calls to the first server while the second gets its own, and gives all statuses.
    fn race(&self, round: u32, first: &[Call], second: &Call) -> (Vec<u16>, u16) {
        self.race_with(round, first, |other| other.send(second))
    }

    fn race_with<T: Send>(
        &self,
        round: u32,
        first: &[Call],
        second: impl FnOnce(&Caller) -> T + Send,
    ) -> (Vec<u16>, T) {
        let [one, other] = &self.callers;
        let barrier = Barrier::new(first.len() + 1);
        std::thread::scope(|scope| {
            let barrier = &barrier;
            let begin = move || {
                barrier.wait();
            };
            let sent: Vec<_> = first
                .iter()
                .map(|call| {
                    scope.spawn(move || {
                        begin();
                        one.send(call)
                    })
                })
                .collect();
            let answered = scope.spawn(move || {
                begin();
                let begun = Instant::now();
                while begun.elapsed() < STAGGER * (round % 20) {
                    std::hint::spin_loop();
                }
                second(other)
            });
            let statuses = sent.into_iter().map(|sent| sent.join().unwrap()).collect();
            (statuses, answered.join().unwrap())
        })
    }
}

fn with_servers(test: impl Fn(&Servers, &Client)) {
    if let Some(servers) = Servers::start() {
        let admin = servers.admin();
        test(&servers, &admin);
        servers.one.verify();
    }
}

#[test]
fn a_client_is_not_removed_beside_a_deposit() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let (client, account) = servers.one.wallet(admin, &format!("c{round}@example.com"), 840, "0");
            let deposit = post("/api/v2/deposits", json!({"accountId": account, "methodId": 1, "amount": "1"}));
            let statuses = servers.race(round, &[deposit], &delete(&format!("/api/v2/clients/{client}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([409], 204)), "{statuses:?}");
        }
    });
}

/// Whichever comes first: afterwards a client who was removed has no account that was opened later.
#[test]
fn no_account_is_opened_for_a_client_who_is_being_removed() {
    with_servers(|servers, admin| {
        let product = servers.one.open_product(admin, "personal", &[840]);
        for round in 0..ROUNDS {
            let client = admin.new_client(&format!("c{round}@example.com"), &json!({}));
            let path = format!("/api/v2/clients/{client}");
            let open = || post("/api/v2/accounts", json!({"clientId": client, "productId": product}));
            let (opened, (removed, after)) = servers.race_with(round, &[open()], |other| {
                let removed = other.send(&delete(&path));
                let accounts = format!("/api/v2/accounts?filter[clientId]={client}");
                (removed, other.client().get(&accounts).expect(200)["total"].clone())
            });
            assert_eq!(removed, 204);
            assert_eq!(after, json!(i32::from(opened[0] == 201)), "{opened:?}: it was there when the client went");
        }
    });
}
