//! Withdrawals: money that goes out by a method.

use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{
    Amount, Approvals, DepartmentStatus, Meta, OptionEntry, Terms, TransactionId, TransactionKind, TransactionStatus,
    TransactionTypeName,
};
use domain::payments::{
    AutomaticPayout, Method, MethodDirection, Payout, PayoutScope, ReviewStatus, WALLET_FIELD, ask_withdrawal,
    user_withdrawal,
};
use domain::requests::Requester;
use domain::value::{Fault, List, Refusal};
use serde_json::Value;

use super::client_gate::limit_fault;
use super::client_orders::{self, Admission, AskedOrder, ClientOrder, Price};
use super::execution::carry_out;
use super::manual_orders::{self, ManualOrder, ManualOrderFacts};
use super::usd_worth::worth;
use super::whitelisted_addresses;
use crate::bonuses::engine::facts_after_burning;
use crate::ledger::transaction_types;
use crate::ledger::transaction_writes::{NewTransaction, inserted};
use crate::ledger::transactions::StoredTransaction;
use crate::{DbConnection, Error, Tx};

/// What both departments say of a withdrawal.
pub(super) fn approvals(decided: DepartmentStatus) -> Approvals {
    Approvals { compliance: Some(decided), dealing: Some(decided), ..Approvals::default() }
}

/// A user takes money from an account, at once.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn withdraw(tx: &mut Tx<'_>, scope: &Scope, user: UserId, order: &ManualOrder) -> Result<StoredTransaction, Error> {
    let ManualOrderFacts { mut account, facts, method, usd_rate } =
        manual_orders::load(tx, scope, MethodDirection::Withdrawal, order)?;
    let after_burning = facts_after_burning(tx.conn, &account.facts)?;
    let movement = user_withdrawal(&after_burning, &facts, order.amount, order.vendor_commission, usd_rate)?;
    let new = NewTransaction {
        client: account.data.client,
        status: TransactionStatus::Done,
        method: Some(method.named()),
        meta: Some(Meta::of(approvals(DepartmentStatus::Approved), order.provider_commission, tx.now)),
        terms: None,
        usd_worth: worth(&account, order.amount, usd_rate),
        user: Some(user),
        ip: None,
        movement: &movement,
    };
    carry_out(tx, new, &mut account, None)
}

/// The switches of withdrawals.
struct PayoutSwitches {
    /// On unless it is switched off.
    holds: bool,
    automatic: bool,
    scope: PayoutScope,
}

fn payout_switches(conn: &mut DbConnection) -> Result<PayoutSwitches, Error> {
    let options = transaction_types::switches(conn, TransactionTypeName::Payout)?;
    let is_on = |name: &str| options.get(name).and_then(Value::as_bool);
    let scope = options.get("automaticFor").and_then(Value::as_str).and_then(|scope| scope.parse().ok());
    Ok(PayoutSwitches {
        holds: is_on("holds").unwrap_or(true),
        automatic: is_on("automatic").unwrap_or(false),
        scope: scope.unwrap_or(PayoutScope::Both),
    })
}

fn ask(
    tx: &mut Tx<'_>,
    client: ClientId,
    order: &ClientOrder,
    review: Option<ReviewStatus>,
    wallet: Option<&str>,
) -> Result<(AskedOrder, TransactionStatus), Error> {
    let (admission, price) = client_orders::load(tx, client, MethodDirection::Withdrawal, order)?;
    let Admission { account, client: side, facts, method, details, .. } = admission;
    let Price { unit, rate, usd_worth, commission } = price;
    let switches = payout_switches(tx.conn)?;
    let automatic = AutomaticPayout {
        is_on: switches.automatic,
        scope: switches.scope,
        currency: unit.code,
        largest: side.limits.automatic_withdrawal,
        usd_worth,
        review,
        is_by_hand: Method::is_by_hand(&facts.provider),
    };
    let (status, decided) = if automatic.applies() {
        (TransactionStatus::InProgress, DepartmentStatus::Approved)
    } else {
        (TransactionStatus::Pending, DepartmentStatus::Pending)
    };
    let payout = Payout { amount: order.amount, unit, rate, terms: commission };
    let movement = ask_withdrawal(&account.facts, &payout, switches.holds)?;
    let mut faults: Vec<Fault> = facts.amount_fault(account.data.currency, order.amount).into_iter().collect();
    if let Some(wallet) = wallet {
        faults.extend(whitelisted_addresses::fault(tx.conn, client, unit.code, wallet)?);
    }
    faults.extend(limit_fault(tx, client, &side.limits, TransactionKind::Withdrawal, usd_worth)?);
    Refusal::unless_empty(faults)?;
    let provider_options = with_wallet(details, wallet);
    let meta = Meta { provider_options, ..Meta::of(approvals(decided), Amount::ZERO, tx.now) };
    let terms = if switches.holds { Terms::held(commission) } else { Terms::free(commission) };
    let asked = AskedOrder { account, movement, method: method.named(), meta, terms, usd_worth, currency: unit.code };
    Ok((asked, status))
}

/// What is kept of a withdrawal's fields: whoever pays must see the wallet, also where the method has no field for it.
fn with_wallet(details: List<OptionEntry>, wallet: Option<&str>) -> List<OptionEntry> {
    let is_told = details.iter().any(|entry| entry.key == WALLET_FIELD);
    let wallet = wallet.filter(|_| !is_told);
    let wallet = wallet.map(|wallet| OptionEntry { key: WALLET_FIELD.to_owned(), value: wallet.to_owned() });
    details.iter().cloned().chain(wallet).collect()
}

/// A client asks for a withdrawal, which a user then decides on, unless it needs no approval. `review` is what
/// transaction monitoring says of it, `wallet` where it goes, for methods that pay to wallets.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method, limits.
pub fn request(
    tx: &mut Tx<'_>,
    requester: Requester,
    order: &ClientOrder,
    review: Option<ReviewStatus>,
    wallet: Option<&str>,
) -> Result<StoredTransaction, Error> {
    let (asked, status) = ask(tx, requester.client, order, review, wallet)?;
    let new = asked.transaction(requester, status);
    let withdrawal = carry_out(tx, new, &mut asked.account.clone(), None)?;
    if let Some(wallet) = wallet {
        whitelisted_addresses::note(tx, requester.client, withdrawal.id, wallet)?;
    }
    Ok(withdrawal)
}

/// What a withdrawal would be that a client asked for now. Nothing is written; it has the id 0 and is new.
///
/// # Errors
/// As of [`request`].
pub fn preview(
    tx: &mut Tx<'_>,
    requester: Requester,
    order: &ClientOrder,
    wallet: Option<&str>,
) -> Result<StoredTransaction, Error> {
    let (asked, _) = ask(tx, requester.client, order, None, wallet)?;
    let (new, paid) = asked.preview(tx.conn, requester)?;
    Ok(inserted(new, TransactionId::new(0), Some(asked.account.clone()), None, &paid, tx.now))
}
