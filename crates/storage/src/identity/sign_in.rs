//! Attempts to sign in: counted against guessing, and recorded.

use std::net::IpAddr;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::identity::{
    AttemptCounter, AttemptCounters, AttemptDecision, AttemptOutcome, AttemptWindows, IpNetwork, SecondFactor, UserId,
};
use domain::value::{List, Timestamp, folded};

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::platform::settings;
use crate::schema::sign_in_counters as counters;
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

/// An attempt that is counted as pending until [`settle`] says how it ended.
#[derive(Clone, Debug)]
pub struct PendingAttempt {
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

#[derive(Insertable)]
#[diesel(table_name = counters, treat_none_as_default_value = false)]
struct CounterValues<'a> {
    email_key: &'a str,
    ip: &'a str,
    failed: i64,
    pending: i64,
    window_start: NaiveDateTime,
    blocked_until: Option<NaiveDateTime>,
}

fn store_counter(
    conn: &mut DbConnection,
    email_key: &str,
    ip: &str,
    counter: Option<AttemptCounter>,
) -> Result<(), Error> {
    diesel::delete(counters::table.find((email_key, ip))).execute(conn)?;
    let Some(AttemptCounter { failed, pending, window_start, blocked_until }) = counter else { return Ok(()) };
    let (window_start, blocked_until) = (window_start.naive(), blocked_until.map(Timestamp::naive));
    let values = CounterValues { email_key, ip, failed, pending, window_start, blocked_until };
    diesel::insert_into(counters::table).values(values).execute(conn)?;
    Ok(())
}

/// Begins an attempt to sign in, which is counted before the password is checked, so that many at once gain nothing.
pub fn begin(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<Attempt, Error> {
    let keys = CounterKeys::new(email, ip);
    keys.lock(tx)?;
    let policy = settings::get(tx.conn)?.data.lockout();
    match policy.begin(keys.load(tx.conn)?, tx.now) {
        AttemptDecision::Blocked(until) => {
            record(tx, None, email, ip, SignInOutcome::Blocked)?;
            Ok(Attempt::Blocked(until))
        }
        AttemptDecision::Allowed(counters, windows) => {
            keys.store(tx.conn, &counters)?;
            let credentials = credentials(tx.conn, &keys.email)?;
            Ok(Attempt::Allowed(PendingAttempt { keys, windows }, credentials))
        }
    }
}

/// Counts how an attempt ended.
pub fn settle(tx: &mut Tx<'_>, attempt: &PendingAttempt, outcome: AttemptOutcome) -> Result<(), Error> {
    let PendingAttempt { keys, windows } = attempt;
    keys.lock(tx)?;
    let policy = settings::get(tx.conn)?.data.lockout();
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
pub fn clear(tx: &mut Tx<'_>, email: &str, ip: IpAddr) -> Result<(), Error> {
    diesel::delete(counters::table.find((folded(email), IpNetwork::of_caller(ip).to_string()))).execute(tx.conn)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false)]
struct AttemptValues<'a> {
    user_id: Option<UserId>,
    email: &'a str,
    ip: String,
    outcome: &'static str,
    create_time: NaiveDateTime,
}

/// Records how an attempt ended.
pub fn record(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    email: &str,
    ip: IpAddr,
    outcome: SignInOutcome,
) -> Result<(), Error> {
    let (ip, create_time) = (ip.to_string(), tx.now.naive());
    let values = AttemptValues { user_id: user, email, ip, outcome: outcome.as_str(), create_time };
    diesel::insert_into(attempts::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The outcomes of the attempts with an e-mail, oldest first.
pub fn outcomes(conn: &mut DbConnection, email: &str) -> Result<Vec<String>, Error> {
    Ok(attempts::table.filter(attempts::email.eq(email)).order(attempts::id).select(attempts::outcome).load(conn)?)
}

/// How long a counter is stored once its window has begun; one that blocks is stored until the block ends.
const COUNTER_LIFETIME: TimeDelta = TimeDelta::days(1);

/// Forgets counters that no longer matter.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let (now, oldest) = (tx.now.naive(), tx.now.plus(-COUNTER_LIFETIME).naive());
    let is_free = counters::blocked_until.is_null().or(counters::blocked_until.le(now));
    let old = counters::table.filter(counters::window_start.lt(oldest)).filter(is_free);
    Ok(diesel::delete(old).execute(tx.conn)?)
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
