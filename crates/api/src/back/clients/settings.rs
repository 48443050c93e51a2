//! Settings and limits of clients.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{ClientId, ClientLimits};
use domain::identity::Permission;
use http::request::{Fields, Input, Integer, Kind};
use http::routes::{Change, Resource};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::clients::settings;
use storage::identity::system_logs::Category;

use crate::answers::{NewSettings, SettingsAnswer, settings_of};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const LIMITS: &str = "/api/v2/clients/{clientId}/limits";
    const SETTINGS: &str = "/api/v2/clients/{clientId}/settings";
    routes
        .get("client-settings.limits.get", LIMITS, P::ClientSettingsRead)
        .summary("Read how many trading accounts a client may open.")
        .describe("Limits bind the client alone; users can open more accounts for them.")
        .record(get_limits);
    routes
        .put_and_patch("client-settings.limits.update", LIMITS, P::ClientSettingsUpdate)
        .summary("Set how many trading accounts a client may open.")
        .describe("`null` takes a limit away. Accounts that are open already stay, even above the limit.")
        .example_at(
            "/api/v2/clients/1/limits",
            json!({
                "maxDemoTradingAccounts": "3", "maxLiveTradingAccounts": null,
            }),
        )
        .changed(set_limits);
    routes
        .get("client-settings.get", SETTINGS, P::ClientSettingsRead)
        .summary("Read a client's settings.")
        .describe("How the client's own interface looks, and in which language it speaks.")
        .record(get);
    routes
        .put_and_patch("client-settings.update", SETTINGS, P::ClientSettingsUpdate)
        .summary("Change a client's settings.")
        .describe(
            "What is left out of `settings` stays. The language is that of the profile, and changes there \
             too.",
        )
        .example_at(
            "/api/v2/clients/1/settings",
            json!({"settings": {"applicationColor": "#FF8800", "locale": "en_US", "commonTheme": "dark-theme"}}),
        )
        .changed(set);
}

/// How many trading accounts a client may open themselves; null for no limit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientLimits")]
#[serde(rename_all = "camelCase")]
struct LimitsAnswer {
    /// How many demo accounts; a whole number as a string, null for no limit.
    max_demo_trading_accounts: Option<String>,
    /// How many live accounts; a whole number as a string, null for no limit.
    max_live_trading_accounts: Option<String>,
    #[serde(skip)]
    client: ClientId,
}

impl Resource<Back> for LimitsAnswer {
    const NAME: &'static str = "client_info";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}

fn limits_of(client: ClientId, limits: ClientLimits) -> LimitsAnswer {
    LimitsAnswer {
        max_demo_trading_accounts: limits.max_demo_accounts.map(|limit| limit.to_string()),
        max_live_trading_accounts: limits.max_live_accounts.map(|limit| limit.to_string()),
        client,
    }
}

/// A whole number that answers write as a string. A number is taken too.
struct Limit;

impl Kind for Limit {
    type Out = i64;

    fn schema(&self) -> Value {
        json!({"type": "string", "pattern": "^[0-9]{1,15}$"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<i64> {
        Integer::FROM_ZERO.parse(value, at, faults)
    }
}

impl Input<Back> for ClientLimits {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let demo = fields.nullable("maxDemoTradingAccounts", &Limit, |limits| &limits.max_demo_accounts);
        let live = fields.nullable("maxLiveTradingAccounts", &Limit, |limits| &limits.max_live_accounts);
        Some(Self { max_demo_accounts: demo?, max_live_accounts: live? })
    }
}

fn get_limits(reading: &mut Reading<'_>, (id,): (ClientId,)) -> Result<LimitsAnswer, Problem> {
    Ok(limits_of(id, settings::limits(reading.conn, &reading.caller.rights.scope, id)?))
}

fn set_limits(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientId,),
    body: &Body<'_, ClientLimits>,
) -> Result<Change<LimitsAnswer>, Problem> {
    let before = settings::lock_limits(writing.tx, &writing.caller.rights.scope, id)?;
    let after = body.change(&before)?;
    if after == before {
        return Ok(Change::Nothing(limits_of(id, before)));
    }
    settings::set_limits(writing.tx, id, after)?;
    Ok(Change::Made { before: limits_of(id, before), after: limits_of(id, after) })
}

fn get(reading: &mut Reading<'_>, (id,): (ClientId,)) -> Result<SettingsAnswer, Problem> {
    Ok(settings_of(id, settings::get(reading.conn, &reading.caller.rights.scope, id)?))
}

fn set(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientId,),
    body: &Body<'_, NewSettings>,
) -> Result<Change<SettingsAnswer>, Problem> {
    let before = settings::lock(writing.tx, &writing.caller.rights.scope, id)?;
    let after = body.create()?.over(&before);
    if after == before {
        return Ok(Change::Nothing(settings_of(id, before)));
    }
    settings::set(writing.tx, id, &after)?;
    Ok(Change::Made { before: settings_of(id, before), after: settings_of(id, after) })
}
