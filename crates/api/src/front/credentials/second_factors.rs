//! The client's second factors: which are on, how they are switched, and their history.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::clients::{ClientId, PhoneNumber};
use domain::credentials::{CredentialsFault, SecondFactorChangeId, SecondFactorMethod};
use domain::identity::UserId;
use domain::platform::TwoFactorProvider;
use domain::value::{Set, Timestamp, Uuid};
use domain::wizards::{Given, Procedure, Run, RunFacts, Step};
use http::request::{Fields, Input, ListQuery, NoFilter, PHONE_PATTERN, Parsed};
use http::routes::Resource;
use http::{Answer, read, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::audit::Action;
use storage::credentials::recipients::{self, Recipient};
use storage::credentials::second_factors::{self, FactorSetup, SecondFactor, SecondFactorChange, Switcher};
use storage::platform::settings;
use storage::wizards::facts;
use storage::wizards::runs::{self, HeldRun};
use storage::{ByTime, DbConnection, Error, Page, Tx};

use crate::context::AppContext;
use crate::front::wizards::{
    CodeSent, CodeText, Tried, UUID, WizardStep, proceed, refused, send_texts, try_code, workflow,
};
use crate::front::{Call, Front, Reading, Requirement, Routes, audit};
use crate::inputs::RawText;
use crate::totp::AppSetup;
use crate::{Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    const SIGNED_IN: Requirement = Requirement::SignedIn;
    routes
        .get("my.2fa.status", "/api/v2/my/2fa", SIGNED_IN)
        .summary("Tell which second factors the client has on.")
        .describe("All that there are, and whether each is offered.")
        .action::<(), SecondFactors, _>(status);
    routes
        .get("my.2fa.get", "/api/v2/my/2fa/{type}", SIGNED_IN)
        .summary("Read a second factor.")
        .describe("Whether the client has it on, and whether it is offered.")
        .example_path("/api/v2/my/2fa/google")
        .record(get);
    routes
        .get("my.2fa.enable-wizard", "/api/v2/my/2fa/{type}/enable/wizard", SIGNED_IN)
        .summary("Start switching a second factor on.")
        .describe(
            "For `google` the answer has what the app is set up with; the secret counts once a code of it was right. For `sms` \
             the next step names the number.",
        )
        .example_path("/api/v2/my/2fa/google/enable/wizard")
        .action::<(), WizardStep<FactorStep>, _>(enable);
    routes
        .get("my.2fa.disable-wizard", "/api/v2/my/2fa/{type}/disable/wizard", SIGNED_IN)
        .summary("Start switching a second factor off.")
        .describe("A code of this second factor is awaited next; one for a phone is sent at once.")
        .example_path("/api/v2/my/2fa/sms/disable/wizard")
        .action::<(), WizardStep<FactorStep>, _>(disable);
    routes
        .post("my.2fa.wizard", "/api/v2/my/2fa/wizard", SIGNED_IN)
        .summary("Send the next step of switching a second factor.")
        .describe("For `sms` that is switched on first the number, then the code; otherwise the code.")
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<NextStep, WizardStep<FactorStep>, _>(next);
    routes
        .get("my.2fa.changes", "/api/v2/my/2fa/changes", SIGNED_IN)
        .summary("List the switches of the client's second factors.")
        .describe("The newest come first.")
        .list(list);
    routes
        .get("my.2fa.change", "/api/v2/my/2fa/changes/{changeId}", SIGNED_IN)
        .summary("Read a switch of a second factor of the client.")
        .describe("Who switched it, and when.")
        .record(change);
}

/// A second factor of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaStatus")]
#[serde(rename_all = "camelCase")]
struct SecondFactorAnswer {
    /// Which.
    #[serde(rename = "type")]
    method: SecondFactorMethod,
    /// Whether the client has it on.
    is_enabled: bool,
    /// Whether it is offered.
    is_available: bool,
    /// The number to which codes go, all but its end masked; null where there is none.
    phone: Option<String>,
    /// Since when it is on.
    update_time: Option<Timestamp>,
}

/// All second factors.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MyTfaStatusList")]
struct SecondFactors {
    /// How many there are.
    total: usize,
    /// Each of them.
    data: Vec<SecondFactorAnswer>,
}

impl Resource<Front> for SecondFactorAnswer {
    const NAME: &'static str = "client_second_factor";

    fn id(&self) -> i64 {
        match self.method {
            SecondFactorMethod::Google => 1,
            SecondFactorMethod::Sms => 2,
        }
    }
}

/// A number, all but its end masked.
fn masked(phone: &str) -> String {
    let shown = phone.chars().count().saturating_sub(4);
    phone.chars().enumerate().map(|(at, letter)| if at == 0 || at >= shown { letter } else { '*' }).collect()
}

fn answers(conn: &mut DbConnection, client: ClientId) -> Result<Vec<SecondFactorAnswer>, Error> {
    let offered = settings::get(conn)?.data.two_factor_providers;
    let on = second_factors::of_client(conn, client)?;
    let phone = recipients::of_client(conn, client)?.phone;
    let answer = |method: &SecondFactorMethod| {
        let factor: Option<&SecondFactor> = on.iter().find(|factor| factor.method == *method);
        SecondFactorAnswer {
            method: *method,
            is_enabled: factor.is_some(),
            is_available: offered.contains(&TwoFactorProvider::from(*method)),
            phone: phone.as_deref().filter(|_| *method == SecondFactorMethod::Sms).map(masked),
            update_time: factor.map(|factor| factor.create_time),
        }
    };
    Ok(SecondFactorMethod::ALL.iter().map(answer).collect())
}

async fn status(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let client = call.caller()?.client();
    let data = read(&app.database, move |conn| answers(conn, client)).await?;
    Answer::json(&SecondFactors { total: data.len(), data })
}

fn get(reading: &mut Reading<'_>, (method,): (String,)) -> Result<SecondFactorAnswer, Problem> {
    let all = answers(reading.conn, reading.caller.client())?;
    all.into_iter().find(|answer| answer.method.as_str() == method).ok_or_else(Problem::not_found)
}

/// What the next step of a switch needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaStep")]
#[serde(untagged)]
enum FactorStep {
    /// An app is to be set up.
    App(AppStep),
    /// A code is awaited.
    Code(CodeSent),
}

/// What an app is set up with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaAppSetup")]
struct AppStep {
    /// The QR code as a picture: an SVG in a data URL.
    qr: String,
    /// The secret in base 32, to be typed.
    key: String,
}

/// What a switch has collected.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Collected {
    method: Option<String>,
    sealed_secret: Option<String>,
    phone: Option<String>,
}

impl Collected {
    fn of(held: &HeldRun) -> Result<Self, Problem> {
        serde_json::from_str(&held.data).map_err(|error| Problem::internal(error.to_string()))
    }

    fn text(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::internal(error.to_string()))
    }

    fn sealed_secret(&self) -> Option<Vec<u8>> {
        self.sealed_secret.as_ref().and_then(|sealed| STANDARD.decode(sealed).ok())
    }

    fn method(&self) -> Result<SecondFactorMethod, Problem> {
        let method = self.method.as_ref().and_then(|method| method.parse().ok());
        method.ok_or_else(|| Problem::internal("a run does not know its second factor"))
    }
}

/// The second factor that the path names.
fn method_of(call: &Call) -> Result<SecondFactorMethod, Problem> {
    call.segments.first().and_then(|method| method.parse().ok()).ok_or_else(Problem::not_found)
}

async fn enable(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (method, session) = (method_of(&call)?, call.caller()?.session.clone());
    let sharing = Arc::clone(&app);
    let begun = write(&app.database, move |tx| {
        let settings = settings::get(tx.conn)?.data;
        if !settings.two_factor_providers.contains(&method.into()) {
            return Err(Problem::unprocessable(CredentialsFault::SecondFactorUnavailable));
        }
        let client = session.client;
        if second_factors::of_client(tx.conn, client)?.iter().any(|factor| factor.method == method) {
            return Err(Problem::conflict(CredentialsFault::SecondFactorOn));
        }
        let uuid = Uuid::from_random(random()?);
        let mut collected = Collected { method: Some(method.as_str().to_owned()), ..Collected::default() };
        let (procedure, step) = match method {
            SecondFactorMethod::Google => {
                let issuer = settings.company_name.as_str();
                let AppSetup { secret, key, uri } = AppSetup::new(issuer, &session.email)?;
                collected.sealed_secret = Some(STANDARD.encode(sharing.secret.seal(&secret)?));
                (Procedure::AppOn, Some(FactorStep::App(AppStep { qr: crate::front::qr::data_url(&uri)?, key })))
            }
            SecondFactorMethod::Sms => (Procedure::SmsOn, None),
        };
        let facts = facts_of(tx.conn, client, [method])?;
        let mut run = Run::begin_fixed(procedure, client, facts, tx.now).map_err(|at| refused(at, tx.now))?;
        if method == SecondFactorMethod::Google {
            // There is nothing to fill in.
            run.progress.done = Set::from_iter([Step::Form]);
        }
        runs::begin(tx, &uuid, &run, &collected.text()?)?;
        let workflow = if run.next() == Some(Step::Form) { Step::PhoneForm.as_str() } else { workflow(&run) };
        Answer::json(&WizardStep::next(uuid, workflow, step))
    });
    begun.await
}

/// What decides on the steps: the code is one of this second factor, whatever else the client has on.
fn facts_of(
    conn: &mut DbConnection,
    client: ClientId,
    methods: impl IntoIterator<Item = SecondFactorMethod>,
) -> Result<RunFacts, Error> {
    let facts = facts::of_client(conn, client)?;
    Ok(RunFacts { second_factors: methods.into_iter().map(TwoFactorProvider::from).collect(), ..facts })
}

async fn disable(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (method, client) = (method_of(&call)?, call.caller()?.client());
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let begun = write(&app.database, move |tx| {
        if !second_factors::of_client(tx.conn, client)?.iter().any(|factor| factor.method == method) {
            return Err(Problem::conflict(CredentialsFault::SecondFactorOff));
        }
        let uuid = Uuid::from_random(random()?);
        let facts = facts_of(tx.conn, client, [method])?;
        let run = Run::begin_fixed(Procedure::SecondFactorOff, client, facts, tx.now);
        let run = run.map_err(|at| refused(at, tx.now))?;
        let collected = Collected { method: Some(method.as_str().to_owned()), ..Collected::default() };
        let data = collected.text()?;
        runs::begin(tx, &uuid, &run, &data)?;
        let held = runs::lock(tx, Procedure::SecondFactorOff, &uuid, Some(client), calling.ip)?;
        fill_in(&sharing, tx, &uuid, &held, &collected)
    });
    let (answer, text) = begun.await?;
    send_texts(&app, text).await?;
    Ok(answer)
}

/// Takes the form of a switch and sends the code that is awaited then.
fn fill_in(
    app: &AppContext,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    held: &HeldRun,
    collected: &Collected,
) -> Result<(Answer, Option<CodeText>), Problem> {
    let client = held.run.client.ok_or_else(Problem::not_found)?;
    let decision = held.run.submit(Step::Form, &Given::default(), &held.context).map_err(|at| refused(at, tx.now))?;
    let phone = collected.phone.clone();
    let awaited = proceed(app, tx, uuid, held, decision, |conn, _| {
        let recipient = recipients::of_client(conn, client)?;
        Ok(Recipient { phone: phone.or(recipient.phone.clone()), ..recipient })
    })?;
    runs::advance(tx, held, &awaited.decision, &collected.text()?)?;
    let run = &awaited.decision.run;
    let step = WizardStep::next(uuid.clone(), workflow(run), CodeSent::of(run).map(FactorStep::Code));
    Ok((Answer::json(&step)?, awaited.text))
}

struct NextStep {
    uuid: Uuid,
    code: Option<String>,
    phone: Option<PhoneNumber>,
}

impl Input<Front> for NextStep {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyTfaNextStep");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run.").needed("uuid", &UUID);
        let code = fields.about("The code of the app or of the phone.").nullable_new("code", &RawText);
        let key = fields.about("Taken, and not needed: the run knows the secret.").nullable_new("key", &RawText);
        let phone =
            fields.about("The number to which codes go.").nullable_new("phone", &Parsed::matching(PHONE_PATTERN));
        key?;
        Some(Self { uuid: uuid?, code: code?, phone: phone? })
    }
}

const SWITCHES: [Procedure; 3] = [Procedure::AppOn, Procedure::SmsOn, Procedure::SecondFactorOff];

async fn next(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let NextStep { uuid, code, phone } = call.body::<NextStep>().create()?;
    let client = call.caller()?.client();
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let taken = write(&app.database, move |tx| {
        let procedure = runs::procedure_of(tx.conn, &uuid)?.map(|(procedure, _)| procedure);
        let procedure = procedure.filter(|procedure| SWITCHES.contains(procedure)).ok_or_else(Problem::not_found)?;
        let held = runs::lock(tx, procedure, &uuid, Some(client), calling.ip)?;
        let collected = Collected::of(&held)?;
        if held.run.next() == Some(Step::Form) {
            let Some(phone) = &phone else {
                return Err(Problem::bad_request(vec![crate::Fault::sent("phone", RequestFault::Required)]));
            };
            let collected = Collected { phone: Some(phone.to_string()), ..collected };
            return fill_in(&sharing, tx, &uuid, &held, &collected);
        }
        let Some(code) = &code else {
            return Err(Problem::bad_request(vec![crate::Fault::sent("code", RequestFault::Required)]));
        };
        by_code(&sharing, &calling, tx, &uuid, &held, &collected, code)
    });
    let (answer, text) = taken.await?;
    send_texts(&app, text).await?;
    Ok(answer)
}

fn by_code(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    held: &HeldRun,
    collected: &Collected,
    code: &str,
) -> Result<(Answer, Option<CodeText>), Problem> {
    let sealed = collected.sealed_secret();
    let secret = sealed.as_ref().and_then(|sealed| app.secret.open(sealed));
    let (decision, totp_step) = match try_code(app, call, tx, (uuid, held), secret.as_deref(), code)? {
        Tried::Right(decision, totp_step) => (decision, totp_step),
        Tried::Wrong(answer) => return Ok((answer, None)),
    };
    let applied = decision.run.submit(Step::Apply, &Given::default(), &held.context);
    let decision = applied.map_err(|at| refused(at, tx.now))?;
    runs::advance(tx, held, &decision, runs::NO_DATA)?;
    let client = held.run.client.ok_or_else(Problem::not_found)?;
    let (method, by) = (collected.method()?, Switcher { user: None, ip: call.ip });
    if held.run.procedure == Procedure::SecondFactorOff {
        second_factors::switch_off(tx, client, method, by)?;
    } else {
        let setup = FactorSetup {
            sealed_secret: sealed.as_deref(),
            totp_step: totp_step.unwrap_or_default(),
            phone: collected.phone.as_deref(),
        };
        second_factors::switch_on(tx, client, method, setup, by)?;
    }
    let is_on = held.run.procedure != Procedure::SecondFactorOff;
    let details = json!({"id": client, "new": {"type": method, "isEnabled": is_on}});
    let email = call.caller()?.session.email.as_str();
    audit::note(tx, call, (client, email), ("client_second_factor", Action::Update), &details)?;
    Ok((Answer::json(&WizardStep::<FactorStep>::done(uuid.clone(), None))?, None))
}

/// A switch of a second factor of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaChange")]
#[serde(rename_all = "camelCase")]
struct ChangeAnswer {
    id: SecondFactorChangeId,
    /// Which.
    #[serde(rename = "type")]
    method: SecondFactorMethod,
    /// Whether it is on since.
    is_enabled: bool,
    /// The user who switched it; null where the client did.
    user_id: Option<UserId>,
    create_time: Timestamp,
}

impl Resource<Front> for ChangeAnswer {
    const NAME: &'static str = "client_second_factor_change";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<SecondFactorChange> for ChangeAnswer {
    fn from(change: SecondFactorChange) -> Self {
        let SecondFactorChange { id, method, is_enabled, user, create_time, .. } = change;
        Self { id, method, is_enabled, user_id: user, create_time }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ByTime>) -> Result<Page<ChangeAnswer>, Problem> {
    let caller = reading.caller;
    let changes = second_factors::changes(reading.conn, &caller.scope(), caller.client(), &query.paging)?;
    Ok(changes.map(ChangeAnswer::from))
}

fn change(reading: &mut Reading<'_>, (id,): (SecondFactorChangeId,)) -> Result<ChangeAnswer, Problem> {
    let caller = reading.caller;
    Ok(second_factors::change(reading.conn, &caller.scope(), caller.client(), id)?.into())
}
