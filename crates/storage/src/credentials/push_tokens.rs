//! The devices of clients that are shown notifications.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::credentials::{PushToken, PushTokenId};
use domain::identity::Scope;
use domain::value::Uuid;

use crate::client_scope::lock_client;
use crate::schema::client_push_tokens as table;
use crate::{Error, Tx};

/// A token as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredPushToken {
    /// Its id.
    pub id: PushTokenId,
    /// Its id outside.
    pub uuid: Uuid,
    /// Whose it is.
    pub client: ClientId,
    /// The token.
    pub token: String,
}

/// What saving a token came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    New(StoredPushToken),
    /// It was the client's already.
    Known(StoredPushToken),
    /// It was another client's.
    Moved {
        /// As it was.
        before: StoredPushToken,
        /// As it is.
        after: StoredPushToken,
    },
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::uuid, table::client_id, table::token)
}

fn named(tx: &mut Tx<'_>, token: &PushToken) -> Result<Option<StoredPushToken>, Error> {
    Ok(table::table.filter(table::token.eq(token.as_str())).select(columns()).first(tx.conn).optional()?)
}

/// Saves the token of a device of a client, under this id where it is new. A token of another client goes over to this
/// one, who signed in on the device last.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn save(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, token: &PushToken, uuid: &Uuid) -> Result<Saved, Error> {
    lock_client(tx, scope, client)?;
    if let Some(known) = named(tx, token)? {
        return take_over(tx, client, known);
    }
    let values = (
        table::uuid.eq(uuid),
        table::client_id.eq(client),
        table::token.eq(token.as_str()),
        table::create_time.eq(tx.now.naive()),
    );
    let inserted = tx.attempt(|tx| {
        let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
        Ok::<PushTokenId, Error>(id)
    });
    match inserted {
        Ok(id) => {
            make_room(tx, client)?;
            Ok(Saved::New(table::table.find(id).select(columns()).first(tx.conn)?))
        }
        // Another call has saved it in the meantime.
        Err(Error::Taken) => {
            let known = named(tx, token)?.ok_or(Error::NotFound)?;
            take_over(tx, client, known)
        }
        Err(error) => Err(error),
    }
}

fn take_over(tx: &mut Tx<'_>, client: ClientId, known: StoredPushToken) -> Result<Saved, Error> {
    tx.lock("client_push_tokens", known.id)?;
    if known.client == client {
        return Ok(Saved::Known(known));
    }
    diesel::update(table::table.find(known.id)).set(table::client_id.eq(client)).execute(tx.conn)?;
    make_room(tx, client)?;
    let after = StoredPushToken { client, ..known.clone() };
    Ok(Saved::Moved { before: known, after })
}

/// Forgets the oldest tokens of a client beyond those that are kept.
fn make_room(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let of_client = table::table.filter(table::client_id.eq(client)).order(table::id.desc());
    let oldest: Vec<PushTokenId> =
        of_client.offset(PushToken::MAX_PER_CLIENT).limit(PushToken::MAX_PER_CLIENT).select(table::id).load(tx.conn)?;
    diesel::delete(table::table.filter(table::id.eq_any(oldest))).execute(tx.conn)?;
    Ok(())
}

/// Forgets a token of a client; answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for a token of another client.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, token: &PushToken) -> Result<StoredPushToken, Error> {
    lock_client(tx, scope, client)?;
    let known = named(tx, token)?.filter(|known| known.client == client).ok_or(Error::NotFound)?;
    diesel::delete(table::table.find(known.id)).execute(tx.conn)?;
    Ok(known)
}
