//! What mails are sent for.

use diesel::prelude::*;
use domain::messaging::{NotificationType, NotificationTypeId};
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::notification_types::{self as table, BoxedQuery};
use crate::schema::{event_listeners, event_notifications, notification_templates, products};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the caption.
    pub caption: Option<String>,
    /// Whether mails of it are sent.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Name,
    CreateTime,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    caption_key: String,
    is_enabled: bool,
}

fn row(kind: &NotificationType) -> Row<'_> {
    Row {
        name: &kind.name,
        name_key: folded(&kind.name),
        caption: &kind.caption,
        caption_key: folded(&kind.caption),
        is_enabled: kind.is_enabled,
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::name, table::caption, table::is_enabled), table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Types, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<NotificationType>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Name => ordered!(query, paging.direction, table::name, table::id),
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: NotificationTypeId) -> Result<Record<NotificationType>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a type until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: NotificationTypeId) -> Result<Record<NotificationType>, Error> {
    tx.lock("notification_types", id)?;
    get(tx.conn, id)
}

/// Holds the type of this very name, so that it is neither deleted nor renamed; answers whether there is one.
pub(super) fn hold(tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
    let id: Option<NotificationTypeId> =
        table::table.filter(table::name.eq(name)).select(table::id).first(tx.conn).optional()?;
    let Some(id) = id else { return Ok(false) };
    tx.hold("notification_types", &[id])?;
    Ok(true)
}

/// Adds a type.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, kind: &NotificationType) -> Result<Record<NotificationType>, Error> {
    let same = table::table.filter(table::name_key.eq(folded(&kind.name)));
    // A refused insert would leave a gap in the ids of PostgreSQL.
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Name).into());
    }
    let values = (row(kind), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a type.
///
/// # Errors
/// A refusal where its name is taken, or is one that mails are sent by.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<NotificationType>,
    after: &NotificationType,
) -> Result<Record<NotificationType>, Error> {
    before.data.check_change(after)?;
    if before.data.name != after.name {
        tx.lock_to_delete("notification_types", before.id)?;
        if is_named(tx.conn, &before.data.name)? {
            return Err(CommonFault::InUse.at(Field::Name).conflict().into());
        }
    }
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a type.
///
/// # Errors
/// A conflict where mails are sent by it, or something names it.
pub fn delete(tx: &mut Tx<'_>, id: NotificationTypeId) -> Result<Record<NotificationType>, Error> {
    tx.lock_to_delete("notification_types", id)?;
    let before = get(tx.conn, id)?;
    let templates = notification_templates::table.filter(notification_templates::type_id.eq(id));
    let has_templates: bool = diesel::select(diesel::dsl::exists(templates)).get_result(tx.conn)?;
    before.data.check_deletable(has_templates || is_named(tx.conn, &before.data.name)?)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(before)
}

/// Whether a product, a listener or a user's notification sends by this name.
fn is_named(conn: &mut DbConnection, name: &str) -> Result<bool, Error> {
    use diesel::dsl::exists;
    let quoted = serde_json::to_string(name)?;
    let holding = |text: String| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let of_products = products::table.filter(products::mail_template.eq(name));
    let of_listeners = event_listeners::table
        .filter(event_listeners::workflow.like(holding(format!("\"kind\":{quoted}"))).escape('\\'));
    let of_users = event_notifications::table
        .filter(event_notifications::templates.like(holding(format!(":{quoted}"))).escape('\\'));
    let is_named = diesel::select(exists(of_products).or(exists(of_listeners)).or(exists(of_users)));
    Ok(is_named.get_result(conn)?)
}
