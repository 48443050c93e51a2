//! The tickets of a client.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::files::FileUse;
use domain::tickets::{
    SentField, Ticket, TicketDepartment, TicketForm, TicketId, TicketPriority, TicketSearch, TicketStatus, number_of,
};
use domain::value::{Entity, Identified, Localizer, Timestamp};
use http::request::{Fields, FilterSet, Filters, Id, Input, Integer, Kind as _, ListOf, ListQuery, Object, Text};
use http::routes::{Change, Resource, Upload};
use http::{Fault, FilePart, RequestFault, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::identity::system_logs::Category;
use storage::tickets::messages::Attached;
use storage::tickets::own::{self, NewTicket, OwnTicket, Search};
use storage::{ByTime, Page, Tx};

use crate::answers::tickets::{
    ATTACHMENTS, MAX_MESSAGE_BYTES, MESSAGE_TEXT, TicketFieldAnswer, attached, ticket_fields,
};
use crate::context::AppContext;
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::{Problem, uploads};

pub(super) fn routes(routes: &mut Routes) {
    const TICKETS: &str = "/api/v2/my/tickets";
    const TICKET: &str = "/api/v2/my/tickets/{ticketId}";
    let upload = Upload { files: ATTACHMENTS, max_bytes: MAX_MESSAGE_BYTES, takes_json: true, open };
    routes
        .get("my.tickets.list", TICKETS, Requirement::SignedIn)
        .summary("List the client's tickets.")
        .describe("The newest come first. `filter[type]` says where to look for `filter[typeValue]`: in the subject by default.")
        .list(list);
    routes
        .get("my.tickets.get", TICKET, Requirement::SignedIn)
        .summary("Read one ticket.")
        .describe("The texts of the department are in the client's language.")
        .record(get);
    routes
        .post("my.tickets.create", TICKETS, Requirement::SignedIn)
        .summary("Submit a ticket.")
        .describe(
            "Department and priority are sent by themselves or as fields of the form. Where neither is, the oldest \
             department gets the ticket, and its priority is normal. Files come in a form: five at most, of 10 MiB each, \
             anything but programs; `fields` is a part of the type `application/json` there.",
        )
        .example(json!({"subject": "A question", "text": "When is my deposit credited?", "departmentId": 1}))
        .uploads(upload)
        .created(create);
    routes
        .post("my.tickets.close", "/api/v2/my/tickets/{ticketId}/close", Requirement::SignedIn)
        .summary("Close a ticket.")
        .describe("A closed one is refused (409).")
        .changed(close);
    routes
        .post("my.tickets.reopen", "/api/v2/my/tickets/{ticketId}/reopen", Requirement::SignedIn)
        .summary("Open a closed ticket again.")
        .describe("An open one is refused (409).")
        .changed(reopen);
}

/// A ticket of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTicket")]
#[serde(rename_all = "camelCase")]
struct TicketAnswer {
    id: TicketId,
    /// What it is called by when people talk about it.
    number: String,
    /// What it is about.
    subject: String,
    /// Whether messages can be sent.
    status: TicketStatus,
    /// How soon it is to be answered.
    priority: TicketPriority,
    /// Who answers it.
    department: String,
    /// The fields of the form, with what the ticket has in them.
    fields: Vec<TicketFieldAnswer>,
    create_time: Timestamp,
    /// When something of it last changed or was written.
    update_time: Timestamp,
    #[serde(skip)]
    client: ClientId,
    #[serde(skip)]
    answered_by: Identified<TicketDepartment>,
}

impl TicketAnswer {
    fn new(client: ClientId, stored: OwnTicket) -> Self {
        Self {
            id: stored.id,
            number: number_of(stored.id),
            subject: stored.subject,
            status: stored.status,
            priority: stored.priority,
            department: stored.department.data.name.clone(),
            fields: ticket_fields(&stored.department.data, stored.priority),
            create_time: stored.create_time,
            update_time: stored.update_time,
            client,
            answered_by: stored.department,
        }
    }
}

impl Resource<Front> for TicketAnswer {
    const NAME: &'static str = Ticket::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }

    /// Not what was written, which is removed with the client's data.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "id": self.id, "clientId": self.client, "status": self.status, "priorityId": self.priority.number(),
            "departmentId": self.answered_by.id,
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.answered_by.data.localize(localizer);
        self.department.clone_from(&self.answered_by.data.name);
        self.fields = ticket_fields(&self.answered_by.data, self.priority);
    }
}

/// What a client looks for.
struct Filter(Option<Search>);

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        let place = filters.choice("type").unwrap_or(TicketSearch::Subject);
        let search = |text| match place {
            TicketSearch::Subject => Search::Subject(text),
            TicketSearch::MessageText => Search::MessageText(text),
        };
        Self(filters.text("typeValue").map(search))
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<TicketAnswer>, Problem> {
    let client = reading.caller.client();
    let page = own::list(reading.conn, client, query.filter.0.as_ref(), &query.paging)?;
    Ok(page.map(|ticket| TicketAnswer::new(client, ticket)))
}

fn get(reading: &mut Reading<'_>, (id,): (TicketId,)) -> Result<TicketAnswer, Problem> {
    let client = reading.caller.client();
    Ok(TicketAnswer::new(client, own::get(reading.conn, client, id)?))
}

fn open(context: &Arc<AppContext>, _: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    uploads::open(context, part.field, FileUse::TicketAttachment)
}

/// A ticket as it is sent.
struct SentTicket {
    subject: String,
    text: String,
    form: TicketForm,
}

const FIELD_ID: Integer = Integer::FROM_ONE;
const FIELD_VALUE: Text = Text::SHORT;

const SENT_FIELD: Object<SentField> = Object { schema: field_schema, read: read_field };

fn field_schema() -> Value {
    json!({
        "title": "NewTicketField",
        "type": "object",
        "properties": {
            "id": FIELD_ID.described("The id of the field."),
            "value": FIELD_VALUE.described("The id of the option that is chosen; empty for none."),
        },
        "required": ["id"],
    })
}

fn read_field(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentField> {
    let id = if let Some(id) = object.get("id") {
        FIELD_ID.parse(id, &format!("{at}.id"), faults)
    } else {
        faults.push(Fault::sent(format!("{at}.id"), RequestFault::Required));
        None
    };
    let value = match object.get("value") {
        // An option's id may come as a number, too.
        Some(Value::Number(number)) => Some(Some(number.to_string())),
        Some(Value::Null) | None => Some(None),
        Some(value) => FIELD_VALUE.parse(value, &format!("{at}.value"), faults).map(Some),
    };
    Some(SentField { id: id?, value: value? })
}

impl Input<Front> for SentTicket {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyTicket");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let (lowest, highest) = (TicketPriority::Low.number(), TicketPriority::Urgent.number());
        let subject = fields.needed("subject", &Text::NAME);
        let text = fields.about("The first message.").needed("text", &MESSAGE_TEXT);
        let department = fields.about("Who is to answer it.").nullable_new("departmentId", &Id::of());
        let priority = fields.about("How soon it is to be answered: 1 low, 2 normal, 3 high, 4 urgent.");
        let priority = priority.nullable_new("priorityId", &Integer { min: lowest, max: highest });
        let chosen = fields.about("What was chosen in the form.").optional("fields", &ListOf(SENT_FIELD));
        let form = TicketForm {
            department: department?,
            priority: priority?.and_then(TicketPriority::of_number),
            fields: chosen?.map(|fields| fields.to_vec()).unwrap_or_default(),
        };
        Some(Self { subject: subject?, text: text?, form })
    }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentTicket>) -> Result<TicketAnswer, Problem> {
    let client = writing.caller.client();
    let SentTicket { subject, text, form } = body.create()?;
    let files: Vec<Attached> = writing.call.files().iter().map(attached).collect::<Result<_, _>>()?;
    let new = NewTicket { subject: &subject, text: &text, form: &form, files: &files };
    Ok(TicketAnswer::new(client, own::submit(writing.tx, client, &new)?))
}

/// A body that says nothing.
struct Nothing;

impl Input<Front> for Nothing {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}

fn step(
    writing: &mut Writing<'_, '_>,
    id: TicketId,
    body: &Body<'_, Nothing>,
    take: fn(&mut Tx<'_>, ClientId, TicketId) -> Result<OwnTicket, storage::Error>,
) -> Result<Change<TicketAnswer>, Problem> {
    let client = writing.caller.client();
    let before = own::get(writing.tx.conn, client, id)?;
    body.create()?;
    let after = take(writing.tx, client, id)?;
    let (before, after) = (TicketAnswer::new(client, before), TicketAnswer::new(client, after));
    Ok(Change::Made { before, after })
}

fn close(
    writing: &mut Writing<'_, '_>,
    (id,): (TicketId,),
    body: &Body<'_, Nothing>,
) -> Result<Change<TicketAnswer>, Problem> {
    step(writing, id, body, own::close)
}

fn reopen(
    writing: &mut Writing<'_, '_>,
    (id,): (TicketId,),
    body: &Body<'_, Nothing>,
) -> Result<Change<TicketAnswer>, Problem> {
    step(writing, id, body, own::reopen)
}
