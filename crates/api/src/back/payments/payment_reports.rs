//! What payment systems report of deposits, signed with the secret that they share with us. Ours.

use std::sync::Arc;

use domain::identity::IdentityFault;
use domain::ledger::{Amount, MethodId, TransactionId};
use domain::payments::{AddressPayment, PaymentOutcome, PaymentReport};
use domain::value::List;
use http::request::{Choice, Decimal, Fields, Id, Input, PathIds as _, Text};
use http::{Answer, CallFault, read, write};
use outbound::payment_systems::PaymentAccess;
use serde_json::{Value, json};
use storage::audit::{self, Action, Actor, Category, Subject};
use storage::ledger::transactions::StoredTransaction;
use storage::payments::payment_systems::{self, Reported};
use storage::payments::received_payments;
use storage::{Error, Tx};

use crate::Problem;
use crate::back::{Back, Call, Requirement, Routes};
use crate::context::AppContext;

/// The header that holds the signature.
const SIGNATURE: &str = "X-Signature";

const SIGNED: &str = "The HMAC-SHA256 of the body under the secret of the method's connection, in hexadecimal digits.";

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("deposit-methods.report", "/api/v2/deposits/methods/{methodId}/reports", Requirement::Anybody)
        .summary("Report what became of a deposit.")
        .describe(
            "A payment system calls this, from one of the addresses in the method's `ipWhiteList`, if there are any. \
             What was asked for is credited. Money that the deposit does not wait for, such as another amount or a \
             second payment, makes a new deposit, which waits for a user; a deposit that waited fails then. The same \
             report twice changes nothing.",
        )
        .header(SIGNATURE, SIGNED)
        .example_at(
            "/api/v2/deposits/methods/3/reports",
            json!({"deposit": 12, "outcome": "done", "reference": "ch_1", "amount": "100"}),
        )
        .extension()
        .silent_action::<SentReport, _>(report);
    routes
        .post("deposit-methods.receive", "/api/v2/deposits/methods/{methodId}/payments", Requirement::Anybody)
        .summary("Report a payment to an address.")
        .describe(
            "A payment system calls this, as it reports deposits, for each payment to an address that it has given. It \
             makes a deposit, which is credited at once if the client could ask for it now, and waits for a user if \
             not. The same `reference` twice changes nothing.",
        )
        .header(SIGNATURE, SIGNED)
        .example_at(
            "/api/v2/deposits/methods/3/payments",
            json!({"address": "bc1qexample", "currency": "BTC", "reference": "4a5e1e4b:0", "amount": "0.5"}),
        )
        .extension()
        .silent_action::<AddressPayment, _>(receive);
}

struct SentReport {
    deposit: TransactionId,
    report: PaymentReport,
}

impl Input<Back> for SentReport {
    type Current = ();
    const NAME: Option<&'static str> = Some("PaymentReport");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let deposit = fields.about("The deposit, as it was named when it began.").needed("deposit", &Id::of());
        let outcome: Option<PaymentOutcome> = fields.about("What became of it.").needed("outcome", &Choice::of());
        let reference = reference(fields);
        let amount = fields
            .about("What was paid, in the currency of the payment; left out where it is what was asked for.")
            .nullable_new("amount", &Decimal::Positive);
        let reason = fields.about("Why it failed.").nullable_new("reason", &Text::SHORT);
        let provider_commission = provider_commission(fields);
        let blockchain_transaction = blockchain_transaction(fields);
        Some(Self {
            deposit: deposit?,
            report: PaymentReport {
                outcome: outcome?,
                reference: reference?,
                amount: amount?,
                reason: reason?,
                provider_commission: provider_commission?,
                blockchain_transaction: blockchain_transaction?,
            },
        })
    }
}

impl Input<Back> for AddressPayment {
    type Current = ();
    const NAME: Option<&'static str> = Some("AddressPayment");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let address = fields.about("The address, as it was given.").needed("address", &Text::NAME);
        let currency = fields.about("The alphabetic code of what was paid.").needed("currency", &Text::NAME);
        let reference = reference(fields);
        let amount = fields
            .about("What was paid, in the currency of the address. It is rounded down to the places of the currency.")
            .needed("amount", &Decimal::Positive);
        let provider_commission = provider_commission(fields);
        let blockchain_transaction = blockchain_transaction(fields);
        Some(Self {
            address: address?,
            currency: currency?,
            reference: reference?,
            amount: amount?,
            provider_commission: provider_commission?,
            blockchain_transaction: blockchain_transaction?,
        })
    }
}

fn reference(fields: &mut Fields<'_, ()>) -> Option<String> {
    let field = fields.about("What tells the payment from all others by the method, such as transaction and output.");
    field.needed("reference", &Text::NAME)
}

fn provider_commission(fields: &mut Fields<'_, ()>) -> Option<Option<Amount>> {
    let field = fields.about("What the payment system charged, for reports only.");
    field.nullable_new("providerCommission", &Decimal::NonNegative)
}

fn blockchain_transaction(fields: &mut Fields<'_, ()>) -> Option<Option<String>> {
    fields.about("The transaction of a block chain.").nullable_new("blockchainTransaction", &Text::SHORT)
}

async fn report(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let method = signed(&app, &call).await?;
    let SentReport { deposit, report } = call.body::<SentReport>().create()?;
    let reported = write(&app.database, move |tx| {
        let Reported { changed, made } = payment_systems::report(tx, (method, call.ip), deposit, &report)?;
        if let Some(changed) = changed {
            note(tx, &call, Some(&changed.before), &changed.after, &told(&report))?;
        }
        if let Some(made) = made {
            note(tx, &call, None, &made, &told(&report))?;
        }
        Ok::<_, Error>(Answer::empty())
    });
    reported.await
}

async fn receive(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let method = signed(&app, &call).await?;
    let payment = call.body::<AddressPayment>().create()?;
    let received = write(&app.database, move |tx| {
        if let Some(made) = received_payments::receive(tx, (method, call.ip), &payment)? {
            let AddressPayment { address, currency, reference, amount, provider_commission, blockchain_transaction } =
                &payment;
            let told = json!({
                "address": address, "currency": currency, "reference": reference, "amount": amount,
                "providerCommission": provider_commission, "blockchainTransaction": blockchain_transaction,
            });
            note(tx, &call, None, &made, &told)?;
        }
        Ok::<_, Error>(Answer::empty())
    });
    received.await
}

/// The method in the path, whose payment system calls.
async fn signed(app: &AppContext, call: &Call) -> Result<MethodId, Problem> {
    let (method,) = <(MethodId,)>::from_segments(&call.segments).ok_or_else(Problem::not_found)?;
    let signature = call.header(SIGNATURE).ok_or_else(|| Problem::unauthorized(CallFault::TokenMissing))?;
    let invalid = || Problem::unauthorized(CallFault::TokenInvalid);
    let found = read(&app.database, move |conn| match payment_systems::of_method(conn, method) {
        Err(Error::NotFound) => Ok(None),
        found => found,
    });
    let system = found.await?.ok_or_else(invalid)?;
    let access = PaymentAccess::of(&system.connection, &app.secret).ok_or_else(invalid)?;
    if !access.has_signed(call.raw_body(), signature) {
        return Err(invalid());
    }
    if !system.ip_white_list.is_empty() && !system.ip_white_list.contains(&call.ip) {
        return Err(Problem::forbidden(IdentityFault::IpNotAllowed));
    }
    Ok(method)
}

fn told(report: &PaymentReport) -> Value {
    let PaymentReport { outcome, reference, amount, reason, provider_commission, blockchain_transaction } = report;
    json!({
        "outcome": outcome, "reference": reference, "amount": amount, "reason": reason,
        "providerCommission": provider_commission, "blockchainTransaction": blockchain_transaction,
    })
}

/// The audit log tells what a report has made or changed.
fn note(
    tx: &mut Tx<'_>,
    call: &Call,
    before: Option<&StoredTransaction>,
    after: &StoredTransaction,
    report: &Value,
) -> Result<(), Error> {
    let actor = Actor {
        id: None,
        api_key: None,
        email: String::new(),
        groups: List::default(),
        ip: call.ip.to_string(),
        request_id: call.request_id.clone(),
        operation: call.operation,
    };
    let subject = Subject { resource: "operation", category: Category::Operation, client: Some(after.client) };
    let mut details = json!({"id": after.id, "type": after.kind, "new": {"status": after.status}, "report": report});
    let action = if before.is_some() { Action::Update } else { Action::Add };
    if let (Some(before), Some(details)) = (before, details.as_object_mut()) {
        details.insert("old".to_owned(), json!({"status": before.status}));
    }
    audit::record(tx, &actor, &subject, action, &details)
}
