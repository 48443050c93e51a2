//! What clients change of their own data: at once, or by a request where the settings ask for one.

use diesel::prelude::*;
use domain::clients::{
    Address, AddressKind, ClientTypeId, ClientsFault, OwnProfile, OwnProfileTerms, check_another_type,
};
use domain::files::FileKey;
use domain::identity::Scope;
use domain::ledger::RequestId;
use domain::requests::{Asked, IdentityRest, Requester};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal};

use super::asking;
use crate::clients::profiles::{self, StoredClient};
use crate::clients::{addresses, levels};
use crate::files::photos;
use crate::files::stored::{ReceivedFile, keep_and_get_key};
use crate::platform::settings;
use crate::schema::countries;
use crate::{DbConnection, Error, Tx};

/// A client as they are after a change of their own, and the request for what a user is to decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnChange {
    /// The client.
    pub client: StoredClient,
    /// The request, where there is one.
    pub asked: Option<RequestId>,
}

/// Changes what a client, who is held, may change of their profile.
///
/// # Errors
/// A refusal where a field stays or the client is too young; a conflict where the nickname is taken, or they wait for a
/// decision on their name already.
pub fn change_profile(
    tx: &mut Tx<'_>,
    requester: Requester,
    before: &StoredClient,
    after: &OwnProfile,
) -> Result<OwnChange, Error> {
    let settings = settings::get(tx.conn)?.data;
    let terms = OwnProfileTerms {
        may_change_nickname: settings.may_change_nickname,
        is_verified: before.data.level != levels::default(tx.conn)?,
        today: tx.now.day(),
    };
    let profile = &before.data.profile;
    after.check_change(profile, terms)?;
    let is_renamed = after.identity != OwnProfile::from(profile).identity;
    let mut client = before.data.clone();
    client.profile = after.in_profile(profile);
    let asked = if is_renamed && settings.profile_change_needs_request {
        let identity = after.identity.clone();
        let rest = IdentityRest { middle_name: identity.middle_name, birthday: identity.birthday };
        let (first_name, last_name) = (identity.first_name, identity.last_name);
        Some(asking::ask(tx, requester, &Asked::Profile { first_name, last_name, rest: Some(rest) })?)
    } else {
        client.profile = after.identity.in_profile(&client.profile);
        None
    };
    // The e-mail address stays, so its fingerprint is of no account.
    let scope = Scope::Client(requester.client);
    let client = profiles::update(tx, &scope, None, before, &client, &[])?;
    Ok(OwnChange { client, asked })
}

/// Says where a client, who is held, lives; the request, where a user is to decide on it.
///
/// # Errors
/// A refusal where the country does not exist or is disabled; a conflict where the client waits for a decision already.
pub fn change_address(tx: &mut Tx<'_>, requester: Requester, after: &Address) -> Result<Option<RequestId>, Error> {
    let country = countries::table.find(after.country).select(countries::enabled);
    match country.first(tx.conn).optional()? {
        Some(true) => {}
        Some(false) => return Err(CommonFault::Disabled.at(Field::Country).unprocessable().into()),
        None => return Err(Refusal::unknown(Field::Country).into()),
    }
    if settings::get(tx.conn)?.data.address_change_needs_request {
        let Address { address, city, country, postcode, state, kind: _ } = after.clone();
        return asking::ask(tx, requester, &Asked::Address { address, city, country, postcode, state }).map(Some);
    }
    let address = Address { kind: AddressKind::Residential, ..after.clone() };
    addresses::set_residential(tx, &Scope::Client(requester.client), requester.client, &address)?;
    Ok(None)
}

/// Gives a client, who is held, another type, or asks for it.
///
/// # Errors
/// A refusal where they have it, or it does not exist or is disabled; a conflict where they wait for a decision already.
pub fn change_type(
    tx: &mut Tx<'_>,
    requester: Requester,
    before: &StoredClient,
    kind: ClientTypeId,
    comment: Option<String>,
) -> Result<OwnChange, Error> {
    check_another_type(before.data.kind, kind)?;
    if settings::get(tx.conn)?.data.client_type_change_needs_request {
        let asked = Some(asking::ask(tx, requester, &Asked::ClientType { kind, comment })?);
        return Ok(OwnChange { client: before.clone(), asked });
    }
    let mut after = before.data.clone();
    after.kind = kind;
    let client = profiles::update(tx, &Scope::Client(requester.client), None, before, &after, &[])?;
    Ok(OwnChange { client, asked: None })
}

/// Whether clients change their photo themselves.
///
/// # Errors
/// A refusal.
pub fn check_photo(conn: &mut DbConnection) -> Result<(), Error> {
    if settings::get(conn)?.data.may_change_picture {
        Ok(())
    } else {
        Err(ClientsFault::PictureFixed.not_allowed().into())
    }
}

/// What became of a photo that a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPhoto {
    /// What it is found by.
    pub key: FileKey,
    /// The request to show it, where a user is to decide on it.
    pub asked: Option<RequestId>,
}

/// Shows a client, who is held, with another photo, or asks for it.
///
/// # Errors
/// A refusal where clients do not change it; a conflict where they wait for a decision already.
pub fn change_photo(tx: &mut Tx<'_>, requester: Requester, file: &ReceivedFile) -> Result<SentPhoto, Error> {
    check_photo(tx.conn)?;
    if settings::get(tx.conn)?.data.picture_needs_request {
        let key = keep_and_get_key(tx, file)?;
        let asked = Some(asking::ask(tx, requester, &Asked::Avatar { photo: file.id, key: key.clone() })?);
        return Ok(SentPhoto { key, asked });
    }
    Ok(SentPhoto { key: photos::set(tx, requester.client, file)?, asked: None })
}
