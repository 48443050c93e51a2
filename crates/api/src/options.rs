//! Settings of payment systems and rate providers: free-form objects that may hold secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::secrets::{SecretError, SecretKey};

/// What stands for a secret in answers, and for the stored one in bodies.
const MASK: &str = "***";

/// Whether a setting of this name is a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["key", "secret", "password", "token"].iter().any(|part| name.contains(part))
}

fn parsed(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The settings as they are answered: secrets that are set are masked.
pub(crate) fn shown(text: &str) -> Map<String, Value> {
    let mut options = parsed(text);
    for (name, value) in &mut options {
        if is_secret(name) && !value.is_null() {
            *value = MASK.into();
        }
    }
    options
}

/// The settings after a change: what is left out, and a secret sent back masked, stay.
pub(crate) fn merged(current: &str, sent: &str) -> String {
    let mut options = parsed(current);
    for (name, value) in parsed(sent) {
        if !(is_secret(&name) && value.as_str() == Some(MASK)) {
            options.insert(name, value);
        }
    }
    Value::Object(options).to_string()
}

/// What a sealed secret begins with.
const SEALED: &str = "sealed:";

/// The settings as they are stored: secrets are sealed, those that are sealed already stay.
///
/// # Errors
/// Where the machine gives no random bytes.
pub(crate) fn sealed(secret: &SecretKey, text: &str) -> Result<String, SecretError> {
    let mut options = parsed(text);
    for (name, value) in &mut options {
        let Some(plain) = value.as_str().filter(|plain| is_secret(name) && !plain.starts_with(SEALED)) else {
            continue;
        };
        *value = format!("{SEALED}{}", STANDARD.encode(secret.seal(plain.as_bytes())?)).into();
    }
    Ok(Value::Object(options).to_string())
}

/// A secret as it was sent; none where it was sealed with another secret of the installation. What
/// was stored before secrets were sealed is read as it is.
pub(crate) fn opened(secret: &SecretKey, stored: &str) -> Option<String> {
    let Some(sealed) = stored.strip_prefix(SEALED) else { return Some(stored.to_owned()) };
    String::from_utf8(secret.open(&STANDARD.decode(sealed).ok()?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sealed_once_and_opened_with_the_same_secret_only() {
        let (mine, other) = ("a secret for tests, of 32 bytes at least", "another secret, of 32 bytes at least");
        let (mine, other) = (SecretKey::new(mine).unwrap(), SecretKey::new(other).unwrap());
        let stored = sealed(&mine, r#"{"address":"https://x","apiKey":"s3cret"}"#).unwrap();
        assert!(stored.contains("https://x") && !stored.contains("s3cret"), "{stored}");
        assert_eq!(sealed(&mine, &stored).unwrap(), stored);
        let kept = parsed(&stored)["apiKey"].as_str().unwrap().to_owned();
        assert_eq!(opened(&mine, &kept).as_deref(), Some("s3cret"));
        assert_eq!(opened(&other, &kept), None);
        assert_eq!(opened(&mine, "from before").as_deref(), Some("from before"));
    }

    #[test]
    fn secrets_are_never_answered_and_stay_when_sent_back() {
        let stored = r#"{"address":"https://x","apiKey":"s3cret","empty_token":null}"#;
        let shown = Value::Object(shown(stored)).to_string();
        assert!(!shown.contains("s3cret") && shown.contains("***"), "{shown}");
        let merged = merged(stored, r#"{"apiKey":"***","address":"https://y"}"#);
        assert!(merged.contains("s3cret") && merged.contains("https://y"), "{merged}");
    }
}
