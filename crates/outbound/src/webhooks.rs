//! Webhooks: signed as the Standard Webhooks specification says, and sent to public addresses alone.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::identity::IpNetwork;
use domain::messaging::is_public;
use domain::value::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use storage::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::client::{self, Answer};
use crate::metrics::{Answered, CallOutcome};
use crate::secrets::random;

/// How long a receiver may take.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is kept as the reason of a failure.
const MAX_REASON_BYTES: u64 = 500;
/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";
/// How many bytes a secret that the server makes has.
const SECRET_BYTES: usize = 32;
/// How we introduce ourselves.
const USER_AGENT: &str = concat!("backoffice/", env!("CARGO_PKG_VERSION"));

/// A new signing secret, as it is shown once.
///
/// # Errors
/// Those of the machine's randomness.
pub fn new_secret() -> Result<String, Error> {
    Ok(format!("{SECRET_PREFIX}{}", STANDARD.encode(random::<SECRET_BYTES>()?)))
}

/// The key in a secret; none where it is not one of 24 to 64 bytes.
#[must_use]
pub fn key_of(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

/// A message to a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Where to.
    pub url: &'a str,
    /// Its id: the same at every attempt.
    pub id: &'a str,
    /// When it is sent.
    pub time: Timestamp,
    /// What is sent, as JSON.
    pub body: &'a str,
    /// The keys that sign it.
    pub keys: &'a [Vec<u8>],
    /// The hosts that may be reached without TLS, and that may be private: names, addresses and blocks of addresses.
    pub open_hosts: &'a [String],
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The status; none where it did not answer.
    pub status: Option<u16>,
    /// Why it was not taken.
    pub error: Option<String>,
}

impl Answered for Receipt {
    fn outcome(&self) -> CallOutcome {
        match (self.status, &self.error) {
            (Some(_), None) => CallOutcome::Done,
            (Some(_), Some(_)) => CallOutcome::Refused,
            (None, _) => CallOutcome::Failed,
        }
    }
}

/// Sends a message once.
#[must_use]
pub fn send(message: &Message<'_>) -> Receipt {
    let failed = |error: String| Receipt { status: None, error: Some(error) };
    let (is_tls, is_open) = match target(message) {
        Ok(target) => target,
        Err(reason) => return failed(reason),
    };
    if !is_tls && !is_open {
        return failed("the address is not one with https, and its host is not in webhookHttpHosts".into());
    }
    let config = client::config(WEBHOOK_TIMEOUT).http_status_as_error(false).max_redirects(0).proxy(None).build();
    let guard = Guard { is_open, networks: networks(message.open_hosts), resolver: DefaultResolver::default() };
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), guard);
    let request = agent
        .post(message.url)
        .header("Content-Type", "application/json")
        .header("User-Agent", USER_AGENT)
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.time.unix_seconds().to_string())
        .header("webhook-signature", signatures(message));
    let Answer { status, body } = match client::received(request.send(message.body), MAX_REASON_BYTES) {
        Ok(answer) => answer,
        Err(reason) => return failed(reason),
    };
    let error = if status.is_success() {
        None
    } else if status.is_redirection() {
        Some("it answered with a redirect, which is not followed".to_owned())
    } else {
        Some(body)
    };
    Receipt { status: Some(status.as_u16()), error }
}

/// Whether a message goes out with TLS, and whether its host may be reached without, and be private.
fn target(message: &Message<'_>) -> Result<(bool, bool), String> {
    let uri: Uri = message.url.parse().map_err(|_| "the address cannot be read".to_owned())?;
    let host = uri.host().ok_or("the address names no host")?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_named = message.open_hosts.iter().any(|open| open.eq_ignore_ascii_case(bare));
    let is_within = |address: IpAddr| networks(message.open_hosts).iter().any(|network| network.contains(address));
    let is_open = is_named || bare.parse().is_ok_and(is_within);
    Ok((uri.scheme_str() == Some("https"), is_open))
}

/// Those of the hosts that are addresses, or blocks of them.
fn networks(open_hosts: &[String]) -> Vec<IpNetwork> {
    open_hosts.iter().filter_map(|host| host.parse().ok()).collect()
}

/// The signatures by all keys, the newest first.
#[must_use]
pub fn signatures(message: &Message<'_>) -> String {
    let seconds = message.time.unix_seconds();
    let signature = |key: &Vec<u8>| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(format!("{}.{seconds}.{}", message.id, message.body).as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    message.keys.iter().filter_map(signature).collect::<Vec<_>>().join(" ")
}

/// Resolves names to addresses that everybody can reach. The connection is made to the very addresses that were looked at, so a
/// name that changes in between reaches nothing inside.
#[derive(Debug)]
struct Guard {
    /// Whether the host is listed, and may be private.
    is_open: bool,
    /// What may be private.
    networks: Vec<IpNetwork>,
    resolver: DefaultResolver,
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        if self.is_open {
            return Ok(found);
        }
        let mut public = self.empty();
        let mut refused: Option<SocketAddr> = None;
        for address in &found {
            if is_public(address.ip()) || self.networks.iter().any(|network| network.contains(address.ip())) {
                public.push(*address);
            } else {
                refused = Some(*address);
            }
        }
        match refused {
            // One private address is enough: whoever sets such a name up wants something inside.
            Some(address) => {
                let reason =
                    format!("the address {} is not public, and its host is not in webhookHttpHosts", address.ip());
                Err(ureq::Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, reason)))
            }
            None => Ok(public),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let message = Message {
            url: "https://example.com",
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            time: "2021-02-25T15:02:10Z".parse().unwrap(),
            body: r#"{"test": 2432232314}"#,
            keys: &[key],
            open_hosts: &[],
        };
        let signed = signatures(&message);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn private_addresses_are_not_called() {
        for url in [
            "https://127.0.0.1:1/",
            "https://[::1]:1/",
            "https://169.254.169.254/",
            "https://localhost:1/",
            "https://[::ffff:10.0.0.1]:1/",
        ] {
            let time = "2026-01-01T00:00:00Z".parse().unwrap();
            let message = Message { url, id: "m", time, body: "{}", keys: &[], open_hosts: &[] };
            let receipt = send(&message);
            assert!(receipt.error.as_deref().is_some_and(|error| error.contains("is not public")), "{url} {receipt:?}");
        }
    }

    #[test]
    fn plain_http_goes_to_listed_hosts_alone() {
        let time = "2026-01-01T00:00:00Z".parse().unwrap();
        let message = Message { url: "http://example.com/", id: "m", time, body: "{}", keys: &[], open_hosts: &[] };
        assert!(send(&message).error.unwrap().contains("https"));
    }

    #[test]
    fn a_secret_has_a_key_of_its_size() {
        assert_eq!(key_of(&new_secret().unwrap()).unwrap().len(), SECRET_BYTES);
        for secret in ["", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "whsec_%"] {
            assert_eq!(key_of(secret), None, "{secret}");
        }
    }
}
