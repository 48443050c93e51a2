//! Sign-in: the password, the code of a second factor, and the new password where one is demanded.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::credentials::{ClientSessionId, CredentialsFault};
use domain::identity::options::MASK;
use domain::identity::{AttemptOutcome, Password, Scope};
use domain::platform::TwoFactorProvider;
use domain::value::{Email, FaultCode as _, Uuid};
use domain::wizards::{CodeMethod, Decision, Given, Procedure, Run, Step, WizardType};
use http::request::{Choice, Fields, Input, PASSWORD_PATTERN, Parsed};
use http::{Answer, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::audit::Action;
use storage::credentials::passwords::{self, Setter};
use storage::credentials::{recipients, sign_ins};
use storage::platform::settings;
use storage::wizards::runs::{self, HeldRun};
use storage::wizards::{self, facts};
use storage::{DbConnection, Error, Tx};

use super::fingerprint::{DeviceFingerprint, SentFingerprint};
use super::password_check::{self, CheckedPassword, wrong_credentials};
use super::sessions::{self, TokenPair};
use crate::Problem;
use crate::context::AppContext;
use crate::front::wizards::{
    CodeText, Tried, UUID, WizardStep, awaits, methods, out_of_order, proceed, refused, send_texts, try_code, workflow,
};
use crate::front::{Call, Front, Requirement, Routes};
use crate::front::{audit, captcha};
use crate::inputs::{EmailAddress, RawText};
use crate::metrics::{Side, SignInStep};

pub(super) fn routes(routes: &mut Routes) {
    const ANYBODY: Requirement = Requirement::Anybody;
    routes
        .get("my.authentication.wizard", "/api/v2/my/signin/wizard", ANYBODY)
        .summary("Start a sign-in and learn what the form shows.")
        .describe("The run lives for 30 minutes after its last step; later steps name it by its `uuid`.")
        .action::<(), WizardStep<SignInForm>, _>(begin);
    routes
        .post("my.authentication.signin", "/api/v2/my/signin", ANYBODY)
        .summary("Send the client's e-mail address and password.")
        .describe(
            "Answers the tokens (code 202) where nothing else is needed. Else the workflow says what is: `google` or `sms` \
             for a code of the only second factor, `two_factor` for the choice of one, `password_restore` for the code \
             that is mailed where a new password is demanded.",
        )
        .example(json!({
            "uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "email": "ann@example.com", "password": "Secret123",
            "device_fingerprint": "eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9",
        }))
        .action::<SignIn, WizardStep<TokenPair>, _>(sign_in);
    routes
        .post("my.2fa.choose", "/api/v2/my/signin/2fa", ANYBODY)
        .summary("Choose the second factor of a sign-in.")
        .describe("For clients with several. A code for a phone is sent at once.")
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "type": "google"}))
        .action::<Chosen, WizardStep<TokenPair>, _>(choose);
    routes
        .post("my.2fa.google", "/api/v2/my/2fa/google", ANYBODY)
        .summary("Finish a sign-in with a code of the authenticator app.")
        .describe("A code works once. Too many wrong ones are refused for a while.")
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<SentCode, WizardStep<TokenPair>, _>(by_app);
    routes
        .post("my.2fa.sms", "/api/v2/my/2fa/sms", ANYBODY)
        .summary("Finish a sign-in with a code that was sent to the phone.")
        .describe("Too many wrong codes are refused for a while.")
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<SentCode, WizardStep<TokenPair>, _>(by_phone);
    routes
        .post("my.authentication.password-restore", "/api/v2/my/signin/password/restore", ANYBODY)
        .summary("Send the code for a demanded password reset.")
        .describe("The code was mailed with the accepted password. Without a code, another one is mailed.")
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<Restored, WizardStep<TokenPair>, _>(restore);
    routes
        .post("my.authentication.password-reset", "/api/v2/my/signin/password/reset", ANYBODY)
        .summary("Set the new password of a demanded reset.")
        .describe("Ends the sign-in without tokens: the client signs in anew with the new password.")
        .example(json!({
            "uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "password": "Secret124", "password_confirmation": "Secret124",
        }))
        .action::<Reset, WizardStep<TokenPair>, _>(reset);
}

/// What the form of a sign-in shows.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySigninForm")]
struct SignInForm {
    /// The captcha.
    recaptcha: CaptchaForm,
    /// Whether the client may sign in with a code that an app scans.
    is_qr_available: bool,
    /// Whether the client may set a forgotten password anew.
    is_password_recovery_available: bool,
}

/// What the form shows of the captcha.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyRecaptcha")]
pub(super) struct CaptchaForm {
    /// Whether it must be solved.
    enabled: bool,
    /// The key under which the page shows it.
    key: Option<String>,
}

impl CaptchaForm {
    pub fn of(conn: &mut DbConnection) -> Result<Self, Error> {
        let settings = settings::get(conn)?.data;
        Ok(Self { enabled: settings.captcha_secret.is_some(), key: settings.captcha_site_key })
    }
}

/// What a sign-in has collected.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Collected {
    fingerprint: SentFingerprint,
}

impl Collected {
    fn of(held: &HeldRun) -> Result<Self, Problem> {
        serde_json::from_str(&held.data).map_err(|error| Problem::internal(error.to_string()))
    }

    fn text(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::internal(error.to_string()))
    }
}

struct SignIn {
    uuid: Uuid,
    email: Email,
    password: String,
    fingerprint: SentFingerprint,
    captcha: Option<String>,
}

impl Input<Front> for SignIn {
    type Current = ();
    const NAME: Option<&'static str> = Some("MySignIn");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        let email = fields.about("The e-mail address of the client.").needed("email", &EmailAddress);
        let password = fields.about("The password of the client.").needed("password", &RawText);
        let fingerprint = fields
            .about("What the program tells of itself: base64 of a JSON object with a `user_agent`.")
            .needed("device_fingerprint", &DeviceFingerprint);
        let captcha =
            fields.about("What the captcha gave, while it is asked for.").nullable_new("recaptchaResponse", &RawText);
        Some(Self { uuid: uuid?, email: email?, password: password?, fingerprint: fingerprint?, captcha: captcha? })
    }
}

/// The choice of a second factor in a run.
pub(super) struct Chosen {
    pub uuid: Uuid,
    pub method: TwoFactorProvider,
}

impl Input<Front> for Chosen {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyTfaChosen");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run.").needed("uuid", &UUID);
        let method = fields.about("The second factor.").needed("type", &Choice::of());
        Some(Self { uuid: uuid?, method: method? })
    }
}

/// A code and the run that it is for.
pub(crate) struct SentCode {
    pub uuid: Uuid,
    pub code: String,
}

impl Input<Front> for SentCode {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyCode");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run.").needed("uuid", &UUID);
        let code = fields.about("The code: six digits.").needed("code", &RawText);
        Some(Self { uuid: uuid?, code: code? })
    }
}

struct Restored {
    uuid: Uuid,
    code: Option<String>,
}

impl Input<Front> for Restored {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyPasswordRestoration");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run of the sign-in.").needed("uuid", &UUID);
        let email = fields.about("Taken, and not needed: the run knows it.").nullable_new("email", &EmailAddress);
        let code =
            fields.about("The code from the mail; left out, another one is sent.").nullable_new("code", &RawText);
        email?;
        Some(Self { uuid: uuid?, code: code? })
    }
}

struct Reset {
    uuid: Uuid,
    password: Password,
}

impl Input<Front> for Reset {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyPasswordReset");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run of the sign-in.").needed("uuid", &UUID);
        let password = read_new_password(fields);
        Some(Self { uuid: uuid?, password: password? })
    }
}

/// A new password and the same once more.
pub(crate) fn read_new_password(fields: &mut Fields<'_, ()>) -> Option<Password> {
    let password: Option<Password> =
        fields.about("The new password.").needed("password", &Parsed::matching(PASSWORD_PATTERN));
    let again = fields.about("The same once more.").needed("password_confirmation", &RawText);
    let (password, again) = (password?, again?);
    if password.expose() == again {
        return Some(password);
    }
    fields.fault("password_confirmation", CredentialsFault::PasswordsDiffer.fault())
}

async fn begin(app: Arc<AppContext>, _call: Arc<Call>) -> Result<Answer, Problem> {
    let uuid = Uuid::from_random(random()?);
    let begun = write(&app.database, move |tx| {
        let wizard = wizards::to_run(tx.conn, WizardType::SignIn, None)?;
        let run = Run::begin(&wizard.data, None, facts::of_visitor(tx.conn)?, tx.now);
        let run = run.map_err(|refusal| refused(refusal, tx.now))?;
        runs::begin(tx, &uuid, &run, runs::NO_DATA)?;
        let settings = settings::get(tx.conn)?.data;
        let form = SignInForm {
            recaptcha: CaptchaForm::of(tx.conn)?,
            is_qr_available: settings.is_qr_sign_in_offered,
            is_password_recovery_available: settings.is_password_recovery_offered,
        };
        Answer::json(&WizardStep::next(uuid.clone(), workflow(&run), Some(form)))
    });
    begun.await
}

/// A run of a sign-in, of which this step is awaited.
fn lock(tx: &mut Tx<'_>, call: &Call, uuid: &Uuid, step: Step) -> Result<HeldRun, Problem> {
    let held = runs::lock(tx, Procedure::SignIn, uuid, None, call.ip)?;
    if awaits(&held.run, step) { Ok(held) } else { Err(out_of_order(&held.run)) }
}

async fn sign_in(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let sent = call.body::<SignIn>().create()?;
    let accepted = with_password(&app, &call, sent).await;
    counted(&app, accepted).await
}

async fn with_password(app: &Arc<AppContext>, call: &Arc<Call>, sent: SignIn) -> Result<Stepped, Problem> {
    let SignIn { uuid, email, password, fingerprint, captcha } = sent;
    captcha::check(app, captcha.as_deref(), call.ip).await?;
    let (calling, run) = (Arc::clone(call), uuid.clone());
    let may_begin = move |tx: &mut Tx<'_>| lock(tx, &calling, &run, Step::Credentials).map(drop);
    let told = fingerprint.fingerprint().user_agent;
    let checked = password_check::check(app, call, (email.to_string(), password), told, may_begin).await?;
    let (sharing, calling) = (Arc::clone(app), Arc::clone(call));
    write(&app.database, move |tx| accept(&sharing, &calling, tx, &uuid, &checked, fingerprint.clone())).await
}

/// What a step comes to.
struct Stepped {
    answer: Answer,
    /// A code that is sent before the answer.
    text: Option<CodeText>,
    /// How it is counted.
    step: SignInStep,
}

/// Sends the code that waits, and answers the step.
async fn answered(app: &Arc<AppContext>, stepped: Stepped) -> Result<(Answer, SignInStep), Problem> {
    send_texts(app, stepped.text).await?;
    Ok((stepped.answer, stepped.step))
}

/// The same for a step that is an attempt.
async fn counted(app: &Arc<AppContext>, stepped: Result<Stepped, Problem>) -> Result<Answer, Problem> {
    let ended = match stepped {
        Ok(stepped) => answered(app, stepped).await,
        Err(problem) => Err(problem),
    };
    app.metrics.signed_in(Side::Client, ended)
}

fn accept(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    checked: &CheckedPassword,
    fingerprint: SentFingerprint,
) -> Result<Stepped, Problem> {
    let held = lock(tx, call, uuid, Step::Credentials)?;
    let client = checked.credentials.client;
    let learned = facts::learned(tx.conn, client)?;
    let given = Given { learned, ..Given::default() };
    let mut decision = held.run.submit(Step::Credentials, &given, &held.context).map_err(|at| refused(at, tx.now))?;
    if awaits(&decision.run, Step::Captcha) {
        // It was solved together with the password.
        let solved = decision.run.submit(Step::Captcha, &Given::default(), &held.context);
        decision = solved.map_err(|at| refused(at, tx.now))?;
    }
    let outcome = if decision.run.next().is_none() { AttemptOutcome::Passed } else { AttemptOutcome::CodeAwaited };
    checked.settle(tx, call, outcome).map_err(|error| match error {
        Error::NotFound => wrong_credentials(),
        error => error.into(),
    })?;
    go_on(app, call, tx, uuid, &held, decision, &Collected { fingerprint })
}

/// Stores where the sign-in stands: with a code that is sent, with the tokens at its end, or with what is awaited.
fn go_on(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    held: &HeldRun,
    decision: Decision,
    collected: &Collected,
) -> Result<Stepped, Problem> {
    let client = decision.run.client.ok_or_else(Problem::not_found)?;
    let awaited = proceed(app, tx, uuid, held, decision, |conn, _| recipients::of_client(conn, client))?;
    let run = &awaited.decision.run;
    runs::advance(tx, held, &awaited.decision, &collected.text()?)?;
    let (next, step) = if run.next().is_none() {
        let pair = sessions::begin(app, call, tx, client, &collected.fingerprint)?;
        (WizardStep::done(uuid.clone(), Some(pair)), SignInStep::SignedIn)
    } else {
        let chooses = awaits(run, Step::TwoFactor) && run.method(Step::TwoFactor).is_none();
        let providers = if chooses { methods(run) } else { Vec::new() };
        let next = WizardStep::next(uuid.clone(), workflow(run), Some(TokenPair::awaited(providers)));
        (next, SignInStep::CodeAwaited)
    };
    Ok(Stepped { answer: Answer::json(&next)?, text: awaited.text, step })
}

async fn choose(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Chosen { uuid, method } = call.body::<Chosen>().create()?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let chosen = write(&app.database, move |tx| {
        let held = lock(tx, &calling, &uuid, Step::TwoFactor)?;
        let decision = held.run.choose(method, &held.context).map_err(|at| refused(at, tx.now))?;
        go_on(&sharing, &calling, tx, &uuid, &held, decision, &Collected::of(&held)?)
    });
    // A choice is no attempt.
    answered(&app, chosen.await?).await.map(|(answer, _)| answer)
}

async fn by_app(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    by_code(app, call, CodeMethod::App).await
}

async fn by_phone(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    by_code(app, call, CodeMethod::Sms).await
}

async fn by_code(app: Arc<AppContext>, call: Arc<Call>, method: CodeMethod) -> Result<Answer, Problem> {
    let SentCode { uuid, code } = call.body::<SentCode>().create()?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let tried = write(&app.database, move |tx| {
        let mut held = lock(tx, &calling, &uuid, Step::TwoFactor)?;
        match (held.run.method(Step::TwoFactor), method) {
            (Some(awaited), _) if awaited != method => return Err(out_of_order(&held.run)),
            // The path chooses, where no code has to be sent first.
            (None, CodeMethod::App) => {
                let chosen = held.run.choose(TwoFactorProvider::Google, &held.context);
                held.run = chosen.map_err(|at| refused(at, tx.now))?.run;
            }
            (Some(_) | None, _) => {}
        }
        try_next(&sharing, &calling, tx, (&uuid, &held), &code)
    });
    counted(&app, tried.await).await
}

/// Tries the code that the sign-in awaits, and goes on where it is right.
fn try_next(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    (uuid, held): (&Uuid, &HeldRun),
    code: &str,
) -> Result<Stepped, Problem> {
    let collected = Collected::of(held)?;
    match try_code(app, call, tx, (uuid, held), None, code)? {
        Tried::Right(decision, _) => go_on(app, call, tx, uuid, held, decision, &collected),
        Tried::Wrong(answer) => {
            if let Some(client) = held.run.client {
                note_failure(tx, call, client, &collected)?;
            }
            Ok(Stepped { answer, text: None, step: SignInStep::Wrong })
        }
    }
}

fn note_failure(tx: &mut Tx<'_>, call: &Call, client: ClientId, collected: &Collected) -> Result<(), Error> {
    use domain::credentials::SignInStatus;
    let told = collected.fingerprint.fingerprint().user_agent;
    sign_ins::record(tx, client, call.ip, SignInStatus::Failure, Some(&told))
}

async fn restore(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Restored { uuid, code } = call.body::<Restored>().create()?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let tried = write(&app.database, move |tx| {
        let held = lock(tx, &calling, &uuid, Step::EmailConfirmation)?;
        let Some(code) = &code else {
            let again =
                Decision { run: held.run.clone(), outcome: domain::wizards::Outcome::Next(Step::EmailConfirmation) };
            return go_on(&sharing, &calling, tx, &uuid, &held, again, &Collected::of(&held)?);
        };
        try_next(&sharing, &calling, tx, (&uuid, &held), code)
    });
    counted(&app, tried.await).await
}

async fn reset(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Reset { uuid, password } = call.body::<Reset>().create()?;
    let (calling, run) = (Arc::clone(&call), uuid.clone());
    let held = write(&app.database, move |tx| lock(tx, &calling, &run, Step::Apply)).await?;
    let client = held.run.client.ok_or_else(Problem::not_found)?;
    if password_check::is_present(&app, client, password.expose().to_owned()).await? {
        return Err(Problem::unprocessable(CredentialsFault::SamePassword));
    }
    let hash = app.hasher.enter()?.hash(password.expose().to_owned()).await?;
    let calling = Arc::clone(&call);
    let done = write(&app.database, move |tx| {
        let held = lock(tx, &calling, &uuid, Step::Apply)?;
        let decision = held.run.submit(Step::Apply, &Given::default(), &held.context);
        let decision = decision.map_err(|at| refused(at, tx.now))?;
        set_password(tx, &calling, (client, &hash), None)?;
        runs::advance(tx, &held, &decision, runs::NO_DATA)?;
        Answer::json(&WizardStep::<TokenPair>::done(uuid.clone(), None))
    });
    done.await
}

/// Sets a client's password as they asked for. All their sessions end, but for the one that stays.
pub(super) fn set_password(
    tx: &mut Tx<'_>,
    call: &Call,
    (client, hash): (ClientId, &str),
    stays: Option<ClientSessionId>,
) -> Result<(), Error> {
    let email = recipients::of_client(tx.conn, client)?.email;
    let by = Setter { stays, ..Setter::client(&email, Some(call.ip)) };
    passwords::set(tx, &Scope::Client(client), client, hash, by)?;
    let details = json!({"id": client, "new": {"password": MASK}});
    audit::note(tx, call, (client, &email), ("client_password", Action::Update), &details)
}
