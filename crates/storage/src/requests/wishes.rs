//! What clients do with their accounts at once, or ask for where a user decides on it.

use domain::ledger::RequestId;
use domain::requests::{Asked, Requester};

use super::asking::ask;
use crate::ledger::accounts::StoredAccount;
use crate::payments::archiving;
use crate::payments::opening::{NewAccount, Opened, open_own};
use crate::platform::settings;
use crate::{Error, Tx};

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done(Box<StoredAccount>),
    /// It waits for a user.
    Asked(RequestId, Asked),
}

/// A client opens an account, or asks for one where its product says so.
///
/// # Errors
/// A refusal with every rule that it breaks; a conflict where the client waits for one of the product already.
pub fn open_account(tx: &mut Tx<'_>, requester: Requester, new: &NewAccount) -> Result<Outcome, Error> {
    match open_own(tx, new)? {
        Opened::Account(account) => Ok(Outcome::Done(account)),
        Opened::NeedsRequest(currency) => {
            let NewAccount { product, caption, leverage, start_amount, .. } = new.clone();
            let currency = Some(currency);
            asked(tx, requester, Asked::Account { product, currency, caption, leverage, start_amount })
        }
    }
}

/// A client archives an account of theirs that is held, or asks for it where the settings say so.
///
/// # Errors
/// A refusal where it cannot be archived; a conflict where the client waits for that already.
pub fn archive_account(tx: &mut Tx<'_>, requester: Requester, account: &StoredAccount) -> Result<Outcome, Error> {
    if settings::get(tx.conn)?.data.archive_needs_request {
        archiving::check(tx, account)?;
        return asked(tx, requester, Asked::Archive { account: account.id });
    }
    Ok(Outcome::Done(Box::new(archiving::archive(tx, account)?)))
}

fn asked(tx: &mut Tx<'_>, requester: Requester, asked: Asked) -> Result<Outcome, Error> {
    let id = ask(tx, requester, &asked)?;
    Ok(Outcome::Asked(id, asked))
}
