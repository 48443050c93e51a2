//! Attempts to sign in: counted against guessing, and kept.

use std::net::IpAddr;

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::identity::{
    Admission, AttemptCounter, AttemptCounters, AttemptOutcome, AttemptWindows, IpNetwork, LockoutPolicy, SecondFactor,
    UserId,
};
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

/// Whether a password may be checked.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// It may; without credentials nobody has this e-mail.
    Admitted(AdmittedAttempt, Option<Credentials>),
    /// Not before then.
    Blocked(Timestamp),
}

/// An attempt that is counted as pending until [`settle`] says how it ended.
#[derive(Clone, Debug)]
pub struct AdmittedAttempt {
    keys: CounterKeys,
    windows: AttemptWindows,
}

/// Where the two counters of an attempt are found.
#[derive(Clone, Debug)]
struct CounterKeys {
    email: String,
    /// The address, or the block of IPv6 addresses that one caller has.
    network: String,
}

/// No e-mail: the counter of the address.
const ANY_EMAIL: &str = "";

impl CounterKeys {
    fn new(email: &str, ip: IpAddr) -> Self {
        Self { email: folded(email), network: IpNetwork::of_caller(ip).to_string() }
    }

    /// Holds both counters until the transaction ends. One lock does: addresses share no counter.
    fn lock(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        ("sign-in", &self.network).hash(&mut hasher);
        tx.conn.wait_lock(hasher.finish().cast_signed())
    }

    fn load(&self, conn: &mut DbConnection) -> Result<AttemptCounters, Error> {
        let email = load_counter(conn, &self.email, &self.network)?;
        Ok(AttemptCounters { email, address: load_counter(conn, ANY_EMAIL, &self.network)? })
    }

    fn store(&self, conn: &mut DbConnection, counters: &AttemptCounters) -> Result<(), Error> {
        store_counter(conn, &self.email, &self.network, counters.email)?;
        store_counter(conn, ANY_EMAIL, &self.network, counters.address)
    }
}

fn load_counter(conn: &mut DbConnection, email_key: &str, ip: &str) -> Result<Option<AttemptCounter>, Error> {
    let columns = (counters::failed, counters::pending, counters::window_start, counters::blocked_until);
    let row: Option<(i64, i64, Timestamp, Option<Timestamp>)> =
        counters::table.find((email_key, ip)).select(columns).first(conn).optional()?;
    Ok(row.map(|(failed, pending, window_start, blocked_until)| AttemptCounter {
        failed,
        pending,
        window_start,
        blocked_until,
    }))
}

fn store_counter(
    conn: &mut DbConnection,
    email_key: &str,
    ip: &str,
    counter: Option<AttemptCounter>,
) -> Result<(), Error> {
    diesel::delete(counters::table.find((email_key, ip))).execute(conn)?;
    let Some(counter) = counter else { return Ok(()) };
    let values = (
        counters::email_key.eq(email_key),
        counters::ip.eq(ip),
        counters::failed.eq(counter.failed),
        counters::pending.eq(counter.pending),
        counters::window_start.eq(counter.window_start.naive()),
        counters::blocked_until.eq(counter.blocked_until.map(Timestamp::naive)),
    );
    diesel::insert_into(counters::table).values(values).execute(conn)?;
    Ok(())
}

/// Takes a place for the check of a password under the limits, so that many at once gain nothing.
///
/// # Errors
/// Those of the database.
pub fn admit(tx: &mut Tx<'_>, policy: &LockoutPolicy, email: &str, ip: IpAddr) -> Result<Attempt, Error> {
    let keys = CounterKeys::new(email, ip);
    keys.lock(tx)?;
    match policy.admit(keys.load(tx.conn)?, tx.now) {
        Admission::Refused(until) => {
            record(tx, None, email, ip, Outcome::Blocked)?;
            Ok(Attempt::Blocked(until))
        }
        Admission::Admitted(counters, windows) => {
            keys.store(tx.conn, &counters)?;
            let credentials = credentials(tx.conn, &keys.email)?;
            Ok(Attempt::Admitted(AdmittedAttempt { keys, windows }, credentials))
        }
    }
}

/// Counts how an admitted attempt ended.
///
/// # Errors
/// Those of the database.
pub fn settle(
    tx: &mut Tx<'_>,
    policy: &LockoutPolicy,
    attempt: &AdmittedAttempt,
    outcome: AttemptOutcome,
) -> Result<(), Error> {
    let AdmittedAttempt { keys, windows } = attempt;
    keys.lock(tx)?;
    let counters = policy.settle(keys.load(tx.conn)?, *windows, outcome, tx.now);
    keys.store(tx.conn, &counters)
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

/// Forgets the failures of an e-mail from an address, once its user is signed in.
///
/// # Errors
/// Those of the database.
pub fn clear(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<(), Error> {
    diesel::delete(counters::table.find((folded(email), IpNetwork::of_caller(ip).to_string()))).execute(tx.conn)?;
    Ok(())
}

/// Keeps how an attempt ended.
///
/// # Errors
/// Those of the database.
pub fn record(tx: &mut Tx<'_>, user: Option<UserId>, email: &str, ip: IpAddr, outcome: Outcome) -> Result<(), Error> {
    let values = (
        attempts::user_id.eq(user),
        attempts::email.eq(email),
        attempts::ip.eq(ip.to_string()),
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
