//! Calls to clients by phone.

use domain::connections::{ConnectionProvider, ConnectionsFault};
use domain::identity::Permission;
use domain::value::{FaultCode as _, Timestamp};
use http::routes::Resource;
use outbound::connections::voice_token;
use schemars::JsonSchema;
use serde::Serialize;
use storage::connections::external;

use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("twilio.token", "/api/v2/twilio/token", Permission::TwilioRead)
        .summary("Get an access token for phone calls through Twilio.")
        .describe(
            "Signed with the API key of the oldest external connection to Twilio that is enabled, for one hour and for \
             outgoing calls. Refused with 409 where there is none.",
        )
        .record(token);
}

/// An access token for phone calls.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TwilioAccessToken")]
#[serde(rename_all = "camelCase")]
struct TokenAnswer {
    /// The token, for the telephony client in the browser.
    token: String,
    /// Who calls: `user_` and the id of the user.
    identity: String,
    /// Until when it can be used.
    expires_at: Timestamp,
}

impl Resource<Back> for TokenAnswer {
    const NAME: &'static str = "twilio_access_token";

    fn id(&self) -> i64 {
        0
    }
}

fn token(reading: &mut Reading<'_>, (): ()) -> Result<TokenAnswer, Problem> {
    let identity = format!("user_{}", reading.caller.user);
    let connection = external::enabled_to(reading.conn, ConnectionProvider::Twilio)?;
    let made = connection.and_then(|connection| {
        voice_token::signed(&connection.data, &reading.context.secret, &identity, reading.context.now())
    });
    let token = made.ok_or_else(|| ConnectionsFault::VoiceNotConfigured.conflict())?;
    Ok(TokenAnswer { token: token.text, identity, expires_at: token.expires_at })
}
