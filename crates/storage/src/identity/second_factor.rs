//! Codes of second factors that are awaited.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::identity::{SecondFactor, UserId};
use domain::value::{List, Timestamp};

use super::sessions::TokenHash;
use crate::schema::{second_factor_challenges as table, users};
use crate::{Error, Tx};

/// How many wrong codes void a challenge.
pub const MAX_FAILURES: i64 = 5;

/// A code that is awaited after the right password.
#[derive(Clone, Debug, Queryable)]
pub struct Challenge {
    /// Who signs in.
    pub user: UserId,
    /// How the code reaches the user.
    pub provider: SecondFactor,
    /// The hash of the code that was mailed; none where an app makes it.
    pub code_hash: Option<Vec<u8>>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The user's e-mail address.
    pub email: String,
    /// The sealed secret of the user's app.
    pub totp_secret: Option<Vec<u8>>,
    /// The last step of the app's codes that was used.
    pub totp_step: i64,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    token_hash: &'a [u8],
    user_id: UserId,
    provider: SecondFactor,
    code_hash: Option<&'a [u8]>,
    failures: i64,
    create_time: NaiveDateTime,
    expires_at: NaiveDateTime,
}

/// Awaits a code.
pub fn await_code(
    tx: &mut Tx<'_>,
    user: UserId,
    provider: SecondFactor,
    token: &TokenHash,
    code_hash: Option<&[u8]>,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let values = Values {
        token_hash: token,
        user_id: user,
        provider,
        code_hash,
        failures: 0,
        create_time: tx.now.naive(),
        expires_at: expires_at.naive(),
    };
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The open challenge of a token. An attempt is counted as failed before its code is checked, so that many at once
/// gain nothing; [`accept`] takes the right code.
pub fn attempt(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Challenge>, Error> {
    let open = table::table
        .find(token.to_vec())
        .filter(table::used_at.is_null())
        .filter(table::failures.lt(MAX_FAILURES))
        .filter(table::expires_at.gt(tx.now.naive()));
    let counted = diesel::update(open).set(table::failures.eq(table::failures + 1)).execute(tx.conn)?;
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

/// Accepts the right code of a challenge, which works once, and answers the IP addresses from which its user is
/// allowed. `step` is that of an app's code, which then works no more. The user is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] where the challenge or the step was used meanwhile, or the user no longer signs in like this.
pub fn accept(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    challenge: &Challenge,
    step: Option<i64>,
) -> Result<List<String>, Error> {
    tx.lock("users", challenge.user)?;
    use_up(tx, token)?;
    if let Some(step) = step {
        use_step(tx, challenge.user, step)?;
    }
    let user = users::table
        .find(challenge.user)
        .filter(users::active.eq(true))
        .filter(users::deleted_at.is_null())
        .filter(users::second_factor.eq(challenge.provider));
    Ok(user.select(users::ip_whitelist).first(tx.conn)?)
}

fn use_up(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Error> {
    let unused = table::table.find(token.to_vec()).filter(table::used_at.is_null());
    let used = diesel::update(unused).set(table::used_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

fn use_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<(), Error> {
    let earlier = users::table.find(user).filter(users::totp_step.lt(step));
    let used = diesel::update(earlier).set(users::totp_step.eq(step)).execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets the codes that are awaited from a user.
pub(super) fn forget_challenges(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// Forgets challenges that ended.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::expires_at.lt(tx.now.naive()))).execute(tx.conn)?)
}
