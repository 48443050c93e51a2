//! Providers by which users sign in.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use domain::identity::{
    EmailDomain, IdentityProvider, IdentityProviderId, MappedGroup, SecureUrl, SignedInUser, UserGroupId,
};
use domain::value::{Set, Stored, Timestamp};

use super::{provider_sign_ins, user_groups, user_identities, ways_in};
use crate::schema::{identity_provider_groups as groups, identity_providers as table};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A provider as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProvider {
    /// Its id.
    pub id: IdentityProviderId,
    /// What can be set.
    pub data: IdentityProvider,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredProvider {
    type Data = IdentityProvider;

    fn data(&self) -> &IdentityProvider {
        &self.data
    }
}

/// A provider as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct OfferedProvider {
    /// Its id.
    pub id: IdentityProviderId,
    /// Its name.
    pub caption: String,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    caption: &'a str,
    issuer: &'a str,
    client_id: &'a str,
    client_secret: Option<&'a str>,
    scopes: String,
    redirect_uris: String,
    email_domains: String,
    group_claim: &'a str,
    follows_groups: bool,
    creates_users: bool,
    trusts_second_factor: bool,
    is_enabled: bool,
}

fn row(provider: &IdentityProvider) -> Result<Row<'_>, Error> {
    Ok(Row {
        caption: &provider.caption,
        issuer: provider.issuer.as_str(),
        client_id: &provider.client_id,
        client_secret: provider.client_secret.as_deref(),
        scopes: json(&provider.scopes)?,
        redirect_uris: json(&provider.redirect_uris)?,
        email_domains: json(&provider.email_domains)?,
        group_claim: &provider.group_claim,
        follows_groups: provider.follows_groups,
        creates_users: provider.creates_users,
        trusts_second_factor: provider.trusts_second_factor,
        is_enabled: provider.is_enabled,
    })
}

type Columns = (
    IdentityProviderId,
    (String, String, String, Option<String>),
    (Set<String>, Set<SecureUrl>, Set<EmailDomain>),
    (String, bool, bool, bool, bool),
    Timestamp,
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        (table::caption, table::issuer, table::client_id, table::client_secret),
        (table::scopes, table::redirect_uris, table::email_domains),
        (
            table::group_claim,
            table::follows_groups,
            table::creates_users,
            table::trusts_second_factor,
            table::is_enabled,
        ),
        table::create_time,
        table::update_time,
    )
}

fn stored(row: Columns, groups: Set<MappedGroup>) -> Result<StoredProvider, Error> {
    let (id, client, sets, switches, create_time, update_time) = row;
    let (caption, issuer, client_id, client_secret) = client;
    let (scopes, redirect_uris, email_domains) = sets;
    let (group_claim, follows_groups, creates_users, trusts_second_factor, is_enabled) = switches;
    let data = IdentityProvider {
        caption,
        issuer: issuer.parse().map_err(|_| Error::Broken(format!("identity provider {id} has no issuer")))?,
        client_id,
        client_secret,
        scopes,
        redirect_uris,
        email_domains,
        group_claim,
        groups,
        follows_groups,
        creates_users,
        trusts_second_factor,
        is_enabled,
    };
    Ok(StoredProvider { id, data, create_time, update_time })
}

/// The providers of these rows, with what they map.
fn complete(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredProvider>, Error> {
    let ids: Vec<IdentityProviderId> = rows.iter().map(|row| row.0).collect();
    let of_providers = groups::table.filter(groups::provider_id.eq_any(ids));
    let columns = (groups::provider_id, groups::claim_value, groups::group_id);
    let mapped: Vec<(IdentityProviderId, String, UserGroupId)> = of_providers.select(columns).load(conn)?;
    let mut by_provider: HashMap<IdentityProviderId, BTreeSet<MappedGroup>> = HashMap::new();
    for (provider, value, group_id) in mapped {
        by_provider.entry(provider).or_default().insert(MappedGroup { value, group_id });
    }
    let of = |row: Columns| {
        let mapped = by_provider.remove(&row.0).unwrap_or_default();
        stored(row, mapped.into())
    };
    rows.into_iter().map(of).collect()
}

/// Providers, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<StoredProvider>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: complete(conn, rows)? })
}

/// One provider.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: IdentityProviderId) -> Result<StoredProvider, Error> {
    let row: Columns = table::table.find(id).select(columns()).first(conn)?;
    complete(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// One provider with which users can sign in.
///
/// # Errors
/// [`Error::NotFound`], also for one that is not enabled.
pub fn enabled(conn: &mut DbConnection, id: IdentityProviderId) -> Result<StoredProvider, Error> {
    let provider = get(conn, id)?;
    if provider.data.is_enabled { Ok(provider) } else { Err(Error::NotFound) }
}

/// How many providers are offered at most.
const MAX_OFFERED: i64 = 100;

/// The providers with which users can sign in, in their order.
pub fn offered(conn: &mut DbConnection) -> Result<Vec<OfferedProvider>, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true)).order(table::id).limit(MAX_OFFERED);
    Ok(enabled.select((table::id, table::caption)).load(conn)?)
}

/// One provider, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: IdentityProviderId) -> Result<StoredProvider, Error> {
    tx.lock("identity_providers", id)?;
    get(tx.conn, id)
}

/// Adds a provider.
///
/// # Errors
/// A refusal for a caller who may not, and of groups that do not exist.
pub fn insert(tx: &mut Tx<'_>, caller: &SignedInUser, provider: &IdentityProvider) -> Result<StoredProvider, Error> {
    IdentityProvider::check_author(caller)?;
    let values = (row(provider)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let insert = diesel::insert_into(table::table).values(values).returning(table::id);
    let id: IdentityProviderId = insert.get_result(tx.conn)?;
    set_groups(tx, id, provider)?;
    get(tx.conn, id)
}

/// Writes what can be set of a provider.
///
/// # Errors
/// As of [`insert`]; a conflict where no administrator could sign in.
pub fn update(
    tx: &mut Tx<'_>,
    caller: &SignedInUser,
    before: &StoredProvider,
    after: &IdentityProvider,
) -> Result<StoredProvider, Error> {
    IdentityProvider::check_author(caller)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    if after.groups != before.data.groups {
        set_groups(tx, before.id, after)?;
    }
    if before.data.is_enabled && !after.is_enabled {
        ways_in::check(tx)?;
    }
    get(tx.conn, before.id)
}

/// Deletes a provider, and answers what it was. Its users are known by it no more.
///
/// # Errors
/// [`Error::NotFound`]; a refusal for a caller who may not; a conflict where no administrator could sign in.
pub fn delete(tx: &mut Tx<'_>, caller: &SignedInUser, id: IdentityProviderId) -> Result<StoredProvider, Error> {
    tx.lock_to_delete("identity_providers", id)?;
    let provider = get(tx.conn, id)?;
    IdentityProvider::check_author(caller)?;
    provider_sign_ins::forget_provider(tx, id)?;
    user_identities::forget_provider(tx, id)?;
    diesel::delete(groups::table.filter(groups::provider_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    if provider.data.is_enabled {
        ways_in::check(tx)?;
    }
    Ok(provider)
}

fn set_groups(tx: &mut Tx<'_>, id: IdentityProviderId, provider: &IdentityProvider) -> Result<(), Error> {
    let wanted: Set<UserGroupId> = provider.groups.iter().map(|mapped| mapped.group_id).collect();
    let ids: Vec<UserGroupId> = wanted.iter().copied().collect();
    tx.hold("user_groups", &ids)?;
    let existing = user_groups::existing(tx.conn, &wanted)?;
    provider.check_groups(&existing.iter().map(|stored| stored.group.id).collect())?;
    diesel::delete(groups::table.filter(groups::provider_id.eq(id))).execute(tx.conn)?;
    for mapped in provider.groups.iter() {
        let values =
            (groups::provider_id.eq(id), groups::claim_value.eq(&mapped.value), groups::group_id.eq(mapped.group_id));
        diesel::insert_into(groups::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}
