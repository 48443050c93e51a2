//! WebSocket connections.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::AppContext;
use http::{Call, Message, Routes, Service, Settings, Socket};
use serde_json::json;

use super::{described, serve, with_client};
use crate::harness::Client;
use crate::platform::second_interface::{Front, Right};

const PATH: &str = "/api/v2/own/echo";
const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// Says who calls, then sends everything back, until it is told to end.
async fn echo(context: Arc<AppContext>, call: Arc<Call<Front>>, mut socket: Socket) {
    let email = call.caller().map(|caller| caller.email.clone()).unwrap_or_default();
    socket.send(Message::Text(format!("{email} at {:?}", context.now()))).await;
    while let Some(message) = socket.receive().await {
        let is_last = message == Message::Text("end".into());
        if !socket.send(message).await || is_last {
            return;
        }
    }
}

fn of_settings(context: &Arc<AppContext>, settings: Settings) -> std::io::Result<Service> {
    let mut routes = Routes::<Front>::default();
    routes.get("my.echo", PATH, Right::Look).socket(echo);
    serve(context, settings, routes.into_vec())
}

fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    of_settings(context, Settings::default())
}

fn impatient_service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    of_settings(context, Settings { socket_idle_timeout: Duration::from_millis(600), ..Settings::default() })
}

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const LAST: u8 = 0x80;

/// A caller's end of a WebSocket, beside any library.
struct Peer(TcpStream);

impl Peer {
    /// Asks for a WebSocket, and gives what is answered where it is refused.
    fn try_open(client: &Client, fields: &str) -> Result<Self, String> {
        let mut stream = TcpStream::connect(client.base.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let token = client.token.as_deref().unwrap_or_default();
        let head = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{fields}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
        let answer = String::from_utf8(answer).unwrap();
        if answer.starts_with("HTTP/1.1 101 ") {
            assert!(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{answer}");
            assert!(answer.to_ascii_lowercase().contains("x-request-id: "), "{answer}");
            Ok(Self(stream))
        } else {
            Err(answer)
        }
    }

    #[track_caller]
    fn open(client: &Client) -> Self {
        let fields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let mut peer = Self::try_open(client, fields).expect("a WebSocket");
        let (kind, greeting) = peer.read();
        assert_eq!(kind, TEXT);
        assert!(greeting.starts_with(b"ann@example.com at "), "{}", String::from_utf8_lossy(&greeting));
        peer
    }

    /// Sends a frame; what the server does not wait for is lost.
    fn send(&mut self, kind: u8, payload: &[u8]) {
        let mut frame = vec![kind];
        match payload.len() {
            length @ ..126 => frame.push(LAST | u8::try_from(length).unwrap()),
            length => {
                frame.push(LAST | 127);
                frame.extend(u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        let mask = [1, 2, 3, 4];
        frame.extend(mask);
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        drop(self.0.write_all(&frame));
    }

    /// The next frame: its kind and payload.
    #[track_caller]
    fn read(&mut self) -> (u8, Vec<u8>) {
        let mut head = [0; 2];
        self.0.read_exact(&mut head).expect("a frame");
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length).unwrap();
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length).unwrap();
                usize::try_from(u64::from_be_bytes(length)).unwrap()
            }
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).unwrap();
        (head[0] & 0x0f, payload)
    }

    /// Holds that the server closes next, pings left out, and for this reason.
    #[track_caller]
    fn expect_close(mut self, code: u16) {
        loop {
            match self.read() {
                (PING, _) => {}
                closed => break assert_eq!(closed, (CLOSE, code.to_be_bytes().to_vec())),
            }
        }
        self.send(LAST | CLOSE, &code.to_be_bytes());
        let mut rest = Vec::new();
        drop(self.0.read_to_end(&mut rest));
        assert_eq!(rest, b"");
    }

    #[track_caller]
    fn echoes(&mut self, kind: u8, payload: &[u8]) {
        self.send(LAST | kind, payload);
        assert!(self.read() == (kind, payload.to_vec()));
    }
}

#[test]
fn messages_go_both_ways_until_either_side_ends() {
    with_client(service, |_, client| {
        let mut peer = Peer::open(client);
        peer.echoes(TEXT, "hé".as_bytes());
        peer.echoes(BINARY, &[0, 255]);
        peer.echoes(BINARY, &vec![7; MAX_MESSAGE_BYTES]);
        // What looks like a refusal of the library is not replaced.
        peer.echoes(TEXT, b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        peer.send(TEXT, b"in ");
        peer.send(LAST | PING, b"between");
        peer.send(LAST, b"parts");
        assert_eq!(peer.read(), (PONG, b"between".to_vec()));
        assert_eq!(peer.read(), (TEXT, b"in parts".to_vec()));
        peer.echoes(TEXT, b"end");
        peer.expect_close(1000);

        let mut peer = Peer::open(client);
        peer.send(LAST | CLOSE, &1000_u16.to_be_bytes());
        peer.expect_close(1000);
        // One that only goes away leaves nothing behind that holds up the server's end.
        drop(Peer::open(client));
    });
}

#[test]
fn a_socket_is_for_callers_who_pass_the_gate_and_ask_for_one() {
    with_client(service, |app, client| {
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let version = format!("{upgrade}Sec-WebSocket-Version: 13\r\n");
        for (client, fields, status) in [
            (&app.client, version.as_str(), 401),
            (&client.with_token("99"), &version, 401),
            (client, upgrade, 426),
            (client, &format!("{upgrade}Sec-WebSocket-Version: 12\r\n"), 426),
            (client, "Sec-WebSocket-Version: 13\r\n", 426),
        ] {
            let refused = Peer::try_open(client, fields).err().expect("a refusal");
            assert!(refused.starts_with(&format!("HTTP/1.1 {status} ")), "{refused}");
        }
        let plain = client.get(PATH);
        assert_eq!((plain.header("Upgrade"), plain.header("Sec-WebSocket-Version")), (Some("websocket"), Some("13")));
        plain.refused(426, "upgradeRequired");
        client.call("HEAD", PATH, None).expect(426);
        client.post(PATH, &json!({})).expect(405);

        let operation = described(app, "get", PATH);
        assert!(operation["responses"]["101"].is_object() && operation["responses"]["426"].is_object());
    });
}

#[test]
fn a_socket_of_a_caller_who_breaks_the_rules_is_closed() {
    with_client(service, |_, client| {
        let mut peer = Peer::open(client);
        peer.send(LAST | BINARY, &vec![7; MAX_MESSAGE_BYTES + 1]);
        peer.expect_close(1009);

        let mut peer = Peer::open(client);
        peer.send(BINARY, &vec![7; MAX_MESSAGE_BYTES]);
        peer.send(LAST, &[7; 1]);
        peer.expect_close(1009);

        // Not masked, and of a kind that there is not.
        for rubbish in [[LAST | TEXT, 1, 0], [LAST | 5, LAST, 0]] {
            let mut peer = Peer::open(client);
            peer.0.write_all(&rubbish).unwrap();
            peer.expect_close(1002);
        }
        let mut peer = Peer::open(client);
        peer.send(TEXT, &[0xff]);
        peer.send(LAST, b"");
        peer.expect_close(1007);
    });
}

#[test]
fn a_socket_on_which_nothing_arrives_is_closed() {
    with_client(impatient_service, |_, client| {
        let begun = Instant::now();
        let mut patient = Peer::open(client);
        let silent = Peer::open(client);
        // Whoever answers the pings stays.
        while begun.elapsed() < Duration::from_millis(1500) {
            assert_eq!(patient.read(), (PING, Vec::new()));
            patient.send(LAST | PONG, b"");
        }
        silent.expect_close(1001);
        patient.send(LAST | TEXT, b"end");
        while patient.read() != (TEXT, b"end".to_vec()) {}
    });
}

#[test]
fn sockets_are_closed_when_the_server_stops() {
    with_client(service, |app, client| {
        let peer = Peer::open(client);
        app.begin_to_stop();
        peer.expect_close(1001);
    });
}
