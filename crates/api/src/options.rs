//! Settings of payment systems and rate providers: free-form objects that may hold secrets.

use serde_json::{Map, Value};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_answered_and_stay_when_sent_back() {
        let stored = r#"{"address":"https://x","apiKey":"s3cret","empty_token":null}"#;
        let shown = Value::Object(shown(stored)).to_string();
        assert!(!shown.contains("s3cret") && shown.contains("***"), "{shown}");
        let merged = merged(stored, r#"{"apiKey":"***","address":"https://y"}"#);
        assert!(merged.contains("s3cret") && merged.contains("https://y"), "{merged}");
    }
}
