use std::collections::HashSet;

use diesel::prelude::*;
use domain::clients::ClientStatus;
use domain::credentials::ClientSessionId;

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::{client_sessions as table, clients};
use crate::{DbConnection, Error};

/// Those of the sessions that have not ended, of clients who may sign in.
pub fn standing(conn: &mut DbConnection, sessions: &[ClientSessionId]) -> Result<HashSet<ClientSessionId>, Error> {
    let query = table::table
        .inner_join(clients::table)
        .filter(one_of(table::id, sessions))
        .filter(table::ended_at.is_null())
        .filter(clients::status.eq(ClientStatus::Active))
        .select(table::id);
    let standing: Vec<ClientSessionId> = on_each!(conn, conn => query.load(conn))?;
    Ok(standing.into_iter().collect())
}
