//! Bodies of `multipart/form-data`.

use super::{Answer, Client};

/// A body of `multipart/form-data`.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

pub const BOUNDARY: &str = "a-boundary";

impl Form {
    pub fn part(mut self, head: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.0.extend([head.as_bytes(), content, b"\r\n"].concat());
        self
    }

    pub fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{name}\""), text.as_bytes())
    }

    pub fn file(self, field: &str, name: &str, content: &[u8]) -> Self {
        self.part(&format!("name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: image/png"), content)
    }

    /// Without its end.
    pub fn unended(self) -> Vec<u8> {
        self.0
    }

    pub fn ended(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.0
    }

    #[track_caller]
    pub fn send(self, client: &Client, path: &str) -> Answer {
        form_client(client).call("POST", path, Some(&self.ended()))
    }
}

/// Somebody who sends such bodies.
pub fn form_client(client: &Client) -> Client {
    client.with("Content-Type", &format!("multipart/form-data; boundary={BOUNDARY}"))
}
