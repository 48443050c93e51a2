//! `SendGrid` on this machine: it takes what its documentation allows, and remembers it.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// The key that it knows.
pub const KEY: &str = "SG.s3cret";
/// The most parts of a request.
const MAX_PARTS: usize = 1_000;
/// The longest substitutions of a part, in bytes.
const MAX_SUBSTITUTION_BYTES: usize = 10_000;
/// What it takes for no address.
pub const NO_ADDRESS: &str = "refused@";

/// A service, at an address of its own.
pub struct SendGrid {
    pub url: String,
    taken: Arc<Mutex<Vec<Value>>>,
    /// What it answers next, before it is itself again; 0: nothing.
    next: Arc<Mutex<VecDeque<u16>>>,
}

impl SendGrid {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = Self { url, taken: Arc::default(), next: Arc::default() };
        let (taken, next) = (Arc::clone(&service.taken), Arc::clone(&service.next));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (head, body) = read(&stream);
                let told = next.lock().expect("answers").pop_front();
                let (status, answer) = match told {
                    Some(status) => (status, json!({"errors": [{"message": "told to", "field": null, "help": null}]})),
                    None => judged(&head, &body),
                };
                if matches!(status, 0 | 202) {
                    taken.lock().expect("mails").push(body);
                }
                if status != 0 {
                    let body = if status == 202 { String::new() } else { answer.to_string() };
                    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close", body.len());
                    let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
                }
            }
        });
        service
    }

    /// What it answers to the next requests, whatever they are; 0: it takes the mail, and the answer gets lost.
    pub fn answer_next(&self, statuses: &[u16]) {
        self.next.lock().expect("answers").extend(statuses);
    }

    /// The requests that it took since this was asked last.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.taken.lock().expect("mails"))
    }

    /// Whom the requests were for that it took since this was asked last.
    pub fn take_addresses(&self) -> Vec<String> {
        let address = |part: &Value| part["to"][0]["email"].as_str().expect("an address").to_owned();
        let parts = |request: &Value| request["personalizations"].as_array().expect("parts").clone();
        self.take().iter().flat_map(parts).map(|part| address(&part)).collect()
    }
}

/// The head in lower case but for the key, and the body.
fn read(stream: &TcpStream) -> (Vec<String>, Value) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let head: Vec<String> = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let length = head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    reader.read_exact(&mut body).expect("a body");
    (head, serde_json::from_slice(&body).expect("JSON"))
}

/// What it says of a request.
fn judged(head: &[String], body: &Value) -> (u16, Value) {
    let has = |field: &str| head.iter().any(|line| line.eq_ignore_ascii_case(field));
    if head.first().is_none_or(|line| line != "POST /v3/mail/send HTTP/1.1") {
        return (404, json!({"errors": [{"message": "not found", "field": null, "help": null}]}));
    }
    if !head.iter().any(|line| line.split_once(": ").is_some_and(|(_, value)| value == format!("Bearer {KEY}"))) {
        let message = "The provided authorization grant is invalid, expired, or revoked";
        return (401, json!({"errors": [{"message": message, "field": null, "help": null}]}));
    }
    assert!(has("content-type: application/json"), "{head:?}");
    let faults = faults(body);
    if faults.is_empty() { (202, Value::Null) } else { (400, json!({"errors": faults})) }
}

fn fault(field: &str, message: &str) -> Value {
    json!({"message": message, "field": field, "help": null})
}

fn faults(body: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    if !is_text(&body["from"]["email"]) {
        faults.push(fault("from", "The from object must be provided for every email send."));
    }
    let is_html = body["content"][0]["type"] == "text/html" && is_text(&body["content"][0]["value"]);
    if body["content"].as_array().is_none_or(|content| content.len() != 1) || !is_html {
        faults.push(fault("content", "The content value must be a string at least one character in length."));
    }
    let parts = body["personalizations"].as_array().cloned().unwrap_or_default();
    if !(1..=MAX_PARTS).contains(&parts.len()) {
        faults.push(fault("personalizations", "The personalization block is limited to 1000 personalizations."));
    }
    let mut seen = BTreeSet::new();
    for (place, part) in parts.iter().enumerate() {
        let at = |rest: &str| format!("personalizations.{place}.{rest}");
        let address = part["to"][0]["email"].as_str().unwrap_or_default().to_lowercase();
        if !address.contains('@') || address.starts_with(NO_ADDRESS) {
            let message = format!("Does not contain a valid address: {address}");
            faults.push(fault(&at("to.0.email"), &message));
        }
        if !seen.insert(address) {
            faults.push(fault("personalizations", "Each unique email address should only be included once."));
        }
        if !is_text(&part["subject"]) && !is_text(&body["subject"]) {
            faults.push(fault("subject", "The subject is required."));
        }
        let substitutions = part["substitutions"].as_object().cloned().unwrap_or_default();
        let bytes: usize = substitutions.iter().map(|(tag, value)| tag.len() + value.to_string().len()).sum();
        if bytes > MAX_SUBSTITUTION_BYTES || !substitutions.values().all(Value::is_string) {
            faults.push(fault(&at("substitutions"), "The substitutions are not strings, or too long."));
        }
    }
    faults
}
