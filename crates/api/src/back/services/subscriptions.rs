//! Subscriptions of clients to paid services.

use http::request::{Fields, FilterSet, Filters, Id, Input, ListQuery};
use http::routes::{Change, Resource};
use std::collections::BTreeMap;

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::services::{SentValue, ServiceId, Subscription, SubscriptionId};
use domain::value::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::identity::system_logs::Category;
use storage::services::subscriptions::{self, Filter, StoredSubscription};
use storage::{ByTime, Page};

use super::values::{OneOrZero, Switch, ValuesKind, shown};
use super::viewer;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SUBSCRIPTIONS: &str = "/api/v2/subscriptions";
    const SUBSCRIPTION: &str = "/api/v2/subscriptions/{subscriptionId}";
    routes
        .get("paid-services.subscriptions.list", SUBSCRIPTIONS, P::SubscriptionsRead)
        .summary("List subscriptions of clients.")
        .describe(
            "Subscriptions of the clients whom the caller sees, the newest first. Values that the caller may \
             not see are left out.",
        )
        .list(list);
    routes
        .get("paid-services.subscriptions.get", SUBSCRIPTION, P::SubscriptionsRead)
        .summary("Read a subscription.")
        .describe("A subscription of a client whom the caller does not see does not exist for them.")
        .record(get);
    routes
        .post("paid-services.subscriptions.create", SUBSCRIPTIONS, P::SubscriptionsCreate)
        .summary("Subscribe a client to a paid service.")
        .describe(
            "The service must be active, the client not banned, and not subscribed already. Values are named by \
             their parameters.",
        )
        .example(json!({
            "clientId": 1, "serviceId": 1, "isActive": 1, "parameters": {"Payment period": "Monthly"},
        }))
        .created(create);
    routes
        .put_and_patch("paid-services.subscriptions.update", SUBSCRIPTION, P::SubscriptionsUpdate)
        .summary("Switch a subscription on or off, or change its parameters.")
        .describe(
            "`parameters` replaces all values but those that the caller cannot see or change. Switching off is \
             always allowed.",
        )
        .example_at("/api/v2/subscriptions/1", json!({"isActive": 0}))
        .changed(update);
    routes
        .delete("paid-services.subscriptions.delete", SUBSCRIPTION, P::SubscriptionsDelete)
        .summary("Unsubscribe a client.")
        .describe("The subscription and its values are gone; the audit log keeps them.")
        .deleted(delete);
}

/// A subscription of a client to a paid service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Subscription")]
#[serde(rename_all = "camelCase")]
struct SubscriptionAnswer {
    id: SubscriptionId,
    client_id: ClientId,
    service_id: ServiceId,
    /// 1 where the subscription is on, 0 where it is off.
    is_active: Switch,
    /// Values by the name of the parameter.
    parameters: Map<String, Value>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for SubscriptionAnswer {
    const NAME: &'static str = "client_service";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

impl From<StoredSubscription> for SubscriptionAnswer {
    fn from(stored: StoredSubscription) -> Self {
        let Subscription { client, service, is_active } = stored.data;
        Self {
            id: stored.id,
            client_id: client,
            service_id: service,
            is_active: Switch(is_active),
            parameters: shown(&stored.parameters),
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

struct NewSubscription {
    data: Subscription,
    parameters: BTreeMap<String, SentValue>,
}

impl Input<Back> for NewSubscription {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let service = fields.needed("serviceId", &Id::of());
        let is_active = fields.needed("isActive", &OneOrZero);
        let parameters = fields.or_default("parameters", &ValuesKind, BTreeMap::new);
        let data = Subscription { client: client?, service: service?, is_active: is_active? };
        Some(Self { data, parameters: parameters? })
    }
}

/// What is switched, and the values that replace those that are stored, where some are sent.
struct SubscriptionChange {
    is_active: bool,
    parameters: Option<BTreeMap<String, SentValue>>,
}

impl Input<Back> for SubscriptionChange {
    type Current = Subscription;

    fn read(fields: &mut Fields<'_, Subscription>) -> Option<Self> {
        let is_active = fields.required("isActive", &OneOrZero, |subscription| &subscription.is_active);
        let parameters = fields.optional("parameters", &ValuesKind);
        Some(Self { is_active: is_active?, parameters: parameters? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { client: filters.id("clientId"), service: filters.id("serviceId"), is_active: filters.yes_no("isActive") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<SubscriptionAnswer>, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    let scope = &reading.caller.rights.scope;
    let page = subscriptions::list(reading.conn, scope, &viewer, &query.filter, &query.paging)?;
    Ok(page.map(SubscriptionAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SubscriptionId,)) -> Result<SubscriptionAnswer, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    Ok(subscriptions::get(reading.conn, &reading.caller.rights.scope, &viewer, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, NewSubscription>,
) -> Result<SubscriptionAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let NewSubscription { data, parameters } = body.create()?;
    let scope = &writing.caller.rights.scope;
    Ok(subscriptions::insert(writing.tx, scope, &viewer, &data, &parameters)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (SubscriptionId,),
    body: &Body<'_, SubscriptionChange>,
) -> Result<Change<SubscriptionAnswer>, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let scope = &writing.caller.rights.scope;
    let before = subscriptions::lock(writing.tx, scope, &viewer, id)?;
    let SubscriptionChange { is_active, parameters } = body.change(&before.data)?;
    let change = match subscriptions::update(writing.tx, scope, &viewer, &before, is_active, parameters.as_ref())? {
        Some(after) => Change::Made { before, after },
        None => Change::Nothing(before),
    };
    Ok(change.map(SubscriptionAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (SubscriptionId,)) -> Result<SubscriptionAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let subscription = subscriptions::lock(writing.tx, &writing.caller.rights.scope, &viewer, id)?;
    subscriptions::delete(writing.tx, &subscription)?;
    Ok(subscription.into())
}
