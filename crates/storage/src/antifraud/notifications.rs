//! What was found, as users see it and work it off.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::antifraud::{
    AntifraudEvent, AntifraudFault, AntifraudNotificationId, AntifraudStatus, AntifraudStepId, Facts, Notification,
    Step, StepDone,
};
use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::value::{self, FaultCode as _, Field, Timestamp};

use crate::client_scope::{ClientsInScope, clients_in, visible};
use crate::clients::profiles::{self, StoredClient};
use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::antifraud_notifications::{self as table, BoxedQuery};
use crate::schema::{antifraud_notification_clients as members, antifraud_steps as steps};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A notification as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotification {
    /// Its id.
    pub id: AntifraudNotificationId,
    /// What was found.
    pub event: AntifraudEvent,
    /// The clients concerned, as far as they are in scope, in the order of their ids.
    pub clients: Vec<StoredClient>,
    /// What it was found by.
    pub facts: Facts,
    /// What users change.
    pub data: Notification,
    /// When it was raised.
    pub create_time: Timestamp,
}

impl value::Stored for StoredNotification {
    type Data = Notification;

    fn data(&self) -> &Notification {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this event.
    pub event: Option<AntifraudEvent>,
    /// That concern this client.
    pub client: Option<ClientId>,
    /// Of this status.
    pub status: Option<AntifraudStatus>,
}

type Columns =
    (AntifraudNotificationId, AntifraudEvent, String, AntifraudStatus, Option<String>, Timestamp, Option<Timestamp>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::event, table::facts, table::status, table::comment, table::create_time, table::close_time)
}

/// Those that concern somebody in scope.
fn filtered(scope: &Scope, filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let of = |client: ClientId| members::table.filter(members::client_id.eq(client));
    let id = members::notification_id;
    let query = table::table.into_boxed();
    let mut query = match (clients_in(scope), filter.client) {
        (ClientsInScope::All, None) => query,
        (ClientsInScope::All, Some(client)) | (ClientsInScope::One(client), None) => {
            query.filter(table::id.eq_any(of(client).select(id)))
        }
        (ClientsInScope::WithTags(seen), None) => {
            query.filter(table::id.eq_any(members::table.filter(members::client_id.eq_any(seen)).select(id)))
        }
        // The client must be seen, and not only somebody whom the notification names beside them.
        (ClientsInScope::WithTags(seen), Some(client)) => {
            query.filter(table::id.eq_any(of(client).filter(members::client_id.eq_any(seen)).select(id)))
        }
        (ClientsInScope::One(own), Some(client)) => {
            query.filter(table::id.eq_any(of(own).filter(members::client_id.eq(client)).select(id)))
        }
    };
    if let Some(event) = filter.event {
        query = query.filter(table::event.eq(event));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    query
}

/// Notifications that concern somebody in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredNotification>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: assembled(conn, scope, rows)? })
}

/// One notification.
///
/// # Errors
/// [`Error::NotFound`], also for one that concerns nobody in scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: AntifraudNotificationId) -> Result<StoredNotification, Error> {
    let query = filtered(scope, Filter::default()).filter(table::id.eq(id));
    let row: Columns = query.select(columns()).first(conn)?;
    assembled(conn, scope, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Locks a notification until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: AntifraudNotificationId) -> Result<StoredNotification, Error> {
    tx.lock("antifraud_notifications", id)?;
    get(tx.conn, scope, id)
}

/// Puts notifications together with their clients and steps, each kind of record read once.
fn assembled(conn: &mut DbConnection, scope: &Scope, rows: Vec<Columns>) -> Result<Vec<StoredNotification>, Error> {
    let ids: Vec<AntifraudNotificationId> = rows.iter().map(|(id, ..)| *id).collect();
    let mut concerned = concerned(conn, scope, &ids)?;
    let mut steps = steps_of(conn, &ids)?;
    let notification = |(id, event, facts, status, comment, create_time, close_time): Columns| {
        let steps = steps.remove(&id).unwrap_or_default();
        let data = Notification { status, comment, steps, close_time };
        let clients = concerned.remove(&id).unwrap_or_default();
        Ok(StoredNotification { id, event, clients, facts: serde_json::from_str(&facts)?, data, create_time })
    };
    rows.into_iter().map(notification).collect()
}

type Concerned = HashMap<AntifraudNotificationId, Vec<StoredClient>>;

fn concerned(conn: &mut DbConnection, scope: &Scope, ids: &[AntifraudNotificationId]) -> Result<Concerned, Error> {
    let of_some = visible(members::table.into_boxed(), scope, members::client_id);
    let of_some = of_some.filter(members::notification_id.eq_any(ids.to_vec())).order(members::client_id);
    let pairs: Vec<(AntifraudNotificationId, ClientId)> =
        of_some.select((members::notification_id, members::client_id)).load(conn)?;
    let mut wanted: Vec<ClientId> = pairs.iter().map(|(_, client)| *client).collect();
    wanted.dedup();
    let clients = profiles::by_ids(conn, scope, &wanted)?;
    let mut concerned = Concerned::new();
    for (notification, client) in pairs {
        concerned.entry(notification).or_default().extend(clients.get(&client).cloned());
    }
    Ok(concerned)
}

type Steps = HashMap<AntifraudNotificationId, Vec<Step>>;

fn steps_of(conn: &mut DbConnection, ids: &[AntifraudNotificationId]) -> Result<Steps, Error> {
    type Row = (AntifraudNotificationId, AntifraudStepId, String, Option<UserId>, Option<Timestamp>);
    let columns = (steps::notification_id, steps::id, steps::description, steps::user_id, steps::done_time);
    let query = steps::table.filter(one_of(steps::notification_id, ids)).order(steps::id).select(columns);
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let mut all = Steps::new();
    for (notification, id, description, user, time) in rows {
        let done = user.zip(time).map(|(user, time)| StepDone { user, time });
        all.entry(notification).or_default().push(Step { id, description, done });
    }
    Ok(all)
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values<'a> {
    status: AntifraudStatus,
    comment: Option<&'a str>,
    close_time: Option<chrono::NaiveDateTime>,
}

/// Writes what a user has changed of a notification that is held.
///
/// # Errors
/// A conflict where it is opened again and the same situation has an open one.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    before: &StoredNotification,
    after: &Notification,
) -> Result<StoredNotification, Error> {
    let is_opened = before.data.status != after.status && after.status == AntifraudStatus::Open;
    let taken = || AntifraudFault::SituationOpen.at(Field::Status).conflict();
    if is_opened && has_open_twin(tx.conn, before.id)? {
        return Err(taken().into());
    }
    let Notification { status, comment, steps: all, close_time } = after;
    let values = Values { status: *status, comment: comment.as_deref(), close_time: close_time.map(Timestamp::naive) };
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    let changed = all.iter().filter(|step| !before.data.steps.contains(step));
    for step in changed {
        let done = (
            steps::user_id.eq(step.done.map(|done| done.user)),
            steps::done_time.eq(step.done.map(|done| done.time.naive())),
        );
        diesel::update(steps::table.find(step.id)).set(done).execute(tx.conn)?;
    }
    get(tx.conn, scope, before.id)
}

/// Whether the situation of a notification has an open one.
fn has_open_twin(conn: &mut DbConnection, id: AntifraudNotificationId) -> Result<bool, Error> {
    let situation = table::table.find(id).select((table::event, table::subject));
    let (event, subject): (AntifraudEvent, String) = situation.first(conn)?;
    let open = table::table.filter(table::event.eq(event)).filter(table::subject.eq(subject));
    let open = open.filter(table::status.eq(AntifraudStatus::Open));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// Takes what tells who a client is out of the notifications that concern them: addresses, numbers and comments. Which
/// situation it was is forgotten with that.
pub(crate) fn erase(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let concerning = members::table.filter(members::client_id.eq(client)).select(members::notification_id);
    let ids: Vec<AntifraudNotificationId> = concerning.order(members::notification_id).load(tx.conn)?;
    for id in ids {
        tx.lock("antifraud_notifications", id)?;
        let facts: String = table::table.find(id).select(table::facts).first(tx.conn)?;
        let facts: Facts = serde_json::from_str(&facts)?;
        let erased = (
            table::facts.eq(json(&facts.anonymous())?),
            table::subject.eq(format!("removed-{id}")),
            table::comment.eq(None::<String>),
        );
        diesel::update(table::table.find(id)).set(erased).execute(tx.conn)?;
    }
    Ok(())
}
