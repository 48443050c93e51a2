//! Sign-in by a code that a page shows and an app scans in which the client is signed in already.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::credentials::CredentialsFault;
use domain::identity::IdentityFault;
use domain::messaging::{QrCodeKey, SocketChannel};
use domain::value::{Timestamp, Uuid};
use http::request::{Fields, Input};
use http::{Answer, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::Tx;
use storage::credentials::{qr_sign_ins, sign_ins};
use storage::platform::settings;

use super::fingerprint::{DeviceFingerprint, SentFingerprint};
use super::sessions::{self, TokenPair};
use crate::Problem;
use crate::context::AppContext;
use crate::front::wizards::WizardStep;
use crate::front::{Call, Front, Requirement, Routes};
use crate::inputs::RawText;
use crate::metrics::{Side, SignInStep};

pub(super) fn routes(routes: &mut Routes) {
    const QR_CODES: &str = "/api/v2/my/signin/qrcodes";
    routes
        .get("my.authentication.qr-channel", QR_CODES, Requirement::Anybody)
        .summary("Get the channel that the sign-in page shows as a QR code.")
        .describe("The page follows the channel over the WebSocket: the event `signin_token` brings the token.")
        .action::<(), Channel, _>(open);
    routes
        .post("my.authentication.qr-token", "/api/v2/my/signin/tokens", Requirement::SignedIn)
        .summary("Get a one-time token for a QR sign-in.")
        .describe("The app in which the client is signed in has read the channel from the QR code.")
        .example(json!({"channel": "qr.Yk3v0n1b6mQ"}))
        .action::<Scanned, GivenToken, _>(give);
    routes
        .post("my.authentication.qr-signin", QR_CODES, Requirement::Anybody)
        .summary("Sign in with the token of a scanned QR code.")
        .describe("No second factor is asked for: the session of the app has passed it. A token works once.")
        .example(json!({
            "token": "the token of the event", "device_fingerprint": "eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9",
        }))
        .action::<Taken, WizardStep<TokenPair>, _>(take);
}

/// What the page shows as a QR code.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyQrChannel")]
#[serde(rename_all = "camelCase")]
struct Channel {
    /// The text of the QR code, and the channel to be followed.
    channel: String,
    /// Until when it can be scanned.
    expires_at: Timestamp,
}

/// What the app passes on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyQrToken")]
#[serde(rename_all = "camelCase")]
struct GivenToken {
    /// Signs in once.
    token: String,
    /// Until when.
    expires_at: Timestamp,
}

struct Scanned {
    channel: String,
}

impl Input<Front> for Scanned {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyScannedChannel");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let channel = fields.about("What the QR code says.").needed("channel", &RawText);
        Some(Self { channel: channel? })
    }
}

struct Taken {
    token: String,
    fingerprint: SentFingerprint,
}

impl Input<Front> for Taken {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyQrSignIn");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let token = fields.about("The token that the event brought.").needed("token", &RawText);
        let fingerprint = fields
            .about("What the program tells of itself: base64 of a JSON object with a `user_agent`.")
            .needed("device_fingerprint", &DeviceFingerprint);
        Some(Self { token: token?, fingerprint: fingerprint? })
    }
}

/// How long a code can be scanned, where that is offered.
fn lifetime(tx: &mut Tx<'_>) -> Result<TimeDelta, Problem> {
    let settings = settings::get(tx.conn)?.data;
    if settings.is_qr_sign_in_offered {
        Ok(TimeDelta::minutes(settings.qr_code_lifetime_minutes))
    } else {
        Err(Problem::unprocessable(CredentialsFault::QrSignInNotOffered))
    }
}

async fn open(app: Arc<AppContext>, _call: Arc<Call>) -> Result<Answer, Problem> {
    let key = QrCodeKey::new(&Uuid::from_random(random()?).to_string());
    let key = key.map_err(|error| Problem::internal(error.to_string()))?;
    let channel = SocketChannel::QrCode(key).to_string();
    let opened = write(&app.database, move |tx| {
        let expires_at = tx.now.plus(lifetime(tx)?);
        qr_sign_ins::open(tx, &channel, expires_at)?;
        Answer::json(&Channel { channel: channel.clone(), expires_at })
    });
    opened.await
}

async fn give(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Scanned { channel } = call.body::<Scanned>().create()?;
    let client = call.caller()?.client();
    let token = app.secret.token()?;
    let sealed = app.secret.seal(token.text.as_bytes())?;
    let given = write(&app.database, move |tx| {
        lifetime(tx)?;
        let expires_at = qr_sign_ins::give(tx, &channel, client, &token.hash, &sealed)?;
        Answer::json(&GivenToken { token: token.text.clone(), expires_at })
    });
    given.await
}

async fn take(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let taken = call.body::<Taken>().create()?;
    let signed_in = with_token(&app, &call, taken).await;
    app.metrics.signed_in(Side::Client, signed_in.map(|answer| (answer, SignInStep::SignedIn)))
}

async fn with_token(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    Taken { token, fingerprint }: Taken,
) -> Result<Answer, Problem> {
    let refused = || Problem::unauthorized(IdentityFault::WrongCode);
    let hash = app.secret.verify(&token).ok_or_else(refused)?;
    let uuid = Uuid::from_random(random()?);
    let (sharing, calling) = (Arc::clone(app), Arc::clone(call));
    let taken = write(&app.database, move |tx| {
        lifetime(tx)?;
        let client = qr_sign_ins::take(tx, &hash)?.ok_or_else(refused)?;
        sign_ins::lock_active(tx, client)?;
        let pair = sessions::begin(&sharing, &calling, tx, client, &fingerprint)?;
        Answer::json(&WizardStep::done(uuid.clone(), Some(pair)))
    });
    taken.await
}
