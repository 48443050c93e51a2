//! Tests of what clients know.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::VerificationLevelId;
use domain::value::{CommonFault, FaultCode as _, Refusal, Stored, Timestamp};
use domain::verification::{ClientTest, ClientTestId, TestOutline};

use super::outline;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::client_tests::{self as table, BoxedQuery};
use crate::schema::verification_level_tests as required;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A test as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTest {
    /// Its id.
    pub id: ClientTestId,
    /// What can be set.
    pub data: ClientTest,
    /// The levels that ask for it.
    pub levels: Vec<VerificationLevelId>,
    /// When it was created.
    pub create_time: Timestamp,
}

impl Stored for StoredTest {
    type Data = ClientTest;

    fn data(&self) -> &ClientTest {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Whether clients are offered them.
    pub is_visible: Option<bool>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    caption: &'a str,
    details: Option<&'a str>,
    is_visible: bool,
    priority: i64,
}

fn row(test: &ClientTest) -> Row<'_> {
    Row {
        caption: &test.caption,
        details: test.details.as_deref(),
        is_visible: test.is_visible,
        priority: test.priority,
    }
}

type Columns = (ClientTestId, ClientTest, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::caption, table::details, table::is_visible, table::priority), table::create_time)
}

fn with_levels(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredTest>, Error> {
    let ids: Vec<ClientTestId> = rows.iter().map(|(id, ..)| *id).collect();
    let levels = required::table.filter(required::test_id.eq_any(ids)).order(required::level_id);
    let levels: Vec<(ClientTestId, VerificationLevelId)> =
        levels.select((required::test_id, required::level_id)).load(conn)?;
    let mut of_test: HashMap<ClientTestId, Vec<VerificationLevelId>> = HashMap::new();
    for (test, level) in levels {
        of_test.entry(test).or_default().push(level);
    }
    let stored = rows.into_iter().map(|(id, data, create_time)| {
        let levels = of_test.remove(&id).unwrap_or_default();
        StoredTest { id, data, levels, create_time }
    });
    Ok(stored.collect())
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match filter.is_visible {
        Some(is_visible) => query.filter(table::is_visible.eq(is_visible)),
        None => query,
    }
}

/// Tests, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<ByTime>) -> Result<Page<StoredTest>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: with_levels(conn, rows)? })
}

/// Tests by their ids, in this order.
pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[ClientTestId]) -> Result<Vec<StoredTest>, Error> {
    let mut rows: Vec<Columns> = table::table.filter(table::id.eq_any(ids.to_vec())).select(columns()).load(conn)?;
    rows.sort_by_key(|(id, ..)| ids.iter().position(|listed| listed == id));
    with_levels(conn, rows)
}

/// One test.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ClientTestId) -> Result<StoredTest, Error> {
    let row = table::table.find(id).select(columns()).first(conn)?;
    with_levels(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// A test must exist before what belongs to it is looked for.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_exists(conn: &mut DbConnection, id: ClientTestId) -> Result<(), Error> {
    table::table.find(id).select(table::id).first::<ClientTestId>(conn)?;
    Ok(())
}

/// Locks a test with its questions and options until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ClientTestId) -> Result<StoredTest, Error> {
    tx.lock("client_tests", id)?;
    get(tx.conn, id)
}

/// Adds a test.
///
/// # Errors
/// A refusal where it is visible: it has no questions yet.
pub fn insert(tx: &mut Tx<'_>, test: &ClientTest) -> Result<StoredTest, Error> {
    let outline = TestOutline { is_visible: test.is_visible, questions: Vec::new() };
    Refusal::unless_empty(outline.faults())?;
    let values = (row(test), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a test.
///
/// # Errors
/// A refusal where clients would be offered a test that cannot be taken.
pub fn update(tx: &mut Tx<'_>, before: &StoredTest, after: &ClientTest) -> Result<StoredTest, Error> {
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    outline::check(tx, before.id)?;
    get(tx.conn, before.id)
}

/// Deletes a test that no level asks for, with its questions, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where a level asks for it.
pub fn delete(tx: &mut Tx<'_>, id: ClientTestId) -> Result<StoredTest, Error> {
    let test = lock(tx, id)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(test)
}
