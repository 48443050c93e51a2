//! Changes of transactions, and decisions on them.

use domain::identity::Permission;
use domain::ledger::{DepartmentStatus, ResolutionId, TransactionId, TransactionStatus, VerificationStatus};
use domain::payments::{PaymentsFault, TransactionChange};
use domain::value::FaultCode as _;
use http::request::{Choice, Decimal, Fields, Id, Input, Kind, Text};
use http::{RequestFault, routes::Change};
use serde_json::{Value, json};
use storage::ledger::transactions;
use storage::payments::transaction_changes;

use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Back, Body, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TRANSACTION: &str = "/api/v2/transactions/{transactionId}";
    routes
        .put_and_patch("transactions.update", TRANSACTION, P::TransactionsUpdate)
        .summary("Change a transaction, or decide on it.")
        .describe(
            "Records the decisions of the departments, and decides on a transaction that waits: `inProgress` \
             approves it, `rejected` refuses it and needs a `resolutionId`. Both need the permissions to \
             decide such requests. A status that cannot follow the current one is refused (409).",
        )
        .example_at(
            "/api/v2/transactions/56",
            json!({"complianceStatus": "approved", "comment": "The documents were checked."}),
        )
        .changed(update);
}

/// The statuses that a user sets.
struct Settable;

impl Kind for Settable {
    type Out = TransactionStatus;

    fn schema(&self) -> Value {
        json!({"type": "string", "enum": SETTABLE})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<TransactionStatus> {
        let status = value.as_str().filter(|text| SETTABLE.contains(text)).and_then(|text| text.parse().ok());
        if status.is_none() {
            faults.push(Fault::sent(at, RequestFault::NotOneOf.with("values", SETTABLE.join(", "))));
        }
        status
    }
}

const SETTABLE: &[&str] = &["cancelled", "done", "failed", "inProgress", "pending", "rejected", "refund"];

impl Input<Back> for TransactionChange {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let status = fields.about("The new status.").optional("status", &Settable);
        let comment = fields.about("A note for users of the back office.").optional("comment", &Text::LONG);
        let verification = fields
            .about("Deposits: what the Financial Department decided.")
            .optional("verificationStatus", &Choice::<VerificationStatus>::of());
        let compliance = fields
            .about("Withdrawals: what the Compliance Department decided.")
            .optional("complianceStatus", &Choice::<DepartmentStatus>::of());
        let dealing = fields
            .about("Withdrawals: what the Dealing Department decided.")
            .optional("dealingStatus", &Choice::<DepartmentStatus>::of());
        let blockchain = fields
            .about("The hash of the transaction on its block chain.")
            .optional("blockchainTransaction", &Text::SHORT);
        let commission = fields
            .about("What the payment system charged, in the currency paid. It is kept for reports.")
            .optional("providerCommission", &Decimal::NonNegative);
        let resolution: Option<Option<ResolutionId>> = fields
            .about(
                "Why it failed, was refused or was cancelled. A rejection needs one; other statuses take \
                 none.",
            )
            .optional("resolutionId", &Id::of());
        if status == Some(Some(TransactionStatus::Rejected)) && resolution == Some(None) {
            fields.fault::<()>("resolutionId", PaymentsFault::ResolutionRequired);
        }
        if let (Some(Some(status)), Some(Some(_))) = (status, resolution)
            && !status.is_failure()
        {
            fields.fault::<()>("resolutionId", PaymentsFault::ResolutionNotApplicable);
        }
        Some(Self {
            status: status?,
            comment: comment?,
            verification: verification?,
            compliance: compliance?,
            dealing: dealing?,
            blockchain_transaction: blockchain?,
            provider_commission: commission?,
            resolution: resolution?,
        })
    }
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (TransactionId,),
    body: &Body<'_, TransactionChange>,
) -> Result<Change<TransactionAnswer>, Problem> {
    let rights = &writing.caller.rights;
    let before = transactions::lock(writing.tx, &rights.scope, id)?;
    let change = body.create()?;
    if change == TransactionChange::default() {
        return Ok(Change::Nothing(before.into()));
    }
    let after = transaction_changes::change(writing.tx, rights, &before, &change)?;
    Ok(Change::between(before, after).map(TransactionAnswer::from))
}
