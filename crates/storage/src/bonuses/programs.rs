//! Temporary programs, from which clients claim bonuses.

use diesel::prelude::*;
use domain::bonuses::{BonusProgram, BonusProgramId};
use domain::catalog::{PlatformId, PlatformType};
use domain::ledger::CurrencyUnit;
use domain::value::{Fault, List, Refusal, Timestamp, folded};

use super::presets::PlatformBrief;
use super::{TermsRow, terms, terms_columns, terms_values};
use crate::connection::MultiBackend;
use crate::ledger::currencies::CurrencyBrief;
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

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// This program.
    pub id: Option<BonusProgramId>,
    /// With this in the name.
    pub name: Option<String>,
}

type Row = (
    BonusProgramId,
    (String, Stored, List<String>, Timestamp),
    TermsRow,
    Timestamp,
    Timestamp,
    PlatformBrief,
    CurrencyBrief,
);

macro_rules! columns {
    () => {
        (
            table::id,
            (table::name, table::amount, table::platform_groups, table::expired_at),
            terms_columns!(table),
            table::create_time,
            table::update_time,
            (platforms::id, platforms::caption, platforms::kind),
            (currency::code, currency::alphabetic_code, currency::name, currency::minor_unit),
        )
    };
}

fn record((id, data, of_terms, create_time, update_time, platform, currency): Row) -> StoredProgram {
    let (name, amount, platform_groups, expired_at) = data;
    let data = BonusProgram {
        platform: platform.id,
        name,
        amount: amount.into(),
        currency: currency.code,
        platform_groups,
        expired_at,
        terms: terms(of_terms),
    };
    StoredProgram { id, data, platform, currency, create_time, update_time }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    query
}

/// Programs, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredProgram>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let page = filtered(filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<BonusProgramId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(platforms::table).inner_join(currency::table);
    let rows = rows.filter(table::id.eq_any(ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: rows.select(columns!()).load(conn)? }.map(record))
}

/// One program.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: BonusProgramId) -> Result<StoredProgram, Error> {
    let query = table::table.inner_join(platforms::table).inner_join(currency::table).filter(table::id.eq(id));
    Ok(record(query.select(columns!()).first(conn)?))
}

/// Holds that a platform exists and has bonuses.
pub(super) fn check_platform(conn: &mut DbConnection, id: PlatformId) -> Result<(), Error> {
    let kind: Option<PlatformType> = platforms::table.find(id).select(platforms::kind).first(conn).optional()?;
    match kind {
        Some(kind) if kind.takes_bonuses() => Ok(()),
        Some(_) => Err(Refusal::unprocessable("platformId", "has no bonuses").into()),
        None => Err(Refusal::unprocessable("platformId", "does not exist").into()),
    }
}

macro_rules! values {
    ($program:expr) => {{
        let program: &BonusProgram = $program;
        (
            table::name.eq(&program.name),
            table::name_key.eq(folded(&program.name)),
            table::amount.eq(Stored(program.amount)),
            table::platform_groups.eq(json(&program.platform_groups)?),
            table::expired_at.eq(program.expired_at.naive()),
            terms_values!(table, &program.terms),
        )
    }};
}

/// Adds a program.
///
/// # Errors
/// A refusal where its platform or currency does not fit, or it has ended already.
pub fn insert(tx: &mut Tx<'_>, program: &BonusProgram) -> Result<StoredProgram, Error> {
    let mut faults = Vec::new();
    for check in [check_platform(tx.conn, program.platform), program.check_new(tx.now).map_err(Error::from)] {
        match check {
            Err(Error::Refused(Refusal::Unprocessable(found))) => faults.extend(found),
            other => other?,
        }
    }
    match crate::ledger::currencies::get(tx.conn, program.currency) {
        Ok(currency) => faults.extend(program.amount_faults(currency.data.unit(program.currency))),
        Err(Error::NotFound) => faults.push(Fault::of("currencyCode", "does not exist")),
        Err(error) => return Err(error),
    }
    Refusal::unless_empty(faults)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let fixed = (table::platform_id.eq(program.platform), table::currency_code.eq(program.currency));
    let id = diesel::insert_into(table::table).values((fixed, values!(program), times)).returning(table::id);
    let id = id.get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a program; an end in the past ends it.
///
/// # Errors
/// A refusal where the amount does not fit its currency or the terms.
pub fn update(tx: &mut Tx<'_>, before: &StoredProgram, after: &BonusProgram) -> Result<StoredProgram, Error> {
    let minor_unit = u32::try_from(before.currency.minor_unit).unwrap_or(0);
    let unit = CurrencyUnit { code: before.currency.code, minor_unit };
    Refusal::unless_empty(after.amount_faults(unit))?;
    let values = (values!(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a program; what was claimed goes on.
///
/// # Errors
/// Those of the database.
pub fn delete(tx: &mut Tx<'_>, id: BonusProgramId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
