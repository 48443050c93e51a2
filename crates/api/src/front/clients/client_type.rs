//! The type of the client.

use domain::clients::{ClientId, ClientTypeId};
use domain::ledger::RequestId;
use domain::requests::Requester;
use http::request::{Fields, Id, Input, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::profiles;
use storage::identity::system_logs::Category;
use storage::requests::own_changes;

use crate::Problem;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.client-type.change", "/api/v2/my/type", Requirement::SignedIn)
        .summary("Ask for another client type.")
        .describe(
            "One that is enabled, and not the present one. 202: a request of the type `clientType` waits for a \
             decision, one at a time. 200: the settings ask for no request, and the client has the type.",
        )
        .extension()
        .example(json!({"typeId": 2, "comment": "I trade for my company."}))
        .status(200)
        .silent()
        .may_wait()
        .changed(change);
}

/// The type of a client, as the audit log keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyClientTypeRecord")]
#[serde(rename_all = "camelCase")]
struct TypeAnswer {
    client_id: ClientId,
    /// The type.
    type_id: ClientTypeId,
    /// The request for another one.
    application_id: Option<RequestId>,
}

impl Resource<Front> for TypeAnswer {
    const NAME: &'static str = "client";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn waits(&self) -> bool {
        self.application_id.is_some()
    }
}

/// What the client asks for.
struct Wish {
    kind: ClientTypeId,
    comment: Option<String>,
}

impl Input<Front> for Wish {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let kind = fields.about("The id of the type.").needed("typeId", &Id::of());
        let comment = fields.about("What users are told beside it.").nullable_new("comment", &Text::LONG);
        Some(Self { kind: kind?, comment: comment? })
    }
}

fn change(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Wish>) -> Result<Change<TypeAnswer>, Problem> {
    let Wish { kind, comment } = body.create()?;
    let requester = Requester { client: writing.caller.client(), ip: writing.call.ip };
    let before = profiles::lock(writing.tx, &writing.caller.scope(), requester.client)?;
    let answer = |type_id, application_id| TypeAnswer { client_id: requester.client, type_id, application_id };
    let change = own_changes::change_type(writing.tx, requester, &before, kind, comment)?;
    Ok(Change::Made { before: answer(before.data.kind, None), after: answer(change.client.data.kind, change.asked) })
}
