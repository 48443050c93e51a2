//! What counts attempts against guessing: for each name from an address, and for the address whatever the names.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::identity::{
    AttemptCounter, AttemptCounters, AttemptDecision, AttemptOutcome, AttemptWindows, IpNetwork, LockoutPolicy,
};
use domain::value::{List, Timestamp};

use crate::schema::sign_in_counters as table;
use crate::{DbConnection, Error, Tx, json};

/// What is counted; kinds share no counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CounterKind {
    /// Sign-in of users, by e-mail address.
    User,
    /// Sign-in of users with a provider.
    UserByProvider,
    /// Sign-in of clients, by e-mail address.
    Client,
    /// Codes of clients, by client.
    ClientCode,
    /// Codes to set a forgotten password anew that are asked for, by e-mail address.
    ClientRecovery,
    /// Forms of sign-ups, by e-mail address.
    ClientRegistration,
    /// Passwords that are made for trading accounts, by client.
    AccountPassword,
}

impl CounterKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::UserByProvider => "user_by_provider",
            Self::Client => "client",
            Self::ClientCode => "client_code",
            Self::ClientRecovery => "client_recovery",
            Self::ClientRegistration => "client_registration",
            Self::AccountPassword => "account_password",
        }
    }
}

/// An attempt that is counted as pending until [`settle`] says how it ended.
#[derive(Clone, Debug)]
pub struct PendingAttempt {
    keys: CounterKeys,
    windows: AttemptWindows,
}

/// Where the counters of an attempt are found.
#[derive(Clone, Debug)]
struct CounterKeys {
    kind: CounterKind,
    name: String,
    /// The address, or the block of IPv6 addresses that one caller has.
    network: String,
}

/// No name: the counter of the address.
const ANY_NAME: &str = "";
/// No address: the counter of the name from everywhere.
const ANYWHERE: &str = "";

impl CounterKeys {
    fn new(kind: CounterKind, name: &str, ip: IpAddr) -> Self {
        Self { kind, name: name.to_owned(), network: IpNetwork::of_caller(ip).to_string() }
    }

    /// Holds the counters until the transaction ends. Addresses share no counter, so one lock does, and another where a
    /// name is counted from everywhere; that one is always taken first.
    fn lock(&self, tx: &mut Tx<'_>, policy: &LockoutPolicy) -> Result<(), Error> {
        let number = |of: &str, key: &str| {
            let mut hasher = DefaultHasher::new();
            (of, self.kind, key).hash(&mut hasher);
            hasher.finish().cast_signed()
        };
        if policy.from_anywhere.is_some() {
            tx.conn.wait_lock(number("attempt of", &self.name))?;
        }
        tx.conn.wait_lock(number("attempt", &self.network))
    }

    fn load(&self, conn: &mut DbConnection, policy: &LockoutPolicy) -> Result<AttemptCounters, Error> {
        let anywhere = match policy.from_anywhere {
            Some(_) => self.counter(conn, &self.name, ANYWHERE)?,
            None => None,
        };
        let email = self.counter(conn, &self.name, &self.network)?;
        Ok(AttemptCounters { email, address: self.counter(conn, ANY_NAME, &self.network)?, anywhere })
    }

    fn counter(&self, conn: &mut DbConnection, name: &str, network: &str) -> Result<Option<AttemptCounter>, Error> {
        type Row = (i64, List<Timestamp>, i64, Timestamp, Option<Timestamp>);
        let columns = (table::failed, table::failures, table::pending, table::window_start, table::blocked_until);
        let found = table::table.find((self.kind.as_str(), name, network)).select(columns);
        let row: Option<Row> = found.first(conn).optional()?;
        Ok(row.map(|(failed, failures, pending, window_start, blocked_until)| AttemptCounter {
            failed,
            failures,
            pending,
            window_start,
            blocked_until,
        }))
    }

    fn store(&self, conn: &mut DbConnection, counters: &AttemptCounters) -> Result<(), Error> {
        self.store_one(conn, (&self.name, &self.network), counters.email.as_ref())?;
        self.store_one(conn, (ANY_NAME, &self.network), counters.address.as_ref())?;
        match &counters.anywhere {
            Some(anywhere) => self.store_one(conn, (&self.name, ANYWHERE), Some(anywhere)),
            None => Ok(()),
        }
    }

    fn store_one(
        &self,
        conn: &mut DbConnection,
        (name, network): (&str, &str),
        counter: Option<&AttemptCounter>,
    ) -> Result<(), Error> {
        diesel::delete(table::table.find((self.kind.as_str(), name, network))).execute(conn)?;
        let Some(counter) = counter else { return Ok(()) };
        let values = Values {
            kind: self.kind.as_str(),
            name_key: name,
            ip: network,
            failed: counter.failed,
            failures: json(&counter.failures)?,
            pending: counter.pending,
            window_start: counter.window_start.naive(),
            blocked_until: counter.blocked_until.map(Timestamp::naive),
        };
        diesel::insert_into(table::table).values(values).execute(conn)?;
        Ok(())
    }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    kind: &'a str,
    name_key: &'a str,
    ip: &'a str,
    failed: i64,
    failures: String,
    pending: i64,
    window_start: NaiveDateTime,
    blocked_until: Option<NaiveDateTime>,
}

/// Begins an attempt, which is counted before anything is checked, so that many at once gain nothing. Answers until when
/// attempts are refused, where they are.
pub fn begin(
    tx: &mut Tx<'_>,
    kind: CounterKind,
    name: &str,
    ip: IpAddr,
    policy: &LockoutPolicy,
) -> Result<Result<PendingAttempt, Timestamp>, Error> {
    let keys = CounterKeys::new(kind, name, ip);
    keys.lock(tx, policy)?;
    match policy.begin(keys.load(tx.conn, policy)?, tx.now) {
        AttemptDecision::Blocked(until) => Ok(Err(until)),
        AttemptDecision::Allowed(counters, windows) => {
            keys.store(tx.conn, &counters)?;
            Ok(Ok(PendingAttempt { keys, windows }))
        }
    }
}

/// Until when attempts are refused, where they are. Nobody else can count one until the transaction ends.
pub fn refused_until(
    tx: &mut Tx<'_>,
    kind: CounterKind,
    name: &str,
    ip: IpAddr,
    policy: &LockoutPolicy,
) -> Result<Option<Timestamp>, Error> {
    let keys = CounterKeys::new(kind, name, ip);
    keys.lock(tx, policy)?;
    match policy.begin(keys.load(tx.conn, policy)?, tx.now) {
        AttemptDecision::Blocked(until) => Ok(Some(until)),
        AttemptDecision::Allowed(_, _) => Ok(None),
    }
}

/// Counts how an attempt ended; answers until when the name is refused from there, where it is now.
pub fn settle(
    tx: &mut Tx<'_>,
    attempt: &PendingAttempt,
    outcome: AttemptOutcome,
    policy: &LockoutPolicy,
) -> Result<Option<Timestamp>, Error> {
    let PendingAttempt { keys, windows } = attempt;
    keys.lock(tx, policy)?;
    let counters = policy.settle(keys.load(tx.conn, policy)?, *windows, outcome, tx.now);
    keys.store(tx.conn, &counters)?;
    Ok(counters.email_blocked_until())
}

/// Forgets the failures of a name from an address.
pub fn clear(tx: &mut Tx<'_>, kind: CounterKind, name: &str, ip: IpAddr) -> Result<(), Error> {
    let network = IpNetwork::of_caller(ip).to_string();
    diesel::delete(table::table.find((kind.as_str(), name, network))).execute(tx.conn)?;
    Ok(())
}

/// Forgets the failures of a name from everywhere.
pub(crate) fn forget(tx: &mut Tx<'_>, kind: CounterKind, name: &str) -> Result<(), Error> {
    let of_name = table::table.filter(table::kind.eq(kind.as_str())).filter(table::name_key.eq(name));
    diesel::delete(of_name).execute(tx.conn)?;
    Ok(())
}

/// Forgets the failures of an address, whatever the names.
pub fn clear_address(tx: &mut Tx<'_>, kind: CounterKind, ip: IpAddr) -> Result<(), Error> {
    clear(tx, kind, ANY_NAME, ip)
}

/// How long a counter is stored once its window has begun; one that blocks is stored until the block ends.
const LIFETIME: TimeDelta = TimeDelta::days(1);

/// Forgets counters that no longer matter.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let (now, oldest) = (tx.now.naive(), tx.now.plus(-LIFETIME).naive());
    let is_free = table::blocked_until.is_null().or(table::blocked_until.le(now));
    Ok(diesel::delete(table::table.filter(table::window_start.lt(oldest)).filter(is_free)).execute(tx.conn)?)
}
