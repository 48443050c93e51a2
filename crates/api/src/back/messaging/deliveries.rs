//! Webhooks: what listeners are sent.

use domain::identity::options::MASK;
use domain::identity::{Permission, masked_email};
use domain::messaging::{DeliveryId, DeliveryStatus, Listener, ListenerId};
use domain::value::{Entity as _, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::{Change, Coverage, Resource};
use outbound::webhooks;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use storage::messaging::deliveries::{self, Filter, StoredDelivery};
use storage::messaging::listeners;
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("event-deliveries.list", "/api/v2/events/deliveries", P::EventDeliveriesRead)
        .summary("List what webhooks were sent.")
        .describe("The newest come first, each with its attempts.")
        .extension()
        .list(list);
    routes
        .get("event-deliveries.get", "/api/v2/events/deliveries/{deliveryId}", P::EventDeliveriesRead)
        .summary("Read a delivery.")
        .describe("With its body and its attempts.")
        .extension()
        .record(get);
    routes
        .post("event-deliveries.redeliver", "/api/v2/events/deliveries/{deliveryId}/redeliver", P::EventListenersUpdate)
        .summary("Send a delivery again.")
        .describe(
            "With the same id, at once. One that has failed has all its attempts again. Needs `eventDeliveries.read`, too.",
        )
        .extension()
        .status(202)
        .changed(redeliver);
    routes
        .post("event-deliveries.test", "/api/v2/events/listeners/{listenerId}/test", P::EventListenersUpdate)
        .summary("Send a test to a listener's address.")
        .describe("Of the type `test`, without data. 422 for a listener that sends no webhooks.")
        .extension()
        .status(202)
        .created_at(|delivery: &DeliveryAnswer| format!("/api/v2/events/deliveries/{}", delivery.id), test);
    routes
        .post("event-deliveries.rotate-secret", "/api/v2/events/listeners/{listenerId}/secret", P::EventListenersUpdate)
        .summary("Give a listener a new signing secret.")
        .describe("It is shown in this answer alone. The old one signs beside it for 24 hours.")
        .extension()
        .changed(rotate_secret);
}

/// An attempt to deliver.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeliveryAttempt")]
#[serde(rename_all = "camelCase")]
struct AttemptAnswer {
    /// When it was made.
    time: Timestamp,
    /// The status that the receiver answered; null where it did not.
    status_code: Option<u16>,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// Why it failed; null where it did not.
    error: Option<String>,
}

/// What is posted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EventBody")]
struct BodyAnswer {
    /// What the listener waits for, or `test`.
    #[serde(rename = "type")]
    kind: String,
    /// When it happened.
    timestamp: Timestamp,
    /// The facts, by their names.
    data: Map<String, Value>,
}

/// What is sent to a listener's address.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventDelivery")]
#[serde(rename_all = "camelCase")]
struct DeliveryAnswer {
    id: DeliveryId,
    /// The header `webhook-id`: the same at every attempt.
    message_id: String,
    /// Whose address it goes to.
    listener_id: ListenerId,
    /// What the listener waits for, or `test`.
    event: String,
    /// How far it is.
    status: DeliveryStatus,
    /// What is sent.
    body: BodyAnswer,
    /// What came of it so far.
    attempts: Vec<AttemptAnswer>,
    /// When it is tried again; null where it is not.
    next_attempt_at: Option<Timestamp>,
    create_time: Timestamp,
}

impl Resource<Back> for DeliveryAnswer {
    const NAME: &'static str = "event_delivery";

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn mask(&mut self) {
        if let Some(Value::String(email)) = self.body.data.get_mut("clientEmail") {
            *email = masked_email(email);
        }
    }

    /// What was sent is not kept twice.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(
            json!({"messageId": self.message_id, "listenerId": self.listener_id, "event": self.event, "status": self.status}),
        )
    }
}

impl TryFrom<StoredDelivery> for DeliveryAnswer {
    type Error = Problem;

    fn try_from(stored: StoredDelivery) -> Result<Self, Problem> {
        let attempt = |attempt: deliveries::Attempt| AttemptAnswer {
            time: attempt.time,
            status_code: attempt.status_code,
            duration_ms: attempt.duration_ms,
            error: attempt.error,
        };
        let body = serde_json::from_str(&stored.body).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self {
            id: stored.id,
            message_id: stored.message_id,
            listener_id: stored.listener,
            event: stored.event,
            status: stored.status,
            body,
            attempts: stored.attempts.into_iter().map(attempt).collect(),
            next_attempt_at: stored.next_attempt_at,
            create_time: stored.create_time,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            listener: filters.id("listenerId"),
            event: filters.text("event"),
            status: filters.choice("status"),
            created_after: filters.moment("createdAfter"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<DeliveryAnswer>, Problem> {
    let page = deliveries::list(reading.conn, &reading.caller.rights.scope, &query.filter, &query.paging)?;
    let data = page.data.into_iter().map(DeliveryAnswer::try_from).collect::<Result<_, _>>()?;
    Ok(Page { total: page.total, data })
}

fn get(reading: &mut Reading<'_>, (id,): (DeliveryId,)) -> Result<DeliveryAnswer, Problem> {
    deliveries::get(reading.conn, &reading.caller.rights.scope, id)?.try_into()
}

fn redeliver(
    writing: &mut Writing<'_, '_>,
    (id,): (DeliveryId,),
    _: &Body<'_, ()>,
) -> Result<Change<DeliveryAnswer>, Problem> {
    let rights = &writing.caller.rights;
    let before = deliveries::get(writing.tx.conn, &rights.scope, id)?;
    let after = deliveries::redeliver(writing.tx, rights, id)?;
    Ok(Change::Made { before: before.try_into()?, after: after.try_into()? })
}

fn test(writing: &mut Writing<'_, '_>, (id,): (ListenerId,), _: &Body<'_, ()>) -> Result<DeliveryAnswer, Problem> {
    listeners::lock(writing.tx, id)?;
    deliveries::put_test(writing.tx, id)?.try_into()
}

/// The signing secret of a listener, which is shown once.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventListenerSecret")]
#[serde(rename_all = "camelCase")]
struct SecretAnswer {
    listener_id: ListenerId,
    /// `whsec_` and the key in base64.
    secret: String,
    /// Until when the old secret signs beside it.
    old_secret_expires_at: Option<Timestamp>,
}

impl Resource<Back> for SecretAnswer {
    const NAME: &'static str = Listener::RESOURCE;
    /// The secret is shown in the answer alone, and would be shown to who approves.
    const COVERAGE: Coverage = Coverage::Never;

    fn id(&self) -> i64 {
        self.listener_id.get()
    }

    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({"secret": MASK, "oldSecretExpiresAt": self.old_secret_expires_at}))
    }
}

fn rotate_secret(
    writing: &mut Writing<'_, '_>,
    (id,): (ListenerId,),
    _: &Body<'_, ()>,
) -> Result<Change<SecretAnswer>, Problem> {
    listeners::lock(writing.tx, id)?;
    deliveries::check_webhook(writing.tx.conn, id)?;
    let secret = webhooks::new_secret()?;
    let sealed = writing.context.outbound.secret.seal(secret.as_bytes())?;
    let old_secret_expires_at = listeners::rotate_secret(writing.tx, id, &sealed)?;
    let before = SecretAnswer { listener_id: id, secret: MASK.to_owned(), old_secret_expires_at: None };
    Ok(Change::Made { before, after: SecretAnswer { listener_id: id, secret, old_secret_expires_at } })
}
