//! A client program of Socket.IO 2, by polling or over a WebSocket, one packet at a time.

use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::clients::ClientId;
use serde_json::{Value, json};
use storage::Error;
use storage::credentials::sessions;
use storage::identity::sessions::NewTokens;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

use super::{Answer, Client, TestApp};

const PATH: &str = "/socket.io/?EIO=3";
const PATIENCE: Duration = Duration::from_secs(20);

/// Signs a client in, for this long; their access token.
pub fn sign_in_for(app: &TestApp, client: i64, lasts: TimeDelta) -> String {
    let [access, refresh] = [(); 2].map(|()| app.outbound.secret.token().expect("a token"));
    let client = ClientId::new(client);
    let begun = app.database.write(move |tx| {
        let tokens = NewTokens {
            access: access.hash,
            access_expires_at: tx.now.plus(lasts),
            refresh: refresh.hash,
            refresh_expires_at: tx.now.plus(TimeDelta::days(30)),
        };
        sessions::begin(tx, client, None, "203.0.113.7", &tokens)?;
        Ok::<_, Error>(access.text.clone())
    });
    begun.expect("a session")
}

/// The same for as long as access tokens of clients last.
pub fn sign_in(app: &TestApp, client: i64) -> String {
    sign_in_for(app, client, TimeDelta::minutes(20))
}

/// The channel of a client.
pub fn channel_of(client: i64) -> String {
    format!("private-frontend_users.{client}")
}

/// A packet that subscribes.
pub fn subscription(channel: &str, token: Option<&str>) -> String {
    let mut body = json!({"channel": channel});
    if let Some(token) = token {
        body["auth"] = json!({"headers": {"Authorization": format!("Bearer {token}")}});
    }
    format!("42{}", json!(["subscribe", body]))
}

/// The parts of an event's packet.
#[track_caller]
pub fn parts_of(packet: &str) -> Value {
    let json = packet.strip_prefix("42").unwrap_or_else(|| panic!("{packet} is not an event"));
    serde_json::from_str(json).expect("JSON")
}

/// A program that sends and gets packets, whichever way.
pub trait Program {
    fn send(&mut self, packet: &str);

    /// The next packet; none where the connection has ended.
    fn try_next(&mut self) -> Option<String>;

    #[track_caller]
    fn next(&mut self) -> String {
        self.try_next().expect("a packet")
    }

    #[track_caller]
    fn expect(&mut self, packet: &str) {
        assert_eq!(self.next(), packet);
    }

    /// Holds that nothing came but the answer to a ping: what was sent before it has been looked at.
    #[track_caller]
    fn hears_nothing(&mut self) {
        self.send("2fence");
        self.expect("3fence");
    }

    /// Subscribes, whether that is allowed or not.
    #[track_caller]
    fn subscribe(&mut self, channel: &str, token: Option<&str>) {
        self.send(&subscription(channel, token));
        self.hears_nothing();
    }

    /// Subscribes while there may be events already, and gives those.
    fn subscribe_meanwhile(&mut self, channel: &str) -> Vec<String> {
        self.send(&subscription(channel, None));
        self.send("2fence");
        std::iter::from_fn(|| self.try_next()).take_while(|packet| packet != "3fence").collect()
    }

    /// Holds that an event comes on a channel, and gives its data.
    #[track_caller]
    fn event(&mut self, name: &str, channel: &str) -> Value {
        let parts = parts_of(&self.next());
        assert_eq!((&parts[0], &parts[1]), (&json!(name), &json!(channel)), "{parts}");
        assert_eq!(parts.as_array().map(Vec::len), Some(3), "{parts}");
        parts[2].clone()
    }

    /// Holds that the server has ended the connection.
    #[track_caller]
    fn expect_end(&mut self) {
        assert_eq!(self.try_next(), None);
    }
}

/// Over a WebSocket.
pub struct Wired(WebSocket<TcpStream>);

impl Wired {
    /// Opens a WebSocket, for the session of this id where there is one.
    pub fn try_open(client: &Client, sid: Option<&str>, address: Option<&str>) -> Result<Self, u16> {
        let place = client.base.trim_start_matches("http://");
        let sid = sid.map(|sid| format!("&sid={sid}")).unwrap_or_default();
        let url = format!("ws://{place}{PATH}&transport=websocket{sid}");
        let mut request = url.into_client_request().expect("a request");
        if let Some(address) = address {
            request.headers_mut().insert("X-Forwarded-For", address.parse().expect("a header"));
        }
        for name in ["Accept-Language", "Origin"] {
            if let Some(value) = client.header(name) {
                request.headers_mut().insert(name, value.parse().expect("a header"));
            }
        }
        let stream = TcpStream::connect(place).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("no WebSocket: {error}"),
        }
    }

    /// A session of its own.
    #[track_caller]
    pub fn open(client: &Client) -> Self {
        Self::open_from(client, None)
    }

    /// The same from an address.
    #[track_caller]
    pub fn open_from(client: &Client, address: Option<&str>) -> Self {
        let mut wired = Self::try_open(client, None, address).expect("a WebSocket");
        let open: Value = serde_json::from_str(wired.next().strip_prefix('0').expect("packet 0")).expect("JSON");
        assert_eq!(open["upgrades"], json!([]));
        wired.expect("40");
        wired
    }

    /// Sends a frame that is no text.
    pub fn send_bytes(&mut self, bytes: &'static [u8]) {
        self.0.send(Message::binary(bytes)).expect("it is sent");
    }
}

impl Program for Wired {
    fn send(&mut self, packet: &str) {
        // What a server that has closed is told is lost.
        drop(self.0.send(Message::text(packet)));
    }

    #[track_caller]
    fn try_next(&mut self) -> Option<String> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(_)) | Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::Protocol(_)) => {
                    return None;
                }
                Err(tungstenite::Error::Io(error)) if error.kind() != std::io::ErrorKind::WouldBlock => return None,
                other => panic!("{other:?}"),
            }
        }
    }
}

/// By polling.
pub struct Polled {
    client: Client,
    pub sid: String,
    /// What a poll brought beside the first packet.
    waiting: Vec<String>,
}

/// The packets of a body.
#[track_caller]
pub fn packets_of(body: &str) -> Vec<String> {
    let (mut packets, mut rest) = (Vec::new(), body);
    while !rest.is_empty() {
        let (length, after) = rest.split_once(':').unwrap_or_else(|| panic!("no packets: {body:?}"));
        let length = length.parse().expect("a length");
        let units: Vec<u16> = after.encode_utf16().take(length).collect();
        assert_eq!(units.len(), length, "{body:?}");
        let packet = String::from_utf16(&units).expect("a text");
        rest = &after[packet.len()..];
        packets.push(packet);
    }
    packets
}

fn polling(client: &Client, sid: Option<&str>, body: Option<&[u8]>) -> Answer {
    let sid = sid.map(|sid| format!("&sid={sid}")).unwrap_or_default();
    let method = if body.is_some() { "POST" } else { "GET" };
    client.call(method, &format!("{PATH}&transport=polling&t=Nabc{sid}"), body)
}

impl Polled {
    /// Asks for a session.
    pub fn handshake(client: &Client) -> Answer {
        polling(&client.unrecorded(), None, None)
    }

    #[track_caller]
    pub fn open(client: &Client) -> Self {
        let body = Self::handshake(client).expect(200);
        let packets = packets_of(body.as_str().expect("a text"));
        let open: Value = serde_json::from_str(packets[0].strip_prefix('0').expect("packet 0")).expect("JSON");
        assert_eq!(packets[1..], ["40"]);
        let sid = open["sid"].as_str().expect("an id").to_owned();
        Self { client: client.unrecorded(), sid, waiting: Vec::new() }
    }

    /// Waits for packets.
    pub fn poll(&self) -> Answer {
        polling(&self.client, Some(&self.sid), None)
    }

    /// Waits for packets on a thread.
    pub fn poll_meanwhile(&self) -> std::thread::JoinHandle<Value> {
        let (base, sid) = (self.client.base.clone(), self.sid.clone());
        std::thread::spawn(move || polling(&Client::new(&base, Default::default()), Some(&sid), None).expect(200))
    }

    /// Waits for packets twice; gives what the polls bring as they are answered.
    pub fn two_polls(&self) -> mpsc::Receiver<Value> {
        let (sender, answers) = mpsc::channel();
        for poll in [self.poll_meanwhile(), self.poll_meanwhile()] {
            let sender = sender.clone();
            std::thread::spawn(move || sender.send(poll.join().expect("an answer")));
        }
        answers
    }

    /// Sends a body.
    pub fn post(&self, body: &[u8]) -> Answer {
        polling(&self.client, Some(&self.sid), Some(body))
    }

    /// Opens a WebSocket for the session.
    #[track_caller]
    pub fn attach(&self) -> Wired {
        Wired::try_open(&self.client, Some(&self.sid), None).expect("a WebSocket")
    }
}

impl Program for Polled {
    fn send(&mut self, packet: &str) {
        let length = packet.encode_utf16().count();
        assert_eq!(self.post(format!("{length}:{packet}").as_bytes()).expect(200), json!("ok"));
    }

    fn try_next(&mut self) -> Option<String> {
        if self.waiting.is_empty() {
            let answer = self.poll();
            if answer.status == 400 {
                return None;
            }
            self.waiting = packets_of(answer.expect(200).as_str().expect("a text"));
        }
        Some(self.waiting.remove(0)).filter(|packet| packet != "1")
    }
}
