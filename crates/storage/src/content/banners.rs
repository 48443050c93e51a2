//! Banners.

use diesel::prelude::*;
use domain::content::{Banner, BannerContent, BannerId, BannerType};
use domain::identity::UserId;
use domain::value::{List, LocalizedText, Refusal, Stored, Timestamp};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::banners::{self as table, BoxedQuery};
use crate::schema::users;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A banner as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBanner {
    /// Its id.
    pub id: BannerId,
    /// What can be set.
    pub data: Banner,
    /// The address of the user who made it.
    pub created_by: String,
    /// When it was made.
    pub create_time: Timestamp,
}

impl Stored for StoredBanner {
    type Data = Banner;

    fn data(&self) -> &Banner {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Shown or not.
    pub is_enabled: Option<bool>,
    /// Shown there.
    pub kind: Option<BannerType>,
    /// On the page of this address.
    pub url: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Priority,
}

/// A banner as its row keeps it, and the address of its creator.
#[derive(Queryable)]
struct Columns {
    id: BannerId,
    kind: BannerType,
    url: String,
    is_enabled: bool,
    priority: i64,
    content: String,
    data: Option<String>,
    resources: List<LocalizedText>,
    create_time: Timestamp,
    created_by: String,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::kind,
        table::url,
        table::is_enabled,
        table::priority,
        table::content,
        table::data,
        table::resources,
        table::create_time,
        users::email,
    )
}

fn stored(row: Columns) -> Result<StoredBanner, Error> {
    let content: BannerContent = serde_json::from_str(&row.content)?;
    let layout = row.data.as_deref().map(serde_json::from_str).transpose()?;
    let data = Banner {
        kind: row.kind,
        url: row.url,
        is_enabled: row.is_enabled,
        priority: row.priority,
        content,
        data: layout,
        resources: row.resources,
    };
    Ok(StoredBanner { id: row.id, data, created_by: row.created_by, create_time: row.create_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(url) = &filter.url {
        query = query.filter(table::url.eq(url.clone()));
    }
    query
}

/// What clients are shown of it, whatever they ask for.
fn shown(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    filtered(filter).filter(table::is_enabled.eq(true))
}

/// Banners, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<StoredBanner>, Error> {
    page(conn, || filtered(filter), paging)
}

/// The banners that clients are shown, a page of them.
pub fn list_shown(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredBanner>, Error> {
    page(conn, || shown(filter), paging)
}

fn page(
    conn: &mut DbConnection,
    matching: impl Fn() -> BoxedQuery<'static, MultiBackend>,
    paging: &Paging<Sort>,
) -> Result<Page<StoredBanner>, Error> {
    let total = paging.total(|| matching().count().get_result(conn))?;
    let query = matching().limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, direction) => ordered!(query, direction, table::create_time, table::id),
        // As clients are shown them: the newer first where equal.
        (Sort::Priority, Direction::Ascending) => query.order((table::priority.asc(), table::id.desc())),
        (Sort::Priority, Direction::Descending) => query.order((table::priority.desc(), table::id.asc())),
    };
    let ids: Vec<BannerId> = query.select(table::id).load(conn)?;
    let rows: Vec<Columns> =
        table::table.inner_join(users::table).filter(table::id.eq_any(ids.clone())).select(columns()).load(conn)?;
    let mut found: Vec<StoredBanner> = rows.into_iter().map(stored).collect::<Result<_, _>>()?;
    found.sort_by_key(|banner| ids.iter().position(|id| *id == banner.id));
    Ok(Page { total, data: found })
}

/// One banner.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: BannerId) -> Result<StoredBanner, Error> {
    stored(table::table.inner_join(users::table).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// One banner that clients are shown.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled.
pub fn get_shown(conn: &mut DbConnection, id: BannerId) -> Result<StoredBanner, Error> {
    let banner = get(conn, id)?;
    if banner.data.is_enabled { Ok(banner) } else { Err(Error::NotFound) }
}

/// Locks a banner until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: BannerId) -> Result<StoredBanner, Error> {
    tx.lock("banners", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    kind: BannerType,
    url: &'a str,
    is_enabled: bool,
    priority: i64,
    content: String,
    data: Option<String>,
    resources: String,
}

fn row(banner: &Banner) -> Result<Row<'_>, Error> {
    Refusal::unless_empty(banner.enabling_fault().into_iter().collect())?;
    Ok(Row {
        kind: banner.kind,
        url: &banner.url,
        is_enabled: banner.is_enabled,
        priority: banner.priority,
        content: json(&banner.content)?,
        data: banner.data.as_ref().map(json).transpose()?,
        resources: json(&banner.resources)?,
    })
}

/// Adds a banner of a user.
///
/// # Errors
/// A refusal where it is enabled and shows nothing.
pub fn insert(tx: &mut Tx<'_>, creator: UserId, banner: &Banner) -> Result<StoredBanner, Error> {
    let values = (row(banner)?, table::created_by.eq(creator), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a banner.
///
/// # Errors
/// A refusal where it is enabled and shows nothing.
pub fn update(tx: &mut Tx<'_>, before: &StoredBanner, after: &Banner) -> Result<StoredBanner, Error> {
    diesel::update(table::table.find(before.id)).set(row(after)?).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a banner.
pub fn delete(tx: &mut Tx<'_>, id: BannerId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
