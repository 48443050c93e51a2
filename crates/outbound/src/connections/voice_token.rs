//! Access tokens for phone calls in the format of Twilio, which this server signs itself: a JWT by HMAC-SHA256 is one
//! line of the MAC that is here already, and a library of JWTs is mostly about reading them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::connections::ExternalConnection;
use domain::value::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::options::opened;
use crate::secrets::SecretKey;

const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A token for the telephony client in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceToken {
    /// The token.
    pub text: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A token for outgoing calls by this caller; none where the connection lacks something, or its secret was sealed with
/// another secret of the installation.
#[must_use]
pub fn signed(
    connection: &ExternalConnection,
    secret: &SecretKey,
    identity: &str,
    now: Timestamp,
) -> Option<VoiceToken> {
    let setting = |name: &str| connection.settings.get(name);
    let (account, key_id) = (setting("accountSid")?, setting("apiKeySid")?);
    let key = opened(secret, setting("apiKeySecret")?)?;
    let (issued, expires_at) = (now.unix_seconds(), now.plus(LIFETIME));
    let header = json!({"typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1"});
    let claims = json!({
        "jti": format!("{key_id}-{issued}"),
        "iss": key_id,
        "sub": account,
        "iat": issued,
        "exp": expires_at.unix_seconds(),
        "grants": {"identity": identity, "voice": {"outgoing": {"application_sid": setting("applicationSid")?}}},
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = with_signature(format!("{}.{}", part(&header), part(&claims)), key.as_bytes())?;
    Some(VoiceToken { text, expires_at })
}

/// The JWS of these parts (RFC 7515, HS256).
fn with_signature(parts: String, key: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(parts.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    Some(format!("{parts}.{signature}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.1.
    #[test]
    fn a_token_is_signed_as_the_standard_says() {
        let parts = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
            eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = URL_SAFE_NO_PAD.decode(key).unwrap();
        let expected = format!("{parts}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(with_signature(parts.to_owned(), &key), Some(expected));
    }
}
