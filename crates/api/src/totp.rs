//! Codes of an authenticator app (RFC 6238).

use domain::value::Timestamp;
use outbound::secrets::random;
use storage::Error;
use totp_rs::{Builder, Secret, Totp};

/// 160 bits, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;

/// What an app is set up with.
pub(crate) struct AppSetup {
    /// The secret.
    pub secret: Vec<u8>,
    /// The secret in base 32, to be typed.
    pub key: String,
    /// The same as an `otpauth` URI, for a QR code.
    pub uri: String,
}

impl AppSetup {
    /// A secret that nobody knows yet, for this account of the issuer.
    ///
    /// # Errors
    /// A server without randomness.
    pub fn new(issuer: &str, account: &str) -> Result<Self, Error> {
        let secret = random::<SECRET_BYTES>()?.to_vec();
        let broken = |error: String| Error::Broken(format!("no app can be set up: {error}"));
        let totp = Builder::new()
            .with_secret(Secret::from(secret.as_slice()))
            .with_issuer(Some(issuer))
            .with_account_name(account)
            .build();
        let totp = totp.map_err(|error| broken(error.to_string()))?;
        let uri = totp.to_url().map_err(|error| broken(error.to_string()))?;
        Ok(Self { key: Secret::from(secret.as_slice()).to_base32(), uri, secret })
    }
}

/// The step of a right code of an app: this one, the one before, or the one after.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let totp: Totp = Builder::new().with_secret(Secret::from(secret)).build().ok()?;
    let step = totp.check(code, u64::try_from(now.unix_seconds()).ok()?)?;
    i64::try_from(step).ok()
}
