//! Operations with money: each loads the facts while the accounts are held, lets the domain decide,
//! and writes the transaction, its postings and the accounts' books in one database transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{ProductPermission, RestrictionFacts};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::{Rights, Scope, UserId};
use domain::ledger::{
    AccountBook, AccountId, Amount, Approvals, CurrencyCode, DepartmentStatus, Entry, Meta, MethodId, Movement,
    Operation, RequestStatus, Stake, Step, Terms, TransactionId, TransactionKind, TransactionStatus,
    TransactionTypeName, VerificationStatus, usd_worth,
};
use domain::payments::{
    AutomaticPayout, ClientGate, CommissionKind, Direction as Way, Effect, ExchangeOrder, ExchangeQuote, Legs,
    LimitKind, LimitUse, Markups, Method, MethodCurrencyKind, MinimumDeposit, PairLimits, Payment, Payout, PayoutScope,
    ReviewStatus, TransactionChange, ask_withdrawal as ask_payout, balance_change, block, client_deposit,
    complete_transfer, complete_withdrawal, decide, exchange as exchanged, legs, price, release, returned,
    transfer as transferred, user_deposit, user_withdrawal,
};
use domain::value::{Fault, Refusal, Set};

use super::methods;
use crate::bonuses::awards;
use crate::bonuses::engine::{burn_for_withdrawal, facts_after_burning};
use crate::catalog::{product_currencies, products};
use crate::clients::{permission_levels, sees};
use crate::ledger::accounts::{self, StoredAccount};
use crate::ledger::platform_orders;
use crate::ledger::postings::{self, Cause, post};
use crate::ledger::transactions::{self, Making, Named, Outcome, StoredTransaction};
use crate::ledger::{currencies, currency_pairs, hedges, rates, requests, transaction_types};
use crate::schema::clients;
use crate::verification::levels;
use crate::{DbConnection, Error, Tx};

/// A deposit or a withdrawal that a user makes by a manual method; amounts in the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualOrder {
    /// Whose money.
    pub account: AccountId,
    /// By which method.
    pub method: MethodId,
    /// How much, gross.
    pub amount: Amount,
    /// What the payment system charged, for reports only.
    pub provider_commission: Amount,
    /// What the broker charges.
    pub vendor_commission: Amount,
}

fn missing(field: &'static str) -> Fault {
    Fault::of(field, "does not exist")
}

/// One of the held accounts, if the caller sees its client.
fn named(
    conn: &mut DbConnection,
    scope: &Scope,
    held: &mut HashMap<AccountId, StoredAccount>,
    id: AccountId,
) -> Result<Option<StoredAccount>, Error> {
    match held.remove(&id) {
        Some(account) if scope.sees_all_clients() || sees(conn, scope, account.data.client)? => Ok(Some(account)),
        _ => Ok(None),
    }
}

/// What an amount counts for in limits; play money counts in none.
fn worth(account: &StoredAccount, amount: Amount, usd_rate: Option<Amount>) -> Option<Amount> {
    if account.facts.is_demo() {
        return None;
    }
    Some(usd_rate.and_then(|rate| usd_worth(amount, rate)).unwrap_or(Amount::ZERO))
}

fn usd_rate(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<Option<Amount>, Error> {
    if account.facts.is_demo() { Ok(None) } else { rates::to_usd(tx.conn, tx.now, account.data.currency) }
}

/// A user brings money to an account or takes it out, at once.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn manual(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    way: Way,
    order: &ManualOrder,
) -> Result<StoredTransaction, Error> {
    let mut held = accounts::lock(tx, &[order.account])?;
    let account = named(tx.conn, scope, &mut held, order.account)?;
    let method = match methods::facts(tx.conn, way, order.method) {
        Ok(method) => Some(method),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let (mut account, (facts, _, method)) = match (account, method) {
        (Some(account), Some(method)) => (account, method),
        (account, method) => {
            let mut faults = Vec::new();
            faults.extend(account.is_none().then(|| missing("accountId")));
            faults.extend(method.is_none().then(|| missing("methodId")));
            return Err(Refusal::Unprocessable(faults).into());
        }
    };
    // Before the funds: a removed client has none, and lack of money is not the reason.
    account.facts.check_client()?;
    let rate = usd_rate(tx, &account)?;
    let (amount, commission) = (order.amount, order.vendor_commission);
    let (movement, approvals) = match way {
        Way::Deposit => (
            user_deposit(&account.facts, &facts, amount, commission, rate)?,
            Approvals { verification: Some(VerificationStatus::Approved), ..Approvals::default() },
        ),
        Way::Withdrawal => (
            user_withdrawal(&facts_after_burning(tx.conn, &account.facts)?, &facts, amount, commission, rate)?,
            Approvals {
                compliance: Some(DepartmentStatus::Approved),
                dealing: Some(DepartmentStatus::Approved),
                ..Approvals::default()
            },
        ),
    };
    let making = Making {
        client: account.data.client,
        status: TransactionStatus::Done,
        method: Some(Named { id: method.id, name: method.data.caption, resources: method.data.resources }),
        meta: Some(Meta::of(approvals, order.provider_commission, tx.now)),
        terms: None,
        usd_worth: worth(&account, amount, rate),
        user: Some(user),
        movement: &movement,
    };
    carry_out(tx, making, &mut account, None)
}

/// Writes a transaction with its postings. `second` is the account on the other side. Where an
/// outside platform takes part, the money only leaves: it arrives when the platform has confirmed.
fn carry_out(
    tx: &mut Tx<'_>,
    mut making: Making<'_>,
    first: &mut StoredAccount,
    second: Option<&mut StoredAccount>,
) -> Result<StoredTransaction, Error> {
    let movement = making.movement;
    let mut held: Vec<&mut StoredAccount> = vec![first];
    held.extend(second);
    let legs = if making.status == TransactionStatus::Done { legs_of(movement, &held)? } else { None };
    if let Some(legs) = legs {
        making.status = TransactionStatus::InProgress;
        let commission = making.terms.and_then(|terms| terms.commission);
        making.terms = Some(Terms { is_held: false, is_under_way: true, commission });
        let id = transactions::insert(tx, &making)?;
        depart(tx, id, movement, &legs, &mut held)?;
        return transactions::get(tx.conn, &Scope::System, id);
    }
    let id = transactions::insert(tx, &making)?;
    if making.status == TransactionStatus::Done {
        burn_first(tx, movement.kind, making.method.is_some(), movement.debit.account, &mut held)?;
    }
    post(tx, Cause::Transaction(id), movement.step, &movement.entry, &mut held)?;
    let of =
        |id: Option<AccountId>| held.iter().find(|account| Some(account.id) == id).map(|account| (**account).clone());
    let (debit, credit) = (of(movement.debit.account), of(movement.credit.account));
    let outside = held.first().map(|account| account.currency.clone()).ok_or(Error::NotFound)?;
    if making.status == TransactionStatus::Done {
        let done = Done {
            id,
            client: making.client,
            kind: movement.kind,
            has_method: making.method.is_some(),
            debit: debit.as_ref(),
            credit: credit.as_ref(),
            amounts: [movement.debit.amount, movement.credit.amount, movement.rate],
        };
        done.follow(tx)?;
    } else {
        // The request behind it, and a payment system's own currency, are read back.
        return transactions::get(tx.conn, &Scope::System, id);
    }
    Ok(transactions::made(making, id, debit, credit, &outside, tx.now))
}

/// A transaction that is done, as far as something follows from it.
struct Done<'a> {
    id: TransactionId,
    client: ClientId,
    kind: TransactionKind,
    has_method: bool,
    debit: Option<&'a StoredAccount>,
    credit: Option<&'a StoredAccount>,
    /// What left, what arrived, and at which rate.
    amounts: [Amount; 3],
}

impl<'a> Done<'a> {
    fn of(stored: &'a StoredTransaction) -> Self {
        Self {
            id: stored.id,
            client: stored.client,
            kind: stored.kind,
            has_method: stored.method.is_some(),
            debit: stored.debit.account.as_ref(),
            credit: stored.credit.account.as_ref(),
            amounts: [stored.debit.amount, stored.credit.amount, stored.rate],
        }
    }

    /// What follows: money on a trading account may earn a bonus, an exchange may be hedged.
    fn follow(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let [given, got, rate] = self.amounts;
        match (self.kind, self.debit, self.credit) {
            (TransactionKind::Exchange, Some(source), Some(destination)) => {
                let to = destination.data.currency;
                hedges::put(tx, self.id, self.client, &source.facts, to, [given, rate])
            }
            (kind, _, Some(account)) if awards::earns(kind, self.has_method) => awards::award(tx, account, got),
            _ => Ok(()),
        }
    }
}

/// Money leaves an account for good: its bonuses burn first.
fn burn_first(
    tx: &mut Tx<'_>,
    kind: TransactionKind,
    has_method: bool,
    source: Option<AccountId>,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    match held.iter_mut().find(|account| Some(account.id) == source) {
        Some(account) if awards::burns(kind, has_method) => burn_for_withdrawal(tx, account),
        _ => Ok(()),
    }
}

/// The same for a transaction that was made before.
fn burn_first_of(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    let source = transaction.debit.account.as_ref().map(|account| account.id);
    burn_first(tx, transaction.kind, transaction.method.is_some(), source, held)
}

fn found<'a>(held: &'a [&mut StoredAccount], id: Option<AccountId>) -> Option<&'a StoredAccount> {
    held.iter().find(|account| Some(account.id) == id).map(|account| &**account)
}

/// The legs of a movement that an outside platform takes part in.
fn legs_of(movement: &Movement, held: &[&mut StoredAccount]) -> Result<Option<Legs>, Error> {
    let facts = |id| found(held, id).map(|account| &account.facts);
    let split = legs(&movement.entry, facts(movement.debit.account), facts(movement.credit.account));
    split.map_err(|unbalanced| Error::Broken(unbalanced.to_string()))
}

/// The money leaves, and the platform is asked.
fn depart(
    tx: &mut Tx<'_>,
    id: TransactionId,
    movement: &Movement,
    legs: &Legs,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    post(tx, Cause::Transaction(id), Step::Out, &legs.departure, held)?;
    let sides = [movement.debit.account, movement.credit.account].map(|id| found(held, id));
    platform_orders::send(tx, id, sides, &legs.departure, &legs.arrival)
}

/// A platform has confirmed its part: the other platform is asked, or the money arrives.
pub(crate) fn arrive(tx: &mut Tx<'_>, id: TransactionId, confirmed: AccountId, arrival: &Entry) -> Result<(), Error> {
    let Some(before) = under_way(tx, id)? else { return Ok(()) };
    let other = before.credit.account.as_ref().filter(|account| account.id != confirmed && account.facts.is_outside);
    if let Some(other) = other {
        let subject = platform_orders::Subject::Transaction(id);
        return platform_orders::put(tx, subject, other.id, arrival, arrival).map(drop);
    }
    let mut held = lock_sides(tx, &before)?;
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    burn_first_of(tx, &before, &mut held)?;
    post(tx, Cause::Transaction(id), Step::Done, arrival, &mut held)?;
    Done::of(&before).follow(tx)?;
    transactions::end(tx, id, TransactionStatus::Done)
}

/// A platform refused its part. What left comes back, unless another platform has given it already:
/// then a user must look into it.
pub(crate) fn turn_back(tx: &mut Tx<'_>, id: TransactionId, refused: AccountId) -> Result<(), Error> {
    let Some(before) = under_way(tx, id)? else { return Ok(()) };
    let gave = before.debit.account.as_ref().is_some_and(|account| account.id != refused && account.facts.is_outside);
    if gave {
        return transactions::end(tx, id, TransactionStatus::Partial);
    }
    bring_back(tx, &before)?;
    let was_held = before.terms.as_ref().is_some_and(|terms| terms.is_held);
    let is_refund = before.kind == TransactionKind::Withdrawal && was_held;
    transactions::end(tx, id, if is_refund { TransactionStatus::Refund } else { TransactionStatus::Failed })
}

/// A platform never answered: a user must look into it.
pub(crate) fn give_up(tx: &mut Tx<'_>, id: TransactionId) -> Result<(), Error> {
    match under_way(tx, id)? {
        Some(_) => transactions::end(tx, id, TransactionStatus::Partial),
        None => Ok(()),
    }
}

/// A transaction whose money is on its way, held; none where a user has ended it meanwhile.
fn under_way(tx: &mut Tx<'_>, id: TransactionId) -> Result<Option<StoredTransaction>, Error> {
    let transaction = lock(tx, &Scope::System, id)?;
    let is_under_way = transaction.terms.as_ref().is_some_and(|terms| terms.stake() == Stake::UnderWay);
    Ok(Some(transaction).filter(|transaction| is_under_way && !transaction.status.is_final()))
}

/// Posts what left the other way round.
fn bring_back(tx: &mut Tx<'_>, before: &StoredTransaction) -> Result<(), Error> {
    let departure = postings::posted(tx.conn, before.id, Step::Out)?;
    let entry = returned(&departure).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
    let mut held = lock_sides(tx, before)?;
    let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
    post(tx, Cause::Transaction(before.id), Step::Back, &entry, &mut held)
}

/// Two accounts of a client, as a body names them.
struct Pair {
    source: StoredAccount,
    destination: StoredAccount,
}

fn pair(
    tx: &mut Tx<'_>,
    scope: &Scope,
    client: ClientId,
    [source, destination]: [AccountId; 2],
) -> Result<Pair, Error> {
    let mut held = accounts::lock(tx, &[source, destination])?;
    let own = |account: Option<StoredAccount>| account.filter(|account| account.data.client == client);
    let source = own(named(tx.conn, scope, &mut held, source)?);
    let destination = own(named(tx.conn, scope, &mut held, destination)?);
    match (source, destination) {
        (Some(source), Some(destination)) => {
            source.facts.check_client()?;
            Ok(Pair { source, destination })
        }
        (source, destination) => {
            let mut faults = Vec::new();
            if !sees(tx.conn, scope, client)? {
                faults.push(missing("clientId"));
            }
            let issue = "is no account of the client";
            faults.extend(source.is_none().then(|| Fault::of("sourceId", issue)));
            faults.extend(destination.is_none().then(|| Fault::of("destinationId", issue)));
            Err(Refusal::Unprocessable(faults).into())
        }
    }
}

/// A user moves money between two accounts of a client, at once.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn transfer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    client: ClientId,
    ids: [AccountId; 2],
    amount: Amount,
) -> Result<StoredTransaction, Error> {
    let Pair { mut source, mut destination } = pair(tx, scope, client, ids)?;
    let judged = facts_after_burning(tx.conn, &source.facts)?;
    let movement = transferred(TransactionKind::Transfer, &judged, &destination.facts, amount)?;
    let rate = usd_rate(tx, &source)?;
    let making = Making {
        client,
        status: TransactionStatus::Done,
        method: None,
        meta: None,
        terms: None,
        usd_worth: worth(&source, amount, rate),
        user: Some(user),
        movement: &movement,
    };
    carry_out(tx, making, &mut source, Some(&mut destination))
}

/// A user exchanges money between two accounts of a client, at once.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn exchange(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    client: ClientId,
    ids: [AccountId; 2],
    order: &ExchangeOrder,
) -> Result<StoredTransaction, Error> {
    let Pair { mut source, mut destination } = pair(tx, scope, client, ids)?;
    let quote = quoted(tx, &source, &destination, order, |pair| pair.is_enabled_for_admin)?.0;
    let judged = facts_after_burning(tx.conn, &source.facts)?;
    let movement = exchanged(&judged, &destination.facts, &quote, AccountBook::Balance)?;
    let making = Making {
        client,
        status: TransactionStatus::Done,
        method: None,
        meta: None,
        terms: None,
        usd_worth: None,
        user: Some(user),
        movement: &movement,
    };
    carry_out(tx, making, &mut source, Some(&mut destination))
}

fn no_pair() -> Refusal {
    Refusal::unprocessable("destinationId", "makes a pair that is not exchanged")
}

/// What an exchange comes to, and whether clients wait for an approval of it.
fn quoted(
    tx: &mut Tx<'_>,
    source: &StoredAccount,
    destination: &StoredAccount,
    order: &ExchangeOrder,
    is_open: fn(&domain::ledger::CurrencyPair) -> bool,
) -> Result<(ExchangeQuote, bool), Error> {
    let (from, to) = (source.data.currency, destination.data.currency);
    if from == to {
        return Err(Refusal::unprocessable("destinationId", "is in the same currency; make a transfer").into());
    }
    let pair = currency_pairs::of(tx.conn, from, to)?.filter(is_open);
    let pair = pair.ok_or_else(no_pair)?;
    let provider_rate = if order.needs_rate() { rates::rate(tx.conn, tx.now, from, to, None)? } else { None };
    let markups = if order.needs_rate() {
        Markups {
            sell: currencies::get(tx.conn, from)?.data.markup_sell,
            buy: currencies::get(tx.conn, to)?.data.markup_buy,
        }
    } else {
        Markups::default()
    };
    let limits = PairLimits { max_amount: pair.max_amount, step: pair.step };
    let quote = price(order, source.facts.currency, destination.facts.currency, limits, markups, provider_rate)?;
    Ok((quote, pair.is_request_required))
}

/// Adds to a balance or takes from it, by a user or, for what a demo account begins with, by itself;
/// answers the account after that, and the transaction.
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
    // Before the funds: a removed client has none, and lack of money is not the reason.
    account.facts.check_client()?;
    let movement = balance_change(&account.facts, amount)?;
    account.facts.check_not_archived()?;
    let approvals = match movement.kind {
        TransactionKind::Withdrawal => Approvals {
            compliance: Some(DepartmentStatus::Approved),
            dealing: Some(DepartmentStatus::Approved),
            ..Approvals::default()
        },
        _ => Approvals { verification: Some(VerificationStatus::Approved), ..Approvals::default() },
    };
    let meta = Meta::of(approvals, Amount::ZERO, tx.now);
    let making = Making {
        client: account.data.client,
        status: TransactionStatus::Done,
        method: None,
        meta: Some(Meta { comment: comment.map(ToOwned::to_owned), ..meta }),
        terms: None,
        usd_worth: None,
        user,
        movement: &movement,
    };
    let mut account = account.clone();
    let transaction = carry_out(tx, making, &mut account, None)?;
    Ok((account, transaction))
}

/// A user changes a transaction: facts, departments' decisions, or its status along its ways.
/// Approving and rejecting a pending one decides the request behind it.
///
/// # Errors
/// A refusal where he may not, a rule forbids it, or the transaction is in another state.
pub fn change(
    tx: &mut Tx<'_>,
    rights: &Rights,
    before: &StoredTransaction,
    change: &TransactionChange,
) -> Result<StoredTransaction, Error> {
    change.check_rights(rights, before.kind, before.status, before.meta.as_ref())?;
    if let Some(id) = change.resolution
        && !transactions::is_resolution(tx.conn, id)?
    {
        return Err(Refusal::unprocessable("resolutionId", "does not exist").into());
    }
    let mut meta = change.applied(before.kind, before.status, before.meta.as_ref(), tx.now)?;
    change.check_resolution(before.status)?;
    let stake = before.terms.as_ref().map_or(Stake::Free, Terms::stake);
    let is_held = stake == Stake::Held;
    let mut outcome = Outcome {
        status: before.status,
        meta: None,
        resolution: before.resolution.as_ref().map(|known| known.id),
        movement: None,
    };
    let mut movement = None;
    if let Some(wanted) = change.status {
        let mut decision = decide(before.kind, stake, before.status, wanted)?;
        let is_approval = before.status == TransactionStatus::Pending && wanted == TransactionStatus::InProgress;
        let mut held = lock_sides(tx, before)?;
        if is_approval {
            check_again(tx, before, is_held, &held)?;
            if let Some(facts) = &meta {
                facts.check_approvals()?;
            }
            meta = meta.map(Meta::approved);
        }
        if is_approval || decision.effect == Effect::Complete {
            for account in &held {
                account.facts.check_client()?;
                account.facts.check_not_archived()?;
            }
        }
        match decision.effect {
            Effect::None if stake == Stake::UnderWay && wanted == TransactionStatus::InProgress => {
                platform_orders::ask_again(tx, before.id)?;
            }
            Effect::None => {}
            Effect::Release if stake == Stake::UnderWay => {
                platform_orders::withdraw(tx, before.id)?;
                bring_back(tx, before)?;
            }
            Effect::Complete if stake == Stake::UnderWay => {
                let arrival = platform_orders::withdraw(tx, before.id)?;
                let arrival = arrival.ok_or_else(|| Error::Broken("nothing is to arrive".into()))?;
                let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
                burn_first_of(tx, before, &mut held)?;
                post(tx, Cause::Transaction(before.id), Step::Done, &arrival, &mut held)?;
                Done::of(before).follow(tx)?;
            }
            Effect::Release => {
                let source = side_of(&held, before.debit.account.as_ref())?;
                let entry = release(&source.facts, before.debit.amount)?;
                let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
                post(tx, Cause::Transaction(before.id), Step::Release, &entry, &mut held)?;
            }
            Effect::Complete => {
                let done = completion(tx, before, is_held, &held)?;
                let mut held: Vec<&mut StoredAccount> = held.iter_mut().collect();
                match legs_of(&done, &held)? {
                    None => {
                        burn_first_of(tx, before, &mut held)?;
                        post(tx, Cause::Transaction(before.id), Step::Done, &done.entry, &mut held)?;
                        let amounts = [done.debit.amount, done.credit.amount, done.rate];
                        Done { amounts, ..Done::of(before) }.follow(tx)?;
                    }
                    Some(legs) => {
                        depart(tx, before.id, &done, &legs, &mut held)?;
                        decision.status = TransactionStatus::InProgress;
                        transactions::set_under_way(tx, before)?;
                    }
                }
                movement = Some(done);
            }
        }
        if before.status == TransactionStatus::Pending {
            let request = match wanted {
                TransactionStatus::Rejected | TransactionStatus::Cancelled => RequestStatus::Rejected,
                _ => RequestStatus::Approved,
            };
            requests::decide(tx, before.id, request)?;
        }
        outcome.status = decision.status;
    }
    outcome.meta = meta.as_ref();
    outcome.resolution = change.resolution.or(outcome.resolution);
    outcome.movement = movement.as_ref();
    transactions::update(tx, before, &outcome)?;
    transactions::get(tx.conn, &rights.scope, before.id)
}

/// What an approval checks again: the rates, what the commission leaves, and the funds where nothing
/// was blocked. Everything but a withdrawal is carried out at once, which checks the rest.
fn check_again(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    is_held: bool,
    held: &[StoredAccount],
) -> Result<(), Error> {
    let counts_in_limits = transaction.usd_worth.is_some();
    if counts_in_limits && rates::to_usd(tx.conn, tx.now, transaction.debit.currency.code)?.is_none() {
        return Err(Refusal::unprocessable("amount", "is in a currency without a rate to USD").into());
    }
    if transaction.kind == TransactionKind::Withdrawal {
        completion(tx, transaction, is_held, held)?;
    }
    Ok(())
}

fn lock_sides(tx: &mut Tx<'_>, transaction: &StoredTransaction) -> Result<Vec<StoredAccount>, Error> {
    let sides = [&transaction.debit, &transaction.credit];
    let ids: Vec<AccountId> = sides.iter().filter_map(|side| side.account.as_ref().map(|account| account.id)).collect();
    Ok(accounts::lock(tx, &ids)?.into_values().collect())
}

fn side_of<'a>(held: &'a [StoredAccount], account: Option<&StoredAccount>) -> Result<&'a StoredAccount, Error> {
    let id = account.map(|account| account.id);
    held.iter().find(|held| Some(held.id) == id).ok_or_else(|| Error::Broken("a side has no account".into()))
}

/// What is posted when a transaction that waited is carried out: at the rate of now.
fn completion(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    is_held: bool,
    held: &[StoredAccount],
) -> Result<Movement, Error> {
    let terms = transaction.terms.as_ref();
    let from = if is_held { AccountBook::Hold } else { AccountBook::Balance };
    let amount = transaction.debit.amount;
    let outside = |code: CurrencyCode, minor_unit: i64| domain::ledger::CurrencyUnit {
        code,
        minor_unit: u32::try_from(minor_unit).unwrap_or(0),
    };
    Ok(match transaction.kind {
        TransactionKind::Deposit => {
            let account = side_of(held, transaction.credit.account.as_ref())?;
            let unit = outside(transaction.debit.currency.code, transaction.debit.currency.minor_unit);
            let (name, rate) = method_rate(tx, Way::Deposit, transaction, unit.code, account.data.currency)?;
            let terms = terms.and_then(|terms| terms.commission);
            client_deposit(&account.facts, &name, &Payment { amount, unit, rate, terms })?
        }
        TransactionKind::Withdrawal => {
            let account = side_of(held, transaction.debit.account.as_ref())?;
            let unit = outside(transaction.credit.currency.code, transaction.credit.currency.minor_unit);
            let (name, rate) = method_rate(tx, Way::Withdrawal, transaction, account.data.currency, unit.code)?;
            let terms = terms.and_then(|terms| terms.commission);
            let judged = facts_after_burning(tx.conn, &account.facts)?;
            complete_withdrawal(&judged, &name, &Payout { amount, unit, rate, terms }, is_held)?
        }
        TransactionKind::Transfer | TransactionKind::External => {
            let source = side_of(held, transaction.debit.account.as_ref())?;
            let destination = side_of(held, transaction.credit.account.as_ref())?;
            complete_transfer(transaction.kind, &source.facts, &destination.facts, amount, from)?
        }
        TransactionKind::Exchange => {
            let source = side_of(held, transaction.debit.account.as_ref())?;
            let destination = side_of(held, transaction.credit.account.as_ref())?;
            let quote = ExchangeQuote {
                source: amount,
                destination: transaction.credit.amount,
                markup: transaction.credit.commission,
                rate: transaction.rate,
            };
            exchanged(&source.facts, &destination.facts, &quote, from)?
        }
        TransactionKind::Partner => return Err(Refusal::conflict("A reward is never carried out later.").into()),
    })
}

/// The name of a transaction's method, and the rate of its conversion now.
fn method_rate(
    tx: &mut Tx<'_>,
    way: Way,
    transaction: &StoredTransaction,
    from: CurrencyCode,
    to: CurrencyCode,
) -> Result<(String, Amount), Error> {
    let method = transaction.method.as_ref().ok_or_else(|| Error::Broken("no method waits".into()))?;
    let method = methods::get(tx.conn, way, method.id)?;
    let rate = rates::rate(tx.conn, tx.now, from, to, method.data.rate_provider)?;
    let rate = rate.ok_or_else(|| Refusal::unprocessable("amount", "cannot be converted: there is no rate"))?;
    Ok((method.data.name, rate))
}

/// What a client pays in or is paid out by a method, in the currency of the payment system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientOrder {
    /// His account.
    pub account: AccountId,
    /// By which method.
    pub method: MethodId,
    /// A deposit: in the payment currency; a withdrawal: in the account's.
    pub amount: Amount,
    /// The currency of the payment system.
    pub payment_currency: CurrencyCode,
}

/// What decides on a client's own operation.
struct ClientSide {
    status: ClientStatus,
    permissions: Set<domain::clients::ClientPermission>,
    restrictions: RestrictionFacts,
    limits: domain::payments::LevelLimits,
}

fn client_side(conn: &mut DbConnection, client: ClientId) -> Result<ClientSide, Error> {
    let columns = (clients::status, clients::country_id, clients::type_id, clients::level_id);
    let (status, country, kind, level) = clients::table.find(client).select(columns).first(conn)?;
    let (limits, _) = levels::of_client(conn, client)?;
    let restrictions =
        RestrictionFacts { country, client_type: Some(kind), verification_level: Some(level), ib_parent: None };
    Ok(ClientSide { status, permissions: permission_levels::of_client(conn, client)?, restrictions, limits })
}

/// What an account's product says now.
struct ProductSide {
    permissions: Set<ProductPermission>,
    minimum: Option<MinimumDeposit>,
}

fn product_side(conn: &mut DbConnection, account: &StoredAccount) -> Result<ProductSide, Error> {
    let product = products::get(conn, account.data.product)?.data;
    let entry = product_currencies::of_product(conn, account.data.product, account.data.currency)?;
    let own = entry.filter(|entry| entry.data.overwrite_product_settings).map(|entry| entry.data.settings);
    let minimum: fn(Amount) -> MinimumDeposit =
        if own.is_some() { MinimumDeposit::OfAccount } else { MinimumDeposit::Usd };
    let settings = own.unwrap_or(product.settings);
    let minimum = settings.min_deposit_amount.filter(|_| account.facts.trades()).map(minimum);
    Ok(ProductSide { permissions: settings.permissions, minimum })
}

/// What the level of the client says against so much more.
fn limit_fault(
    tx: &mut Tx<'_>,
    client: ClientId,
    side: &ClientSide,
    kind: TransactionKind,
    worth: Option<Amount>,
) -> Result<Option<Fault>, Error> {
    let (Some(limit), Some(worth)) = (LimitKind::of(kind), worth) else { return Ok(None) };
    // Two operations of a client are counted one after the other.
    tx.lock("clients", client)?;
    let used = LimitUse {
        today: transactions::usd_worth_since(tx.conn, client, limit.kinds(), tx.now.start_of_day())?,
        this_month: transactions::usd_worth_since(tx.conn, client, limit.kinds(), tx.now.start_of_month())?,
    };
    Ok(side.limits.fault(limit, used, worth))
}

/// The switches of withdrawals.
struct PayoutSwitches {
    /// On unless it is switched off.
    holds: bool,
    automatic: bool,
    scope: PayoutScope,
}

fn payout_switches(conn: &mut DbConnection) -> Result<PayoutSwitches, Error> {
    let options = transaction_types::named(conn, TransactionTypeName::Payout)?.options;
    let options: serde_json::Value = serde_json::from_str(&options)?;
    let is_on = |name: &str| options.get(name).and_then(serde_json::Value::as_bool);
    let scope = options.get("automaticFor").and_then(serde_json::Value::as_str).and_then(|scope| scope.parse().ok());
    Ok(PayoutSwitches {
        holds: is_on("holds").unwrap_or(true),
        automatic: is_on("automatic").unwrap_or(false),
        scope: scope.unwrap_or(PayoutScope::Both),
    })
}

/// A client asks for a deposit or a withdrawal by a method, which a user then decides, unless it is
/// a withdrawal that needs no approval. `review` is what transaction monitoring thinks of it.
///
/// # Errors
/// A refusal with everything that stands against it: client, account, product, type, method, limits.
pub fn ask(
    tx: &mut Tx<'_>,
    client: ClientId,
    way: Way,
    order: &ClientOrder,
    review: Option<ReviewStatus>,
) -> Result<StoredTransaction, Error> {
    let (kind, operation) = match way {
        Way::Deposit => (TransactionKind::Deposit, Operation::Deposit),
        Way::Withdrawal => (TransactionKind::Withdrawal, Operation::Withdrawal),
    };
    // The client is held together with the account, so that their status still stands at the end.
    let mut held = accounts::lock(tx, &[order.account])?;
    let side = client_side(tx.conn, client)?;
    let account = held.remove(&order.account).filter(|account| account.data.client == client);
    let mut account = account.ok_or_else(|| Refusal::unprocessable("accountId", "does not exist"))?;
    let product = product_side(tx.conn, &account)?;
    let type_enabled = transaction_types::named(tx.conn, TransactionTypeName::of(kind))?.enabled;
    let gate =
        ClientGate { status: side.status, permissions: &side.permissions, product: &product.permissions, type_enabled };
    gate.check(kind)?;
    let (facts, rate_provider, method) = match methods::facts(tx.conn, way, order.method) {
        Ok(found) => found,
        Err(Error::NotFound) => return Err(Refusal::unprocessable("methodId", "does not exist").into()),
        Err(error) => return Err(error),
    };
    let mut faults = account.facts.faults(operation, "accountId");
    faults.extend(gate.faults(operation, "accountId"));
    faults.extend(facts.client_faults(account.data.currency, &side.restrictions));
    let payment = facts.serves(order.payment_currency, MethodCurrencyKind::PaymentSystem);
    faults.extend(payment.is_none().then(|| Fault::of("currencyCode", "is no currency of the method")));
    Refusal::unless_empty(faults)?;
    let unit = currencies::get(tx.conn, order.payment_currency)?.data.unit(order.payment_currency);
    let (from, to) = match way {
        Way::Deposit => (unit.code, account.data.currency),
        Way::Withdrawal => (account.data.currency, unit.code),
    };
    let rate = rates::rate(tx.conn, tx.now, from, to, rate_provider)?;
    let rate = rate.ok_or_else(|| Refusal::unprocessable("amount", "cannot be converted: there is no rate"))?;
    let usd = if account.facts.is_demo() { None } else { rates::to_usd(tx.conn, tx.now, from)? };
    if usd.is_none() && !account.facts.is_demo() {
        return Err(Refusal::unprocessable("currencyCode", "has no rate to USD").into());
    }
    let usd_worth = worth(&account, order.amount, usd);
    let commission = facts
        .commissions
        .iter()
        .find(|commission| commission.currency == unit.code && commission.kind == CommissionKind::Broker)
        .map(|commission| commission.terms);
    let switches = payout_switches(tx.conn)?;
    let is_held = way == Way::Withdrawal && switches.holds;
    let automatic = AutomaticPayout {
        is_on: way == Way::Withdrawal && switches.automatic,
        scope: switches.scope,
        currency: unit.code,
        largest: side.limits.automatic_withdrawal,
        usd_worth,
        review,
        is_by_hand: [Method::CONSTRUCTOR, Method::MANUAL].contains(&facts.provider.as_str()),
    };
    let is_automatic = automatic.applies();
    let decided = if is_automatic { DepartmentStatus::Approved } else { DepartmentStatus::Pending };
    let (movement, approvals, in_account_currency) = match way {
        Way::Deposit => {
            let payment = Payment { amount: order.amount, unit, rate, terms: commission };
            let movement = client_deposit(&account.facts, &method.data.name, &payment)?;
            let credited = movement.credit.amount;
            // Nothing is posted before it is done.
            let movement = Movement { step: Step::Hold, entry: nothing()?, ..movement };
            let approvals = Approvals { verification: Some(VerificationStatus::New), ..Approvals::default() };
            (movement, approvals, credited)
        }
        Way::Withdrawal => {
            let payout = Payout { amount: order.amount, unit, rate, terms: commission };
            let movement = ask_payout(&account.facts, &payout, is_held)?;
            let approvals = Approvals { compliance: Some(decided), dealing: Some(decided), ..Approvals::default() };
            (movement, approvals, order.amount)
        }
    };
    let mut faults: Vec<Fault> = facts.amount_fault(account.data.currency, in_account_currency).into_iter().collect();
    if way == Way::Deposit {
        faults.extend(product.minimum.and_then(|minimum| minimum.fault(in_account_currency, usd_worth)));
    }
    faults.extend(limit_fault(tx, client, &side, kind, usd_worth)?);
    Refusal::unless_empty(faults)?;
    let making = Making {
        client,
        status: if is_automatic { TransactionStatus::InProgress } else { TransactionStatus::Pending },
        method: Some(Named { id: method.id, name: method.data.caption, resources: method.data.resources }),
        meta: Some(Meta::of(approvals, Amount::ZERO, tx.now)),
        terms: Some(Terms { is_held, is_under_way: false, commission }),
        usd_worth,
        user: None,
        movement: &movement,
    };
    carry_out(tx, making, &mut account, None)
}

fn nothing() -> Result<Entry, Error> {
    Entry::of([]).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))
}

/// A client transfers money: at once between his own accounts, after a user's approval to others.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn ask_transfer(
    tx: &mut Tx<'_>,
    client: ClientId,
    ids: [AccountId; 2],
    amount: Amount,
) -> Result<StoredTransaction, Error> {
    let [source_id, destination_id] = ids;
    let mut held = accounts::lock(tx, &ids)?;
    let side = client_side(tx.conn, client)?;
    let source = held.remove(&source_id).filter(|account| account.data.client == client);
    let mut source = source.ok_or_else(|| Refusal::unprocessable("sourceId", "does not exist"))?;
    let destination = held.remove(&destination_id);
    let mut destination = destination.ok_or_else(|| Refusal::unprocessable("destinationId", "does not exist"))?;
    destination.facts.check_client()?;
    let is_own = destination.data.client == client;
    let kind = if is_own { TransactionKind::Transfer } else { TransactionKind::External };
    let product = product_side(tx.conn, &source)?;
    let type_enabled = transaction_types::named(tx.conn, TransactionTypeName::of(kind))?.enabled;
    let gate =
        ClientGate { status: side.status, permissions: &side.permissions, product: &product.permissions, type_enabled };
    gate.check(kind)?;
    let into = product_side(tx.conn, &destination)?;
    let mut faults = gate.faults(Operation::TransferOut, "sourceId");
    faults.extend(
        ClientGate { product: &into.permissions, type_enabled: true, ..gate }
            .faults(Operation::TransferIn, "destinationId"),
    );
    Refusal::unless_empty(faults)?;
    let judged = if is_own { facts_after_burning(tx.conn, &source.facts)? } else { source.facts.clone() };
    let movement = transferred(kind, &judged, &destination.facts, amount)?;
    let rate = usd_rate(tx, &source)?;
    if rate.is_none() && !source.facts.is_demo() {
        return Err(Refusal::unprocessable("sourceId", "is in a currency without a rate to USD").into());
    }
    let usd_worth = worth(&source, amount, rate);
    let mut faults = limit_fault(tx, client, &side, kind, usd_worth)?.into_iter().collect::<Vec<_>>();
    faults.extend(into.minimum.and_then(|minimum| minimum.fault(amount, usd_worth)));
    Refusal::unless_empty(faults)?;
    let held = Movement { step: Step::Hold, entry: block(&source.facts, amount)?, ..movement.clone() };
    let making = Making {
        client,
        status: if is_own { TransactionStatus::Done } else { TransactionStatus::Pending },
        method: None,
        meta: None,
        terms: (!is_own).then_some(Terms { is_held: true, is_under_way: false, commission: None }),
        usd_worth,
        user: None,
        movement: if is_own { &movement } else { &held },
    };
    carry_out(tx, making, &mut source, Some(&mut destination))
}

/// A client exchanges money between his accounts: at once, or after approval where the pair asks for it.
///
/// # Errors
/// A refusal with everything that stands against it.
pub fn ask_exchange(
    tx: &mut Tx<'_>,
    client: ClientId,
    ids: [AccountId; 2],
    order: &ExchangeOrder,
) -> Result<StoredTransaction, Error> {
    let side = client_side(tx.conn, client)?;
    let Pair { mut source, mut destination } = pair(tx, &Scope::System, client, ids)?;
    let product = product_side(tx.conn, &source)?;
    let type_enabled = transaction_types::named(tx.conn, TransactionTypeName::Exchange)?.enabled;
    let gate =
        ClientGate { status: side.status, permissions: &side.permissions, product: &product.permissions, type_enabled };
    gate.check(TransactionKind::Exchange)?;
    let into = product_side(tx.conn, &destination)?;
    let mut faults = gate.faults(Operation::Exchange, "sourceId");
    faults.extend(
        ClientGate { product: &into.permissions, type_enabled: true, ..gate }
            .faults(Operation::Exchange, "destinationId"),
    );
    Refusal::unless_empty(faults)?;
    let (quote, waits) = quoted(tx, &source, &destination, order, |pair| pair.is_enabled)?;
    if waits && !currency_pairs::hold(tx, source.data.currency, destination.data.currency)? {
        return Err(no_pair().into());
    }
    let judged = if waits { source.facts.clone() } else { facts_after_burning(tx.conn, &source.facts)? };
    let movement = exchanged(&judged, &destination.facts, &quote, AccountBook::Balance)?;
    let held = Movement { step: Step::Hold, entry: block(&source.facts, quote.source)?, ..movement.clone() };
    let making = Making {
        client,
        status: if waits { TransactionStatus::Pending } else { TransactionStatus::Done },
        method: None,
        meta: None,
        terms: waits.then_some(Terms { is_held: true, is_under_way: false, commission: None }),
        usd_worth: None,
        user: None,
        movement: if waits { &held } else { &movement },
    };
    carry_out(tx, making, &mut source, Some(&mut destination))
}

/// Holds a transaction until the database transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: TransactionId) -> Result<StoredTransaction, Error> {
    tx.lock("transactions", id)?;
    transactions::get(tx.conn, scope, id)
}

/// Holds an account until the database transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for one of a client whom the caller does not see.
pub fn lock_account(tx: &mut Tx<'_>, scope: &Scope, id: AccountId) -> Result<StoredAccount, Error> {
    let mut held = accounts::lock(tx, &[id])?;
    named(tx.conn, scope, &mut held, id)?.ok_or(Error::NotFound)
}
