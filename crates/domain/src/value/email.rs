use std::net::IpAddr;
use std::str::FromStr;

use validator::ValidateEmail as _;

use super::{CommonFault, Fault, FaultCode as _, folded};

/// An e-mail address, as it was written. Compare two by [`Email::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Email(#[cfg_attr(feature = "schema", schemars(extend("format" = "email")))] String);

/// A text that is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid e-mail address")]
pub struct EmailError;

impl From<EmailError> for Fault {
    fn from(_: EmailError) -> Self {
        CommonFault::NotEmail.fault()
    }
}

/// The longest part before the `@`, in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;
/// The longest label of a domain, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

impl Email {
    /// The longest address, in bytes (RFC 5321 allows a path of 256 with its brackets).
    pub const MAX_BYTES: usize = 254;

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address that somebody sends us: one that `validator` takes too, which knows internationalized domain names.
    ///
    /// # Errors
    /// [`EmailError`].
    pub fn checked(text: &str) -> Result<Self, EmailError> {
        let email: Self = text.parse()?;
        if email.0.validate_email() { Ok(email) } else { Err(EmailError) }
    }

    /// The form in which two addresses are compared: case does not count.
    #[must_use]
    pub fn key(&self) -> String {
        folded(&self.0)
    }
}

/// The form is that of the HTML standard ("valid e-mail address"), which browsers check too, within the limits of
/// RFC 5321, section 4.5.3.1. Address literals and internationalized domain names are addresses as well.
impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let is_address = text.len() <= Self::MAX_BYTES && is_local_part(local) && is_domain(domain);
        is_address.then(|| Self(text.to_owned())).ok_or(EmailError)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Letters of atoms (RFC 5322, section 3.2.3) and dots, which may stand anywhere, as in HTML.
fn is_local_part(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    (1..=MAX_LOCAL_BYTES).contains(&text.len()) && text.bytes().all(is_allowed)
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(is_label) || ends_with_address_literal(text)
}

/// A label of letters, digits and inner hyphens. One with other letters than ASCII is internationalized, and stands
/// for a label that only IDNA (RFC 5891) can tell.
fn is_label(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || !letter.is_ascii();
    let has_form = !text.is_ascii()
        || ((1..=MAX_LABEL_BYTES).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-'));
    has_form && text.chars().all(is_allowed)
}

/// An IP address in brackets (RFC 5321, section 4.1.3).
fn ends_with_address_literal(text: &str) -> bool {
    let literal = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
    literal.is_some_and(|(_, address)| address.parse::<IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_compared_without_case() {
        let (one, other): (Result<Email, _>, Result<Email, _>) = ("Ann@Example.com".parse(), "ann@example.COM".parse());
        assert_eq!(one.map(|email| email.key()), other.map(|email| email.key()));
    }

    #[test]
    fn blanks_around_an_address_are_dropped() {
        assert_eq!(" ann@example.com\n".parse::<Email>().unwrap().as_str(), "ann@example.com");
    }

    #[test]
    fn addresses_are_taken() {
        let longest_label = format!("ann@{}.com", "a".repeat(63));
        let longest_local_part = format!("{}@example.com", "a".repeat(64));
        for text in [
            "ann@example.com",
            "a@b",
            "weirder-email@here.and.there.com",
            "!def!xyz%abc@example.com",
            "a.!#$%&'*+/=?^_`{|}~-b@example.com",
            "first.last+tag@example.co.uk",
            ".ann..@example.com",
            "ann@valid-----hyphens.com",
            "ann@127.0.0.1",
            "ann@[127.0.0.1]",
            "ann@[2001:dB8::1]",
            "ann@[::fffF:127.0.0.1]",
            "ann@xn--bcher-kva.example",
            "ann@bücher.example",
            "test@domain.with.idn.tld.उदाहरण.परीक्षा",
            &longest_label,
            &longest_local_part,
        ] {
            assert!(text.parse::<Email>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_sent_is_looked_at_by_others_too() {
        assert_eq!(Email::checked(" ann@bücher.example ").unwrap().as_str(), "ann@bücher.example");
        for text in ["ann", "ann@xn--ü.example", "ann@ü..example"] {
            assert_eq!(Email::checked(text), Err(EmailError), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let long_label = format!("ann@{}.com", "a".repeat(64));
        let long_local_part = format!("{}@example.com", "a".repeat(65));
        let long_address = format!("ann@{}com", "abcdefghi.".repeat(25));
        for text in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann example.com",
            "ann@exa mple.com",
            "a nn@example.com",
            "ann@@example.com",
            "ann@example.com@",
            "ann@.com",
            "ann@example..com",
            "ann@example.com.",
            "ann@-example.com",
            "ann@example-.com",
            "ann@exam_ple.com",
            "ann@bücher_.example",
            "ann@[127.0.0.256]",
            "ann@[2001:db8::12345]",
            "ann@127.0.0.1]",
            "ann@[127.0.0.1].com",
            "änn@example.com",
            r#""ann b"@example.com"#,
            r#"ann@example.com\n<script src="x.js">"#,
            "ann\n@example.com",
            "ann@exam\nple.com",
            &long_label,
            &long_local_part,
            &long_address,
        ] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text}");
        }
    }
}
