//! Connections to services outside.

use std::sync::Arc;

use domain::connections::{
    ConnectionId, ConnectionName, ConnectionProvider, ExternalConnection, SentSettings, Settings,
};
use domain::identity::Permission;
use domain::value::{Entity, Record, Timestamp, UnknownValue};
use http::Answer;
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, ListQuery, NoFilter, Parsed, Text};
use http::routes::{Change, Resource};
use outbound::SecretKey;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::connections::external::{self, Filter};
use storage::{ById, ByTime, Page};

use super::settings::{self, SettingAnswer};
use crate::Problem;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;

const NAME_PATTERN: &str = "^[A-Za-z0-9_-]{1,64}$";

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CONNECTIONS: &str = "/api/v2/connections";
    const CONNECTION: &str = "/api/v2/connections/{connectionId}";
    const PROVIDERS: &str = "/api/v2/connections/providers";
    const SETTINGS: &str = "/api/v2/connections/providers/{provider}/settings";
    routes
        .get("external-connections.list", CONNECTIONS, P::ExternalConnectionsRead)
        .summary("List connections to outside services.")
        .describe("The newest come first. Secrets in `settings` are answered as `***`.")
        .list(list);
    routes
        .get("external-connections.list-providers", PROVIDERS, P::ExternalConnectionsRead)
        .summary("List the outside services that a connection can be made to.")
        .describe("Answers all of their names, without pages.")
        .action::<(), ProvidersAnswer, _>(providers);
    routes
        .get("external-connections.get-provider-settings", SETTINGS, P::ExternalConnectionsRead)
        .summary("List the settings of a connection to an outside service.")
        .describe("A connection can be made without them, but is enabled only with those that are required.")
        .example_path("/api/v2/connections/providers/Twilio/settings")
        .list(list_settings);
    routes
        .get("external-connections.get", CONNECTION, P::ExternalConnectionsRead)
        .summary("Read a connection.")
        .describe("Secrets in `settings` are answered as `***`; settings that are not set are null.")
        .record(get);
    routes
        .post("external-connections.create", CONNECTIONS, P::ExternalConnectionsCreate)
        .summary("Add a connection.")
        .describe(
            "Names are unique, whatever their case. An enabled connection needs every required setting of its \
             provider, and a provider to which this server speaks (422): SendGrid, Twilio or custom.",
        )
        .example(json!({
            "name": "twilio-voice",
            "caption": "Calls to clients",
            "provider": "Twilio",
            "enabled": true,
            "settings": {
                "accountSid": "AC0000",
                "apiKeySid": "SK0000",
                "apiKeySecret": "a secret",
                "applicationSid": "AP0000",
            },
        }))
        .created(create);
    routes
        .patch("external-connections.update", CONNECTION, P::ExternalConnectionsUpdate)
        .summary("Change a connection, or enable or disable it.")
        .describe(
            "The provider of a connection never changes. If an address in the settings changes, the secrets must be \
             sent again (422).",
        )
        .example_at("/api/v2/connections/1", json!({"caption": "Phone calls"}))
        .changed(update);
    routes
        .delete("external-connections.delete", CONNECTION, P::ExternalConnectionsDelete)
        .summary("Delete a connection.")
        .describe("Refused with 409 while payment methods refer to it; disable it instead.")
        .deleted(delete);
}

/// A connection to an outside service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExternalConnection")]
#[serde(rename_all = "camelCase")]
struct ConnectionAnswer {
    /// Its id.
    id: ConnectionId,
    /// Its name: 1 to 64 Latin letters, digits, `-` and `_`. No two connections share one.
    name: String,
    /// The name that users are shown.
    caption: String,
    /// The service. It never changes.
    provider: ConnectionProvider,
    /// Whether it is used.
    enabled: bool,
    /// How the service is reached: each setting that it takes, null where it is not set. Secrets are answered as
    /// `***`.
    settings: Map<String, Value>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for ConnectionAnswer {
    const NAME: &'static str = ExternalConnection::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<ExternalConnection>> for ConnectionAnswer {
    fn from(Record { id, data, create_time, update_time }: Record<ExternalConnection>) -> Self {
        Self {
            id,
            name: data.name.as_str().to_owned(),
            caption: data.caption,
            provider: data.provider,
            enabled: data.enabled,
            settings: settings::shown(data.provider.settings(), &data.settings),
            create_time,
            update_time,
        }
    }
}

/// What is set of a connection, its settings as they were before.
struct ConnectionFields {
    data: ExternalConnection,
    sent: SentSettings,
}

impl Input<Back> for ConnectionFields {
    type Current = ExternalConnection;

    fn read(fields: &mut Fields<'_, ExternalConnection>) -> Option<Self> {
        let name = fields.required("name", &Parsed::<ConnectionName>::matching(NAME_PATTERN), |data| &data.name);
        let caption = fields.required("caption", &Text::NAME, |data| &data.caption);
        let provider = fields.fixed("provider", &Choice::<ConnectionProvider>::of(), |data| &data.provider);
        let enabled = fields.or("enabled", &Boolean, |data| &data.enabled, || false);
        // Settings are those of the connection as it is, also where the body names another provider.
        let kept = fields.current().map(|data| data.provider).or(provider);
        let sent = settings::read(fields, kept.map(ConnectionProvider::settings));
        let before = fields.current().map(|data| data.settings.clone());
        let data = ExternalConnection {
            name: name?,
            caption: caption?,
            provider: provider?,
            enabled: enabled?,
            settings: before.unwrap_or_default(),
        };
        Some(Self { data, sent: sent? })
    }
}

impl ConnectionFields {
    /// The connection as it is stored.
    fn sealed(self, secret: &SecretKey) -> Result<ExternalConnection, Problem> {
        let Self { data, sent } = self;
        let settings: Settings = settings::stored(secret, data.provider.settings(), &data.settings, &sent)?;
        Ok(ExternalConnection { settings, ..data })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { provider: filters.choice("provider"), enabled: filters.yes_no("enabled") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<ConnectionAnswer>, Problem> {
    Ok(external::list(reading.conn, &query.filter, &query.paging)?.map(ConnectionAnswer::from))
}

/// The names of all services that a connection can be made to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConnectionProviders")]
struct ProvidersAnswer(&'static [ConnectionProvider]);

async fn providers(_: Arc<AppContext>, _: Arc<Call>) -> Result<Answer, Problem> {
    Answer::json(&ProvidersAnswer(ConnectionProvider::ALL))
}

/// A provider in a path.
#[derive(Clone, Copy)]
struct ProviderInPath(ConnectionProvider);

impl std::str::FromStr for ProviderInPath {
    type Err = UnknownValue;

    fn from_str(segment: &str) -> Result<Self, UnknownValue> {
        // A blank is all in these names that a path cannot hold as it is.
        segment.replace("%20", " ").parse().map(Self)
    }
}

fn list_settings(
    _: &mut Reading<'_>,
    (ProviderInPath(provider),): (ProviderInPath,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<SettingAnswer>, Problem> {
    settings::page_of(provider.settings().iter(), &query.paging)
}

fn get(reading: &mut Reading<'_>, (id,): (ConnectionId,)) -> Result<ConnectionAnswer, Problem> {
    Ok(external::get(reading.conn, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ConnectionFields>,
) -> Result<ConnectionAnswer, Problem> {
    let connection = body.create()?.sealed(&writing.context.secret)?;
    Ok(external::insert(writing.tx, &connection)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ConnectionId,),
    body: &Body<'_, ConnectionFields>,
) -> Result<Change<ConnectionAnswer>, Problem> {
    let before = external::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.sealed(&writing.context.secret)?;
    Ok(writing.change_to(before, &after, external::update)?.map(ConnectionAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ConnectionId,)) -> Result<ConnectionAnswer, Problem> {
    Ok(external::delete(writing.tx, id)?.into())
}
