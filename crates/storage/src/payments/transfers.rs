//! Transfers: money between two accounts of a currency.

use diesel::prelude::*;
use domain::catalog::PlatformId;
use domain::clients::{ClientId, ClientStatus};
use domain::identity::{Scope, UserId};
use domain::ledger::{
    AccountId, AccountOperation, Amount, CurrencyCode, Movement, Step, Terms, TransactionKind, TransactionStatus,
};
use domain::payments::{ClientGate, PaymentsFault, block, transfer as transfer_movement};
use domain::requests::Requester;
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Set, folded};

use super::client_gate::{client_side, gate, limit_fault, product_side};
use super::execution::carry_out;
use super::parties::{AccountPair, lock_pair};
use super::usd_worth::{usd_rate, worth};
use crate::bonuses::engine::facts_after_burning;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::{StoredAccount, by_ids};
use crate::ledger::transaction_types;
use crate::ledger::transaction_writes::NewTransaction;
use crate::ledger::transactions::StoredTransaction;
use crate::schema::{accounts, clients};
use crate::{DbConnection, Error, Tx};

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

/// Whose account money goes to, as another client knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The number of the account.
    pub number: String,
    /// Where it is kept, if that was said.
    pub platform: Option<PlatformId>,
    /// Whose it is, if that was said.
    pub client: Option<ClientId>,
    /// Their e-mail address, if that was said.
    pub email: Option<String>,
}

/// Where the money of a client goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To another account of theirs.
    Own(AccountId, Option<PlatformId>),
    /// To somebody else.
    Other(Recipient),
}

/// What a client transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferOrder {
    /// From which account of theirs.
    pub source: AccountId,
    /// Where to.
    pub destination: Destination,
    /// How much.
    pub amount: Amount,
    /// In which currency the source is, if that was said.
    pub source_currency: Option<CurrencyCode>,
    /// In which currency the destination is, if that was said.
    pub destination_currency: Option<CurrencyCode>,
}

/// A client transfers money to another account of theirs or to somebody else, as [`request`] says.
///
/// # Errors
/// A refusal with every rule that it breaks. An account of somebody else that does not fit what is said of it is told
/// apart from no other.
pub fn order(tx: &mut Tx<'_>, requester: Requester, order: &TransferOrder) -> Result<StoredTransaction, Error> {
    let client = requester.client;
    let (kind, field) = match order.destination {
        Destination::Own(..) => (TransactionKind::Transfer, Field::Destination),
        Destination::Other(_) => (TransactionKind::External, Field::DestinationNumber),
    };
    let side = client_side(tx.conn, client)?;
    // What the product and the type of transaction say comes later.
    let gate = ClientGate {
        status: side.status,
        permissions: &side.permissions,
        product: &Set::default(),
        type_enabled: true,
    };
    gate.check(kind)?;
    let shown = |account: &StoredAccount| account.data.client == client && account.data.is_shown();
    let source = by_ids(tx.conn, &[order.source])?.remove(&order.source).filter(shown);
    let destination = match &order.destination {
        Destination::Own(id, platform) => {
            let account = by_ids(tx.conn, &[*id])?.remove(id).filter(shown);
            account.filter(|account| platform.is_none_or(|platform| account.data.platform == platform))
        }
        Destination::Other(recipient) => account_of(tx.conn, recipient, client)?,
    };
    let (Some(source), Some(destination)) = (&source, &destination) else {
        let unknown = |field: Field| CommonFault::Unknown.at(field);
        let faults = [source.is_none().then(|| unknown(Field::Source)), destination.is_none().then(|| unknown(field))];
        return Err(Refusal::Unprocessable(faults.into_iter().flatten().collect()).into());
    };
    let named = [
        (order.source_currency, source, Field::SourceCurrency),
        (order.destination_currency, destination, Field::DestinationCurrency),
    ];
    let wrong = named.into_iter().filter(|(code, account, _)| code.is_some_and(|code| code != account.data.currency));
    Refusal::unless_empty(wrong.map(|(.., field)| PaymentsFault::NotAccountCurrency.at(field)).collect())?;
    request(tx, requester, [source.id, destination.id], order.amount)
        .map_err(|error| error.moved(Field::Destination, field))
}

/// The account of somebody else that fits all that is said of it.
fn account_of(
    conn: &mut DbConnection,
    recipient: &Recipient,
    client: ClientId,
) -> Result<Option<StoredAccount>, Error> {
    let Recipient { number, platform, client: owner, email } = recipient;
    let mut query = accounts::table
        .inner_join(clients::table)
        .filter(accounts::number.eq(number))
        .filter(accounts::client_id.ne(client))
        .filter(clients::status.ne(ClientStatus::Deleted))
        .select(accounts::id)
        .into_boxed();
    if let Some(platform) = platform {
        query = query.filter(accounts::platform_id.eq(platform));
    }
    if let Some(owner) = owner {
        query = query.filter(accounts::client_id.eq(owner));
    }
    if let Some(email) = email {
        query = query.filter(clients::email_key.eq(folded(email)));
    }
    // Accounts of two platforms may share a number.
    match query.limit(2).load::<AccountId>(conn)?.as_slice() {
        [id] => Ok(by_ids(conn, &[*id])?.remove(id)),
        _ => Ok(None),
    }
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
