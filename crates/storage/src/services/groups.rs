//! Groups of paid services.

use diesel::prelude::*;
use domain::services::{PaidServiceGroup, ServiceGroupId, ServiceId, ServicesFault};
use domain::value::{Identified, folded};

use super::in_use;
use crate::connection::MultiBackend;
use crate::schema::paid_service_groups::{self as table, BoxedQuery};
use crate::schema::paid_services;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the caption.
    pub caption: Option<String>,
    /// With this in the comment.
    pub comment: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::caption, table::comment))
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    if let Some(comment) = &filter.comment {
        query = query.filter(table::comment_key.like(part_of(comment)).escape('\\'));
    }
    query
}

/// Groups, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ById>,
) -> Result<Page<Identified<PaidServiceGroup>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ServiceGroupId) -> Result<Identified<PaidServiceGroup>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a group until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ServiceGroupId) -> Result<Identified<PaidServiceGroup>, Error> {
    tx.lock("paid_service_groups", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    caption: &'a str,
    caption_key: String,
    comment: Option<&'a str>,
    comment_key: Option<String>,
}

fn row(group: &PaidServiceGroup) -> Row<'_> {
    Row {
        caption: &group.caption,
        caption_key: folded(&group.caption),
        comment: group.comment.as_deref(),
        comment_key: group.comment.as_deref().map(folded),
    }
}

/// Adds a group.
pub fn insert(tx: &mut Tx<'_>, group: &PaidServiceGroup) -> Result<Identified<PaidServiceGroup>, Error> {
    let id = diesel::insert_into(table::table).values(row(group)).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a group.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<PaidServiceGroup>,
    after: &PaidServiceGroup,
) -> Result<Identified<PaidServiceGroup>, Error> {
    diesel::update(table::table.find(before.id)).set(row(after)).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a group without services.
///
/// # Errors
/// A conflict that lists its services.
pub fn delete(tx: &mut Tx<'_>, id: ServiceGroupId) -> Result<(), Error> {
    let of_group = paid_services::table.filter(paid_services::group_id.eq(id)).order(paid_services::id);
    let used: Vec<ServiceId> = of_group.select(paid_services::id).limit(in_use::MAX_SOUGHT).load(tx.conn)?;
    if let Some(fault) = in_use::fault(ServicesFault::GroupHasServices, &used) {
        return Err(fault.conflict().into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
