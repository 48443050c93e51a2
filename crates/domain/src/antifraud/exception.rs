use std::fmt;
use std::str::FromStr;

use super::AntifraudFault;
use crate::value::{Fault, FaultCode as _, folded};

/// An IP address or an e-mail address that is not looked at, with `*` for any part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Exception(String);

/// A text that is not an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither an IP address nor an e-mail address")]
pub struct InvalidException;

impl From<InvalidException> for Fault {
    fn from(_: InvalidException) -> Self {
        AntifraudFault::NotException.with("max", Exception::MAX_CHARS)
    }
}

impl Exception {
    /// The most characters.
    pub const MAX_CHARS: usize = 254;
    /// What texts are taken, as a regular expression.
    pub const PATTERN: &'static str = r"^([0-9A-Fa-f.:*]{1,64}|[^\s@]{1,64}@[^\s@]{1,180})$";

    /// Whether it stands for this address; case does not count.
    #[must_use]
    pub fn covers(&self, address: &str) -> bool {
        let address = folded(address);
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| address.strip_prefix(first)) else { return false };
        let mut parts: Vec<&str> = parts.collect();
        let Some(last) = parts.pop() else { return rest.is_empty() };
        // Each part at its first place leaves the most to the others.
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Kept folded, as it is compared.
impl FromStr for Exception {
    type Err = InvalidException;

    fn from_str(text: &str) -> Result<Self, InvalidException> {
        let text = folded(text);
        let is_ip = text.chars().all(|letter| letter.is_ascii_hexdigit() || matches!(letter, '.' | ':' | '*'));
        let is_email = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace)
        });
        let fits = !text.is_empty() && text.chars().count() <= Self::MAX_CHARS;
        if fits && (is_ip || is_email) { Ok(Self(text)) } else { Err(InvalidException) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(exception: &str, address: &str) -> bool {
        exception.parse::<Exception>().unwrap().covers(address)
    }

    #[test]
    fn a_star_stands_for_any_part() {
        for (exception, address, is_covered) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.10", false),
            ("192.0.2.*", "192.0.2.10", true),
            ("192.0.2.*", "192.0.20.1", false),
            ("2001:DB8::*", "2001:db8::7", true),
            ("*@Example.com", "ann@example.COM", true),
            ("*@example.com", "ann@example.com.org", false),
            ("a*@*.example", "ann@mail.example", true),
            ("a*n@example.com", "an@example.com", true),
            ("a*a@example.com", "a@example.com", false),
            ("*", "anything", true),
            ("**", "", true),
        ] {
            assert_eq!(covers(exception, address), is_covered, "{exception} {address}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", " ", "example.com", "@example.com", "ann@", "a b@example.com", "a@b@c", "192.0.2.0/24"] {
            assert_eq!(text.parse::<Exception>(), Err(InvalidException), "{text:?}");
        }
        assert!(format!("{}@example.com", "a".repeat(250)).parse::<Exception>().is_err());
    }

    proptest! {
        #[test]
        fn what_a_star_replaces_is_covered(address in "[a-c]{1,8}@[a-c.]{1,8}", from in 0_usize..20, to in 0_usize..20) {
            prop_assume!(from <= to);
            let [before, after]: [String; 2] =
                [address.chars().take(from).collect(), address.chars().skip(to).collect()];
            let starred = format!("{before}*{after}");
            if let Ok(exception) = starred.parse::<Exception>() {
                prop_assert!(exception.covers(&address), "{starred} {address}");
            }
        }

        #[test]
        fn it_covers_what_each_star_can_be_filled_for(pattern in "[ab*]{1,6}", address in "[ab]{0,8}") {
            // The plain definition, which takes longer.
            fn fits(pattern: &[u8], address: &[u8]) -> bool {
                match pattern.split_first() {
                    None => address.is_empty(),
                    Some((b'*', rest)) => (0..=address.len()).any(|taken| fits(rest, &address[taken..])),
                    Some((letter, rest)) => {
                        address.split_first().is_some_and(|(first, after)| first == letter && fits(rest, after))
                    }
                }
            }
            let exception: Exception = pattern.parse().unwrap();
            prop_assert_eq!(exception.covers(&address), fits(pattern.as_bytes(), address.as_bytes()));
        }
    }
}
