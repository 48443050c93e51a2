//! The calendar of users.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::content::{CalendarEvent, CalendarEventId, CalendarScope, ContentFault, EventRecipient};
use domain::identity::UserId;
use domain::value::{Email, FaultCode as _, Field, List, Refusal, Stored, Timestamp, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::calendar_events::{self as table, BoxedQuery};
use crate::schema::{calendar_event_recipients as recipients, users};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id.
    pub id: CalendarEventId,
    /// What can be set.
    pub data: CalendarEvent,
    /// Whom it is for, by id.
    pub recipients: Vec<EventRecipient>,
    /// Who created it.
    pub creator: EventRecipient,
    /// When it was created.
    pub create_time: Timestamp,
}

impl Stored for StoredEvent {
    type Data = CalendarEvent;

    fn data(&self) -> &CalendarEvent {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Starting then or later.
    pub start: Option<Timestamp>,
    /// Ending then or earlier.
    pub end: Option<Timestamp>,
    /// For the user of this address.
    pub recipient: Option<Email>,
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the description.
    pub description: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Start,
    End,
    CreateTime,
}

type Columns = (CalendarEventId, (String, Option<String>), (Timestamp, Timestamp), (UserId, String), Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let texts = (table::name, table::description);
    let creator = (users::id, users::email);
    (table::id, texts, (table::start_time, table::end_time), creator, table::create_time)
}

fn recipient((user, email): (UserId, String)) -> Result<EventRecipient, Error> {
    let email = email.parse().map_err(|_| Error::Broken(format!("user {user} has no e-mail address")))?;
    Ok(EventRecipient { user, email })
}

fn filtered(scope: CalendarScope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    match scope {
        CalendarScope::All => {}
        CalendarScope::Of(user) => {
            let received = recipients::table.filter(recipients::user_id.eq(user)).select(recipients::event_id);
            query = query.filter(table::created_by.eq(user).or(table::id.eq_any(received)));
        }
    }
    if let Some(start) = filter.start {
        query = query.filter(table::start_time.ge(start.naive()));
    }
    if let Some(end) = filter.end {
        query = query.filter(table::end_time.le(end.naive()));
    }
    if let Some(email) = &filter.recipient {
        let received = recipients::table.inner_join(users::table).filter(users::email_key.eq(email.key()));
        query = query.filter(table::id.eq_any(received.select(recipients::event_id)));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(description) = &filter.description {
        query = query.filter(table::description_key.like(part_of(description)).escape('\\'));
    }
    query
}

/// Events, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: CalendarScope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredEvent>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Start => ordered!(query, paging.direction, table::start_time, table::id),
        Sort::End => ordered!(query, paging.direction, table::end_time, table::id),
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let ids: Vec<CalendarEventId> = query.select(table::id).load(conn)?;
    let mut found = of_ids(conn, &ids)?;
    found.sort_by_key(|event| ids.iter().position(|id| *id == event.id));
    Ok(Page { total, data: found })
}

fn of_ids(conn: &mut DbConnection, ids: &[CalendarEventId]) -> Result<Vec<StoredEvent>, Error> {
    let of_events = recipients::table.inner_join(users::table).filter(recipients::event_id.eq_any(ids.to_vec()));
    let of_events: Vec<(CalendarEventId, (UserId, String))> = of_events
        .order((recipients::event_id, recipients::user_id))
        .select((recipients::event_id, (users::id, users::email)))
        .load(conn)?;
    let mut by_event: HashMap<CalendarEventId, Vec<EventRecipient>> = HashMap::new();
    for (event, user) in of_events {
        by_event.entry(event).or_default().push(recipient(user)?);
    }
    let rows: Vec<Columns> =
        table::table.inner_join(users::table).filter(table::id.eq_any(ids.to_vec())).select(columns()).load(conn)?;
    let event = |(id, (name, description), (start, end), creator, create_time): Columns| {
        let recipients = by_event.remove(&id).unwrap_or_default();
        let emails: List<Email> = recipients.iter().map(|recipient| recipient.email.clone()).collect();
        let data = CalendarEvent { name, description, start, end, recipients: emails };
        Ok(StoredEvent { id, data, recipients, creator: recipient(creator)?, create_time })
    };
    rows.into_iter().map(event).collect()
}

/// One event.
///
/// # Errors
/// [`Error::NotFound`], also for one that is not seen.
pub fn get(conn: &mut DbConnection, scope: CalendarScope, id: CalendarEventId) -> Result<StoredEvent, Error> {
    let seen = filtered(scope, &Filter::default()).filter(table::id.eq(id));
    let id: CalendarEventId = seen.select(table::id).first(conn)?;
    of_ids(conn, &[id])?.pop().ok_or(Error::NotFound)
}

/// Locks an event until the transaction ends, and reads it, so that it may be changed.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a refusal where others may change it, and not this user.
pub fn lock(tx: &mut Tx<'_>, scope: CalendarScope, id: CalendarEventId) -> Result<StoredEvent, Error> {
    tx.lock("calendar_events", id)?;
    let event = get(tx.conn, scope, id)?;
    scope.check_change(event.creator.user)?;
    Ok(event)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    description: Option<&'a str>,
    description_key: Option<String>,
    start_time: chrono::NaiveDateTime,
    end_time: chrono::NaiveDateTime,
}

fn row(event: &CalendarEvent) -> Row<'_> {
    Row {
        name: &event.name,
        name_key: folded(&event.name),
        description: event.description.as_deref(),
        description_key: event.description.as_deref().map(folded),
        start_time: event.start.naive(),
        end_time: event.end.naive(),
    }
}

/// Adds an event.
///
/// # Errors
/// A refusal where a recipient is not a user, or a disabled one.
pub fn insert(tx: &mut Tx<'_>, creator: UserId, event: &CalendarEvent) -> Result<StoredEvent, Error> {
    let wanted = users_of(tx, creator, &[], &event.recipients)?;
    let values = (row(event), table::created_by.eq(creator), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    set_recipients(tx.conn, id, &[], &wanted)?;
    get(tx.conn, CalendarScope::All, id)
}

/// Writes what can be set of an event.
///
/// # Errors
/// A refusal where a recipient is not a user, or a disabled one that it was not for; where nobody is named, and its creator was
/// deleted.
pub fn update(tx: &mut Tx<'_>, before: &StoredEvent, after: &CalendarEvent) -> Result<StoredEvent, Error> {
    let wanted = users_of(tx, before.creator.user, &before.recipients, &after.recipients)?;
    diesel::update(table::table.find(before.id)).set(row(after)).execute(tx.conn)?;
    set_recipients(tx.conn, before.id, &before.recipients, &wanted)?;
    get(tx.conn, CalendarScope::All, before.id)
}

/// Deletes an event.
pub fn delete(tx: &mut Tx<'_>, id: CalendarEventId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// The users of these addresses, who are held, since one may be deleted at the same time; the creator where there are none.
fn users_of(
    tx: &mut Tx<'_>,
    creator: UserId,
    before: &[EventRecipient],
    wanted: &[Email],
) -> Result<BTreeSet<UserId>, Error> {
    let keys: Vec<String> = wanted.iter().map(Email::key).collect();
    let known = |conn: &mut DbConnection| -> Result<Vec<(String, UserId, bool)>, Error> {
        let known = users::table.filter(users::email_key.eq_any(keys.clone())).filter(users::deleted_at.is_null());
        Ok(known.select((users::email_key, users::id, users::active)).load(conn)?)
    };
    let ids: Vec<UserId> = known(tx.conn)?.iter().map(|(_, user, _)| *user).collect();
    tx.lock_all("users", &ids)?;
    let known = known(tx.conn)?;
    let (mut found, mut faults) = (BTreeSet::new(), Vec::new());
    for (place, (key, email)) in keys.iter().zip(wanted).enumerate() {
        let was_one = |user: UserId| before.iter().any(|recipient| recipient.user == user);
        let fault = match known.iter().find(|(known, ..)| known == key) {
            None => ContentFault::UnknownRecipient,
            Some((_, user, is_active)) if !is_active && !was_one(*user) => ContentFault::DisabledRecipient,
            Some((_, user, _)) => {
                found.insert(*user);
                continue;
            }
        };
        faults.push(fault.with("email", email.as_str()).at(Field::Recipients.entry(place)));
    }
    Refusal::unless_empty(faults)?;
    if found.is_empty() {
        tx.lock("users", creator)?;
        let present = users::table.find(creator).filter(users::deleted_at.is_null());
        if !diesel::select(exists(present)).get_result::<bool>(tx.conn)? {
            return Err(ContentFault::RecipientRequired.at(Field::Recipients).unprocessable().into());
        }
        found.insert(creator);
    }
    Ok(found)
}

/// Writes what differs from the recipients that there were.
fn set_recipients(
    conn: &mut DbConnection,
    event: CalendarEventId,
    before: &[EventRecipient],
    wanted: &BTreeSet<UserId>,
) -> Result<(), Error> {
    let before: BTreeSet<UserId> = before.iter().map(|recipient| recipient.user).collect();
    let removed: Vec<UserId> = before.difference(wanted).copied().collect();
    let rows = recipients::table.filter(recipients::event_id.eq(event)).filter(recipients::user_id.eq_any(removed));
    diesel::delete(rows).execute(conn)?;
    wanted.difference(&before).try_for_each(|user| add_recipient(conn, event, *user))
}

fn add_recipient(conn: &mut DbConnection, event: CalendarEventId, user: UserId) -> Result<(), Error> {
    let values = (recipients::event_id.eq(event), recipients::user_id.eq(user));
    diesel::insert_into(recipients::table).values(values).execute(conn)?;
    Ok(())
}

/// Takes a user who is deleted off the calendar. What was for them alone goes back to its creator, or goes with them; what
/// they created for others stays.
pub(crate) fn forget_user(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let of_user = recipients::table.filter(recipients::user_id.eq(user));
    let received: Vec<CalendarEventId> = of_user.select(recipients::event_id).load(tx.conn)?;
    diesel::delete(of_user).execute(tx.conn)?;
    let others = recipients::table.filter(recipients::event_id.eq(table::id));
    let for_nobody = table::table
        .inner_join(users::table)
        .filter(table::id.eq_any(received))
        .filter(not(exists(others)))
        .order(table::id);
    let for_nobody: Vec<(CalendarEventId, UserId, Option<Timestamp>)> =
        for_nobody.select((table::id, users::id, users::deleted_at)).load(tx.conn)?;
    for (event, creator, deleted_at) in for_nobody {
        if creator == user || deleted_at.is_some() {
            delete(tx, event)?;
        } else {
            add_recipient(tx.conn, event, creator)?;
        }
    }
    Ok(())
}
