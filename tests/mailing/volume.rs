//! Mail to very many clients.

use std::time::Instant;

use domain::clients::{ClientStatus, RiskLevel};
use serde_json::json;
use storage::bulk::{self, Batch, Counts, NewClient};

use super::sendgrid::SendGrid;
use super::{connect, progress, send, so_far};
use crate::harness::{TestApp, on_both};

/// Adds so many clients.
fn populate(app: &TestApp, count: usize) {
    let loaded = app.database.write(move |tx| {
        let counts = Counts { clients: count, accounts: 0, transactions: 0, requests: 0 };
        let ids = bulk::reserve(tx, counts)?;
        let client = |id: domain::clients::ClientId| NewClient {
            id,
            email: format!("client{id}@example.com"),
            first_name: format!("First {id}"),
            last_name: "Last".into(),
            country: None,
            city: None,
            risk_level: RiskLevel::Low,
            status: ClientStatus::Active,
            kind: 1.into(),
            level: 1.into(),
            create_time: tx.now,
        };
        let clients = ids.clients.into_iter().map(client).collect();
        bulk::load(tx, &Batch { clients, ..Batch::default() })
    });
    loaded.unwrap();
}

/// How much memory the process has used at most, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

/// Sends a mail to all of them, and holds that each got it once.
fn send_to(app: &TestApp, count: usize) {
    let (admin, sendgrid) = (app.admin(), SendGrid::start());
    connect(&admin, &sendgrid);
    populate(app, count);
    let (begun, before) = (Instant::now(), peak_memory());
    let id = send(&admin, &json!({"filter": {"status": "active"}, "body": "<p>Dear {name}</p>"}));
    let (queued, after) = (begun.elapsed(), peak_memory());
    let all = i64::try_from(count).unwrap();
    assert_eq!(progress(&admin, id), so_far("queued", all, 0, 0));
    let begun = Instant::now();
    app.run_jobs();
    let sent = begun.elapsed();
    assert_eq!(progress(&admin, id), so_far("sent", all, all, 0));
    let requests = sendgrid.take();
    assert_eq!(requests.len(), count.div_ceil(500));
    let mut addresses: Vec<&str> = requests
        .iter()
        .flat_map(|request| request["personalizations"].as_array().unwrap())
        .map(|part| part["to"][0]["email"].as_str().unwrap())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), count);
    eprintln!("{count} recipients: queued in {queued:?}, {} KiB more at the peak; sent in {sent:?}", after - before);
}

#[test]
fn two_thousand_clients_get_it_once_each() {
    on_both(|app| send_to(app, 2_000));
}

#[test]
#[ignore = "takes long: run it to measure"]
fn a_hundred_thousand_clients_get_it_once_each() {
    on_both(|app| send_to(app, 100_000));
}
