//! Policies by which operations wait for a second user.

use std::collections::BTreeMap;

use domain::identity::{
    Approvable, ApprovalPolicy, ApprovalPolicyId, DEFAULT_HOURS_TO_APPROVE, MAX_HOURS_TO_APPROVE, Permission,
};
use domain::value::{Record, Set};
use http::request::{
    Boolean, Decimal, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SetOf, SortKey, Text,
};
use http::routes::{Change, Coverage};
use http::{Requirement as _, Route};
use serde_json::json;
use storage::Page;
use storage::identity::approval_policies::{self, Filter, Sort};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const POLICIES: &str = "/api/v2/approvals/policies";
    const POLICY: &str = "/api/v2/approvals/policies/{policyId}";
    routes
        .get("approvals.policies.list", POLICIES, P::ApprovalPoliciesRead)
        .summary("List which operations a second user must approve.")
        .describe("One policy for each operation, by the names of the operations.")
        .extension()
        .list(list);
    routes
        .get("approvals.policies.get", POLICY, P::ApprovalPoliciesRead)
        .summary("Read a policy.")
        .describe("It counts while it is enabled.")
        .extension()
        .record(get);
    routes
        .post("approvals.policies.create", POLICIES, P::ApprovalPoliciesCreate)
        .summary("Make an operation wait for a second user.")
        .describe(
            "From the next call on the operation is checked as ever, changes nothing and answers 202 until another user \
             approves it. Operations that cannot wait, such as sign-in, approvals themselves and those whose answer \
             shows a secret once, are refused with 422, and so is `aboveUsd` for one that moves no money.",
        )
        .example(json!({"operation": "transfers.create", "aboveUsd": "10000", "expiresAfterHours": 24}))
        .extension()
        .changes_access()
        .created(create);
    routes
        .put_and_patch("approvals.policies.update", POLICY, P::ApprovalPoliciesUpdate)
        .summary("Change a policy.")
        .describe("Counts from the next call on. Changes that wait already are decided as the policy was.")
        .example_at("/api/v2/approvals/policies/1", json!({"isEnabled": false}))
        .extension()
        .changes_access()
        .changed(update);
    routes
        .delete("approvals.policies.delete", POLICY, P::ApprovalPoliciesDelete)
        .summary("Delete a policy.")
        .describe("Changes that wait already still wait.")
        .example_path("/api/v2/approvals/policies/2")
        .extension()
        .changes_access()
        .deleted(delete);
}

/// The operations that can wait, with what policies can do about each and the permission that it needs.
pub(crate) fn approvable(routes: &[Route<Back>]) -> BTreeMap<&'static str, (Approvable, Permission)> {
    let covered = routes.iter().filter(|route| route.replaced_by.is_none()).filter_map(|route| {
        let approvable = match route.coverage {
            Coverage::Never => return None,
            Coverage::Always => Approvable::Always,
            Coverage::ByAmount => Approvable::ByAmount,
        };
        let permission = route.requirement.permission()?.parse().ok()?;
        Some((route.operation, (approvable, permission)))
    });
    covered.collect()
}

fn known(writing: &Writing<'_, '_>, operation: &str) -> Option<Approvable> {
    writing.context.approvable(operation).map(|(approvable, _)| approvable)
}

impl Input<Back> for ApprovalPolicy {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let hours = Integer { min: 1, max: MAX_HOURS_TO_APPROVE };
        let operation = fields.fixed("operation", &Text::NAME, |policy| &policy.operation);
        let above_usd = fields.nullable("aboveUsd", &Decimal::NonNegative, |policy| &policy.above_usd);
        let user_groups = fields.or("userGroups", &SetOf(Id::of()), |policy| &policy.user_groups, Set::default);
        let expires_after_hours =
            fields.or("expiresAfterHours", &hours, |policy| &policy.expires_after_hours, || DEFAULT_HOURS_TO_APPROVE);
        let is_enabled = fields.or("isEnabled", &Boolean, |policy| &policy.is_enabled, || true);
        Some(Self {
            operation: operation?,
            above_usd: above_usd?,
            user_groups: user_groups?,
            expires_after_hours: expires_after_hours?,
            is_enabled: is_enabled?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { operation: filters.text("operation"), is_enabled: filters.yes_no("isEnabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("operation", Self::Operation), ("createTime", Self::CreateTime)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<ApprovalPolicy>>, Problem> {
    Ok(approval_policies::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ApprovalPolicyId,)) -> Result<Record<ApprovalPolicy>, Problem> {
    Ok(approval_policies::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ApprovalPolicy>,
) -> Result<Record<ApprovalPolicy>, Problem> {
    let policy = body.create()?;
    let known = known(writing, &policy.operation);
    Ok(approval_policies::insert(writing.tx, &policy, known)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ApprovalPolicyId,),
    body: &Body<'_, ApprovalPolicy>,
) -> Result<Change<Record<ApprovalPolicy>>, Problem> {
    let before = approval_policies::lock(writing.tx, id)?;
    let known = known(writing, &before.data.operation);
    writing.change(before, body, |tx, before, after| approval_policies::update(tx, before, after, known))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ApprovalPolicyId,)) -> Result<Record<ApprovalPolicy>, Problem> {
    let policy = approval_policies::lock(writing.tx, id)?;
    approval_policies::delete(writing.tx, id)?;
    Ok(policy)
}
