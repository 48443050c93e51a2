//! The second factor by an app (RFC 6238). Ours: the documented interface has no operation for
//! it, and it is set up by the user alone.

use crate::back::{Back, Call, Requirement, Routes};
use http::request::{Fields, Input, Text};
use http::{Answer, Audit, Effect, answer_once, write};
use std::sync::Arc;

use domain::identity::{AttemptOutcome, IdentityFault};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::identity::system_logs::{Action, Subject};
use storage::identity::totp;

use super::password_check::{self, or_gone};
use crate::Problem;
use crate::context::AppContext;
use crate::inputs::RawText;
use crate::totp::AppSetup;

const ISSUER: &str = "Back office";

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("authentication.totp-begin", "/api/v2/2fa/totp", Requirement::InPerson(None))
        .summary("Get a secret for an app that makes codes; it counts once a code was shown.")
        .describe(
            "Asks for the password once more, and answers a new secret as text and as a URI for a QR code. \
             Nothing changes until a code of it was confirmed. Not with an API key.",
        )
        .example(json!({"password": "Secret123"}))
        .extension()
        .limited()
        .changes_access()
        .action::<Begin, Setup, _>(begin);
    routes
        .post("authentication.totp-enable", "/api/v2/2fa/totp/enable", Requirement::InPerson(None))
        .summary("Show a code of the app: it becomes the second factor, and all sessions end.")
        .describe(
            "The code must come from the secret that was answered last. Afterwards each sign-in asks for a \
             code of the app. Not with an API key.",
        )
        .example(json!({"code": "492039"}))
        .extension()
        .changes_access()
        .silent_action::<Enable, _>(enable);
}

struct Begin {
    password: String,
}

impl Input<Back> for Begin {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewTotp");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let password = fields.about("The password of the user, once more.").needed("password", &RawText);
        Some(Self { password: password? })
    }
}

struct Enable {
    code: String,
}

impl Input<Back> for Enable {
    type Current = ();
    const NAME: Option<&'static str> = Some("TotpCode");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let code = fields.about("The code that the app shows.").needed("code", &Text::NAME);
        Some(Self { code: code? })
    }
}

/// What an app is set up with.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TotpSetup")]
struct Setup {
    /// The secret in base 32.
    secret: String,
    /// The same as an `otpauth` URI, for a QR code.
    uri: String,
}

async fn begin(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Begin { password } = call.body::<Begin>().create()?;
    let session = call.caller()?;
    let (user, email) = (session.user, session.email.to_string());
    let checked =
        password_check::check(&app, &call, &email, password).await.map_err(|problem| match problem.status {
            401 => wrong_password(),
            _ => problem,
        })?;
    let AppSetup { secret, key, uri } = AppSetup::new(ISSUER, &email)?;
    let sealed = app.secret.seal(&secret)?;
    let setup = Setup { secret: key, uri };
    let shown = Answer::json(&setup)?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let answer = write(&app.database, move |tx| {
        answer_once::<Back>(&sharing, &calling, tx, |tx| {
            checked.settle(tx, AttemptOutcome::Passed).map_err(or_gone(wrong_password))?;
            totp::set_pending(tx, user, &sealed)?;
            Ok(Effect::new(shown.clone(), None))
        })
    });
    answer.await
}

fn wrong_password() -> Problem {
    Problem::unprocessable(IdentityFault::WrongPassword)
}

async fn enable(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Enable { code } = call.body::<Enable>().create()?;
    let user = call.caller()?.user;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let answer = write(&app.database, move |tx| {
        answer_once::<Back>(&sharing, &calling, tx, |tx| {
            let pending = totp::lock_pending(tx, user)?;
            let secret = pending.as_deref().and_then(|sealed| sharing.secret.open(sealed));
            let step = secret.and_then(|secret| crate::totp::step_of(&secret, &code, tx.now));
            let (Some(sealed), Some(step)) = (pending, step) else {
                return Err(Problem::unprocessable(IdentityFault::WrongAppCode));
            };
            totp::enable(tx, user, &sealed, step)?;
            let details = serde_json::json!({"id": user.get(), "new": {"tfa": "totp"}});
            let audit = Audit { subject: Subject::system("user"), action: Action::Update, details };
            Ok(Effect::new(Answer::empty(), Some(audit)))
        })
    });
    answer.await
}
