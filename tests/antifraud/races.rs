//! Two servers on one PostgreSQL: each looks, and one raises.

use std::sync::Barrier;

use serde_json::json;

use super::{NOTIFICATIONS, clients_of, lasting, look_for, sign_in};
use crate::harness::{Client, TestApp, postgres_database};

const ROUNDS: i64 = 10;

/// Lets both servers do at once what is due.
fn run_at_once(servers: &[TestApp; 2]) {
    let barrier = Barrier::new(servers.len());
    std::thread::scope(|scope| {
        for server in servers {
            let (barrier, outbound) = (&barrier, server.outbound.clone());
            scope.spawn(move || {
                barrier.wait();
                outbound::jobs::run_due(&outbound).expect("the jobs ran");
            });
        }
    });
}

#[test]
fn what_two_servers_look_for_at_once_is_raised_once() {
    let Some(url) = postgres_database() else { return };
    let servers = [(); 2].map(|()| TestApp::start(url.clone(), &lasting()));
    let admin: Client = servers[0].admin();
    let [ann, bob, carol] =
        ["ann", "bob", "carol"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
    for event in ["identical_phone", "identical_email"] {
        look_for(&admin, event, &json!({}));
    }
    look_for(&admin, "identical_ip", &json!({"periodDays": 7}));
    for round in 0..ROUNDS {
        for subject in 0..5 {
            for client in [ann, bob] {
                sign_in(&servers[0], client, &format!("192.0.{round}.{subject}"), "success");
            }
        }
        // Somebody joins what was raised before.
        if round > 0 {
            sign_in(&servers[0], carol, &format!("192.0.{}.0", round - 1), "success");
        }
        for server in &servers {
            server.advance(300);
        }
        run_at_once(&servers);
        let all = admin.get(&format!("{NOTIFICATIONS}?limit=1000&sort_order=asc")).expect(200);
        assert_eq!(all["total"], json!(5 * (round + 1)), "{round}");
        for notification in all["data"].as_array().unwrap() {
            let clients = clients_of(notification);
            assert!(clients == [ann, bob] || clients == [ann, bob, carol], "{round}: {clients:?}");
        }
    }
}
