//! Money under fire: many workers, servers killed at random moments, requests repeated with their keys.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storage::DatabaseUrl;

use crate::harness::binary::{Server, command, run};
use crate::harness::{Client, databases, postgres_database};

const WORKERS: u64 = 64;
const CLIENTS: i64 = 10;
const KILLS: usize = 5;
/// How many operations are answered between two kills.
const BETWEEN_KILLS: usize = 60;
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn no_crash_loses_or_doubles_money() {
    for url in databases() {
        batter(&url, 1);
    }
}

#[test]
fn two_servers_on_one_postgresql_never_spend_the_same_money() {
    if let Some(url) = postgres_database() {
        batter(&url, 2);
    }
}

/// The accounts of a client: three in dollars, two in euros.
struct Owner {
    client: i64,
    dollars: [i64; 3],
    euros: [i64; 2],
}

fn batter(url: &DatabaseUrl, servers: usize) {
    let mut running: Vec<Server> = (0..servers).map(|_| Server::start(url)).collect();
    let admin = running[0].admin();
    let owners = prepare(&admin);
    let prepared = admin.total("/api/v2/transactions?limit=1");
    let token = admin.token.clone().unwrap();
    let bases = RwLock::new(running.iter().map(|server| server.client.base.clone()).collect::<Vec<_>>());
    let answered: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new());
    let is_over = AtomicBool::new(false);
    let refused = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (owners, bases, answered, is_over, refused, token) =
                (&owners, &bases, &answered, &is_over, &refused, &token);
            scope.spawn(move || {
                let mut dice = Dice(worker + 1);
                for number in 0.. {
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    let key = format!("{worker}-{number}");
                    let (path, body) = operation(owners, &mut dice);
                    let answer = until_answered(bases, token, &key, &path, &body, &mut dice);
                    match answer.0 {
                        201 => {
                            let id = answer.1["transactionId"].as_u64().unwrap();
                            let doubled = answered.lock().unwrap().insert(id, key);
                            assert_eq!(doubled, None, "two keys got one transaction");
                        }
                        422 => drop(refused.fetch_add(1, Ordering::SeqCst)),
                        status => panic!("{status} {path} {body}: {}", answer.1),
                    }
                }
            });
        }
        for kill in 0..KILLS {
            let begun = Instant::now();
            while answered.lock().unwrap().len() < (kill + 1) * BETWEEN_KILLS && begun.elapsed() < PATIENCE {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            let victim = kill % servers;
            running[victim].child.kill().unwrap();
            running[victim].child.wait().unwrap();
            running[victim] = Server::start(url);
            bases.write().unwrap()[victim].clone_from(&running[victim].client.base);
        }
        is_over.store(true, Ordering::SeqCst);
    });
    let answered = answered.into_inner().unwrap();
    assert!(answered.len() > KILLS * BETWEEN_KILLS / 2, "only {} operations were answered", answered.len());
    // Every request was repeated until it was answered: so what is stored is what was answered.
    let admin = running[0].admin();
    let stored = admin.total("/api/v2/transactions?limit=1");
    assert_eq!(stored - prepared, i64::try_from(answered.len()).unwrap());
    for owner in owners {
        for account in owner.dollars.into_iter().chain(owner.euros) {
            let statement = admin.statement(account);
            assert!(!statement["currentBalance"].as_str().unwrap().starts_with('-'), "{account}: {statement}");
        }
    }
    drop(running);
    let (code, out, err) = run(command(Some(url)).args(["ledger", "verify"]));
    assert_eq!(code, Some(0), "{out}{err}");
    eprintln!("{url}: {} answered, {} refused, {}", answered.len(), refused.into_inner(), out.trim());
}

fn prepare(admin: &Client) -> Vec<Owner> {
    let product = admin.new_open_product("wallets", "personal", &[840, 978]);
    let rate = json!({
        "name": "eur", "provider": "custom", "fromCurrencies": [978], "toCurrencies": [840], "options": {"rate": "1.1"},
    });
    admin.post("/api/v2/rates/providers", &rate).expect(201);
    for (from, to) in [(840, 978), (978, 840)] {
        let pair = json!({"fromCurrency": from, "toCurrency": to, "isEnabledForAdmin": true});
        admin.post("/api/v2/currencies/pairs", &pair).expect(201);
    }
    let owner = |number: i64| {
        let client = admin.new_client(&format!("c{number}@example.com"), &json!({}));
        let account = |currency: i64| {
            let account = admin.new_account(client, product, currency);
            admin.change_balance(account, "100");
            account
        };
        Owner { client, dollars: [840; 3].map(account), euros: [978; 2].map(account) }
    };
    (0..CLIENTS).map(owner).collect()
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// A transfer, a withdrawal, a deposit or an exchange; most are within what there is.
fn operation(owners: &[Owner], dice: &mut Dice) -> (String, Value) {
    let owner = &owners[dice.roll(owners.len())];
    let amount = format!("{}.{:02}", dice.roll(40), dice.roll(99) + 1);
    let first = dice.roll(3);
    let (path, body) = match dice.roll(10) {
        0..=4 => {
            let (source, destination) = (owner.dollars[first], owner.dollars[(first + 1 + dice.roll(2)) % 3]);
            (
                "transfers",
                json!({"clientId": owner.client, "sourceId": source, "destinationId": destination, "amount": amount}),
            )
        }
        5 => {
            let (source, destination) = (owner.euros[first % 2], owner.euros[(first + 1) % 2]);
            (
                "transfers",
                json!({"clientId": owner.client, "sourceId": source, "destinationId": destination, "amount": amount}),
            )
        }
        6 | 7 => {
            let account = if first == 0 { owner.euros[0] } else { owner.dollars[first] };
            ("withdrawals", json!({"accountId": account, "methodId": 2, "amount": amount}))
        }
        8 => (
            "deposits",
            json!({"accountId": owner.dollars[first], "methodId": 1, "amount": amount, "vendorCommission": "0.01"}),
        ),
        _ => {
            let (source, destination, rate) = if first == 0 {
                (owner.dollars[1], owner.euros[1], "0.9")
            } else {
                (owner.euros[1], owner.dollars[1], "1.1")
            };
            let body = json!({
                "clientId": owner.client, "sourceId": source, "destinationId": destination, "type": "sell",
                "sourceAmount": amount, "rate": rate,
            });
            ("exchanges", body)
        }
    };
    (format!("/api/v2/{path}"), body)
}

/// Sends a request again and again, with its key, until a server answers it.
fn until_answered(
    bases: &RwLock<Vec<String>>,
    token: &str,
    key: &str,
    path: &str,
    body: &Value,
    dice: &mut Dice,
) -> (u16, Value) {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_mins(2), "{path} with key {key} is never answered");
        let base = {
            let bases = bases.read().unwrap();
            bases[dice.roll(bases.len())].clone()
        };
        let client = Client::new(&base, Default::default()).with_token(token).with("Idempotency-Key", key);
        match client.try_call("POST", path, Some(body.to_string().as_bytes())) {
            // Under way on a server that is gone, or overloaded: the same again.
            Ok(answer) if matches!(answer.status, 409 | 503) => {}
            Ok(answer) => return (answer.status, answer.body),
            Err(_) => {}
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
