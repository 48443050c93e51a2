//! Policies by which operations wait for a second user.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::identity::{Approvable, ApprovalPolicy, ApprovalPolicyId, UserGroupId};
use domain::value::{Field, Record, Refusal, Set, Timestamp};

use super::user_groups;
use crate::connection::{MultiBackend, on_each};
use crate::json_list::{self, JsonList, JsonRows};
use crate::money::Stored;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::approval_policies::{self as table, BoxedQuery};
use crate::schema::approval_policy_groups as groups;
use crate::{DbConnection, Error, Page, Paging, Tx};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this operation.
    pub operation: Option<String>,
    /// In force or not.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Operation,
    CreateTime,
}

/// The groups of a policy.
#[derive(Clone, Copy, Debug)]
struct GroupsOfPolicy;

impl JsonRows for GroupsOfPolicy {
    const COLUMNS: &'static str = "groups.group_id";
    const FROM: &'static str = "FROM approval_policy_groups AS groups WHERE groups.policy_id = approval_policies.id";
}

type Columns = (ApprovalPolicyId, String, Option<Stored>, i64, bool, Option<String>, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let groups: JsonList<GroupsOfPolicy> = JsonList(GroupsOfPolicy);
    (
        table::id,
        table::operation,
        table::above_usd,
        table::expires_after_hours,
        table::is_enabled,
        groups,
        table::create_time,
        table::update_time,
    )
}

fn record(columns: Columns) -> Result<Record<ApprovalPolicy>, Error> {
    let (id, operation, above_usd, expires_after_hours, is_enabled, groups, create_time, update_time) = columns;
    let groups: Vec<(UserGroupId,)> = json_list::read(groups.as_deref())?;
    let data = ApprovalPolicy {
        operation,
        above_usd: above_usd.map(Into::into),
        user_groups: groups.into_iter().map(|(group,)| group).collect(),
        expires_after_hours,
        is_enabled,
    };
    Ok(Record { id, data, create_time, update_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(operation) = &filter.operation {
        query = query.filter(table::operation.eq(operation.clone()));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Policies, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<ApprovalPolicy>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Operation => ordered!(query, paging.direction, table::operation, table::id),
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let ids: Vec<ApprovalPolicyId> = query.select(table::id).load(conn)?;
    let rows = table::table.filter(one_of(table::id, &ids)).select(columns());
    let rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    let mut data = rows.into_iter().map(record).collect::<Result<Vec<_>, Error>>()?;
    data.sort_by_key(|policy| ids.iter().position(|id| *id == policy.id));
    Ok(Page { total, data })
}

/// One policy.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ApprovalPolicyId) -> Result<Record<ApprovalPolicy>, Error> {
    let policy = table::table.find(id).select(columns());
    record(on_each!(conn, conn => policy.first(conn))?)
}

/// One policy, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ApprovalPolicyId) -> Result<Record<ApprovalPolicy>, Error> {
    tx.lock("approval_policies", id)?;
    get(tx.conn, id)
}

/// The policies in force, by their operations.
pub fn in_force(conn: &mut DbConnection) -> Result<BTreeMap<String, ApprovalPolicy>, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true)).select(columns());
    let rows: Vec<Columns> = on_each!(conn, conn => enabled.load(conn))?;
    let policies = rows.into_iter().map(|row| Ok((row.1.clone(), record(row)?.data)));
    policies.collect()
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    operation: &'a str,
    above_usd: Option<Stored>,
    expires_after_hours: i64,
    is_enabled: bool,
}

fn row(policy: &ApprovalPolicy) -> Row<'_> {
    Row {
        operation: &policy.operation,
        above_usd: policy.above_usd.map(Stored),
        expires_after_hours: policy.expires_after_hours,
        is_enabled: policy.is_enabled,
    }
}

/// Adds a policy for an operation of which this is known.
///
/// # Errors
/// What [`ApprovalPolicy::check`] refuses; a refusal of groups that do not exist; a conflict where the operation has one.
pub fn insert(
    tx: &mut Tx<'_>,
    policy: &ApprovalPolicy,
    operation: Option<Approvable>,
) -> Result<Record<ApprovalPolicy>, Error> {
    policy.check(operation)?;
    let values = (row(policy), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let insert = diesel::insert_into(table::table).values(values).returning(table::id);
    let id = on_each!(&mut *tx.conn, conn => insert.get_result(conn));
    let id: ApprovalPolicyId = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Operation)))?;
    set_groups(tx, id, &policy.user_groups)?;
    get(tx.conn, id)
}

/// Writes what can be set of a policy. Changes that wait already go on as they began.
///
/// # Errors
/// As of [`insert`].
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ApprovalPolicy>,
    after: &ApprovalPolicy,
    operation: Option<Approvable>,
) -> Result<Record<ApprovalPolicy>, Error> {
    after.check(operation)?;
    let update = diesel::update(table::table.find(before.id)).set((row(after), table::update_time.eq(tx.now.naive())));
    on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    if after.user_groups != before.data.user_groups {
        set_groups(tx, before.id, &after.user_groups)?;
    }
    get(tx.conn, before.id)
}

/// Deletes a policy. Changes that wait already go on as they began.
pub fn delete(tx: &mut Tx<'_>, id: ApprovalPolicyId) -> Result<(), Error> {
    diesel::delete(groups::table.filter(groups::policy_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

fn set_groups(tx: &mut Tx<'_>, id: ApprovalPolicyId, wanted: &Set<UserGroupId>) -> Result<(), Error> {
    let ids: Vec<UserGroupId> = wanted.iter().copied().collect();
    tx.hold("user_groups", &ids)?;
    if user_groups::existing(tx.conn, wanted)?.len() < ids.len() {
        return Err(Refusal::unknown(Field::UserGroups).into());
    }
    diesel::delete(groups::table.filter(groups::policy_id.eq(id))).execute(tx.conn)?;
    for group in ids {
        let values = (groups::policy_id.eq(id), groups::group_id.eq(group));
        diesel::insert_into(groups::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// Switches all policies off, for when nobody is left who can decide; answers how many were in force.
pub fn switch_off(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let in_force = table::table.filter(table::is_enabled.eq(true));
    let off = (table::is_enabled.eq(false), table::update_time.eq(tx.now.naive()));
    Ok(diesel::update(in_force).set(off).execute(tx.conn)?)
}
