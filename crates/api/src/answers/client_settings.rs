//! How a client's interface looks, and what can be set of that.

use domain::clients::{ClientId, ClientSettings, Color, Locality, Theme};
use http::request::{Choice, Fields, Input, Kind, LOCALITY_PATTERN, Object, Parsed};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::clients::settings::StoredSettings;
use storage::identity::system_logs::Category;

use crate::Fault;

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
pub(crate) struct SettingsAnswer {
    /// The settings themselves.
    settings: SettingsFields,
    #[serde(skip)]
    client: ClientId,
}

impl<I> Resource<I> for SettingsAnswer {
    const NAME: &'static str = "client_info";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}

/// The settings of a client as they are answered.
pub(crate) fn settings_of(client: ClientId, stored: StoredSettings) -> SettingsAnswer {
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

/// What can be set; what is left out stays.
pub(crate) struct NewSettings(Sent);

impl NewSettings {
    /// The settings after the change.
    pub(crate) fn over(self, before: &StoredSettings) -> StoredSettings {
        let Self(sent) = self;
        let data = ClientSettings {
            application_color: sent.color.unwrap_or_else(|| before.data.application_color.clone()),
            common_theme: sent.theme.unwrap_or(before.data.common_theme),
        };
        StoredSettings { data, locale: sent.locale.unwrap_or_else(|| before.locale.clone()) }
    }
}

impl<I> Input<I> for NewSettings {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields.needed("settings", &Object { schema, read }).map(Self)
    }
}
