//! Codes that all mails to a client show. They are stored sealed.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::{ClientId, Locality};
use domain::value::folded;

use crate::client_scope::check_not_deleted;
use crate::schema::{client_credentials as table, clients};
use crate::{DbConnection, Error, Tx};

/// The code of somebody who is mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderCode {
    /// The code, sealed.
    pub sealed: Vec<u8>,
    /// The language that they read.
    pub locale: Locality,
}

/// A client's code, sealed; none where they have set none.
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Option<Vec<u8>>, Error> {
    let code = table::table.find(client).select(table::anti_phishing_code);
    Ok(code.first::<Option<Vec<u8>>>(conn).optional()?.flatten())
}

/// Sets a client's code, or removes it.
///
/// # Errors
/// A conflict for one who was removed.
pub fn set(tx: &mut Tx<'_>, client: ClientId, sealed: Option<&[u8]>) -> Result<(), Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    let code = table::anti_phishing_code.eq(sealed);
    if diesel::update(table::table.find(client)).set(code).execute(tx.conn)? == 0 {
        // They have no password, and were signed in without one.
        diesel::insert_into(table::table).values((table::client_id.eq(client), code)).execute(tx.conn)?;
    }
    Ok(())
}

/// The codes of the clients with these e-mail addresses, as far as they have set one, by folded address.
pub fn of_addresses(
    conn: &mut DbConnection,
    addresses: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<HashMap<String, ReaderCode>, Error> {
    let keys: Vec<String> = addresses.into_iter().map(|address| folded(address.as_ref())).collect();
    let coded = table::table
        .inner_join(clients::table)
        .filter(clients::email_key.eq_any(keys))
        .filter(table::anti_phishing_code.is_not_null())
        .select((clients::email_key, table::anti_phishing_code.assume_not_null(), clients::locale));
    let rows: Vec<(String, Vec<u8>, String)> = coded.load(conn)?;
    let reader = |(address, sealed, locale): (String, Vec<u8>, String)| {
        let locale = locale.parse().unwrap_or_default();
        (address, ReaderCode { sealed, locale })
    };
    Ok(rows.into_iter().map(reader).collect())
}
