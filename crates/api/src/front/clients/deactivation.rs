//! How the client leaves: by a code that is mailed to them.

use std::sync::Arc;

use domain::wizards::Procedure;
use http::Answer;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::clients::profiles::StoredClient;
use storage::requests::deactivation::{self, Departure};

use crate::Problem;
use crate::context::AppContext;
use crate::front::audit::note;
use crate::front::credentials::SentCode;
use crate::front::wizards::procedure::{self, Plan, Taken};
use crate::front::wizards::{CodeSent, WizardStep};
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

/// The wish to leave.
#[derive(Serialize, Deserialize)]
struct Leaving {}

impl Plan for Leaving {
    const PROCEDURE: Procedure = Procedure::Deactivation;
    type Data = CodeSent;

    fn carry_out(&self, app: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<CodeSent>, Problem> {
        let requester = call.caller()?.requester(call);
        let client = requester.client;
        let before = deactivation::lock(tx, client)?;
        let fingerprint = app.email_fingerprint(&before.data.email);
        let Departure { after, asked } = deactivation::leave(tx, requester, &before, &fingerprint)?;
        let status = |client: &StoredClient| client.data.profile.status.as_str();
        let details = json!({
            "id": client, "old": {"clientId": client, "status": status(&before)},
            "new": {"clientId": client, "status": status(&after), "applicationId": asked},
        });
        note(tx, call, (client, after.data.email.as_str()), ("client", Action::Update), &details)?;
        Ok(None)
    }
}

async fn start(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let step = |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        deactivation::lock(tx, call.caller()?.client())?;
        procedure::start(app, call, tx, &Leaving {})
    };
    procedure::take(app, call, step).await
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SentCode { uuid, code } = call.body::<SentCode>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| {
        procedure::try_code_of::<Leaving>(app, call, tx, &uuid, &code)
    };
    procedure::take(app, call, step).await
}
