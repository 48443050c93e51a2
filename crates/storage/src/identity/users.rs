//! Users. One that is deleted keeps its row, so that its id stays valid in logs.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::clients::ClientTagId;
use domain::identity::{
    IdentityFault, PermissionSet, Rights, Scope, SecondFactor, SignedInUser, User, UserChange, UserDeletion,
    UserGroupId, UserId,
};
use domain::messaging::EventName;
use domain::value::{CommonFault, Email, FaultCode as _, Field, List, Refusal, Set, Stored, folded};

use super::user_groups::{self, StoredGroup};
use super::{api_keys, credentials, totp, user_identities, ways_in};
use crate::antifraud::people;
use crate::clients::{managers, tags};
use crate::connection::MultiBackend;
use crate::content::calendar;
use crate::messaging::{event_notifications, events};
use crate::schema::users::{self as table, BoxedQuery};
use crate::schema::{client_tags, user_client_tags as user_tags, user_group_members as members, user_groups as groups};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// What stands in the place of the hash of a user who has no password: it is the hash of none.
pub const NO_PASSWORD: &str = "none";

/// A user as stored, with the names of their groups and tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUser {
    /// The id.
    pub id: UserId,
    /// What can be set.
    pub data: User,
    /// The user's groups, by id.
    pub groups: Vec<(UserGroupId, String)>,
    /// The user's tags, by id.
    pub client_tags: Vec<(ClientTagId, String)>,
}

impl Stored for StoredUser {
    type Data = User;

    fn data(&self) -> &User {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this e-mail address.
    pub email: Option<Email>,
    /// Only users who may sign in.
    pub active_only: bool,
}

#[derive(Queryable)]
struct Row {
    id: UserId,
    name: String,
    email: String,
    phone: Option<String>,
    active: bool,
    second_factor: SecondFactor,
    ip_whitelist: List<String>,
    can_view_masked_data: bool,
    slack_chat_id: Option<String>,
    telegram_chat_id: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::email,
        table::phone,
        table::active,
        table::second_factor,
        table::ip_whitelist,
        table::can_view_masked_data,
        table::slack_chat_id,
        table::telegram_chat_id,
    )
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::deleted_at.is_null()).into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(email) = &filter.email {
        query = query.filter(table::email_key.eq(email.key()));
    }
    if filter.active_only {
        query = query.filter(table::active.eq(true));
    }
    query
}

/// Users, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ById>) -> Result<Page<StoredUser>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (ById::Id, Direction::Ascending) => query.order(table::id.asc()),
        (ById::Id, Direction::Descending) => query.order(table::id.desc()),
    };
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: complete(conn, rows)? })
}

/// One user.
///
/// # Errors
/// [`Error::NotFound`], also for one that was deleted.
pub fn get(conn: &mut DbConnection, id: UserId) -> Result<StoredUser, Error> {
    let query = table::table.find(id).filter(table::deleted_at.is_null());
    let row: Row = query.select(columns()).first(conn)?;
    complete(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// One user, who is held until the transaction ends.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<StoredUser, Error> {
    tx.lock("users", id)?;
    get(tx.conn, id)
}

/// The user of this e-mail address.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConnection, email: &Email) -> Result<StoredUser, Error> {
    let query = table::table.filter(table::email_key.eq(email.key())).filter(table::deleted_at.is_null());
    let id = query.select(table::id).first(conn)?;
    get(conn, id)
}

/// How many users there are or were.
pub fn count(conn: &mut DbConnection) -> Result<i64, Error> {
    Ok(table::table.count().get_result(conn)?)
}

fn complete(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<StoredUser>, Error> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let of_groups: Vec<(UserId, (UserGroupId, String))> = members::table
        .inner_join(groups::table)
        .filter(members::user_id.eq_any(&ids))
        .order(groups::id)
        .select((members::user_id, (groups::id, groups::name)))
        .load(conn)?;
    let of_tags: Vec<(UserId, (ClientTagId, String))> = user_tags::table
        .inner_join(client_tags::table)
        .filter(user_tags::user_id.eq_any(&ids))
        .order(client_tags::id)
        .select((user_tags::user_id, (client_tags::id, client_tags::name)))
        .load(conn)?;
    let (mut of_groups, mut of_tags) = (grouped(of_groups), grouped(of_tags));
    rows.into_iter()
        .map(|row| {
            let groups = of_groups.remove(&row.id).unwrap_or_default();
            let client_tags = of_tags.remove(&row.id).unwrap_or_default();
            user(row, groups, client_tags)
        })
        .collect()
}

fn grouped<T>(pairs: Vec<(UserId, T)>) -> HashMap<UserId, Vec<T>> {
    let mut map: HashMap<UserId, Vec<T>> = HashMap::new();
    for (user, value) in pairs {
        map.entry(user).or_default().push(value);
    }
    map
}

fn user(
    row: Row,
    groups: Vec<(UserGroupId, String)>,
    client_tags: Vec<(ClientTagId, String)>,
) -> Result<StoredUser, Error> {
    let data = User {
        name: row.name,
        email: row.email.parse().map_err(|_| Error::Broken(format!("user {} has no e-mail address", row.id)))?,
        phone: row.phone,
        active: row.active,
        second_factor: row.second_factor,
        ip_whitelist: row.ip_whitelist.to_vec(),
        groups: groups.iter().map(|(id, _)| *id).collect(),
        client_tags: client_tags.iter().map(|(id, _)| *id).collect(),
        can_view_masked_data: row.can_view_masked_data,
        slack_chat_id: row.slack_chat_id,
        telegram_chat_id: row.telegram_chat_id,
    };
    Ok(StoredUser { id: row.id, data, groups, client_tags })
}

/// What a user of these groups, tags and flags may do.
pub fn rights_of(conn: &mut DbConnection, user: &User) -> Result<Rights, Error> {
    Ok(rights_in(&user_groups::existing(conn, &user.groups)?, user))
}

fn rights_in(groups: &[StoredGroup], user: &User) -> Rights {
    let mut permissions = PermissionSet::default();
    for stored in groups {
        permissions.extend_with(&(&stored.group.data.permissions).into());
    }
    let is_administrator = groups.iter().any(|stored| stored.is_administrators);
    Rights {
        permissions,
        is_administrator,
        sees_all_groups: is_administrator,
        scope: Scope::of_tags(user.client_tags.clone()),
        can_view_masked_data: user.can_view_masked_data,
    }
}

/// Adds a user.
///
/// # Errors
/// A refusal where a group or tag does not exist, the caller would grant more than they have, or the
/// address is taken.
pub fn insert(tx: &mut Tx<'_>, caller: &SignedInUser, user: &User, password_hash: &str) -> Result<StoredUser, Error> {
    let rights = check_names(tx.conn, caller, None, user)?;
    let change = UserChange { id: caller.user, before: None, after: (user, &rights), sets_password: true };
    change.check(caller)?;
    create(tx, user, password_hash)
}

/// Adds a user without a caller: the first administrator, or one from the command line.
///
/// # Errors
/// A refusal where the address is taken.
pub fn create(tx: &mut Tx<'_>, user: &User, password_hash: &str) -> Result<StoredUser, Error> {
    let values = (
        values(user)?,
        table::password_hash.eq(password_hash),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id: UserId = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Email)))?;
    write_sets(tx, id, user)?;
    events::put(tx, EventName::AdminUserCreated, None, events::facts([("userId", id.get().into())]))?;
    get(tx.conn, id)
}

/// Changes a user.
///
/// # Errors
/// A refusal where a group or tag does not exist, the caller may not make this change, the
/// address is taken, or no administrator would be left.
pub fn update(
    tx: &mut Tx<'_>,
    caller: &SignedInUser,
    before: &StoredUser,
    after: &User,
    password_hash: Option<&str>,
) -> Result<StoredUser, Error> {
    let granted = check_names(tx.conn, caller, Some(&before.data), after)?;
    let held = rights_of(tx.conn, &before.data)?;
    let change = UserChange {
        id: before.id,
        before: Some((&before.data, &held)),
        after: (after, &granted),
        sets_password: password_hash.is_some(),
    };
    change.check(caller)?;
    if held.is_administrator && before.data.active && !(granted.is_administrator && after.active) {
        keep_an_administrator(tx, before.id)?;
    }
    let updated = diesel::update(table::table.find(before.id))
        .set((values(after)?, table::update_time.eq(tx.now.naive())))
        .execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Email)))?;
    if let Some(hash) = password_hash {
        diesel::update(table::table.find(before.id)).set(table::password_hash.eq(hash)).execute(tx.conn)?;
    }
    write_sets(tx, before.id, after)?;
    if before.data.second_factor != after.second_factor {
        totp::forget_secret(tx, before.id)?;
    }
    if change.ends_sessions() {
        credentials::end_all(tx, before.id)?;
    }
    let was_administrator = held.is_administrator && before.data.active;
    let has_moved = before.data.email.key() != after.email.key();
    if has_moved {
        // Whoever had the former address is not who has this one.
        user_identities::forget_user(tx, before.id)?;
    }
    if was_administrator && (has_moved || !(granted.is_administrator && after.active)) {
        ways_in::check(tx)?;
    }
    get(tx.conn, before.id)
}

/// Puts a user, who is held, in these groups, as their provider says. The last administrator who can sign in stays one.
pub(super) fn set_groups(tx: &mut Tx<'_>, before: &StoredUser, groups: &Set<UserGroupId>) -> Result<StoredUser, Error> {
    if *groups == before.data.groups {
        return Ok(before.clone());
    }
    let mut after = User { groups: groups.clone(), ..before.data.clone() };
    let held = user_groups::existing(tx.conn, &before.data.groups)?;
    let was_administrator = before.data.active && held.iter().any(|stored| stored.is_administrators);
    if was_administrator && !rights_of(tx.conn, &after)?.is_administrator && !may_leave(tx, before.id)? {
        log::warn!("user {} stays an administrator, since there is no other who can sign in", before.id);
        let kept = held.iter().filter(|stored| stored.is_administrators).map(|stored| stored.group.id);
        after.groups = after.groups.iter().copied().chain(kept).collect();
    }
    diesel::update(table::table.find(before.id)).set(table::update_time.eq(tx.now.naive())).execute(tx.conn)?;
    write_sets(tx, before.id, &after)?;
    get(tx.conn, before.id)
}

/// Whether there would still be an active administrator who can sign in.
fn may_leave(tx: &mut Tx<'_>, leaving: UserId) -> Result<bool, Error> {
    Ok(has_other_administrator(tx, leaving)? && ways_in::is_open_without(tx, leaving)?)
}

/// Sets a password from the command line, which ends all sessions.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Result<(), Error> {
    let values = (table::password_hash.eq(password_hash), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    credentials::end_all(tx, id)
}

/// Allows a user every IP address again, from the command line.
pub fn clear_ip_whitelist(tx: &mut Tx<'_>, id: UserId) -> Result<(), Error> {
    diesel::update(table::table.find(id)).set(table::ip_whitelist.eq("[]")).execute(tx.conn)?;
    Ok(())
}

/// Deletes a user, and answers what the user was: their sessions end, their keys are deleted, and their e-mail address
/// may be used again.
///
/// # Errors
/// [`Error::NotFound`]; a refusal for the caller themselves, for the last administrator and for a manager.
pub fn delete(tx: &mut Tx<'_>, caller: UserId, id: UserId) -> Result<StoredUser, Error> {
    let user = lock(tx, id)?;
    let is_administrator = rights_of(tx.conn, &user.data)?.is_administrator && user.data.active;
    let is_last_administrator = is_administrator && !has_other_administrator(tx, id)?;
    UserDeletion { user: id, caller, is_last_administrator }.check()?;
    if managers::is_manager(tx.conn, id)? {
        return Err(IdentityFault::UserIsManager.conflict().into());
    }
    diesel::delete(members::table.filter(members::user_id.eq(id))).execute(tx.conn)?;
    diesel::delete(user_tags::table.filter(user_tags::user_id.eq(id))).execute(tx.conn)?;
    event_notifications::delete_of_user(tx, id)?;
    calendar::forget_user(tx, id)?;
    people::forget(tx, id)?;
    credentials::end_all(tx, id)?;
    api_keys::delete_of_user(tx, id)?;
    user_identities::forget_user(tx, id)?;
    let values = (table::deleted_at.eq(Some(tx.now.naive())), table::active.eq(false));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    if is_administrator {
        ways_in::check(tx)?;
    }
    Ok(user)
}

fn keep_an_administrator(tx: &mut Tx<'_>, leaving: UserId) -> Result<(), Error> {
    if has_other_administrator(tx, leaving)? { Ok(()) } else { Err(UserDeletion::last_administrator().into()) }
}

fn has_other_administrator(tx: &mut Tx<'_>, leaving: UserId) -> Result<bool, Error> {
    ways_in::lock(tx)?;
    let of_administrators = members::table
        .inner_join(groups::table)
        .filter(groups::is_administrators.eq(true))
        .filter(members::user_id.eq(table::id));
    let others = table::table
        .filter(table::id.ne(leaving))
        .filter(table::active.eq(true))
        .filter(table::deleted_at.is_null())
        .filter(exists(of_administrators));
    Ok(diesel::select(not(exists(others))).get_result::<bool>(tx.conn).map(|none| !none)?)
}

/// The rights that a user's groups and tags add up to, once all of them are known to exist. Tags that the user
/// had already may stay, though the caller does not see them.
fn check_names(
    conn: &mut DbConnection,
    caller: &SignedInUser,
    before: Option<&User>,
    after: &User,
) -> Result<Rights, Error> {
    let known_groups = user_groups::existing(conn, &after.groups)?;
    let wanted: Vec<ClientTagId> = after.client_tags.iter().copied().collect();
    let known_tags = tags::existing(conn, &caller.rights.scope, &wanted)?;
    let had = |tag: &ClientTagId| before.is_some_and(|before| before.client_tags.contains(tag));
    let unknown_groups =
        after.groups.placed().filter(|(_, id)| known_groups.iter().all(|stored| stored.group.id != **id));
    let unknown_tags = after.client_tags.placed().filter(|(_, tag)| !known_tags.contains(tag) && !had(tag));
    let faults = unknown_groups
        .map(|(place, _)| CommonFault::Unknown.at(Field::Groups.entry(place)))
        .chain(unknown_tags.map(|(place, _)| CommonFault::Unknown.at(Field::ClientTags.entry(place))))
        .collect();
    Refusal::unless_empty(faults)?;
    Ok(rights_in(&known_groups, after))
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    email: &'a str,
    email_key: String,
    phone: Option<&'a str>,
    active: bool,
    second_factor: SecondFactor,
    ip_whitelist: String,
    can_view_masked_data: bool,
    slack_chat_id: Option<&'a str>,
    telegram_chat_id: Option<&'a str>,
}

fn values(user: &User) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &user.name,
        name_key: folded(&user.name),
        email: user.email.as_str(),
        email_key: user.email.key(),
        phone: user.phone.as_deref(),
        active: user.active,
        second_factor: user.second_factor,
        ip_whitelist: json(&user.ip_whitelist)?,
        can_view_masked_data: user.can_view_masked_data,
        slack_chat_id: user.slack_chat_id.as_deref(),
        telegram_chat_id: user.telegram_chat_id.as_deref(),
    })
}

fn write_sets(tx: &mut Tx<'_>, id: UserId, user: &User) -> Result<(), Error> {
    diesel::delete(members::table.filter(members::user_id.eq(id))).execute(tx.conn)?;
    for group in user.groups.iter() {
        let values = (members::user_id.eq(id), members::group_id.eq(*group));
        diesel::insert_into(members::table).values(values).execute(tx.conn)?;
    }
    diesel::delete(user_tags::table.filter(user_tags::user_id.eq(id))).execute(tx.conn)?;
    for tag in user.client_tags.iter() {
        let values = (user_tags::user_id.eq(id), user_tags::tag_id.eq(*tag));
        diesel::insert_into(user_tags::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}
