//! What goes when a client is removed, and when their personal data is.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::value::folded;

use super::sessions;
use crate::identity::attempt_counters::{self, CounterKind};
use crate::schema::{
    client_blocks, client_credentials, client_devices, client_password_changes, client_push_tokens,
    client_second_factor_changes, client_second_factors, client_sessions, client_sign_ins, qr_sign_ins,
};
use crate::{Error, Tx};

/// Signs a client out who is removed.
pub(crate) fn end(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    sessions::end_all(tx, &[client])
}

/// Removes what tells of a client: what they sign in with, from where, and with what. That they signed in, and that
/// passwords and second factors changed, stays.
pub(crate) fn erase(
    tx: &mut Tx<'_>,
    (client, former_email): (ClientId, &str),
    email: &str,
    no_address: &str,
) -> Result<(), Error> {
    end(tx, client)?;
    for kind in [CounterKind::Client, CounterKind::ClientRecovery, CounterKind::ClientRegistration] {
        attempt_counters::forget(tx, kind, &folded(former_email))?;
    }
    diesel::delete(client_credentials::table.find(client)).execute(tx.conn)?;
    diesel::delete(client_second_factors::table.filter(client_second_factors::client_id.eq(client)))
        .execute(tx.conn)?;
    diesel::delete(client_devices::table.filter(client_devices::client_id.eq(client))).execute(tx.conn)?;
    diesel::delete(client_push_tokens::table.filter(client_push_tokens::client_id.eq(client))).execute(tx.conn)?;
    diesel::delete(client_blocks::table.filter(client_blocks::client_id.eq(client))).execute(tx.conn)?;
    let sessions = client_sessions::table.filter(client_sessions::client_id.eq(client));
    diesel::update(sessions).set(client_sessions::ip.eq(no_address)).execute(tx.conn)?;
    let sign_ins = client_sign_ins::table.filter(client_sign_ins::client_id.eq(client));
    let nowhere = (client_sign_ins::ip.eq(no_address), client_sign_ins::user_agent.eq(None::<String>));
    diesel::update(sign_ins).set(nowhere).execute(tx.conn)?;
    let switches = client_second_factor_changes::table
        .filter(client_second_factor_changes::client_id.eq(client))
        .filter(client_second_factor_changes::user_id.is_null());
    diesel::update(switches).set(client_second_factor_changes::ip.eq(None::<String>)).execute(tx.conn)?;
    let changes = client_password_changes::table
        .filter(client_password_changes::client_id.eq(client))
        .filter(client_password_changes::user_id.is_null());
    let nobody = (client_password_changes::changed_by.eq(email), client_password_changes::ip.eq(None::<String>));
    diesel::update(changes).set(nobody).execute(tx.conn)?;
    diesel::delete(qr_sign_ins::table.filter(qr_sign_ins::client_id.eq(client))).execute(tx.conn)?;
    Ok(())
}
