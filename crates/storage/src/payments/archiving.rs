//! Accounts are archived.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::ledger::TransactionStatus;
use domain::payments::PaymentsFault;
use domain::value::FaultCode as _;

use crate::bonuses::awards;
use crate::ledger::accounts::{StoredAccount, by_ids};
use crate::schema::{accounts, transactions};
use crate::{Error, Tx};

/// Whether an account that is held can be archived.
///
/// # Errors
/// A refusal where it is not a trading account, is archived already, has money, or something of it is unfinished.
pub fn check(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<(), Error> {
    let unfinished = transactions::table
        .filter(transactions::debit_account_id.eq(account.id).or(transactions::credit_account_id.eq(account.id)))
        .filter(transactions::status.eq_any(TransactionStatus::unfinished()));
    let has_unfinished = diesel::select(exists(unfinished)).get_result(tx.conn)?;
    account.facts.check_archivable(has_unfinished)?;
    account.facts.check_client()?;
    if awards::has_unfinished(tx.conn, account.id)? {
        return Err(PaymentsFault::AccountHasOpenBonus.conflict().into());
    }
    Ok(())
}

/// Archives a trading account that is held, for good.
///
/// # Errors
/// As of [`check`].
pub fn archive(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<StoredAccount, Error> {
    check(tx, account)?;
    diesel::update(accounts::table.find(account.id))
        .set(accounts::archive_time.eq(Some(tx.now.naive())))
        .execute(tx.conn)?;
    by_ids(tx.conn, &[account.id])?.remove(&account.id).ok_or(Error::NotFound)
}
