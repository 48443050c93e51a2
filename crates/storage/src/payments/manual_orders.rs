//! What deposits and withdrawals that users make by a manual method have in common.

use domain::identity::Scope;
use domain::ledger::{AccountId, Amount, MethodId};
use domain::payments::{MethodDirection, MethodFacts};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal};

use super::methods::{self, StoredMethod};
use super::usd_worth::usd_rate;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::{StoredAccount, if_visible};
use crate::{Error, Tx};

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

/// What a manual order rests on; the account is held.
pub(super) struct ManualOrderFacts {
    pub account: StoredAccount,
    pub facts: MethodFacts,
    pub method: StoredMethod,
    pub usd_rate: Option<Amount>,
}

/// Loads what a manual order rests on.
///
/// # Errors
/// A refusal that names what does not exist for the caller; a conflict where the client was removed.
pub(super) fn load(
    tx: &mut Tx<'_>,
    scope: &Scope,
    direction: MethodDirection,
    order: &ManualOrder,
) -> Result<ManualOrderFacts, Error> {
    let account = lock_by_ids(tx, &[order.account])?.remove(&order.account);
    let account = if_visible(tx.conn, scope, account)?;
    let method = match methods::facts(tx.conn, direction, order.method) {
        Ok(method) => Some(method),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let (account, (facts, method)) = match (account, method) {
        (Some(account), Some(method)) => (account, method),
        (account, method) => {
            let mut faults = Vec::new();
            faults.extend(account.is_none().then(|| CommonFault::Unknown.at(Field::Account)));
            faults.extend(method.is_none().then(|| CommonFault::Unknown.at(Field::Method)));
            return Err(Refusal::Unprocessable(faults).into());
        }
    };
    // Before the funds: the account of a removed client has none, and lack of money is not the reason.
    account.facts.check_client()?;
    let usd_rate = usd_rate(tx, &account)?;
    Ok(ManualOrderFacts { account, facts, method, usd_rate })
}
