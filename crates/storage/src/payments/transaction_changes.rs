//! Changes of transactions by users: facts, departments' decisions and the status, which approves, rejects,
//! completes or ends it.

use domain::identity::{Rights, Scope};
use domain::ledger::{FundsState, Meta, Movement, Step, Terms, TransactionStatus};
use domain::payments::{MoneyEffect, TransactionChange, Transition, release, transition};

use super::completion::{check_again, completion};
use super::consequences::{Completed, burn_before_stored};
use super::parties::{lock_sides, side_of};
use super::transit::{legs_of, post_outbound, post_reversal, post_settlement};
use crate::ledger::accounts::StoredAccount;
use crate::ledger::platform_orders;
use crate::ledger::postings::{Cause, post};
use crate::ledger::transaction_writes::{TransactionUpdate, set_in_transit, update};
use crate::ledger::transactions::{self, StoredTransaction};
use crate::{Error, Tx, resolutions};

/// A user changes a transaction that is held. Approving and rejecting a pending one decides on the request
/// behind it.
///
/// # Errors
/// A refusal where the user may not do it, a rule forbids it, or the transaction is in another state.
pub fn change(
    tx: &mut Tx<'_>,
    rights: &Rights,
    before: &StoredTransaction,
    change: &TransactionChange,
) -> Result<StoredTransaction, Error> {
    change.check_rights(rights, before.kind, before.status, before.meta.as_ref())?;
    carry_out(tx, before, change, &rights.scope)
}

/// Changes a transaction that is held, whoever wants it.
///
/// # Errors
/// As of [`change`], but for rights.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    before: &StoredTransaction,
    change: &TransactionChange,
    scope: &Scope,
) -> Result<StoredTransaction, Error> {
    if let Some(id) = change.resolution
        && let Some(fault) = resolutions::choice_fault(tx, id)?
    {
        return Err(fault.unprocessable().into());
    }
    let meta = change.applied(before.kind, before.status, before.meta.as_ref(), tx.now)?;
    change.check_resolution(before.status)?;
    let changed = match change.status {
        Some(wanted) => change_status(tx, before, wanted, meta)?,
        None => StatusChange { status: before.status, funds: FundsState::Free, meta, movement: None },
    };
    let written = TransactionUpdate {
        status: changed.status,
        funds: changed.funds,
        meta: changed.meta.as_ref(),
        resolution: change.resolution.or(before.resolution.as_ref().map(|known| known.id)),
        movement: changed.movement.as_ref(),
    };
    update(tx, before, &written)?;
    transactions::get(tx.conn, scope, before.id)
}

/// What a change of the status leads to.
struct StatusChange {
    status: TransactionStatus,
    funds: FundsState,
    meta: Option<Meta>,
    /// The movement that was carried out, at the rate of now.
    movement: Option<Movement>,
}

fn change_status(
    tx: &mut Tx<'_>,
    before: &StoredTransaction,
    wanted: TransactionStatus,
    meta: Option<Meta>,
) -> Result<StatusChange, Error> {
    let funds = before.terms.as_ref().map_or(FundsState::Free, Terms::funds);
    let transition = transition(before.kind, funds, before.status, wanted)?;
    let is_pending = before.status == TransactionStatus::Pending;
    let is_approval = is_pending && wanted == TransactionStatus::InProgress;
    let mut held = lock_sides(tx, before)?;
    let meta = if is_approval { approved(tx, before, funds, &held, meta)? } else { meta };
    if is_approval || transition.money == MoneyEffect::Complete {
        for account in &held {
            account.facts.check_client()?;
            account.facts.check_not_archived()?;
        }
    }
    let Moved { status, funds, movement } = move_money(tx, before, wanted, funds, transition, &mut held)?;
    Ok(StatusChange { status, funds, meta, movement })
}

/// The facts of a transaction whose request is approved.
fn approved(
    tx: &mut Tx<'_>,
    before: &StoredTransaction,
    funds: FundsState,
    held: &[StoredAccount],
    meta: Option<Meta>,
) -> Result<Option<Meta>, Error> {
    check_again(tx, before, funds, held)?;
    if let Some(meta) = &meta {
        meta.check_approvals()?;
    }
    Ok(meta.map(Meta::approved))
}

/// What became of the money.
struct Moved {
    /// Differs from the wanted status where the money has to wait for a platform.
    status: TransactionStatus,
    funds: FundsState,
    movement: Option<Movement>,
}

/// Carries out what the transition does to the money.
fn move_money(
    tx: &mut Tx<'_>,
    before: &StoredTransaction,
    wanted: TransactionStatus,
    funds: FundsState,
    Transition { status, money }: Transition,
    held: &mut [StoredAccount],
) -> Result<Moved, Error> {
    match (money, funds) {
        (MoneyEffect::None, FundsState::InTransit) if wanted == TransactionStatus::InProgress => {
            platform_orders::ask_again(tx, before.id)?;
        }
        (MoneyEffect::None, FundsState::InTransit | FundsState::Held | FundsState::Free) => {}
        (MoneyEffect::Release, FundsState::InTransit) => {
            platform_orders::withdraw(tx, before.id)?;
            post_reversal(tx, before)?;
        }
        (MoneyEffect::Release, FundsState::Held | FundsState::Free) => {
            let source = side_of(held, before.debit.account.as_deref())?;
            let entry = release(&source.facts, before.debit.amount)?;
            let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
            post(tx, Cause::Transaction(before.id), Step::Release, &entry, &mut held)?;
        }
        (MoneyEffect::Complete, FundsState::InTransit) => {
            let settlement = platform_orders::withdraw(tx, before.id)?;
            let settlement = settlement.ok_or_else(|| Error::Broken("nothing is to arrive".into()))?;
            post_settlement(tx, before, &settlement, held)?;
        }
        (MoneyEffect::Complete, FundsState::Held | FundsState::Free) => {
            return complete(tx, before, funds, status, held);
        }
    }
    Ok(Moved { status, funds, movement: None })
}

/// Moves the money of a transaction that waited. Where an outside platform takes part, it only leaves.
fn complete(
    tx: &mut Tx<'_>,
    before: &StoredTransaction,
    funds: FundsState,
    status: TransactionStatus,
    held: &mut [StoredAccount],
) -> Result<Moved, Error> {
    let movement = completion(tx, before, funds, held)?;
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    if let Some(legs) = legs_of(&movement, &held)? {
        post_outbound(tx, before.id, &movement, &legs, &mut held)?;
        set_in_transit(tx, before)?;
        let status = TransactionStatus::InProgress;
        return Ok(Moved { status, funds: FundsState::InTransit, movement: Some(movement) });
    }
    burn_before_stored(tx, before, &mut held)?;
    post(tx, Cause::Transaction(before.id), Step::Done, &movement.entry, &mut held)?;
    let completed = Completed {
        debited: movement.debit.amount,
        credited: movement.credit.amount,
        rate: movement.rate,
        ..Completed::of(before)
    };
    completed.follow_up(tx)?;
    Ok(Moved { status, funds, movement: Some(movement) })
}
