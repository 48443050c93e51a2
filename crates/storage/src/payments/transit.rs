//! Money in transit to or from outside platforms: it leaves at once, and arrives when the platforms have
//! confirmed (`docs/rules.md`, Outside platforms).

use domain::identity::Scope;
use domain::ledger::{AccountId, Entry, FundsState, Movement, Step, TransactionId, TransactionKind, TransactionStatus};
use domain::payments::{TransferLegs, reversal};

use super::consequences::{Completed, burn_before_stored};
use super::parties::{find, lock_sides};
use crate::ledger::accounts::StoredAccount;
use crate::ledger::platform_orders::{self, OrderSubject};
use crate::ledger::postings::{self, Cause, post};
use crate::ledger::transaction_writes::set_status;
use crate::ledger::transactions::{self, StoredTransaction};
use crate::{Error, Tx};

/// The legs of a movement that an outside platform takes part in.
pub(super) fn legs_of(movement: &Movement, held: &[&mut StoredAccount]) -> Result<Option<TransferLegs>, Error> {
    let facts = |id| find(held, id).map(|account| &account.facts);
    let legs = TransferLegs::split(&movement.entry, facts(movement.debit.account), facts(movement.credit.account));
    legs.map_err(|unbalanced| Error::Broken(unbalanced.to_string()))
}

/// Posts the first leg: the money leaves, and the platform is asked.
pub(super) fn post_outbound(
    tx: &mut Tx<'_>,
    id: TransactionId,
    movement: &Movement,
    legs: &TransferLegs,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    post(tx, Cause::Transaction(id), Step::Out, &legs.outbound, held)?;
    let sides = [movement.debit.account, movement.credit.account].map(|id| find(held, id));
    platform_orders::send(tx, id, sides, &legs.outbound, &legs.settlement)
}

/// A platform has confirmed its part: the other platform is asked, or the money arrives.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    id: TransactionId,
    confirmed: AccountId,
    settlement: &Entry,
) -> Result<(), Error> {
    let Some(before) = lock_in_transit(tx, id)? else { return Ok(()) };
    let other = before.credit.account.as_deref().filter(|account| account.id != confirmed && account.facts.is_outside);
    if let Some(other) = other {
        return platform_orders::put(tx, OrderSubject::Transaction(id), other.id, settlement, settlement).map(drop);
    }
    let mut held = lock_sides(tx, &before)?;
    post_settlement(tx, &before, settlement, &mut held)?;
    end(tx, id, TransactionStatus::Done)
}

/// Posts the second leg, with what follows from it.
pub(super) fn post_settlement(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    settlement: &Entry,
    held: &mut [StoredAccount],
) -> Result<(), Error> {
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    burn_before_stored(tx, transaction, &mut held)?;
    post(tx, Cause::Transaction(transaction.id), Step::Done, settlement, &mut held)?;
    Completed::of(transaction).follow_up(tx)
}

/// A platform has refused its part. What left comes back, unless another platform has given it already:
/// then a user must look into it.
pub(super) fn reverse(tx: &mut Tx<'_>, id: TransactionId, refused: AccountId) -> Result<(), Error> {
    let Some(before) = lock_in_transit(tx, id)? else { return Ok(()) };
    let gave = before.debit.account.as_deref().is_some_and(|account| account.id != refused && account.facts.is_outside);
    if gave {
        return end(tx, id, TransactionStatus::Partial);
    }
    post_reversal(tx, &before)?;
    let was_held = before.terms.as_ref().is_some_and(|terms| terms.is_held);
    let is_refund = before.kind == TransactionKind::Withdrawal && was_held;
    end(tx, id, if is_refund { TransactionStatus::Refund } else { TransactionStatus::Failed })
}

/// Posts the opposite of the first leg.
pub(super) fn post_reversal(tx: &mut Tx<'_>, before: &StoredTransaction) -> Result<(), Error> {
    let outbound = postings::posted(tx.conn, before.id, Step::Out)?;
    let entry = reversal(&outbound).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
    let mut held = lock_sides(tx, before)?;
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    post(tx, Cause::Transaction(before.id), Step::Back, &entry, &mut held)
}

/// A platform has never answered: a user must look into it.
pub(super) fn give_up(tx: &mut Tx<'_>, id: TransactionId) -> Result<(), Error> {
    match lock_in_transit(tx, id)? {
        Some(_) => end(tx, id, TransactionStatus::Partial),
        None => Ok(()),
    }
}

/// Writes what the answers of platforms lead to.
fn end(tx: &mut Tx<'_>, id: TransactionId, status: TransactionStatus) -> Result<(), Error> {
    set_status(tx, id, status, FundsState::InTransit, None)
}

/// Holds a transaction whose money is in transit; none where a user has ended it in the meantime.
fn lock_in_transit(tx: &mut Tx<'_>, id: TransactionId) -> Result<Option<StoredTransaction>, Error> {
    let transaction = transactions::lock(tx, &Scope::System, id)?;
    let is_in_transit = transaction.terms.as_ref().is_some_and(|terms| terms.funds() == FundsState::InTransit);
    Ok(Some(transaction).filter(|transaction| is_in_transit && !transaction.status.is_final()))
}
