//! Temporary programs, from which clients claim bonuses.

use diesel::prelude::*;
use domain::bonuses::{BonusProgram, BonusProgramId, PlatformForBonuses};
use domain::catalog::{PlatformId, PlatformType};
use domain::value::{Fault, List, Refusal, Timestamp, folded};

use super::presets::PlatformBrief;
use super::{TermsRow, terms, terms_columns, terms_values};
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

/// What stands against a preset or a program on a platform.
pub(super) fn platform_fault(conn: &mut DbConnection, id: PlatformId) -> Result<Option<Fault>, Error> {
    let columns = (platforms::kind, platforms::is_enabled);
    let found: Option<(PlatformType, bool)> = platforms::table.find(id).select(columns).first(conn).optional()?;
    Ok(match found {
        Some((kind, is_enabled)) => PlatformForBonuses { kind, is_enabled }.fault(),
        None => Some(Fault::of("platformId", "does not exist")),
    })
}

/// What stands against an amount that is set, and against the currency where the program is put on offer.
fn currency_faults(
    conn: &mut DbConnection,
    program: &BonusProgram,
    is_amount_set: bool,
    is_put_on_offer: bool,
) -> Result<Vec<Fault>, Error> {
    let currency = match currencies::get(conn, program.currency) {
        Ok(currency) => currency.data,
        Err(Error::NotFound) => return Ok(vec![Fault::of("currencyCode", "does not exist")]),
        Err(error) => return Err(error),
    };
    let is_out_of_use = is_put_on_offer && !currency.enabled;
    let faults = is_amount_set.then(|| program.amount_faults(currency.unit(program.currency)));
    let faults = faults.into_iter().flatten();
    Ok(is_out_of_use.then(|| Fault::of("currencyCode", "is out of use")).into_iter().chain(faults).collect())
}

/// Everything that stands against a program, as it shall be.
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
    check(tx, None, program)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let fixed = (table::platform_id.eq(program.platform), table::currency_code.eq(program.currency));
    let id = diesel::insert_into(table::table).values((fixed, values!(program), times)).returning(table::id);
    let id = id.get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a program; an end in the past ends it.
///
/// # Errors
/// A refusal where the amount does not fit its currency or the terms, or a program that had ended is put on
/// offer again with a platform or a currency that is out of use.
pub fn update(tx: &mut Tx<'_>, before: &StoredProgram, after: &BonusProgram) -> Result<StoredProgram, Error> {
    check(tx, Some(&before.data), after)?;
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
