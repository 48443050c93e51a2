use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::tickets::{
    Ticket, TicketAuthor, TicketAwaited, TicketDepartment, TicketDepartmentId, TicketId, TicketPriority, TicketStatus,
};
use domain::value::{self, Identified, Timestamp};

use crate::client_scope::visible;
use crate::clients::profiles::{self, StoredClient};
use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::tickets::{self as table, BoxedQuery};
use crate::schema::{ticket_departments, users};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// A ticket as it is stored, with what users see of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTicket {
    /// Its id.
    pub id: TicketId,
    /// Whose it is.
    pub client: StoredClient,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub data: Ticket,
    /// Who answers it.
    pub department: Identified<TicketDepartment>,
    /// The name of the user who looks after it.
    pub assignee_name: Option<String>,
    /// When it was submitted.
    pub create_time: Timestamp,
    /// When anything of it last changed, or was written.
    pub update_time: Timestamp,
}

impl value::Stored for StoredTicket {
    type Data = Ticket;

    fn data(&self) -> &Ticket {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this status.
    pub status: Option<TicketStatus>,
    /// Of this department.
    pub department: Option<TicketDepartmentId>,
    /// Of the priority of this number.
    pub priority: Option<i64>,
    /// That this user looks after.
    pub assignee: Option<UserId>,
    /// With this in the subject.
    pub subject: Option<String>,
    /// In which this side is to write next.
    pub awaited: Option<TicketAwaited>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    UpdateTime,
    CreateTime,
    Priority,
}

#[derive(Queryable)]
struct Row {
    id: TicketId,
    client: ClientId,
    subject: String,
    status: TicketStatus,
    priority: i64,
    department: Identified<TicketDepartment>,
    assignee: Option<UserId>,
    assignee_name: Option<String>,
    last_author: TicketAuthor,
    create_time: Timestamp,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    let department = (ticket_departments::id, (ticket_departments::name, ticket_departments::resources));
    (
        table::id,
        table::client_id,
        table::subject,
        table::status,
        table::priority,
        department,
        table::assignee_id,
        users::name.nullable(),
        table::last_author,
        table::create_time,
        table::update_time,
    )
}

/// Tickets with all that [`Row`] reads of them.
#[diesel::dsl::auto_type(no_type_alias)]
fn rows() -> _ {
    table::table.inner_join(ticket_departments::table).left_join(users::table).select(columns())
}

/// The priority of a number that was stored.
pub(super) fn priority_of(number: i64) -> Result<TicketPriority, Error> {
    TicketPriority::of_number(number).ok_or_else(|| Error::Broken(format!("a ticket has the priority {number}")))
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(department) = filter.department {
        query = query.filter(table::department_id.eq(department));
    }
    if let Some(priority) = filter.priority {
        query = query.filter(table::priority.eq(priority));
    }
    if let Some(assignee) = filter.assignee {
        query = query.filter(table::assignee_id.eq(assignee));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(table::subject_key.like(part_of(subject)).escape('\\'));
    }
    if let Some(awaited) = filter.awaited {
        query = query.filter(table::awaited.eq(awaited));
    }
    query
}

/// Tickets of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredTicket>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    // The ids of the page first: what is skipped is not read.
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = match paging.sort {
        Sort::UpdateTime => ordered!(page, paging.direction, table::update_time, table::id),
        Sort::CreateTime => ordered!(page, paging.direction, table::create_time, table::id),
        Sort::Priority => ordered!(page, paging.direction, table::priority, table::id),
    };
    let ids: Vec<TicketId> = page.select(table::id).load(conn)?;
    let query = rows().filter(one_of(table::id, &ids));
    let found: Vec<Row> = on_each!(&mut *conn, conn => query.load(conn))?;
    let mut all: HashMap<TicketId, StoredTicket> =
        assembled(conn, scope, found)?.into_iter().map(|ticket| (ticket.id, ticket)).collect();
    Ok(Page { total, data: ids.iter().filter_map(|id| all.remove(id)).collect() })
}

/// Whose ticket it is, if the scope reaches them.
pub(super) fn client_of(conn: &mut DbConnection, scope: &Scope, id: TicketId) -> Result<ClientId, Error> {
    let seen = filtered(scope, &Filter::default()).filter(table::id.eq(id));
    Ok(seen.select(table::client_id).first(conn)?)
}

/// Whether there is such a ticket in scope.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_visible(conn: &mut DbConnection, scope: &Scope, id: TicketId) -> Result<(), Error> {
    client_of(conn, scope, id).map(drop)
}

/// One ticket.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: TicketId) -> Result<StoredTicket, Error> {
    check_visible(conn, scope, id)?;
    let row: Row = rows().filter(table::id.eq(id)).first(conn)?;
    assembled(conn, scope, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Holds a ticket until the transaction ends, with its client, who is not removed meanwhile, and reads it then.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: TicketId) -> Result<StoredTicket, Error> {
    let client = client_of(tx.conn, scope, id)?;
    // The client first, as their removal does.
    tx.hold("clients", &[client])?;
    tx.lock("tickets", id)?;
    get(tx.conn, scope, id)
}

/// Puts tickets together with their clients, each of whom is read once.
fn assembled(conn: &mut DbConnection, scope: &Scope, rows: Vec<Row>) -> Result<Vec<StoredTicket>, Error> {
    let mut clients: Vec<ClientId> = rows.iter().map(|row| row.client).collect();
    clients.sort_unstable();
    clients.dedup();
    let clients = profiles::by_ids(conn, scope, &clients)?;
    let ticket = |row: Row| {
        let client = clients.get(&row.client).cloned();
        let data = Ticket {
            status: row.status,
            priority: priority_of(row.priority)?,
            department: row.department.id,
            assignee: row.assignee,
            last_author: row.last_author,
        };
        Ok(StoredTicket {
            id: row.id,
            client: client.ok_or_else(|| Error::Broken(format!("ticket {} has no client", row.id)))?,
            subject: row.subject,
            data,
            department: row.department,
            assignee_name: row.assignee_name,
            create_time: row.create_time,
            update_time: row.update_time,
        })
    };
    rows.into_iter().map(ticket).collect()
}
