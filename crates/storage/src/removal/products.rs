//! The deletion of products, which knows everything that can name one.

use domain::catalog::ProductId;
use domain::value::{CommonFault, FaultCode as _};

use crate::catalog::products::{self, StoredProduct};
use crate::ledger::requests;
use crate::{Error, Tx};

/// Deletes a product that no account is of and that nobody has asked for an account on, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a refusal where it is in use.
pub fn delete(tx: &mut Tx<'_>, id: ProductId) -> Result<StoredProduct, Error> {
    tx.lock_to_delete("products", id)?;
    let product = products::get(tx.conn, id)?;
    if requests::product_is_asked_for(tx.conn, id)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    products::delete(tx, id)?;
    Ok(product)
}
