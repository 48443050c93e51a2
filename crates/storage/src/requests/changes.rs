//! What users change in requests that wait.

use diesel::prelude::*;
use domain::clients::Color;
use domain::identity::Rights;
use domain::ledger::{Amount, DepartmentStatus, RequestKind, RequestStatus};
use domain::payments::{PaymentsFault, TransactionChange};
use domain::requests::{RequestsFault, amount_permissions, check_update};
use domain::value::{Fault, FaultCode as _, Field, Refusal};

use super::read::{StoredRequest, get};
use crate::payments::{pending_changes, transaction_changes};
use crate::schema::requests as table;
use crate::{Error, Tx};

/// What a user changes in a request; a field that is `None` is left unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestChange {
    /// Deposits and withdrawals: another amount, in the currency of the first.
    pub amount: Option<Amount>,
    /// What users note on it.
    pub comment: Option<Option<String>>,
    /// The colour of its row.
    pub color: Option<Option<Color>>,
    /// Withdrawals: what the Dealing Department decided.
    pub dealing: Option<DepartmentStatus>,
    /// Withdrawals: what the Compliance Department decided.
    pub compliance: Option<DepartmentStatus>,
}

/// The objections to fields that do not go with the kind of the request.
fn faults(before: &StoredRequest, change: &RequestChange) -> Vec<Fault> {
    let has_amount = matches!(before.kind, RequestKind::Deposit | RequestKind::Withdrawal);
    let is_withdrawal = before.kind == RequestKind::Withdrawal;
    let mut faults = Vec::new();
    if change.amount.is_some() && !has_amount {
        faults.push(RequestsFault::AmountFixed.at(Field::Amount));
    }
    let departments =
        [(Field::DealingApproval, change.dealing.is_some()), (Field::ComplianceApproval, change.compliance.is_some())];
    let misplaced = departments.into_iter().filter(|(_, is_sent)| *is_sent && !is_withdrawal);
    faults
        .extend(misplaced.map(|(field, _)| PaymentsFault::NotOfThisKind.at(field).with("kind", before.kind.as_str())));
    faults
}

/// Changes a request that waits, and is held.
///
/// # Errors
/// A refusal where the user may not do it or a field does not go with the kind; a conflict where it is decided.
pub fn update(
    tx: &mut Tx<'_>,
    rights: &Rights,
    before: &StoredRequest,
    change: &RequestChange,
) -> Result<StoredRequest, Error> {
    check_update(rights, before.kind, &[])?;
    if *change == RequestChange::default() {
        return Ok(before.clone());
    }
    Refusal::unless_empty(faults(before, change))?;
    if before.status != RequestStatus::Pending {
        return Err(RequestsFault::RequestDecided.with("status", before.status.as_str()).conflict().into());
    }
    if let Some(transaction) = &before.transaction {
        let departments = TransactionChange {
            dealing: change.dealing,
            compliance: change.compliance,
            ..TransactionChange::default()
        };
        let transaction = transaction_changes::change(tx, rights, transaction, &departments)?;
        if let Some(amount) = change.amount.filter(|amount| *amount != transaction.debit.amount) {
            check_update(rights, before.kind, &amount_permissions(transaction.meta.as_ref()))?;
            pending_changes::change_amount(tx, &transaction, amount)?;
        }
    }
    let row = || diesel::update(table::table.find(before.id));
    if let Some(comment) = &change.comment {
        row().set(table::comment.eq(comment)).execute(tx.conn)?;
    }
    if let Some(color) = &change.color {
        row().set(table::color.eq(color.as_ref().map(Color::as_str))).execute(tx.conn)?;
    }
    get(tx.conn, rights, before.id)
}
