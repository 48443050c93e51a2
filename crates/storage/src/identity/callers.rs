//! Users who call: with the token of a session, or with a key of theirs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientTagId;
use domain::identity::{
    ApiKey, ApiKeyId, ApiKeyStatus, ApprovalPolicy, Credential, Permission, PermissionSet, Rights, Scope, SessionId,
    SignedInUser, UserGroupId, UserId, is_ip_allowed,
};
use domain::value::{Email, List, Set, Timestamp};

use super::api_keys::{KeyColumns, key, key_columns};
use super::approval_policies;
use super::sessions::{ACCESS, TokenHash};
use crate::connection::on_each;
use crate::schema::{
    access_version as versions, api_keys as keys, session_tokens as tokens, sessions, user_client_tags as tags,
    user_group_members as members, user_groups as groups, users as user,
};
use crate::{DbConnection, Error, Guard};

/// The user behind a call, and everything that a call asks of them.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What they call with.
    pub credential: Credential,
    /// Who they are.
    pub user: UserId,
    /// Their e-mail address, for the audit log.
    pub email: Email,
    /// The names of their groups, for the audit log.
    pub groups: List<String>,
    /// What they may do with what they call with.
    pub rights: Rights,
    /// The groups that they are in.
    pub user_groups: Set<UserGroupId>,
    /// The policies in force, by the operations that wait.
    pub approval_policies: BTreeMap<String, ApprovalPolicy>,
    /// When what they call with ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// What [`access_version`] was when this was read.
    pub access_version: i64,
    /// The addresses from which the user is allowed; empty allows all.
    ip_whitelist: List<String>,
    /// The key that they call with.
    key: Option<ApiKey>,
}

impl Caller {
    /// Whether they may call from the address: the user's list and that of the key must both allow it.
    #[must_use]
    pub fn is_allowed_from(&self, address: IpAddr) -> bool {
        is_ip_allowed(&self.ip_whitelist, address) && self.key.as_ref().is_none_or(|key| key.is_allowed_from(address))
    }

    /// What must still stand while this is relied on.
    #[must_use]
    pub const fn guard(&self) -> Guard {
        Guard::AccessVersion(self.access_version)
    }

    /// The caller, as the rules see them.
    #[must_use]
    pub fn as_user(&self) -> SignedInUser {
        SignedInUser { user: self.user, rights: self.rights.clone(), credential: self.credential }
    }
}

/// What a caller shows, by its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The access token of a session.
    AccessToken(TokenHash),
    /// An API key.
    ApiKey(TokenHash),
}

impl Shown {
    /// The hash.
    #[must_use]
    pub const fn hash(self) -> TokenHash {
        match self {
            Self::AccessToken(hash) | Self::ApiKey(hash) => hash,
        }
    }
}

/// A user who may sign in: their id, their address, whether they see data in clear, and from where they may call.
type UserColumns = (UserId, String, bool, List<String>);

#[diesel::dsl::auto_type(no_type_alias)]
fn user_columns() -> _ {
    (user::id, user::email, user::can_view_masked_data, user::ip_whitelist)
}

/// The caller who shows this. Nothing where it is not known, has ended or is switched off, or its user may not sign in.
pub fn find(conn: &mut DbConnection, shown: &Shown, now: Timestamp) -> Result<Option<Caller>, Error> {
    let (credential, expires_at, key, of_user) = match shown {
        Shown::AccessToken(hash) => match by_access_token(conn, hash, now)? {
            Some((session, expires_at, of_user)) => (Credential::Session(session), Some(expires_at), None, of_user),
            None => return Ok(None),
        },
        Shown::ApiKey(hash) => match by_api_key(conn, hash, now)? {
            Some((id, key, of_user)) => (Credential::ApiKey(id), key.expires_at, Some(key), of_user),
            None => return Ok(None),
        },
    };
    caller(conn, credential, expires_at, key, of_user).map(Some)
}

fn caller(
    conn: &mut DbConnection,
    credential: Credential,
    expires_at: Option<Timestamp>,
    key: Option<ApiKey>,
    of_user: UserColumns,
) -> Result<Caller, Error> {
    let (user, email, can_view_masked_data, ip_whitelist) = of_user;
    let email = email.parse().map_err(|_| Error::Broken(format!("user {user} has no e-mail address")))?;
    let Membership { groups, user_groups, rights: held } = membership_of(conn, user, can_view_masked_data)?;
    let rights = match &key {
        Some(key) => key.rights(&held),
        None => held,
    };
    let approval_policies = approval_policies::in_force(conn)?;
    let access_version = access_version(conn)?;
    Ok(Caller {
        credential,
        user,
        email,
        groups,
        rights,
        user_groups,
        approval_policies,
        expires_at,
        access_version,
        ip_whitelist,
        key,
    })
}

/// A user who called before, with what they may do now: with a session, whether it has ended since or not, or with a key, if
/// it still works. Nothing where the user may not sign in.
pub fn again(
    conn: &mut DbConnection,
    user: UserId,
    credential: Credential,
    now: Timestamp,
) -> Result<Option<Caller>, Error> {
    let key = match credential {
        Credential::Session(_) => None,
        Credential::ApiKey(id) => {
            let columns: Option<KeyColumns> =
                keys::table.find(id).filter(keys::user_id.eq(user)).select(key_columns()).first(conn).optional()?;
            let Some(columns) = columns else { return Ok(None) };
            let key = key(id, columns)?;
            if key.status(now) != ApiKeyStatus::Active {
                return Ok(None);
            }
            Some(key)
        }
    };
    let may_sign_in = user::table.find(user).filter(user::active.eq(true)).filter(user::deleted_at.is_null());
    let of_user: Option<UserColumns> = may_sign_in.select(user_columns()).first(conn).optional()?;
    of_user.map(|of_user| caller(conn, credential, None, key, of_user)).transpose()
}

fn by_access_token(
    conn: &mut DbConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<(SessionId, Timestamp, UserColumns)>, Error> {
    let open = tokens::table
        .inner_join(sessions::table.inner_join(user::table))
        .filter(tokens::hash.eq(hash.to_vec()))
        .filter(tokens::kind.eq(ACCESS))
        .filter(tokens::expires_at.gt(now.naive()))
        .filter(sessions::ended_at.is_null())
        .filter(user::active.eq(true))
        .filter(user::deleted_at.is_null());
    Ok(open.select((sessions::id, tokens::expires_at, user_columns())).first(conn).optional()?)
}

/// One statement that goes by an index, whatever is shown.
fn by_api_key(
    conn: &mut DbConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<(ApiKeyId, ApiKey, UserColumns)>, Error> {
    let found = keys::table
        .inner_join(user::table)
        .filter(keys::hash.eq(hash.to_vec()))
        .filter(user::active.eq(true))
        .filter(user::deleted_at.is_null());
    let row: Option<(ApiKeyId, KeyColumns, UserColumns)> =
        found.select((keys::id, key_columns(), user_columns())).first(conn).optional()?;
    let Some((id, columns, of_user)) = row else { return Ok(None) };
    let key = key(id, columns)?;
    Ok((key.status(now) == ApiKeyStatus::Active).then_some((id, key, of_user)))
}

/// A user's groups, and what the user may do.
struct Membership {
    groups: List<String>,
    user_groups: Set<UserGroupId>,
    rights: Rights,
}

fn membership_of(conn: &mut DbConnection, user: UserId, can_view_masked_data: bool) -> Result<Membership, Error> {
    let in_groups: Vec<(UserGroupId, String, bool, Set<Permission>)> = members::table
        .inner_join(groups::table)
        .filter(members::user_id.eq(user))
        .order(groups::id)
        .select((groups::id, groups::name, groups::is_administrators, groups::permissions))
        .load(conn)?;
    let client_tags: Vec<ClientTagId> = tags::table.filter(tags::user_id.eq(user)).select(tags::tag_id).load(conn)?;
    let scope = Scope::of_tags(client_tags.into_iter().collect());
    let is_administrator = in_groups.iter().any(|(_, _, is_administrators, _)| *is_administrators);
    let mut permissions = if is_administrator { PermissionSet::all() } else { PermissionSet::default() };
    for (.., granted) in &in_groups {
        permissions.extend_with(&granted.into());
    }
    let sees_all_groups = is_administrator;
    let rights = Rights { permissions, is_administrator, sees_all_groups, scope, can_view_masked_data };
    let user_groups = in_groups.iter().map(|(id, ..)| *id).collect();
    Ok(Membership { groups: in_groups.into_iter().map(|(_, name, ..)| name).collect(), user_groups, rights })
}

/// A number that grows on PostgreSQL with every change of users, groups, sessions and API keys: while it
/// stands, what was read of a caller still holds.
pub fn access_version(conn: &mut DbConnection) -> Result<i64, Error> {
    let version = versions::table.find(1).select(versions::version);
    Ok(on_each!(conn, conn => version.first(conn))?)
}
