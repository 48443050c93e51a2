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
        .summary("Deposit money with a manual method.")
        .describe(
            "Records money that has arrived outside the system. The method must have the provider `manual` \
             and serve the currency of the account, and the account needs the permissions `enabled` and \
             `deposit` (422). The amount less `vendorCommission` is credited at once.",
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
