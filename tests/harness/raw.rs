//! Calls beside any HTTP library: what none of them would send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{Answer, TestApp};

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
