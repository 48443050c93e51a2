//! Calls beside any HTTP library: what none of them would send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{Answer, Client, TestApp};

/// A connection of its own.
pub fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.client.base.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream
}

/// Sends this and gives what is answered until the server closes the connection.
pub fn answer_to(app: &TestApp, bytes: &[u8]) -> Answer {
    let mut stream = connect(app);
    stream.write_all(bytes).expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    Answer::of_text(&answer)
}

/// An answer with its bytes as they came.
pub struct Raw {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a text"))
    }
}

/// Calls without a body, and gives what came, whatever it is; an error where the answer broke off.
pub fn fetch(client: &Client, method: &str, path: &str, headers: &[(&str, &str)]) -> Result<Raw, ureq::Error> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", client.base));
    let token = client.token.as_ref().map(|token| ("Authorization", format!("Bearer {token}")));
    for (name, value) in token.iter().map(|(name, value)| (*name, value.as_str())).chain(headers.iter().copied()) {
        request = request.header(name, value);
    }
    let mut response = ureq::Agent::from(config).run(request.body(()).expect("a request"))?;
    let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
    Ok(Raw { status: response.status().as_u16(), headers: response.headers().clone(), body })
}

/// All lines of a header that a path is answered with.
pub fn fetch_all(client: &Client, path: &str, name: &str) -> Vec<String> {
    let raw = fetch(client, "GET", path, &[]).expect("an answer");
    raw.headers.get_all(name).iter().map(|value| value.to_str().expect("a text").to_owned()).collect()
}
