//! The deletion of client types, which knows everything that can name one.

use diesel::prelude::*;
use domain::clients::{ClientType, ClientTypeId};
use domain::value::{CommonFault, FaultCode as _, Identified};

use super::types;
use crate::catalog::restriction_references;
use crate::ledger::transaction_types;
use crate::schema::client_types;
use crate::{Error, Tx};

/// Deletes a type that no client has and that neither a restriction nor the hedging names, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a refusal where it is the default or in use.
pub fn delete(tx: &mut Tx<'_>, id: ClientTypeId) -> Result<Identified<ClientType>, Error> {
    tx.lock_to_delete("client_types", id)?;
    let kind = types::get(tx.conn, id)?;
    kind.data.check_deletable()?;
    restriction_references::check_client_type(tx.conn, id)?;
    if transaction_types::name_client_type(tx.conn, id)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    let deleted = diesel::delete(client_types::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(kind)
}
