//! What restrictions look at in a client.

use diesel::prelude::*;
use domain::clients::{ClientId, RestrictionFacts};

use crate::schema::clients as table;
use crate::{DbConnection, Error};

/// The properties of a client.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<RestrictionFacts, Error> {
    let columns = (table::country_id, table::type_id, table::level_id);
    let (country, kind, level) = table::table.find(client).select(columns).first(conn)?;
    Ok(RestrictionFacts { country, client_type: Some(kind), verification_level: Some(level), ib_parent: None })
}
