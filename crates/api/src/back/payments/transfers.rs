//! Transfers that users make.

use domain::identity::Permission;
use domain::ledger::Amount;
use http::request::{Decimal, Fields, Input};
use serde_json::json;
use storage::payments::transfers;

use super::account_pair::{AccountPair, read_pair};
use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Back, Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("transfers.create", "/api/v2/transfers", Permission::TransfersCreate)
        .summary("Transfer money between two accounts of a client.")
        .describe(
            "The accounts must have the same currency; real and demo money never mix (422). There is no \
             commission. The transfer is done at once, unless an outside platform has to confirm it.",
        )
        .example(json!({"clientId": 1, "sourceId": 1, "destinationId": 2, "amount": "40"}))
        .created_at(TransactionAnswer::path, transfer);
}

struct Transfer {
    pair: AccountPair,
    amount: Amount,
}

impl Input<Back> for Transfer {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewTransfer");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let pair = read_pair(fields);
        let amount = fields
            .about("How much is moved, in whole units of the currency of the accounts.")
            .needed("amount", &Decimal::Positive);
        Some(Self { pair: pair?, amount: amount? })
    }
}

fn transfer(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Transfer>) -> Result<TransactionAnswer, Problem> {
    let Transfer { pair: AccountPair { client, ids }, amount } = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(transfers::transfer(writing.tx, scope, user, client, ids, amount)?.into())
}
