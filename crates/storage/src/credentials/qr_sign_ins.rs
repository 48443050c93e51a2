//! Sign-ins by a code that a page shows and an app scans in which the client is signed in already: the page asks for a
//! channel and shows it, the app asks for a token for the channel, and the page signs in with the token.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::messaging::SocketChannel;
use domain::value::Timestamp;

use crate::identity::sessions::TokenHash;
use crate::messaging::socket_events;
use crate::schema::qr_sign_ins as table;
use crate::{Error, Tx};

/// Opens a channel until this time.
pub fn open(tx: &mut Tx<'_>, channel: &str, expires_at: Timestamp) -> Result<(), Error> {
    let values =
        (table::channel.eq(channel), table::create_time.eq(tx.now.naive()), table::expires_at.eq(expires_at.naive()));
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Gives a token of a client to the page that shows the channel, which is told of it over Socket.IO; answers until when it
/// can be used. The token is kept sealed, since the page may be connected to another server.
///
/// # Errors
/// [`Error::NotFound`] for a channel that is unknown, has expired, or has a token already.
pub fn give(
    tx: &mut Tx<'_>,
    channel: &str,
    client: ClientId,
    hash: &TokenHash,
    sealed_token: &[u8],
) -> Result<Timestamp, Error> {
    let awaited =
        table::table.find(channel).filter(table::expires_at.gt(tx.now.naive())).filter(table::token_hash.is_null());
    let values = (
        table::client_id.eq(Some(client)),
        table::token_hash.eq(Some(hash.to_vec())),
        table::token.eq(Some(sealed_token)),
    );
    if diesel::update(awaited).set(values).execute(tx.conn)? == 0 {
        return Err(Error::NotFound);
    }
    if let Ok(SocketChannel::QrCode(code)) = channel.parse() {
        socket_events::put_token(tx, code, sealed_token)?;
    }
    Ok(table::table.find(channel).select(table::expires_at).first(tx.conn)?)
}

/// Uses a token up; answers whose it is. None for one that is unknown, was used or has expired.
pub fn take(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<ClientId>, Error> {
    let given =
        || table::table.filter(table::token_hash.eq(hash.to_vec())).filter(table::expires_at.gt(tx.now.naive()));
    let client: Option<Option<ClientId>> = given().select(table::client_id).first(tx.conn).optional()?;
    let Some(Some(client)) = client else { return Ok(None) };
    let is_first = diesel::delete(given()).execute(tx.conn)? == 1;
    Ok(is_first.then_some(client))
}

/// Forgets channels that have expired; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::expires_at.le(tx.now.naive()))).execute(tx.conn)?)
}
