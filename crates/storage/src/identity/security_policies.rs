//! Security policies: the IP allow and deny lists.

use std::net::IpAddr;

use diesel::prelude::*;
use domain::identity::{IpPolicies, IpPolicy, IpPolicyKind, SecurityPolicyId};
use domain::value::{Refusal, Timestamp};

use crate::connection::MultiBackend;
use crate::schema::security_policies::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx};

/// What can be set of a security policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityPolicy {
    /// Whether it acts.
    pub active: bool,
    /// For the back office only.
    pub comment: Option<String>,
    /// Whom it lets in or keeps out, and where.
    pub policy: IpPolicy,
}

/// A security policy as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPolicy {
    /// Its id.
    pub id: SecurityPolicyId,
    /// What can be set.
    pub data: SecurityPolicy,
    /// When it was made.
    pub create_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Acting or not.
    pub active: Option<bool>,
    /// With this address or block, as it is written.
    pub ip: Option<String>,
    /// Of this kind.
    pub kind: Option<IpPolicyKind>,
    /// With this route.
    pub route: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
}

#[derive(Queryable)]
struct Row {
    id: SecurityPolicyId,
    active: bool,
    comment: Option<String>,
    ip: String,
    permission: IpPolicyKind,
    route: String,
    create_time: Timestamp,
}

impl TryFrom<Row> for StoredPolicy {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let broken = |what: &str| Error::Broken(format!("security policy {} has no {what}", row.id));
        let policy = IpPolicy {
            network: row.ip.parse().map_err(|_| broken("address"))?,
            kind: row.permission,
            route: row.route.parse().map_err(|_| broken("route"))?,
        };
        let data = SecurityPolicy { active: row.active, comment: row.comment, policy };
        Ok(Self { id: row.id, data, create_time: row.create_time })
    }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(active) = filter.active {
        query = query.filter(table::active.eq(active));
    }
    if let Some(ip) = &filter.ip {
        query = query.filter(table::ip.eq(ip.clone()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::permission.eq(kind));
    }
    if let Some(route) = &filter.route {
        query = query.filter(table::route.eq(route.clone()));
    }
    query
}

/// Security policies, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<StoredPolicy>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Direction::Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Direction::Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(TryInto::try_into).collect::<Result<_, Error>>()? })
}

/// One security policy.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: SecurityPolicyId) -> Result<StoredPolicy, Error> {
    table::table.find(id).first::<Row>(conn)?.try_into()
}

/// All that act.
///
/// # Errors
/// Those of the database.
pub fn active(conn: &mut DbConnection) -> Result<IpPolicies, Error> {
    let rows: Vec<Row> = table::table.filter(table::active.eq(true)).load(conn)?;
    rows.into_iter().map(|row| StoredPolicy::try_from(row).map(|stored| stored.data.policy)).collect()
}

fn values(
    policy: &SecurityPolicy,
) -> (
    diesel::dsl::Eq<table::active, bool>,
    diesel::dsl::Eq<table::comment, Option<&str>>,
    diesel::dsl::Eq<table::ip, String>,
    diesel::dsl::Eq<table::permission, IpPolicyKind>,
    diesel::dsl::Eq<table::route, &str>,
) {
    (
        table::active.eq(policy.active),
        table::comment.eq(policy.comment.as_deref()),
        table::ip.eq(policy.policy.network.to_string()),
        table::permission.eq(policy.policy.kind),
        table::route.eq(policy.policy.route.as_str()),
    )
}

fn taken() -> Refusal {
    Refusal::conflict("There is a policy of this address, permission and route.")
}

/// Adds a security policy.
///
/// # Errors
/// A refusal where there is the same one, or it would lock its author out.
pub fn insert(tx: &mut Tx<'_>, author: IpAddr, policy: &SecurityPolicy) -> Result<StoredPolicy, Error> {
    let values = (values(policy), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(taken))?;
    active(tx.conn)?.check_keep_in(author)?;
    get(tx.conn, id)
}

/// Changes a security policy.
///
/// # Errors
/// A refusal where there is the same one, or it would lock its author out.
pub fn update(
    tx: &mut Tx<'_>,
    author: IpAddr,
    id: SecurityPolicyId,
    policy: &SecurityPolicy,
) -> Result<StoredPolicy, Error> {
    let updated = diesel::update(table::table.find(id)).set(values(policy)).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    active(tx.conn)?.check_keep_in(author)?;
    get(tx.conn, id)
}

/// Deletes a security policy.
///
/// # Errors
/// Those of the database.
pub fn delete(tx: &mut Tx<'_>, id: SecurityPolicyId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Switches all policies off, from the machine itself; answers how many acted.
///
/// # Errors
/// Those of the database.
pub fn switch_off(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let acting = table::table.filter(table::active.eq(true));
    Ok(diesel::update(acting).set(table::active.eq(false)).execute(tx.conn)?)
}
