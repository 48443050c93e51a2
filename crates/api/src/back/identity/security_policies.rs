//! Security policies: the IP allow and deny lists.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::identity::{IpNetwork, IpPolicy, IpPolicyKind, Permission, PolicyAuthor, RoutePattern, SecurityPolicyId};
use domain::value::Timestamp;
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, IP_NETWORK_PATTERN, Input, ListQuery, Parsed, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::identity::security_policies::{self, Filter, SecurityPolicy, StoredPolicy};
use storage::{ByTime, Page};

use crate::Problem;

const POLICIES: &str = "/api/v2/security/policies";

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const POLICY: &str = "/api/v2/security/policies/{policyId}";
    routes
        .get("black-and-white-lists.list", POLICIES, P::BlackAndWhiteListsRead)
        .summary("List security policies.")
        .describe("Each entry allows or denies an address or a block of addresses on a path. The newest come first.")
        .list(list);
    routes
        .get("black-and-white-lists.get", POLICY, P::BlackAndWhiteListsRead)
        .summary("Read a security policy.")
        .describe("An entry counts as long as it is active.")
        .record(get);
    routes
        .post("black-and-white-lists.create", POLICIES, P::BlackAndWhiteListsCreate)
        .summary("Add a security policy.")
        .describe(
            "Entries are checked before anything else of a call, and `deny` wins over `allow`. A path with \
             `allow` entries takes calls from their addresses alone. An entry that would lock its author out is \
             refused.",
        )
        .example(json!({
            "ip": "203.0.113.0/24", "permission": "deny", "route": "/api/v2/*",
            "comment": "Reported for scanning", "active": true,
        }))
        .changes_access()
        .created(create);
    routes
        .put_and_patch("black-and-white-lists.update", POLICY, P::BlackAndWhiteListsUpdate)
        .summary("Change a security policy.")
        .describe("Counts from the next call on. A change that would lock its author out is refused.")
        .example_at("/api/v2/security/policies/1", json!({"active": false}))
        .changes_access()
        .changed(update);
    routes
        .delete("black-and-white-lists.delete", POLICY, P::BlackAndWhiteListsDelete)
        .summary("Delete a security policy.")
        .describe("Counts from the next call on.")
        .changes_access()
        .deleted(delete);
}

/// An entry of the IP lists.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SecurityPolicy")]
#[serde(rename_all = "camelCase")]
struct PolicyAnswer {
    id: SecurityPolicyId,
    /// Whether it is in force.
    active: bool,
    /// For the back office only.
    comment: Option<String>,
    /// An address or a CIDR block.
    ip: String,
    /// Whether calls from the address are allowed or denied.
    permission: IpPolicyKind,
    /// A path, all below a path (`PREFIX/*`), or an internal name.
    route: String,
    create_time: Timestamp,
}

impl Resource<Back> for PolicyAnswer {
    const NAME: &'static str = "security_policy";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPolicy> for PolicyAnswer {
    fn from(stored: StoredPolicy) -> Self {
        Self {
            id: stored.id,
            active: stored.data.active,
            comment: stored.data.comment,
            ip: stored.data.policy.network.to_string(),
            permission: stored.data.policy.kind,
            route: stored.data.policy.route.as_str().to_owned(),
            create_time: stored.create_time,
        }
    }
}

/// A path, with an optional `/*` at its end, or a word.
const ROUTE_PATTERN: &str = r"^(/[!-)+-~]{0,200}(/\*)?|[A-Za-z0-9_-]{1,255})$";

impl Input<Back> for SecurityPolicy {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let network = fields
            .required("ip", &Parsed::<IpNetwork>::matching(IP_NETWORK_PATTERN), |current| &current.policy.network);
        let kind = fields.required("permission", &Choice::of(), |current| &current.policy.kind);
        let route =
            fields.required("route", &Parsed::<RoutePattern>::matching(ROUTE_PATTERN), |current| &current.policy.route);
        let active = fields.or("active", &Boolean, |current| &current.active, || true);
        let comment = fields.nullable("comment", &Text::LONG, |current| &current.comment);
        let policy = IpPolicy { network: network?, kind: kind?, route: route? };
        Some(Self { active: active?, comment: comment?, policy })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            active: filters.yes_no("active"),
            ip: filters.canonical::<IpNetwork>("ip", IP_NETWORK_PATTERN),
            kind: filters.choice("permission"),
            route: filters.text("route"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PolicyAnswer>, Problem> {
    Ok(security_policies::list(reading.conn, &query.filter, &query.paging)?.map(PolicyAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SecurityPolicyId,)) -> Result<PolicyAnswer, Problem> {
    Ok(security_policies::get(reading.conn, id)?.into())
}

/// The caller, and what they need to undo what they do to a policy.
fn author(writing: &Writing<'_, '_>) -> PolicyAuthor {
    PolicyAuthor { address: writing.call.ip, needed_paths: &[POLICIES, super::SIGN_IN] }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SecurityPolicy>) -> Result<PolicyAnswer, Problem> {
    Ok(security_policies::insert(writing.tx, author(writing), &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (SecurityPolicyId,),
    body: &Body<'_, SecurityPolicy>,
) -> Result<Change<PolicyAnswer>, Problem> {
    let author = author(writing);
    let before = security_policies::lock(writing.tx, id)?;
    let change =
        writing.change(before, body, |tx, before, data| security_policies::update(tx, author, before.id, data))?;
    Ok(change.map(PolicyAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (SecurityPolicyId,)) -> Result<PolicyAnswer, Problem> {
    Ok(security_policies::delete(writing.tx, id)?.into())
}
