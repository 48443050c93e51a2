//! The HTTP client of adapters.

use std::fmt::Write as _;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use ureq::http::StatusCode;

/// How long a gateway may take.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(10);
/// The same where a call waits for it, which has nine seconds in all.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(6);
/// How much of an answer is read, and stored as the reason.
const MAX_ANSWER_BYTES: u64 = 500;

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// How a client is set up that gives up after this time.
pub(crate) fn config(timeout: Duration) -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .tls_config(ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build())
}

/// A client that answers whatever status comes back, and follows no redirect: what is sent is for one address.
pub(crate) fn agent() -> ureq::Agent {
    agent_for(GATEWAY_TIMEOUT)
}

fn agent_for(timeout: Duration) -> ureq::Agent {
    config(timeout).http_status_as_error(false).max_redirects(0).build().into()
}

/// What came back, so much of it.
///
/// # Errors
/// Why nothing did.
pub(crate) fn received(
    sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    max_bytes: u64,
) -> Result<Answer, String> {
    let mut response = sent.map_err(|error| told(&error))?;
    let body = response.body_mut().with_config().limit(max_bytes).read_to_string().unwrap_or_default();
    Ok(Answer { status: response.status(), body })
}

/// The error without the address, which may hold a secret.
pub(crate) fn told(error: &ureq::Error) -> String {
    if let ureq::Error::BadUri(_) = error { "its address is not a URL".to_owned() } else { error.to_string() }
}

/// What a gateway answered to an order.
pub(crate) enum Reply {
    /// It is done.
    Done,
    /// It will not be done. The status and the beginning of the body.
    Declined(String),
    /// Nothing is known. Why.
    Unknown(String),
}

/// What came back: the status, and the beginning of the body.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub body: String,
}

impl Answer {
    /// Both, to be read by operators.
    pub fn told(&self) -> String {
        format!("{}: {}", self.status.as_u16(), self.body)
    }

    /// Whether what was asked for will not be done. Too many at once, or too slow, says nothing about it.
    pub fn is_refusal(&self) -> bool {
        self.status.is_client_error() && !matches!(self.status.as_u16(), 401 | 408 | 425 | 429)
    }
}

/// Sends an order under a key; a second one under the same key must do nothing.
pub(crate) fn order(url: &str, key: &str, body: &Value, signing_key: Option<&str>) -> Reply {
    let answer = match post(url, key, body, signing_key) {
        Ok(answer) => answer,
        Err(error) => return Reply::Unknown(error),
    };
    if answer.status.is_success() {
        return Reply::Done;
    }
    if answer.is_refusal() { Reply::Declined(answer.told()) } else { Reply::Unknown(answer.told()) }
}

/// Sends a body under a key, signed where there is a key for that.
///
/// # Errors
/// Why nothing came back.
pub(crate) fn post(url: &str, key: &str, body: &Value, signing_key: Option<&str>) -> Result<Answer, String> {
    send(agent().post(url).header("Idempotency-Key", key), body, signing_key, MAX_ANSWER_BYTES)
}

/// Sends a question for which a call waits and which can be asked again, and reads so much of the answer.
///
/// # Errors
/// Why nothing came back.
pub(crate) fn ask(url: &str, question: &Value, signing_key: Option<&str>, max_bytes: u64) -> Result<Answer, String> {
    send(agent_for(ANSWER_TIMEOUT).post(url), question, signing_key, max_bytes)
}

/// The same under a key: a second one under the same key must do nothing.
///
/// # Errors
/// Why nothing came back.
pub(crate) fn ask_once(
    url: &str,
    key: &str,
    question: &Value,
    signing_key: Option<&str>,
    max_bytes: u64,
) -> Result<Answer, String> {
    send(agent_for(ANSWER_TIMEOUT).post(url).header("Idempotency-Key", key), question, signing_key, max_bytes)
}

fn send(
    request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    body: &Value,
    signing_key: Option<&str>,
    max_bytes: u64,
) -> Result<Answer, String> {
    let body = body.to_string();
    let mut request = request.header("Content-Type", "application/json");
    if let Some(signature) = signing_key.and_then(|key| signature(key, body.as_bytes())) {
        request = request.header("X-Signature", signature);
    }
    received(request.send(&body), max_bytes)
}

/// The body's HMAC-SHA256 in hexadecimal digits, by which a gateway knows who asks.
fn signature(key: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body);
    let mut digits = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(digits, "{byte:02x}").ok()?;
    }
    Some(digits)
}

/// Whether these hexadecimal digits are the body's HMAC-SHA256, in constant time.
pub(crate) fn is_signature(key: &str, body: &[u8], digits: &str) -> bool {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
    mac.update(body);
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let sent: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(pair).collect();
    sent.is_some_and(|sent| mac.verify_slice(&sent).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_the_hmac_of_the_body() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", b"what do ya want for nothing?").as_deref(), Some(expected));
        assert!(is_signature("Jefe", b"what do ya want for nothing?", expected));
        for wrong in ["", "5b", "zz", "é", &expected.replace('5', "6")] {
            assert!(!is_signature("Jefe", b"what do ya want for nothing?", wrong), "{wrong}");
        }
    }
}
