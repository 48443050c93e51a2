//! A caller's connection.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use domain::value::Locale;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::headers::fresh_request_id;
use crate::transport::Transport;
use crate::{Problem, Texts};

/// A connection on which the answers that the library gives by itself, to what is no HTTP request or comes too slowly,
/// look like all others.
pub(crate) struct Connection {
    transport: Transport,
    /// How it speaks to those who send what is not a request of any interface.
    texts: &'static Texts,
    substitute: Option<Substitute>,
    verbatim: Verbatim,
}

/// Whether a connection has carried bytes of files or messages. They may look like an answer of the library, so from
/// then on every byte is sent as it is.
#[derive(Clone, Default)]
pub(crate) struct Verbatim(Rc<Cell<bool>>);

impl Verbatim {
    pub fn begin(&self) {
        self.0.set(true);
    }
}

/// What is sent in the place of an answer of the library.
struct Substitute {
    bytes: Vec<u8>,
    sent: usize,
    /// How many bytes of the library's it stands for.
    replaces: usize,
}

impl Connection {
    pub fn new(transport: Transport, texts: &'static Texts) -> Self {
        Self { transport, texts, substitute: None, verbatim: Verbatim::default() }
    }

    pub fn verbatim(&self) -> Verbatim {
        self.verbatim.clone()
    }

    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write(context, bytes)
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.substitute.is_none() && !this.verbatim.0.get() {
            this.substitute = substitute(bytes, this.texts);
        }
        while let Some(mut substitute) = this.substitute.take() {
            let rest = substitute.bytes.get(substitute.sent..).unwrap_or_default();
            if rest.is_empty() {
                return Poll::Ready(Ok(substitute.replaces));
            }
            let written = this.write(context, rest);
            if let Poll::Ready(Ok(written)) = written {
                substitute.sent += written;
            }
            this.substitute = Some(substitute);
            ready!(written)?;
        }
        this.write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(context)
    }
}

/// The longest head that the library writes by itself.
const MAX_HEAD_BYTES: usize = 512;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Our answer, where these bytes end in one that the library gave by itself: a refusal without a
/// body and without the request's id, which all of ours have.
fn substitute(bytes: &[u8], texts: &Texts) -> Option<Substitute> {
    let tail_at = bytes.len().saturating_sub(MAX_HEAD_BYTES);
    let tail = bytes.get(tail_at..)?.strip_suffix(END_OF_HEAD)?;
    let head_at = tail.windows(HTTP.len()).rposition(|window| window == HTTP)?;
    let head = std::str::from_utf8(tail.get(head_at..)?).ok()?;
    let (status_line, fields) = head.split_once("\r\n")?;
    let status: u16 = status_line.split(' ').nth(1)?.parse().ok()?;
    let fields = fields.to_ascii_lowercase();
    // The text of a streamed answer may look like a head, but then the end of its last chunk follows.
    if !fields.lines().all(|field| field.contains(": ")) {
        return None;
    }
    let is_ours = fields.contains("x-request-id:") || !fields.contains("content-length: 0");
    if status < 400 || is_ours {
        return None;
    }
    let request_id = fresh_request_id();
    if status >= 500 {
        log::error!("{request_id}: the HTTP library answered {status} by itself");
    }
    let body = Problem::of_the_protocol(status).body(texts, &Locale::default(), &request_id).json;
    let fields = fields.replace("content-length: 0", &format!("content-length: {}", body.len()));
    let head = format!(
        "{status_line}\r\n{fields}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\nx-request-id: {request_id}\r\n\r\n"
    );
    let before = bytes.get(..tail_at + head_at)?;
    Some(Substitute { bytes: [before, head.as_bytes(), &body].concat(), sent: 0, replaces: bytes.len() })
}

const HTTP: &[u8] = b"HTTP/1.";

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        Texts { catalogue: crate::Catalogue::default(), name_of: |_| "" }
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(substitute(bytes, &texts()).unwrap().bytes).unwrap()
    }

    #[test]
    fn a_refusal_of_the_library_gets_our_body_and_an_id() {
        let answer = text(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        assert!(head.contains("\r\nx-request-id: "));
        assert!(head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())));
        assert!(body.starts_with("{\"error\":{\"code\":400,"));
    }

    #[test]
    fn what_was_answered_before_it_stays() {
        let earlier = "HTTP/1.1 200 OK\r\nx-request-id: a\r\ncontent-length: 2\r\n\r\n{}";
        let bytes = format!("{earlier}HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n");
        assert!(text(bytes.as_bytes()).starts_with(&format!("{earlier}HTTP/1.1 408 ")));
    }

    #[test]
    fn our_own_answers_stay_as_they_are() {
        for answer in [
            "HTTP/1.1 204 No Content\r\nx-request-id: a\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nx-request-id: a\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\nabcde",
            "a,b\r\n\r\n",
            "2a\r\n1,HTTP/1.1 400 x\r\ncontent-length: 0\r\n0\r\n\r\n",
            "",
        ] {
            assert!(substitute(answer.as_bytes(), &texts()).is_none(), "{answer}");
        }
    }
}
