//! Deposits that users make.

use domain::identity::Permission;
use serde_json::json;
use storage::payments::deposits;
use storage::payments::manual_orders::ManualOrder;

use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("deposits.create", "/api/v2/deposits", P::DepositsCreate)
        .summary("Deposit money to an account by a manual method.")
        .describe(
            "For money that has come in outside of the system, through a method of the provider `manual` that \
             serves the currency of the account. The amount less `vendorCommission` is credited at once. The \
             account needs the permissions `enabled` and `deposit`.",
        )
        .example(json!({
            "accountId": 1,
            "methodId": 1,
            "amount": "100",
            "providerCommission": "1.5",
            "vendorCommission": "2",
        }))
        .created_at(TransactionAnswer::path, deposit);
}

fn deposit(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ManualOrder>) -> Result<TransactionAnswer, Problem> {
    let order = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(deposits::deposit(writing.tx, scope, user, &order)?.into())
}
