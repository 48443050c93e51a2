//! Deposits that users make.

use domain::identity::Permission;
use storage::payments::deposits;
use storage::payments::manual_orders::ManualOrder;

use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("deposits.create", "/api/v2/deposits", P::DepositsCreate)
        .summary("Bring money to an account by a manual method.")
        .created_at(TransactionAnswer::path, deposit);
}

fn deposit(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ManualOrder>) -> Result<TransactionAnswer, Problem> {
    let order = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(deposits::deposit(writing.tx, scope, user, &order)?.into())
}
