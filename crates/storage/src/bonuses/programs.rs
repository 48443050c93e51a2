//! Temporary programs, from which clients claim bonuses.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::bonuses::{BonusProgram, BonusProgramId};
use domain::value::{self, CommonFault, Fault, FaultCode as _, Field, List, Refusal, Timestamp, folded};

use super::platforms::{PlatformBrief, platform_fault};
use super::terms::TermsRow;
use crate::connection::MultiBackend;
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::bonus_programs::{self as table, BoxedQuery};
use crate::schema::{currencies as currency, platforms};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json, part_of};

/// A program as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProgram {
    /// Its id.
    pub id: BonusProgramId,
    /// What can be set.
    pub data: BonusProgram,
    /// Its platform.
    pub platform: PlatformBrief,
    /// Its currency.
    pub currency: CurrencyBrief,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredProgram {
    type Data = BonusProgram;

    fn data(&self) -> &BonusProgram {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// This program.
    pub id: Option<BonusProgramId>,
    /// With this in the name.
    pub name: Option<String>,
    /// Ending after this.
    pub ends_after: Option<Timestamp>,
}

#[derive(Queryable)]
struct Row {
    id: BonusProgramId,
    name: String,
    amount: Stored,
    platform_groups: List<String>,
    expired_at: Timestamp,
    terms: TermsRow,
    create_time: Timestamp,
    update_time: Timestamp,
    platform: PlatformBrief,
    currency: CurrencyBrief,
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
    (
        table::id,
        table::name,
        table::amount,
        table::platform_groups,
        table::expired_at,
        terms,
        table::create_time,
        table::update_time,
        (platforms::id, platforms::caption, platforms::kind),
        currencies::brief(),
    )
}

fn record(row: Row) -> StoredProgram {
    let data = BonusProgram {
        platform: row.platform.id,
        name: row.name,
        amount: row.amount.into(),
        currency: row.currency.code,
        platform_groups: row.platform_groups,
        expired_at: row.expired_at,
        terms: row.terms.into(),
    };
    StoredProgram {
        id: row.id,
        data,
        platform: row.platform,
        currency: row.currency,
        create_time: row.create_time,
        update_time: row.update_time,
    }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(time) = filter.ends_after {
        query = query.filter(table::expired_at.gt(time.naive()));
    }
    query
}

/// Programs, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredProgram>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let page = filtered(filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<BonusProgramId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(platforms::table).inner_join(currency::table);
    let rows = rows.filter(table::id.eq_any(ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: rows.select(columns()).load(conn)? }.map(record))
}

/// One program.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: BonusProgramId) -> Result<StoredProgram, Error> {
    let query = table::table.inner_join(platforms::table).inner_join(currency::table).filter(table::id.eq(id));
    Ok(record(query.select(columns()).first(conn)?))
}

/// One program that can still be claimed.
///
/// # Errors
/// [`Error::NotFound`], also for one that has ended.
pub fn get_claimable(conn: &mut DbConnection, id: BonusProgramId, now: Timestamp) -> Result<StoredProgram, Error> {
    let program = get(conn, id)?;
    if program.data.has_ended(now) { Err(Error::NotFound) } else { Ok(program) }
}

/// Holds a program until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: BonusProgramId) -> Result<StoredProgram, Error> {
    tx.lock("bonus_programs", id)?;
    get(tx.conn, id)
}

/// Why a new amount is refused, and the currency where the program is put on offer.
fn currency_faults(
    conn: &mut DbConnection,
    program: &BonusProgram,
    is_amount_set: bool,
    is_put_on_offer: bool,
) -> Result<Vec<Fault>, Error> {
    let currency = match currencies::get(conn, program.currency) {
        Ok(currency) => currency.data,
        Err(Error::NotFound) => return Ok(vec![CommonFault::Unknown.at(Field::Currency)]),
        Err(error) => return Err(error),
    };
    let is_disabled = is_put_on_offer && !currency.enabled;
    let faults = is_amount_set.then(|| program.amount_faults(currency.unit(program.currency)));
    let faults = faults.into_iter().flatten();
    Ok(is_disabled.then(|| CommonFault::Disabled.at(Field::Currency)).into_iter().chain(faults).collect())
}

/// Checks a program as it is going to be.
fn check(tx: &mut Tx<'_>, before: Option<&BonusProgram>, after: &BonusProgram) -> Result<(), Error> {
    let is_put_on_offer = after.is_put_on_offer(before, tx.now);
    // An old program can still be ended, whatever its amount.
    let is_amount_set =
        is_put_on_offer || before.is_none_or(|before| (before.amount, &before.terms) != (after.amount, &after.terms));
    let mut faults = currency_faults(tx.conn, after, is_amount_set, is_put_on_offer)?;
    if is_put_on_offer {
        faults.extend(platform_fault(tx.conn, after.platform)?);
        faults.extend(after.end_fault(tx.now));
    }
    Ok(Refusal::unless_empty(faults)?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    amount: Stored,
    platform_groups: String,
    expired_at: NaiveDateTime,
    lifetime: i64,
    dynamic_lots: Stored,
    enable_auto_credit: bool,
    scalping_threshold: i64,
    enable_trade: bool,
    disabled_groups: String,
}

fn values(program: &BonusProgram) -> Result<Values<'_>, Error> {
    let terms = &program.terms;
    Ok(Values {
        name: &program.name,
        name_key: folded(&program.name),
        amount: Stored(program.amount),
        platform_groups: json(&program.platform_groups)?,
        expired_at: program.expired_at.naive(),
        lifetime: terms.lifetime,
        dynamic_lots: Stored(terms.dynamic_lots),
        enable_auto_credit: terms.enable_auto_credit,
        scalping_threshold: terms.scalping_threshold,
        enable_trade: terms.enable_trade,
        disabled_groups: json(&terms.disabled_groups)?,
    })
}

/// Adds a program.
///
/// # Errors
/// A refusal where its platform or currency does not fit, or it has ended already.
pub fn insert(tx: &mut Tx<'_>, program: &BonusProgram) -> Result<StoredProgram, Error> {
    check(tx, None, program)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let fixed = (table::platform_id.eq(program.platform), table::currency_code.eq(program.currency));
    let id = diesel::insert_into(table::table).values((fixed, values(program)?, times)).returning(table::id);
    let id = id.get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a program; an end in the past ends it.
///
/// # Errors
/// A refusal where the amount does not fit its currency or the terms, or a program that had ended is put on
/// offer again with a disabled platform or currency.
pub fn update(tx: &mut Tx<'_>, before: &StoredProgram, after: &BonusProgram) -> Result<StoredProgram, Error> {
    check(tx, Some(&before.data), after)?;
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a program, and answers what it was; what was claimed goes on.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: BonusProgramId) -> Result<StoredProgram, Error> {
    tx.lock_to_delete("bonus_programs", id)?;
    let program = get(tx.conn, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(program)
}
