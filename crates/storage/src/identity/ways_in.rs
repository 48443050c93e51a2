//! By what administrators can sign in: some way stays (`docs/rules.md`, Sign-in by OIDC).

use diesel::prelude::*;
use domain::identity::{UserId, WaysIn};
use domain::platform::Settings;

use crate::platform::settings::{self, StoredSettings};
use crate::schema::{
    identity_providers as providers, user_group_members as members, user_groups as groups,
    user_identities as identities, users,
};
use crate::{Error, Tx};

/// The advisory lock of PostgreSQL under which administrators, and by what they sign in, change, so that no two changes
/// leave nobody together.
const LOCK: i64 = 7_305_806_812;

/// Waits until nobody else changes administrators.
pub(super) fn lock(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.conn.wait_lock(LOCK)
}

/// By what administrators can sign in, one of them left out.
fn without(tx: &mut Tx<'_>, leaving: Option<UserId>) -> Result<WaysIn, Error> {
    lock(tx)?;
    let by_password = settings::get(tx.conn)?.data.password_sign_in;
    // They are few.
    let administrators: Vec<UserId> = members::table
        .inner_join(groups::table)
        .filter(groups::is_administrators.eq(true))
        .select(members::user_id)
        .load(tx.conn)?;
    let with_provider: Vec<UserId> = identities::table
        .inner_join(providers::table)
        .inner_join(users::table)
        .filter(identities::user_id.eq_any(administrators))
        .filter(providers::is_enabled.eq(true))
        .filter(users::active.eq(true))
        .filter(users::deleted_at.is_null())
        .select(users::id)
        .load(tx.conn)?;
    Ok(WaysIn { by_password, by_provider: with_provider.into_iter().any(|user| Some(user) != leaving) })
}

/// Holds that an administrator can sign in after what this transaction has written.
///
/// # Errors
/// A conflict where none can.
pub(super) fn check(tx: &mut Tx<'_>) -> Result<(), Error> {
    Ok(without(tx, None)?.check()?)
}

/// Whether an administrator could sign in if this one were none.
pub(super) fn is_open_without(tx: &mut Tx<'_>, leaving: UserId) -> Result<bool, Error> {
    Ok(without(tx, Some(leaving))?.check().is_ok())
}

/// Writes the settings of the installation.
///
/// # Errors
/// As of [`settings::update`]; a conflict where passwords are switched off and no administrator could sign in.
pub fn update_settings(tx: &mut Tx<'_>, before: &StoredSettings, after: &Settings) -> Result<StoredSettings, Error> {
    let stored = settings::update(tx, before, after)?;
    if before.data.password_sign_in && !after.password_sign_in {
        check(tx)?;
    }
    Ok(stored)
}

/// Lets users sign in with passwords again, from the command line; answers whether they could not.
pub fn switch_passwords_on(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let before = settings::lock(tx)?;
    if before.data.password_sign_in {
        return Ok(false);
    }
    let after = Settings { password_sign_in: true, ..before.data.clone() };
    settings::update(tx, &before, &after)?;
    Ok(true)
}
