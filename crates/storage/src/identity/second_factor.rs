//! Second factors: codes that are awaited, and the secrets of apps.

use diesel::prelude::*;
use domain::identity::{SecondFactor, UserId};
use domain::value::Timestamp;

use super::sessions::{self, TokenHash};
use crate::schema::{second_factor_challenges as table, users};
use crate::{DbConnection, Error, Tx};

/// How many wrong codes void a challenge.
pub const MAX_FAILURES: i64 = 5;

/// A code that is awaited after the right password.
#[derive(Clone, Debug, Queryable)]
pub struct Challenge {
    /// Who signs in.
    pub user: UserId,
    /// How the code comes to him.
    pub provider: SecondFactor,
    /// The hash of the code that was mailed; none where his app makes it.
    pub code_hash: Option<Vec<u8>>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// His address.
    pub email: String,
    /// The sealed secret of his app.
    pub totp_secret: Option<Vec<u8>>,
    /// The last step of his app's code that was used.
    pub totp_step: i64,
}

/// Awaits a code.
///
/// # Errors
/// Those of the database.
pub fn await_code(
    tx: &mut Tx<'_>,
    user: UserId,
    provider: SecondFactor,
    token: &TokenHash,
    code_hash: Option<&[u8]>,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let values = (
        table::token_hash.eq(token.to_vec()),
        table::user_id.eq(user),
        table::provider.eq(provider),
        table::code_hash.eq(code_hash),
        table::failures.eq(0),
        table::create_time.eq(tx.now.naive()),
        table::expires_at.eq(expires_at.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The challenge of a token that still stands. A wrong code is counted before it is looked at, so
/// that many at once gain nothing; [`accept`] takes the right one.
///
/// # Errors
/// Those of the database.
pub fn attempt(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Challenge>, Error> {
    let standing = table::table
        .find(token.to_vec())
        .filter(table::used_at.is_null())
        .filter(table::failures.lt(MAX_FAILURES))
        .filter(table::expires_at.gt(tx.now.naive()));
    let counted = diesel::update(standing).set(table::failures.eq(table::failures + 1)).execute(tx.conn)?;
    if counted == 0 {
        return Ok(None);
    }
    let challenge = table::table
        .inner_join(users::table)
        .filter(table::token_hash.eq(token.to_vec()))
        .filter(users::active.eq(true))
        .filter(users::deleted_at.is_null())
        .select((
            table::user_id,
            table::provider,
            table::code_hash,
            table::expires_at,
            users::email,
            users::totp_secret,
            users::totp_step,
        ))
        .first(tx.conn)
        .optional()?;
    Ok(challenge)
}

/// Uses up a challenge; the right code works once.
///
/// # Errors
/// [`Error::NotFound`] where it was used meanwhile.
pub fn accept(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Error> {
    let unused = table::table.find(token.to_vec()).filter(table::used_at.is_null());
    let used = diesel::update(unused).set(table::used_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Notes the step of an app's code, which then works no more.
///
/// # Errors
/// [`Error::NotFound`] where this or a later one was used meanwhile.
pub fn use_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<(), Error> {
    let before = users::table.find(user).filter(users::totp_step.lt(step));
    let used = diesel::update(before).set(users::totp_step.eq(step)).execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Keeps a sealed secret until the user shows that his app has it.
///
/// # Errors
/// Those of the database.
pub fn keep_pending(tx: &mut Tx<'_>, user: UserId, sealed: &[u8]) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::totp_pending.eq(Some(sealed))).execute(tx.conn)?;
    Ok(())
}

/// The sealed secret that waits for its first code, if there is one.
///
/// # Errors
/// Those of the database.
pub fn pending(conn: &mut DbConnection, user: UserId) -> Result<Option<Vec<u8>>, Error> {
    Ok(users::table.find(user).select(users::totp_pending).first(conn)?)
}

/// Makes the pending secret the user's second factor, which ends all their sessions.
///
/// # Errors
/// Those of the database.
pub fn enable_totp(tx: &mut Tx<'_>, user: UserId, sealed: &[u8], step: i64) -> Result<(), Error> {
    let values = (
        users::second_factor.eq(SecondFactor::Totp),
        users::totp_secret.eq(Some(sealed)),
        users::totp_step.eq(step),
        users::update_time.eq(tx.now.naive()),
    );
    diesel::update(users::table.find(user)).set(values).execute(tx.conn)?;
    sessions::end_all(tx, user)
}

/// Forgets the secret of an app when another second factor takes its place.
///
/// # Errors
/// Those of the database.
pub(super) fn forget_secret(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::totp_secret.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    Ok(())
}

/// Forgets the codes that are awaited from a user, and an app that has not shown a code yet.
pub(super) fn forget_unfinished(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::user_id.eq(user))).execute(tx.conn)?;
    let pending = users::table.find(user).filter(users::totp_pending.is_not_null());
    diesel::update(pending).set(users::totp_pending.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    Ok(())
}

/// Forgets challenges that ended.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::expires_at.lt(tx.now.naive()))).execute(tx.conn)?)
}
