//! Security policies: the IP allow and deny lists.

use diesel::prelude::*;
use domain::identity::{IdentityFault, IpPolicies, IpPolicy, IpPolicyKind, PolicyAuthor, SecurityPolicyId};
use domain::value::{FaultCode as _, Refusal, Stored, Timestamp};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::security_policies::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// What can be set of a security policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityPolicy {
    /// Whether it is in force.
    pub active: bool,
    /// For the back office only.
    pub comment: Option<String>,
    /// Whose access it allows or denies, and where.
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

impl Stored for StoredPolicy {
    type Data = SecurityPolicy;

    fn data(&self) -> &SecurityPolicy {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In force or not.
    pub active: Option<bool>,
    /// With this address or block, as written.
    pub ip: Option<String>,
    /// Of this kind.
    pub kind: Option<IpPolicyKind>,
    /// With this route.
    pub route: Option<String>,
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
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredPolicy>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
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

/// The policies in force.
pub fn active(conn: &mut DbConnection) -> Result<IpPolicies, Error> {
    let rows: Vec<Row> = table::table.filter(table::active.eq(true)).load(conn)?;
    rows.into_iter().map(|row| StoredPolicy::try_from(row).map(|stored| stored.data.policy)).collect()
}

/// One security policy, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: SecurityPolicyId) -> Result<StoredPolicy, Error> {
    tx.lock("security_policies", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    active: bool,
    comment: Option<&'a str>,
    ip: String,
    permission: IpPolicyKind,
    route: &'a str,
}

impl<'a> From<&'a SecurityPolicy> for Values<'a> {
    fn from(SecurityPolicy { active, comment, policy }: &'a SecurityPolicy) -> Self {
        Self {
            active: *active,
            comment: comment.as_deref(),
            ip: policy.network.to_string(),
            permission: policy.kind,
            route: policy.route.as_str(),
        }
    }
}

fn taken() -> Refusal {
    IdentityFault::DuplicatePolicy.conflict()
}

/// Adds a security policy.
///
/// # Errors
/// A refusal where there is the same one, or it would lock its author out.
pub fn insert(tx: &mut Tx<'_>, author: PolicyAuthor, policy: &SecurityPolicy) -> Result<StoredPolicy, Error> {
    let values = (Values::from(policy), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(taken))?;
    active(tx.conn)?.check_author_allowed(author)?;
    get(tx.conn, id)
}

/// Changes a security policy.
///
/// # Errors
/// A refusal where there is the same one, or it would lock its author out.
pub fn update(
    tx: &mut Tx<'_>,
    author: PolicyAuthor,
    id: SecurityPolicyId,
    policy: &SecurityPolicy,
) -> Result<StoredPolicy, Error> {
    let updated = diesel::update(table::table.find(id)).set(Values::from(policy)).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    active(tx.conn)?.check_author_allowed(author)?;
    get(tx.conn, id)
}

/// Deletes a security policy, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: SecurityPolicyId) -> Result<StoredPolicy, Error> {
    let policy = lock(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(policy)
}

/// Disables all policies, from the command line; answers how many were active.
pub fn switch_off(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let active = table::table.filter(table::active.eq(true));
    Ok(diesel::update(active).set(table::active.eq(false)).execute(tx.conn)?)
}
