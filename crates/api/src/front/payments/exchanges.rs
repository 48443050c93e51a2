//! The client exchanges money.

use domain::ledger::{AccountId, Amount};
use domain::value::Uuid;
use http::request::{Decimal, Fields, Id, Input, Parsed};
use serde_json::json;
use storage::payments::{client_transactions, exchanges};

use crate::Problem;
use crate::front::ledger::MyTransaction;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.exchanges.create", "/api/v2/my/exchanges", Requirement::SignedIn)
        .summary("Exchange money between two accounts of the client.")
        .describe(
            "At a rate that the client was told, which is good once and until it expires (422). What is got is cut off at \
             the places of its currency. One that waits for a decision is answered by 202, and its amount is blocked until \
             then.",
        )
        .example(json!({
            "amount": "10", "sourceAccountId": 1, "destinationAccountId": 53,
            "quoteId": "1f0c7b6e-3a52-4d0e-9a51-6f2f7d1c9e10",
        }))
        .may_wait()
        .created_at(MyTransaction::path, exchange);
}

/// What is exchanged, and at which rate.
struct Exchange {
    accounts: [AccountId; 2],
    amount: Amount,
    quote: Uuid,
}

impl Input<Front> for Exchange {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyExchange");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let amount = fields
            .about("How much is given, in the currency of the source account.")
            .needed("amount", &Decimal::Positive);
        let source: Option<AccountId> =
            fields.about("The account of the client that it is taken from.").needed("sourceAccountId", &Id::of());
        let destination: Option<AccountId> = fields
            .about("The account of the client that gets what it comes to.")
            .needed("destinationAccountId", &Id::of());
        let quote = fields.about("The `quoteId` of the rate.").needed("quoteId", &Parsed::<Uuid>::with_format("uuid"));
        Some(Self { accounts: [source?, destination?], amount: amount?, quote: quote? })
    }
}

fn exchange(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Exchange>) -> Result<MyTransaction, Problem> {
    let Exchange { accounts, amount, quote } = body.create()?;
    let requester = writing.caller.requester(writing.call);
    let transaction = exchanges::request_quoted(writing.tx, requester, accounts, amount, &quote)?;
    Ok(client_transactions::of_client(writing.tx.conn, requester.client, transaction)?.into())
}
