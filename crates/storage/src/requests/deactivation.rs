//! How clients leave: their profile is deactivated, and their personal data removed where that is offered.

use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::ledger::RequestId;
use domain::requests::{Asked, Requester};

use super::asking;
use crate::clients::profiles::{self, StoredClient};
use crate::platform::settings;
use crate::removal::{clients, personal_data};
use crate::{Error, Tx};

/// What became of a client who left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The client, as they are now.
    pub after: StoredClient,
    /// The request to remove their personal data, where a user is to decide on it.
    pub asked: Option<RequestId>,
}

/// Holds a client who can leave.
///
/// # Errors
/// A conflict where the client has money or something unfinished.
pub fn lock(tx: &mut Tx<'_>, client: ClientId) -> Result<StoredClient, Error> {
    clients::lock_removable(tx, &Scope::Client(client), client, None)
}

/// Deactivates the profile of a client, who is held and can leave, and ends their sessions. Where the settings offer it,
/// their personal data is removed, or a request for that made.
///
/// # Errors
/// As of [`lock`].
pub fn leave(
    tx: &mut Tx<'_>,
    requester: Requester,
    before: &StoredClient,
    email_fingerprint: &[u8],
) -> Result<Departure, Error> {
    let (client, scope) = (requester.client, Scope::Client(requester.client));
    let settings = settings::get(tx.conn)?.data;
    if settings.is_deletion_offered && !settings.deletion_needs_request {
        personal_data::erase(tx, &scope, client, email_fingerprint)?;
        return Ok(Departure { after: profiles::get(tx.conn, &scope, client)?, asked: None });
    }
    let mut after = before.data.clone();
    after.profile.status = ClientStatus::Inactive;
    let after = profiles::update(tx, &scope, None, before, &after, &[])?;
    let asks = settings.is_deletion_offered;
    let asked = asks.then(|| asking::ask(tx, requester, &Asked::DeletingAccount)).transpose()?;
    Ok(Departure { after, asked })
}
