//! Key-value pairs: texts of the broker, which messages and pages take in.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::messaging::{Pair, PairId, PairKey, PairTag, PairTagId, PairType};
use domain::value::{self, CommonFault, FaultCode as _, Field, Record, Refusal, Set, Timestamp, folded};

use super::{pair_tags, placeholders};
use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::key_value_pairs::{self as table, BoxedQuery};
use crate::schema::{key_value_pair_tags as members, key_value_tags as tags};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// A pair as it is stored, with its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPair {
    /// Its id.
    pub id: PairId,
    /// What can be set.
    pub data: Pair,
    /// Its tags, in the order of their ids.
    pub tags: Vec<Record<PairTag>>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredPair {
    type Data = Pair;

    fn data(&self) -> &Pair {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one of these keys.
    pub keys: Option<Vec<String>>,
    /// With one of these tags, each by its id or its name.
    pub tags: Option<Vec<String>>,
    /// With this in the value.
    pub value: Option<String>,
    /// Of this type.
    pub kind: Option<PairType>,
}

type Columns = (PairId, PairKey, String, PairType, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::key, table::value, table::kind, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(keys) = &filter.keys {
        query = query.filter(table::key.eq_any(keys.clone()));
    }
    if let Some(wanted) = &filter.tags {
        let (ids, names): (Vec<&String>, Vec<&String>) =
            wanted.iter().partition(|tag| tag.parse::<PairTagId>().is_ok());
        let ids: Vec<PairTagId> = ids.into_iter().filter_map(|id| id.parse().ok()).collect();
        let names: Vec<String> = names.into_iter().map(|name| folded(name)).collect();
        let named = tags::table.filter(tags::name_key.eq_any(names)).select(tags::id);
        let tagged = members::table.filter(members::tag_id.eq_any(ids).or(members::tag_id.eq_any(named)));
        query = query.filter(table::id.eq_any(tagged.select(members::pair_id)));
    }
    if let Some(value) = &filter.value {
        query = query.filter(table::value_key.like(part_of(value)).escape('\\'));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    query
}

/// Pairs, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredPair>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: with_tags(conn, rows)? })
}

fn with_tags(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredPair>, Error> {
    let ids: Vec<PairId> = rows.iter().map(|(id, ..)| *id).collect();
    let query = members::table.inner_join(tags::table).filter(one_of(members::pair_id, &ids));
    let query = query.order((members::pair_id, members::tag_id)).select((members::pair_id, pair_tags::columns()));
    let of_pairs: Vec<(PairId, Record<PairTag>)> = on_each!(conn, conn => query.load(conn))?;
    let mut by_pair: HashMap<PairId, Vec<Record<PairTag>>> = HashMap::new();
    for (pair, tag) in of_pairs {
        by_pair.entry(pair).or_default().push(tag);
    }
    let stored = |(id, key, value, kind, create_time, update_time)| {
        let tags = by_pair.remove(&id).unwrap_or_default();
        let data = Pair { key, value, kind, tags: tags.iter().map(|tag| tag.id).collect() };
        StoredPair { id, data, tags, create_time, update_time }
    };
    Ok(rows.into_iter().map(stored).collect())
}

/// One pair.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: PairId) -> Result<StoredPair, Error> {
    let row: Columns = table::table.find(id).select(columns()).first(conn)?;
    with_tags(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Locks a pair until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: PairId) -> Result<StoredPair, Error> {
    tx.lock("key_value_pairs", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    key: &'a PairKey,
    value: &'a str,
    value_key: String,
    kind: PairType,
}

fn row(pair: &Pair) -> Row<'_> {
    Row { key: &pair.key, value: &pair.value, value_key: folded(&pair.value), kind: pair.kind }
}

/// Adds a pair.
///
/// # Errors
/// A refusal where its key is taken, or where a tag does not exist.
pub fn insert(tx: &mut Tx<'_>, pair: &Pair) -> Result<StoredPair, Error> {
    check_tags(tx.conn, &pair.tags)?;
    check_free(tx.conn, &pair.key)?;
    let values = (row(pair), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::PairKey)))?;
    set_tags(tx.conn, id, &pair.tags)?;
    get(tx.conn, id)
}

/// Writes what can be set of a pair.
///
/// # Errors
/// A refusal where its key is taken or a tag does not exist; a conflict where a mail takes it in by the old key.
pub fn update(tx: &mut Tx<'_>, before: &StoredPair, after: &Pair) -> Result<StoredPair, Error> {
    check_tags(tx.conn, &after.tags)?;
    if before.data.key != after.key {
        tx.lock_to_delete("key_value_pairs", before.id)?;
        check_unused(tx.conn, &before.data.key)?;
    }
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::PairKey)))?;
    if before.data.tags != after.tags {
        set_tags(tx.conn, before.id, &after.tags)?;
    }
    get(tx.conn, before.id)
}

/// Deletes a pair, and answers what it was.
///
/// # Errors
/// A conflict where a mail takes it in.
pub fn delete(tx: &mut Tx<'_>, id: PairId) -> Result<StoredPair, Error> {
    tx.lock_to_delete("key_value_pairs", id)?;
    let pair = get(tx.conn, id)?;
    check_unused(tx.conn, &pair.data.key)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(pair)
}

fn check_unused(conn: &mut DbConnection, key: &PairKey) -> Result<(), Error> {
    if placeholders::is_taken_in(conn, key.as_str())? { Err(CommonFault::InUse.conflict().into()) } else { Ok(()) }
}

/// A refused insert would leave a gap in the ids of PostgreSQL.
fn check_free(conn: &mut DbConnection, key: &PairKey) -> Result<(), Error> {
    let same = table::table.filter(table::key.eq(key));
    let is_taken: bool = diesel::select(diesel::dsl::exists(same)).get_result(conn)?;
    if is_taken { Err(Refusal::taken(Field::PairKey).into()) } else { Ok(()) }
}

/// The tags must be there.
fn check_tags(conn: &mut DbConnection, wanted: &Set<PairTagId>) -> Result<(), Error> {
    let existing = pair_tags::existing(conn, &wanted.iter().copied().collect::<Vec<_>>())?;
    let missing = wanted.placed().filter(|(_, tag)| !existing.contains(tag));
    let faults = missing.map(|(place, _)| CommonFault::Unknown.at(Field::PairTags.entry(place)));
    Ok(Refusal::unless_empty(faults.collect())?)
}

fn set_tags(conn: &mut DbConnection, pair: PairId, wanted: &Set<PairTagId>) -> Result<(), Error> {
    diesel::delete(members::table.filter(members::pair_id.eq(pair))).execute(conn)?;
    for tag in wanted.iter() {
        let values = (members::pair_id.eq(pair), members::tag_id.eq(*tag));
        let added = diesel::insert_into(members::table).values(values).execute(conn).map_err(Error::from);
        // Deleted since it was looked up.
        added.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::PairTags)))?;
    }
    Ok(())
}
