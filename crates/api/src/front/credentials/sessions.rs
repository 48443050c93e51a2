//! Sessions of clients: how they begin, go on and end.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::credentials::{SignInStatus, browser_of, sign_in_mail};
use domain::identity::IdentityFault;
use domain::value::{Timestamp, Uuid};
use http::request::{Fields, Input};
use http::{Answer, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::credentials::sessions::{self, Refresh};
use storage::credentials::{devices, recipients, sign_ins};
use storage::identity::sessions::NewTokens;
use storage::payments::opening;
use storage::{Error, Tx};

use super::fingerprint::{MAX_BYTES, SentFingerprint};
use crate::Problem;
use crate::answers::{IssuedTokens, Token};
use crate::context::{AppContext, Lifetimes};
use crate::front::wizards::{TfaMethod, WizardStep};
use crate::front::{Call, Front, Requirement, Routes};
use crate::inputs::RawText;

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.authentication.refresh", "/api/v2/my/refresh", Requirement::Anybody)
        .summary("Get new tokens for a refresh token, which is used up.")
        .describe(
            "A refresh token works once. One that comes a second time ends the whole session, since somebody else may \
             have it.",
        )
        .example(json!({"refreshToken": "the token of refreshToken in the answer to the sign-in"}))
        .action::<Renew, WizardStep<TokenPair>, _>(refresh);
    routes
        .post("my.authentication.signout", "/api/v2/my/signout", Requirement::SignedIn)
        .summary("End the session of the calling token.")
        .describe("Both tokens of the session stop working at once; other sessions of the client go on.")
        .silent_action::<(), _>(sign_out);
}

/// The tokens of a session, or the second factors of which one is to be chosen before there are some.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTokenPair")]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenPair {
    /// Opens calls; null while a code is awaited.
    access_token: Option<Token>,
    /// Gets new tokens, once; null while a code is awaited.
    refresh_token: Option<Token>,
    /// The second factors that the client may choose from; empty where there is no choice.
    tfa_providers: Vec<TfaMethod>,
}

impl TokenPair {
    /// A code of one of these is awaited first.
    pub const fn awaited(tfa_providers: Vec<TfaMethod>) -> Self {
        Self { access_token: None, refresh_token: None, tfa_providers }
    }

    fn new(app: &AppContext, now: Timestamp) -> Result<(Self, NewTokens), Error> {
        let Lifetimes { client_access, refresh, .. } = app.config.lifetimes;
        let IssuedTokens { access, refresh, stored } = IssuedTokens::new(&app.secret, now, client_access, refresh)?;
        Ok((Self { access_token: Some(access), refresh_token: Some(refresh), tfa_providers: Vec::new() }, stored))
    }
}

/// Begins a session of a client, who is held and may sign in, from a device.
pub(crate) fn begin(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    client: ClientId,
    fingerprint: &SentFingerprint,
) -> Result<TokenPair, Problem> {
    let (told, ip) = (fingerprint.fingerprint(), call.ip);
    let device = devices::see(tx, client, &told, fingerprint.hash(), ip)?;
    let (pair, stored) = TokenPair::new(app, tx.now)?;
    sessions::begin(tx, client, Some(device.id), &ip.to_string(), &stored)?;
    sign_ins::record(tx, client, ip, SignInStatus::Success, Some(&told.user_agent))?;
    let is_first = opening::open_at_sign_in(tx, client)?;
    let recipient = recipients::of_client(tx.conn, client)?;
    sign_ins::clear(tx, &recipient.email, ip)?;
    if app.outbound.sends_mail(tx.conn)? {
        let browser = browser_of(&told.user_agent).unwrap_or("another program");
        let (address, time) = (ip.to_string(), tx.now.to_string());
        let values = [
            ("firstName", recipient.first_name.as_str()),
            ("time", time.as_str()),
            ("ip", address.as_str()),
            ("browser", browser),
            ("device", told.platform.as_deref().unwrap_or("?")),
            ("place", "?"),
        ];
        let mail = sign_in_mail(device.is_new, is_first);
        app.outbound.notify_client(tx, mail, &recipient.email, &recipient.locale, &values)?;
    }
    Ok(pair)
}

struct Renew {
    refresh_token: String,
}

impl Input<Front> for Renew {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyTokenRenewal");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let token = fields.about("The refresh token of the session.").needed("refreshToken", &RawText);
        // A program that sends its fingerprint is not asked for it.
        let kind = http::request::Text { min: 0, max: MAX_BYTES };
        let fingerprint = fields.about("Taken, and not needed.").nullable_new("deviceFingerprint", &kind);
        fingerprint?;
        Some(Self { refresh_token: token? })
    }
}

async fn refresh(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let refused = || Problem::unauthorized(IdentityFault::RefreshTokenInvalid);
    let Renew { refresh_token } = call.body::<Renew>().create()?;
    let hash = app.secret.verify(&refresh_token).ok_or_else(refused)?;
    let uuid = Uuid::from_random(random()?);
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let answer = write(&app.database, move |tx| {
        let (pair, stored) = TokenPair::new(&sharing, tx.now)?;
        match sessions::refresh(tx, &hash, &stored)? {
            Refresh::Renewed => Answer::json(&WizardStep::done(uuid.clone(), Some(pair))),
            Refresh::Refused => Err(refused()),
            // An answer and not an error, so that the session stays ended.
            Refresh::Reused => Ok(Answer::refusal(&refused(), &calling)),
        }
    });
    answer.await
}

async fn sign_out(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let session = call.caller()?.session.id;
    write(&app.database, move |tx| sessions::end(tx, session)).await?;
    Ok(Answer::empty())
}
