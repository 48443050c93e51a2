//! The accounts that take part in a movement, held.

use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::AccountId;
use domain::payments::PaymentsFault;
use domain::value::{CommonFault, FaultCode as _, Field, Refusal};

use crate::client_scope::sees;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::{StoredAccount, if_visible};
use crate::ledger::transactions::StoredTransaction;
use crate::{Error, Tx};

/// Two accounts of a client, as a body names them.
pub(super) struct AccountPair {
    pub source: StoredAccount,
    pub destination: StoredAccount,
}

/// Holds two accounts of a client who was not removed.
///
/// # Errors
/// A refusal that names what does not exist for the caller.
pub(super) fn lock_pair(
    tx: &mut Tx<'_>,
    scope: &Scope,
    client: ClientId,
    [source, destination]: [AccountId; 2],
) -> Result<AccountPair, Error> {
    let mut held = lock_by_ids(tx, &[source, destination])?;
    let own = |account: Option<StoredAccount>| account.filter(|account| account.data.client == client);
    let source = own(if_visible(tx.conn, scope, held.remove(&source))?);
    let destination = own(if_visible(tx.conn, scope, held.remove(&destination))?);
    match (source, destination) {
        (Some(source), Some(destination)) => {
            source.facts.check_client()?;
            Ok(AccountPair { source, destination })
        }
        (source, destination) => {
            let mut faults = Vec::new();
            if !sees(tx.conn, scope, client)? {
                faults.push(CommonFault::Unknown.at(Field::Client));
            }
            faults.extend(source.is_none().then(|| PaymentsFault::NotAccountOfClient.at(Field::Source)));
            faults.extend(destination.is_none().then(|| PaymentsFault::NotAccountOfClient.at(Field::Destination)));
            Err(Refusal::Unprocessable(faults).into())
        }
    }
}

/// Holds the accounts on both sides of a transaction.
pub(super) fn lock_sides(tx: &mut Tx<'_>, transaction: &StoredTransaction) -> Result<Vec<StoredAccount>, Error> {
    let sides = [&transaction.debit, &transaction.credit];
    let ids: Vec<AccountId> = sides.iter().filter_map(|side| side.account.as_ref().map(|account| account.id)).collect();
    Ok(lock_by_ids(tx, &ids)?.into_values().collect())
}

/// The held account on a side of a transaction that has one.
pub(super) fn side_of<'a>(
    held: &'a [StoredAccount],
    account: Option<&StoredAccount>,
) -> Result<&'a StoredAccount, Error> {
    let id = account.map(|account| account.id);
    held.iter().find(|held| Some(held.id) == id).ok_or_else(|| Error::Broken("a side has no account".into()))
}

/// One of the held accounts.
pub(super) fn find<'a>(held: &'a [&mut StoredAccount], id: Option<AccountId>) -> Option<&'a StoredAccount> {
    held.iter().find(|account| Some(account.id) == id).map(|account| &**account)
}
