//! What is done when an event meets conditions.

use std::sync::Arc;

use domain::catalog::PlatformId;
use domain::identity::Permission;
use domain::identity::options::MASK;
use domain::messaging::{
    Conditions, Listener, ListenerEvent, ListenerId, MessagingFault, Workflow, WorkflowName, WorkflowOptions,
};
use domain::value::{Email, Entity as _, FaultCode as _, List, Timestamp};
use http::Answer;
use http::request::{
    Boolean, Choice, Decimal, Fields, FilterSet, Filters, Id, Input, Kind, ListOf, ListQuery, Object, Parsed, Text,
};
use http::routes::{Change, Resource};
use outbound::webhooks;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::messaging::listeners::{self, Filter, StoredListener};
use storage::{ByTime, Page};

use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const LISTENERS: &str = "/api/v2/events/listeners";
    const LISTENER: &str = "/api/v2/events/listeners/{listenerId}";
    routes
        .get("event-notifications.list-listener-types", "/api/v2/events/listeners/types", P::EventListenersRead)
        .summary("List the events that listeners wait for.")
        .describe("Their names, in one array.")
        .action::<(), ListenerEvents, _>(list_events);
    routes
        .get("event-notifications.list-handlers", "/api/v2/events/listeners/handlers", P::EventListenersRead)
        .summary("List the handlers of events.")
        .describe("Each event has the handler of its name, which holds conditions against it.")
        .action::<(), ListenerEvents, _>(list_events);
    routes
        .get("event-notifications.list-workflows", "/api/v2/events/listeners/workflows", P::EventListenersRead)
        .summary("List what listeners can do.")
        .describe("Every handler takes every workflow.")
        .action::<(), WorkflowNames, _>(list_workflows);
    routes
        .get("event-notifications.list-listeners", LISTENERS, P::EventListenersRead)
        .summary("List event listeners.")
        .describe("The newest come first. Secrets are never answered.")
        .list(list);
    routes
        .get("event-notifications.get-listener", LISTENER, P::EventListenersRead)
        .summary("Read an event listener.")
        .describe("With its conditions and what it does.")
        .record(get);
    routes
        .post("event-notifications.create-listener", LISTENERS, P::EventListenersCreate)
        .summary("Add an event listener.")
        .describe(
            "`SendNotificationWorkflow` needs `emails` and `type`, the name of a type of mail. `SendWebhookWorkflow` \
             needs `url`, and takes a `secret`; without one the server makes it. The secret is in this answer alone.",
        )
        .example(json!({
            "description": "Tells the CRM of new clients", "event": "SuccessfulRegistration",
            "handler": "SuccessfulRegistration", "workflow": "SendWebhookWorkflow", "handlerOptions": {},
            "workflowOptions": {"url": "https://crm.example.com/hooks"}, "isEnabled": true,
        }))
        .answers_secret()
        .created(create);
    routes
        .patch("event-notifications.update-listener", LISTENER, P::EventListenersUpdate)
        .summary("Change an event listener, or switch it on or off.")
        .describe("The event is fixed. Options that are left out stay; a secret is changed by its own operation.")
        .example_at("/api/v2/events/listeners/1", json!({"isEnabled": false}))
        .changed(update);
    routes
        .delete("event-notifications.delete-listener", LISTENER, P::EventListenersDelete)
        .summary("Delete an event listener.")
        .describe("With its deliveries.")
        .deleted(delete);
}

/// Something that is done when an event meets conditions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventListener")]
#[serde(rename_all = "camelCase")]
pub(super) struct ListenerAnswer {
    id: ListenerId,
    /// What users note on it.
    description: Option<String>,
    /// What it waits for.
    event: ListenerEvent,
    /// What holds the conditions against the event.
    handler: ListenerEvent,
    /// What it does.
    workflow: WorkflowName,
    /// The conditions.
    handler_options: Conditions,
    /// What the workflow needs.
    workflow_options: OptionsAnswer,
    /// Whether it acts.
    is_enabled: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

/// What a workflow needs; null where it is for another one.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "WorkflowOptions")]
struct OptionsAnswer {
    /// `SendNotificationWorkflow`: to whom mail goes.
    emails: Option<List<Email>>,
    /// `SendNotificationWorkflow`: the name of its type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `SendWebhookWorkflow`: where events are posted.
    url: Option<String>,
    /// `SendWebhookWorkflow`: the secret that signs them, in the answer to the creation alone.
    secret: Option<String>,
}

impl Resource<Back> for ListenerAnswer {
    const NAME: &'static str = Listener::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn recorded(&self) -> Result<Value, Problem> {
        let mut shown = self.clone();
        shown.workflow_options.secret = shown.workflow_options.secret.map(|_| MASK.to_owned());
        serde_json::to_value(shown).map_err(|error| Problem::internal(error.to_string()))
    }
}

impl From<StoredListener> for ListenerAnswer {
    fn from(StoredListener { id, data, create_time, update_time }: StoredListener) -> Self {
        let workflow = data.workflow.name();
        let workflow_options = match data.workflow {
            Workflow::Notification { emails, kind } => {
                OptionsAnswer { emails: Some(emails), kind: Some(kind), ..OptionsAnswer::default() }
            }
            Workflow::Webhook { url } => OptionsAnswer { url: Some(url), ..OptionsAnswer::default() },
        };
        Self {
            id,
            description: data.description,
            event: data.event,
            handler: data.event,
            workflow,
            handler_options: data.conditions,
            workflow_options,
            is_enabled: data.is_enabled,
            create_time,
            update_time,
        }
    }
}

/// The longest address of a webhook, in characters.
const URL: Text = Text { min: 1, max: 2_000 };

/// A schema with what the value is.
fn about(mut schema: Value, text: &str) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("description".to_owned(), text.into());
    }
    schema
}

fn workflow_schema() -> Value {
    json!({
        "title": "NewWorkflowOptions",
        "type": "object",
        "properties": {
            "emails": about(
                ListOf(Parsed::<Email>::with_format("email")).schema(),
                "SendNotificationWorkflow: to whom mail goes; required.",
            ),
            "type": about(Text::NAME.schema(), "SendNotificationWorkflow: the name of a type of mail; required."),
            "url": about(URL.schema(), "SendWebhookWorkflow: where events are posted; required."),
            "secret": about(
                Text::SHORT.schema(),
                "SendWebhookWorkflow: `whsec_` and the base64 of 24 to 64 bytes; left out, the server makes one.",
            ),
        },
    })
}

/// The options, and the secret that is to sign webhooks.
type SentOptions = (WorkflowOptions, Option<String>);

fn read_workflow(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentOptions> {
    let (mut sent, mut secret) = SentOptions::default();
    let before = faults.len();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let at = format!("{at}.{name}");
        match name.as_str() {
            "emails" => sent.emails = ListOf(Parsed::<Email>::with_format("email")).parse(value, &at, faults),
            "type" => sent.kind = Text::NAME.parse(value, &at, faults),
            "url" => {
                sent.url = URL.parse(value, &at, faults);
                if sent.url.as_deref().is_some_and(|url| !is_address(url)) {
                    faults.push(Fault::sent(at, RequestFault::InvalidValue));
                }
            }
            "secret" => {
                secret = Text::SHORT.parse(value, &at, faults);
                if secret.as_deref().is_some_and(|secret| webhooks::key_of(secret).is_none()) {
                    faults.push(Fault::sent(at, MessagingFault::NotSigningSecret));
                }
            }
            _ => faults.push(Fault::sent(at, RequestFault::UnknownValue)),
        }
    }
    (faults.len() == before).then_some((sent, secret))
}

/// Whether a text is an address of the web, without a user in it. Whether it may be called is seen when it is.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !host.contains('@') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn conditions_schema() -> Value {
    json!({
        "title": "NewConditions",
        "type": "object",
        "properties": {
            "threshold": about(
                Decimal::NonNegative.schema(),
                "AccountBalanceReceived: the balance to which it must fall, in the currency of the service; required.",
            ),
            "destinationPlatformId":
                about(Id::<PlatformId>::of().schema(), "TransferEvent: the platform that the money arrives on; required."),
            "sourcePlatformId":
                about(Id::<PlatformId>::of().schema(), "TransferEvent: the platform that the money comes from."),
            "minAmount": about(
                Decimal::NonNegative.schema(),
                "TransferEvent: the smallest amount, in the currency of the account that it leaves.",
            ),
        },
    })
}

fn read_conditions(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<Conditions> {
    let mut conditions = Conditions::default();
    let before = faults.len();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let at = format!("{at}.{name}");
        match name.as_str() {
            "threshold" => conditions.threshold = Decimal::NonNegative.parse(value, &at, faults),
            "destinationPlatformId" => conditions.destination_platform_id = Id::of().parse(value, &at, faults),
            "sourcePlatformId" => conditions.source_platform_id = Id::of().parse(value, &at, faults),
            "minAmount" => conditions.min_amount = Decimal::NonNegative.parse(value, &at, faults),
            _ => faults.push(Fault::sent(at, RequestFault::UnknownValue)),
        }
    }
    (faults.len() == before).then_some(conditions)
}

/// What is sent of a listener, with the secret that its webhooks shall be signed with.
#[derive(Clone, Debug)]
struct SentListener {
    listener: Listener,
    secret: Option<String>,
}

impl Input<Back> for SentListener {
    type Current = Listener;

    fn read(fields: &mut Fields<'_, Listener>) -> Option<Self> {
        let description = fields.nullable("description", &Text::LONG, |listener| &listener.description);
        let event = fields.fixed("event", &Choice::<ListenerEvent>::of(), |listener| &listener.event);
        let handler = fields.about("The handler of the event's name.").required(
            "handler",
            &Choice::<ListenerEvent>::of(),
            |listener| &listener.event,
        );
        let name = fields.current().map(|listener| listener.workflow.name());
        let workflow = fields.about("What it does.").required_over("workflow", &Choice::of(), name.as_ref());
        let conditions = fields.current().map(|listener| listener.conditions.clone()).unwrap_or_default();
        let conditions =
            fields.or_default("handlerOptions", &Object { schema: conditions_schema, read: read_conditions }, || {
                conditions
            });
        let options = fields.optional("workflowOptions", &Object { schema: workflow_schema, read: read_workflow });
        let is_enabled = fields.or("isEnabled", &Boolean, |listener| &listener.is_enabled, || true);
        let (event, handler) = (event?, handler?);
        if event != handler {
            return fields.fault("handler", MessagingFault::HandlerMismatch.fault());
        }
        let conditions = conditions?;
        let (options, secret) = options?.unwrap_or_default();
        let workflow = Workflow::with_options(
            workflow?,
            options,
            secret.is_some(),
            fields.current().map(|listener| &listener.workflow),
        );
        let faults = workflow.as_ref().err().into_iter().flatten().cloned();
        let faults: Vec<_> = conditions.faults(event).into_iter().chain(faults).collect();
        let found = faults.len();
        for fault in faults {
            fields.check(Some(fault));
        }
        let workflow = workflow.ok().filter(|_| found == 0)?;
        let listener = Listener { description: description?, event, conditions, workflow, is_enabled: is_enabled? };
        Some(Self { listener, secret })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { event: filters.choice("event"), is_enabled: filters.yes_no("isEnabled") }
    }
}

/// The events that listeners wait for, which are the names of their handlers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ListenerEvents(Vec<ListenerEvent>);

/// What listeners can do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct WorkflowNames(Vec<WorkflowName>);

async fn list_events(_: Arc<AppContext>, _: Arc<Call>) -> Result<Answer, Problem> {
    Answer::json(&ListenerEvents(ListenerEvent::ALL.to_vec()))
}

async fn list_workflows(_: Arc<AppContext>, _: Arc<Call>) -> Result<Answer, Problem> {
    Answer::json(&WorkflowNames(WorkflowName::ALL.to_vec()))
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ListenerAnswer>, Problem> {
    Ok(listeners::list(reading.conn, query.filter, &query.paging)?.map(ListenerAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ListenerId,)) -> Result<ListenerAnswer, Problem> {
    Ok(listeners::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentListener>) -> Result<ListenerAnswer, Problem> {
    let SentListener { listener, secret } = body.create()?;
    let secret = match (&listener.workflow, secret) {
        (Workflow::Notification { .. }, _) => None,
        (Workflow::Webhook { .. }, Some(secret)) => Some(secret),
        (Workflow::Webhook { .. }, None) => Some(webhooks::new_secret()?),
    };
    let seal = |secret: &String| writing.context.outbound.secret.seal(secret.as_bytes());
    let sealed = secret.as_ref().map(seal).transpose()?;
    let stored = listeners::insert(writing.tx, &listener, sealed.as_deref())?;
    let mut answer = ListenerAnswer::from(stored);
    answer.workflow_options.secret = secret;
    Ok(answer)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ListenerId,),
    body: &Body<'_, SentListener>,
) -> Result<Change<ListenerAnswer>, Problem> {
    let before = listeners::lock(writing.tx, id)?;
    let SentListener { listener, secret } = body.change(&before.data)?;
    let is_webhook = listener.workflow.name() == WorkflowName::Webhook;
    let needs_secret = is_webhook && !listeners::has_secret(writing.tx.conn, id)?;
    let changed = writing.change_to(before, &listener, listeners::update)?.map(ListenerAnswer::from);
    let Change::Made { before, mut after } = changed else { return Ok(changed) };
    if needs_secret {
        let secret = secret.map_or_else(webhooks::new_secret, Ok)?;
        let sealed = writing.context.outbound.secret.seal(secret.as_bytes())?;
        listeners::rotate_secret(writing.tx, id, &sealed)?;
        after.workflow_options.secret = Some(secret);
    }
    Ok(Change::Made { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ListenerId,)) -> Result<ListenerAnswer, Problem> {
    let listener = listeners::lock(writing.tx, id)?;
    listeners::delete(writing.tx, id)?;
    Ok(listener.into())
}
