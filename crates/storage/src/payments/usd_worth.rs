//! What amounts are worth in USD, in which limits count.

use domain::ledger::{Amount, usd_worth};

use crate::ledger::accounts::StoredAccount;
use crate::ledger::rates;
use crate::{Error, Tx};

/// The rate of an account's currency to USD; none for play money.
pub(super) fn usd_rate(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<Option<Amount>, Error> {
    if account.facts.is_demo() { Ok(None) } else { rates::to_usd(tx.conn, tx.now, account.data.currency) }
}

/// What an amount counts for in limits; play money counts in none.
pub(super) fn worth(account: &StoredAccount, amount: Amount, usd_rate: Option<Amount>) -> Option<Amount> {
    if account.facts.is_demo() {
        return None;
    }
    Some(usd_rate.and_then(|rate| usd_worth(amount, rate)).unwrap_or(Amount::ZERO))
}
