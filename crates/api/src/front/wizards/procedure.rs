//! How a client who is signed in goes through a procedure: a form, confirmations by codes, and what is then done.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::platform::TwoFactorProvider;
use domain::value::Uuid;
use domain::wizards::{Decision, Given, Procedure, Run, RunRefusal, Step};
use http::request::{Choice, Fields, Input};
use http::{Answer, write};
use outbound::secrets::random;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::Tx;
use storage::credentials::recipients;
use storage::wizards::runs::{self, HeldRun};
use storage::wizards::{self, facts};

use super::{
    CodeSent, CodeText, TfaMethod, Tried, UUID, WizardStep, methods, out_of_order, proceed, refused, send_texts,
    try_code, workflow,
};
use crate::context::AppContext;
use crate::front::{Call, Front};
use crate::inputs::RawText;
use crate::{Fault, Problem, RequestFault};

/// What the form of a procedure has collected, and what is done when it is confirmed.
pub(crate) trait Plan: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The procedure.
    const PROCEDURE: Procedure;
    /// What its steps answer.
    type Data: NextStep + Serialize + JsonSchema;
    /// Whether the client sends something more once it is confirmed ([`complete`]).
    const IS_COMPLETED_LATER: bool = false;
    /// Whether a client with several second factors chooses one: else the first of them confirms.
    const HAS_CHOICE: bool = true;

    /// Does it, with its record in the audit log; answers what the last step tells.
    ///
    /// # Errors
    /// What refuses it: the run stays where it is.
    fn carry_out(&self, app: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem>;
}

/// What a step tells of the next one.
pub(crate) trait NextStep: Sized {
    /// What is awaited in the run; none where nothing needs to be told.
    fn of(run: &Run) -> Option<Self>;
}

impl NextStep for CodeSent {
    fn of(run: &Run) -> Option<Self> {
        Self::of(run)
    }
}

impl<D> NextStep for StepData<D> {
    fn of(run: &Run) -> Option<Self> {
        FactorChoice::of(run).map(Self::Choice).or_else(|| CodeSent::of(run).map(Self::Code))
    }
}

/// The second factors of which one is to be chosen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaChoice")]
#[serde(rename_all = "camelCase")]
pub(crate) struct FactorChoice {
    /// The second factors that the client has.
    tfa_providers: Vec<TfaMethod>,
}

impl FactorChoice {
    /// The choice, where the run awaits one.
    fn of(run: &Run) -> Option<Self> {
        let awaits = run.next() == Some(Step::TwoFactor) && run.method(Step::TwoFactor).is_none();
        awaits.then(|| Self { tfa_providers: methods(run) })
    }
}

/// What a step tells of the next one, or of what was done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyStepOf{D}")]
#[serde(untagged)]
pub(crate) enum StepData<D> {
    /// One of the second factors is to be chosen.
    Choice(FactorChoice),
    /// A code is awaited.
    Code(CodeSent),
    /// It was done.
    Done(D),
}

/// What was answered, and a text that is sent once the transaction is committed.
pub(crate) type Taken = (Answer, Option<CodeText>);

/// Begins a run of a procedure, whose form is awaited then.
pub(crate) async fn begin<P: Plan>(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let begun = write(&app.database, move |tx| {
        let (uuid, run) = begin_run::<P>(&call, tx)?;
        Answer::json(&WizardStep::<P::Data>::next(uuid, workflow(&run), None))
    });
    begun.await
}

/// Begins a run of a procedure whose form is what the call says, and sends the code that is awaited then.
pub(crate) fn start<P: Plan>(app: &AppContext, call: &Call, tx: &mut Tx<'_>, plan: &P) -> Result<Taken, Problem> {
    let (uuid, _) = begin_run::<P>(call, tx)?;
    fill_in(app, call, tx, &uuid, plan)
}

/// Begins a run of a procedure by the client who calls.
fn begin_run<P: Plan>(call: &Call, tx: &mut Tx<'_>) -> Result<(Uuid, Run), Problem> {
    let (client, procedure) = (client_of(call)?, P::PROCEDURE);
    let mut known = facts::of_client(tx.conn, client)?;
    if !P::HAS_CHOICE {
        known.second_factors = known.second_factors.iter().copied().take(1).collect();
    }
    let run = match procedure.wizard_type() {
        Some(kind) => Run::begin(&wizards::to_run(tx.conn, kind, None)?.data, Some(client), known, tx.now),
        None => Run::begin_fixed(procedure, client, known, tx.now),
    };
    let mut run = run.map_err(|at| refused(at, tx.now))?;
    // These operations have no place for what a captcha gave.
    run.progress.facts.has_captcha = false;
    let uuid = Uuid::from_random(random()?);
    runs::begin(tx, &uuid, &run, runs::NO_DATA)?;
    Ok((uuid, run))
}

/// Takes the form, and sends the code that is awaited then.
pub(crate) fn fill_in<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    plan: &P,
) -> Result<Taken, Problem> {
    let held = runs::lock(tx, P::PROCEDURE, uuid, Some(client_of(call)?), call.ip)?;
    let decision = held.run.submit(Step::Form, &Given::default(), &held.context);
    let decision = decision.map_err(|at| refused(at, tx.now))?;
    go_on(app, call, tx, uuid, &held, decision, plan)
}

/// Whether the run of a procedure awaits its form.
///
/// # Errors
/// As of [`fill_in`].
pub(crate) fn check_form_awaited<P: Plan>(call: &Call, tx: &mut Tx<'_>, uuid: &Uuid) -> Result<(), Problem> {
    let held = runs::lock(tx, P::PROCEDURE, uuid, Some(client_of(call)?), call.ip)?;
    match held.run.next() {
        Some(Step::Form) | None => Ok(()),
        Some(expected) => Err(refused(RunRefusal::OutOfOrder { expected }, tx.now)),
    }
}

fn client_of(call: &Call) -> Result<ClientId, Problem> {
    Ok(call.caller()?.client())
}

/// Goes on from a transition: a code is sent, or, where nothing is left to confirm, it is done.
fn go_on<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    held: &HeldRun,
    decision: Decision,
    plan: &P,
) -> Result<Taken, Problem> {
    if decision.run.next() == Some(Step::Apply) && !P::IS_COMPLETED_LATER {
        return Ok((apply(app, call, tx, uuid, (held, &decision.run), plan)?, None));
    }
    let client = client_of(call)?;
    let awaited = proceed(app, tx, uuid, held, decision, |conn, _| recipients::of_client(conn, client))?;
    let collected = serde_json::to_string(plan).map_err(|error| Problem::internal(error.to_string()))?;
    runs::advance(tx, held, &awaited.decision, &collected)?;
    let run = &awaited.decision.run;
    let step = WizardStep::<P::Data>::next(uuid.clone(), workflow(run), P::Data::of(run));
    Ok((Answer::json(&step)?, awaited.text))
}

fn apply<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    (held, run): (&HeldRun, &Run),
    plan: &P,
) -> Result<Answer, Problem> {
    let applied = run.submit(Step::Apply, &Given::default(), &held.context);
    runs::advance(tx, held, &applied.map_err(|at| refused(at, tx.now))?, runs::NO_DATA)?;
    Answer::json(&WizardStep::done(uuid.clone(), plan.carry_out(app, call, tx)?))
}

/// A run that is confirmed and waits for what the client still sends, with its plan.
///
/// # Errors
/// A 404 where there is no such run of the client, and a 409 where another step is awaited.
pub(crate) fn confirmed<P: Plan>(call: &Call, tx: &mut Tx<'_>, uuid: &Uuid) -> Result<(HeldRun, P), Problem> {
    let held = runs::lock(tx, P::PROCEDURE, uuid, Some(client_of(call)?), call.ip)?;
    if held.run.next() != Some(Step::Apply) {
        return Err(out_of_order(&held.run));
    }
    let plan = collected(&held)?;
    Ok((held, plan))
}

/// Ends a run that is confirmed, once what the client still sent has been dealt with.
///
/// # Errors
/// As of [`confirmed`].
pub(crate) fn complete<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
) -> Result<Answer, Problem> {
    let (held, plan) = confirmed::<P>(call, tx, uuid)?;
    apply(app, call, tx, uuid, (&held, &held.run), &plan)
}

/// The choice of a second factor, or a code.
pub(crate) struct Confirmation {
    pub uuid: Uuid,
    code: Option<String>,
    factor: Option<TwoFactorProvider>,
}

impl Input<Front> for Confirmation {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyConfirmation");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run.").needed("uuid", &UUID);
        let code = fields
            .about("The code: six digits. It is left out while the second factor is chosen.")
            .nullable_new("code", &RawText);
        let factor = fields
            .about("The second factor that the code comes by, where the client has both.")
            .nullable_new("type", &Choice::of());
        let (uuid, code, factor) = (uuid?, code?, factor?);
        if code.is_none() && factor.is_none() {
            return fields.fault("code", RequestFault::Required);
        }
        Some(Self { uuid, code, factor })
    }
}

/// Chooses the second factor of a run, or tries a code.
pub(crate) fn confirm<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    sent: &Confirmation,
) -> Result<Taken, Problem> {
    match sent {
        Confirmation { uuid, code: Some(code), .. } => try_code_of::<P>(app, call, tx, uuid, code),
        Confirmation { uuid, code: None, factor: Some(factor) } => choose::<P>(app, call, tx, uuid, *factor),
        Confirmation { .. } => Err(Problem::bad_request(vec![Fault::sent("code", RequestFault::Required)])),
    }
}

/// Chooses the second factor of a run, and sends the code that is awaited then.
pub(crate) fn choose<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    factor: TwoFactorProvider,
) -> Result<Taken, Problem> {
    let held = runs::lock(tx, P::PROCEDURE, uuid, Some(client_of(call)?), call.ip)?;
    let chosen = held.run.choose(factor, &held.context).map_err(|at| refused(at, tx.now))?;
    let plan: P = collected(&held)?;
    go_on(app, call, tx, uuid, &held, chosen, &plan)
}

/// Tries a code of a run, and does what it confirms.
pub(crate) fn try_code_of<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    code: &str,
) -> Result<Taken, Problem> {
    let held = runs::lock(tx, P::PROCEDURE, uuid, Some(client_of(call)?), call.ip)?;
    match try_code(app, call, tx, (uuid, &held), None, code)? {
        Tried::Wrong(answer) => Ok((answer, None)),
        Tried::Right(decision, _) => {
            let plan: P = collected(&held)?;
            go_on(app, call, tx, uuid, &held, decision, &plan)
        }
    }
}

fn collected<P: Plan>(held: &HeldRun) -> Result<P, Problem> {
    serde_json::from_str(&held.data).map_err(|error| Problem::internal(error.to_string()))
}

/// Takes a step in a transaction, and sends what it leaves to be sent.
pub(crate) async fn take(
    app: Arc<AppContext>,
    call: Arc<Call>,
    step: impl Fn(&AppContext, &Call, &mut Tx<'_>) -> Result<Taken, Problem> + Send + 'static,
) -> Result<Answer, Problem> {
    let sharing = Arc::clone(&app);
    let (answer, text) = write(&app.database, move |tx| step(&sharing, &call, tx)).await?;
    send_texts(&app, text).await?;
    Ok(answer)
}
