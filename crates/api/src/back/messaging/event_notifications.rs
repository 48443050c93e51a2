//! What back-office users are told of.

use std::sync::Arc;

use domain::identity::{Permission, UserId};
use domain::messaging::{
    Channel, ChannelTemplates, EventName, EventNotification, EventNotificationId, NotificationScope,
};
use domain::value::{CommonFault, Entity as _, Set, Timestamp};
use http::Answer;
use http::request::{
    Boolean, Choice, Fields, FilterSet, Filters, Id, Input, Kind as _, ListQuery, Object, SetOf, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::messaging::event_notifications::{self, Filter, StoredNotification};
use storage::{ByTime, Page};

use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const NOTIFICATIONS: &str = "/api/v2/events/notifications";
    const NOTIFICATION: &str = "/api/v2/events/notifications/{notificationId}";
    routes
        .get("event-notifications.list-types", "/api/v2/events/notifications/types", P::EventNotificationsRead)
        .summary("List the events that users can be told of.")
        .describe("Their names, in one array.")
        .action::<(), EventNames, _>(list_types);
    routes
        .get("event-notifications.list", NOTIFICATIONS, P::EventNotificationsRead)
        .summary("List what users are told of.")
        .describe("A user sees what they are told of themselves, and with `eventNotifications.readAll` that of others.")
        .list(list);
    routes
        .get("event-notifications.get", NOTIFICATION, P::EventNotificationsRead)
        .summary("Read what a user is told of.")
        .describe("That of another user is 404 without `eventNotifications.readAll`.")
        .record(get);
    routes
        .post("event-notifications.create", NOTIFICATIONS, P::EventNotificationsCreate)
        .summary("Tell a user of an event.")
        .describe(
            "A user has one for each event, which may go over several channels (409). Events of clients whom they do \
             not see are not told to them.",
        )
        .example(json!({
            "event": "VerificationRequestEvent", "description": "For the compliance desk", "userId": 1,
            "channels": ["email"], "templates": {}, "isEnabled": true,
        }))
        .created(create);
    routes
        .patch("event-notifications.update", NOTIFICATION, P::EventNotificationsUpdate)
        .summary("Change what a user is told of.")
        .describe("Channels are replaced as a whole; templates are set one by one.")
        .example_at("/api/v2/events/notifications/1", json!({"channels": ["email", "telegram"]}))
        .changed(update);
    routes
        .delete("event-notifications.delete", NOTIFICATION, P::EventNotificationsDelete)
        .summary("Tell a user of an event no more.")
        .describe("What is on its way still arrives.")
        .deleted(delete);
}

/// The user who is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotifiedUser")]
struct UserAnswer {
    id: UserId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
}

/// That a user is told of every event of a kind.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventNotification")]
#[serde(rename_all = "camelCase")]
struct NotificationAnswer {
    id: EventNotificationId,
    /// What they are told of.
    event: EventName,
    /// What users note on it.
    description: Option<String>,
    /// Who is told.
    user: UserAnswer,
    /// How.
    channels: Set<Channel>,
    /// The types of mail whose texts are used instead of the delivered ones.
    templates: ChannelTemplates,
    /// Whether they are told.
    is_enabled: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for NotificationAnswer {
    const NAME: &'static str = EventNotification::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredNotification> for NotificationAnswer {
    fn from(stored: StoredNotification) -> Self {
        let StoredNotification { id, data, user: (name, email), create_time, update_time } = stored;
        let user = UserAnswer { id: data.user, name, email };
        let EventNotification { event, description, channels, templates, is_enabled, .. } = data;
        Self { id, event, description, user, channels, templates, is_enabled, create_time, update_time }
    }
}

type SentTemplates = Vec<(Channel, Option<String>)>;

fn templates_schema() -> Value {
    let template = |channel: &Channel| {
        let schema = json!({"type": ["string", "null"], "maxLength": Text::SHORT.max, "description": "The name of a type of mail."});
        (channel.as_str().to_owned(), schema)
    };
    json!({
        "title": "NewChannelTemplates",
        "type": "object",
        "properties": Channel::ALL.iter().map(template).collect::<Map<_, _>>(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "others find faults that leave nothing")]
fn read_templates(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentTemplates> {
    let mut sent = Vec::new();
    for (name, value) in object {
        match (name.parse::<Channel>(), value) {
            (Err(_), _) => faults.push(Fault::sent(format!("{at}.{name}"), RequestFault::UnknownValue)),
            (Ok(channel), Value::Null) => sent.push((channel, None)),
            (Ok(channel), value) => {
                let text = Text::SHORT.parse(value, &format!("{at}.{name}"), faults);
                sent.extend(text.map(|text| (channel, Some(text).filter(|text| !text.is_empty()))));
            }
        }
    }
    Some(sent)
}

impl Input<Back> for EventNotification {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let event = fields.required("event", &Choice::<EventName>::of(), |told| &told.event);
        let event = match event {
            Some(event) if !event.is_for_users() => fields.fault("event", RequestFault::UnknownValue),
            event => event,
        };
        let description = fields.nullable("description", &Text::LONG, |told| &told.description);
        let user = fields.about("Who is told.").required("userId", &Id::of(), |told| &told.user);
        let channels = fields.required("channels", &SetOf(Choice::of()), |told| &told.channels);
        let channels = match channels {
            Some(channels) if channels.is_empty() => fields.fault("channels", CommonFault::Empty),
            channels => channels,
        };
        let sent = fields.optional("templates", &Object { schema: templates_schema, read: read_templates });
        let is_enabled = fields.or("isEnabled", &Boolean, |told| &told.is_enabled, || true);
        let mut templates = fields.current().map(|told| told.templates.clone()).unwrap_or_default();
        for (channel, template) in sent?.unwrap_or_default() {
            templates.set(channel, template);
        }
        Some(Self {
            event: event?,
            description: description?,
            user: user?,
            channels: channels?,
            templates,
            is_enabled: is_enabled?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { event: filters.choice("event"), user: filters.id("userId"), channel: filters.choice("channel") }
    }
}

/// The events that users can be told of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct EventNames(Vec<EventName>);

async fn list_types(_: Arc<AppContext>, _: Arc<Call>) -> Result<Answer, Problem> {
    let names = EventName::ALL.iter().copied().filter(|event| event.is_for_users()).collect();
    Answer::json(&EventNames(names))
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<NotificationAnswer>, Problem> {
    let seen = NotificationScope::of(&reading.caller.rights, reading.caller.user);
    Ok(event_notifications::list(reading.conn, seen, query.filter, &query.paging)?.map(NotificationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (EventNotificationId,)) -> Result<NotificationAnswer, Problem> {
    let seen = NotificationScope::of(&reading.caller.rights, reading.caller.user);
    Ok(event_notifications::get(reading.conn, seen, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, EventNotification>,
) -> Result<NotificationAnswer, Problem> {
    let seen = NotificationScope::of(&writing.caller.rights, writing.caller.user);
    Ok(event_notifications::insert(writing.tx, seen, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (EventNotificationId,),
    body: &Body<'_, EventNotification>,
) -> Result<Change<NotificationAnswer>, Problem> {
    let seen = NotificationScope::of(&writing.caller.rights, writing.caller.user);
    let before = event_notifications::lock(writing.tx, seen, id)?;
    let write = |tx: &mut storage::Tx<'_>, before: &_, after: &_| event_notifications::update(tx, seen, before, after);
    Ok(writing.change(before, body, write)?.map(NotificationAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (EventNotificationId,)) -> Result<NotificationAnswer, Problem> {
    let seen = NotificationScope::of(&writing.caller.rights, writing.caller.user);
    let notification = event_notifications::lock(writing.tx, seen, id)?;
    event_notifications::delete(writing.tx, id)?;
    Ok(notification.into())
}
