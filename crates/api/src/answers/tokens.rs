//! The tokens of a session.

use chrono::TimeDelta;
use domain::value::Timestamp;
use outbound::SecretKey;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Error;
use storage::identity::sessions::NewTokens;

/// A token and its life.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    /// To be sent as a bearer token, or to refresh.
    token: String,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends.
    expires_at: Timestamp,
}

/// The tokens of a session that begins or goes on.
pub(crate) struct IssuedTokens {
    /// Opens calls.
    pub access: Token,
    /// Gets new tokens, once.
    pub refresh: Token,
    /// What is stored of both.
    pub stored: NewTokens,
}

impl IssuedTokens {
    /// New tokens, which live so long.
    ///
    /// # Errors
    /// A server without randomness.
    pub fn new(secret: &SecretKey, now: Timestamp, access: TimeDelta, refresh: TimeDelta) -> Result<Self, Error> {
        let (access_end, refresh_end) = (now.plus(access), now.plus(refresh));
        let (access, refresh) = (secret.token()?, secret.token()?);
        let stored = NewTokens {
            access: access.hash,
            access_expires_at: access_end,
            refresh: refresh.hash,
            refresh_expires_at: refresh_end,
        };
        let token = |token, expires_at| Token { token, created_at: now, expires_at };
        Ok(Self { access: token(access.text, access_end), refresh: token(refresh.text, refresh_end), stored })
    }
}
