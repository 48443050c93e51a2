//! The deletion of verification levels, which knows everything that can name one.

use diesel::prelude::*;
use domain::catalog::RestrictionName;
use domain::clients::VerificationLevelId;
use domain::payments::MethodRestrictionName;
use domain::value::{CommonFault, FaultCode as _, Identified, Set};
use domain::verification::VerificationLevel;

use crate::ledger::requests;
use crate::schema::{method_restrictions, product_restrictions, verification_levels};
use crate::verification::levels;
use crate::{DbConnection, Error, Tx};

/// Deletes a level that no client has, that is nobody's next one and that no restriction names, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it is the default or in use.
pub fn delete(tx: &mut Tx<'_>, id: VerificationLevelId) -> Result<Identified<VerificationLevel>, Error> {
    let ladder = levels::lock_ladder(tx)?;
    tx.lock_to_delete("verification_levels", id)?;
    let level = levels::get(tx.conn, id)?;
    ladder.check_deletable(id)?;
    check_not_restricted(tx.conn, id)?;
    if requests::level_is_asked_for(tx.conn, id)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    let deleted = diesel::delete(verification_levels::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(level)
}

/// A level stays while a restriction names it.
fn check_not_restricted(conn: &mut DbConnection, id: VerificationLevelId) -> Result<(), Error> {
    let names = [RestrictionName::VerificationLevel, RestrictionName::VerificationAutoCreate];
    let of_products = product_restrictions::table.filter(product_restrictions::name.eq_any(names));
    let mut all: Vec<Set<i64>> = of_products.select(product_restrictions::ids).load(conn)?;
    let of_methods = method_restrictions::name.eq(MethodRestrictionName::VerificationLevel);
    let of_methods = method_restrictions::table.filter(of_methods).select(method_restrictions::ids);
    all.extend(of_methods.load::<Set<i64>>(conn)?);
    if all.iter().any(|ids| ids.contains(&id.get())) {
        return Err(CommonFault::InUse.conflict().into());
    }
    Ok(())
}
