//! Second factors of clients.

use domain::clients::ClientId;
use domain::credentials::{SecondFactorChangeId, SecondFactorMethod, Switch};
use domain::identity::{Permission, UserId};
use domain::messaging::DeliveredType;
use domain::value::Timestamp;
use http::request::{Boolean, Fields, Input, ListQuery};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::clients::profiles;
use storage::credentials::second_factors::{self, SecondFactorChange, Switcher};
use storage::identity::system_logs::Category;
use storage::{ById, ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const METHODS: &str = "/api/v2/clients/{clientId}/2fa";
    const METHOD: &str = "/api/v2/clients/{clientId}/2fa/{type}";
    routes
        .get(
            "two-factor-authentication.changes",
            "/api/v2/clients/{clientId}/2fa/changes",
            P::TwoFactorAuthenticationRead,
        )
        .summary("List the switches of a client's second factors.")
        .describe("Who switched which on or off, and when. The newest come first.")
        .list(changes);
    routes
        .get(
            "two-factor-authentication.change",
            "/api/v2/clients/{clientId}/2fa/changes/{changeId}",
            P::TwoFactorAuthenticationRead,
        )
        .summary("Read a switch of a client's second factor.")
        .describe("A switch of another client's second factor does not exist here.")
        .example_path("/api/v2/clients/1/2fa/changes/1")
        .record(change);
    routes
        .get("two-factor-authentication.status", METHODS, P::TwoFactorAuthenticationRead)
        .summary("List the second factors of a client.")
        .describe("All that there are, each with whether the client has it on.")
        .list(list);
    routes
        .get("two-factor-authentication.get", METHOD, P::TwoFactorAuthenticationRead)
        .summary("Read a second factor of a client.")
        .describe("Tells whether the client has it on.")
        .example_path("/api/v2/clients/1/2fa/google")
        .record(get);
    routes
        .put_and_patch("two-factor-authentication.disable", METHOD, P::TwoFactorAuthenticationUpdate)
        .summary("Switch a client's second factor off.")
        .describe(
            "Its secret is forgotten, and the client is mailed. Sessions go on. Only the client can switch it on (422).",
        )
        .example_at("/api/v2/clients/1/2fa/google", json!({"isEnabled": false}))
        .silent()
        .changed(disable);
}

/// A second factor of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TwoFactorMethod")]
#[serde(rename_all = "camelCase")]
struct MethodAnswer {
    #[serde(skip)]
    client: Option<ClientId>,
    /// What it is called.
    caption: &'static str,
    /// Whether the client has it on.
    is_enabled: bool,
    /// Which it is.
    name: SecondFactorMethod,
}

impl MethodAnswer {
    fn new(client: ClientId, method: SecondFactorMethod, is_enabled: bool) -> Self {
        Self { client: Some(client), caption: method.caption(), is_enabled, name: method }
    }
}

impl Resource<Back> for MethodAnswer {
    const NAME: &'static str = "client_second_factor";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client.map_or(0, ClientId::get)
    }

    fn kind(&self) -> Option<&'static str> {
        Some(self.name.as_str())
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    /// Without its name, which is not that of a client.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({"isEnabled": self.is_enabled}))
    }
}

/// A switch of a client's second factor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TwoFactorChange")]
#[serde(rename_all = "camelCase")]
struct ChangeAnswer {
    id: SecondFactorChangeId,
    client_id: ClientId,
    /// Which was switched.
    #[serde(rename = "type")]
    kind: SecondFactorMethod,
    /// Whether it is on since.
    is_enabled: bool,
    /// The user who switched it; null where the client did.
    user_id: Option<UserId>,
    /// From where.
    ip: Option<String>,
    create_time: Timestamp,
}

impl Resource<Back> for ChangeAnswer {
    const NAME: &'static str = "client_second_factor_change";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<SecondFactorChange> for ChangeAnswer {
    fn from(change: SecondFactorChange) -> Self {
        let SecondFactorChange { id, client, method, is_enabled, user, ip, create_time } = change;
        Self { id, client_id: client, kind: method, is_enabled, user_id: user, ip, create_time }
    }
}

/// Whether the second factor is to be on.
struct Switched(bool);

impl Input<Back> for Switched {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields
            .about("`false`: only clients switch second factors on.")
            .or_default("isEnabled", &Boolean, || false)
            .map(Self)
    }
}

fn list(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<(), ById>,
) -> Result<Page<MethodAnswer>, Problem> {
    let enabled = second_factors::enabled(reading.conn, &reading.caller.rights.scope, client)?;
    let all = SecondFactorMethod::ALL.iter();
    let data = all.map(|method| MethodAnswer::new(client, *method, enabled.contains(method))).collect::<Vec<_>>();
    // There are two, too few to page through.
    let total = query.paging.total(|| Ok::<_, Problem>(2))?;
    Ok(Page { total, data })
}

fn get(reading: &mut Reading<'_>, (client, method): (ClientId, SecondFactorMethod)) -> Result<MethodAnswer, Problem> {
    let enabled = second_factors::enabled(reading.conn, &reading.caller.rights.scope, client)?;
    Ok(MethodAnswer::new(client, method, enabled.contains(&method)))
}

fn disable(
    writing: &mut Writing<'_, '_>,
    (client, method): (ClientId, SecondFactorMethod),
    body: &Body<'_, Switched>,
) -> Result<Change<MethodAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let profile = profiles::get(writing.tx.conn, scope, client)?.data;
    let Switched(shall_be_on) = body.create()?;
    let by = Switcher { user: Some(writing.caller.user), ip: writing.call.ip };
    let off = MethodAnswer::new(client, method, false);
    match second_factors::switch_by_user(writing.tx, scope, client, method, shall_be_on, by)? {
        Switch::Nothing => Ok(Change::Nothing(off)),
        Switch::Off => {
            if writing.context.outbound.sends_mail(writing.tx.conn)? {
                let values = [("firstName", profile.profile.first_name.as_str()), ("comment", method.caption())];
                let (to, reader) = (profile.email.as_str(), &profile.profile.locale);
                let kind = DeliveredType::SecondFactorDisabled;
                writing.context.outbound.notify_client(writing.tx, kind, to, reader, &values)?;
            }
            Ok(Change::Made { before: MethodAnswer::new(client, method, true), after: off })
        }
    }
}

fn changes(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<(), ByTime>,
) -> Result<Page<ChangeAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(second_factors::changes(reading.conn, scope, client, &query.paging)?.map(ChangeAnswer::from))
}

fn change(reading: &mut Reading<'_>, (client, id): (ClientId, SecondFactorChangeId)) -> Result<ChangeAnswer, Problem> {
    Ok(second_factors::change(reading.conn, &reading.caller.rights.scope, client, id)?.into())
}
