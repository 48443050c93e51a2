//! Tickets as users work them off.

use domain::clients::ClientId;
use domain::identity::{Permission, UserId};
use domain::tickets::{
    Ticket, TicketAuthor, TicketAwaited, TicketDepartment, TicketId, TicketPriority, TicketStatus, number_of,
};
use domain::value::{Entity, Identified, Localizer, Timestamp};
use http::request::{Choice, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SortKey};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::tickets::{self, Filter, Sort, StoredTicket};
use storage::{Direction, Page};

use crate::Problem;
use crate::answers::tickets::{TicketFieldAnswer, ticket_fields};
use crate::back::clients::brief::ClientBrief;
use crate::back::{Back, Body, Named, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TICKETS: &str = "/api/v2/tickets";
    const TICKET: &str = "/api/v2/tickets/{ticketId}";
    routes
        .get("tickets.list", TICKETS, P::TicketsRead)
        .summary("List clients' tickets.")
        .describe("Those that were touched last come first. `filter[awaiting]=staff` finds the open ones that wait for an answer.")
        .extension()
        .list(list);
    routes
        .get("tickets.get", TICKET, P::TicketsRead)
        .summary("Read a ticket.")
        .describe("A ticket of a client out of the user's sight is 404.")
        .extension()
        .record(get);
    routes
        .put_and_patch("tickets.update", TICKET, P::TicketsUpdate)
        .summary("Assign, move, close or reopen a ticket.")
        .describe(
            "An assignee is an active user who may read tickets and sees the client (422). Whoever is assigned already \
             stays, whatever has become of them since; a deleted user is assigned nothing.",
        )
        .example_at("/api/v2/tickets/1", json!({"priorityId": 3, "assigneeId": 1}))
        .extension()
        .changed(update);
}

/// How soon a ticket is to be answered.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TicketPriorityBrief")]
struct PriorityAnswer {
    /// The id: 1 low, 2 normal, 3 high, 4 urgent.
    id: i64,
    /// The name.
    name: TicketPriority,
}

impl From<TicketPriority> for PriorityAnswer {
    fn from(name: TicketPriority) -> Self {
        Self { id: name.number(), name }
    }
}

/// A client's ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Ticket")]
#[serde(rename_all = "camelCase")]
struct TicketAnswer {
    id: TicketId,
    /// What it is called by when people talk about it.
    number: String,
    /// Whose it is.
    client: ClientBrief,
    /// What it is about.
    subject: String,
    /// Whether it is worked on.
    status: TicketStatus,
    /// How soon it is to be answered.
    priority: PriorityAnswer,
    /// Who answers it.
    department: Identified<TicketDepartment>,
    /// The user who looks after it.
    assignee: Option<Named<UserId>>,
    /// The fields of the form by which clients submit tickets.
    fields: Vec<TicketFieldAnswer>,
    /// Who is to write next; null for a closed ticket.
    awaiting: Option<TicketAwaited>,
    create_time: Timestamp,
    /// When anything of it last changed or was written, notes too.
    update_time: Timestamp,
}

impl From<StoredTicket> for TicketAnswer {
    fn from(stored: StoredTicket) -> Self {
        let fields = ticket_fields(&stored.department.data, stored.data.priority);
        Self {
            id: stored.id,
            number: number_of(stored.id),
            client: stored.client.into(),
            subject: stored.subject,
            status: stored.data.status,
            priority: stored.data.priority.into(),
            department: stored.department,
            assignee: stored.data.assignee.zip(stored.assignee_name).map(|(id, name)| Named { id, name }),
            fields,
            awaiting: stored.data.awaited(),
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Resource<Back> for TicketAnswer {
    const NAME: &'static str = Ticket::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client.id())
    }

    /// Neither the client nor what they wrote: both can be removed.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "id": self.id, "clientId": self.client.id(), "status": self.status, "priorityId": self.priority.id,
            "departmentId": self.department.id, "assigneeId": self.assignee.as_ref().map(|assignee| assignee.id),
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.client.localize(localizer);
        self.department.data.localize(localizer);
        self.fields = ticket_fields(&self.department.data, self.priority.name);
    }

    fn mask(&mut self) {
        self.client.mask();
    }
}

impl Input<Back> for Ticket {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let (lowest, highest) = (TicketPriority::Low.number(), TicketPriority::Urgent.number());
        let current = fields.current().copied();
        let status = fields.or("status", &Choice::of(), |ticket| &ticket.status, || TicketStatus::Open);
        let department = fields.about("The department that answers it from now on.");
        let department = department.required("departmentId", &Id::of(), |ticket| &ticket.department);
        let priority = fields.about("How soon it is to be answered: 1 low, 2 normal, 3 high, 4 urgent.");
        let priority = priority.or_default("priorityId", &Integer { min: lowest, max: highest }, || {
            current.map_or(TicketPriority::Normal, |ticket| ticket.priority).number()
        });
        let assignee = fields.about("The user who looks after it; null for nobody.");
        let assignee = assignee.nullable("assigneeId", &Id::of(), |ticket| &ticket.assignee);
        Some(Self {
            status: status?,
            priority: TicketPriority::of_number(priority?)?,
            department: department?,
            assignee: assignee?,
            last_author: current.map_or(TicketAuthor::Client, |ticket| ticket.last_author),
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            status: filters.choice("status"),
            department: filters.id("departmentId"),
            priority: filters.id("priorityId"),
            assignee: filters.id("assigneeId"),
            subject: filters.text("subject"),
            awaited: filters.choice("awaiting"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("updateTime", Self::UpdateTime), ("createTime", Self::CreateTime), ("priority", Self::Priority)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<TicketAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(tickets::list(reading.conn, scope, &query.filter, &query.paging)?.map(TicketAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TicketId,)) -> Result<TicketAnswer, Problem> {
    Ok(tickets::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (TicketId,),
    body: &Body<'_, Ticket>,
) -> Result<Change<TicketAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = tickets::lock(writing.tx, scope, id)?;
    let change = writing.change(before, body, |tx, before, after| tickets::update(tx, scope, before, after))?;
    Ok(change.map(TicketAnswer::from))
}
