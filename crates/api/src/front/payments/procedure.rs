//! How the client goes through a procedure: a form, confirmations by codes, and what is then done.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::platform::TwoFactorProvider;
use domain::value::Uuid;
use domain::wizards::{Decision, Given, Run, RunRefusal, Step, WizardType};
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

use crate::context::AppContext;
use crate::front::credentials::UUID;
use crate::front::wizards::{
    CodeSent, CodeText, TfaMethod, Tried, WizardStep, methods, proceed, refused, send_texts, try_code, workflow,
};
use crate::front::{Call, Front};
use crate::inputs::RawText;
use crate::{Fault, Problem, RequestFault};

/// What the form of a procedure has collected, and what is done when it is confirmed.
pub(super) trait Plan: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The procedure.
    const KIND: WizardType;
    /// What the last step answers.
    type Done: Serialize + JsonSchema;

    /// Does it, with its record in the audit log.
    ///
    /// # Errors
    /// What refuses it: the run stays where it is.
    fn carry_out(&self, app: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Self::Done, Problem>;
}

/// The second factors of which one is to be chosen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaChoice")]
#[serde(rename_all = "camelCase")]
pub(super) struct FactorChoice {
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
pub(super) enum StepData<D> {
    /// One of the second factors is to be chosen.
    Choice(FactorChoice),
    /// A code is awaited.
    Code(CodeSent),
    /// It was done.
    Done(D),
}

/// What was answered, and a text that is sent once the transaction is committed.
pub(super) type Taken = (Answer, Option<CodeText>);

/// Begins a run of a procedure.
pub(super) async fn begin<P: Plan>(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let client = call.caller()?.client();
    let begun = write(&app.database, move |tx| {
        let uuid = Uuid::from_random(random()?);
        let wizard = wizards::to_run(tx.conn, P::KIND, None)?.data;
        let known = facts::of_client(tx.conn, client)?;
        let mut run = Run::begin(&wizard, Some(client), known, tx.now).map_err(|at| refused(at, tx.now))?;
        // These operations have no place for what a captcha gave.
        run.progress.facts.has_captcha = false;
        runs::begin(tx, &uuid, &run, runs::NO_DATA)?;
        Answer::json(&WizardStep::<StepData<P::Done>>::next(uuid, workflow(&run), None))
    });
    begun.await
}

/// Takes the form, and sends the code that is awaited then.
pub(super) fn fill_in<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    plan: &P,
) -> Result<Taken, Problem> {
    let held = runs::lock(tx, P::KIND, uuid, Some(client_of(call)?), call.ip)?;
    let decision = held.run.submit(Step::Form, &Given::default(), &held.context);
    let decision = decision.map_err(|at| refused(at, tx.now))?;
    go_on(app, call, tx, uuid, &held, decision, plan)
}

/// Whether the run of a procedure awaits its form.
///
/// # Errors
/// As of [`fill_in`].
pub(super) fn check_form_awaited<P: Plan>(call: &Call, tx: &mut Tx<'_>, uuid: &Uuid) -> Result<(), Problem> {
    let held = runs::lock(tx, P::KIND, uuid, Some(client_of(call)?), call.ip)?;
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
    if decision.run.next() == Some(Step::Apply) {
        let applied = decision.run.submit(Step::Apply, &Given::default(), &held.context);
        runs::advance(tx, held, &applied.map_err(|at| refused(at, tx.now))?, runs::NO_DATA)?;
        let done = plan.carry_out(app, call, tx)?;
        let step = WizardStep::done(uuid.clone(), Some(StepData::Done(done)));
        return Ok((Answer::json(&step)?, None));
    }
    let client = client_of(call)?;
    let awaited = proceed(app, tx, uuid, held, decision, |conn, _| recipients::of_client(conn, client))?;
    let collected = serde_json::to_string(plan).map_err(|error| Problem::internal(error.to_string()))?;
    runs::advance(tx, held, &awaited.decision, &collected)?;
    let run = &awaited.decision.run;
    let data = FactorChoice::of(run).map(StepData::Choice).or_else(|| CodeSent::of(run).map(StepData::Code));
    let step = WizardStep::<StepData<P::Done>>::next(uuid.clone(), workflow(run), data);
    Ok((Answer::json(&step)?, awaited.text))
}

/// The choice of a second factor, or a code.
pub(super) struct Confirmation {
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
pub(super) fn confirm<P: Plan>(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    sent: &Confirmation,
) -> Result<Taken, Problem> {
    let Confirmation { uuid, code, factor } = sent;
    let held = runs::lock(tx, P::KIND, uuid, Some(client_of(call)?), call.ip)?;
    let Some(code) = code else {
        let factor = factor.ok_or_else(|| Problem::bad_request(vec![Fault::sent("code", RequestFault::Required)]))?;
        let chosen = held.run.choose(factor, &held.context).map_err(|at| refused(at, tx.now))?;
        let plan: P = collected(&held)?;
        return go_on(app, call, tx, uuid, &held, chosen, &plan);
    };
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
pub(super) async fn take(
    app: Arc<AppContext>,
    call: Arc<Call>,
    step: impl Fn(&AppContext, &Call, &mut Tx<'_>) -> Result<Taken, Problem> + Send + 'static,
) -> Result<Answer, Problem> {
    let sharing = Arc::clone(&app);
    let (answer, text) = write(&app.database, move |tx| step(&sharing, &call, tx)).await?;
    send_texts(&app, text).await?;
    Ok(answer)
}
