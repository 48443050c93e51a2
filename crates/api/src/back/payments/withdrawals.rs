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
        .summary("Withdraw money with a manual method.")
        .describe(
            "Records money that is paid out outside the system. The method must have the provider `manual` \
             and serve the currency of the account, and the account needs the permissions `enabled` and \
             `withdrawal` (422). The amount, which includes `vendorCommission`, is debited at once.",
        )
        .example(json!({"accountId": 1, "methodId": 2, "amount": "50", "vendorCommission": "1"}))
        .created_at(TransactionAnswer::path, withdraw);
}

fn withdraw(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ManualOrder>) -> Result<TransactionAnswer, Problem> {
    let order = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(withdrawals::withdraw(writing.tx, scope, user, &order)?.into())
}
