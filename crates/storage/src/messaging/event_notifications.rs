//! What back-office users are told of.

use diesel::prelude::*;
use domain::identity::UserId;
use domain::messaging::{
    Channel, ChannelTemplates, EventName, EventNotification, EventNotificationId, MessagingFault, NotificationScope,
};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Set, Stored, Timestamp};

use super::notification_types;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::event_notifications::{self as table, BoxedQuery};
use crate::schema::users;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A notification as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotification {
    /// Its id.
    pub id: EventNotificationId,
    /// What can be set.
    pub data: EventNotification,
    /// The name and the address of the user.
    pub user: (String, String),
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredNotification {
    type Data = EventNotification;

    fn data(&self) -> &EventNotification {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this event.
    pub event: Option<EventName>,
    /// Of this user.
    pub user: Option<UserId>,
    /// Over this channel.
    pub channel: Option<Channel>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    event: EventName,
    description: Option<&'a str>,
    user_id: UserId,
    channels: String,
    templates: String,
    is_enabled: bool,
}

fn row(notification: &EventNotification) -> Result<Row<'_>, Error> {
    Ok(Row {
        event: notification.event,
        description: notification.description.as_deref(),
        user_id: notification.user,
        channels: json(&notification.channels)?,
        templates: json(&notification.templates)?,
        is_enabled: notification.is_enabled,
    })
}

type Columns = (
    EventNotificationId,
    (EventName, Option<String>, UserId, Set<Channel>, String, bool),
    (String, String),
    Timestamp,
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::event, table::description, table::user_id, table::channels, table::templates, table::is_enabled);
    (table::id, data, (users::name, users::email), table::create_time, table::update_time)
}

fn stored(row: Columns) -> Result<StoredNotification, Error> {
    let (id, (event, description, user, channels, templates, is_enabled), name, create_time, update_time) = row;
    let templates: ChannelTemplates = serde_json::from_str(&templates)?;
    let data = EventNotification { event, description, user, channels, templates, is_enabled };
    Ok(StoredNotification { id, data, user: name, create_time, update_time })
}

fn filtered(seen: NotificationScope, filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let NotificationScope::Own(user) = seen {
        query = query.filter(table::user_id.eq(user));
    }
    if let Some(event) = filter.event {
        query = query.filter(table::event.eq(event));
    }
    if let Some(user) = filter.user {
        query = query.filter(table::user_id.eq(user));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(table::channels.like(format!("%\"{channel}\"%")));
    }
    query
}

/// Notifications, a page of them.
pub fn list(
    conn: &mut DbConnection,
    seen: NotificationScope,
    filter: Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredNotification>, Error> {
    let total = paging.total(|| filtered(seen, filter).count().get_result(conn))?;
    let query = filtered(seen, filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let ids: Vec<EventNotificationId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(users::table).filter(table::id.eq_any(ids.clone())).select(columns());
    let mut found: Vec<StoredNotification> =
        rows.load::<Columns>(conn)?.into_iter().map(stored).collect::<Result<_, _>>()?;
    found.sort_by_key(|notification| ids.iter().position(|id| *id == notification.id));
    Ok(Page { total, data: found })
}

/// One notification.
///
/// # Errors
/// [`Error::NotFound`], also for one of a user whose notifications are not seen.
pub fn get(
    conn: &mut DbConnection,
    seen: NotificationScope,
    id: EventNotificationId,
) -> Result<StoredNotification, Error> {
    let id: EventNotificationId =
        filtered(seen, Filter::default()).filter(table::id.eq(id)).select(table::id).first(conn)?;
    stored(table::table.inner_join(users::table).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// Locks a notification until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, seen: NotificationScope, id: EventNotificationId) -> Result<StoredNotification, Error> {
    tx.lock("event_notifications", id)?;
    get(tx.conn, seen, id)
}

/// What a notification names must exist, and its user must be one whose notifications are seen.
fn check(tx: &mut Tx<'_>, seen: NotificationScope, notification: &EventNotification) -> Result<(), Error> {
    seen.check(notification.user)?;
    let mut faults = Vec::new();
    let user = users::table.find(notification.user).filter(users::deleted_at.is_null());
    if diesel::select(diesel::dsl::exists(user)).get_result(tx.conn)? {
        tx.hold("users", &[notification.user])?;
    } else {
        faults.push(CommonFault::Unknown.at(Field::User));
    }
    for channel in Channel::ALL {
        let Some(name) = notification.templates.of(*channel) else { continue };
        if !notification_types::hold(tx, name)? {
            faults.push(CommonFault::Unknown.at(Field::Templates.entry(channel.as_str())));
        }
    }
    Ok(Refusal::unless_empty(faults)?)
}

/// A second notification of a user for the same event.
fn taken() -> Refusal {
    MessagingFault::NotificationExists.at(Field::Event).conflict()
}

/// Adds a notification.
///
/// # Errors
/// A refusal where its user is another one whose notifications are not seen, what it names does not exist, or the user is
/// told of the event already.
pub fn insert(
    tx: &mut Tx<'_>,
    seen: NotificationScope,
    notification: &EventNotification,
) -> Result<StoredNotification, Error> {
    check(tx, seen, notification)?;
    let same = table::table.filter(table::user_id.eq(notification.user)).filter(table::event.eq(notification.event));
    // A refused insert would leave a gap in the ids of PostgreSQL.
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(taken().into());
    }
    let values = (row(notification)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, seen, id)
}

/// Writes what can be set of a notification.
///
/// # Errors
/// As of [`insert`].
pub fn update(
    tx: &mut Tx<'_>,
    seen: NotificationScope,
    before: &StoredNotification,
    after: &EventNotification,
) -> Result<StoredNotification, Error> {
    check(tx, seen, after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, seen, before.id)
}

/// Deletes a notification.
pub fn delete(tx: &mut Tx<'_>, id: EventNotificationId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// A deleted user is no longer told of anything.
pub(crate) fn delete_of_user(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// A user who is told of an event.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub notification: EventNotification,
    pub email: String,
    pub phone: Option<String>,
    pub slack_chat_id: Option<String>,
    pub telegram_chat_id: Option<String>,
    pub can_view_masked_data: bool,
}

/// Who is told of an event: enabled notifications of active users.
pub(super) fn told_of(conn: &mut DbConnection, event: EventName) -> Result<Vec<Told>, Error> {
    type Row = (Columns, (Option<String>, Option<String>, Option<String>, bool));
    let addresses = (users::phone, users::slack_chat_id, users::telegram_chat_id, users::can_view_masked_data);
    let told = table::table
        .inner_join(users::table)
        .filter(table::event.eq(event))
        .filter(table::is_enabled.eq(true))
        .filter(users::active.eq(true))
        .filter(users::deleted_at.is_null())
        .order(table::id)
        .select((columns(), addresses));
    let rows: Vec<Row> = told.load(conn)?;
    let told = |(row, (phone, slack_chat_id, telegram_chat_id, can_view_masked_data))| {
        let StoredNotification { data, user: (_, email), .. } = stored(row)?;
        Ok(Told { notification: data, email, phone, slack_chat_id, telegram_chat_id, can_view_masked_data })
    };
    rows.into_iter().map(told).collect()
}
