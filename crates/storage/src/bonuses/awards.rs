//! Bonuses that were awarded to clients.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::bonuses::{Bonus, BonusEventName, BonusProgramId, BonusState};
use domain::clients::{ClientId, full_name};
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountId, Amount, BonusId, PlatformOrderId};
use domain::value::{Email, Timestamp};

use super::failures;
use super::history::{self, NewStep};
use super::terms::TermsRow;
use crate::client_scope::visible;
use crate::clients::matching;
use crate::connection::{MultiBackend, on_each};
use crate::ledger::accounts::StoredAccount;
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::bonuses::{self as table, BoxedQuery};
use crate::schema::{accounts as account, clients, currencies as currency};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A bonus as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBonus {
    /// Its id.
    pub id: BonusId,
    /// Whose it is.
    pub client: ClientId,
    /// The client's name.
    pub client_name: String,
    /// The client's email address.
    pub client_email: String,
    /// Its account.
    pub account: AccountId,
    /// The account's number.
    pub account_number: String,
    /// The account's currency.
    pub currency: CurrencyBrief,
    /// The program that it was claimed from, with its name.
    pub program: Option<(BonusProgramId, String)>,
    /// What its rules see.
    pub data: Bonus,
    /// The platform's order that must be answered first.
    pub asked_order: Option<PlatformOrderId>,
    /// When it was awarded.
    pub create_time: Timestamp,
    /// When something last happened to it.
    pub update_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub state: Option<BonusState>,
    /// On the account of this number.
    pub account_number: Option<String>,
    /// Of the client with this email address.
    pub client_email: Option<Email>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of clients with this in the name.
    pub client_name: Option<String>,
}

#[derive(Queryable)]
struct Row {
    id: BonusId,
    client: ClientId,
    account: AccountId,
    program: (Option<BonusProgramId>, Option<String>),
    state: BonusState,
    amount: Stored,
    terms: TermsRow,
    volume: Stored,
    required_volume: Option<Stored>,
    credited: Stored,
    activate_time: Option<Timestamp>,
    expire_time: Option<Timestamp>,
    pauses: String,
    failed_state: Option<BonusState>,
    error: Option<String>,
    round: i64,
    is_cancelled: bool,
    asked_order: Option<PlatformOrderId>,
    create_time: Timestamp,
    update_time: Timestamp,
    client_names: (String, Option<String>, String),
    client_email: String,
    account_number: String,
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
        table::client_id,
        table::account_id,
        (table::program_id, table::program_name),
        table::state,
        table::amount,
        terms,
        table::volume,
        table::required_volume,
        table::credited,
        table::activate_time,
        table::expire_time,
        table::pauses,
        table::failed_state,
        table::error,
        table::round,
        table::is_cancelled,
        table::asked_order,
        table::create_time,
        table::update_time,
        (clients::first_name, clients::middle_name, clients::last_name),
        clients::email,
        account::number,
        currencies::brief(),
    )
}

fn record(row: Row) -> Result<StoredBonus, Error> {
    let (first_name, middle_name, last_name) = row.client_names;
    let client_name = full_name(&first_name, middle_name.as_deref(), &last_name);
    let data = Bonus {
        state: row.state,
        amount: row.amount.into(),
        terms: row.terms.into(),
        volume: row.volume.into(),
        required_volume: row.required_volume.map(Amount::from),
        credited: row.credited.into(),
        activate_time: row.activate_time,
        expire_time: row.expire_time,
        pauses: serde_json::from_str(&row.pauses)?,
        failed_state: row.failed_state,
        error: row.error.map(failures::from_text),
        round: row.round,
        is_cancelled: row.is_cancelled,
    };
    Ok(StoredBonus {
        id: row.id,
        client: row.client,
        client_name,
        client_email: row.client_email,
        account: row.account,
        account_number: row.account_number,
        currency: row.currency,
        program: row.program.0.zip(row.program.1),
        data,
        asked_order: row.asked_order,
        create_time: row.create_time,
        update_time: row.update_time,
    })
}

fn filtered(scope: &Scope, filter: &Filter, is_sqlite: bool) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id).filter(table::is_removed.eq(false));
    if let Some(state) = filter.state {
        query = query.filter(table::state.eq(state));
    }
    if let Some(number) = &filter.account_number {
        let of_number = account::table.filter(account::number.eq(number.clone())).select(account::id);
        query = query.filter(table::account_id.eq_any(of_number));
    }
    if let Some(email) = &filter.client_email {
        let of_email = clients::table.filter(clients::email_key.eq(email.key())).select(clients::id);
        query = query.filter(table::client_id.eq_any(of_email));
    }
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(name) = &filter.client_name {
        query = query.filter(matching(is_sqlite, "bonuses.client_id", "name", name));
    }
    query
}

/// Bonuses, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredBonus>, Error> {
    let is_sqlite = matches!(conn, DbConnection::Sqlite(_));
    let total = paging.total(|| filtered(scope, filter, is_sqlite).count().get_result(conn))?;
    let page = filtered(scope, filter, is_sqlite).limit(paging.limit).offset(paging.offset);
    let ids: Vec<BonusId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    let mut all: HashMap<BonusId, StoredBonus> =
        by_ids(conn, &ids)?.into_iter().map(|bonus| (bonus.id, bonus)).collect();
    Ok(Page { total, data: ids.iter().filter_map(|id| all.remove(id)).collect() })
}

/// Bonuses of these ids, in no particular order.
pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[BonusId]) -> Result<Vec<StoredBonus>, Error> {
    let query = table::table
        .inner_join(clients::table)
        .inner_join(account::table.inner_join(currency::table))
        .filter(table::id.eq_any(ids))
        .select(columns());
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    rows.into_iter().map(record).collect()
}

/// One bonus.
///
/// # Errors
/// [`Error::NotFound`], also for a bonus of a client whom the caller does not see, and a removed one.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: BonusId) -> Result<StoredBonus, Error> {
    let query = visible(table::table.find(id).into_boxed(), scope, table::client_id);
    let known: BonusId = query.filter(table::is_removed.eq(false)).select(table::id).first(conn)?;
    by_ids(conn, &[known])?.pop().ok_or(Error::NotFound)
}

/// What changes in the life of a bonus.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Progress {
    state: BonusState,
    volume: Stored,
    required_volume: Option<Stored>,
    credited: Stored,
    activate_time: Option<NaiveDateTime>,
    expire_time: Option<NaiveDateTime>,
    pauses: String,
    failed_state: Option<BonusState>,
    error: Option<String>,
    round: i64,
    is_cancelled: bool,
    lifetime: i64,
    due_at: Option<NaiveDateTime>,
    asked_order: Option<PlatformOrderId>,
    is_removed: bool,
    update_time: NaiveDateTime,
}

/// Where a bonus stands beside what its rules see.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// When the engine looks at it next.
    pub due_at: Option<Timestamp>,
    /// The platform's order that must be answered first.
    pub asked_order: Option<PlatformOrderId>,
    /// Whether it is not listed any more.
    pub is_removed: bool,
}

fn progress(bonus: &Bonus, standing: Standing, now: Timestamp) -> Result<Progress, Error> {
    Ok(Progress {
        state: bonus.state,
        volume: Stored(bonus.volume),
        required_volume: bonus.required_volume.map(Stored),
        credited: Stored(bonus.credited),
        activate_time: bonus.activate_time.map(Timestamp::naive),
        expire_time: bonus.expire_time.map(Timestamp::naive),
        pauses: json(&bonus.pauses)?,
        failed_state: bonus.failed_state,
        error: bonus.error.as_ref().map(failures::to_text).transpose()?,
        round: bonus.round,
        is_cancelled: bonus.is_cancelled,
        lifetime: bonus.terms.lifetime,
        due_at: standing.due_at.map(Timestamp::naive),
        asked_order: standing.asked_order,
        is_removed: standing.is_removed,
        update_time: now.naive(),
    })
}

/// What never changes of a bonus.
#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    client_id: ClientId,
    account_id: AccountId,
    program_id: Option<BonusProgramId>,
    program_name: Option<&'a str>,
    amount: Stored,
    dynamic_lots: Stored,
    enable_auto_credit: bool,
    scalping_threshold: i64,
    enable_trade: bool,
    disabled_groups: String,
    create_time: NaiveDateTime,
}

/// Adds a bonus that was just awarded; the engine looks at it at once.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    held: &StoredAccount,
    program: Option<(BonusProgramId, &str)>,
    bonus: &Bonus,
    user: Option<UserId>,
) -> Result<BonusId, Error> {
    let new = NewRow {
        client_id: held.data.client,
        account_id: held.id,
        program_id: program.map(|(id, _)| id),
        program_name: program.map(|(_, name)| name),
        amount: Stored(bonus.amount),
        dynamic_lots: Stored(bonus.terms.dynamic_lots),
        enable_auto_credit: bonus.terms.enable_auto_credit,
        scalping_threshold: bonus.terms.scalping_threshold,
        enable_trade: bonus.terms.enable_trade,
        disabled_groups: json(&bonus.terms.disabled_groups)?,
        create_time: tx.now.naive(),
    };
    let standing = Standing { due_at: Some(tx.now), ..Standing::default() };
    let row = (new, progress(bonus, standing, tx.now)?);
    let id = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    let step = NewStep {
        bonus_id: id,
        event: BonusEventName::Award,
        from_state: None,
        to_state: BonusState::Queued,
        entry_id: None,
        user_id: user,
    };
    history::record(tx, step)?;
    Ok(id)
}

/// Writes a bonus as it is now.
pub(super) fn update(tx: &mut Tx<'_>, id: BonusId, bonus: &Bonus, standing: Standing) -> Result<(), Error> {
    let changes = progress(bonus, standing, tx.now)?;
    diesel::update(table::table.find(id)).set(changes).execute(tx.conn)?;
    Ok(())
}

/// Whether a bonus of an account is unfinished, so that it cannot be archived.
pub(crate) fn has_unfinished(conn: &mut DbConnection, id: AccountId) -> Result<bool, Error> {
    let unfinished = table::table
        .filter(table::account_id.eq(id))
        .filter(table::is_removed.eq(false))
        .filter(table::state.eq_any(BonusState::unfinished()));
    Ok(diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)?)
}
