//! How clients ask for what no transaction says.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::RequestId;
use domain::requests::{Asked, Requester, RequestsFault};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal};

use super::checks;
use crate::client_scope::check_not_deleted;
use crate::ledger::requests::{NewRequest, insert, slot_is_taken};
use crate::schema::{accounts, client_types, countries, products, verification_levels};
use crate::{DbConnection, Error, Tx};

/// A client asks for something that a user decides on.
///
/// # Errors
/// A refusal where it names something that does not exist or is disabled; a conflict where the client waits for the same
/// already, or was removed.
pub fn ask(tx: &mut Tx<'_>, requester: Requester, asked: &Asked) -> Result<RequestId, Error> {
    check_not_deleted(tx.conn, requester.client)?;
    hold_subject(tx, asked)?;
    Refusal::unless_empty(fault(tx.conn, requester.client, asked)?.into_iter().collect())?;
    let pending = || RequestsFault::RequestPending.conflict();
    if let Some(slot) = asked.slot()
        && slot_is_taken(tx.conn, requester.client, asked.kind(), slot)?
    {
        return Err(pending().into());
    }
    let id = insert(tx, requester, asked.kind(), NewRequest::of(asked)?).map_err(|error| error.or_taken(pending))?;
    if let Asked::Verification { level } = asked {
        checks::put(tx, id, *level)?;
    }
    Ok(id)
}

/// Keeps what a request names from being deleted: it is named without a foreign key.
fn hold_subject(tx: &mut Tx<'_>, asked: &Asked) -> Result<(), Error> {
    match asked {
        Asked::Account { product, .. } => tx.hold("products", &[*product]),
        Asked::ClientType { kind, .. } => tx.hold("client_types", &[*kind]),
        Asked::Verification { level } => tx.hold("verification_levels", &[*level]),
        Asked::Address { .. }
        | Asked::Archive { .. }
        | Asked::Avatar { .. }
        | Asked::ClientTest { .. }
        | Asked::DeletingAccount
        | Asked::Document { .. }
        | Asked::External
        | Asked::Investment
        | Asked::Partner
        | Asked::Profile { .. } => Ok(()),
    }
}

/// Why it cannot be asked for: what it names does not exist, or is disabled.
fn fault(conn: &mut DbConnection, client: ClientId, asked: &Asked) -> Result<Option<Fault>, Error> {
    let (is_usable, field): (Option<bool>, Field) = match asked {
        Asked::Account { product, .. } => {
            let known: bool = diesel::select(exists(products::table.find(*product))).get_result(conn)?;
            (known.then_some(true), Field::Product)
        }
        Asked::Address { country, .. } => {
            (countries::table.find(*country).select(countries::enabled).first(conn).optional()?, Field::Country)
        }
        Asked::Archive { account } => {
            let own = accounts::table.find(*account).filter(accounts::client_id.eq(client));
            (own.select(accounts::archive_time.is_null()).first(conn).optional()?, Field::Account)
        }
        Asked::ClientType { kind, .. } => {
            let enabled = client_types::table.find(*kind).select(client_types::enabled);
            (enabled.first(conn).optional()?, Field::ClientType)
        }
        Asked::Verification { level } => {
            let known: bool = diesel::select(exists(verification_levels::table.find(*level))).get_result(conn)?;
            (known.then_some(true), Field::VerificationLevel)
        }
        Asked::Avatar { .. }
        | Asked::ClientTest { .. }
        | Asked::DeletingAccount
        | Asked::Document { .. }
        | Asked::External
        | Asked::Investment
        | Asked::Partner
        | Asked::Profile { .. } => return Ok(None),
    };
    Ok(match is_usable {
        Some(true) => None,
        Some(false) if field == Field::Account => Some(CommonFault::Archived.at(field)),
        Some(false) => Some(CommonFault::Disabled.at(field)),
        None => Some(CommonFault::Unknown.at(field)),
    })
}
