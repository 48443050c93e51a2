//! What sends SMS.

use domain::connections::{SentSettings, SmsProvider, SmsProviderId, SmsService};
use domain::identity::Permission;
use domain::value::{Entity, Record, Timestamp};
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use outbound::SecretKey;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::connections::sms_providers::{self, Filter};
use storage::{ById, ByTime, Page};

use super::settings::{self, SettingAnswer};
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROVIDERS: &str = "/api/v2/confirmations/providers";
    const PROVIDER: &str = "/api/v2/confirmations/providers/{providerId}";
    const TYPES: &str = "/api/v2/confirmations/providers/types";
    const SETTINGS: &str = "/api/v2/confirmations/providers/types/{type}/settings";
    routes
        .get("confirmations.providers.list", PROVIDERS, P::SmsProvidersRead)
        .summary("List SMS providers.")
        .describe(
            "A message goes to the oldest provider that is enabled, and to the next one when it fails. Secrets in \
             `settings` are answered as `***`.",
        )
        .list(list);
    routes
        .get("confirmations.providers.types", TYPES, P::SmsProvidersRead)
        .summary("List the SMS services that a provider can be made of.")
        .describe("`Custom` is any service that takes a message over HTTP.")
        .list(types);
    routes
        .get("confirmations.providers.type-settings", SETTINGS, P::SmsProvidersRead)
        .summary("List the settings of an SMS service.")
        .describe("A provider always has those that are required.")
        .example_path("/api/v2/confirmations/providers/types/Vonage/settings")
        .list(list_settings);
    routes
        .get("confirmations.providers.get", PROVIDER, P::SmsProvidersRead)
        .summary("Read an SMS provider.")
        .describe("Secrets in `settings` are answered as `***`; settings that are not set are null.")
        .record(get);
    routes
        .post("confirmations.providers.create", PROVIDERS, P::SmsProvidersCreate)
        .summary("Add an SMS provider.")
        .describe("Names are unique, whatever their case. Every required setting of the service must be sent.")
        .example(json!({
            "provider": "Vonage",
            "name": "vonage",
            "caption": "Vonage",
            "isEnabled": true,
            "settings": {"apiKey": "a1b2c3d4", "apiSecret": "a secret", "from": "Broker"},
        }))
        .created(create);
    routes
        .patch("confirmations.providers.update", PROVIDER, P::SmsProvidersUpdate)
        .summary("Change an SMS provider.")
        .describe(
            "The service of a provider never changes. If an address in the settings changes, the secrets must be sent \
             again (422).",
        )
        .example_at("/api/v2/confirmations/providers/1", json!({"settings": {"from": "Brokerage"}}))
        .changed(update);
    routes
        .delete("confirmations.providers.delete", PROVIDER, P::SmsProvidersDelete)
        .summary("Delete an SMS provider.")
        .describe("Without an enabled provider no SMS are sent.")
        .deleted(delete);
}

/// An SMS service as it is set up here.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SmsProvider")]
#[serde(rename_all = "camelCase")]
struct ProviderAnswer {
    /// Its id.
    id: SmsProviderId,
    /// The service. It never changes.
    provider: SmsService,
    /// Its name. No two providers share one.
    name: String,
    /// The name that users are shown.
    caption: String,
    /// Whether messages go through it.
    is_enabled: bool,
    /// How the service is reached: each setting that it takes, null where it is not set. Secrets are answered as
    /// `***`.
    settings: Map<String, Value>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for ProviderAnswer {
    const NAME: &'static str = SmsProvider::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<SmsProvider>> for ProviderAnswer {
    fn from(Record { id, data, create_time, update_time }: Record<SmsProvider>) -> Self {
        Self {
            id,
            settings: settings::shown(data.service.settings(), &data.settings),
            provider: data.service,
            name: data.name,
            caption: data.caption,
            is_enabled: data.is_enabled,
            create_time,
            update_time,
        }
    }
}

/// A service that a provider can be made of.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SmsProviderType")]
struct TypeAnswer {
    /// The name of the service.
    name: SmsService,
}

impl Resource<Back> for TypeAnswer {
    const NAME: &'static str = "sms_provider_type";

    fn id(&self) -> i64 {
        0
    }
}

impl From<SmsService> for TypeAnswer {
    fn from(name: SmsService) -> Self {
        Self { name }
    }
}

/// What is set of a provider, its settings as they were before.
struct ProviderFields {
    data: SmsProvider,
    sent: SentSettings,
}

impl Input<Back> for ProviderFields {
    type Current = SmsProvider;

    fn read(fields: &mut Fields<'_, SmsProvider>) -> Option<Self> {
        let service = fields.fixed("provider", &Choice::<SmsService>::of(), |data| &data.service);
        let name = fields.required("name", &Text::NAME, |data| &data.name);
        let caption = fields.required("caption", &Text::NAME, |data| &data.caption);
        let is_enabled = fields.or("isEnabled", &Boolean, |data| &data.is_enabled, || false);
        // Settings are those of the provider as it is, also where the body names another service.
        let kept = fields.current().map(|data| data.service).or(service);
        let sent = settings::read_complete(fields, kept.map(SmsService::settings));
        let before = fields.current().map(|data| data.settings.clone());
        let data = SmsProvider {
            service: service?,
            name: name?,
            caption: caption?,
            is_enabled: is_enabled?,
            settings: before.unwrap_or_default(),
        };
        Some(Self { data, sent: sent? })
    }
}

impl ProviderFields {
    /// The provider as it is stored.
    fn sealed(self, secret: &SecretKey) -> Result<SmsProvider, Problem> {
        let Self { data, sent } = self;
        let settings = settings::stored(secret, data.service.settings(), &data.settings, &sent)?;
        Ok(SmsProvider { settings, ..data })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            service: filters.choice("provider"),
            is_enabled: filters.yes_no("isEnabled"),
            name: filters.text("name"),
            caption: filters.text("caption"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ProviderAnswer>, Problem> {
    Ok(sms_providers::list(reading.conn, &query.filter, &query.paging)?.map(ProviderAnswer::from))
}

fn types(_: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<TypeAnswer>, Problem> {
    settings::page_of(SmsService::ALL.iter().copied(), &query.paging)
}

fn list_settings(
    _: &mut Reading<'_>,
    (service,): (SmsService,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<SettingAnswer>, Problem> {
    settings::page_of(service.settings().iter(), &query.paging)
}

fn get(reading: &mut Reading<'_>, (id,): (SmsProviderId,)) -> Result<ProviderAnswer, Problem> {
    Ok(sms_providers::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ProviderFields>) -> Result<ProviderAnswer, Problem> {
    let provider = body.create()?.sealed(&writing.context.secret)?;
    Ok(sms_providers::insert(writing.tx, &provider)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (SmsProviderId,),
    body: &Body<'_, ProviderFields>,
) -> Result<Change<ProviderAnswer>, Problem> {
    let before = sms_providers::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.sealed(&writing.context.secret)?;
    Ok(writing.change_to(before, &after, sms_providers::update)?.map(ProviderAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (SmsProviderId,)) -> Result<ProviderAnswer, Problem> {
    Ok(sms_providers::delete(writing.tx, id)?.into())
}
