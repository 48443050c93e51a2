//! Managers: users to whom clients are assigned.

use diesel::prelude::*;
use domain::clients::RestrictionMode;
use domain::clients::{Candidate, CountryRestriction, Manager, ManagerId, assigned};
use domain::content::CountryId;
use domain::identity::UserId;
use domain::value::{Email, Field, Refusal, Stored, Timestamp, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::managers::{self as table, BoxedQuery};
use crate::schema::{clients, users};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// The advisory lock of PostgreSQL under which clients are assigned one after the other.
const TURN_LOCK: i64 = 7_305_806_815;

/// A manager as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredManager {
    /// The id.
    pub id: ManagerId,
    /// What can be set.
    pub data: Manager,
    /// When the user was made a manager.
    pub create_time: Timestamp,
}

impl Stored for StoredManager {
    type Data = Manager;

    fn data(&self) -> &Manager {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this e-mail address.
    pub email: Option<Email>,
    /// With this in the name.
    pub name: Option<String>,
    /// Whether clients can be assigned.
    pub enabled: Option<bool>,
}

type Columns = (ManagerId, String, String, Option<String>, Option<String>, bool, bool, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        users::email,
        table::name,
        table::phone,
        table::title,
        table::enabled,
        table::is_default,
        table::create_time,
    )
}

fn record((id, email, name, phone, title, enabled, default, create_time): Columns) -> Result<StoredManager, Error> {
    let email = email.parse().map_err(|_| Error::Broken(format!("manager {id} has no e-mail address")))?;
    Ok(StoredManager { id, data: Manager { email, name, phone, title, enabled, default }, create_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(email) = &filter.email {
        let of_email = users::table.filter(users::email_key.eq(email.key())).select(users::id);
        query = query.filter(table::user_id.eq_any(of_email));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Managers, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredManager>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let page = filtered(filter).limit(paging.limit).offset(paging.offset);
    let ids: Vec<ManagerId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    let rows = table::table.inner_join(users::table).filter(table::id.eq_any(&ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = rows.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(record).collect::<Result<_, Error>>()? })
}

/// One manager.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ManagerId) -> Result<StoredManager, Error> {
    record(table::table.inner_join(users::table).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// One manager, held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ManagerId) -> Result<StoredManager, Error> {
    tx.lock("managers", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    phone: Option<&'a str>,
    title: Option<&'a str>,
    enabled: bool,
    is_default: bool,
}

impl<'a> From<&'a Manager> for Values<'a> {
    fn from(manager: &'a Manager) -> Self {
        Self {
            name: &manager.name,
            name_key: folded(&manager.name),
            phone: manager.phone.as_deref(),
            title: manager.title.as_deref(),
            enabled: manager.enabled,
            is_default: manager.default,
        }
    }
}

fn move_default(tx: &mut Tx<'_>, manager: &Manager) -> Result<(), Error> {
    if manager.default {
        let earlier = table::table.filter(table::is_default.eq(true));
        diesel::update(earlier).set(table::is_default.eq(false)).execute(tx.conn)?;
    }
    Ok(())
}

/// Makes a user a manager.
///
/// # Errors
/// A refusal where no user has the e-mail address, or the user is a manager already.
pub fn insert(tx: &mut Tx<'_>, manager: &Manager) -> Result<StoredManager, Error> {
    let user = || users::table.filter(users::email_key.eq(manager.email.key())).filter(users::deleted_at.is_null());
    let found: Option<UserId> = user().select(users::id).first(tx.conn).optional()?;
    if let Some(id) = found {
        // Deleting a user keeps the row, so the foreign key does not prevent it.
        tx.lock("users", id)?;
    }
    let user: Option<UserId> = user().select(users::id).first(tx.conn).optional()?;
    let user = user.ok_or_else(|| Refusal::unknown(Field::Email))?;
    manager.check()?;
    move_default(tx, manager)?;
    let values = (
        Values::from(manager),
        table::user_id.eq(user),
        table::country_mode.eq(RestrictionMode::Deny),
        table::country_ids.eq("[]"),
        table::turn.eq(0),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id);
    let id = id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Email)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a manager.
///
/// # Errors
/// A refusal where a disabled one would be the default.
pub fn update(tx: &mut Tx<'_>, before: &StoredManager, after: &Manager) -> Result<StoredManager, Error> {
    after.check()?;
    move_default(tx, after)?;
    diesel::update(table::table.find(before.id)).set(Values::from(after)).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Removes a manager, whose clients have none then, and answers what the manager was.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: ManagerId) -> Result<StoredManager, Error> {
    // Waits for clients who are being assigned to the manager, so that none keeps a manager who is gone.
    tx.lock_to_delete("managers", id)?;
    let manager = get(tx.conn, id)?;
    let of_manager = clients::table.filter(clients::manager_id.eq(id));
    diesel::update(of_manager).set(clients::manager_id.eq(None::<ManagerId>)).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(manager)
}

/// Whether the user is a manager.
pub(crate) fn is_manager(conn: &mut DbConnection, user: UserId) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(table::table.filter(table::user_id.eq(user)))).get_result(conn)?)
}

fn candidates(conn: &mut DbConnection) -> Result<Vec<Candidate>, Error> {
    let columns = (table::id, table::enabled, table::is_default, table::turn, table::country_mode, table::country_ids);
    let rows: Vec<(ManagerId, bool, bool, i64, RestrictionMode, domain::value::Set<i64>)> =
        table::table.filter(table::enabled.eq(true)).select(columns).load(conn)?;
    let candidate =
        |(id, enabled, default, turn, mode, countries): (_, _, _, _, _, domain::value::Set<i64>)| Candidate {
            id,
            enabled,
            default,
            turn,
            countries: CountryRestriction { mode, countries: countries.iter().copied().map(CountryId::new).collect() },
        };
    Ok(rows.into_iter().map(candidate).collect())
}

/// Chooses the manager of a new client, and puts that manager last in turn.
pub(super) fn assign(tx: &mut Tx<'_>, country: Option<CountryId>) -> Result<Option<ManagerId>, Error> {
    let some: Option<ManagerId> = table::table.select(table::id).first(tx.conn).optional()?;
    if some.is_none() {
        return Ok(None);
    }
    tx.conn.wait_lock(TURN_LOCK)?;
    let candidates = candidates(tx.conn)?;
    let chosen = assigned(&candidates, country);
    if let Some(id) = chosen {
        put_last(tx, &candidates, id)?;
    }
    Ok(chosen)
}

fn put_last(tx: &mut Tx<'_>, candidates: &[Candidate], id: ManagerId) -> Result<(), Error> {
    let last = candidates.iter().map(|candidate| candidate.turn).max().unwrap_or(0);
    diesel::update(table::table.find(id)).set(table::turn.eq(last + 1)).execute(tx.conn)?;
    Ok(())
}

/// The turns of managers while many clients are assigned at once. Others go on by the turns as they were, and are not held up
/// until the end.
pub(crate) struct Turns {
    candidates: Vec<Candidate>,
    /// Those who got a client, whoever got one last at the end.
    assigned: Vec<ManagerId>,
}

impl Turns {
    pub(crate) fn load(conn: &mut DbConnection) -> Result<Self, Error> {
        Ok(Self { candidates: candidates(conn)?, assigned: Vec::new() })
    }

    /// The manager of another new client.
    pub(crate) fn assign(&mut self, country: Option<CountryId>) -> Option<ManagerId> {
        let id = assigned(&self.candidates, country)?;
        let last = self.candidates.iter().map(|candidate| candidate.turn).max().unwrap_or(0);
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.id == id) {
            candidate.turn = last + 1;
        }
        self.assigned.retain(|assigned| *assigned != id);
        self.assigned.push(id);
        Some(id)
    }

    /// Puts whoever got clients last in turn.
    pub(crate) fn save(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if !self.assigned.is_empty() {
            tx.conn.wait_lock(TURN_LOCK)?;
        }
        for id in &self.assigned {
            let candidates = candidates(tx.conn)?;
            put_last(tx, &candidates, *id)?;
        }
        Ok(())
    }
}
