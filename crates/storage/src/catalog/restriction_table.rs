use diesel::QueryResult;
use domain::clients::{Restriction, RestrictionRule};
use domain::value::Identified;

use crate::{DbConnection, Error};

/// A restriction as it is stored; the type of its name says what it restricts.
pub type StoredRestriction<N> = Identified<Restriction<N>>;

/// The statements on one table of restrictions; [`restrictions`](super::restrictions) decides when they run.
pub trait RestrictionTable: RestrictionRule<Id: PartialEq> {
    /// The id of what has the restrictions.
    type Owner: Copy;

    /// The name of the table.
    const NAME: &'static str;

    /// The restrictions of a record, by their ids.
    fn of(conn: &mut DbConnection, owner: Self::Owner) -> QueryResult<Vec<StoredRestriction<Self>>>;

    /// Adds a restriction to a record.
    fn insert(conn: &mut DbConnection, owner: Self::Owner, restriction: &Restriction<Self>) -> Result<Self::Id, Error>;

    /// Writes what can be set of a restriction.
    fn update(conn: &mut DbConnection, id: Self::Id, restriction: &Restriction<Self>) -> Result<(), Error>;

    /// Deletes a restriction.
    fn delete(conn: &mut DbConnection, id: Self::Id) -> QueryResult<()>;
}
