//! Attempts to sign in: counted against guessing, and recorded.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::identity::{AttemptOutcome, IdentityProviderId, SecondFactor, UserId};
use domain::value::{List, Timestamp, folded};

use super::attempt_counters::{self, CounterKind, PendingAttempt};
use crate::connection::on_each;
use crate::one_of::one_of;
use crate::platform::settings;
use crate::schema::{sign_in_attempts as attempts, users};
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Tx};

/// How an attempt to sign in ended, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in.
    Success,
    /// The right password; a code is awaited.
    CodeAwaited,
    /// A wrong e-mail, password or code.
    WrongCredentials,
    /// The right password of a user who may not sign in, or not from there.
    NotAllowed,
    /// Too many attempts before.
    Blocked,
}

impl SignInOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::CodeAwaited => "code_awaited",
            Self::WrongCredentials => "wrong_credentials",
            Self::NotAllowed => "not_allowed",
            Self::Blocked => "blocked",
        }
    }
}

/// What a user signs in with.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Credentials {
    /// The user.
    pub id: UserId,
    /// The e-mail address as written.
    pub email: String,
    /// The hash of the password.
    pub password_hash: String,
    /// Whether the user may sign in.
    pub active: bool,
    /// The second factor.
    pub second_factor: SecondFactor,
    /// The IP addresses from which the user is allowed; empty allows all.
    pub ip_whitelist: List<String>,
}

/// Whether a password may be checked.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// It may; without credentials nobody has this e-mail.
    Allowed(PendingAttempt, Option<Credentials>),
    /// Not before then.
    Blocked(Timestamp),
}

/// Begins an attempt to sign in, which is counted before the password is checked, so that many at once gain nothing.
pub fn begin(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<Attempt, Error> {
    let policy = settings::get(tx.conn)?.data.lockout();
    match attempt_counters::begin(tx, CounterKind::User, &folded(email), ip, &policy)? {
        Err(until) => {
            record(tx, None, email, ip, SignInOutcome::Blocked)?;
            Ok(Attempt::Blocked(until))
        }
        Ok(pending) => Ok(Attempt::Allowed(pending, credentials(tx.conn, &folded(email))?)),
    }
}

/// Counts how an attempt ended.
pub fn settle(tx: &mut Tx<'_>, attempt: &PendingAttempt, outcome: AttemptOutcome) -> Result<(), Error> {
    let policy = settings::get(tx.conn)?.data.lockout();
    attempt_counters::settle(tx, attempt, outcome, &policy).map(drop)
}

/// Holds the user, and checks that the credentials are still those whose password was checked:
/// meanwhile another transaction may have changed any of them.
///
/// # Errors
/// [`Error::NotFound`] where they changed.
pub fn confirm(tx: &mut Tx<'_>, checked: &Credentials) -> Result<(), Error> {
    tx.lock("users", checked.id)?;
    let now = credentials(tx.conn, &folded(&checked.email))?;
    if now.as_ref() == Some(checked) { Ok(()) } else { Err(Error::NotFound) }
}

/// The credentials of a user.
pub fn of_user(conn: &mut DbConnection, email: &str) -> Result<Option<Credentials>, Error> {
    credentials(conn, &folded(email))
}

/// The credentials of a user of this id.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn of_id(conn: &mut DbConnection, user: UserId) -> Result<Credentials, Error> {
    Ok(users::table.find(user).filter(users::deleted_at.is_null()).select(columns()).first(conn)?)
}

fn credentials(conn: &mut DbConnection, email_key: &str) -> Result<Option<Credentials>, Error> {
    let query = users::table.filter(users::email_key.eq(email_key)).filter(users::deleted_at.is_null());
    Ok(query.select(columns()).first(conn).optional()?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (users::id, users::email, users::password_hash, users::active, users::second_factor, users::ip_whitelist)
}

/// Forgets the failures of an e-mail from an address, once its user is signed in.
pub fn clear(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<(), Error> {
    attempt_counters::clear(tx, CounterKind::User, &folded(email), ip)
}

#[derive(Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false)]
struct AttemptValues<'a> {
    user_id: Option<UserId>,
    email: &'a str,
    ip: String,
    outcome: &'static str,
    create_time: NaiveDateTime,
    provider_id: Option<IdentityProviderId>,
}

/// Records how an attempt ended.
pub fn record(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    email: &str,
    ip: IpAddr,
    outcome: SignInOutcome,
) -> Result<(), Error> {
    record_with(tx, None, user, email, ip, outcome)
}

/// The same with the provider that vouched for the user, where it was not a password.
pub fn record_with(
    tx: &mut Tx<'_>,
    provider: Option<IdentityProviderId>,
    user: Option<UserId>,
    email: &str,
    ip: IpAddr,
    outcome: SignInOutcome,
) -> Result<(), Error> {
    let (ip, create_time) = (ip.to_string(), tx.now.naive());
    let outcome = outcome.as_str();
    let values = AttemptValues { user_id: user, email, ip, outcome, create_time, provider_id: provider };
    diesel::insert_into(attempts::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The outcomes of the attempts with an e-mail, oldest first.
pub fn outcomes(conn: &mut DbConnection, email: &str) -> Result<Vec<String>, Error> {
    Ok(attempts::table.filter(attempts::email.eq(email)).order(attempts::id).select(attempts::outcome).load(conn)?)
}

/// Deletes the oldest attempts that are kept no longer, some of them at a time; answers how many.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let Some(oldest) = settings::get(tx.conn)?.data.oldest_sign_in(tx.now) else { return Ok(0) };
    let old = attempts::table.filter(attempts::create_time.lt(oldest.naive()));
    let ids: Vec<i64> =
        old.order((attempts::create_time, attempts::id)).limit(PRUNED_AT_ONCE).select(attempts::id).load(tx.conn)?;
    let rows = attempts::table.filter(one_of(attempts::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}
