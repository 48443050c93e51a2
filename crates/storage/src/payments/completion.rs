//! What is posted when a transaction that waited is carried out.

use domain::ledger::{AccountBook, Amount, CurrencyCode, FundsState, Movement, TransactionKind};
use domain::payments::{
    ExchangeQuote, MethodDirection, Payment, PaymentsFault, Payout, client_deposit, complete_transfer,
    complete_withdrawal, exchange,
};
use domain::value::{FaultCode as _, Field};

use super::methods;
use super::parties::side_of;
use crate::bonuses::engine::facts_after_burning;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::rates;
use crate::ledger::transactions::StoredTransaction;
use crate::{Error, Tx};

/// What an approval checks again: the rates, what the commission leaves, and the funds where nothing
/// was blocked. Everything but a withdrawal is carried out at once, which checks the rest.
pub(super) fn check_again(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    funds: FundsState,
    held: &[StoredAccount],
) -> Result<(), Error> {
    let counts_in_limits = transaction.usd_worth.is_some();
    if counts_in_limits && rates::to_usd(tx.conn, tx.now, transaction.debit.currency.code)?.is_none() {
        return Err(PaymentsFault::NoUsdRate.at(Field::Amount).unprocessable().into());
    }
    if transaction.kind == TransactionKind::Withdrawal {
        completion(tx, transaction, funds, held)?;
    }
    Ok(())
}

/// The movement that carries a transaction out, at the rate of now.
pub(super) fn completion(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    funds: FundsState,
    held: &[StoredAccount],
) -> Result<Movement, Error> {
    let is_held = funds == FundsState::Held;
    let from = if is_held { AccountBook::Hold } else { AccountBook::Balance };
    let amount = transaction.debit.amount;
    let terms = transaction.terms.as_ref().and_then(|terms| terms.commission);
    Ok(match transaction.kind {
        TransactionKind::Deposit => {
            let account = side_of(held, transaction.credit.account.as_deref())?;
            let unit = transaction.debit.currency.unit();
            let direction = MethodDirection::Deposit;
            let (name, rate) = method_rate(tx, direction, transaction, unit.code, account.data.currency)?;
            client_deposit(&account.facts, &name, &Payment { amount, unit, rate, terms })?
        }
        TransactionKind::Withdrawal => {
            let account = side_of(held, transaction.debit.account.as_deref())?;
            let unit = transaction.credit.currency.unit();
            let direction = MethodDirection::Withdrawal;
            let (name, rate) = method_rate(tx, direction, transaction, account.data.currency, unit.code)?;
            let after_burning = facts_after_burning(tx.conn, &account.facts)?;
            complete_withdrawal(&after_burning, &name, &Payout { amount, unit, rate, terms }, is_held)?
        }
        TransactionKind::Transfer | TransactionKind::External => {
            let source = side_of(held, transaction.debit.account.as_deref())?;
            let destination = side_of(held, transaction.credit.account.as_deref())?;
            complete_transfer(transaction.kind, &source.facts, &destination.facts, amount, from)?
        }
        TransactionKind::Exchange => {
            let source = side_of(held, transaction.debit.account.as_deref())?;
            let destination = side_of(held, transaction.credit.account.as_deref())?;
            let quote = ExchangeQuote {
                source: amount,
                destination: transaction.credit.amount,
                markup: transaction.credit.commission,
                rate: transaction.rate,
            };
            exchange(&source.facts, &destination.facts, &quote, from)?
        }
        TransactionKind::Partner => return Err(Error::Broken("a reward waits".into())),
    })
}

/// The name of a transaction's method, and the rate of its conversion: the one that a user has set, else that of now.
pub(super) fn method_rate(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    transaction: &StoredTransaction,
    from: CurrencyCode,
    to: CurrencyCode,
) -> Result<(String, Amount), Error> {
    let method = transaction.method.as_ref().ok_or_else(|| Error::Broken("no method waits".into()))?;
    let method = methods::get(tx.conn, direction, method.id)?;
    let rate = match transaction.terms.as_ref().and_then(|terms| terms.rate) {
        Some(set) => Some(set),
        None => rates::rate(tx.conn, tx.now, from, to, method.data.rate_provider)?,
    };
    let rate = rate.ok_or_else(|| PaymentsFault::NoRate.at(Field::Amount).unprocessable())?;
    Ok((method.data.name, rate))
}
