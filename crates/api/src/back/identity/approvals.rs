//! Changes that a second user approves.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::{
    ApprovalId, ApprovalPolicy, ApprovalStatus, Checker, IdentityFault, Permission, UserId, Worth, options,
};
use domain::ledger::{Amount, usd_worth};
use domain::value::{FaultCode as _, Timestamp};
use http::request::{Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::{Approvals, Change, Coverage, KeptCall, Resource, Resumable, Waiting, made};
use http::{Answer, Audit, CallFault, Effect};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::audit::{Action, Subject};
use storage::identity::approvals::{self, Filter, NewApproval, Reader, StoredApproval, Verdict};
use storage::identity::callers::{self, Caller};
use storage::ledger::rates;
use storage::{ByTime, DbConnection, Page};

use super::system_logs::mask_client_data;
use crate::answers::Named;
use crate::back::{Back, Body, Call, Reading, Requirement, Routes, Writing};
use crate::context::AppContext;
use crate::{Problem, uploads};

const APPROVALS: &str = "/api/v2/approvals";

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const APPROVAL: &str = "/api/v2/approvals/{approvalId}";
    // A key that somebody found must not be the second pair of eyes.
    const IN_PERSON: Requirement = Requirement::InPerson(Some(P::ApprovalsUpdate));
    routes
        .get("approvals.list", APPROVALS, P::ApprovalsRead)
        .summary("List changes that wait or were decided.")
        .describe(
            "Users see their own and those that they may decide; `approvals.readAll` shows all. The newest come first.",
        )
        .extension()
        .list(list);
    routes
        .get("approvals.get", APPROVAL, P::ApprovalsRead)
        .summary("Read a change that waits or was decided.")
        .describe("Has the body that was sent and the record as it was. Secrets are masked.")
        .extension()
        .record(get);
    routes
        .post("approvals.approve", "/api/v2/approvals/{approvalId}/approve", IN_PERSON)
        .summary("Approve a change; it is carried out at once.")
        .describe(
            "Takes another user than the one who asked for it, with the permission of its operation and in one of the \
             groups of its policy. It runs with the rights that the user who asked for it has now. If it is refused, \
             nothing changes: the approval is `failed` and `result` tells why. API keys cannot approve.",
        )
        .example_at("/api/v2/approvals/1/approve", json!({"comment": "Checked with the client."}))
        .extension()
        .changes_access()
        .approves(find)
        .changed(approve);
    routes
        .post("approvals.reject", "/api/v2/approvals/{approvalId}/reject", IN_PERSON)
        .summary("Reject a change.")
        .describe("Requires the same rights as approving. The change is not carried out.")
        .example_at("/api/v2/approvals/2/reject", json!({"comment": "The client did not ask for this."}))
        .extension()
        .changed(reject);
    routes
        .post("approvals.withdraw", "/api/v2/approvals/{approvalId}/withdraw", P::ApprovalsRead)
        .summary("Withdraw a change of one's own that waits.")
        .describe("The change is not carried out.")
        .example_path("/api/v2/approvals/3/withdraw")
        .extension()
        .changed(withdraw);
}

/// How writes of users wait.
pub(in crate::back) static BY_USERS: Approvals<Back> = Approvals {
    is_covered: |caller, operation| caller.approval_policies.contains_key(operation),
    waiting,
    keep,
    schema: |generator| generator.subschema_for::<ApprovalAnswer>().to_value(),
};

/// A change that waits, or waited, for a second user.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Approval")]
#[serde(rename_all = "camelCase")]
struct ApprovalAnswer {
    id: ApprovalId,
    /// The operation that was called.
    operation: String,
    /// The path, as it was called.
    path: String,
    /// The body, as it was sent; secrets are masked, and of a file its name and length are told.
    #[schemars(with = "serde_json::Map<String, Value>")]
    body: Value,
    /// The record when the change was asked for; null for a new one.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    before: Option<Value>,
    /// The client whose data it is about; null where it makes one.
    client_id: Option<ClientId>,
    #[serde(skip)]
    is_of_client: bool,
    /// What it moves, in US dollars; null where it moves no money, or there is no rate.
    worth_usd: Option<Amount>,
    /// What became of it.
    status: ApprovalStatus,
    /// Who asked for it.
    maker: Named<UserId>,
    /// Who decided.
    checker: Option<Named<UserId>>,
    /// What they said.
    comment: Option<String>,
    /// What the operation answered when it was carried out.
    result: Option<ApprovalResult>,
    /// Until when it can be decided.
    expires_at: Timestamp,
    create_time: Timestamp,
    /// When it was decided or withdrawn.
    decided_at: Option<Timestamp>,
}

/// What an approved operation answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ApprovalResult {
    /// The HTTP status.
    status: i64,
    /// The body; null where there was none, and for users who see client data masked. Secrets are masked.
    body: Option<Value>,
}

impl Resource<Back> for ApprovalAnswer {
    const NAME: &'static str = approvals::APPROVAL;
    const COVERAGE: Coverage = Coverage::Never;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client_id
    }

    fn mask(&mut self) {
        let of_client = self.is_of_client;
        mask_client_data(&mut self.body, of_client);
        self.before.iter_mut().for_each(|before| mask_client_data(before, of_client));
        // Each kind of record is masked in its own way, which nobody knows here.
        self.result.iter_mut().for_each(|result| result.body = None);
    }

    /// Not what it is about: that is in the record of the change itself, under the client's name and masked as theirs.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "operation": self.operation,
            "path": self.path,
            "clientId": self.client_id,
            "status": self.status,
            "makerId": self.maker.id,
            "checkerId": self.checker.as_ref().map(|checker| checker.id),
            "comment": self.comment,
            "resultStatus": self.result.as_ref().map(|result| result.status),
        }))
    }
}

impl ApprovalAnswer {
    fn of(stored: StoredApproval, now: Timestamp) -> Self {
        Self {
            id: stored.id,
            operation: stored.operation,
            path: stored.path,
            body: stored.body,
            before: stored.before,
            client_id: stored.client,
            is_of_client: stored.is_of_client,
            worth_usd: stored.worth_usd,
            status: stored.facts.status.at(now, stored.facts.expires_at),
            maker: Named { id: stored.facts.maker, name: stored.maker_name },
            checker: stored.checker.map(|(id, name)| Named { id, name }),
            comment: stored.comment,
            result: stored.result.map(|(status, body)| ApprovalResult { status, body }),
            expires_at: stored.facts.expires_at,
            create_time: stored.create_time,
            decided_at: stored.decided_at,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            status: filters.choice("status"),
            operation: filters.text("operation"),
            maker: filters.id("makerId"),
            checker: filters.id("checkerId"),
        }
    }
}

fn reader(caller: &Caller) -> Reader {
    let held = Permission::ALL.iter().copied().filter(|permission| caller.rights.hold(*permission));
    Reader {
        user: caller.user,
        reads_all: caller.rights.hold(Permission::ApprovalsReadAll),
        permissions: held.collect(),
        user_groups: caller.user_groups.iter().copied().collect(),
        scope: caller.rights.scope.clone(),
    }
}

fn checker(caller: &Caller) -> Checker<'_> {
    Checker { user: caller.user, rights: &caller.rights, user_groups: &caller.user_groups }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ApprovalAnswer>, Problem> {
    let now = reading.context.now();
    let page = approvals::list(reading.conn, &reader(reading.caller), &query.filter, &query.paging, now)?;
    Ok(page.map(|stored| ApprovalAnswer::of(stored, now)))
}

fn get(reading: &mut Reading<'_>, (id,): (ApprovalId,)) -> Result<ApprovalAnswer, Problem> {
    let stored = approvals::get(reading.conn, &reader(reading.caller), id)?;
    Ok(ApprovalAnswer::of(stored, reading.context.now()))
}

/// What may be said of a decision.
struct Approve {
    comment: Option<String>,
}

impl Input<Back> for Approve {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self { comment: fields.optional("comment", &Text::LONG)? })
    }
}

/// Why a change is rejected.
struct Reject {
    comment: String,
}

impl Input<Back> for Reject {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self { comment: fields.needed("comment", &Text::LONG)? })
    }
}

/// The kept call of a change that waits, which is what was shown to whoever decides.
fn kept_call(
    conn: &mut DbConnection,
    context: &AppContext,
    approval: &StoredApproval,
) -> Result<Option<KeptCall>, Problem> {
    let Some(sealed) = approvals::sealed_call(conn, approval.id)? else { return Ok(None) };
    let opened = context.secret.open(&sealed).and_then(|opened| serde_json::from_slice::<KeptCall>(&opened).ok());
    let is_shown = |kept: &KeptCall| {
        kept.operation == approval.operation && kept.path == approval.path && shown(kept) == approval.body
    };
    let kept = opened.filter(is_shown);
    kept.map(Some).ok_or_else(|| Problem::internal(format!("approval {} is not the call that was kept", approval.id)))
}

/// The kept call that an approval carries out, where it waits.
fn find(reading: &mut Reading<'_>) -> Result<Option<Resumable<Back>>, Problem> {
    let id = reading.call.segments.first().and_then(|segment| segment.parse().ok()).map(ApprovalId::new);
    let id = id.ok_or_else(Problem::not_found)?;
    let approval = approvals::get(reading.conn, &reader(reading.caller), id)?;
    // Nothing is prepared for those who may not decide; the handler refuses them in its transaction, which keeps the answer
    // for their Idempotency-Key.
    if approval.facts.check_decision(checker(reading.caller), reading.context.now()).is_err() {
        return Ok(None);
    }
    let Some(call) = kept_call(reading.conn, reading.context, &approval)? else { return Ok(None) };
    let maker = maker_of(reading.conn, &approval, reading.context.now())?;
    Ok(Some(Resumable { call, maker }))
}

/// Whoever asked for a change, with what they may do now; none where they may not call any more.
fn maker_of(
    conn: &mut DbConnection,
    approval: &StoredApproval,
    now: Timestamp,
) -> Result<Option<Arc<Caller>>, Problem> {
    Ok(callers::again(conn, approval.facts.maker, approval.maker_credential, now)?.map(Arc::new))
}

fn approve(
    writing: &mut Writing<'_, '_>,
    (id,): (ApprovalId,),
    body: &Body<'_, Approve>,
) -> Result<Change<ApprovalAnswer>, Problem> {
    let before = approvals::lock(writing.tx, &reader(writing.caller), id)?;
    let Approve { comment } = body.create()?;
    before.facts.check_decision(checker(writing.caller), writing.tx.now)?;
    let outcome = carry_out(writing, &before)?;
    let (status, client, result) = match outcome {
        Ok(effect) => (ApprovalStatus::Approved, client_of(&effect), effect.answer),
        Err(problem) => {
            approvals::give_up_files(writing.tx, &before.files)?;
            (ApprovalStatus::Failed, None, Answer::refusal(&problem, writing.call))
        }
    };
    let result = Some((result.status, result.body().map(masked)));
    let verdict = Verdict { status, checker: Some(writing.caller.user), comment, result, client };
    settled(writing, before, &verdict)
}

/// Carries the change out by whoever asked for it; or tells why it is refused now.
fn carry_out(writing: &mut Writing<'_, '_>, approval: &StoredApproval) -> Result<Result<Effect, Problem>, Problem> {
    let Some(maker) = maker_of(writing.tx.conn, approval, writing.tx.now)? else {
        return Ok(Err(IdentityFault::MakerGone.not_allowed().into()));
    };
    if !maker.rights.hold(approval.facts.permission) {
        return Ok(Err(Problem::forbidden(CallFault::PermissionMissing)));
    }
    match writing.resumed {
        Some(resumed) => resumed.carry_out(writing, maker),
        // They could not call when it was looked up.
        None => Err(Problem::outdated_check()),
    }
}

fn reject(
    writing: &mut Writing<'_, '_>,
    (id,): (ApprovalId,),
    body: &Body<'_, Reject>,
) -> Result<Change<ApprovalAnswer>, Problem> {
    let before = approvals::lock(writing.tx, &reader(writing.caller), id)?;
    let Reject { comment } = body.create()?;
    before.facts.check_decision(checker(writing.caller), writing.tx.now)?;
    let verdict = Verdict {
        status: ApprovalStatus::Rejected,
        checker: Some(writing.caller.user),
        comment: Some(comment),
        result: None,
        client: None,
    };
    dropped(writing, before, &verdict)
}

fn withdraw(
    writing: &mut Writing<'_, '_>,
    (id,): (ApprovalId,),
    _body: &Body<'_, ()>,
) -> Result<Change<ApprovalAnswer>, Problem> {
    let before = approvals::lock(writing.tx, &reader(writing.caller), id)?;
    before.facts.check_withdrawal(writing.caller.user, writing.tx.now)?;
    let verdict =
        Verdict { status: ApprovalStatus::Withdrawn, checker: None, comment: None, result: None, client: None };
    dropped(writing, before, &verdict)
}

/// Ends a change that is not carried out.
fn dropped(
    writing: &mut Writing<'_, '_>,
    before: StoredApproval,
    verdict: &Verdict,
) -> Result<Change<ApprovalAnswer>, Problem> {
    approvals::give_up_files(writing.tx, &before.files)?;
    settled(writing, before, verdict)
}

fn settled(
    writing: &mut Writing<'_, '_>,
    before: StoredApproval,
    verdict: &Verdict,
) -> Result<Change<ApprovalAnswer>, Problem> {
    let after = approvals::settle(writing.tx, before.id, verdict)?;
    let now = writing.tx.now;
    Ok(Change::Made { before: ApprovalAnswer::of(before, now), after: ApprovalAnswer::of(after, now) })
}

fn file_ids(kept: &KeptCall) -> Result<Vec<FileId>, Problem> {
    kept.files().iter().map(|file| Ok(uploads::received_as(&file.key)?.id)).collect()
}

/// The body of a kept call as it is shown: without secrets, and with the names and lengths of its files.
fn shown(kept: &KeptCall) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for file in kept.files() {
        files.entry(&file.field).or_default().push(json!({"name": file.name, "length": file.length}));
    }
    let mut body = masked_fields(&kept.body);
    body.extend(files.into_iter().map(|(field, files)| (field.to_owned(), Value::Array(files))));
    Value::Object(body)
}

/// Fields without secrets. A number or a switch beside them is none, whatever it is called; within options it may be one.
fn masked_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut masked = options::masked(fields);
    let open = fields.iter().filter(|(_, value)| value.is_number() || value.is_boolean());
    masked.extend(open.map(|(field, value)| (field.clone(), value.clone())));
    masked
}

/// A record without its secrets.
fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(masked_fields(&fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => value,
    }
}

/// Whether a write of the caller waits, by the policy of its operation.
fn waiting(writing: &mut Writing<'_, '_>, effect: &Effect) -> Result<Option<Waiting>, Problem> {
    let Some(policy) = policy_of(writing.caller, writing.call) else { return Ok(None) };
    let worth_usd = match effect.moved {
        Some(moved) => {
            let rate = rates::to_usd(writing.tx.conn, writing.tx.now, moved.currency)?;
            rate.and_then(|rate| usd_worth(moved.amount, rate))
        }
        None => None,
    };
    let is_held_back = policy.holds_back(worth_usd.map_or(Worth::Unknown, Worth::Usd));
    Ok(is_held_back.then_some(Waiting { worth_usd }))
}

fn client_of(effect: &Effect) -> Option<ClientId> {
    effect.audit.as_ref().and_then(|audit| audit.subject.client)
}

fn policy_of<'a>(caller: &'a Caller, call: &Call) -> Option<&'a ApprovalPolicy> {
    caller.approval_policies.get(call.approved_as)
}

/// Keeps a write that waits.
fn keep(writing: &mut Writing<'_, '_>, kept: &KeptCall, effect: &Effect, waiting: Waiting) -> Result<Effect, Problem> {
    let policy = policy_of(writing.caller, writing.call);
    let approvable = writing.context.approvable(writing.call.approved_as);
    let (Some(policy), Some((_, permission))) = (policy, approvable) else {
        return Err(Problem::internal(format!("{} cannot wait for approval", writing.call.operation)));
    };
    let sealed = serde_json::to_vec(kept).map_err(|error| Problem::internal(error.to_string()))?;
    let stored = approvals::insert(
        writing.tx,
        &NewApproval {
            operation: writing.call.operation,
            permission,
            path: kept.path.clone(),
            body: shown(kept),
            before: effect.before().cloned().map(masked),
            sealed: writing.context.secret.seal(&sealed)?,
            files: file_ids(kept)?,
            client: client_of(effect),
            worth_usd: waiting.worth_usd,
            maker: writing.caller.user,
            credential: writing.caller.credential,
            user_groups: policy.user_groups.clone(),
            expires_at: writing.tx.now.plus(TimeDelta::hours(policy.expires_after_hours)),
        },
    )?;
    let answer = ApprovalAnswer::of(stored, writing.tx.now);
    let details = json!({"id": answer.id, "new": Resource::<Back>::recorded(&answer)?});
    let subject = Subject { client: answer.client_id, ..Subject::system(approvals::APPROVAL) };
    let location = Some(format!("{APPROVALS}/{}", answer.id));
    let answer = made(202, answer, location, writing.call)?;
    Ok(Effect::new(answer, Some(Audit { subject, action: Action::Add, details })))
}
