//! Corrections of balances.

use domain::identity::UserId;
use domain::ledger::{
    Amount, Approvals, DepartmentStatus, Meta, TransactionKind, TransactionStatus, VerificationStatus,
};
use domain::payments::balance_change;
use domain::value::Timestamp;

use super::execution::carry_out;
use super::withdrawals::approvals;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::transaction_writes::NewTransaction;
use crate::ledger::transactions::StoredTransaction;
use crate::{Error, Tx};

/// Adds to the balance of an account that is held, or takes from it. Without a user it is the amount that a
/// demo account begins with. Answers the account after that, and the transaction.
///
/// # Errors
/// A refusal where a minus is not covered, or the account is archived.
pub fn change_balance(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    account: &StoredAccount,
    amount: Amount,
    comment: Option<&str>,
) -> Result<(StoredAccount, StoredTransaction), Error> {
    // Before the funds: the account of a removed client has none, and lack of money is not the reason.
    account.facts.check_client()?;
    let movement = balance_change(&account.facts, amount)?;
    account.facts.check_not_archived()?;
    let new = NewTransaction {
        client: account.data.client,
        status: TransactionStatus::Done,
        method: None,
        meta: Some(meta_of(movement.kind, comment, tx.now)),
        terms: None,
        usd_worth: None,
        user,
        ip: None,
        movement: &movement,
    };
    let mut account = account.clone();
    let transaction = carry_out(tx, new, &mut account, None)?;
    Ok((account, transaction))
}

/// The facts of a change that nobody has to approve any more.
pub(crate) fn meta_of(kind: TransactionKind, comment: Option<&str>, now: Timestamp) -> Meta {
    let approvals = if kind == TransactionKind::Withdrawal {
        approvals(DepartmentStatus::Approved)
    } else {
        Approvals { verification: Some(VerificationStatus::Approved), ..Approvals::default() }
    };
    Meta { comment: comment.map(ToOwned::to_owned), ..Meta::of(approvals, Amount::ZERO, now) }
}
