//! The departments of the help desk.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::tickets::{TicketDepartment, TicketDepartmentId};
use domain::value::{CommonFault, FaultCode as _, Field, Identified, LocalizedText, Refusal, folded};

use crate::paging::ordered;
use crate::schema::{ticket_departments as table, tickets};
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// The advisory lock of PostgreSQL under which departments are deleted one after the other, so that one is left.
const DELETION_LOCK: i64 = 7_305_806_834;

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Name,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    resources: String,
}

fn row(department: &TicketDepartment) -> Result<Row<'_>, Error> {
    let TicketDepartment { name, resources } = department;
    Ok(Row { name, name_key: folded(name), resources: json(resources)? })
}

/// What [`Identified`] reads.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    (table::id, (table::name, table::resources))
}

/// Departments, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<Sort>) -> Result<Page<Identified<TicketDepartment>>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Name => ordered!(query, paging.direction, table::name_key, table::id),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// All departments, the oldest first: what clients choose from.
pub fn all(conn: &mut DbConnection) -> Result<Vec<Identified<TicketDepartment>>, Error> {
    Ok(table::table.order(table::id).select(columns()).load(conn)?)
}

/// One department.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: TicketDepartmentId) -> Result<Identified<TicketDepartment>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a department until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: TicketDepartmentId) -> Result<Identified<TicketDepartment>, Error> {
    tx.lock("ticket_departments", id)?;
    get(tx.conn, id)
}

/// The name must be free.
fn check_free(conn: &mut DbConnection, department: &TicketDepartment) -> Result<(), Error> {
    let same = table::table.filter(table::name_key.eq(folded(&department.name)));
    let is_taken: bool = diesel::select(exists(same)).get_result(conn)?;
    if is_taken { Err(Refusal::taken(Field::Name).into()) } else { Ok(()) }
}

/// Adds a department.
///
/// # Errors
/// A conflict where its name is taken.
pub fn insert(tx: &mut Tx<'_>, department: &TicketDepartment) -> Result<Identified<TicketDepartment>, Error> {
    check_free(tx.conn, department)?;
    let id = diesel::insert_into(table::table).values(row(department)?).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a department.
///
/// # Errors
/// A conflict where its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<TicketDepartment>,
    after: &TicketDepartment,
) -> Result<Identified<TicketDepartment>, Error> {
    let updated = diesel::update(table::table.find(before.id)).set(row(after)?).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a department without tickets, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it has tickets or is the last one.
pub fn delete(tx: &mut Tx<'_>, id: TicketDepartmentId) -> Result<Identified<TicketDepartment>, Error> {
    tx.conn.wait_lock(DELETION_LOCK)?;
    tx.lock_to_delete("ticket_departments", id)?;
    let department = get(tx.conn, id)?;
    let others = table::table.filter(table::id.ne(id));
    let has_others: bool = diesel::select(exists(others)).get_result(tx.conn)?;
    let of_department = tickets::table.filter(tickets::department_id.eq(id));
    let has_tickets: bool = diesel::select(exists(of_department)).get_result(tx.conn)?;
    TicketDepartment::check_deletable(!has_others, has_tickets)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(department)
}

/// Adds the department that is there from the start, where there is none.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    if diesel::select(exists(table::table.select(table::id))).get_result(tx.conn)? {
        return Ok(());
    }
    let spanish = LocalizedText { key: "name".into(), locale: "es_ES".into(), value: "Soporte".into() };
    let first = TicketDepartment { name: TicketDepartment::FIRST.into(), resources: vec![spanish].into() };
    insert(tx, &first).map(drop)
}
