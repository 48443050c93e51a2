//! Webhooks: what listeners are sent, with each attempt.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::{Rights, Scope};
use domain::messaging::{
    DELIVERY_PAUSES, DeliveryId, DeliveryStatus, EventName, ListenerId, MessagingFault, Workflow, check_redelivery,
    is_given_up,
};
use domain::platform::{Fate, Pauses, RetryPolicy};
use domain::value::{FaultCode as _, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::listeners::SigningSecret;
use super::{events, listeners, placeholders};
use crate::client_scope::{ClientsInScope, clients_in};
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::platform::queue::{self, Job};
use crate::schema::clients;
use crate::schema::event_deliveries::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json as as_json};

/// The job that sends a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendWebhook(pub DeliveryId);

impl Job for SendWebhook {
    const KIND: &'static str = "webhook";
    const RETRY: RetryPolicy =
        RetryPolicy { lease: TimeDelta::seconds(30), max_attempts: 8, pauses: Pauses::Listed(DELIVERY_PAUSES) };
}

/// An attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When.
    pub time: Timestamp,
    /// What the receiver answered; none where it did not.
    pub status_code: Option<u16>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Why it failed.
    pub error: Option<String>,
}

/// A delivery as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// The id of the message: the same at every attempt.
    pub message_id: String,
    /// Whose address it goes to.
    pub listener: ListenerId,
    /// What happened.
    pub event: String,
    /// How far it is.
    pub status: DeliveryStatus,
    /// What is sent, as JSON.
    pub body: String,
    /// What came of it so far.
    pub attempts: Vec<Attempt>,
    /// When it is tried again.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was made.
    pub create_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this listener.
    pub listener: Option<ListenerId>,
    /// Telling of this.
    pub event: Option<String>,
    /// Of this status.
    pub status: Option<DeliveryStatus>,
    /// Made after this time.
    pub created_after: Option<Timestamp>,
}

type Columns = (DeliveryId, String, ListenerId, String, DeliveryStatus, String, String, Option<Timestamp>, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::message_id,
        table::listener_id,
        table::event,
        table::status,
        table::body,
        table::attempts,
        table::next_attempt_at,
        table::create_time,
    )
}

fn stored(row: Columns) -> Result<StoredDelivery, Error> {
    let (id, message_id, listener, event, status, body, attempts, next_attempt_at, create_time) = row;
    let attempts = serde_json::from_str(&attempts)?;
    Ok(StoredDelivery { id, message_id, listener, event, status, body, attempts, next_attempt_at, create_time })
}

/// A user who sees only some clients sees what tells of those, and what tells of no client.
fn visible(scope: &Scope) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match clients_in(scope) {
        ClientsInScope::All => query,
        ClientsInScope::WithTags(tagged) => {
            let seen = clients::table.filter(clients::id.eq_any(tagged)).select(clients::id.nullable());
            query.filter(table::client_id.is_null().or(table::client_id.eq_any(seen)))
        }
        ClientsInScope::One(client) => query.filter(table::client_id.eq(client)),
    }
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(scope);
    if let Some(listener) = filter.listener {
        query = query.filter(table::listener_id.eq(listener));
    }
    if let Some(event) = &filter.event {
        query = query.filter(table::event.eq(event.clone()));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(after) = filter.created_after {
        query = query.filter(table::create_time.gt(after.naive()));
    }
    query
}

/// Deliveries, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredDelivery>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One delivery.
///
/// # Errors
/// [`Error::NotFound`], also for one that tells of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: DeliveryId) -> Result<StoredDelivery, Error> {
    stored(visible(scope).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// A message to a listener.
pub(super) struct Message<'a> {
    pub listener: ListenerId,
    pub client: Option<ClientId>,
    /// The id of the message, unlike any other of the installation.
    pub id: String,
    /// What happened.
    pub event: &'a str,
    pub time: Timestamp,
    pub data: &'a Map<String, Value>,
}

/// How many webhooks a listener is posted at once, so that one that hangs does not take all threads.
const LANES: i64 = 4;

/// Writes a delivery, and asks for it to be sent: those of one client go to a listener one after the other.
pub(super) fn put(tx: &mut Tx<'_>, message: &Message<'_>) -> Result<DeliveryId, Error> {
    let body = json!({"type": message.event, "timestamp": message.time, "data": message.data});
    let values = (
        table::message_id.eq(&message.id),
        table::listener_id.eq(message.listener),
        table::client_id.eq(message.client),
        table::event.eq(message.event),
        table::status.eq(DeliveryStatus::Pending),
        table::body.eq(body.to_string()),
        table::attempts.eq("[]"),
        table::next_attempt_at.eq(Some(tx.now.naive())),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    ask_for(tx, id, message.listener, message.client)?;
    Ok(id)
}

fn ask_for(tx: &mut Tx<'_>, id: DeliveryId, listener: ListenerId, client: Option<ClientId>) -> Result<(), Error> {
    let lane = client.map_or(0, ClientId::get).rem_euclid(LANES);
    queue::put_in_lane(tx, &SendWebhook(id), &format!("{listener}-{lane}"))
}

/// The event of a test.
const TEST: &str = "test";

/// Sends a test to a listener, which is held.
///
/// # Errors
/// A refusal where it sends no webhooks.
pub fn put_test(tx: &mut Tx<'_>, listener: ListenerId) -> Result<StoredDelivery, Error> {
    check_webhook(tx.conn, listener)?;
    let (data, time) = (Map::new(), tx.now);
    let message = Message { listener, client: None, id: String::new(), event: TEST, time, data: &data };
    let id = put(tx, &message)?;
    let message_id = format!("test-{id}");
    diesel::update(table::table.find(id)).set(table::message_id.eq(message_id)).execute(tx.conn)?;
    get(tx.conn, &Scope::System, id)
}

/// A listener that has no address has no deliveries and no secret.
///
/// # Errors
/// A refusal.
pub fn check_webhook(conn: &mut DbConnection, listener: ListenerId) -> Result<(), Error> {
    match listeners::get(conn, listener)?.data.workflow {
        Workflow::Webhook { .. } => Ok(()),
        Workflow::Notification { .. } => Err(MessagingFault::NoWebhook.unprocessable().into()),
    }
}

/// Sends a delivery again, with the same id.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a refusal where the user may not see deliveries.
pub fn redeliver(tx: &mut Tx<'_>, rights: &Rights, id: DeliveryId) -> Result<StoredDelivery, Error> {
    check_redelivery(rights)?;
    let scope = &rights.scope;
    tx.lock("event_deliveries", id)?;
    get(tx.conn, scope, id)?;
    let (listener, client): (ListenerId, Option<ClientId>) =
        table::table.find(id).select((table::listener_id, table::client_id)).first(tx.conn)?;
    let waits = (table::status.eq(DeliveryStatus::Pending), table::next_attempt_at.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(id)).set(waits).execute(tx.conn)?;
    ask_for(tx, id, listener, client)?;
    queue::hasten(tx, &SendWebhook(id))?;
    get(tx.conn, scope, id)
}

/// A webhook that is to be sent.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The delivery.
    pub id: DeliveryId,
    /// Where to; none where its listener is switched off, or no longer sends webhooks.
    pub url: Option<String>,
    /// The id of the message.
    pub message_id: String,
    /// What is sent.
    pub body: String,
    /// The secrets that sign it.
    pub secrets: Vec<SigningSecret>,
    /// The hosts that may be reached without TLS, and that may be private.
    pub open_hosts: Vec<String>,
}

/// The webhook of a job; none where it was delivered.
pub fn of_job(conn: &mut DbConnection, SendWebhook(id): &SendWebhook) -> Result<Option<Webhook>, Error> {
    // One that has failed is tried again where an operator retries the dead letter.
    let waits = table::table.find(id).filter(table::status.ne(DeliveryStatus::Delivered)).select(columns());
    let row: Option<Columns> = waits.first(conn).optional()?;
    let Some(delivery) = row.map(stored).transpose()? else { return Ok(None) };
    let listener = listeners::get(conn, delivery.listener)?;
    let url = match listener.data.workflow {
        Workflow::Webhook { url } if listener.data.is_enabled => Some(url),
        Workflow::Webhook { .. } | Workflow::Notification { .. } => None,
    };
    let secrets = listeners::secrets(conn, listener.id)?;
    let StoredDelivery { message_id, body, .. } = delivery;
    let open_hosts = placeholders::webhook_http_hosts(conn)?;
    Ok(Some(Webhook { id: *id, url, message_id, body, secrets, open_hosts }))
}

/// Notes an attempt.
pub fn note(tx: &mut Tx<'_>, id: DeliveryId, attempt: &Attempt) -> Result<(), Error> {
    tx.lock("event_deliveries", id)?;
    let mut attempts = get(tx.conn, &Scope::System, id)?.attempts;
    attempts.push(attempt.clone());
    diesel::update(table::table.find(id)).set(table::attempts.eq(as_json(&attempts)?)).execute(tx.conn)?;
    Ok(())
}

/// Holds what [`settle`] changes: the listener, then the delivery.
pub fn lock(tx: &mut Tx<'_>, SendWebhook(id): &SendWebhook) -> Result<(), Error> {
    let listener: Option<ListenerId> = table::table.find(id).select(table::listener_id).first(tx.conn).optional()?;
    let Some(listener) = listener else { return Ok(()) };
    tx.lock("event_listeners", listener)?;
    tx.lock("event_deliveries", *id)
}

/// Writes what became of a delivery. A listener all of whose deliveries fail is switched off in the end, and users are told.
pub fn settle(tx: &mut Tx<'_>, SendWebhook(id): &SendWebhook, fate: &Fate) -> Result<(), Error> {
    let row: Option<Columns> = table::table.find(id).select(columns()).first(tx.conn).optional()?;
    let Some(delivery) = row.map(stored).transpose()? else { return Ok(()) };
    if delivery.status == DeliveryStatus::Delivered {
        return Ok(());
    }
    let (status, next) = match fate {
        Fate::Done => (DeliveryStatus::Delivered, None),
        Fate::Again { at, .. } => (DeliveryStatus::Pending, Some(at.naive())),
        Fate::Refused(_) | Fate::Dead(_) => (DeliveryStatus::Failed, None),
    };
    let values = (table::status.eq(status), table::next_attempt_at.eq(next));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    let since = listeners::failing_since(tx.conn, delivery.listener)?;
    if status == DeliveryStatus::Delivered {
        return if since.is_some() { listeners::set_failing_since(tx, delivery.listener, None) } else { Ok(()) };
    }
    let Some(attempt) = delivery.attempts.last() else { return Ok(()) };
    let is_exhausted = status == DeliveryStatus::Failed;
    if is_given_up(since.filter(|_| is_exhausted), attempt.status_code, tx.now) {
        return give_up(tx, delivery.listener);
    }
    if since.is_none() && delivery.event != TEST {
        listeners::set_failing_since(tx, delivery.listener, Some(tx.now))?;
    }
    Ok(())
}

fn give_up(tx: &mut Tx<'_>, listener: ListenerId) -> Result<(), Error> {
    if !listeners::get(tx.conn, listener)?.data.is_enabled {
        return Ok(());
    }
    listeners::switch_off(tx, listener)?;
    let comment = format!("The listener {listener} was switched off: its receiver takes no webhooks.");
    events::put(tx, EventName::NotifiableException, None, events::facts([("comment", comment.into())]))
}
