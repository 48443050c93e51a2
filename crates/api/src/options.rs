//! Free-form settings of payment systems, rate providers and platforms: how their secrets are answered, sealed and
//! opened. What a secret is, and what becomes of it in a change, `domain::identity::options` decides.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::identity::options::{self, LeftOut, Options};
use http::request::{Fields, ObjectText};
use serde_json::Value;
use storage::platform::stored_options;
use storage::{Error, Tx};

use crate::Problem;
use crate::context::AppContext;
use crate::secrets::{SEALED_BYTES_MIN, SecretError, SecretKey};

/// What a sealed secret begins with.
const SEALED: &str = "sealed:";

fn parsed(text: &str) -> Options {
    serde_json::from_str(text).unwrap_or_default()
}

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
    ///
    /// # Errors
    /// Those of [`Self::stored`].
    pub fn stored_first(&self, secret: &SecretKey) -> Result<String, Problem> {
        self.stored(secret, "{}", LeftOut::Removed)
    }
}

/// The options with what is at these places sealed: texts as they are, everything else as JSON.
fn sealed_at(secret: &SecretKey, options: Options, places: &[String]) -> Result<Value, SecretError> {
    let mut options = Value::Object(options);
    for place in places {
        let Some(value) = options.pointer_mut(place) else { continue };
        let plain = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        *value = format!("{SEALED}{}", STANDARD.encode(secret.seal(plain.as_bytes())?)).into();
    }
    Ok(options)
}

/// A secret as it was sent; none where it was sealed with another secret of the installation. One that an earlier
/// version stored in clear is read as it is.
pub(crate) fn opened(secret: &SecretKey, stored: &str) -> Option<String> {
    let Some(sealed) = stored.strip_prefix(SEALED) else { return Some(stored.to_owned()) };
    String::from_utf8(secret.open(&STANDARD.decode(sealed).ok()?)?).ok()
}

fn is_sealed(value: &Value) -> bool {
    let sealed = value.as_str().and_then(|text| text.strip_prefix(SEALED));
    sealed.and_then(|text| STANDARD.decode(text).ok()).is_some_and(|bytes| bytes.len() >= SEALED_BYTES_MIN)
}

/// The options with those secrets sealed that stand in clear; none where there are none.
fn sealed_anew(secret: &SecretKey, text: &str) -> Result<Option<String>, SecretError> {
    let stored = parsed(text);
    let mut in_clear = options::secrets_of(&stored);
    let whole = Value::Object(stored.clone());
    in_clear.retain(|place| !whole.pointer(place).is_some_and(is_sealed));
    if in_clear.is_empty() {
        return Ok(None);
    }
    Ok(Some(sealed_at(secret, stored, &in_clear)?.to_string()))
}

/// Seals the secrets that an earlier version stored in clear.
///
/// # Errors
/// Those of the database, or of the machine's randomness.
pub(crate) fn seal_stored(app: &AppContext) -> Result<(), Error> {
    let secret = app.secret.clone();
    let seal = move |tx: &mut Tx<'_>| {
        stored_options::rewrite(tx, |text| sealed_anew(&secret, text).map_err(|error| Error::Broken(error.to_string())))
    };
    let sealed = app.database.write(seal)?;
    if sealed > 0 {
        log::info!("secrets in the options of {sealed} records were sealed");
    }
    Ok(())
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
        opened(&key(), value.as_str().unwrap())
    }

    #[test]
    fn secrets_are_sealed_and_opened_with_the_same_secret_only() {
        let kept = stored("{}", json!({"address": "https://x", "apiKey": "s3cret", "inner": [{"pin_token": 7}]}));
        assert_eq!(kept["address"], json!("https://x"));
        assert!(!Value::Object(kept.clone()).to_string().contains("s3cret"));
        assert_eq!(open(&kept["apiKey"]).as_deref(), Some("s3cret"));
        assert_eq!(open(&kept["inner"][0]["pin_token"]).as_deref(), Some("7"));
        let other = SecretKey::new("another secret, of 32 bytes at least").unwrap();
        assert_eq!(opened(&other, kept["apiKey"].as_str().unwrap()), None);
        assert_eq!(opened(&key(), "from before").as_deref(), Some("from before"));
    }

    #[test]
    fn a_secret_that_stays_is_not_sealed_again() {
        let kept = stored("{}", json!({"apiKey": "s3cret"}));
        let again = stored(&Value::Object(kept.clone()).to_string(), json!({"apiKey": "***", "limit": 1}));
        assert_eq!(again["apiKey"], kept["apiKey"]);
    }

    #[test]
    fn a_secret_that_looks_sealed_is_sealed_all_the_same() {
        let kept = stored("{}", json!({"apiKey": "sealed:AAAA"}));
        assert_eq!(open(&kept["apiKey"]).as_deref(), Some("sealed:AAAA"));
    }

    #[test]
    fn what_stands_in_clear_is_sealed_once() {
        let text = r#"{"a":{"apiSecret":"s3cret"},"limit":1.50,"token":null}"#;
        let sealed = sealed_anew(&key(), text).unwrap().unwrap();
        let options = parsed(&sealed);
        assert_eq!(open(&options["a"]["apiSecret"]).as_deref(), Some("s3cret"));
        assert_eq!((&options["token"], options["limit"].to_string().as_str()), (&Value::Null, "1.50"));
        assert_eq!(sealed_anew(&key(), &sealed).unwrap(), None);
    }
}
