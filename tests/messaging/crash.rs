//! Webhooks while a server is killed: every event arrives, few twice, and in order where nothing failed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storage::DatabaseUrl;

use crate::harness::binary::Server;
use crate::harness::{Client, Setup, TestApp, databases, postgres_database};

const CLIENTS: usize = 20;
const PATIENCE: Duration = Duration::from_mins(10);

/// How many events there are: `WEBHOOK_EVENTS`, for a run with more of them.
fn events() -> usize {
    std::env::var("WEBHOOK_EVENTS").ok().and_then(|events| events.parse().ok()).unwrap_or(300)
}

/// What a receiver was sent: the ids of messages with their clients, in their order, and whether it took them.
type Sent = Arc<Mutex<Vec<(String, i64, bool)>>>;

/// A receiver that fails at the first attempt of each third message.
fn receiver() -> (String, Sent) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let met: Arc<Mutex<std::collections::BTreeSet<String>>> = Arc::default();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (seen, met) = (Arc::clone(&seen), Arc::clone(&met));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
                let headers: BTreeMap<String, String> = lines
                    .filter_map(|line| {
                        line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                    })
                    .collect();
                let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
                let mut body = vec![0; length];
                // The server may have been killed in between.
                if reader.read_exact(&mut body).is_err() {
                    return;
                }
                let body: Value = serde_json::from_slice(&body).expect("JSON");
                let id = headers["webhook-id"].clone();
                let client = body["data"]["clientId"].as_i64().expect("a client");
                let is_first = met.lock().expect("ids").insert(id.clone());
                let number: usize = id.split('-').nth(1).and_then(|number| number.parse().ok()).expect("a number");
                let is_taken = !(is_first && number.is_multiple_of(3));
                seen.lock().expect("messages").push((id, client, is_taken));
                let status = if is_taken { 200 } else { 503 };
                let _ = stream.write_all(
                    format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes(),
                );
            });
        }
    });
    (url, sent)
}

#[test]
fn every_event_arrives_although_the_server_is_killed() {
    for url in databases() {
        batter(&url, 1);
    }
}

#[test]
fn every_event_arrives_although_one_of_two_servers_is_killed() {
    if let Some(url) = postgres_database() {
        batter(&url, 2);
    }
}

fn batter(url: &DatabaseUrl, servers: usize) {
    let (address, sent) = receiver();
    let clients = prepare(url, &address);
    let mut running: Vec<Server> = (0..servers).map(|_| Server::start(url)).collect();
    let admin = running[0].admin();
    for number in 0..events() {
        open_account(&admin, &clients, number);
        if number == events() / 2 {
            let victim = servers - 1;
            running[victim].child.kill().expect("a kill");
            running[victim].child.wait().expect("an end");
            running[victim] = Server::start(url);
            if victim == 0 {
                return finish(&running[0].admin(), &clients, number + 1, &sent);
            }
        }
    }
    finish(&admin, &clients, events(), &sent);
}

fn open_account(admin: &Client, clients: &[i64], number: usize) {
    let account = json!({"clientId": clients[number % CLIENTS], "productId": 1, "currencyCode": 840});
    admin.post("/api/v2/accounts", &account).expect(201);
}

/// Makes the rest of the events, and waits until all have arrived.
fn finish(admin: &Client, clients: &[i64], from: usize, sent: &Sent) {
    for number in from..events() {
        open_account(admin, clients, number);
    }
    let arrived = || {
        let sent = sent.lock().expect("messages");
        sent.iter()
            .filter(|(.., is_taken)| *is_taken)
            .map(|(id, ..)| id.clone())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let begun = Instant::now();
    while arrived().len() < events() {
        assert!(begun.elapsed() < PATIENCE, "{} of {} arrived", arrived().len(), events());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let waiting = || admin.get("/api/v2/events/deliveries?filter[status]=pending&limit=1").expect(200)["total"].clone();
    while waiting() != json!(0) {
        assert!(begun.elapsed() < PATIENCE, "{} wait", waiting());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let sent = sent.lock().expect("messages");
    let taken: Vec<&(String, i64, bool)> = sent.iter().filter(|(.., is_taken)| *is_taken).collect();
    // At most what was on its way when the server was killed arrived twice.
    assert!(taken.len() - events() <= 16, "{} arrived twice", taken.len() - events());
    let number = |id: &str| id.split('-').nth(1).and_then(|number| number.parse::<usize>().ok()).expect("a number");
    for client in clients {
        let mut tried = std::collections::BTreeSet::new();
        let of_client = sent.iter().filter(|(_, of, _)| of == client).map(|(id, ..)| number(id));
        let first_tries: Vec<usize> = of_client.filter(|number| tried.insert(*number)).collect();
        assert!(first_tries.is_sorted(), "client {client}: {first_tries:?}");
    }
}

/// Clients, and a listener of their accounts.
fn prepare(url: &DatabaseUrl, address: &str) -> Vec<i64> {
    let app = TestApp::start(url.clone(), &Setup::default());
    let admin = app.admin();
    app.open_product(&admin, "personal", &[840]);
    admin.patch("/api/v2/products/1", &json!({"sendMailSetting": "dontSend"})).expect(200);
    let clients = (0..CLIENTS).map(|number| admin.new_client(&format!("c{number}@example.com"), &json!({}))).collect();
    app.run_jobs();
    admin.patch("/api/v2/settings", &json!({"webhookHttpHosts": ["127.0.0.1"]})).expect(200);
    let listener = json!({
        "event": "AccountCreated", "handler": "AccountCreated", "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": address},
    });
    admin.create("/api/v2/events/listeners", &listener);
    clients
}
