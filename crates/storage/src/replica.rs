//! Reads by a replica of PostgreSQL, which is behind the server that takes the writes (`docs/operating.md`, "Read replicas").
//!
//! A call that may be answered so asks the server for a [`Position`] first. The replica answers it only if it has the
//! caller's own writes and is not further behind than [`MAX_AGE`]; whatever else stands against it, the server answers.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp as SqlTimestamp};
use domain::identity::UserId;

use crate::connection::DbConnection;
use crate::terms::Position;
use crate::{Error, seen};

/// How far behind a replica may be.
const MAX_AGE: TimeDelta = TimeDelta::seconds(10);
/// How long a replica is left alone that could not be reached.
const OUTAGE: Duration = Duration::from_secs(5);

const POSITION: &str = "SELECT (SELECT version FROM access_version WHERE id = 1) AS access_version, \
     (SELECT max(id) FROM system_logs WHERE actor_id = $1) AS last_write, \
     pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::BIGINT AS log_bytes, \
     clock_timestamp() AT TIME ZONE 'UTC' AS time";

/// Where the server is, for this user. One statement, which tells the access version, too.
///
/// # Errors
/// Those of the database.
pub fn position(conn: &mut DbConnection, user: UserId) -> Result<Position, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<BigInt>)]
        access_version: Option<i64>,
        #[diesel(sql_type = Nullable<BigInt>)]
        last_write: Option<i64>,
        #[diesel(sql_type = BigInt)]
        log_bytes: i64,
        #[diesel(sql_type = SqlTimestamp)]
        time: NaiveDateTime,
    }
    let row: Row = diesel::sql_query(POSITION).bind::<BigInt, _>(user.get()).get_result(postgres(conn)?)?;
    seen::note(row.access_version);
    Ok(Position { log_bytes: row.log_bytes, time: row.time, last_write: row.last_write })
}

const PROGRESS: &str = "SELECT $1 IS NULL OR EXISTS (SELECT FROM system_logs WHERE id = $1) AS has_last_write, \
     pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::BIGINT AS log_bytes, \
     pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC' AS replayed_to";

/// How far a replica has come.
#[derive(Clone, Copy, Debug, QueryableByName)]
struct ReplicaProgress {
    #[diesel(sql_type = Bool)]
    has_last_write: bool,
    /// None where it is no replica.
    #[diesel(sql_type = Nullable<BigInt>)]
    log_bytes: Option<i64>,
    /// When the last transaction that it has was committed, by the server's clock.
    #[diesel(sql_type = Nullable<SqlTimestamp>)]
    replayed_to: Option<NaiveDateTime>,
}

/// How old what a snapshot of a replica shows is; none where it must not answer a call that was at this position. The first
/// statement of the snapshot, so that what it tells is what the snapshot has.
pub(crate) fn age_at(conn: &mut DbConnection, position: &Position) -> Result<Option<TimeDelta>, Error> {
    let query = diesel::sql_query(PROGRESS).bind::<Nullable<BigInt>, _>(position.last_write);
    Ok(age(position, query.get_result(postgres(conn)?)?))
}

fn age(position: &Position, progress: ReplicaProgress) -> Option<TimeDelta> {
    let log_bytes = progress.log_bytes.filter(|_| progress.has_last_write)?;
    let age = if log_bytes >= position.log_bytes {
        TimeDelta::zero()
    } else {
        // Between its last transaction and the server's position there may be none.
        position.time.signed_duration_since(progress.replayed_to?).max(TimeDelta::zero())
    };
    (age <= MAX_AGE).then_some(age)
}

fn postgres(conn: &mut DbConnection) -> Result<&mut PgConnection, Error> {
    match conn {
        DbConnection::Postgres(conn) => Ok(conn),
        DbConnection::Sqlite(_) => Err(Error::Broken("SQLite has no replicas".into())),
    }
}

thread_local! {
    static AGE: Cell<Option<TimeDelta>> = const { Cell::new(None) };
}

/// How old the data is that the work on this thread reads; none where it comes from the server that takes the writes.
#[must_use]
pub fn data_age() -> Option<TimeDelta> {
    AGE.get()
}

/// Notes it for the work that comes next.
pub(crate) fn note_age(age: Option<TimeDelta>) {
    AGE.set(age);
}

/// Until when a replica is left alone, since it could not be reached.
#[derive(Default)]
pub(crate) struct Outage(Mutex<Option<Instant>>);

impl Outage {
    pub fn is_on(&self) -> bool {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Begins one. It is logged once, however many calls find it.
    pub fn begin(&self, reason: &Error) {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_none() {
            log::warn!("the replica does not answer, and reads go to the server: {reason}");
        }
        *until = Some(Instant::now() + OUTAGE);
    }

    /// It has answered.
    pub fn end(&self) {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if until.is_some() {
            log::info!("the replica answers again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap().naive_utc()
    }

    const POSITION: i64 = 5_000;

    fn age_of(has_last_write: bool, log_bytes: Option<i64>, replayed_to: Option<i64>) -> Option<i64> {
        let position = Position { log_bytes: POSITION, time: at(0), last_write: Some(1) };
        let progress = ReplicaProgress { has_last_write, log_bytes, replayed_to: replayed_to.map(at) };
        age(&position, progress).map(|age| age.num_seconds())
    }

    #[test]
    fn a_replica_that_has_all_there_was_is_not_behind_however_long_ago_the_last_write_was() {
        assert_eq!(age_of(true, Some(POSITION), Some(-3_600)), Some(0));
        assert_eq!(age_of(true, Some(POSITION + 1), None), Some(0));
    }

    #[test]
    fn data_is_as_old_as_the_last_transaction_of_a_replica_that_is_behind() {
        assert_eq!(age_of(true, Some(POSITION - 1), Some(-7)), Some(7));
        // A clock that was set back.
        assert_eq!(age_of(true, Some(POSITION - 1), Some(7)), Some(0));
    }

    #[test]
    fn a_replica_does_not_answer_without_the_callers_writes_or_far_behind_or_where_it_is_none() {
        assert_eq!(age_of(false, Some(POSITION), Some(0)), None);
        assert_eq!(age_of(true, Some(POSITION - 1), Some(-11)), None);
        assert_eq!(age_of(true, Some(POSITION - 1), None), None);
        assert_eq!(age_of(true, None, None), None);
    }
}
