//! Which restrictions name a record that is about to be deleted.

use diesel::prelude::*;
use domain::catalog::RestrictionName;
use domain::clients::ClientTypeId;
use domain::payments::MethodRestrictionName;
use domain::value::{CommonFault, FaultCode as _, Set};

use crate::schema::{method_restrictions, product_restrictions};
use crate::{DbConnection, Error};

/// A client type stays while a restriction names it.
///
/// # Errors
/// A conflict.
pub(crate) fn check_client_type(conn: &mut DbConnection, id: ClientTypeId) -> Result<(), Error> {
    let of_products = product_restrictions::table.filter(product_restrictions::name.eq(RestrictionName::ClientType));
    let mut all: Vec<Set<i64>> = of_products.select(product_restrictions::ids).load(conn)?;
    let of_methods = method_restrictions::table.filter(method_restrictions::name.eq(MethodRestrictionName::ClientType));
    all.extend(of_methods.select(method_restrictions::ids).load::<Set<i64>>(conn)?);
    if all.iter().any(|ids| ids.contains(&id.get())) {
        return Err(CommonFault::InUse.conflict().into());
    }
    Ok(())
}
