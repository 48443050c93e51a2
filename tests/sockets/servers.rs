//! Several servers on one database.

use domain::payments::MethodDirection;

use super::{Witness, deposit};
use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::Polled;
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
            witnesses.iter_mut().for_each(|witness| witness.hears_of(deposit));
        }
        drop((one, other));
        remove(&url);
    }
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
