//! Sign-ins with providers: what is kept of one that is begun, and who signs in by it.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::identity::{
    Admission, AttemptOutcome, IdentityProviderId, IpNetwork, LockoutPolicy, ProviderIdentity, SecondFactor, SecureUrl,
    User, UserGroupId,
};
use domain::value::{Set, Timestamp};

use super::attempt_counters::{self, CounterKind, PendingAttempt};
use super::identity_providers::{self, StoredProvider};
use super::sessions::TokenHash;
use super::sign_in::{self, Credentials};
use super::user_identities;
use super::users::{self, StoredUser};
use crate::schema::provider_sign_ins as table;
use crate::{Error, PRUNED_AT_ONCE, Tx};

/// How many sign-ins of one address wait for their end at most.
const MAX_OF_ADDRESS: i64 = 50;
/// How many of all wait: what is kept of them is some ten MiB.
const MAX_IN_ALL: i64 = 100_000;

/// What is kept of a sign-in that is begun.
#[derive(Clone, Debug)]
pub struct NewSignIn {
    /// The hash of the token by which it is ended.
    pub token: TokenHash,
    /// The provider.
    pub provider: IdentityProviderId,
    /// Where the provider sends the user back.
    pub redirect_uri: SecureUrl,
    /// The hash of the state.
    pub state: TokenHash,
    /// What the provider must show and is shown, sealed.
    pub sealed: Vec<u8>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// What became of the beginning of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is begun.
    Yes,
    /// Too many of this address wait; the first of them ends then.
    TooManyOfAddress(Timestamp),
    /// Too many wait.
    TooMany,
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct Values<'a> {
    token_hash: &'a [u8],
    provider_id: IdentityProviderId,
    redirect_uri: &'a str,
    state_hash: &'a [u8],
    sealed: &'a [u8],
    network: &'a str,
    expires_at: NaiveDateTime,
}

/// Begins a sign-in. Several transactions at once may pass the limits by a few.
///
/// # Errors
/// [`Error::NotFound`] where the provider is not enabled any more.
pub fn begin(tx: &mut Tx<'_>, sign_in: &NewSignIn, ip: IpAddr) -> Result<Begun, Error> {
    identity_providers::enabled(tx.conn, sign_in.provider)?;
    let network = IpNetwork::of_caller(ip).to_string();
    let now = tx.now.naive();
    let waiting = || table::table.filter(table::expires_at.gt(now));
    let of_address = || waiting().filter(table::network.eq(&network));
    if of_address().count().get_result::<i64>(tx.conn)? >= MAX_OF_ADDRESS {
        let first: Timestamp = of_address().order(table::expires_at).select(table::expires_at).first(tx.conn)?;
        return Ok(Begun::TooManyOfAddress(first));
    }
    if waiting().count().get_result::<i64>(tx.conn)? >= MAX_IN_ALL {
        return Ok(Begun::TooMany);
    }
    let values = Values {
        token_hash: &sign_in.token,
        provider_id: sign_in.provider,
        redirect_uri: sign_in.redirect_uri.as_str(),
        state_hash: &sign_in.state,
        sealed: &sign_in.sealed,
        network: &network,
        expires_at: sign_in.expires_at.naive(),
    };
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(Begun::Yes)
}

/// A sign-in that is ended.
#[derive(Clone, Debug)]
pub struct KeptSignIn {
    /// The provider, which is enabled.
    pub provider: StoredProvider,
    /// Where the provider sent the user back.
    pub redirect_uri: SecureUrl,
    /// What the provider must show and is shown, sealed.
    pub sealed: Vec<u8>,
}

/// Whether a sign-in can be ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It can; it is used up. None where it was not begun, has expired or was used, came with another state, or its
    /// provider is not enabled any more.
    Allowed(PendingAttempt, Option<Box<KeptSignIn>>),
    /// Not before then.
    Blocked(Timestamp),
}

/// Ends a sign-in, once, whatever becomes of it. The attempt is counted before the provider is asked.
pub fn take(tx: &mut Tx<'_>, token: &TokenHash, state: &TokenHash, ip: IpAddr) -> Result<Ending, Error> {
    match attempt_counters::begin(tx, CounterKind::UserByProvider, COUNTED, ip, &LockoutPolicy::of_providers())? {
        Err(until) => Ok(Ending::Blocked(until)),
        Ok(attempt) => Ok(Ending::Allowed(attempt, kept(tx, token, state)?.map(Box::new))),
    }
}

fn kept(tx: &mut Tx<'_>, token: &TokenHash, state: &TokenHash) -> Result<Option<KeptSignIn>, Error> {
    type Row = (IdentityProviderId, String, Vec<u8>, Vec<u8>, Timestamp);
    let columns = (table::provider_id, table::redirect_uri, table::state_hash, table::sealed, table::expires_at);
    let row: Option<Row> = table::table.find(token.to_vec()).select(columns).first(tx.conn).optional()?;
    let Some((provider, redirect_uri, state_hash, sealed, expires_at)) = row else { return Ok(None) };
    // Of two transactions that have read it, one deletes it.
    let is_ours = diesel::delete(table::table.find(token.to_vec())).execute(tx.conn)? == 1;
    // Hashes of what is random: how long the comparison takes tells nobody how to come closer.
    if !is_ours || expires_at <= tx.now || state_hash != state {
        return Ok(None);
    }
    let provider = match identity_providers::enabled(tx.conn, provider) {
        Ok(provider) => provider,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let redirect_uri =
        redirect_uri.parse().map_err(|_| Error::Broken("a sign-in leads back to no address".to_owned()))?;
    Ok(Some(KeptSignIn { provider, redirect_uri, sealed }))
}

/// The name under which all attempts of an address are counted.
const COUNTED: &str = "provider";

/// Counts how an attempt ended.
pub fn settle(tx: &mut Tx<'_>, attempt: &PendingAttempt, outcome: AttemptOutcome) -> Result<(), Error> {
    attempt_counters::settle(tx, attempt, outcome, &LockoutPolicy::of_providers()).map(drop)
}

/// A user who signs in with a provider.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The user.
    pub user: StoredUser,
    /// The same as sign-in knows them; the second factor is the one that is asked.
    pub credentials: Credentials,
    /// What was done for it.
    pub done: Done,
    /// The groups before, where they changed.
    pub groups_before: Option<Vec<(UserGroupId, String)>>,
}

/// What was done so that a user signs in with a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing: the user signed in with it before.
    Nothing,
    /// The user was linked.
    Linked,
    /// The user was made, and linked.
    Created,
}

/// Finds, links or makes the user for whom a provider vouches, gives them their groups, and holds them until the
/// transaction ends.
///
/// # Errors
/// [`Error::NotFound`] where the provider is not enabled any more; a refusal where the user may not sign in with it.
pub fn admit(tx: &mut Tx<'_>, provider: IdentityProviderId, identity: &ProviderIdentity) -> Result<Admitted, Error> {
    tx.hold("identity_providers", &[provider])?;
    let provider = identity_providers::enabled(tx.conn, provider)?;
    let known = user_identities::known(tx.conn, provider.id, identity)?;
    let (user, done) = match provider.data.admit(identity, known)? {
        Admission::Known(user) => (users::lock(tx, user)?, Done::Nothing),
        Admission::Linked(user) => (users::lock(tx, user)?, Done::Linked),
        Admission::Created(email) => {
            let groups = provider.data.groups_of(&identity.groups);
            let name = identity.name.clone().unwrap_or_else(|| email.to_string());
            let user = User {
                name,
                email,
                phone: None,
                active: true,
                second_factor: SecondFactor::Off,
                ip_whitelist: Vec::new(),
                groups,
                client_tags: Set::default(),
                can_view_masked_data: false,
                slack_chat_id: None,
                telegram_chat_id: None,
            };
            (users::create(tx, &user, users::NO_PASSWORD)?, Done::Created)
        }
    };
    match done {
        Done::Nothing => {}
        Done::Linked | Done::Created => user_identities::link(tx, provider.id, &identity.subject, user.id)?,
    }
    let groups = provider.data.groups_after(&user.data.groups, &identity.groups);
    let after = users::set_groups(tx, &user, &groups)?;
    let groups_before = (after.groups != user.groups).then_some(user.groups);
    let credentials = sign_in::of_id(tx.conn, after.id)?;
    let second_factor = provider.data.factor_asked(credentials.second_factor);
    Ok(Admitted { user: after, credentials: Credentials { second_factor, ..credentials }, done, groups_before })
}

/// Forgets the sign-ins with a provider.
pub(super) fn forget_provider(tx: &mut Tx<'_>, provider: IdentityProviderId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::provider_id.eq(provider))).execute(tx.conn)?;
    Ok(())
}

/// Forgets sign-ins that were not ended in time, some of them at a time; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let over = table::table.filter(table::expires_at.le(tx.now.naive())).order(table::expires_at);
    let tokens: Vec<Vec<u8>> = over.limit(PRUNED_AT_ONCE).select(table::token_hash).load(tx.conn)?;
    Ok(diesel::delete(table::table.filter(table::token_hash.eq_any(tokens))).execute(tx.conn)?)
}
