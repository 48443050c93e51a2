//! Attempts to sign in: counted against guessing, and kept.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::identity::{Admission, LockoutPolicy, SecondFactor, SignInCounter, UserId};
use domain::value::{List, Timestamp, folded};

use crate::schema::sign_in_counters as counters;
use crate::schema::{sign_in_attempts as attempts, users};
use crate::{DbConnection, Error, Tx};

/// How an attempt ended, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
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

impl Outcome {
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

/// What sign-in needs to know of a user.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Credentials {
    /// Who he is.
    pub id: UserId,
    /// His address as it is written.
    pub email: String,
    /// The hash of his password.
    pub password_hash: String,
    /// Whether he may sign in.
    pub active: bool,
    /// His second factor.
    pub second_factor: SecondFactor,
    /// The addresses he is let in from; empty lets him in from anywhere.
    pub ip_whitelist: List<String>,
}

/// Whether an attempt may go on.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// It may; none where nobody has this e-mail.
    Admitted(Option<Credentials>),
    /// Not before then.
    Blocked(Timestamp),
}

/// Counts an attempt before the password is looked at.
///
/// # Errors
/// Those of the database.
pub fn admit(tx: &mut Tx<'_>, policy: &LockoutPolicy, email: &str, ip: &str) -> Result<Attempt, Error> {
    type Row = (i64, Timestamp, Option<Timestamp>);
    let key = folded(email);
    tx.conn.wait_lock(lock_of(&key, ip))?;
    let row: Option<Row> = counters::table
        .find((&key, ip))
        .select((counters::attempts, counters::window_start, counters::blocked_until))
        .first(tx.conn)
        .optional()?;
    let counter =
        row.map(|(attempts, window_start, blocked_until)| SignInCounter { attempts, window_start, blocked_until });
    match policy.admit(counter, tx.now) {
        Admission::Refused(until) => {
            record(tx, None, email, ip, Outcome::Blocked)?;
            Ok(Attempt::Blocked(until))
        }
        Admission::Admitted(counter) => {
            let values = (
                counters::attempts.eq(counter.attempts),
                counters::window_start.eq(counter.window_start.naive()),
                counters::blocked_until.eq(counter.blocked_until.map(Timestamp::naive)),
            );
            if row.is_some() {
                diesel::update(counters::table.find((&key, ip))).set(values).execute(tx.conn)?;
            } else {
                let of = (counters::email_key.eq(&key), counters::ip.eq(ip));
                diesel::insert_into(counters::table).values((of, values)).execute(tx.conn)?;
            }
            Ok(Attempt::Admitted(credentials(tx.conn, &key)?))
        }
    }
}

/// The lock of one counter: two first attempts at once must not both insert it.
fn lock_of(key: &str, ip: &str) -> i64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    ("sign-in", key, ip).hash(&mut hasher);
    hasher.finish().cast_signed()
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
///
/// # Errors
/// Those of the database.
pub fn of_user(conn: &mut DbConnection, email: &str) -> Result<Option<Credentials>, Error> {
    credentials(conn, &folded(email))
}

fn credentials(conn: &mut DbConnection, email_key: &str) -> Result<Option<Credentials>, Error> {
    let query = users::table.filter(users::email_key.eq(email_key)).filter(users::deleted_at.is_null());
    let columns =
        (users::id, users::email, users::password_hash, users::active, users::second_factor, users::ip_whitelist);
    Ok(query.select(columns).first(conn).optional()?)
}

/// Forgets the attempts of an e-mail and address after a success.
///
/// # Errors
/// Those of the database.
pub fn clear(tx: &mut Tx<'_>, email: &str, ip: &str) -> Result<(), Error> {
    diesel::delete(counters::table.find((folded(email), ip))).execute(tx.conn)?;
    Ok(())
}

/// Keeps how an attempt ended.
///
/// # Errors
/// Those of the database.
pub fn record(tx: &mut Tx<'_>, user: Option<UserId>, email: &str, ip: &str, outcome: Outcome) -> Result<(), Error> {
    let values = (
        attempts::user_id.eq(user),
        attempts::email.eq(email),
        attempts::ip.eq(ip),
        attempts::outcome.eq(outcome.as_str()),
        attempts::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(attempts::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The outcomes of the attempts with an e-mail, oldest first.
///
/// # Errors
/// Those of the database.
pub fn outcomes(conn: &mut DbConnection, email: &str) -> Result<Vec<String>, Error> {
    Ok(attempts::table.filter(attempts::email.eq(email)).order(attempts::id).select(attempts::outcome).load(conn)?)
}

/// How long a counter is kept: longer than any block.
const COUNTERS_KEPT: TimeDelta = TimeDelta::days(1);

/// Forgets counters that cannot matter any more.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let limit = tx.now.plus(-COUNTERS_KEPT).naive();
    Ok(diesel::delete(counters::table.filter(counters::window_start.lt(limit))).execute(tx.conn)?)
}
