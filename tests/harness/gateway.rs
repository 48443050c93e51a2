use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// An outside platform on this machine: it answers as it is told, and remembers what it was asked.
pub struct Gateway {
    pub url: String,
    status: Arc<AtomicU16>,
    credit_status: Arc<AtomicU16>,
    body: Arc<Mutex<String>>,
    orders: Arc<Mutex<Vec<(String, Value)>>>,
    calls: Arc<Mutex<Vec<Received>>>,
}

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// The path.
    pub path: String,
    /// The headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Gateway {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/orders", listener.local_addr().expect("an address"));
        let [status, credit_status] = [200, 200].map(|status| Arc::new(AtomicU16::new(status)));
        let gateway = Self {
            url,
            status,
            credit_status,
            body: Arc::new(Mutex::new("{}".into())),
            orders: Arc::default(),
            calls: Arc::default(),
        };
        let (status, credit_status) = (Arc::clone(&gateway.status), Arc::clone(&gateway.credit_status));
        let (body, orders) = (Arc::clone(&gateway.body), Arc::clone(&gateway.orders));
        let calls = Arc::clone(&gateway.calls);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let mut lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
                let first = lines.next().unwrap_or_default();
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let header = |line: String| {
                    let (name, value) = line.split_once(": ").expect("a header");
                    (name.to_ascii_lowercase(), value.to_owned())
                };
                let headers: BTreeMap<String, String> = lines.map(header).collect();
                let key = headers.get("idempotency-key").cloned().unwrap_or_default();
                let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
                let mut sent = vec![0; length];
                reader.read_exact(&mut sent).expect("a body");
                let order: Value = serde_json::from_slice(&sent).unwrap_or_default();
                let body_text = String::from_utf8_lossy(&sent).into_owned();
                calls.lock().expect("calls").push(Received { path, headers, body: body_text });
                let moves_credit = order["creditChange"].as_str().is_some_and(|change| change != "0");
                orders.lock().expect("orders").push((key, order));
                let status = if moves_credit { &credit_status } else { &status };
                match status.load(Ordering::SeqCst) {
                    // The answer stays out.
                    0 => {}
                    status => {
                        let body = body.lock().expect("a body").clone();
                        let head =
                            format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close", body.len());
                        let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
                    }
                }
            }
        });
        gateway
    }

    /// What it answers from now on; 0: nothing.
    pub fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
        self.answer_credit(status);
    }

    /// What it answers from now on, with this body.
    pub fn answer_with(&self, status: u16, body: &Value) {
        *self.body.lock().expect("a body") = body.to_string();
        self.answer(status);
    }

    /// What it answers from now on where credit is given or taken back.
    pub fn answer_credit(&self, status: u16) {
        self.credit_status.store(status, Ordering::SeqCst);
    }

    /// The calls as they came in.
    pub fn calls(&self) -> Vec<Received> {
        self.calls.lock().expect("calls").clone()
    }

    /// What it was asked, with the keys.
    pub fn orders(&self) -> Vec<(String, Value)> {
        self.orders.lock().expect("orders").clone()
    }
}
