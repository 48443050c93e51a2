//! Restrictions of products, payment methods and the like. Each of these keeps them in a table of its own.

use domain::clients::{ClientProperty, Restriction, RestrictionRule};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal};

use super::restriction_table::RestrictionTable;
pub use super::restriction_table::StoredRestriction;
use crate::clients::levels;
use crate::clients::types;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, content};

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug)]
pub struct Filter<N> {
    /// Of this name.
    pub name: Option<N>,
}

/// All restrictions of a record.
pub(crate) fn all<N: RestrictionTable>(conn: &mut DbConnection, owner: N::Owner) -> Result<Vec<Restriction<N>>, Error> {
    Ok(N::of(conn, owner)?.into_iter().map(|stored| stored.data).collect())
}

/// The restrictions of a record, a page of them. A record has at most one of each name, so all are read.
pub fn list<N: RestrictionTable>(
    conn: &mut DbConnection,
    owner: N::Owner,
    filter: &Filter<N>,
    paging: &Paging<ById>,
) -> Result<Page<StoredRestriction<N>>, Error> {
    let mut found = N::of(conn, owner)?;
    found.retain(|stored| filter.name.is_none_or(|name| name == stored.data.name));
    if paging.direction == Direction::Descending {
        found.reverse();
    }
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(found.len()).unwrap_or(i64::MAX)))?;
    let [limit, offset] = [paging.limit, paging.offset].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    Ok(Page { total, data: found.into_iter().skip(offset).take(limit).collect() })
}

/// One restriction of a record.
///
/// # Errors
/// [`Error::NotFound`], also for a restriction of another record.
pub fn get<N: RestrictionTable>(
    conn: &mut DbConnection,
    owner: N::Owner,
    id: N::Id,
) -> Result<StoredRestriction<N>, Error> {
    N::of(conn, owner)?.into_iter().find(|stored| stored.id == id).ok_or(Error::NotFound)
}

/// Locks a restriction until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for a restriction of another record.
pub fn lock<N: RestrictionTable>(tx: &mut Tx<'_>, owner: N::Owner, id: N::Id) -> Result<StoredRestriction<N>, Error> {
    tx.lock(N::NAME, id)?;
    get(tx.conn, owner, id)
}

/// Adds a restriction to a record.
///
/// # Errors
/// A refusal where an id does not exist, or the record has a restriction of this name.
pub fn insert<N: RestrictionTable>(
    tx: &mut Tx<'_>,
    owner: N::Owner,
    restriction: &Restriction<N>,
) -> Result<StoredRestriction<N>, Error> {
    check_ids(tx, restriction)?;
    let id = N::insert(tx.conn, owner, restriction).map_err(|error| error.or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, owner, id)
}

/// Writes what can be set of a restriction.
///
/// # Errors
/// A refusal where an id does not exist.
pub fn update<N: RestrictionTable>(
    tx: &mut Tx<'_>,
    owner: N::Owner,
    before: &StoredRestriction<N>,
    after: &Restriction<N>,
) -> Result<StoredRestriction<N>, Error> {
    check_ids(tx, after)?;
    N::update(tx.conn, before.id, after)?;
    get(tx.conn, owner, before.id)
}

/// Deletes a restriction.
pub fn delete<N: RestrictionTable>(tx: &mut Tx<'_>, restriction: &StoredRestriction<N>) -> Result<(), Error> {
    Ok(N::delete(tx.conn, restriction.id)?)
}

/// The ids of a restriction must exist. Of the records that they name, client types and levels can be deleted, so those
/// are held.
fn check_ids<N: RestrictionRule>(tx: &mut Tx<'_>, restriction: &Restriction<N>) -> Result<(), Error> {
    let ids: Vec<i64> = restriction.ids.iter().copied().collect();
    let known = match restriction.name.property() {
        ClientProperty::Country => content::countries::existing(tx.conn, &ids)?,
        ClientProperty::ClientType => {
            tx.hold("client_types", &ids)?;
            types::existing(tx.conn, &ids)?
        }
        ClientProperty::VerificationLevel => {
            tx.hold("verification_levels", &ids)?;
            levels::existing(tx.conn, &ids)?
        }
        // Partners are not stored yet, so none of their ids exists.
        ClientProperty::Partner => Vec::new(),
    };
    let unknown = restriction.ids.placed().filter(|(_, id)| !known.contains(id));
    let faults = unknown.map(|(place, id)| CommonFault::Unknown.at(Field::RestrictionIds.entry(place)).with("id", *id));
    Ok(Refusal::unless_empty(faults.collect())?)
}
