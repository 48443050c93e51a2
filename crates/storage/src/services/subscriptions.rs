//! Subscriptions of clients to paid services.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::services::{ParameterId, SentValue, ServiceId, ServicesFault, Subscription, SubscriptionId, Values};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Timestamp};

use super::values::{self, NamedValues};
use super::viewer::Viewer;
use super::{offered, parameters};
use crate::client_scope::{check_not_deleted, sees, visible};
use crate::connection::{MultiBackend, on_each};
use crate::paging::ordered;
use crate::schema::subscriptions::{self as table, BoxedQuery};
use crate::schema::{clients, subscription_values};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A subscription as it is stored, with the values that the viewer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSubscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is, to what, and whether it is on.
    pub data: Subscription,
    /// Its values.
    pub parameters: NamedValues,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// To this service.
    pub service: Option<ServiceId>,
    /// On or off.
    pub is_active: Option<bool>,
}

#[derive(Queryable)]
struct Row {
    id: SubscriptionId,
    data: Subscription,
    create_time: Timestamp,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::client_id, table::service_id, table::is_active), table::create_time, table::update_time)
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(service) = filter.service {
        query = query.filter(table::service_id.eq(service));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(table::is_active.eq(is_active));
    }
    query
}

/// Subscriptions, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    viewer: &Viewer,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredSubscription>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    // The ids of the page first: what is skipped is read from the index alone.
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<SubscriptionId> = page.select(table::id).load(conn)?;
    let query = table::table.filter(table::id.eq_any(&ids)).select(columns());
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let mut all: HashMap<SubscriptionId, StoredSubscription> =
        assembled(conn, viewer, rows)?.into_iter().map(|subscription| (subscription.id, subscription)).collect();
    Ok(Page { total, data: ids.iter().filter_map(|id| all.remove(id)).collect() })
}

fn assembled(conn: &mut DbConnection, viewer: &Viewer, rows: Vec<Row>) -> Result<Vec<StoredSubscription>, Error> {
    let ids: Vec<SubscriptionId> = rows.iter().map(|row| row.id).collect();
    let mut of_subscription = values_of(conn, &ids)?;
    let named: Vec<ParameterId> = of_subscription.values().flat_map(|values| values.keys().copied()).collect();
    let known = parameters::asked(conn, viewer, None, &named)?;
    let subscription = |Row { id, data, create_time, update_time }| StoredSubscription {
        id,
        data,
        parameters: of_subscription.remove(&id).map(|values| values::seen(&known, &values)).unwrap_or_default(),
        create_time,
        update_time,
    };
    Ok(rows.into_iter().map(subscription).collect())
}

fn values_of(conn: &mut DbConnection, ids: &[SubscriptionId]) -> Result<HashMap<SubscriptionId, Values>, Error> {
    let query = subscription_values::table.filter(subscription_values::subscription_id.eq_any(ids)).select((
        subscription_values::subscription_id,
        subscription_values::parameter_id,
        subscription_values::value,
    ));
    let lines: Vec<(SubscriptionId, ParameterId, String)> = on_each!(conn, conn => query.load(conn))?;
    let mut values: HashMap<SubscriptionId, Values> = HashMap::new();
    for (id, parameter, value) in lines {
        values.entry(id).or_default().insert(parameter, values::parsed(&value)?);
    }
    Ok(values)
}

/// One subscription.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn get(
    conn: &mut DbConnection,
    scope: &Scope,
    viewer: &Viewer,
    id: SubscriptionId,
) -> Result<StoredSubscription, Error> {
    let query = visible(table::table.find(id).into_boxed(), scope, table::client_id);
    let row: Row = query.select(columns()).first(conn)?;
    assembled(conn, viewer, vec![row])?.pop().ok_or(Error::NotFound)
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct New {
    client_id: ClientId,
    service_id: ServiceId,
    is_active: bool,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

/// Subscribes a client.
///
/// # Errors
/// A refusal where the client or the service does not exist or does not take subscriptions, or a value
/// does not fit its parameter; a conflict where the client is subscribed already.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    viewer: &Viewer,
    subscription: &Subscription,
    sent: &BTreeMap<String, SentValue>,
) -> Result<StoredSubscription, Error> {
    // So that the client cannot be removed while this runs.
    tx.lock("clients", subscription.client)?;
    let mut faults = Vec::new();
    if sees(tx.conn, scope, subscription.client)? {
        faults.extend(subscription.client_fault(None, client_status(tx.conn, subscription.client)?));
    } else {
        faults.push(CommonFault::Unknown.at(Field::Client));
    }
    let service = match offered::get(tx.conn, subscription.service) {
        Ok(service) => Some(service),
        Err(Error::NotFound) => {
            faults.push(CommonFault::Unknown.at(Field::Service));
            None
        }
        Err(error) => return Err(error),
    };
    let mut decided = Values::new();
    if let Some(service) = service {
        let checks = [
            subscription.check_service(None, service.data.is_active).map(|()| Values::new()).map_err(Error::from),
            values::decided(tx.conn, viewer, service.id, &Values::new(), sent, Field::ParameterValues),
        ];
        for check in checks {
            match check {
                Ok(values) => decided.extend(values),
                Err(Error::Refused(Refusal::Unprocessable(found))) => faults.extend(found),
                Err(error) => return Err(error),
            }
        }
    }
    Refusal::unless_empty(faults)?;
    check_not_deleted(tx.conn, subscription.client)?;
    let new = New {
        client_id: subscription.client,
        service_id: subscription.service,
        is_active: subscription.is_active,
        create_time: tx.now.naive(),
        update_time: tx.now.naive(),
    };
    let id = diesel::insert_into(table::table).values(new).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| ServicesFault::AlreadySubscribed.conflict()))?;
    store(tx, id, &decided)?;
    get(tx.conn, scope, viewer, id)
}

fn client_status(conn: &mut DbConnection, client: ClientId) -> Result<ClientStatus, Error> {
    Ok(clients::table.find(client).select(clients::status).first(conn)?)
}

fn store(tx: &mut Tx<'_>, id: SubscriptionId, decided: &Values) -> Result<(), Error> {
    let of_subscription = subscription_values::table.filter(subscription_values::subscription_id.eq(id));
    diesel::delete(of_subscription).execute(tx.conn)?;
    for (parameter, value) in decided {
        let line = (
            subscription_values::subscription_id.eq(id),
            subscription_values::parameter_id.eq(parameter),
            subscription_values::value.eq(values::text_of(value)),
        );
        diesel::insert_into(subscription_values::table).values(line).execute(tx.conn)?;
    }
    Ok(())
}

/// Switches a subscription on or off, and replaces its values where some are sent; none where nothing
/// that is stored changes.
///
/// # Errors
/// A refusal where the service is off, the client is banned, or a value does not fit its parameter.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    viewer: &Viewer,
    before: &StoredSubscription,
    is_active: bool,
    sent: Option<&BTreeMap<String, SentValue>>,
) -> Result<Option<StoredSubscription>, Error> {
    let after = Subscription { is_active, ..before.data };
    let service = offered::get(tx.conn, after.service)?;
    after.check_service(Some(before.data.is_active), service.data.is_active)?;
    let fault = after.client_fault(Some(before.data.is_active), client_status(tx.conn, after.client)?);
    Refusal::unless_empty(fault.into_iter().collect())?;
    check_not_deleted(tx.conn, after.client)?;
    let stored = values_of(tx.conn, &[before.id])?.remove(&before.id).unwrap_or_default();
    let decided = match sent {
        Some(sent) => values::decided(tx.conn, viewer, service.id, &stored, sent, Field::ParameterValues)?,
        None => stored.clone(),
    };
    if after == before.data && decided == stored {
        return Ok(None);
    }
    let values = (table::is_active.eq(is_active), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    if decided != stored {
        store(tx, before.id, &decided)?;
    }
    get(tx.conn, scope, viewer, before.id).map(Some)
}

/// Locks a subscription until the transaction ends, its client first, as the removal of a client does,
/// and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, viewer: &Viewer, id: SubscriptionId) -> Result<StoredSubscription, Error> {
    let client: Option<ClientId> = table::table.find(id).select(table::client_id).first(tx.conn).optional()?;
    tx.hold("clients", client.as_slice())?;
    tx.lock("subscriptions", id)?;
    get(tx.conn, scope, viewer, id)
}

/// Unsubscribes a client.
pub fn delete(tx: &mut Tx<'_>, subscription: &StoredSubscription) -> Result<(), Error> {
    check_not_deleted(tx.conn, subscription.data.client)?;
    diesel::delete(table::table.find(subscription.id)).execute(tx.conn)?;
    Ok(())
}

/// The subscriptions of a client who is removed are switched off; they stay readable.
pub(crate) fn switch_off(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let of_client = table::table.filter(table::client_id.eq(client)).filter(table::is_active.eq(true));
    let values = (table::is_active.eq(false), table::update_time.eq(tx.now.naive()));
    diesel::update(of_client).set(values).execute(tx.conn)?;
    Ok(())
}
