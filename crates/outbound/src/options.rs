//! Secrets in the free-form settings of payment systems, rate providers and platforms: how they are sealed and opened.
//! Which settings are secrets `domain::identity::options` decides.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::identity::options::{self, Options};
use serde_json::Value;
use storage::platform::stored_options;
use storage::{Database, Error};

use crate::secrets::{SEALED_BYTES_MIN, SecretKey};

/// What a sealed secret begins with.
const SEALED: &str = "sealed:";

/// Settings from their stored text.
#[must_use]
pub fn parsed(text: &str) -> Options {
    serde_json::from_str(text).unwrap_or_default()
}

/// A secret as it is stored.
pub fn sealed(secret: &SecretKey, plain: &str) -> Result<String, Error> {
    Ok(format!("{SEALED}{}", STANDARD.encode(secret.seal(plain.as_bytes())?)))
}

/// The options with what is at these places sealed: texts as they are, everything else as JSON.
pub fn sealed_at(secret: &SecretKey, options: Options, places: &[String]) -> Result<Value, Error> {
    let mut options = Value::Object(options);
    for place in places {
        let Some(value) = options.pointer_mut(place) else { continue };
        let plain = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        *value = sealed(secret, &plain)?.into();
    }
    Ok(options)
}

/// A secret as it was sent; none where it was sealed with another secret of the installation. One that an earlier
/// version stored in clear is read as it is.
#[must_use]
pub fn opened(secret: &SecretKey, stored: &str) -> Option<String> {
    let Some(sealed) = stored.strip_prefix(SEALED) else { return Some(stored.to_owned()) };
    String::from_utf8(secret.open(&STANDARD.decode(sealed).ok()?)?).ok()
}

fn is_sealed(value: &Value) -> bool {
    let sealed = value.as_str().and_then(|text| text.strip_prefix(SEALED));
    sealed.and_then(|text| STANDARD.decode(text).ok()).is_some_and(|bytes| bytes.len() >= SEALED_BYTES_MIN)
}

/// The options with every secret sealed that is stored in clear; none where all are sealed.
fn with_all_sealed(secret: &SecretKey, text: &str) -> Result<Option<String>, Error> {
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
pub fn seal_stored(database: &Database, secret: &SecretKey) -> Result<(), Error> {
    let secret = secret.clone();
    let sealed = database.write(move |tx| stored_options::rewrite(tx, |text| with_all_sealed(&secret, text)))?;
    if sealed > 0 {
        log::info!("secrets in the options of {sealed} records were sealed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        SecretKey::new("a secret for tests, of 32 bytes at least").unwrap()
    }

    #[test]
    fn secrets_are_opened_with_the_same_secret_only() {
        let sealed =
            sealed_at(&key(), parsed(r#"{"apiKey":"s3cret","pin":7}"#), &["/apiKey".into(), "/pin".into()]).unwrap();
        let text = |name: &str| sealed[name].as_str().unwrap();
        assert_eq!(opened(&key(), text("apiKey")).as_deref(), Some("s3cret"));
        assert_eq!(opened(&key(), text("pin")).as_deref(), Some("7"));
        let other = SecretKey::new("another secret, of 32 bytes at least").unwrap();
        assert_eq!(opened(&other, text("apiKey")), None);
        assert_eq!(opened(&key(), "from before").as_deref(), Some("from before"));
    }

    #[test]
    fn what_is_stored_in_clear_is_sealed_once() {
        let text = r#"{"a":{"apiSecret":"s3cret"},"limit":1.50,"token":null}"#;
        let sealed = with_all_sealed(&key(), text).unwrap().unwrap();
        let options = parsed(&sealed);
        assert_eq!(opened(&key(), options["a"]["apiSecret"].as_str().unwrap()).as_deref(), Some("s3cret"));
        assert_eq!((&options["token"], options["limit"].to_string().as_str()), (&Value::Null, "1.50"));
        assert_eq!(with_all_sealed(&key(), &sealed).unwrap(), None);
    }
}
