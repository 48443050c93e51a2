//! The client's password: challenges that prove who asks, and the new password.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::clients::ClientId;
use domain::credentials::{CredentialsFault, PasswordChangeId};
use domain::identity::{Password, UserId};
use domain::value::{Email, FaultCode as _, Timestamp, Uuid};
use domain::wizards::{Decision, Given, Learned, Procedure, Run, Step, WizardType, WizardsFault};
use http::request::{Fields, Input, ListQuery, NoFilter, PASSWORD_PATTERN, Parsed};
use http::routes::Resource;
use http::{Answer, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::credentials::passwords::{self, PasswordChange};
use storage::credentials::sessions::ClientSession;
use storage::credentials::sign_ins::{self, CountedAct};
use storage::credentials::{recipients, sessions};
use storage::platform::settings;
use storage::wizards::runs::{self, HeldRun};
use storage::wizards::{self, facts};
use storage::{ByTime, Error, Page, Tx};

use super::password_check;
use super::sign_in::set_password;
use crate::context::AppContext;
use crate::front::wizards::{
    Awaited, CodeText, Tried, UUID, awaits, proceed, provider_of, refused, send_texts, try_code,
};
use crate::front::{Call, Front, Reading, Requirement, Routes};
use crate::inputs::{EmailAddress, RawText};
use crate::{Fault, Problem, RequestFault};

const SUCCESS_TOKEN: &str = "successToken";
const SUCCESS_TOKEN_ABOUT: &str = "The token that the completed challenge answered. It is good for one operation.";

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.2fa.challenge-start", "/api/v2/my/2fa/challenge", Requirement::SignedIn)
        .summary("Start a confirmation for a signed-in client.")
        .describe("A code is mailed to the client. `businessProcess` says what it confirms.")
        .needed_parameter(
            "businessProcess",
            "What is to be confirmed.",
            json!({"type": "string", "enum": ["changePassword"]}),
            "changePassword",
        )
        .action::<(), Challenge, _>(start);
    routes
        .get("my.2fa.challenge-start-unauthorized", "/api/v2/my/2fa/unauthorized/challenge", Requirement::Anybody)
        .summary("Start a confirmation for a client who is not signed in.")
        .describe(
            "A code is mailed to the client with this e-mail address. Nobody learns whether there is one: the answer is \
             always the same.",
        )
        .needed_parameter(
            "businessProcess",
            "What is to be confirmed.",
            json!({"type": "string", "enum": ["restorePassword"]}),
            "restorePassword",
        )
        .needed_parameter(
            "email",
            "Whom to send the code.",
            json!({"type": "string", "format": "email"}),
            "ann@example.com",
        )
        .action::<(), Challenge, _>(start_unauthorized);
    routes
        .post("my.2fa.challenge-complete", "/api/v2/my/2fa/challenge", Requirement::MaybeSignedIn)
        .summary("Send the code and get the success token.")
        .describe(
            "Completes a challenge of a signed-in client and one of a client who is not. The token that it answers is sent in \
             the header `successToken` of the operation that was confirmed.",
        )
        .example(json!({"token": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<Completed, SuccessToken, _>(complete);
    routes
        .post("my.password.change", "/api/v2/my/password/change", Requirement::SignedIn)
        .summary("Set a new password for the signed-in client.")
        .describe("All other sessions of the client end.")
        .header(SUCCESS_TOKEN, SUCCESS_TOKEN_ABOUT)
        .example(json!({"password": "Secret124"}))
        .silent_action::<NewPassword, _>(change);
    routes
        .post("my.password.restore", "/api/v2/my/password/restore", Requirement::Anybody)
        .summary("Set a new password without being signed in.")
        .describe("All sessions of the client end.")
        .header(SUCCESS_TOKEN, SUCCESS_TOKEN_ABOUT)
        .example(json!({"password": "Secret124"}))
        .silent_action::<NewPassword, _>(restore);
    routes
        .get("my.password.changes", "/api/v2/my/password/changes", Requirement::SignedIn)
        .summary("List the changes of the client's password.")
        .describe("The newest come first; no password is ever told.")
        .list(list);
    routes
        .get("my.password.change-get", "/api/v2/my/password/changes/{changeId}", Requirement::SignedIn)
        .summary("Read a change of the client's password.")
        .describe("Who changed it and from where.")
        .record(get);
}

/// A confirmation that waits for its code.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyChallenge")]
#[serde(rename_all = "camelCase")]
struct Challenge {
    /// Sent with the code.
    #[schemars(with = "String", extend("format" = "uuid"))]
    token: Uuid,
    /// How the code comes.
    #[schemars(extend("enum" = ["email", "sms", "google"]))]
    provider: &'static str,
    /// Until when it can be used.
    expires_at: Timestamp,
}

/// A confirmation that was given.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySuccessToken")]
#[serde(rename_all = "camelCase")]
struct SuccessToken {
    /// Sent in the header `successToken` of the operation that was confirmed.
    #[schemars(with = "String", extend("format" = "uuid"))]
    token: Uuid,
    /// Until when it can be used.
    expires_at: Option<Timestamp>,
}

struct Completed {
    token: Uuid,
    code: String,
}

impl Input<Front> for Completed {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyChallengeCode");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let token = fields.about("The token of the challenge.").needed("token", &UUID);
        let code = fields.about("The code: six digits.").needed("code", &RawText);
        Some(Self { token: token?, code: code? })
    }
}

struct NewPassword {
    password: Password,
}

impl Input<Front> for NewPassword {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyNewPassword");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let password = fields.about("The new password.").needed("password", &Parsed::matching(PASSWORD_PATTERN));
        Some(Self { password: password? })
    }
}

/// What a challenge is for, as the query says.
fn process(call: &Call, allowed: &'static str) -> Result<(), Fault> {
    match call.parameter("businessProcess").as_deref() {
        None => Err(Fault::sent("businessProcess", RequestFault::Required)),
        Some(sent) if sent == allowed => Ok(()),
        Some(_) => Err(Fault::sent("businessProcess", RequestFault::NotOneOf.with("values", allowed))),
    }
}

/// Begins the run of a challenge, whose form is what the call says, and sends the code. Without a client it is the run of
/// a recovery that nobody can complete, and that looks like any other.
fn begin(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    kind: WizardType,
    client: Result<ClientId, Stranger>,
) -> Result<(Challenge, Option<CodeText>), Problem> {
    let (uuid, procedure) = (Uuid::from_random(random()?), Procedure::from(kind));
    let wizard = wizards::to_run(tx.conn, kind, None)?.data;
    let (caller, facts) = match &client {
        Ok(client) if !procedure.is_for_visitors() => (Some(*client), facts::of_client(tx.conn, *client)?),
        Ok(_) | Err(_) => (None, facts::of_visitor(tx.conn)?),
    };
    let mut run = Run::begin(&wizard, caller, facts, tx.now).map_err(|at| refused(at, tx.now))?;
    // These operations have no place for what a captcha gave.
    run.progress.facts.has_captcha = false;
    let data = client.as_ref().err().map_or(runs::NO_DATA, |Stranger(name)| name);
    runs::begin(tx, &uuid, &run, data)?;
    let held = runs::lock(tx, procedure, &uuid, caller, call.ip)?;
    let learned = match &client {
        Ok(client) => facts::learned(tx.conn, *client)?,
        Err(Stranger(_)) => Learned::default(),
    };
    let given = Given { learned, ..Given::default() };
    let decision = held.run.submit(Step::Form, &given, &held.context).map_err(|at| refused(at, tx.now))?;
    let awaited = match &client {
        Ok(client) => proceed(app, tx, &uuid, &held, decision, |conn, _| recipients::of_client(conn, *client))?,
        Err(Stranger(_)) => send_nothing(&held, &decision, tx.now)?,
    };
    runs::advance(tx, &held, &awaited.decision, data)?;
    let run = &awaited.decision.run;
    let expires_at = run.code.as_ref().map_or(run.expires_at, |code| code.expires_at);
    Ok((Challenge { token: uuid, provider: provider_of(run), expires_at }, awaited.text))
}

/// Somebody who was named and is no client, as the data of a run.
struct Stranger(String);

/// Has the run await a code that nobody knows.
fn send_nothing(held: &HeldRun, decision: &Decision, now: Timestamp) -> Result<Awaited, Problem> {
    let unknown: [u8; 32] = random()?;
    let sent = decision.run.send_code(unknown.to_vec(), &held.context).map_err(|at| refused(at, now))?;
    Ok(Awaited { decision: sent, text: None })
}

async fn start(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    process(&call, "changePassword").map_err(|fault| Problem::bad_request(vec![fault]))?;
    let client = call.caller()?.client();
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let begun = write(&app.database, move |tx| begin(&sharing, &calling, tx, WizardType::PasswordChange, Ok(client)));
    let (challenge, text) = begun.await?;
    send_texts(&app, text).await?;
    Answer::json(&challenge)
}

async fn start_unauthorized(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let mut faults: Vec<Fault> = process(&call, "restorePassword").err().into_iter().collect();
    let email = email_of(&call, &mut faults);
    let Some(email) = email.filter(|_| faults.is_empty()) else { return Err(Problem::bad_request(faults)) };
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let begun = write(&app.database, move |tx| {
        let settings = settings::get(tx.conn)?.data;
        if !settings.is_password_recovery_offered {
            return Err(Problem::unprocessable(CredentialsFault::RecoveryNotOffered));
        }
        // Asking for codes is limited like signing in, so that nobody floods a mailbox or looks for clients.
        if let Err(until) = sign_ins::count(tx, CountedAct::Recovery, email.as_str(), calling.ip)? {
            return Err(Problem::too_many(until, tx.now));
        }
        if !sharing.outbound.sends_mail(tx.conn)? {
            return Err(Problem::unavailable("a code should be mailed, but no SMTP server is set up"));
        }
        let name = STANDARD.encode(sharing.email_fingerprint(&email));
        let client = match sign_ins::active_client(tx.conn, email.as_str())? {
            Some(client) => Ok(client),
            None => Err(Stranger(runs::data_of_stranger(&name)?)),
        };
        begin(&sharing, &calling, tx, WizardType::PasswordRecovery, client)
    });
    let (challenge, text) = begun.await?;
    send_texts(&app, text).await?;
    Answer::json(&challenge)
}

fn email_of(call: &Call, faults: &mut Vec<Fault>) -> Option<Email> {
    use http::request::Kind as _;
    if let Some(email) = call.parameter("email") {
        EmailAddress.parse(&email.into(), "email", faults)
    } else {
        faults.push(Fault::sent("email", RequestFault::Required));
        None
    }
}

/// A run of a challenge: that of a signed-in client is completed with their token.
fn lock(app: &AppContext, tx: &mut Tx<'_>, call: &Call, uuid: &Uuid) -> Result<HeldRun, Problem> {
    let procedure = runs::procedure_of(tx.conn, uuid)?.map(|(procedure, _)| procedure);
    let caller = match procedure {
        Some(Procedure::PasswordRecovery) => None,
        Some(Procedure::PasswordChange) => {
            let hash = call.bearer.as_deref().and_then(|token| app.secret.verify(token));
            let session = match hash {
                Some(hash) => sessions::of_access_token(tx.conn, &hash, tx.now)?,
                None => None,
            };
            Some(session.ok_or_else(Problem::not_found)?.client)
        }
        Some(_) | None => return Err(Problem::not_found()),
    };
    let procedure = procedure.ok_or_else(Problem::not_found)?;
    Ok(runs::lock(tx, procedure, uuid, caller, call.ip)?)
}

async fn complete(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Completed { token, code } = call.body::<Completed>().create()?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let completed = write(&app.database, move |tx| {
        let held = match lock(&sharing, tx, &calling, &token) {
            Ok(held) => held,
            // A token that was made up looks like one whose code is wrong.
            Err(problem) if problem.status == 404 => return Err(wrong_code()),
            Err(problem) => return Err(problem),
        };
        match try_code(&sharing, &calling, tx, (&token, &held), None, &code)? {
            Tried::Wrong(answer) => Ok(answer),
            Tried::Right(decision, _) => {
                runs::advance(tx, &held, &decision, &held.data)?;
                Answer::json(&SuccessToken { token: token.clone(), expires_at: Some(decision.run.expires_at) })
            }
        }
    });
    completed.await
}

fn wrong_code() -> Problem {
    Problem::unprocessable(WizardsFault::WrongConfirmationCode)
}

fn not_confirmed() -> Problem {
    Problem::forbidden(CredentialsFault::NotConfirmed)
}

/// The confirmed run that the success token names.
fn confirmed(
    tx: &mut Tx<'_>,
    call: &Call,
    kind: WizardType,
    caller: Option<ClientId>,
) -> Result<(Uuid, HeldRun), Problem> {
    let token: Uuid = call.header(SUCCESS_TOKEN).and_then(|token| token.parse().ok()).ok_or_else(not_confirmed)?;
    let held = match runs::lock(tx, kind, &token, caller, call.ip) {
        Ok(held) if awaits(&held.run, Step::Apply) => held,
        Ok(_) | Err(Error::NotFound) => return Err(not_confirmed()),
        Err(error) => return Err(error.into()),
    };
    Ok((token, held))
}

async fn change(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let session = call.caller()?.session.clone();
    set(app, call, WizardType::PasswordChange, Some(session)).await
}

async fn restore(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    set(app, call, WizardType::PasswordRecovery, None).await
}

async fn set(
    app: Arc<AppContext>,
    call: Arc<Call>,
    kind: WizardType,
    session: Option<ClientSession>,
) -> Result<Answer, Problem> {
    let NewPassword { password } = call.body::<NewPassword>().create()?;
    let caller = session.as_ref().map(|session| session.client);
    let calling = Arc::clone(&call);
    let client = write(&app.database, move |tx| {
        let (_, held) = confirmed(tx, &calling, kind, caller)?;
        held.run.client.ok_or_else(not_confirmed)
    });
    let client = client.await?;
    if password_check::is_present(&app, client, password.expose().to_owned()).await? {
        return Err(Problem::unprocessable(CredentialsFault::SamePassword));
    }
    let hash = app.hasher.enter()?.hash(password.expose().to_owned()).await?;
    let calling = Arc::clone(&call);
    let done = write(&app.database, move |tx| {
        // The token is used up, so that it is good for one operation.
        let (_, held) = confirmed(tx, &calling, kind, caller)?;
        let decision = held.run.submit(Step::Apply, &Given::default(), &held.context);
        runs::advance(tx, &held, &decision.map_err(|at| refused(at, tx.now))?, runs::NO_DATA)?;
        set_password(tx, &calling, (client, &hash), session.as_ref().map(|session| session.id))?;
        Ok::<_, Problem>(Answer::empty())
    });
    done.await
}

/// A change of the client's password.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyPasswordChange")]
#[serde(rename_all = "camelCase")]
struct PasswordChangeAnswer {
    id: PasswordChangeId,
    /// The user who changed it; null where the client did.
    user_id: Option<UserId>,
    /// From where; null where it is not known.
    ip: Option<String>,
    create_time: Timestamp,
}

impl Resource<Front> for PasswordChangeAnswer {
    const NAME: &'static str = "client_password_change";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<PasswordChange> for PasswordChangeAnswer {
    fn from(change: PasswordChange) -> Self {
        // Where users work is their own affair.
        let ip = change.ip.filter(|_| change.user.is_none());
        Self { id: change.id, user_id: change.user, ip, create_time: change.create_time }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<PasswordChangeAnswer>, Problem> {
    let caller = reading.caller;
    let changes = passwords::changes(reading.conn, &caller.scope(), caller.client(), &query.paging)?;
    Ok(changes.map(PasswordChangeAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PasswordChangeId,)) -> Result<PasswordChangeAnswer, Problem> {
    let caller = reading.caller;
    Ok(passwords::change(reading.conn, &caller.scope(), caller.client(), id)?.into())
}
