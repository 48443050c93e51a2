//! The steps by which users resolve notifications.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::antifraud::{AntifraudProcedureType, Procedure, ProcedureId};
use domain::identity::UserId;
use domain::value::{self, Email, Field, Refusal, Set, Timestamp, folded};

use super::people;
use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::antifraud_procedures::{self as table, BoxedQuery};
use crate::schema::{antifraud_procedure_users as members, users};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// A step as it is stored, with the addresses of the users in charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProcedure {
    /// Its id.
    pub id: ProcedureId,
    /// What can be set.
    pub data: Procedure,
    /// The addresses of the users in charge, in the order of their ids.
    pub emails: Vec<String>,
    /// When it was made.
    pub create_time: Timestamp,
}

impl value::Stored for StoredProcedure {
    type Data = Procedure;

    fn data(&self) -> &Procedure {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// This step.
    pub id: Option<ProcedureId>,
    /// With this in the caption.
    pub caption: Option<String>,
    /// At this place.
    pub priority: Option<i64>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    kind: AntifraudProcedureType,
    caption: &'a str,
    caption_key: String,
    priority: i64,
}

fn row(procedure: &Procedure) -> Row<'_> {
    let Procedure { kind, caption, priority, .. } = procedure;
    Row { kind: *kind, caption, caption_key: folded(caption), priority: *priority }
}

type Columns = (ProcedureId, AntifraudProcedureType, String, i64, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::kind, table::caption, table::priority, table::create_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    if let Some(priority) = filter.priority {
        query = query.filter(table::priority.eq(priority));
    }
    query
}

/// Steps, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredProcedure>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: with_users(conn, rows)? })
}

fn with_users(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredProcedure>, Error> {
    let ids: Vec<ProcedureId> = rows.iter().map(|(id, ..)| *id).collect();
    let query = members::table.inner_join(users::table).filter(one_of(members::procedure_id, &ids));
    let query =
        query.order((members::procedure_id, users::id)).select((members::procedure_id, users::id, users::email));
    let of_procedures: Vec<(ProcedureId, UserId, String)> = on_each!(conn, conn => query.load(conn))?;
    let mut by_procedure: HashMap<ProcedureId, Vec<(UserId, String)>> = HashMap::new();
    for (procedure, user, email) in of_procedures {
        by_procedure.entry(procedure).or_default().push((user, email));
    }
    let stored = |(id, kind, caption, priority, create_time): Columns| {
        let in_charge = by_procedure.remove(&id).unwrap_or_default();
        let users = in_charge.iter().map(|(user, _)| *user).collect();
        let emails = in_charge.into_iter().map(|(_, email)| email).collect();
        StoredProcedure { id, data: Procedure { kind, caption, users, priority }, emails, create_time }
    };
    Ok(rows.into_iter().map(stored).collect())
}

/// One step.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ProcedureId) -> Result<StoredProcedure, Error> {
    let row: Columns = table::table.find(id).select(columns()).first(conn)?;
    with_users(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Locks a step until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ProcedureId) -> Result<StoredProcedure, Error> {
    tx.lock("antifraud_procedures", id)?;
    get(tx.conn, id)
}

/// The users of the addresses that a body names, who are held.
///
/// # Errors
/// A refusal with each address that is none of a user.
pub fn in_charge(tx: &mut Tx<'_>, emails: &[Email]) -> Result<Set<UserId>, Error> {
    let named: Vec<_> = emails.iter().enumerate().map(|(place, email)| (Field::Emails.entry(place), email)).collect();
    let (known, faults) = people::of_addresses(tx, &named)?;
    Refusal::unless_empty(faults)?;
    Ok(people::chosen(&known, emails))
}

/// The place of a new step of a type, after all others.
pub fn next_priority(conn: &mut DbConnection, kind: AntifraudProcedureType) -> Result<i64, Error> {
    let last = table::table.filter(table::kind.eq(kind)).order(table::priority.desc()).select(table::priority);
    Ok(Procedure::next_priority(last.first(conn).optional()?))
}

/// Adds a step, whose users are held.
pub fn insert(tx: &mut Tx<'_>, procedure: &Procedure) -> Result<StoredProcedure, Error> {
    let values = (row(procedure), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    set_users(tx, id, &procedure.users)?;
    get(tx.conn, id)
}

/// Writes what can be set of a step, whose users are held.
pub fn update(tx: &mut Tx<'_>, before: &StoredProcedure, after: &Procedure) -> Result<StoredProcedure, Error> {
    diesel::update(table::table.find(before.id)).set(row(after)).execute(tx.conn)?;
    if before.data.users != after.users {
        set_users(tx, before.id, &after.users)?;
    }
    get(tx.conn, before.id)
}

fn set_users(tx: &mut Tx<'_>, procedure: ProcedureId, wanted: &Set<UserId>) -> Result<(), Error> {
    diesel::delete(members::table.filter(members::procedure_id.eq(procedure))).execute(tx.conn)?;
    for user in wanted.iter() {
        let values = (members::procedure_id.eq(procedure), members::user_id.eq(*user));
        diesel::insert_into(members::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// Deletes a step, and answers what it was. Notifications keep their copies.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: ProcedureId) -> Result<StoredProcedure, Error> {
    let procedure = lock(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(procedure)
}

/// What is to be done for a type, in its order.
pub(super) fn captions(conn: &mut DbConnection, kind: AntifraudProcedureType) -> Result<Vec<String>, Error> {
    let of_kind = table::table.filter(table::kind.eq(kind)).order((table::priority, table::id));
    Ok(of_kind.select(table::caption).load(conn)?)
}
