//! Mail to very many clients.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::clients::{Locality, Profile};
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
            email: format!("client{id}@example.com").parse().unwrap(),
            profile: Profile::named(format!("First {id}"), "Last".into(), Locality::default()),
            kind: 1.into(),
            level: 1.into(),
            manager: None,
            phone: None,
            address: None,
            create_time: tx.now,
        };
        let clients = ids.clients.into_iter().map(client).collect();
        bulk::load(tx, &Batch { clients, ..Batch::default() })
    });
    loaded.unwrap();
}

/// Begins to measure how much memory the process uses at most.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// How much memory the process uses, and used at most since [`forget_peak`], in KiB.
fn memory() -> [u64; 2] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ["VmRSS:", "VmHWM:"].map(|name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
    })
}

/// Does something; answers how long it took and how much more memory it used at most, in KiB.
fn measured(work: impl FnOnce()) -> (Duration, u64) {
    forget_peak();
    let ([before, _], begun) = (memory(), Instant::now());
    work();
    let [_, peak] = memory();
    (begun.elapsed(), peak.saturating_sub(before))
}

/// Sends a mail to all of them, and holds that each got it once.
fn send_to(app: &TestApp, count: usize) {
    let (admin, sendgrid) = (app.admin(), SendGrid::start());
    connect(&admin, &sendgrid);
    populate(app, count);
    let mut id = 0;
    let queued = measured(|| {
        id = send(&admin, &json!({"filter": {"status": "active"}, "body": "<p>Dear {name}</p>"}));
    });
    let all = i64::try_from(count).unwrap();
    assert_eq!(progress(&admin, id), so_far("queued", all, 0, 0));
    let is_done = AtomicBool::new(false);
    let (mut requests, mut seen) = (0, HashSet::new());
    let mut sent = (Duration::ZERO, 0);
    std::thread::scope(|scope| {
        // What the service was sent is not kept, since it would be measured.
        let drained = scope.spawn(|| {
            let (mut requests, mut seen) = (0, HashSet::new());
            loop {
                let was_done = is_done.load(Ordering::SeqCst);
                for request in sendgrid.take() {
                    requests += 1;
                    let parts = request["personalizations"].as_array().unwrap();
                    seen.extend(parts.iter().map(|part| number_in(part["to"][0]["email"].as_str().unwrap())));
                }
                if was_done {
                    return (requests, seen);
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        sent = measured(|| app.run_jobs());
        is_done.store(true, Ordering::SeqCst);
        (requests, seen) = drained.join().unwrap();
    });
    assert_eq!(progress(&admin, id), so_far("sent", all, all, 0));
    assert_eq!((requests, seen.len()), (count.div_ceil(500), count));
    eprintln!(
        "{count} recipients: queued in {:?} with {} KiB more; sent in {:?} with {} KiB more",
        queued.0, queued.1, sent.0, sent.1
    );
}

/// The number of a client's address.
fn number_in(address: &str) -> u32 {
    let number = address.strip_prefix("client").and_then(|rest| rest.split('@').next());
    number.and_then(|number| number.parse().ok()).unwrap()
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
