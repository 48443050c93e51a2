//! How the client leaves: by a code that is mailed to them.

use std::sync::Arc;

use domain::requests::Requester;
use domain::value::Uuid;
use domain::wizards::{Given, Procedure, Run, Step};
use http::{Answer, write};
use outbound::secrets::random;
use serde_json::json;
use storage::audit::Action;
use storage::clients::profiles::StoredClient;
use storage::credentials::recipients;
use storage::requests::deactivation::{self, Departure};
use storage::wizards::{facts, runs};

use crate::Problem;
use crate::context::AppContext;
use crate::front::audit::note;
use crate::front::credentials::SentCode;
use crate::front::wizards::{CodeSent, Tried, WizardStep, proceed, refused, send_texts, try_code, workflow};
use crate::front::{Call, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    const DEACTIVATION: &str = "/api/v2/my/profile/deactivation";
    routes
        .get("my.profile.deactivation-start", DEACTIVATION, Requirement::SignedIn)
        .summary("Start deactivating the profile; a code goes to the client's email.")
        .describe(
            "409 while an account has money (archived and demo accounts apart), or a transaction or a request is \
             unfinished.",
        )
        .action::<(), WizardStep<CodeSent>, _>(start);
    routes
        .post("my.profile.deactivation-confirm", DEACTIVATION, Requirement::SignedIn)
        .summary("Confirm the deactivation with the code.")
        .describe(
            "The profile is inactive, and the client's sessions end. Where the settings offer it, the personal data is \
             removed then, or a request of the type `deletingAccount` waits for a decision on that.",
        )
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<SentCode, WizardStep<CodeSent>, _>(confirm);
}

async fn start(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let client = call.caller()?.client();
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let begun = write(&app.database, move |tx| {
        deactivation::lock(tx, client)?;
        let uuid = Uuid::from_random(random()?);
        let facts = facts::of_client(tx.conn, client)?;
        let run = Run::begin_fixed(Procedure::Deactivation, client, facts, tx.now);
        let run = run.map_err(|at| refused(at, tx.now))?;
        runs::begin(tx, &uuid, &run, runs::NO_DATA)?;
        let held = runs::lock(tx, Procedure::Deactivation, &uuid, Some(client), calling.ip)?;
        // There is nothing to fill in.
        let decision = held.run.submit(Step::Form, &Given::default(), &held.context);
        let decision = decision.map_err(|at| refused(at, tx.now))?;
        let awaited = proceed(&sharing, tx, &uuid, &held, decision, |conn, _| recipients::of_client(conn, client))?;
        runs::advance(tx, &held, &awaited.decision, runs::NO_DATA)?;
        let run = &awaited.decision.run;
        let step = WizardStep::next(uuid, workflow(run), CodeSent::of(run));
        Ok::<_, Problem>((Answer::json(&step)?, awaited.text))
    });
    let (answer, text) = begun.await?;
    send_texts(&app, text).await?;
    Ok(answer)
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SentCode { uuid, code } = call.body::<SentCode>().create()?;
    let client = call.caller()?.client();
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let confirmed = write(&app.database, move |tx| {
        let held = runs::lock(tx, Procedure::Deactivation, &uuid, Some(client), calling.ip)?;
        let decision = match try_code(&sharing, &calling, tx, (&uuid, &held), None, &code)? {
            Tried::Right(decision, _) => decision,
            Tried::Wrong(answer) => return Ok(answer),
        };
        let applied = decision.run.submit(Step::Apply, &Given::default(), &held.context);
        let decision = applied.map_err(|at| refused(at, tx.now))?;
        runs::advance(tx, &held, &decision, runs::NO_DATA)?;
        let before = deactivation::lock(tx, client)?;
        let fingerprint = sharing.email_fingerprint(&before.data.email);
        let requester = Requester { client, ip: calling.ip };
        let Departure { after, asked } = deactivation::leave(tx, requester, &before, &fingerprint)?;
        let status = |client: &StoredClient| client.data.profile.status.as_str();
        let details = json!({
            "id": client, "old": {"clientId": client, "status": status(&before)},
            "new": {"clientId": client, "status": status(&after), "applicationId": asked},
        });
        note(tx, &calling, (client, after.data.email.as_str()), ("client", Action::Update), &details)?;
        Answer::json(&WizardStep::<CodeSent>::done(uuid.clone(), None))
    });
    confirmed.await
}
