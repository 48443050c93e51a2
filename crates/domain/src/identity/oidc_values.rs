//! What a provider's record is made of: addresses, and domains of e-mail addresses.

use std::fmt;
use std::str::FromStr;

use super::IdentityFault;
use crate::value::{Email, Fault, FaultCode as _, folded};

/// An address with https, or with http on the machine itself: what is sent there is read by nobody on the way. It is kept
/// as it was written, since providers compare it letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct SecureUrl(String);

/// A text that is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a URL with https, or with http on the loopback")]
pub struct InvalidSecureUrl;

impl From<InvalidSecureUrl> for Fault {
    fn from(_: InvalidSecureUrl) -> Self {
        IdentityFault::NotSecureUrl.fault()
    }
}

/// The most characters of an address.
const MAX_CHARS: usize = 255;

/// The hosts that are the machine itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl SecureUrl {
    /// What it looks like.
    pub const PATTERN: &str = concat!(
        r"^(?=.{1,255}$)(https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|http://(localhost|127\.0\.0\.1|\[::1\]))",
        r"(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?(/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$",
    );

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecureUrl {
    type Err = InvalidSecureUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSecureUrl> {
        let (has_tls, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://").ok_or(InvalidSecureUrl)?),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an address in brackets begin no port.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            Some(_) | None => (authority, None),
        };
        let has_host = if has_tls { is_host(host) } else { LOOPBACK.contains(&host) };
        let has_form = has_host && port.is_none_or(is_port) && path.bytes().all(is_of_path);
        if has_form && text.len() <= MAX_CHARS { Ok(Self(text.to_owned())) } else { Err(InvalidSecureUrl) }
    }
}

fn is_host(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let is_outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(is_inner) && is_outer(text.bytes().next()) && is_outer(text.bytes().last())
}

fn is_port(text: &str) -> bool {
    !text.starts_with(['0', '+']) && text.parse::<u16>().is_ok()
}

fn is_of_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~!$&'()*+,;=:@%/?-".contains(&byte)
}

impl fmt::Display for SecureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SecureUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A domain of e-mail addresses, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct EmailDomain(String);

/// A text that is no such domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a domain of e-mail addresses")]
pub struct InvalidEmailDomain;

impl From<InvalidEmailDomain> for Fault {
    fn from(_: InvalidEmailDomain) -> Self {
        IdentityFault::NotEmailDomain.fault()
    }
}

impl EmailDomain {
    /// What it looks like.
    pub const PATTERN: &str =
        r"^(?=.{1,252}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";

    /// Whether the address is one of this domain; one of a domain below it is not.
    #[must_use]
    pub fn has(&self, email: &Email) -> bool {
        email.key().rsplit_once('@').is_some_and(|(_, domain)| domain == self.0)
    }
}

/// What can stand behind the `@` of an address, but no IP address in brackets.
impl FromStr for EmailDomain {
    type Err = InvalidEmailDomain;

    fn from_str(text: &str) -> Result<Self, InvalidEmailDomain> {
        let text = text.trim();
        let is_domain = !text.ends_with(']') && format!("a@{text}").parse::<Email>().is_ok();
        is_domain.then(|| Self(folded(text))).ok_or(InvalidEmailDomain)
    }
}

impl fmt::Display for EmailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for EmailDomain {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_tls_or_leads_to_the_machine_itself() {
        for text in [
            "https://login.example.com",
            "https://login.example.com/realms/staff",
            "https://login.example.com:8443/a?b=c",
            "http://localhost:4000/signed-in",
            "http://127.0.0.1",
            "http://[::1]:8080/",
        ] {
            assert_eq!(text.parse::<SecureUrl>().unwrap().as_str(), text);
        }
        let long = format!("https://example.com/{}", "a".repeat(255));
        for text in [
            "",
            "login.example.com",
            "http://login.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost@example.com/",
            "https://user@example.com",
            "https://",
            "https:///a",
            "https://-a.example",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:+80",
            "https://example.com:",
            "https://example.com?a",
            "https://example.com/#a",
            "https://example.com/a b",
            "https://exämple.com",
            "https://[::1]",
            "javascript:alert(1)",
            " https://example.com",
            long.as_str(),
        ] {
            assert_eq!(text.parse::<SecureUrl>(), Err(InvalidSecureUrl), "{text}");
        }
    }

    #[test]
    fn a_domain_has_its_addresses_whatever_their_case_and_not_those_below_it() {
        let domain: EmailDomain = " Example.COM".parse().unwrap();
        let has = |email: &str| domain.has(&email.parse().unwrap());
        assert!(has("ann@example.com") && has("Ann@EXAMPLE.com"));
        assert!(!has("ann@mail.example.com") && !has("ann@notexample.com") && !has("ann@example.com.evil.example"));
        for text in ["", "a b", "@example.com", "ann@example.com", "[127.0.0.1]", "a..b", "-a"] {
            assert_eq!(text.parse::<EmailDomain>(), Err(InvalidEmailDomain), "{text}");
        }
    }
}
