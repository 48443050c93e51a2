//! The calendar of users.

use domain::content::{CalendarEvent, CalendarEventId, CalendarScope, EventRecipient, Notice, check_period, notices};
use domain::identity::Permission;
use domain::messaging::DeliveredType;
use domain::value::{CommonFault, Email, Entity, List, Timestamp};
use http::request::{Fields, FilterSet, Filters, Input, ListOf, ListQuery, Parsed, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::content::calendar::{self, Filter, Sort, StoredEvent};
use storage::identity::callers::Caller;
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const EVENTS: &str = "/api/v2/calendars/events";
    const EVENT: &str = "/api/v2/calendars/events/{eventId}";
    routes
        .get("calendar-events.list", EVENTS, P::CalendarEventsRead)
        .summary("List the events of the calendar.")
        .describe(
            "Those that the caller created or is a recipient of; administrators see all. `filter[startDate]` and \
             `filter[endDate]` are a window: events that start then or later, and end then or earlier.",
        )
        .list(list);
    routes
        .get("calendar-events.get", EVENT, P::CalendarEventsRead)
        .summary("Read an event of the calendar.")
        .describe("Not found where it is neither of the caller nor for them.")
        .record(get);
    routes
        .post("calendar-events.create", EVENTS, P::CalendarEventsCreate)
        .summary("Put an event into the calendar.")
        .describe(
            "Dates have the offset of their author, such as `+02:00`, and are answered in UTC. Without recipients it is \
             for its creator. Recipients are told by e-mail when it is created, changed and deleted.",
        )
        .example(json!({
            "name": "Review of large withdrawals", "description": "Bring the list of last week.",
            "startDate": "2027-03-01T10:00:00+02:00", "endDate": "2027-03-01T11:00:00+02:00", "recipients": [],
        }))
        .created(create);
    routes
        .put_and_patch("calendar-events.update", EVENT, P::CalendarEventsUpdate)
        .summary("Change an event of the calendar.")
        .describe("For its creator and administrators. Recipients are replaced as a whole.")
        .example_at("/api/v2/calendars/events/1", json!({"endDate": "2027-02-01T12:00:00+00:00"}))
        .changed(update);
    routes
        .delete("calendar-events.delete", EVENT, P::CalendarEventsDelete)
        .summary("Delete an event of the calendar.")
        .describe("For its creator and administrators.")
        .deleted(delete);
}

/// An event in the calendar of users.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CalendarEvent")]
struct EventAnswer {
    id: CalendarEventId,
    /// What it is.
    name: String,
    /// More about it.
    description: Option<String>,
    /// When it starts.
    start_date: Timestamp,
    /// When it ends.
    end_date: Timestamp,
    /// The e-mail addresses of the recipients, who are users.
    recipients: List<Email>,
    /// The e-mail address of the user who created it.
    created_by: Email,
    create_time: Timestamp,
}

impl Resource<Back> for EventAnswer {
    const NAME: &'static str = CalendarEvent::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredEvent> for EventAnswer {
    fn from(StoredEvent { id, data, creator, create_time, .. }: StoredEvent) -> Self {
        Self {
            id,
            name: data.name,
            description: data.description,
            start_date: data.start,
            end_date: data.end,
            recipients: data.recipients,
            created_by: creator.email,
            create_time,
        }
    }
}

impl Input<Back> for CalendarEvent {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |event| &event.name);
        let description = fields.nullable("description", &Text::LONG, |event| &event.description);
        let start = fields.required("startDate", &Parsed::with_format("date-time"), |event| &event.start);
        let end = fields.required("endDate", &Parsed::with_format("date-time"), |event| &event.end);
        let emails = ListOf(Parsed::with_format("email"));
        let recipients = fields.or("recipients", &emails, |event| &event.recipients, List::default);
        let (start, end) = (in_utc(fields, "startDate", start), in_utc(fields, "endDate", end));
        let disorder = start.zip(end).and_then(|(start, end)| check_period(start, end));
        let period = match disorder {
            Some(fault) => fields.fault("endDate", fault),
            None => Some(()),
        };
        period?;
        Some(Self { name: name?, description: description?, start: start?, end: end?, recipients: recipients? })
    }
}

/// A time at an end of the calendar may have no year of four digits in UTC.
fn in_utc(fields: &mut Fields<'_, CalendarEvent>, name: &str, time: Option<Timestamp>) -> Option<Timestamp> {
    match time {
        Some(time) if !time.is_writable() => fields.fault(name, CommonFault::NotDateTime),
        time => time,
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            start: filters.moment("startDate"),
            end: filters.moment("endDate"),
            recipient: filters.email("recipients"),
            name: filters.text("name"),
            description: filters.text("description"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[
        ("startTime", Self::Start),
        ("startDate", Self::Start),
        ("endDate", Self::End),
        ("createTime", Self::CreateTime),
    ];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn scope_of(caller: &Caller) -> CalendarScope {
    CalendarScope::of(&caller.rights, caller.user)
}

/// Writes the mails that tell of an event, if mail can be sent.
fn tell(
    writing: &mut Writing<'_, '_>,
    event: &StoredEvent,
    notices: Vec<(&EventRecipient, Notice)>,
) -> Result<(), Problem> {
    let outbound = &writing.context.outbound;
    if !outbound.sends_mail(writing.tx.conn)? {
        return Ok(());
    }
    let (start, end) = (event.data.start.to_string(), event.data.end.to_string());
    let values = [
        ("eventName", event.data.name.as_str()),
        ("description", event.data.description.as_deref().unwrap_or_default()),
        ("startDate", &start),
        ("endDate", &end),
        ("createdBy", event.creator.email.as_str()),
    ];
    for (recipient, notice) in notices {
        let kind = match notice {
            Notice::Created => DeliveredType::CalendarEventCreated,
            Notice::Changed => DeliveredType::CalendarEventChanged,
            Notice::Deleted => DeliveredType::CalendarEventDeleted,
        };
        outbound.notify(writing.tx, kind, recipient.email.as_str(), &values)?;
    }
    Ok(())
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<EventAnswer>, Problem> {
    let scope = scope_of(reading.caller);
    Ok(calendar::list(reading.conn, scope, &query.filter, &query.paging)?.map(EventAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (CalendarEventId,)) -> Result<EventAnswer, Problem> {
    Ok(calendar::get(reading.conn, scope_of(reading.caller), id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, CalendarEvent>) -> Result<EventAnswer, Problem> {
    let event = calendar::insert(writing.tx, writing.caller.user, &body.create()?)?;
    tell(writing, &event, notices(&[], &event.recipients))?;
    Ok(event.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (CalendarEventId,),
    body: &Body<'_, CalendarEvent>,
) -> Result<Change<EventAnswer>, Problem> {
    let before = calendar::lock(writing.tx, scope_of(writing.caller), id)?;
    let after = calendar::update(writing.tx, &before, &body.change(&before.data)?)?;
    if after != before {
        tell(writing, &after, notices(&before.recipients, &after.recipients))?;
    }
    Ok(Change::between(before, after).map(EventAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (CalendarEventId,)) -> Result<EventAnswer, Problem> {
    let event = calendar::lock(writing.tx, scope_of(writing.caller), id)?;
    calendar::delete(writing.tx, id)?;
    tell(writing, &event, notices(&event.recipients, &[]))?;
    Ok(event.into())
}
