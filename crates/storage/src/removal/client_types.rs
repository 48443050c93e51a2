//! The deletion of client types, which knows everything that can name one.

use diesel::prelude::*;
use domain::catalog::RestrictionName;
use domain::clients::{ClientType, ClientTypeId};
use domain::payments::MethodRestrictionName;
use domain::value::{CommonFault, FaultCode as _, Identified, Set};
use domain::verification::LevelRestrictionName;

use crate::clients::types;
use crate::ledger::{requests, transaction_types};
use crate::schema::{client_types, level_restrictions, method_restrictions, product_restrictions};
use crate::{DbConnection, Error, Tx, wizards};

/// Deletes a type that no client has and that neither a restriction nor a wizard nor the hedging names, and answers what
/// it was.
///
/// # Errors
/// [`Error::NotFound`]; a refusal where it is the default or in use.
pub fn delete(tx: &mut Tx<'_>, id: ClientTypeId) -> Result<Identified<ClientType>, Error> {
    tx.lock_to_delete("client_types", id)?;
    let kind = types::get(tx.conn, id)?;
    kind.data.check_deletable()?;
    check_not_restricted(tx.conn, id)?;
    let is_named = transaction_types::name_client_type(tx.conn, id)?
        || requests::client_type_is_asked_for(tx.conn, id)?
        || wizards::name_client_type(tx.conn, id)?;
    if is_named {
        return Err(CommonFault::InUse.conflict().into());
    }
    let deleted = diesel::delete(client_types::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(kind)
}

/// A client type stays while a restriction names it.
///
/// # Errors
/// A conflict.
fn check_not_restricted(conn: &mut DbConnection, id: ClientTypeId) -> Result<(), Error> {
    let of_products = product_restrictions::table.filter(product_restrictions::name.eq(RestrictionName::ClientType));
    let mut all: Vec<Set<i64>> = of_products.select(product_restrictions::ids).load(conn)?;
    let of_methods = method_restrictions::table.filter(method_restrictions::name.eq(MethodRestrictionName::ClientType));
    all.extend(of_methods.select(method_restrictions::ids).load::<Set<i64>>(conn)?);
    let of_levels = level_restrictions::table.filter(level_restrictions::name.eq(LevelRestrictionName::ClientType));
    all.extend(of_levels.select(level_restrictions::ids).load::<Set<i64>>(conn)?);
    if all.iter().any(|ids| ids.contains(&id.get())) {
        return Err(CommonFault::InUse.conflict().into());
    }
    Ok(())
}
