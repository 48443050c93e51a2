//! Withdrawals that users make.

use domain::identity::Permission;
use serde_json::json;
use storage::payments::manual_orders::ManualOrder;
use storage::payments::withdrawals;

use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("withdrawals.create", "/api/v2/withdrawals", P::WithdrawalsCreate)
        .summary("Withdraw money from an account by a manual method.")
        .describe(
            "For money that is paid out outside of the system, through a method of the provider `manual` that \
             serves the currency of the account. The amount leaves the account at once, and \
             `vendorCommission` is taken out of it. The account needs the permissions `enabled` and \
             `withdrawal`.",
        )
        .example(json!({"accountId": 1, "methodId": 2, "amount": "50", "vendorCommission": "1"}))
        .created_at(TransactionAnswer::path, withdraw);
}

fn withdraw(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ManualOrder>) -> Result<TransactionAnswer, Problem> {
    let order = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(withdrawals::withdraw(writing.tx, scope, user, &order)?.into())
}
