//! Presets of bonuses.

use diesel::prelude::*;
use domain::bonuses::{BonusPreset, BonusPresetId};
use domain::catalog::{PlatformId, PlatformType};
use domain::value::{self, Refusal, Timestamp, folded};

use super::platforms::{PlatformBrief, platform_fault};
use super::terms::TermsRow;
use crate::connection::MultiBackend;
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::bonus_presets::{self as table, BoxedQuery};
use crate::schema::platforms;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json, part_of};

/// A preset as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPreset {
    /// Its id.
    pub id: BonusPresetId,
    /// What can be set.
    pub data: BonusPreset,
    /// Its platform.
    pub platform: PlatformBrief,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredPreset {
    type Data = BonusPreset;

    fn data(&self) -> &BonusPreset {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Marked as the default of its platform or not.
    pub is_default: Option<bool>,
    /// Of platforms with this software, in any case.
    pub platform: Option<String>,
    /// With this in the name.
    pub name: Option<String>,
}

#[derive(Queryable)]
struct Row {
    id: BonusPresetId,
    name: String,
    is_default: bool,
    terms: TermsRow,
    create_time: Timestamp,
    update_time: Timestamp,
    platform: PlatformBrief,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let terms = (
        table::lifetime,
        table::dynamic_lots,
        table::enable_auto_credit,
        table::scalping_threshold,
        table::enable_trade,
        table::disabled_groups,
    );
    let platform = (platforms::id, platforms::caption, platforms::kind);
    (table::id, table::name, table::is_default, terms, table::create_time, table::update_time, platform)
}

fn record(row: Row) -> StoredPreset {
    let data =
        BonusPreset { platform: row.platform.id, name: row.name, is_default: row.is_default, terms: row.terms.into() };
    let (create_time, update_time) = (row.create_time, row.update_time);
    StoredPreset { id: row.id, data, platform: row.platform, create_time, update_time }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(is_default) = filter.is_default {
        query = query.filter(table::is_default.eq(is_default));
    }
    if let Some(kind) = &filter.platform {
        let kinds = PlatformType::ALL.iter().copied().filter(|known| known.as_str().eq_ignore_ascii_case(kind));
        let of_kind = platforms::table.filter(platforms::kind.eq_any(kinds.collect::<Vec<_>>())).select(platforms::id);
        query = query.filter(table::platform_id.eq_any(of_kind));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    query
}

/// Presets, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredPreset>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let page = filtered(filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<BonusPresetId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(platforms::table).filter(table::id.eq_any(ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: rows.select(columns()).load(conn)? }.map(record))
}

/// One preset.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: BonusPresetId) -> Result<StoredPreset, Error> {
    let query = table::table.inner_join(platforms::table).filter(table::id.eq(id));
    Ok(record(query.select(columns()).first(conn)?))
}

/// Holds a preset until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: BonusPresetId) -> Result<StoredPreset, Error> {
    tx.lock("bonus_presets", id)?;
    get(tx.conn, id)
}

/// The preset of automatic bonuses of a platform.
pub(super) fn default_of(conn: &mut DbConnection, platform: PlatformId) -> Result<Option<BonusPreset>, Error> {
    let query = table::table.inner_join(platforms::table).filter(table::is_default.eq(true));
    let row = query.filter(table::platform_id.eq(platform)).select(columns()).first(conn).optional()?;
    Ok(row.map(|row| record(row).data))
}

/// One preset of a platform is the default at most: marking another clears the first.
fn clear_default(tx: &mut Tx<'_>, preset: &BonusPreset) -> Result<(), Error> {
    if preset.is_default {
        // Two that are marked at once follow one another.
        tx.lock("platforms", preset.platform)?;
        let marked = table::table.filter(table::platform_id.eq(preset.platform)).filter(table::is_default.eq(true));
        let values = (table::is_default.eq(false), table::update_time.eq(tx.now.naive()));
        diesel::update(marked).set(values).execute(tx.conn)?;
    }
    Ok(())
}

fn check_use(tx: &mut Tx<'_>, before: Option<&BonusPreset>, after: &BonusPreset) -> Result<(), Error> {
    let fault = if after.is_put_to_use(before) { platform_fault(tx.conn, after.platform)? } else { None };
    Ok(Refusal::unless_empty(fault.into_iter().collect())?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    is_default: bool,
    lifetime: i64,
    dynamic_lots: Stored,
    enable_auto_credit: bool,
    scalping_threshold: i64,
    enable_trade: bool,
    disabled_groups: String,
}

fn values(preset: &BonusPreset) -> Result<Values<'_>, Error> {
    let terms = &preset.terms;
    Ok(Values {
        name: &preset.name,
        name_key: folded(&preset.name),
        is_default: preset.is_default,
        lifetime: terms.lifetime,
        dynamic_lots: Stored(terms.dynamic_lots),
        enable_auto_credit: terms.enable_auto_credit,
        scalping_threshold: terms.scalping_threshold,
        enable_trade: terms.enable_trade,
        disabled_groups: json(&terms.disabled_groups)?,
    })
}

/// Adds a preset.
///
/// # Errors
/// A refusal where its platform does not exist, has no bonuses, or is disabled.
pub fn insert(tx: &mut Tx<'_>, preset: &BonusPreset) -> Result<StoredPreset, Error> {
    check_use(tx, None, preset)?;
    clear_default(tx, preset)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::platform_id.eq(preset.platform), values(preset)?, times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a preset.
///
/// # Errors
/// A refusal where it becomes the default of a disabled platform.
pub fn update(tx: &mut Tx<'_>, before: &StoredPreset, after: &BonusPreset) -> Result<StoredPreset, Error> {
    check_use(tx, Some(&before.data), after)?;
    if !before.data.is_default {
        clear_default(tx, after)?;
    }
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a preset, and answers what it was; bonuses keep the terms that they were awarded with.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: BonusPresetId) -> Result<StoredPreset, Error> {
    let preset = lock(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(preset)
}
