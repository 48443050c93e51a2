//! A service on this machine that takes SMS: it remembers what it was sent, and answers as it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What a service was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The method and the path.
    pub target: String,
    pub authorization: String,
    pub content_type: String,
    pub body: String,
}

/// A service, at an address of its own.
pub struct Service {
    pub url: String,
    answer: Arc<Mutex<(u16, String)>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Service {
    pub fn start(status: u16, body: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = Self { url, answer: Arc::new(Mutex::new((status, body.to_string()))), sent: Arc::default() };
        let (answer, sent) = (Arc::clone(&service.answer), Arc::clone(&service.sent));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                sent.lock().expect("what was sent").push(read(&stream));
                let (status, body) = answer.lock().expect("an answer").clone();
                let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close", body.len());
                let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
            }
        });
        service
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16, body: &Value) {
        *self.answer.lock().expect("an answer") = (status, body.to_string());
    }

    /// What it was sent since this was asked last.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().expect("what was sent"))
    }
}

fn read(stream: &std::net::TcpStream) -> Sent {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let (mut sent, mut length) = (Sent::default(), 0);
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        match line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value)) {
            Some((name, value)) if name == "authorization" => value.clone_into(&mut sent.authorization),
            Some((name, value)) if name == "content-type" => value.clone_into(&mut sent.content_type),
            Some((name, value)) if name == "content-length" => length = value.parse().expect("a length"),
            Some(_) => {}
            None => line.trim_end_matches(" HTTP/1.1").clone_into(&mut sent.target),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    sent.body = String::from_utf8(body).expect("a text");
    sent
}
