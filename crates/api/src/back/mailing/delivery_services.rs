//! The services that deliver mass mail.

use domain::identity::Permission;
use domain::identity::options::MASK;
use domain::mailing::{DeliveryOptions, DeliveryPlatform, DeliveryService, DeliveryServiceId};
use domain::value::{Email, Entity as _, Record, Timestamp};
use http::request::{
    Boolean, Choice, Fields, FilterSet, Filters, Input, Kind, Link, ListQuery, Object, Parsed, Purpose, SortKey, Text,
};
use http::routes::{Change, Resource};
use outbound::SecretKey;
use outbound::options::sealed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::mailing::delivery_services::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SERVICES: &str = "/api/v2/mail/subscriptions/providers";
    const SERVICE: &str = "/api/v2/mail/subscriptions/providers/{providerId}";
    routes
        .get("emails.list-delivery-services", SERVICES, P::EmailDeliveryServicesRead)
        .summary("List the services that deliver mass mail.")
        .describe("Each mail names the service that carries it. Keys are answered as `***`.")
        .list(list);
    routes
        .get("emails.get-delivery-service", SERVICE, P::EmailDeliveryServicesRead)
        .summary("Read a service that delivers mass mail.")
        .describe("The key is answered as `***`.")
        .record(get);
    routes
        .post("emails.create-delivery-service", SERVICES, P::EmailDeliveryServicesCreate)
        .summary("Connect a service that delivers mass mail.")
        .describe(
            "Nothing is sent to try it. The sender's address must be one that the service knows as yours; without \
             `fromEmail` mail fails.",
        )
        .example(json!({
            "caption": "News", "platform": "SendGrid", "isEnabled": true,
            "options": {"apiKey": "SG.secret", "fromEmail": "news@example.com", "fromName": "Broker"},
        }))
        .created(create);
    routes
        .patch("emails.update-delivery-service", SERVICE, P::EmailDeliveryServicesUpdate)
        .summary("Change a service that delivers mass mail.")
        .describe(
            "Disabling it stops mail that is being sent: what is not handed over yet fails. A key that is left out or \
             masked stays, but is sent again where `apiUrl` changes (422).",
        )
        .example_at("/api/v2/mail/subscriptions/providers/1", json!({"options": {"fromName": "Brokerage"}}))
        .changed(update);
    routes
        .delete("emails.delete-delivery-service", SERVICE, P::EmailDeliveryServicesDelete)
        .summary("Remove a service that delivers mass mail.")
        .describe("Mail that is being sent over it stops. What was sent stays, and its `providerId` becomes null.")
        .deleted(delete);
}

/// How a delivery service is reached, and who its mail is from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailDeliveryOptions")]
#[serde(rename_all = "camelCase")]
struct OptionsAnswer {
    /// The key of the account, masked.
    api_key: String,
    /// The address of its interface; null for the platform's own.
    api_url: Option<String>,
    /// The sender's address. Without one nothing can be sent.
    from_email: Option<Email>,
    /// The sender's name.
    from_name: Option<String>,
}

/// A service that delivers mass mail.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailDeliveryService")]
#[serde(rename_all = "camelCase")]
struct ServiceAnswer {
    id: DeliveryServiceId,
    /// The name that users are shown.
    caption: String,
    /// Who delivers. It never changes.
    platform: DeliveryPlatform,
    /// Whether mail goes over it.
    is_enabled: bool,
    /// How it is reached, and who its mail is from.
    options: OptionsAnswer,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for ServiceAnswer {
    const NAME: &'static str = DeliveryService::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<DeliveryService>> for ServiceAnswer {
    fn from(Record { id, data, create_time, update_time }: Record<DeliveryService>) -> Self {
        let DeliveryOptions { api_key: _, api_url, from_email, from_name } = data.options;
        Self {
            id,
            caption: data.caption,
            platform: data.platform,
            is_enabled: data.is_enabled,
            options: OptionsAnswer { api_key: MASK.to_owned(), api_url, from_email, from_name },
            create_time,
            update_time,
        }
    }
}

/// What is sent of the options; what is none stays, and null clears all but the key.
#[derive(Clone, Debug, Default)]
struct SentOptions {
    api_key: Option<String>,
    api_url: Option<Option<String>>,
    from_email: Option<Option<Email>>,
    from_name: Option<Option<String>>,
}

const API_KEY: Text = Text { min: 1, max: 2_000 };
const API_URL: Link = Link { max: 2_000 };
const FROM_EMAIL: Parsed<Email> = Parsed::with_format("email");
const FROM_NAME: Text = Text::SHORT;

fn schema(title: &str, required: &[&str]) -> Value {
    let nullable =
        |schema: Value, description: &str| json!({"anyOf": [schema, {"type": "null"}], "description": description});
    let mut schema = json!({
        "title": title,
        "type": "object",
        "properties": {
            "apiKey": API_KEY.described("The key of the account; masked, it stays as it is."),
            "apiUrl": nullable(API_URL.schema(), "The address of its interface; null for the platform's own."),
            "fromEmail": nullable(FROM_EMAIL.schema(), "The sender's address. Without one nothing can be sent."),
            "fromName": nullable(FROM_NAME.schema(), "The sender's name."),
        },
    });
    if let Some(schema) = schema.as_object_mut().filter(|_| !required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

const NEW: Object<SentOptions> =
    Object { schema: || schema("NewEmailDeliveryOptions", &["apiKey"]), read: read_new_options };
const CHANGED: Object<SentOptions> =
    Object { schema: || schema("EmailDeliveryOptionsChange", &[]), read: read_options };

fn read_new_options(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentOptions> {
    let is_told = object.get("apiKey").is_some_and(|key| key != MASK);
    if !is_told {
        faults.push(Fault::sent(format!("{at}.apiKey"), RequestFault::Required));
    }
    read_options(object, at, faults).filter(|_| is_told)
}

fn read_options(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentOptions> {
    let api_key = match object.get("apiKey") {
        None => Some(None),
        Some(Value::Null) => {
            faults.push(Fault::sent(format!("{at}.apiKey"), RequestFault::Null));
            None
        }
        Some(key) if key == MASK => Some(None),
        Some(key) => API_KEY.parse(key, &format!("{at}.apiKey"), faults).map(Some),
    };
    let api_url = clearable(object, "apiUrl", &API_URL, at, faults);
    let from_email = clearable(object, "fromEmail", &FROM_EMAIL, at, faults);
    let from_name = clearable(object, "fromName", &FROM_NAME, at, faults);
    Some(SentOptions { api_key: api_key?, api_url: api_url?, from_email: from_email?, from_name: from_name? })
}

/// An option that null or an empty text clears.
fn clearable<K: Kind>(
    object: &Map<String, Value>,
    name: &str,
    kind: &K,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Option<Option<Option<K::Out>>> {
    match object.get(name) {
        None => Some(None),
        Some(Value::Null) => Some(Some(None)),
        Some(Value::String(text)) if text.trim().is_empty() => Some(Some(None)),
        Some(value) => kind.parse(value, &format!("{at}.{name}"), faults).map(|value| Some(Some(value))),
    }
}

/// What is sent of a service: its own options are none, and made of those that are sent.
#[derive(Clone, Debug)]
struct SentService {
    caption: String,
    platform: DeliveryPlatform,
    is_enabled: bool,
    options: SentOptions,
}

impl Input<Back> for SentService {
    type Current = DeliveryService;

    fn read(fields: &mut Fields<'_, DeliveryService>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |service| &service.caption);
        let platform = fields.fixed("platform", &Choice::of(), |service| &service.platform);
        let is_enabled = fields.or("isEnabled", &Boolean, |service| &service.is_enabled, || false);
        fields.about("How it is reached, and who its mail is from. What is left out stays.");
        let options = match fields.purpose() {
            Purpose::Create => fields.needed("options", &NEW),
            Purpose::Change => fields.or_default("options", &CHANGED, SentOptions::default),
        };
        Some(Self { caption: caption?, platform: platform?, is_enabled: is_enabled?, options: options? })
    }
}

impl SentService {
    /// The service as it is stored.
    fn over(self, secret: &SecretKey, before: Option<&DeliveryOptions>) -> Result<DeliveryService, Problem> {
        let SentOptions { api_key, api_url, from_email, from_name } = self.options;
        let api_key = match (api_key, before) {
            (Some(key), _) => sealed(secret, &key)?,
            (None, Some(before)) => before.api_key.clone(),
            (None, None) => {
                let missing = Fault::sent("options.apiKey", RequestFault::Required);
                return Err(Problem::bad_request(vec![missing]));
            }
        };
        let options = DeliveryOptions {
            api_key,
            api_url: api_url.unwrap_or_else(|| before.and_then(|before| before.api_url.clone())),
            from_email: from_email.unwrap_or_else(|| before.and_then(|before| before.from_email.clone())),
            from_name: from_name.unwrap_or_else(|| before.and_then(|before| before.from_name.clone())),
        };
        Ok(DeliveryService { caption: self.caption, platform: self.platform, is_enabled: self.is_enabled, options })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            caption: filters.text("caption"),
            platform: filters.choice("platform"),
            is_enabled: filters.yes_no("isEnabled"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("caption", Self::Caption)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<ServiceAnswer>, Problem> {
    Ok(delivery_services::list(reading.conn, &query.filter, &query.paging)?.map(ServiceAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (DeliveryServiceId,)) -> Result<ServiceAnswer, Problem> {
    Ok(delivery_services::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentService>) -> Result<ServiceAnswer, Problem> {
    let service = body.create()?.over(&writing.context.secret, None)?;
    Ok(delivery_services::insert(writing.tx, &service)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (DeliveryServiceId,),
    body: &Body<'_, SentService>,
) -> Result<Change<ServiceAnswer>, Problem> {
    let before = delivery_services::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.over(&writing.context.secret, Some(&before.data.options))?;
    Ok(writing.change_to(before, &after, delivery_services::update)?.map(ServiceAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DeliveryServiceId,)) -> Result<ServiceAnswer, Problem> {
    Ok(delivery_services::delete(writing.tx, id)?.into())
}
