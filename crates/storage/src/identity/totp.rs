//! The secrets of apps that make one-time codes.

use diesel::prelude::*;
use domain::identity::{SecondFactor, UserId};

use super::credentials;
use crate::schema::users;
use crate::{Error, Tx};

/// Stores a sealed secret until the user shows that their app has it.
pub fn set_pending(tx: &mut Tx<'_>, user: UserId, sealed: &[u8]) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::totp_pending.eq(Some(sealed))).execute(tx.conn)?;
    Ok(())
}

/// The sealed secret that awaits its first code, if there is one. The user is held until the transaction ends.
pub fn lock_pending(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Vec<u8>>, Error> {
    tx.lock("users", user)?;
    Ok(users::table.find(user).select(users::totp_pending).first(tx.conn)?)
}

/// Makes the pending secret the user's second factor, which ends all their sessions.
pub fn enable(tx: &mut Tx<'_>, user: UserId, sealed: &[u8], step: i64) -> Result<(), Error> {
    let values = (
        users::second_factor.eq(SecondFactor::Totp),
        users::totp_secret.eq(Some(sealed)),
        users::totp_step.eq(step),
        users::update_time.eq(tx.now.naive()),
    );
    diesel::update(users::table.find(user)).set(values).execute(tx.conn)?;
    credentials::end_all(tx, user)
}

/// Forgets the secret of an app when another second factor takes its place.
pub(super) fn forget_secret(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::totp_secret.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    Ok(())
}
