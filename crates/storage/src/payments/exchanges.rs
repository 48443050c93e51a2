//! Exchanges: money between two accounts of different currencies.

use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{
    AccountBook, AccountId, AccountOperation, Amount, CurrencyPair, Movement, Step, Terms, TransactionKind,
    TransactionStatus,
};
use domain::payments::{
    ClientGate, ExchangeOrder, ExchangeQuote, Markups, PairLimits, PaymentsFault, Pricing, block,
    exchange as exchange_movement, price,
};
use domain::requests::Requester;
use domain::value::{FaultCode as _, Field, Refusal, Uuid};

use super::client_gate::{client_side, gate, product_side};
use super::execution::carry_out;
use super::parties::{AccountPair, lock_pair};
use super::quotes;
use crate::bonuses::engine::facts_after_burning;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::transaction_writes::NewTransaction;
use crate::ledger::transactions::StoredTransaction;
use crate::ledger::{currencies, currency_pairs, rates};
use crate::platform::settings;
use crate::{Error, Tx};

/// A user exchanges money between two accounts of a client, at once.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn exchange(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    client: ClientId,
    ids: [AccountId; 2],
    order: &ExchangeOrder,
) -> Result<StoredTransaction, Error> {
    let AccountPair { mut source, mut destination } = lock_pair(tx, scope, client, ids)?;
    let (quote, _) = quoted(tx, &source, &destination, order, None, |pair| pair.is_enabled_for_admin)?;
    let after_burning = facts_after_burning(tx.conn, &source.facts)?;
    let movement = exchange_movement(&after_burning, &destination.facts, &quote, AccountBook::Balance)?;
    let new = NewTransaction {
        client,
        status: TransactionStatus::Done,
        method: None,
        meta: None,
        terms: None,
        usd_worth: None,
        user: Some(user),
        ip: None,
        movement: &movement,
    };
    carry_out(tx, new, &mut source, Some(&mut destination))
}

/// A client exchanges money between their accounts: at once, or after approval where the pair asks for it.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn request(
    tx: &mut Tx<'_>,
    requester: Requester,
    ids: [AccountId; 2],
    order: &ExchangeOrder,
) -> Result<StoredTransaction, Error> {
    request_at(tx, requester, ids, order, None)
}

/// The same at a rate that the client was told.
///
/// # Errors
/// A refusal with every rule that it breaks; the rate stands then.
pub fn request_quoted(
    tx: &mut Tx<'_>,
    requester: Requester,
    ids: [AccountId; 2],
    amount: Amount,
    quote: &Uuid,
) -> Result<StoredTransaction, Error> {
    request_at(tx, requester, ids, &ExchangeOrder::Sell { source: amount, rate: None }, Some(quote))
}

fn request_at(
    tx: &mut Tx<'_>,
    requester: Requester,
    ids: [AccountId; 2],
    order: &ExchangeOrder,
    told: Option<&Uuid>,
) -> Result<StoredTransaction, Error> {
    let client = requester.client;
    let side = client_side(tx.conn, client)?;
    let AccountPair { mut source, mut destination } = lock_pair(tx, &Scope::System, client, ids)?;
    let product = product_side(tx.conn, &source)?;
    let gate = gate(tx.conn, &side, &product, TransactionKind::Exchange)?;
    gate.check(TransactionKind::Exchange)?;
    let into = product_side(tx.conn, &destination)?;
    let mut faults = gate.faults(AccountOperation::Exchange, Field::Source);
    let into_gate = ClientGate { product: &into.permissions, type_enabled: true, ..gate };
    faults.extend(into_gate.faults(AccountOperation::Exchange, Field::Destination));
    Refusal::unless_empty(faults)?;
    let pricing = match told {
        Some(uuid) => Some(quotes::take(tx, client, (source.data.currency, destination.data.currency), uuid)?),
        None => None,
    };
    let (quote, waits) = quoted(tx, &source, &destination, order, pricing, |pair| pair.is_enabled)?;
    let waits = waits || settings::get(tx.conn)?.data.exchange_needs_request;
    if waits && !currency_pairs::hold(tx, source.data.currency, destination.data.currency)? {
        return Err(no_pair().into());
    }
    let facts = if waits { source.facts.clone() } else { facts_after_burning(tx.conn, &source.facts)? };
    let movement = exchange_movement(&facts, &destination.facts, &quote, AccountBook::Balance)?;
    let held = Movement { step: Step::Hold, entry: block(&source.facts, quote.source)?, ..movement.clone() };
    let new = NewTransaction {
        client,
        status: if waits { TransactionStatus::Pending } else { TransactionStatus::Done },
        method: None,
        meta: None,
        terms: waits.then_some(Terms::held(None)),
        usd_worth: None,
        user: None,
        ip: Some(requester.ip),
        movement: if waits { &held } else { &movement },
    };
    carry_out(tx, new, &mut source, Some(&mut destination))
}

fn no_pair() -> Refusal {
    PaymentsFault::PairNotExchanged.at(Field::Destination).unprocessable()
}

/// The quote of an exchange, at what was told or at the rate of now, and whether clients wait for an approval of the pair.
fn quoted(
    tx: &mut Tx<'_>,
    source: &StoredAccount,
    destination: &StoredAccount,
    order: &ExchangeOrder,
    told: Option<Pricing>,
    is_open: fn(&CurrencyPair) -> bool,
) -> Result<(ExchangeQuote, bool), Error> {
    let (from, to) = (source.data.currency, destination.data.currency);
    if from == to {
        return Err(PaymentsFault::SameCurrency.at(Field::Destination).unprocessable().into());
    }
    let pair = currency_pairs::of(tx.conn, from, to)?.filter(is_open);
    let pair = pair.ok_or_else(no_pair)?;
    let (provider_rate, markups) = if let Some(Pricing { provider_rate, markups }) = told {
        (Some(provider_rate), markups)
    } else if order.needs_rate() {
        let rate = rates::rate(tx.conn, tx.now, from, to, None)?;
        let sell = currencies::get(tx.conn, from)?.data.markup_sell;
        let buy = currencies::get(tx.conn, to)?.data.markup_buy;
        (rate, Markups { sell, buy })
    } else {
        (None, Markups::default())
    };
    let limits = PairLimits { max_amount: pair.max_amount, step: pair.step };
    let quote = price(order, source.facts.currency, destination.facts.currency, limits, markups, provider_rate)?;
    Ok((quote, pair.is_request_required))
}
