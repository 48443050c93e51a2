//! Prompts to many clients to reset their passwords: asked for at once, carried out a part at a time, so that nobody
//! waits for it and a crash loses nothing.

use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus, ClientTagId};
use domain::credentials::PasswordResetId;
use domain::identity::Scope;
use domain::value::{Set, Timestamp};

use super::passwords;
use crate::client_scope::visible;
use crate::one_of::one_of;
use crate::schema::{clients, password_resets as table};
use crate::{DbConnection, Error, Tx, json};

/// How many clients one transaction prompts.
const PART: i64 = 1000;

/// Asks for all clients in scope to be prompted.
pub fn request(tx: &mut Tx<'_>, scope: &Scope) -> Result<PasswordResetId, Error> {
    let tags = match scope {
        Scope::System | Scope::AllClients => None,
        Scope::Tags(tags) => Some(json(&tags.iter().copied().collect::<Set<ClientTagId>>())?),
        Scope::Client(_) => return Err(Error::NotFound),
    };
    let values = (table::client_tags.eq(tags), table::last_client_id.eq(0), table::create_time.eq(tx.now.naive()));
    Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?)
}

/// Whether a prompt is under way.
pub fn is_due(conn: &mut DbConnection) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(table::table.select(table::id))).get_result(conn)?)
}

/// Holds clients until the transaction ends, in the order of their ids: one who signs in meanwhile is prompted, too.
fn hold(conn: &mut DbConnection, clients: &[ClientId]) -> Result<(), Error> {
    let DbConnection::Postgres(conn) = conn else { return Ok(()) };
    let rows = clients::table.filter(one_of(clients::id, clients)).order(clients::id).select(clients::id);
    rows.for_no_key_update().load::<ClientId>(conn)?;
    Ok(())
}

/// Prompts the next part of the clients.
pub fn run(tx: &mut Tx<'_>) -> Result<(), Error> {
    let oldest = table::table.order(table::id).select(table::id);
    let Some(id) = oldest.first::<PasswordResetId>(tx.conn).optional()? else { return Ok(()) };
    tx.lock("password_resets", id)?;
    // Another server may have ended it meanwhile.
    let standing = table::table.find(id).select((table::client_tags, table::last_client_id, table::create_time));
    let standing: Option<(Option<String>, ClientId, Timestamp)> = standing.first(tx.conn).optional()?;
    let Some((tags, last, asked_at)) = standing else { return Ok(()) };
    let scope = match tags {
        Some(tags) => Scope::of_tags(serde_json::from_str::<Set<ClientTagId>>(&tags)?),
        None => Scope::AllClients,
    };
    let next = clients::table
        .filter(clients::id.gt(last))
        .filter(clients::status.ne(ClientStatus::Deleted))
        .filter(clients::create_time.le(asked_at.naive()))
        .order(clients::id)
        .limit(PART)
        .select(clients::id)
        .into_boxed();
    let next: Vec<ClientId> = visible(next, &scope, clients::id).load(tx.conn)?;
    let Some(last) = next.last() else {
        diesel::delete(table::table.find(id)).execute(tx.conn)?;
        return Ok(());
    };
    hold(tx.conn, &next)?;
    passwords::prompt_all(tx, &next)?;
    diesel::update(table::table.find(id)).set(table::last_client_id.eq(*last)).execute(tx.conn)?;
    Ok(())
}
