use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::{Scope, UserId};
use domain::tickets::{Candidate, Ticket, TicketAuthor, TicketAwaited, TicketDepartmentId, TicketId, TicketStatus};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, folded};

use super::departments;
use super::read::{StoredTicket, get};
use crate::client_scope::{check_not_deleted, sees};
use crate::files::stored::discard;
use crate::identity::users;
use crate::schema::{ticket_attachments, ticket_messages, tickets as table};
use crate::{Error, Tx};

/// Who sees that a ticket was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// Users alone: a note, or who is assigned.
    ForStaff,
    /// The client, too.
    ForAll,
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values {
    status: TicketStatus,
    priority: i64,
    department_id: TicketDepartmentId,
    assignee_id: Option<UserId>,
    last_author: TicketAuthor,
    awaited: Option<TicketAwaited>,
}

impl From<&Ticket> for Values {
    fn from(ticket: &Ticket) -> Self {
        Self {
            status: ticket.status,
            priority: ticket.priority.number(),
            department_id: ticket.department,
            assignee_id: ticket.assignee,
            last_author: ticket.last_author,
            awaited: ticket.awaited(),
        }
    }
}

/// Writes where a ticket stands, and when that was.
pub(super) fn write(tx: &mut Tx<'_>, id: TicketId, ticket: &Ticket, touched: Touched) -> Result<(), Error> {
    let now = tx.now.naive();
    let values = (Values::from(ticket), table::update_time.eq(now));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    match touched {
        Touched::ForStaff => {}
        Touched::ForAll => {
            diesel::update(table::table.find(id)).set(table::client_update_time.eq(now)).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// Writes what a user has changed of a ticket that is held.
///
/// # Errors
/// A refusal where the department does not exist, or the user cannot be assigned; a conflict where the client was removed.
pub fn update(tx: &mut Tx<'_>, scope: &Scope, before: &StoredTicket, after: &Ticket) -> Result<StoredTicket, Error> {
    let department = department_fault(tx, &before.data, after)?;
    let assignee = assignee_fault(tx, before, after)?;
    Refusal::unless_empty(department.into_iter().chain(assignee).collect())?;
    check_not_deleted(tx.conn, before.client.id)?;
    let touched = if after.differs_for_client(&before.data) { Touched::ForAll } else { Touched::ForStaff };
    write(tx, before.id, after, touched)?;
    get(tx.conn, scope, before.id)
}

fn department_fault(tx: &mut Tx<'_>, before: &Ticket, after: &Ticket) -> Result<Option<Fault>, Error> {
    if before.department == after.department {
        return Ok(None);
    }
    match departments::get(tx.conn, after.department) {
        Ok(_) => Ok(None),
        Err(Error::NotFound) => Ok(Some(CommonFault::Unknown.at(Field::Department))),
        Err(error) => Err(error),
    }
}

fn assignee_fault(tx: &mut Tx<'_>, before: &StoredTicket, after: &Ticket) -> Result<Option<Fault>, Error> {
    let Some(assignee) = after.newly_assigned(&before.data) else { return Ok(None) };
    // Deleting a user keeps the row, so the foreign key does not prevent it.
    let user = match users::lock(tx, assignee) {
        Ok(user) => user.data,
        Err(Error::NotFound) => return Ok(Some(CommonFault::Unknown.at(Field::Assignee))),
        Err(error) => return Err(error),
    };
    let rights = users::rights_of(tx.conn, &user)?;
    let sees_client = sees(tx.conn, &rights.scope, before.client.id)?;
    Ok(Candidate { is_active: user.active, rights, sees_client }.fault())
}

/// A deleted user looks after nothing.
pub(crate) fn unassign(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let of_user = table::table.filter(table::assignee_id.eq(user));
    diesel::update(of_user).set(table::assignee_id.eq(None::<UserId>)).execute(tx.conn)?;
    Ok(())
}

/// Closes the tickets of a client who is removed, and held: nobody waits for them any more.
pub(crate) fn end(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let now = tx.now.naive();
    let open = table::table.filter(table::client_id.eq(client)).filter(table::status.eq(TicketStatus::Open));
    let closed = (
        table::status.eq(TicketStatus::Closed),
        table::awaited.eq(None::<TicketAwaited>),
        table::update_time.eq(now),
        table::client_update_time.eq(now),
    );
    diesel::update(open).set(closed).execute(tx.conn)?;
    Ok(())
}

/// Takes all that was written in a client's tickets out of them, notes too, and closes them.
pub(crate) fn erase(tx: &mut Tx<'_>, client: ClientId, placeholder: &str) -> Result<(), Error> {
    end(tx, client)?;
    let of_client = || table::table.filter(table::client_id.eq(client));
    let subject = (table::subject.eq(placeholder), table::subject_key.eq(folded(placeholder)));
    diesel::update(of_client()).set(subject).execute(tx.conn)?;
    let written = || ticket_messages::table.filter(ticket_messages::ticket_id.eq_any(of_client().select(table::id)));
    let text = (ticket_messages::text.eq(placeholder), ticket_messages::text_key.eq(folded(placeholder)));
    diesel::update(written()).set(text).execute(tx.conn)?;
    let attached = || {
        ticket_attachments::table.filter(ticket_attachments::message_id.eq_any(written().select(ticket_messages::id)))
    };
    let files: Vec<FileId> = attached().select(ticket_attachments::file_id).load(tx.conn)?;
    diesel::delete(attached()).execute(tx.conn)?;
    discard(tx, &files)
}
