//! Transfers: money between two accounts of a currency.

use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountId, AccountOperation, Amount, Movement, Step, Terms, TransactionKind, TransactionStatus};
use domain::payments::{ClientGate, PaymentsFault, block, transfer as transfer_movement};
use domain::requests::Requester;
use domain::value::{FaultCode as _, Field, Refusal};

use super::client_gate::{client_side, gate, limit_fault, product_side};
use super::execution::carry_out;
use super::parties::{AccountPair, lock_pair};
use super::usd_worth::{usd_rate, worth};
use crate::bonuses::engine::facts_after_burning;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::transaction_types;
use crate::ledger::transaction_writes::NewTransaction;
use crate::ledger::transactions::StoredTransaction;
use crate::{Error, Tx};

/// A user moves money between two accounts of a client, at once.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn transfer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    client: ClientId,
    ids: [AccountId; 2],
    amount: Amount,
) -> Result<StoredTransaction, Error> {
    let AccountPair { mut source, mut destination } = lock_pair(tx, scope, client, ids)?;
    let after_burning = facts_after_burning(tx.conn, &source.facts)?;
    let movement = transfer_movement(TransactionKind::Transfer, &after_burning, &destination.facts, amount)?;
    let rate = usd_rate(tx, &source)?;
    let new = NewTransaction {
        client,
        status: TransactionStatus::Done,
        method: None,
        meta: None,
        terms: None,
        usd_worth: worth(&source, amount, rate),
        user: Some(user),
        ip: None,
        movement: &movement,
    };
    carry_out(tx, new, &mut source, Some(&mut destination))
}

/// A client transfers money: to others after a user's approval, between their own accounts at once, unless the type of
/// transaction says otherwise.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn request(
    tx: &mut Tx<'_>,
    requester: Requester,
    ids: [AccountId; 2],
    amount: Amount,
) -> Result<StoredTransaction, Error> {
    let client = requester.client;
    let [source_id, destination_id] = ids;
    let mut held = lock_by_ids(tx, &ids)?;
    let side = client_side(tx.conn, client)?;
    let source = held.remove(&source_id).filter(|account| account.data.client == client);
    let mut source = source.ok_or_else(|| Refusal::unknown(Field::Source))?;
    let destination = held.remove(&destination_id);
    let mut destination = destination.ok_or_else(|| Refusal::unknown(Field::Destination))?;
    destination.facts.check_client()?;
    let is_own = destination.data.client == client;
    let kind = if is_own { TransactionKind::Transfer } else { TransactionKind::External };
    let product = product_side(tx.conn, &source)?;
    let gate = gate(tx.conn, &side, &product, kind)?;
    gate.check(kind)?;
    let into = product_side(tx.conn, &destination)?;
    let mut faults = gate.faults(AccountOperation::TransferOut, Field::Source);
    let into_gate = ClientGate { product: &into.permissions, type_enabled: true, ..gate };
    faults.extend(into_gate.faults(AccountOperation::TransferIn, Field::Destination));
    Refusal::unless_empty(faults)?;
    let waits = transaction_types::waits(tx.conn, kind, !is_own)?;
    let facts = if waits { source.facts.clone() } else { facts_after_burning(tx.conn, &source.facts)? };
    let movement = transfer_movement(kind, &facts, &destination.facts, amount)?;
    let rate = usd_rate(tx, &source)?;
    if rate.is_none() && !source.facts.is_demo() {
        return Err(PaymentsFault::NoUsdRate.at(Field::Source).unprocessable().into());
    }
    let usd_worth = worth(&source, amount, rate);
    let mut faults = limit_fault(tx, client, &side.limits, kind, usd_worth)?.into_iter().collect::<Vec<_>>();
    faults.extend(into.minimum.and_then(|minimum| minimum.fault(amount, usd_worth)));
    Refusal::unless_empty(faults)?;
    let held = Movement { step: Step::Hold, entry: block(&source.facts, amount)?, ..movement.clone() };
    let new = NewTransaction {
        client,
        status: if waits { TransactionStatus::Pending } else { TransactionStatus::Done },
        method: None,
        meta: None,
        terms: waits.then_some(Terms::held(None)),
        usd_worth,
        user: None,
        ip: Some(requester.ip),
        movement: if waits { &held } else { &movement },
    };
    carry_out(tx, new, &mut source, Some(&mut destination))
}
