//! What restrictions of products and of payment methods share: the records that they name.

use diesel::prelude::*;
use domain::value::{Fault, Refusal, Set};

use crate::clients::types;
use crate::schema::{method_restrictions, product_restrictions};
use crate::verification::levels;
use crate::{DbConnection, Error, Tx, content};

/// What the ids of a restriction are ids of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Countries,
    ClientTypes,
    Levels,
    /// Partners are not kept yet, so none of their ids exists.
    Partners,
}

/// What stands against the ids: those that do not exist. Of the records named here only client types
/// can be deleted, so only they are held.
pub(crate) fn check_ids(tx: &mut Tx<'_>, named: Named, ids: &Set<i64>) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().copied().collect();
    let known = match named {
        Named::Countries => content::countries::existing(tx.conn, &ids)?,
        Named::ClientTypes => {
            tx.hold("client_types", &ids)?;
            types::existing(tx.conn, &ids)?
        }
        Named::Levels => levels::existing(tx.conn, &ids)?,
        Named::Partners => Vec::new(),
    };
    let unknown = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let faults = unknown.map(|(place, id)| Fault::of(format!("ids.{place}"), format!("{id} does not exist")));
    Ok(Refusal::unless_empty(faults.collect())?)
}

/// A record that a restriction names is not deleted.
pub(crate) fn check_unnamed(conn: &mut DbConnection, name: &str, id: i64) -> Result<(), Error> {
    let of_products = product_restrictions::table.filter(product_restrictions::name.eq(name));
    let mut all: Vec<Set<i64>> = of_products.select(product_restrictions::ids).load(conn)?;
    let of_methods = method_restrictions::table.filter(method_restrictions::name.eq(name));
    all.extend(of_methods.select(method_restrictions::ids).load::<Set<i64>>(conn)?);
    if all.iter().any(|ids| ids.contains(&id)) {
        return Err(Refusal::conflict("A restriction names it.").into());
    }
    Ok(())
}
