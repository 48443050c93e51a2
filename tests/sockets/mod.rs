//! Events for client programs, over Socket.IO.

mod libraries;
mod limits;
mod servers;
mod subscriptions;
mod transports;

use serde_json::{Value, json};

use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::{Program, Wired, channel_of, sign_in};
use crate::harness::{Client, TestApp};

/// Has a deposit of a client come to an end; its id.
#[track_caller]
fn end_deposit(app: &TestApp, admin: &Client, ready: &ReadyClient, change: &Value) -> i64 {
    let deposit = ready.ask(app, "1000").expect("a deposit");
    admin.patch(&format!("/api/v2/transactions/{deposit}"), change).expect(200);
    deposit
}

/// The same with a deposit that is done.
#[track_caller]
fn deposit(app: &TestApp, admin: &Client, ready: &ReadyClient) -> i64 {
    end_deposit(app, admin, ready, &json!({"status": "inProgress"}))
}

/// A program of the client that is told of all: once it was, everybody else was, too.
struct Witness {
    program: Wired,
    channel: String,
}

impl Witness {
    #[track_caller]
    fn of(app: &TestApp, client: i64) -> Self {
        let (mut program, channel) = (Wired::open(&app.client), channel_of(client));
        program.subscribe(&channel, Some(&sign_in(app, client)));
        Self { program, channel }
    }

    #[track_caller]
    fn hears_of(&mut self, deposit: i64) {
        let data = self.program.event("deposit_done", &self.channel);
        assert_eq!(data["transaction"]["transactionId"], json!(deposit));
    }
}
