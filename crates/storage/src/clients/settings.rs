//! Settings and limits of clients; a client without a row has the defaults.

use diesel::prelude::*;
use domain::clients::{ClientId, ClientLimits, ClientSettings, Color, Locality, Theme};

use crate::schema::{client_settings as table, clients};
use crate::{DbConnection, Error, Tx};

/// How many trading accounts a client opens himself.
///
/// # Errors
/// Those of the database.
pub fn limits(conn: &mut DbConnection, client: ClientId) -> Result<ClientLimits, Error> {
    let columns = (table::max_demo_accounts, table::max_live_accounts);
    let limits: Option<(Option<i64>, Option<i64>)> =
        table::table.find(client).select(columns).first(conn).optional()?;
    let (max_demo_accounts, max_live_accounts) = limits.unwrap_or_default();
    Ok(ClientLimits { max_demo_accounts, max_live_accounts })
}

/// Sets them.
///
/// # Errors
/// Those of the database.
pub fn set_limits(tx: &mut Tx<'_>, client: ClientId, limits: ClientLimits) -> Result<(), Error> {
    super::check_not_deleted(tx.conn, client)?;
    ensure(tx, client)?;
    let values =
        (table::max_demo_accounts.eq(limits.max_demo_accounts), table::max_live_accounts.eq(limits.max_live_accounts));
    diesel::update(table::table.find(client)).set(values).execute(tx.conn)?;
    Ok(())
}

/// How a client's interface looks, and the language he reads.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, client: ClientId) -> Result<(ClientSettings, Locality), Error> {
    let locale: String = clients::table.find(client).select(clients::locale).first(conn)?;
    let locale = locale.parse().map_err(|_| Error::Broken(format!("client {client} has locale {locale:?}")))?;
    let columns = (table::application_color, table::common_theme);
    let found: Option<(Option<String>, Theme)> = table::table.find(client).select(columns).first(conn).optional()?;
    let settings = found.map_or_else(ClientSettings::default, |(color, common_theme)| ClientSettings {
        application_color: color.and_then(|color| color.parse().ok()),
        common_theme,
    });
    Ok((settings, locale))
}

/// Sets them.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut Tx<'_>, client: ClientId, settings: &ClientSettings, locale: &Locality) -> Result<(), Error> {
    super::check_not_deleted(tx.conn, client)?;
    ensure(tx, client)?;
    let color = settings.application_color.as_ref().map(Color::as_str);
    let values = (table::application_color.eq(color), table::common_theme.eq(settings.common_theme));
    diesel::update(table::table.find(client)).set(values).execute(tx.conn)?;
    diesel::update(clients::table.find(client)).set(clients::locale.eq(locale.to_string())).execute(tx.conn)?;
    Ok(())
}

/// Makes the row of a client who has the defaults; the client is held.
pub(super) fn ensure(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let found: Option<ClientId> = table::table.find(client).select(table::client_id).first(tx.conn).optional()?;
    if found.is_none() {
        let values =
            (table::client_id.eq(client), table::common_theme.eq(Theme::Light), table::permission_overrides.eq("{}"));
        diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}
