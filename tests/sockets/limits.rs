//! What one caller can take of a server.

use storage::Error;
use storage::messaging::socket_events;

use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::{Polled, Program, Wired, channel_of as channel_of_client, parts_of, sign_in};
use crate::harness::{TestApp, on_both};
use domain::messaging::QrCodeKey;
use domain::payments::MethodDirection;
use serde_json::json;

/// As many connections as an address has before it is known who they are.
const UNKNOWN: usize = 32;

fn code(number: usize) -> QrCodeKey {
    QrCodeKey::new(&format!("code-{number:020}")).expect("a key")
}

fn channel(number: usize) -> String {
    format!("qr.code-{number:020}")
}

fn scan(app: &TestApp, numbers: std::ops::Range<usize>, token: &str) {
    let sealed = app.outbound.secret.seal(token.as_bytes()).expect("a sealed token");
    let written = app.database.write(move |tx| {
        numbers.clone().try_for_each(|number| socket_events::put_token(tx, code(number), &sealed))?;
        Ok::<_, Error>(())
    });
    written.expect("the events");
}

#[test]
fn an_address_has_few_connections_before_it_is_known_whose_they_are() {
    on_both(|app| {
        let home = "203.0.113.7";
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let mut open: Vec<Wired> = (0..UNKNOWN).map(|_| Wired::open_from(&app.client, Some(home))).collect();
        let refused = Polled::handshake(&app.client.from(home));
        assert!(refused.header("Retry-After").is_some());
        refused.refused(429, "tooManyAttempts");
        assert!(matches!(Wired::try_open(&app.client, None, Some(home)), Err(429)));
        drop(Wired::open_from(&app.client, Some("203.0.113.8")));
        open[0].subscribe(&channel_of_client(ready.client), Some("a token that nobody made"));
        Polled::handshake(&app.client.from(home)).refused(429, "tooManyAttempts");
        let metrics = app.client.get("/metrics").expect(200);
        assert!(metrics.as_str().unwrap().contains("backoffice_socket_io_connections 3"), "{metrics}");
        open[0].subscribe(&channel_of_client(ready.client), Some(&sign_in(app, ready.client)));
        drop(Wired::open_from(&app.client, Some(home)));
    });
}

#[test]
fn a_connection_listens_on_a_few_channels() {
    on_both(|app| {
        let mut program = Wired::open(&app.client);
        (0..9).for_each(|number| program.subscribe(&channel(number), None));
        // The first of them again, in its own place.
        program.subscribe(&channel(0), None);
        scan(app, 0..9, "token");
        for number in 0..8 {
            assert_eq!(program.event("signin_token", &channel(number)), json!({"token": "token"}));
        }
        program.hears_nothing();
    });
}

#[test]
fn whoever_listens_before_it_happens_hears_of_it() {
    on_both(|app| {
        let mut programs: Vec<Wired> = (0..24).map(|_| Wired::open(&app.client)).collect();
        let mut heard = vec![Vec::new(); programs.len()];
        let channel_of = |round, place| channel(round * 100 + place);
        for round in 0..8 {
            for (place, program) in programs.iter_mut().enumerate() {
                heard[place].extend(program.subscribe_meanwhile(&channel_of(round, place)));
                let number = round * 100 + place;
                scan(app, number..number + 1, "token");
            }
        }
        for (place, program) in programs.iter_mut().enumerate() {
            while heard[place].len() < 8 {
                heard[place].push(program.next());
            }
            let channels: Vec<String> =
                heard[place].iter().map(|packet| parts_of(packet)[1].as_str().unwrap().to_owned()).collect();
            assert_eq!(channels, (0..8).map(|round| channel_of(round, place)).collect::<Vec<_>>());
            program.hears_nothing();
        }
    });
}

#[test]
fn one_page_listens_for_a_qr_code() {
    on_both(|app| {
        let (mut page, mut other) = (Wired::open(&app.client), Wired::open(&app.client));
        page.subscribe(&channel(1), None);
        other.subscribe(&channel(1), None);
        other.subscribe(&channel(2), None);
        scan(app, 1..3, "token");
        page.event("signin_token", &channel(1));
        other.event("signin_token", &channel(2));
        other.hears_nothing();
        drop(page);
    });
}

#[test]
fn somebody_who_takes_nothing_is_given_up() {
    on_both(|app| {
        let (mut slow, mut quick) = (Polled::open(&app.client), Wired::open(&app.client));
        slow.subscribe(&channel(1), None);
        quick.subscribe(&channel(2), None);
        for _ in 0..200 {
            scan(app, 1..2, "token");
        }
        scan(app, 2..3, "token");
        quick.event("signin_token", &channel(2));
        // What waits for a poll and behind it is full.
        let ended = (0..1_000).any(|_| slow.post(b"1:2").status == 400);
        assert!(ended, "the session goes on");
        quick.hears_nothing();
    });
}

#[test]
fn what_is_too_large_is_refused() {
    on_both(|app| {
        let mut program = Polled::open(&app.client);
        let large = format!("{}:4{}", 64 * 1024, "x".repeat(64 * 1024 - 1));
        program.post(large.as_bytes()).refused(413, "bodyTooLarge");
        program.hears_nothing();
        let many = "1:2".repeat(33);
        program.post(many.as_bytes()).refused(400, "invalidValue");
        program.expect_end();
        let mut wired = Wired::open(&app.client);
        wired.send(&format!("4{}", "x".repeat(64 * 1024)));
        wired.expect_end();
    });
}
