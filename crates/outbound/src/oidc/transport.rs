//! How providers are called: with our HTTP client, and with one deadline for all that a sign-in asks.

use std::time::{Duration, Instant};

use openidconnect::{HttpRequest, HttpResponse};
use ureq::http::{Request, Response, Uri};

use crate::client::{self, told};

/// How long everything takes at most that one call of ours asks; the call has nine seconds.
const TIME: Duration = Duration::from_secs(6);
/// How much of an answer is read: keys with their certificates are some KiB each.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;

/// Why a provider was not called, or did not answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct CallError(String);

/// The way to a provider, for a while.
#[derive(Debug)]
pub(super) struct Transport {
    until: Instant,
}

impl Transport {
    /// From now on.
    pub fn open() -> Self {
        Self { until: Instant::now() + TIME }
    }

    /// Sends a request and reads the answer. Redirects are not followed: what is sent is for one address.
    pub fn call(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(CallError("it did not answer in time".to_owned()));
        }
        if !is_secure(request.uri()) {
            return Err(CallError(format!("it names an address without TLS on {:?}", request.uri().host())));
        }
        let agent: ureq::Agent = client::config(left).http_status_as_error(false).max_redirects(0).build().into();
        let (parts, body) = request.into_parts();
        let sent = if body.is_empty() {
            agent.run(Request::from_parts(parts, ()))
        } else {
            agent.run(Request::from_parts(parts, body))
        };
        let (parts, mut body) = sent.map_err(|error| CallError(told(&error)))?.into_parts();
        let read = body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        Ok(Response::from_parts(parts, read.map_err(|error| CallError(told(&error)))?))
    }
}

/// Whether nobody on the way reads what is sent there: a provider names further addresses itself.
fn is_secure(uri: &Uri) -> bool {
    let is_loopback = || matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(),
        Some(_) | None => false,
    }
}

/// The same of an address that a browser is sent to.
pub(super) fn is_secure_text(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| is_secure(&uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_names_is_called_with_tls_or_on_the_machine_itself() {
        for url in
            ["https://login.example.com/keys", "http://127.0.0.1:4000/keys", "http://[::1]:4000/", "http://localhost"]
        {
            assert!(is_secure_text(url), "{url}");
        }
        for url in ["http://login.example.com/keys", "ftp://127.0.0.1/", "javascript:alert(1)", "/keys", ""] {
            assert!(!is_secure_text(url), "{url}");
        }
        let request = Request::get("http://login.example.com/").body(Vec::new()).unwrap();
        assert!(Transport::open().call(request).is_err());
    }
}
