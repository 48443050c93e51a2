use std::fmt;
use std::str::FromStr;

use super::PlatformFault;
use crate::identity::IpNetwork;
use crate::value::{Fault, FaultCode as _};

/// A host that webhooks may reach by http, or a private address or block of addresses: a host name in lower case, an IP
/// address or a CIDR block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct WebhookHost(String);

/// A text that is no such host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a host name, an IP address or a CIDR block")]
pub struct InvalidWebhookHost;

impl From<InvalidWebhookHost> for Fault {
    fn from(_: InvalidWebhookHost) -> Self {
        PlatformFault::NotWebhookHost.fault()
    }
}

/// The longest name and the longest of its labels, in bytes (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

impl WebhookHost {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=MAX_LABEL_BYTES).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(is_allowed)
}

/// A name whose last label is a number would be read as an address.
fn is_name(text: &str) -> bool {
    let ends_in_number = text.rsplit('.').next().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() <= MAX_NAME_BYTES && !ends_in_number && text.split('.').all(is_label)
}

impl FromStr for WebhookHost {
    type Err = InvalidWebhookHost;

    fn from_str(text: &str) -> Result<Self, InvalidWebhookHost> {
        let text = text.trim();
        match text.parse::<IpNetwork>() {
            Ok(network) => Ok(Self(network.to_string())),
            Err(_) if is_name(text) => Ok(Self(text.to_ascii_lowercase())),
            Err(_) => Err(InvalidWebhookHost),
        }
    }
}

impl fmt::Display for WebhookHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for WebhookHost {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for (text, host) in [
            ("Hooks.Example.com", "hooks.example.com"),
            ("localhost", "localhost"),
            ("10.0.0.7", "10.0.0.7"),
            ("10.0.0.7/8", "10.0.0.0/8"),
            ("fd00::1", "fd00::1"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            let parsed: WebhookHost = text.parse().unwrap();
            assert_eq!(parsed.as_str(), host);
            assert_eq!(host.parse(), Ok(parsed));
        }
        let long = "a".repeat(64);
        for text in ["", "http://a", "a:80", "a/b", "-a", "a..b", "a.", "10.0.0.256", "*.a", "a b", long.as_str()] {
            assert_eq!(text.parse::<WebhookHost>(), Err(InvalidWebhookHost), "{text}");
        }
    }
}
