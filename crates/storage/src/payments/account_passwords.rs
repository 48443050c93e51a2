//! Passwords of trading accounts, which only their platforms keep.

use domain::clients::ClientId;
use domain::ledger::AccountId;

use super::client_accounts::{self, ClientAccount};
use crate::{DbConnection, Error};

/// Where the password of an account is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordPlace {
    /// The account's number.
    pub number: String,
    /// What its platform is called for people.
    pub platform: String,
    /// Where the platform is asked.
    pub gateway: String,
}

/// Where the password of a client's account is set.
///
/// # Errors
/// [`Error::NotFound`] for an account that the client is not shown; a refusal where it has no password that can be set;
/// [`Error::Unavailable`] where its platform has no gateway.
pub fn place(conn: &mut DbConnection, client: ClientId, id: AccountId) -> Result<PasswordPlace, Error> {
    let ClientAccount { account, platform, .. } = client_accounts::get(conn, client, id)?;
    account.facts.check_password_settable(platform.data.kind)?;
    let gateway = platform.data.gateway_url;
    let gateway = gateway.ok_or_else(|| Error::Unavailable(format!("platform {} has no gateway", platform.id)))?;
    Ok(PasswordPlace { number: account.data.number, platform: platform.data.caption, gateway })
}
