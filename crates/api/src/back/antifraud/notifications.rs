//! What looks like fraud, and what users do about it. Ours: the documented interface has no operations for it.

use domain::antifraud::{
    AntifraudEvent, AntifraudNotificationId, AntifraudStatus, AntifraudStepId, Facts, Notification, NotificationChange,
    Step,
};
use domain::clients::ClientId;
use domain::identity::{Permission, UserId};
use domain::value::{Entity as _, Localizer, Timestamp};
use http::request::{Choice, Fields, FilterSet, Filters, Id, Input, ListOf, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::antifraud::notifications::{self, Filter, StoredNotification};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::clients::brief::ClientBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const NOTIFICATIONS: &str = "/api/v2/antifraud/notifications";
    const NOTIFICATION: &str = "/api/v2/antifraud/notifications/{notificationId}";
    routes
        .get("antifraud-notifications.list", NOTIFICATIONS, P::AntifraudNotificationsRead)
        .summary("List antifraud notifications.")
        .describe(
            "The newest come first. A user with client tags sees those that concern a client whom they see, and of the \
             clients these alone.",
        )
        .extension()
        .list(list);
    routes
        .get("antifraud-notifications.get", NOTIFICATION, P::AntifraudNotificationsRead)
        .summary("Read an antifraud notification.")
        .describe("The steps stand as they did when it was raised.")
        .extension()
        .record(get);
    routes
        .put_and_patch("antifraud-notifications.update", NOTIFICATION, P::AntifraudNotificationsUpdate)
        .summary("Mark steps done, or close with a comment.")
        .describe(
            "`doneSteps` is the whole new set: a step that is left out is to be done again. A notification is closed with \
             a comment (422), whether its steps are done or not; then they stay (409). It can be opened again, unless the \
             same situation has an open one (409).",
        )
        .example_at("/api/v2/antifraud/notifications/1", json!({"doneSteps": [1], "comment": "The documents differ."}))
        .extension()
        .changed(update);
}

/// A step of a notification.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AntifraudStep")]
#[serde(rename_all = "camelCase")]
struct StepAnswer {
    id: AntifraudStepId,
    /// What is to be done.
    description: String,
    /// Whether it is done.
    is_done: bool,
    /// The user who did it.
    user_id: Option<UserId>,
    /// When it was done.
    done_time: Option<Timestamp>,
}

impl From<Step> for StepAnswer {
    fn from(Step { id, description, done }: Step) -> Self {
        let (user_id, done_time) = (done.map(|done| done.user), done.map(|done| done.time));
        Self { id, description, is_done: done.is_some(), user_id, done_time }
    }
}

/// Something that looks like fraud.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AntifraudNotification")]
#[serde(rename_all = "camelCase")]
struct NotificationAnswer {
    id: AntifraudNotificationId,
    /// What was found.
    event: AntifraudEvent,
    /// The clients concerned, as far as the caller sees them; a hundred at most.
    clients: Vec<ClientBrief>,
    /// What it was found by.
    facts: Facts,
    /// Whether users are done with it.
    status: AntifraudStatus,
    /// What is done about it.
    steps: Vec<StepAnswer>,
    /// What came of it.
    comment: Option<String>,
    create_time: Timestamp,
    /// When it was closed.
    close_time: Option<Timestamp>,
}

impl Resource<Back> for NotificationAnswer {
    const NAME: &'static str = Notification::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for client in &mut self.clients {
            client.localize(localizer);
        }
    }

    fn client(&self) -> Option<ClientId> {
        match self.clients.as_slice() {
            [client] => Some(client.id()),
            _ => None,
        }
    }

    /// Ids alone of the clients, and no facts: what tells who they are can be removed.
    fn recorded(&self) -> Result<Value, Problem> {
        let clients: Vec<ClientId> = self.clients.iter().map(ClientBrief::id).collect();
        Ok(json!({
            "id": self.id, "event": self.event, "clientIds": clients, "status": self.status, "steps": self.steps,
            "comment": self.comment, "createTime": self.create_time, "closeTime": self.close_time,
        }))
    }

    fn mask(&mut self) {
        self.facts = std::mem::take(&mut self.facts).masked();
        for client in &mut self.clients {
            client.mask();
        }
    }
}

impl From<StoredNotification> for NotificationAnswer {
    fn from(StoredNotification { id, event, clients, facts, data, create_time }: StoredNotification) -> Self {
        Self {
            id,
            event,
            clients: clients.into_iter().map(ClientBrief::from).collect(),
            facts,
            status: data.status,
            steps: data.steps.into_iter().map(StepAnswer::from).collect(),
            comment: data.comment,
            create_time,
            close_time: data.close_time,
        }
    }
}

impl Input<Back> for NotificationChange {
    type Current = Notification;

    fn read(fields: &mut Fields<'_, Notification>) -> Option<Self> {
        let done_steps = fields.about("The ids of all steps that are done.").optional("doneSteps", &ListOf(Id::of()));
        let status = fields.optional("status", &Choice::of());
        let comment = fields.clearable("comment", &Text::LONG);
        let comment = comment?.map(|comment| comment.filter(|comment| !comment.is_empty()));
        Some(Self { done_steps: done_steps?.map(|ids| ids.to_vec()), status: status?, comment })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { event: filters.choice("event"), client: filters.id("clientId"), status: filters.choice("status") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<NotificationAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(notifications::list(reading.conn, scope, query.filter, &query.paging)?.map(NotificationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (AntifraudNotificationId,)) -> Result<NotificationAnswer, Problem> {
    Ok(notifications::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (AntifraudNotificationId,),
    body: &Body<'_, NotificationChange>,
) -> Result<Change<NotificationAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = notifications::lock(writing.tx, scope, id)?;
    let change = body.change(&before.data)?;
    let after = before.data.changed(&change, writing.caller.user, writing.tx.now).map_err(storage::Error::from)?;
    let written =
        writing.change_to(before, &after, |tx, before, after| notifications::update(tx, scope, before, after))?;
    Ok(written.map(NotificationAnswer::from))
}
