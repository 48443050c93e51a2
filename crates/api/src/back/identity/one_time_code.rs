//! The check of one-time codes: mailed ones, and those of an app (RFC 6238).

use domain::value::Timestamp;
use storage::identity::second_factor::Challenge;
use storage::identity::sessions::TokenHash;

use outbound::SecretKey;

use crate::totp::step_of;

/// A code that is right.
#[derive(Clone, Copy, Debug)]
pub(super) enum RightCode {
    /// The one that was mailed.
    Mailed,
    /// One of the app, for this step of time.
    OfApp(i64),
}

impl RightCode {
    /// The step of time, for a code of an app.
    pub const fn step(self) -> Option<i64> {
        match self {
            Self::Mailed => None,
            Self::OfApp(step) => Some(step),
        }
    }
}

/// Checks a code against its challenge, which the token names.
pub(super) fn check(
    secret: &SecretKey,
    token: &TokenHash,
    challenge: &Challenge,
    code: &str,
    now: Timestamp,
) -> Option<RightCode> {
    match (&challenge.code_hash, &challenge.totp_secret) {
        (Some(hash), _) => secret.is_code(token, code, hash).then_some(RightCode::Mailed),
        (None, Some(sealed)) => {
            let step = step_of(&secret.open(sealed)?, code, now)?;
            (step > challenge.totp_step).then_some(RightCode::OfApp(step))
        }
        (None, None) => None,
    }
}
