//! Bonuses that were given to clients.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::bonuses::{
    AccountForBonus, Award, Bonus, BonusEventName, BonusProgram, BonusProgramId, BonusState, BonusStepId, BonusTerms,
    Pause,
};
use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountBook, AccountId, Amount, BonusId, EntryId, PlatformOrderId, TransactionKind};
use domain::value::{List, Refusal, Timestamp, folded};

use super::{TermsRow, engine, presets, programs, settings, terms, terms_columns, terms_values};
use crate::clients::{matching, sees, visible};
use crate::connection::{MultiBackend, on_each};
use crate::ledger::accounts::{self, StoredAccount};
use crate::ledger::currencies::CurrencyBrief;
use crate::ledger::rates;
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::bonuses::{self as table, BoxedQuery};
use crate::schema::{
    accounts as account, bonus_steps as steps, clients, currencies as currency, platforms, postings, products,
};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A bonus as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBonus {
    /// Its id.
    pub id: BonusId,
    /// Whose it is.
    pub client: ClientId,
    /// His name.
    pub client_name: String,
    /// His address.
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
    /// Of the client with this address.
    pub client_email: Option<String>,
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
    volumes: (Stored, Option<Stored>),
    credited: Stored,
    times: (Option<Timestamp>, Option<Timestamp>),
    pauses: String,
    failure: (Option<BonusState>, Option<String>),
    round: i64,
    is_cancelled: bool,
    asked_order: Option<PlatformOrderId>,
    made: (Timestamp, Timestamp),
    of_client: (String, String, Option<String>, String),
    account_number: String,
    currency: CurrencyBrief,
}

macro_rules! columns {
    () => {
        (
            table::id,
            table::client_id,
            table::account_id,
            (table::program_id, table::program_name),
            table::state,
            table::amount,
            terms_columns!(table),
            (table::volume, table::required_volume),
            table::credited,
            (table::activate_time, table::expire_time),
            table::pauses,
            (table::failed_state, table::error),
            table::round,
            table::is_cancelled,
            table::asked_order,
            (table::create_time, table::update_time),
            (clients::first_name, clients::last_name, clients::middle_name, clients::email),
            account::number,
            (currency::code, currency::alphabetic_code, currency::name, currency::minor_unit),
        )
    };
}

fn record(row: Row) -> Result<StoredBonus, Error> {
    let pauses: List<Pause> = serde_json::from_str(&row.pauses)?;
    let (first_name, last_name, middle_name, client_email) = row.of_client;
    let names = [Some(first_name), middle_name, Some(last_name)];
    let client_name = names.into_iter().flatten().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
    let data = Bonus {
        state: row.state,
        amount: row.amount.into(),
        terms: terms(row.terms),
        volume: row.volumes.0.into(),
        required_volume: row.volumes.1.map(Amount::from),
        credited: row.credited.into(),
        activate_time: row.times.0,
        expire_time: row.times.1,
        pauses,
        failed_state: row.failure.0,
        error: row.failure.1,
        round: row.round,
        is_cancelled: row.is_cancelled,
    };
    Ok(StoredBonus {
        id: row.id,
        client: row.client,
        client_name,
        client_email,
        account: row.account,
        account_number: row.account_number,
        currency: row.currency,
        program: row.program.0.zip(row.program.1),
        data,
        asked_order: row.asked_order,
        create_time: row.made.0,
        update_time: row.made.1,
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
        let of_email = clients::table.filter(clients::email_key.eq(folded(email))).select(clients::id);
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
///
/// # Errors
/// Those of the database.
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

pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[BonusId]) -> Result<Vec<StoredBonus>, Error> {
    let query = table::table
        .inner_join(clients::table)
        .inner_join(account::table.inner_join(currency::table))
        .filter(table::id.eq_any(ids))
        .select(columns!());
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

/// A bonus that a user gives by hand (T01); it is credited at once where its turn has come.
///
/// # Errors
/// A refusal with everything that stands against the account and the amount.
pub fn give(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    id: AccountId,
    amount: Amount,
    of_terms: &BonusTerms,
) -> Result<StoredBonus, Error> {
    let unknown = || Refusal::unprocessable("accountId", "does not exist");
    let mut held = accounts::lock(tx, &[id])?.remove(&id).ok_or_else(unknown)?;
    if !sees(tx.conn, scope, held.data.client)? {
        return Err(unknown().into());
    }
    let bonus = for_bonus(tx.conn, &held)?.award(Award::Given, amount, of_terms.clone(), Vec::new())?;
    let bonus = insert(tx, &held, None, bonus, Some(user))?;
    engine::advance(tx, &mut held, bonus)?;
    by_ids(tx.conn, &[bonus])?.pop().ok_or(Error::NotFound)
}

/// An account as its bonuses see it, while it is held.
pub(super) fn for_bonus<'a>(conn: &mut DbConnection, held: &'a StoredAccount) -> Result<AccountForBonus<'a>, Error> {
    let query = account::table.inner_join(products::table).inner_join(platforms::table);
    let columns = (products::status, platforms::is_enabled);
    let (product, platform_is_enabled) = query.filter(account::id.eq(held.id)).select(columns).first(conn)?;
    Ok(AccountForBonus { account: &held.facts, product, platform: held.platform_kind, platform_is_enabled })
}

/// A deposit or a transfer that is done may earn a bonus (T02); the engine credits it.
pub(crate) fn award(tx: &mut Tx<'_>, held: &StoredAccount, amount: Amount) -> Result<(), Error> {
    let (settings, _) = settings::get(tx.conn)?;
    if !settings.is_enabled {
        return Ok(());
    }
    let Some(preset) = presets::default_of(tx.conn, held.data.platform)? else { return Ok(()) };
    let rate = rates::to_usd(tx.conn, tx.now, held.data.currency)?;
    let Some(amount) = settings.award(amount, held.facts.currency, rate) else { return Ok(()) };
    match for_bonus(tx.conn, held)?.award(Award::Earned, amount, preset.terms, Vec::new()) {
        Ok(bonus) => insert(tx, held, None, bonus, None).map(drop),
        // The money has arrived; it earns nothing.
        Err(_) => Ok(()),
    }
}

/// Whether money that arrives by such a transaction earns a bonus.
pub(crate) const fn earns(kind: TransactionKind, has_method: bool) -> bool {
    match kind {
        // Without a method it is a balance change.
        TransactionKind::Deposit => has_method,
        TransactionKind::Transfer | TransactionKind::External => true,
        TransactionKind::Withdrawal | TransactionKind::Exchange | TransactionKind::Partner => false,
    }
}

/// Whether money that leaves by such a transaction burns bonuses, where that is switched on.
pub(crate) const fn burns(kind: TransactionKind, has_method: bool) -> bool {
    match kind {
        // Without a method it is a balance change.
        TransactionKind::Withdrawal => has_method,
        TransactionKind::Transfer | TransactionKind::External | TransactionKind::Exchange => true,
        TransactionKind::Deposit | TransactionKind::Partner => false,
    }
}

/// A client claims a bonus from a program (T03); the engine credits it.
///
/// # Errors
/// A refusal with everything that stands against it; a conflict where they have claimed one before.
pub fn claim(tx: &mut Tx<'_>, client: ClientId, program: BonusProgramId, id: AccountId) -> Result<BonusId, Error> {
    // Bonuses name their program without a foreign key.
    tx.hold("bonus_programs", &[program])?;
    let program = programs::get(tx.conn, program)?;
    let held = accounts::lock(tx, &[id])?.remove(&id).filter(|account| account.data.client == client);
    let held = held.ok_or_else(|| Refusal::unprocessable("accountId", "does not exist"))?;
    let faults = program.data.claim_faults(&held.data, held.platform_group.as_deref(), tx.now);
    let BonusProgram { amount, terms, name, .. } = program.data;
    let bonus = for_bonus(tx.conn, &held)?.award(Award::Claimed, amount, terms, faults)?;
    let claimed = insert(tx, &held, Some((program.id, &name)), bonus, None);
    claimed.map_err(|error| error.or_taken(|| Refusal::conflict("The program was claimed before.")))
}

/// What changes of a bonus in its life, as values.
macro_rules! changing {
    ($bonus:expr) => {{
        let bonus: &Bonus = $bonus;
        (
            table::state.eq(bonus.state),
            table::volume.eq(Stored(bonus.volume)),
            table::required_volume.eq(bonus.required_volume.map(Stored)),
            table::credited.eq(Stored(bonus.credited)),
            table::activate_time.eq(bonus.activate_time.map(Timestamp::naive)),
            table::expire_time.eq(bonus.expire_time.map(Timestamp::naive)),
            table::pauses.eq(json(&bonus.pauses)?),
            table::failed_state.eq(bonus.failed_state),
            table::error.eq(bonus.error.as_deref()),
            table::round.eq(bonus.round),
            table::is_cancelled.eq(bonus.is_cancelled),
        )
    }};
}

fn insert(
    tx: &mut Tx<'_>,
    held: &StoredAccount,
    program: Option<(BonusProgramId, &str)>,
    bonus: Bonus,
    user: Option<UserId>,
) -> Result<BonusId, Error> {
    let values = (
        table::client_id.eq(held.data.client),
        table::account_id.eq(held.id),
        table::program_id.eq(program.map(|(id, _)| id)),
        table::program_name.eq(program.map(|(_, name)| name)),
        table::amount.eq(Stored(bonus.amount)),
        terms_values!(table, &bonus.terms),
        changing!(&bonus),
        table::due_at.eq(Some(tx.now.naive())),
        table::is_removed.eq(false),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    note(tx, id, BonusEventName::Award, None, BonusState::Queued, None, user)?;
    Ok(id)
}

/// Writes a bonus down as it is now.
pub(crate) fn store(
    tx: &mut Tx<'_>,
    id: BonusId,
    bonus: &Bonus,
    due_at: Option<Timestamp>,
    asked_order: Option<PlatformOrderId>,
    is_removed: bool,
) -> Result<(), Error> {
    let values = (
        changing!(bonus),
        table::lifetime.eq(bonus.terms.lifetime),
        table::due_at.eq(due_at.map(Timestamp::naive)),
        table::asked_order.eq(asked_order),
        table::is_removed.eq(is_removed),
        table::update_time.eq(tx.now.naive()),
    );
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(())
}

/// Notes what happened to a bonus.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    id: BonusId,
    event: BonusEventName,
    from: Option<BonusState>,
    to: BonusState,
    entry: Option<EntryId>,
    user: Option<UserId>,
) -> Result<(), Error> {
    let values = (
        steps::bonus_id.eq(id),
        steps::event.eq(event),
        steps::from_state.eq(from),
        steps::to_state.eq(to),
        steps::entry_id.eq(entry),
        steps::user_id.eq(user),
        steps::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(steps::table).values(values).execute(tx.conn)?;
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

type StepRow =
    (BonusStepId, BonusEventName, Option<BonusState>, BonusState, Option<EntryId>, Option<UserId>, Timestamp);

/// What happened to a bonus, a page of it, with what was posted on its account.
///
/// # Errors
/// [`Error::NotFound`], also for a bonus of a client whom the caller does not see.
pub fn history(
    conn: &mut DbConnection,
    scope: &Scope,
    id: BonusId,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredStep>, Error> {
    get(conn, scope, id)?;
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
    let rows: Vec<StepRow> = page.select(of_step).load(conn)?;
    let entries: Vec<EntryId> = rows.iter().filter_map(|row| row.4).collect();
    let posted = postings::table.filter(postings::entry_id.eq_any(entries)).filter(postings::account_id.is_not_null());
    let posted = posted.order((postings::entry_id, postings::line));
    let posted: Vec<(EntryId, AccountBook, Stored)> =
        posted.select((postings::entry_id, postings::book, postings::amount)).load(conn)?;
    let of_entry = |entry: Option<EntryId>| -> Vec<(AccountBook, Amount)> {
        posted.iter().filter(|line| Some(line.0) == entry).map(|(_, book, amount)| (*book, amount.0)).collect()
    };
    let step = |(id, event, from, to, entry, user, create_time): StepRow| StoredStep {
        id,
        event,
        from,
        to,
        postings: of_entry(entry),
        user,
        create_time,
    };
    Ok(Page { total, data: rows.into_iter().map(step).collect() })
}

/// Whether a bonus of an account is unfinished, so that it cannot be archived.
pub(crate) fn has_unfinished(conn: &mut DbConnection, id: AccountId) -> Result<bool, Error> {
    let unfinished = table::table
        .filter(table::account_id.eq(id))
        .filter(table::is_removed.eq(false))
        .filter(table::state.eq_any(BonusState::unfinished()));
    Ok(diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)?)
}
