//! Settings and limits of clients.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{ClientId, ClientLimits, ClientSettings, Color, Locality, Theme};
use domain::identity::Permission;
use http::request::{Choice, Fields, Input, Integer, Kind, LOCALITY_PATTERN, Object, Parsed};
use http::routes::{Change, Resource};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::clients::settings::{self, StoredSettings};
use storage::identity::system_logs::Category;

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

/// How a client's interface looks, and the language that it speaks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClientAppearance")]
struct SettingsFields {
    /// The colour that marks the client's requests.
    application_color: Option<Color>,
    /// The language of the interface, such as `en_US`; the same as the profile's.
    locale: Option<Locality>,
    /// The theme of the interface.
    common_theme: Theme,
}

/// The settings of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientSettings")]
struct SettingsAnswer {
    /// The settings themselves.
    settings: SettingsFields,
    #[serde(skip)]
    client: ClientId,
}

impl Resource<Back> for SettingsAnswer {
    const NAME: &'static str = "client_info";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}

fn settings_of(client: ClientId, stored: StoredSettings) -> SettingsAnswer {
    let StoredSettings { data: ClientSettings { application_color, common_theme }, locale } = stored;
    SettingsAnswer { settings: SettingsFields { application_color, locale: Some(locale), common_theme }, client }
}

/// What was sent of the settings.
#[derive(Clone, Default)]
struct Sent {
    color: Option<Option<Color>>,
    locale: Option<Locality>,
    theme: Option<Theme>,
}

/// Colours that every reader takes; the other names of CSS are taken too.
pub(crate) const COLOR_PATTERN: &str = "^(#([0-9A-Fa-f]{3}){1,2}|rgb\\(\\d{1,2}, ?\\d{1,2}, ?\\d{1,2}\\)\
    |aqua|black|blue|fuchsia|gray|green|lime|maroon|navy|olive|purple|red|silver|teal|white|yellow)$";

fn schema() -> Value {
    json!({"title": "NewClientAppearance", "type": "object", "properties": {
        "applicationColor": {
            "type": ["string", "null"],
            "pattern": COLOR_PATTERN,
            "description": "#RRGGBB, rgb(), rgba() or the name of a colour in CSS.",
        },
        "locale": Parsed::<Locality>::matching(LOCALITY_PATTERN).described("The language, such as `en_US`."),
        "commonTheme": Choice::<Theme>::of().described("The theme of the interface."),
    }})
}

fn read(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<Sent> {
    let before = faults.len();
    let mut sent = Sent::default();
    let place = |name: &str| format!("{at}.{name}");
    match object.get("applicationColor") {
        Some(Value::Null) => sent.color = Some(None),
        Some(color) => {
            sent.color = Parsed::matching(COLOR_PATTERN).parse(color, &place("applicationColor"), faults).map(Some);
        }
        None => {}
    }
    if let Some(locale) = object.get("locale") {
        sent.locale = Parsed::matching(LOCALITY_PATTERN).parse(locale, &place("locale"), faults);
    }
    if let Some(theme) = object.get("commonTheme") {
        sent.theme = Choice::of().parse(theme, &place("commonTheme"), faults);
    }
    (faults.len() == before).then_some(sent)
}

struct NewSettings(Sent);

impl Input<Back> for NewSettings {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields.needed("settings", &Object { schema, read }).map(Self)
    }
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
    let NewSettings(sent) = body.create()?;
    let data = ClientSettings {
        application_color: sent.color.unwrap_or_else(|| before.data.application_color.clone()),
        common_theme: sent.theme.unwrap_or(before.data.common_theme),
    };
    let after = StoredSettings { data, locale: sent.locale.unwrap_or_else(|| before.locale.clone()) };
    if after == before {
        return Ok(Change::Nothing(settings_of(id, before)));
    }
    settings::set(writing.tx, id, &after)?;
    Ok(Change::Made { before: settings_of(id, before), after: settings_of(id, after) })
}
