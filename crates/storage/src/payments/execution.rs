//! How a movement is carried out: the transaction, its postings and what follows from them, in one
//! transaction of the database.

use domain::ledger::{AccountId, Terms, TransactionStatus};

use super::consequences::{Completed, burn_before};
use super::transit::{legs_of, post_outbound};
use crate::ledger::accounts::StoredAccount;
use crate::ledger::postings::{Cause, post};
use crate::ledger::transaction_writes::{NewTransaction, insert, inserted};
use crate::ledger::transactions::{self, StoredTransaction};
use crate::{Error, Tx};
use domain::identity::Scope;

/// Writes a transaction with its postings. `second` is the account on the other side. Where an outside
/// platform takes part, the money only leaves: it arrives when the platform has confirmed.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    mut new: NewTransaction<'_>,
    first: &mut StoredAccount,
    second: Option<&mut StoredAccount>,
) -> Result<StoredTransaction, Error> {
    let movement = new.movement;
    let is_done = new.status == TransactionStatus::Done;
    let mut held: Vec<&mut StoredAccount> = vec![first];
    held.extend(second);
    let legs = if is_done { legs_of(movement, &held)? } else { None };
    if let Some(legs) = legs {
        new.status = TransactionStatus::InProgress;
        let commission = new.terms.and_then(|terms| terms.commission);
        new.terms = Some(Terms::in_transit(commission));
        let id = insert(tx, &new)?;
        post_outbound(tx, id, movement, &legs, &mut held)?;
        return transactions::get(tx.conn, &Scope::System, id);
    }
    let id = insert(tx, &new)?;
    if is_done {
        burn_before(tx, movement.kind, new.method.is_some(), movement.debit.account, &mut held)?;
    }
    post(tx, Cause::Transaction(id), movement.step, &movement.entry, &mut held)?;
    if !is_done {
        // The request behind it, and a payment system's own currency, are read back.
        return transactions::get(tx.conn, &Scope::System, id);
    }
    let of =
        |id: Option<AccountId>| held.iter().find(|account| Some(account.id) == id).map(|account| (**account).clone());
    let (debit, credit) = (of(movement.debit.account), of(movement.credit.account));
    let outside = held.first().map(|account| account.currency.clone()).ok_or(Error::NotFound)?;
    let completed = Completed {
        id,
        client: new.client,
        kind: movement.kind,
        has_method: new.method.is_some(),
        debit: debit.as_ref(),
        credit: credit.as_ref(),
        debited: movement.debit.amount,
        credited: movement.credit.amount,
        rate: movement.rate,
    };
    completed.follow_up(tx)?;
    Ok(inserted(new, id, debit, credit, &outside, tx.now))
}
