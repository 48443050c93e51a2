//! The code that all mails to the client show, so that they know who wrote them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::credentials::AntiPhishingCode;
use domain::wizards::{Procedure, Run};
use http::Answer;
use http::request::{Fields, Input, Parsed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::credentials::anti_phishing;

use super::sign_in::{Chosen, SentCode};
use crate::Problem;
use crate::context::AppContext;
use crate::front::wizards::procedure::{self, NextStep, Plan, Taken};
use crate::front::wizards::{TfaMethod, WizardStep, methods};
use crate::front::{Call, Front, Requirement, Routes, audit};

type CodeStep = WizardStep<FactorMethods>;

pub(super) fn routes(routes: &mut Routes) {
    const CODE: &str = "/api/v2/my/anti-phishing-code";
    const CONFIRM: &str = "/api/v2/my/anti-phishing-code/confirm";
    const REMOVAL: &str = "The code goes once that is confirmed. There must be one (404).";
    let uuid = "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42";
    routes
        .get("my.anti-phishing.get", CODE, Requirement::SignedIn)
        .summary("Read the client's anti-phishing code, masked.")
        .describe("All mails to the client show it in full. Only its first and last character are told here.")
        .action::<(), MaskedCode, _>(get);
    routes
        .post("my.anti-phishing.set", CODE, Requirement::SignedIn)
        .summary("Start setting an anti-phishing code.")
        .describe(
            "It counts once it is confirmed, in place of the one before: by a code of a second factor, or by one from a mail \
             where the client has none.",
        )
        .example(json!({"code": "Otter2026"}))
        .action::<WishedCode, CodeStep, _>(set);
    routes
        .post("my.anti-phishing.choose", "/api/v2/my/anti-phishing-code/tfa", Requirement::SignedIn)
        .summary("Choose the second factor for the confirmation.")
        .describe("Where the client has both; a code for a phone is sent then.")
        .example(json!({"uuid": uuid, "type": "google"}))
        .action::<Chosen, CodeStep, _>(choose);
    routes
        .post("my.anti-phishing.confirm", CONFIRM, Requirement::SignedIn)
        .summary("Confirm setting or removing the anti-phishing code.")
        .describe("The run tells which it is.")
        .example(json!({"uuid": uuid, "code": "492039"}))
        .action::<SentCode, CodeStep, _>(confirm);
    routes
        .delete("my.anti-phishing.remove", CONFIRM, Requirement::SignedIn)
        .summary("Start removing the anti-phishing code.")
        .describe(REMOVAL)
        .action::<(), CodeStep, _>(remove);
    routes
        .delete("my.anti-phishing.remove-by-code-path", CODE, Requirement::SignedIn)
        .summary("Start removing the anti-phishing code, at the code's own path.")
        .describe(REMOVAL)
        .extension()
        .action::<(), CodeStep, _>(remove);
}

/// The client's anti-phishing code.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyAntiPhishingCode")]
struct MaskedCode {
    /// Its first and last character, with asterisks between them; null where none is set.
    code: Option<String>,
}

/// The second factors of the client, of which one confirms; null where a code is mailed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyTfaMethods")]
#[serde(transparent)]
struct FactorMethods(Vec<TfaMethod>);

impl NextStep for FactorMethods {
    fn of(run: &Run) -> Option<Self> {
        Some(methods(run)).filter(|methods| !methods.is_empty()).map(Self)
    }
}

struct WishedCode(AntiPhishingCode);

impl Input<Front> for WishedCode {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyAntiPhishingCode");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let kind = Parsed::matching(AntiPhishingCode::PATTERN);
        let code = fields.about("The code: 4 to 20 letters and digits.").needed("code", &kind);
        Some(Self(code?))
    }
}

/// The code that the client wants; none where they want none any more.
#[derive(Serialize, Deserialize)]
struct Wish {
    /// Sealed, in base 64.
    code: Option<String>,
}

impl Plan for Wish {
    const PROCEDURE: Procedure = Procedure::AntiPhishingCode;
    type Data = FactorMethods;

    fn carry_out(&self, _: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<FactorMethods>, Problem> {
        let sealed = self.code.as_ref().map(|code| STANDARD.decode(code));
        let sealed = sealed.transpose().map_err(|error| Problem::internal(error.to_string()))?;
        let session = &call.caller()?.session;
        let (client, email) = (session.client, session.email.as_str());
        anti_phishing::set(tx, client, sealed.as_deref())?;
        let details = json!({"id": client, "new": {"isSet": sealed.is_some()}});
        let action = if sealed.is_some() { Action::Update } else { Action::Delete };
        audit::note(tx, call, (client, email), ("client_anti_phishing_code", action), &details)?;
        Ok(None)
    }
}

async fn get(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (client, secret) = (call.caller()?.client(), app.secret.clone());
    let masked = http::read(&app.database, move |conn| {
        let Some(sealed) = anti_phishing::of_client(conn, client)? else { return Ok(None) };
        let code = secret.open(&sealed).and_then(|code| String::from_utf8(code).ok());
        let code: Option<AntiPhishingCode> = code.and_then(|code| code.parse().ok());
        code.map(|code| Some(code.masked())).ok_or_else(|| Problem::internal("an anti-phishing code does not open"))
    });
    Answer::json(&MaskedCode { code: masked.await? })
}

async fn set(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let WishedCode(code) = call.body::<WishedCode>().create()?;
    let wish = Wish { code: Some(STANDARD.encode(app.secret.seal(code.expose().as_bytes())?)) };
    procedure::take(app, call, move |app, call, tx| procedure::start(app, call, tx, &wish)).await
}

async fn remove(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let step = |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        anti_phishing::of_client(tx.conn, call.caller()?.client())?.ok_or_else(Problem::not_found)?;
        procedure::start(app, call, tx, &Wish { code: None })
    };
    procedure::take(app, call, step).await
}

async fn choose(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Chosen { uuid, method } = call.body::<Chosen>().create()?;
    let step =
        move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| procedure::choose::<Wish>(app, call, tx, &uuid, method);
    procedure::take(app, call, step).await
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SentCode { uuid, code } = call.body::<SentCode>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| {
        procedure::try_code_of::<Wish>(app, call, tx, &uuid, &code)
    };
    procedure::take(app, call, step).await
}
