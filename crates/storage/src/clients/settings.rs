//! Settings and limits of clients; a client without a row has the defaults.

use diesel::prelude::*;
use domain::clients::{ClientId, ClientLimits, ClientSettings, Color, Locality, Theme};
use domain::identity::Scope;
use domain::value::{Field, Refusal};

use crate::client_scope::{check_not_deleted, check_visible, lock_client};
use crate::content::localizations;
use crate::schema::{client_settings as table, clients};
use crate::{DbConnection, Error, Tx};

/// How many trading accounts a client may open themselves.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn limits(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<ClientLimits, Error> {
    check_visible(conn, scope, client)?;
    stored_limits(conn, client)
}

/// The limits of a client, who is held until the transaction ends.
///
/// # Errors
/// As of [`limits`].
pub fn lock_limits(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<ClientLimits, Error> {
    lock_client(tx, scope, client)?;
    stored_limits(tx.conn, client)
}

fn stored_limits(conn: &mut DbConnection, client: ClientId) -> Result<ClientLimits, Error> {
    let columns = (table::max_demo_accounts, table::max_live_accounts);
    let limits: Option<(Option<i64>, Option<i64>)> =
        table::table.find(client).select(columns).first(conn).optional()?;
    let (max_demo_accounts, max_live_accounts) = limits.unwrap_or_default();
    Ok(ClientLimits { max_demo_accounts, max_live_accounts })
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Limits {
    max_demo_accounts: Option<i64>,
    max_live_accounts: Option<i64>,
}

/// Sets the limits of a client, who is held.
///
/// # Errors
/// A conflict where the client was removed.
pub fn set_limits(tx: &mut Tx<'_>, client: ClientId, limits: ClientLimits) -> Result<(), Error> {
    check_not_deleted(tx.conn, client)?;
    ensure(tx, client)?;
    let ClientLimits { max_demo_accounts, max_live_accounts } = limits;
    let values = Limits { max_demo_accounts, max_live_accounts };
    diesel::update(table::table.find(client)).set(values).execute(tx.conn)?;
    Ok(())
}

/// What a client's interface is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// How it looks.
    pub data: ClientSettings,
    /// The language that it speaks.
    pub locale: Locality,
}

/// The settings of a client.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<StoredSettings, Error> {
    check_visible(conn, scope, client)?;
    stored(conn, client)
}

/// The settings of a client, who is held until the transaction ends.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<StoredSettings, Error> {
    lock_client(tx, scope, client)?;
    stored(tx.conn, client)
}

fn stored(conn: &mut DbConnection, client: ClientId) -> Result<StoredSettings, Error> {
    let locale: String = clients::table.find(client).select(clients::locale).first(conn)?;
    let locale = locale.parse().map_err(|_| Error::Broken(format!("client {client} has locale {locale:?}")))?;
    let columns = (table::application_color, table::common_theme);
    let found: Option<(Option<String>, Theme)> = table::table.find(client).select(columns).first(conn).optional()?;
    let data = found.map_or_else(ClientSettings::default, |(color, common_theme)| ClientSettings {
        application_color: color.and_then(|color| color.parse().ok()),
        common_theme,
    });
    Ok(StoredSettings { data, locale })
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Settings<'a> {
    application_color: Option<&'a str>,
    common_theme: Theme,
}

/// Sets the settings of a client, who is held.
///
/// # Errors
/// A conflict where the client was removed.
pub fn set(tx: &mut Tx<'_>, client: ClientId, settings: &StoredSettings) -> Result<(), Error> {
    check_not_deleted(tx.conn, client)?;
    ensure(tx, client)?;
    let StoredSettings { data, locale } = settings;
    let application_color = data.application_color.as_ref().map(Color::as_str);
    let values = Settings { application_color, common_theme: data.common_theme };
    diesel::update(table::table.find(client)).set(values).execute(tx.conn)?;
    diesel::update(clients::table.find(client)).set(clients::locale.eq(locale.to_string())).execute(tx.conn)?;
    Ok(())
}

/// The client, who is held, sets their settings.
///
/// # Errors
/// A refusal where they choose a language that is not open to clients; as of [`set`].
pub fn choose(tx: &mut Tx<'_>, client: ClientId, before: &StoredSettings, after: &StoredSettings) -> Result<(), Error> {
    if before.locale != after.locale {
        let fault = localizations::choice_fault(tx.conn, &after.locale, Field::SettingsLocale)?;
        Refusal::unless_empty(fault.into_iter().collect())?;
    }
    set(tx, client, after)
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct Defaults {
    client_id: ClientId,
    common_theme: Theme,
    permission_overrides: &'static str,
}

/// Makes the row of a client who has the defaults; the client is held.
pub(crate) fn ensure(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let found: Option<ClientId> = table::table.find(client).select(table::client_id).first(tx.conn).optional()?;
    if found.is_none() {
        let values = Defaults { client_id: client, common_theme: Theme::Light, permission_overrides: "{}" };
        diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}
