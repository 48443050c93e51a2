//! Corrections of balances.

use domain::identity::Permission;
use domain::ledger::{AccountId, Amount};
use http::request::{Decimal, Fields, Input, Text};
use http::routes::Added;
use serde_json::json;
use storage::ledger::account_locks;
use storage::payments::balance_changes;

use crate::Problem;
use crate::back::ledger::accounts::{BalanceAnswer, balance_of};
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Back, Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const BALANCE: &str = "/api/v2/accounts/{accountId}/balance";
    routes
        .put_and_patch("accounts.change-balance", BALANCE, P::AccountBalancesUpdate)
        .summary("Change the balance of an account.")
        .describe(
            "Corrects a balance by hand and records a done transaction without a method. There is no \
             commission, no account permission is needed, and no limit counts it. It cannot take more than is \
             available (422). Send an `Idempotency-Key` to make a retry safe.",
        )
        .example_at("/api/v2/accounts/1/balance", json!({"amount": "25.50", "comment": "A fee was charged twice."}))
        .idempotent()
        .added(change_balance);
}

/// An amount to add, or to take where it is negative.
struct Adjustment {
    amount: Amount,
    comment: Option<String>,
}

impl Input<Back> for Adjustment {
    type Current = ();
    const NAME: Option<&'static str> = Some("BalanceAdjustment");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let amount = fields
            .about(
                "What is added, or taken where it is negative, in whole units of the account's currency. Not \
                 0.",
            )
            .needed("amount", &Decimal::NonZero);
        let comment = fields
            .about("Why, for users of the back office. It is kept with the transaction.")
            .nullable_new("comment", &Text::LONG);
        Some(Self { amount: amount?, comment: comment? })
    }
}

fn change_balance(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Adjustment>,
) -> Result<Added<BalanceAnswer, TransactionAnswer>, Problem> {
    let before = account_locks::lock(writing.tx, &writing.caller.rights.scope, id)?;
    let Adjustment { amount, comment } = body.create()?;
    let user = writing.caller.user;
    let (after, transaction) =
        balance_changes::change_balance(writing.tx, Some(user), &before, amount, comment.as_deref())?;
    Ok(Added { before: Some(balance_of(&before)), record: balance_of(&after), made: transaction.into() })
}
