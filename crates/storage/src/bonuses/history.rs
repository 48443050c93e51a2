//! What happened to bonuses.

use diesel::prelude::*;
use domain::bonuses::{BonusEventName, BonusState, BonusStepId};
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountBook, Amount, BonusId, EntryId};
use domain::value::Timestamp;

use crate::client_scope::visible;
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::{bonus_steps as steps, bonuses, postings};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A step that is recorded.
#[derive(Insertable)]
#[diesel(table_name = steps, treat_none_as_default_value = false)]
pub(super) struct NewStep {
    pub bonus_id: BonusId,
    pub event: BonusEventName,
    pub from_state: Option<BonusState>,
    pub to_state: BonusState,
    pub entry_id: Option<EntryId>,
    pub user_id: Option<UserId>,
}

/// Records what happened to a bonus.
pub(super) fn record(tx: &mut Tx<'_>, step: NewStep) -> Result<(), Error> {
    let row = (step, steps::create_time.eq(tx.now.naive()));
    diesel::insert_into(steps::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Something that happened to a bonus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStep {
    /// Its id.
    pub id: BonusStepId,
    /// What happened.
    pub event: BonusEventName,
    /// The state before; none for the award.
    pub from: Option<BonusState>,
    /// The state after.
    pub to: BonusState,
    /// What was posted on the account.
    pub postings: Vec<(AccountBook, Amount)>,
    /// The user who did it; none for the system.
    pub user: Option<UserId>,
    /// When.
    pub create_time: Timestamp,
}

#[derive(Queryable)]
struct Row {
    id: BonusStepId,
    event: BonusEventName,
    from: Option<BonusState>,
    to: BonusState,
    entry: Option<EntryId>,
    user: Option<UserId>,
    create_time: Timestamp,
}

/// What happened to a bonus, a page of it, with what was posted on its account.
///
/// # Errors
/// [`Error::NotFound`], also for a bonus of a client whom the caller does not see.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    id: BonusId,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredStep>, Error> {
    let bonus = visible(bonuses::table.find(id).into_boxed(), scope, bonuses::client_id);
    bonus.filter(bonuses::is_removed.eq(false)).select(bonuses::id).first::<BonusId>(conn)?;
    let of_bonus = || steps::table.filter(steps::bonus_id.eq(id)).into_boxed();
    let total = paging.total(|| of_bonus().count().get_result(conn))?;
    let page = of_bonus().limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, steps::create_time, steps::id);
    let of_step = (
        steps::id,
        steps::event,
        steps::from_state,
        steps::to_state,
        steps::entry_id,
        steps::user_id,
        steps::create_time,
    );
    let rows: Vec<Row> = page.select(of_step).load(conn)?;
    let entries: Vec<EntryId> = rows.iter().filter_map(|row| row.entry).collect();
    let posted = postings::table.filter(postings::entry_id.eq_any(entries)).filter(postings::account_id.is_not_null());
    let posted = posted.order((postings::entry_id, postings::line));
    let posted: Vec<(EntryId, AccountBook, Stored)> =
        posted.select((postings::entry_id, postings::book, postings::amount)).load(conn)?;
    let of_entry = |entry: Option<EntryId>| -> Vec<(AccountBook, Amount)> {
        posted.iter().filter(|line| Some(line.0) == entry).map(|(_, book, amount)| (*book, amount.0)).collect()
    };
    let step = |row: Row| StoredStep {
        id: row.id,
        event: row.event,
        from: row.from,
        to: row.to,
        postings: of_entry(row.entry),
        user: row.user,
        create_time: row.create_time,
    };
    Ok(Page { total, data: rows.into_iter().map(step).collect() })
}
