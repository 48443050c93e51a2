//! What clients answered to fields of the broker's own.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::wizards::FieldAnswer;

use crate::client_scope::check_visible;
use crate::schema::client_additional_information as table;
use crate::{DbConnection, Error, Tx};

/// Keeps answers with the client; an earlier answer to the same field goes.
pub(super) fn keep(tx: &mut Tx<'_>, client: ClientId, answers: &[FieldAnswer]) -> Result<(), Error> {
    for answer in answers {
        let values = (table::caption.eq(&answer.caption), table::value.eq(&answer.value));
        let key = (client, answer.name.as_str());
        if diesel::update(table::table.find(key)).set(values).execute(tx.conn)? == 0 {
            let key = (table::client_id.eq(client), table::name.eq(answer.name.as_str()));
            diesel::insert_into(table::table).values((key, values)).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// What a client answered, in the order of the fields' names.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn of_client(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<Vec<FieldAnswer>, Error> {
    check_visible(conn, scope, client)?;
    let query = table::table.filter(table::client_id.eq(client)).order(table::name);
    let rows: Vec<(String, String, String)> = query.select((table::name, table::caption, table::value)).load(conn)?;
    let answer = |(name, caption, value): (String, String, String)| {
        let name = name.parse().map_err(|_| Error::Broken(format!("client {client} answered no field {name:?}")))?;
        Ok(FieldAnswer { name, caption, value })
    };
    rows.into_iter().map(answer).collect()
}
