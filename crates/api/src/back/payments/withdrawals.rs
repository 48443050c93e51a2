//! Withdrawals that users make.

use domain::identity::Permission;
use storage::payments::manual_orders::ManualOrder;
use storage::payments::withdrawals;

use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("withdrawals.create", "/api/v2/withdrawals", P::WithdrawalsCreate)
        .summary("Take money from an account by a manual method.")
        .created_at(TransactionAnswer::path, withdraw);
}

fn withdraw(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ManualOrder>) -> Result<TransactionAnswer, Problem> {
    let order = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(withdrawals::withdraw(writing.tx, scope, user, &order)?.into())
}
