//! Free-form settings of payment systems, rate providers and platforms as calls bring them and as they are answered.
//! What a secret is, and what becomes of it in a change, `domain::identity::options` decides.

use domain::identity::options::{self, LeftOut, Options};
use http::request::{Fields, ObjectText};
use outbound::SecretKey;
use outbound::options::{parsed, sealed_at};
use serde_json::Value;

use crate::Problem;

/// The settings as they are answered: secrets that are set are masked.
pub(crate) fn shown(text: &str) -> Options {
    options::masked(&parsed(text))
}

/// The options that a body brings, if it does.
pub(crate) struct SentOptions(Option<Options>);

impl SentOptions {
    /// Reads the field `options`.
    pub fn read<C>(fields: &mut Fields<'_, C>) -> Option<Self> {
        let sent = fields.optional("options", &ObjectText)?;
        Some(Self(sent.as_deref().map(parsed)))
    }

    /// A setting that is sent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// The options as they are stored after the change, with every secret sealed.
    ///
    /// # Errors
    /// A 422 where a secret must be sent again.
    pub fn stored(&self, secret: &SecretKey, before: &str, left_out: LeftOut) -> Result<String, Problem> {
        let Some(sent) = &self.0 else { return Ok(before.to_owned()) };
        let changed = options::changed(&parsed(before), sent, left_out)?;
        Ok(sealed_at(secret, changed.options, &changed.new_secrets)?.to_string())
    }

    /// The options of a new record.
    pub fn stored_first(&self, secret: &SecretKey) -> Result<String, Problem> {
        self.stored(secret, "{}", LeftOut::Removed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key() -> SecretKey {
        SecretKey::new("a secret for tests, of 32 bytes at least").unwrap()
    }

    fn stored(before: &str, sent: Value) -> Options {
        let sent = SentOptions(sent.as_object().cloned());
        parsed(&sent.stored(&key(), before, LeftOut::Kept).unwrap())
    }

    fn open(value: &Value) -> Option<String> {
        outbound::options::opened(&key(), value.as_str().unwrap())
    }

    #[test]
    fn secrets_are_sealed_at_any_depth() {
        let stored_options =
            stored("{}", json!({"address": "https://x", "apiKey": "s3cret", "inner": [{"pin_token": 7}]}));
        assert_eq!(stored_options["address"], json!("https://x"));
        assert!(!Value::Object(stored_options.clone()).to_string().contains("s3cret"));
        assert_eq!(open(&stored_options["apiKey"]).as_deref(), Some("s3cret"));
        assert_eq!(open(&stored_options["inner"][0]["pin_token"]).as_deref(), Some("7"));
    }

    #[test]
    fn a_secret_that_stays_is_not_sealed_again() {
        let stored_options = stored("{}", json!({"apiKey": "s3cret"}));
        let again = stored(&Value::Object(stored_options.clone()).to_string(), json!({"apiKey": "***", "limit": 1}));
        assert_eq!(again["apiKey"], stored_options["apiKey"]);
    }

    #[test]
    fn a_secret_that_looks_sealed_is_sealed_all_the_same() {
        let stored_options = stored("{}", json!({"apiKey": "sealed:AAAA"}));
        assert_eq!(open(&stored_options["apiKey"]).as_deref(), Some("sealed:AAAA"));
    }
}
