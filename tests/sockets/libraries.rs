//! The libraries that programs of clients use. `tests/websocket_clients/run` installs them and runs this.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::deposit;
use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::{channel_of, sign_in};
use crate::harness::{TestApp, on_both, repository};

/// What a program may travel by, and what it ends up with.
const TRANSPORTS: [(&str, &str); 3] =
    [(r#"["polling"]"#, "polling"), (r#"["websocket"]"#, "websocket"), (r#"["polling", "websocket"]"#, "websocket")];
const PATIENCE: Duration = Duration::from_secs(25);

fn scratch(path: &str) -> PathBuf {
    repository().join("target/websocket_clients").join(path)
}

/// Runs a program until it has heard of a deposit. When it has subscribed it cannot tell, so there is one after the other.
fn hears_of_a_deposit(app: &TestApp, command: impl Fn() -> Command) {
    let admin = app.admin().unrecorded();
    let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
    let channel = channel_of(ready.client);
    for (transports, last) in TRANSPORTS {
        let mut command = command();
        command.env("BASE_URL", &app.client.base).env("TRANSPORTS", transports).env("CHANNEL", &channel);
        let mut child =
            command.env("TOKEN", sign_in(app, ready.client)).stdout(Stdio::piped()).spawn().expect("the program");
        let (begun, mut deposits) = (Instant::now(), Vec::new());
        while child.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE {
            deposits.push(deposit(app, &admin, &ready));
            std::thread::park_timeout(Duration::from_millis(500));
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{transports}");
        let heard: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&heard["channel"], &heard["transport"]), (&json!(channel), &json!(last)), "{transports}");
        let deposit = heard["data"]["transaction"]["transactionId"].as_i64().unwrap();
        assert!(deposits.contains(&deposit), "{heard}");
    }
}

#[test]
#[ignore = "needs what tests/websocket_clients/run installs"]
fn python_socketio_4_hears_of_a_deposit() {
    on_both(|app| {
        hears_of_a_deposit(app, || {
            let mut command = Command::new(scratch("venv/bin/python"));
            command.arg(repository().join("tests/websocket_clients/python/program.py"));
            command
        });
    });
}

#[test]
#[ignore = "needs what tests/websocket_clients/run installs"]
fn socket_io_client_2_hears_of_a_deposit() {
    on_both(|app| {
        hears_of_a_deposit(app, || {
            let mut command = Command::new("node");
            command.arg(scratch("javascript/program.js"));
            command
        });
    });
}
