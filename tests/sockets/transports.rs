//! How packets travel: by polling, over a WebSocket, and from the one to the other.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::raw::fetch;
use crate::harness::socket_io::{Polled, Program, Wired, packets_of};
use crate::harness::{Setup, on_both, on_both_with};

fn impatient() -> Setup {
    Setup { ping: Some((Duration::from_millis(300), Duration::from_millis(200))), ..Setup::default() }
}

#[test]
fn a_session_is_opened_by_polling() {
    on_both(|app| {
        let answer = fetch(&app.client, "GET", "/socket.io/?EIO=3&transport=polling&t=NxA", &[]).unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Content-Type"), Some("text/plain; charset=UTF-8"));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        let packets = packets_of(std::str::from_utf8(&answer.body).unwrap());
        assert_eq!(packets[1..], ["40"]);
        let mut open: Value = serde_json::from_str(packets[0].strip_prefix('0').unwrap()).unwrap();
        let sid = open["sid"].take();
        assert_eq!(sid.as_str().map(str::len), Some(20));
        let known = json!({"sid": null, "upgrades": ["websocket"], "pingInterval": 25000, "pingTimeout": 5000});
        assert_eq!(open, known);
        let other = Polled::open(&app.client);
        assert_ne!(json!(other.sid), sid);
    });
}

#[test]
fn packets_are_posted_and_polled() {
    on_both(|app| {
        let mut program = Polled::open(&app.client);
        let poll = program.poll_meanwhile();
        program.send("2");
        assert_eq!(poll.join().unwrap(), json!("1:3"));
        program.send("2a😀");
        program.send("2é");
        assert_eq!(program.poll().expect(200), json!("4:3a😀2:3é"));
        // As programs without a browser send it.
        program.post(b"\0\x01\xff2\0\x06\xff2fence").expect(200);
        assert_eq!(program.poll().expect(200), json!("1:36:3fence"));
        program.post(b"1:25:2fence").refused(400, "invalidValue");
        program.expect_end();
    });
}

#[test]
fn a_second_poll_ends_the_first() {
    on_both_with(&impatient(), |app| {
        let program = Polled::open(&app.client);
        let answers = program.two_polls();
        assert_eq!(answers.recv().unwrap(), json!("1:6"));
        // The other waits until the session ends.
        assert_eq!(answers.recv().unwrap(), json!("1:1"));
    });
}

#[test]
fn a_session_goes_over_to_a_websocket_after_a_probe() {
    on_both(|app| {
        let mut program = Polled::open(&app.client);
        let poll = program.poll_meanwhile();
        let mut wired = program.attach();
        wired.send("2probe");
        wired.expect("3probe");
        assert_eq!(poll.join().unwrap(), json!("1:6"));
        // Until the program says so, polls are answered.
        assert_eq!(program.poll().expect(200), json!("1:6"));
        program.send("2late");
        wired.send("5");
        wired.expect("3late");
        wired.send("2");
        wired.expect("3");
        program.poll().refused(400, "unknownValue");
    });
}

#[test]
fn a_session_goes_over_to_a_websocket_without_a_probe() {
    on_both(|app| {
        let program = Polled::open(&app.client);
        let answers = program.two_polls();
        assert_eq!(answers.recv().unwrap(), json!("1:6"));
        let mut wired = program.attach();
        wired.send("5");
        wired.send("2");
        wired.expect("3");
        assert_eq!(answers.recv().unwrap(), json!("1:6"));
        let program = Polled::open(&app.client);
        let mut wired = program.attach();
        wired.send("2");
        wired.expect("3");
        wired.send("5");
        wired.hears_nothing();
    });
}

#[test]
fn a_websocket_that_is_not_used_leaves_the_session_as_it_was() {
    on_both(|app| {
        let mut program = Polled::open(&app.client);
        let mut wired = program.attach();
        wired.send("4nonsense");
        wired.expect_end();
        program.hears_nothing();
        drop(program.attach());
        program.hears_nothing();
        let mut first = program.attach();
        let mut second = program.attach();
        second.send("2probe");
        second.expect("3probe");
        first.expect_end();
        second.send("5");
        second.hears_nothing();
        // Over it now, so that another one is none of its own.
        program.attach().expect_end();
        second.hears_nothing();
    });
}

#[test]
fn a_websocket_has_a_session_of_its_own() {
    on_both(|app| {
        let mut wired = Wired::open(&app.client);
        wired.send("2");
        wired.expect("3");
        wired.send("5");
        wired.send("2probe");
        wired.expect("3probe");
        wired.send("1");
        wired.expect_end();
    });
}

#[test]
fn other_namespaces_are_refused() {
    on_both(|app| {
        let mut wired = Wired::open(&app.client);
        wired.send("40");
        wired.send("40/admin?token=1,");
        wired.expect("44/admin,\"Invalid namespace\"");
        wired.send("42/admin,[\"subscribe\"]");
        wired.send("42[\"unknown\",1]");
        wired.send("427[\"subscribe\"]");
        wired.send("431[]");
        wired.hears_nothing();
        wired.send("41");
        wired.expect_end();
    });
}

#[test]
fn what_is_no_packet_ends_a_session() {
    on_both(|app| {
        for packet in ["", "7", "b4AAAA", "4", "42", "42[]", "42{", "451-[\"a\"]", "49"] {
            let mut wired = Wired::open(&app.client);
            wired.send(packet);
            wired.expect_end();
        }
        let mut wired = Wired::open(&app.client);
        wired.send_bytes(b"\x042[]");
        wired.expect_end();
        let mut program = Polled::open(&app.client);
        program.send("42{");
        program.expect_end();
    });
}

#[test]
fn what_is_not_pinged_is_closed() {
    on_both_with(&impatient(), |app| {
        let mut wired = Wired::open(&app.client);
        wired.expect_end();
        let mut program = Polled::open(&app.client);
        assert_eq!(program.poll().expect(200), json!("1:1"));
        program.expect_end();
        // Pings keep it open for longer than that.
        let mut wired = Wired::open(&app.client);
        for _ in 0..10 {
            wired.hears_nothing();
            std::thread::park_timeout(Duration::from_millis(100));
        }
        wired.hears_nothing();
    });
}

#[test]
fn calls_that_ask_for_no_session_are_refused() {
    on_both(|app| {
        let get = |query: &str| app.client.get(&format!("/socket.io/?{query}"));
        get("").expect_faults(400, &[("EIO", "required"), ("transport", "required")]);
        get("EIO=4&transport=polling").expect_faults(400, &[("EIO", "unknownValue")]);
        get("EIO=3&transport=flashsocket").expect_faults(400, &[("transport", "unknownValue")]);
        get("EIO=3&transport=polling&sid=abc").expect_faults(400, &[("sid", "unknownValue")]);
        get("EIO=3&transport=websocket&sid=abc").expect_faults(400, &[("sid", "unknownValue")]);
        get("EIO=4&transport=x&sid=abc")
            .expect_faults(400, &[("EIO", "unknownValue"), ("sid", "unknownValue"), ("transport", "unknownValue")]);
        get("EIO=3&transport=websocket").refused(426, "upgradeRequired");
        let polling = "/socket.io/?EIO=3&transport=polling";
        app.client.call("POST", polling, Some(b"1:2")).expect_faults(400, &[("sid", "required")]);
        app.client.call("POST", "/socket.io/?EIO=3&transport=websocket", Some(b"1:2")).refused(400, "unknownValue");
        assert_eq!(app.client.put(polling, &json!({})).header("Allow"), Some("GET, POST"));
        app.client.put(polling, &json!({})).refused(405, "methodNotAllowed");
        assert_eq!(fetch(&app.client, "HEAD", polling, &[]).unwrap().status, 405);
        app.client.get("/socket.io/socket.io.js").refused(404, "noSuchPath");
        app.client.get("/socket.iox").refused(404, "noSuchPath");
        app.client.get("/socket.io?EIO=3&transport=polling").refused(404, "noSuchPath");
    });
}

#[test]
fn addresses_that_are_kept_out_do_not_connect() {
    on_both(|app| {
        let admin = app.admin();
        let policy = json!({"ip": "203.0.113.7", "permission": "deny", "route": "/socket.io/"});
        let policy = admin.create("/api/v2/security/policies", &policy);
        Polled::handshake(&app.client.from("203.0.113.7")).refused(403, "ipNotAllowed");
        assert!(matches!(Wired::try_open(&app.client, None, Some("203.0.113.7")), Err(403)));
        Polled::handshake(&app.client.from("203.0.113.8")).expect(200);
        admin.delete(&format!("/api/v2/security/policies/{policy}")).expect(204);
    });
}

#[test]
fn a_server_that_stops_closes_its_sessions() {
    on_both(|app| {
        let (program, mut wired) = (Polled::open(&app.client), Wired::open(&app.client));
        let answers = program.two_polls();
        // Then the other one is there, too.
        assert_eq!(answers.recv().unwrap(), json!("1:6"));
        wired.hears_nothing();
        app.begin_to_stop();
        wired.expect_end();
        assert_eq!(answers.recv().unwrap(), json!("1:1"));
    });
}
