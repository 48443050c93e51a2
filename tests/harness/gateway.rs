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
}

impl Gateway {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/orders", listener.local_addr().expect("an address"));
        let [status, credit_status] = [200, 200].map(|status| Arc::new(AtomicU16::new(status)));
        let gateway = Self { url, status, credit_status, body: Arc::default(), orders: Arc::default() };
        let (status, credit_status) = (Arc::clone(&gateway.status), Arc::clone(&gateway.credit_status));
        let (body, orders) = (Arc::clone(&gateway.body), Arc::clone(&gateway.orders));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let (mut key, mut length) = (String::new(), 0);
                for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                    let line = line.to_ascii_lowercase();
                    if let Some(value) = line.strip_prefix("idempotency-key: ") {
                        value.clone_into(&mut key);
                    } else if let Some(value) = line.strip_prefix("content-length: ") {
                        length = value.parse().expect("a length");
                    }
                }
                let mut sent = vec![0; length];
                reader.read_exact(&mut sent).expect("a body");
                let order: Value = serde_json::from_slice(&sent).expect("JSON");
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

    /// What it was asked, with the keys.
    pub fn orders(&self) -> Vec<(String, Value)> {
        self.orders.lock().expect("orders").clone()
    }
}
