//! Requests are changed, audited and decided.

use domain::clients::Color;
use domain::identity::Permission;
use domain::ledger::{AccountId, Amount, DepartmentStatus, RequestId, ResolutionId, Sum};
use domain::requests::{RequestsFault, check_update};
use domain::value::FaultCode as _;
use http::request::{Choice, Decimal, Fields, Id, Input, Parsed, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::requests;
use storage::requests::audit;
use storage::requests::changes::{self, RequestChange};
use storage::requests::decisions::{self, Approval};

use super::answer::RequestAnswer;
use crate::Problem;
use crate::answers::COLOR_PATTERN;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const REQUEST: &str = "/api/v2/applications/{applicationId}";
    routes
        .put_and_patch("requests.update", REQUEST, P::RequestsUpdate)
        .summary("Change a request that waits.")
        .describe(
            "Needs the update permission of the request's type, and that of a department to decide for it. The \
             amount can be changed for deposits and withdrawals by manual and Constructor methods, within the \
             limits of the method; what is blocked follows it. A request that is decided does not change (409).",
        )
        .example_at("/api/v2/applications/26", json!({"comment": "Called the client.", "color": "#FF8800"}))
        .changed(update);
    routes
        .post("requests.audit", "/api/v2/applications/{applicationId}/audit", P::RequestsUpdate)
        .summary("Compare the account of a request with what came in and went out.")
        .describe(
            "Adds up what each transaction, bonus and position changed of the account's free balance. Decides \
             nothing. A request that is about no account is refused (422).",
        )
        .example_path("/api/v2/applications/1/audit")
        .record(audit);
    routes
        .post("requests.approve", "/api/v2/applications/{applicationId}/approve", P::RequestsUpdate)
        .summary("Approve a request, and carry out what it asks for.")
        .describe(
            "Needs the update permission of the request's type, and for types that move money the permission to \
             move it; a withdrawal also those of the departments that are still pending. A request is decided \
             once (409). Where what is asked for is not possible now, nothing changes and the request still waits.",
        )
        .example_at("/api/v2/applications/27/approve", json!({}))
        .changed(approve);
    routes
        .post("requests.reject", "/api/v2/applications/{applicationId}/reject", P::RequestsUpdate)
        .summary("Reject a request, with the reason that the client is told.")
        .describe(
            "Needs the update permission of the request's type and those to see resolutions and their types. What \
             was blocked is free again. A request is decided once (409).",
        )
        .example_at("/api/v2/applications/28/reject", json!({"resolutionId": 2, "comment": "The photo is blurred."}))
        .changed(reject);
}

impl Input<Back> for RequestChange {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let amount = fields
            .about("Deposits and withdrawals: another amount, in the currency of the first.")
            .optional("amount", &Decimal::Positive);
        let comment = fields.clearable("comment", &Text::LONG);
        let color = fields
            .about("The colour of its row, as CSS writes it; null for the one that marks all requests of the client.")
            .clearable("color", &Parsed::<Color>::matching(COLOR_PATTERN));
        let dealing = fields
            .about("Withdrawals: what the Dealing Department decided.")
            .optional("dealingApproved", &Choice::<DepartmentStatus>::of());
        let compliance = fields
            .about("Withdrawals: what the Compliance Department decided.")
            .optional("complianceApproved", &Choice::<DepartmentStatus>::of());
        Some(Self { amount: amount?, comment: comment?, color: color?, dealing: dealing?, compliance: compliance? })
    }
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (RequestId,),
    body: &Body<'_, RequestChange>,
) -> Result<Change<RequestAnswer>, Problem> {
    let rights = &writing.caller.rights;
    let before = requests::lock(writing.tx, rights, id)?;
    let change = body.create()?;
    let after = changes::update(writing.tx, rights, &before, &change)?;
    Ok(Change::between(before, after).map(RequestAnswer::from))
}

/// What an account has, compared with what came in and went out; amounts in its currency, with 18 places.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RequestAudit")]
#[serde(rename_all = "camelCase")]
struct AuditAnswer {
    account_id: AccountId,
    /// What came in for good.
    incoming: Sum,
    /// What went out for good, is blocked, or is bound on the account's platform.
    outgoing: Sum,
    /// What an operation may take.
    balance: Sum,
    /// What came in and neither went out nor is there.
    difference: Sum,
    /// Whether there is a difference.
    discrepancy: bool,
}

impl Resource<Back> for AuditAnswer {
    const NAME: &'static str = "request_audit";

    fn id(&self) -> i64 {
        self.account_id.get()
    }
}

fn audit(reading: &mut Reading<'_>, (id,): (RequestId,)) -> Result<AuditAnswer, Problem> {
    let rights = &reading.caller.rights;
    let request = requests::get(reading.conn, rights, id)?;
    check_update(rights, request.kind, &[])?;
    let account_id = request.account.ok_or_else(|| RequestsFault::RequestWithoutAccount.unprocessable())?;
    let audit = audit::audit(reading.conn, account_id)?;
    let discrepancy = audit.has_discrepancy();
    Ok(AuditAnswer {
        account_id,
        incoming: audit.incoming,
        outgoing: audit.outgoing,
        balance: audit.balance,
        difference: audit.difference,
        discrepancy,
    })
}

/// How a request is approved.
struct SentApproval(Option<Amount>);

impl Input<Back> for SentApproval {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let rate = fields
            .about(
                "Exchanges and withdrawals with conversion: the rate that counts instead of the day's, without \
                 markups. Needs `exchanges.create`.",
            )
            .optional("rate", &Decimal::Positive);
        Some(Self(rate?))
    }
}

fn approve(
    writing: &mut Writing<'_, '_>,
    (id,): (RequestId,),
    body: &Body<'_, SentApproval>,
) -> Result<Change<RequestAnswer>, Problem> {
    let rights = &writing.caller.rights;
    let before = requests::lock(writing.tx, rights, id)?;
    let SentApproval(rate) = body.create()?;
    let email_fingerprint = writing.context.email_fingerprint(&before.client.data.email);
    let approval = Approval { user: writing.caller.user, rate, email_fingerprint };
    let after = decisions::approve(writing.tx, rights, &before, &approval)?;
    Ok(Change::between(before, after).map(RequestAnswer::from))
}

/// Why a request is rejected.
struct Rejection {
    resolution: ResolutionId,
    comment: Option<String>,
}

impl Input<Back> for Rejection {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let resolution = fields.about("The reason, which the client is told.").needed("resolutionId", &Id::of());
        let comment = fields.optional("comment", &Text::LONG);
        Some(Self { resolution: resolution?, comment: comment? })
    }
}

fn reject(
    writing: &mut Writing<'_, '_>,
    (id,): (RequestId,),
    body: &Body<'_, Rejection>,
) -> Result<Change<RequestAnswer>, Problem> {
    let rights = &writing.caller.rights;
    let before = requests::lock(writing.tx, rights, id)?;
    let Rejection { resolution, comment } = body.create()?;
    let after = decisions::reject(writing.tx, rights, &before, resolution, comment.as_deref())?;
    Ok(Change::between(before, after).map(RequestAnswer::from))
}
