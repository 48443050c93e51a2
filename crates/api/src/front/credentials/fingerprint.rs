//! What the program of a client tells of itself: base64 of a JSON object.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use domain::credentials::{CredentialsFault, Fingerprint};
use http::request::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Fault;

/// The longest text, in bytes: programs put pictures into it.
pub(super) const MAX_BYTES: usize = 32 * 1024;
/// The longest part that is kept, in characters.
const MAX_CHARS: usize = 500;

/// A fingerprint as it was sent, and the digest by which its device is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentFingerprint {
    user_agent: String,
    platform: Option<String>,
    time_zone: Option<String>,
    hash: String,
}

impl SentFingerprint {
    /// What it tells.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            user_agent: self.user_agent.clone(),
            platform: self.platform.clone(),
            time_zone: self.time_zone.clone(),
        }
    }

    /// The digest of all that it tells.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn decoded(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let text = text.trim().trim_end_matches('=');
        let bytes = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).ok()?;
        let object: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
        let part = |names: [&str; 2]| {
            let text = names.iter().find_map(|name| object.get(*name)?.as_str())?;
            let text: String = text.chars().filter(|letter| !letter.is_control()).take(MAX_CHARS).collect();
            (!text.trim().is_empty()).then_some(text)
        };
        let digest = outbound::secrets::token_hash(&String::from_utf8_lossy(&bytes));
        Some(Self {
            user_agent: part(["user_agent", "userAgent"])?,
            platform: part(["platform", "platform"]),
            time_zone: part(["web_timezone", "webTimezone"]),
            hash: digest.iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}")),
        })
    }
}

/// The field of a body that has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceFingerprint;

impl Kind for DeviceFingerprint {
    type Out = SentFingerprint;

    fn schema(&self) -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": MAX_BYTES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<SentFingerprint> {
        let fingerprint = value.as_str().and_then(SentFingerprint::decoded);
        if fingerprint.is_none() {
            faults.push(Fault::sent(at, CredentialsFault::NotFingerprint));
        }
        fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn a_fingerprint_is_base64_of_an_object_that_names_the_program() {
        let sent = |text: &str| SentFingerprint::decoded(&STANDARD.encode(text));
        let whole = sent(r#"{"user_agent":"Firefox","platform":"linux","web_timezone":"Europe/Lisbon"}"#).unwrap();
        assert_eq!(whole.fingerprint().platform.as_deref(), Some("linux"));
        assert_eq!(whole.hash().len(), 64);
        assert!(sent(r#"{"user_agent":"Firefox"}"#).unwrap().fingerprint().platform.is_none());
        for wrong in ["{}", "[]", r#"{"user_agent":""}"#, r#"{"user_agent":1}"#, "Firefox"] {
            assert!(sent(wrong).is_none(), "{wrong}");
        }
        assert!(SentFingerprint::decoded("no base64!").is_none());
        let long = format!(r#"{{"user_agent":"{}"}}"#, "x".repeat(MAX_BYTES));
        assert!(sent(&long).is_none());
    }
}
