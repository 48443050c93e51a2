//! Transfers that users make.

use domain::identity::Permission;
use domain::ledger::Amount;
use http::request::{Decimal, Fields, Input};
use storage::payments::transfers;

use super::account_pair::{AccountPair, read_pair};
use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Back, Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("transfers.create", "/api/v2/transfers", Permission::TransfersCreate)
        .summary("Move money between two accounts of a client.")
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
        let amount = fields.needed("amount", &Decimal::Positive);
        Some(Self { pair: pair?, amount: amount? })
    }
}

fn transfer(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Transfer>) -> Result<TransactionAnswer, Problem> {
    let Transfer { pair: AccountPair { client, ids }, amount } = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(transfers::transfer(writing.tx, scope, user, client, ids, amount)?.into())
}
