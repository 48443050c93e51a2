//! Several servers on one database.

use std::sync::mpsc;

use domain::messaging::QrCodeKey;
use domain::payments::MethodDirection;
use serde_json::json;
use storage::messaging::socket_events;
use storage::{Database, Error};

use super::{Witness, deposit};
use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::{Polled, Program, Wired};
use crate::harness::{Setup, TestApp, databases, postgres_database, remove};

#[test]
fn an_event_of_one_server_reaches_the_programs_of_another() {
    for url in databases() {
        let one = TestApp::start(url.clone(), &Setup::default());
        let other = TestApp::start(url.clone(), &Setup::default());
        let admin = one.admin();
        let ready = ReadyClient::prepare(&one, &admin, MethodDirection::Deposit);
        let mut witnesses = [Witness::of(&one, ready.client), Witness::of(&other, ready.client)];
        for _ in 0..3 {
            let deposit = deposit(&one, &admin, &ready);
            for witness in &mut witnesses {
                witness.hears_of(deposit);
            }
        }
        drop((one, other));
        remove(&url);
    }
}

/// Writes an event for a QR code, and commits it when `before_commit` returns.
fn scan(database: &Database, key: &'static str, sealed: Vec<u8>, mut before_commit: impl FnMut() + Send + 'static) {
    let written = database.write(move |tx| {
        socket_events::put_token(tx, QrCodeKey::new(key).unwrap(), &sealed)?;
        before_commit();
        Ok::<_, Error>(())
    });
    written.unwrap();
}

#[test]
fn what_is_committed_out_of_order_is_heard() {
    const FIRST: &str = "the-first-code-of-the-two";
    const SECOND: &str = "the-second-code-of-the-two";
    let Some(url) = postgres_database() else { return };
    let app = TestApp::start(url.clone(), &Setup::default());
    let mut program = Wired::open(&app.client);
    let channels = [FIRST, SECOND].map(|key| format!("qr.{key}"));
    for channel in &channels {
        program.subscribe(channel, None);
    }
    let (database, sealed) = (app.database.clone(), app.outbound.secret.seal(b"token").unwrap());
    let ((written, is_written), (go_on, waits)) = (mpsc::channel(), mpsc::channel::<()>());
    let first = std::thread::spawn({
        let sealed = sealed.clone();
        move || {
            scan(&database, FIRST, sealed, move || {
                written.send(()).unwrap();
                waits.recv().unwrap();
            });
        }
    });
    is_written.recv().unwrap();
    scan(&app.database, SECOND, sealed, || ());
    assert_eq!(program.event("signin_token", &channels[1]), json!({"token": "token"}));
    go_on.send(()).unwrap();
    first.join().unwrap();
    assert_eq!(program.event("signin_token", &channels[0]), json!({"token": "token"}));
    program.hears_nothing();
    drop(app);
    remove(&url);
}

#[test]
fn a_session_is_known_to_its_own_server_alone() {
    let Some(url) = postgres_database() else { return };
    let one = TestApp::start(url.clone(), &Setup::default());
    let other = TestApp::start(url.clone(), &Setup::default());
    let mut program = Polled::open(&one.client);
    let sid = std::mem::take(&mut program.sid);
    other.client.get(&format!("/socket.io/?EIO=3&transport=polling&sid={sid}")).refused(400, "unknownValue");
    drop((one, other));
    remove(&url);
}
