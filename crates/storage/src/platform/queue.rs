//! The queue of jobs: what servers do by themselves, whatever its kind.
//!
//! A job is written in the transaction that asks for it. A worker of any server takes it for the time of a lease, and
//! settles it in the transaction that records the result. If the worker dies, the lease ends and the job is taken again;
//! that is why it goes out under a key that the other side may see twice.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::platform::{Fate, JobId, RetryPolicy};
use domain::value::Timestamp;
use logging::LogContext;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::jobs as table;
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Tx};

/// A kind of job. Its value names the record that says what is to be done. Operators see it, so it holds no secret.
pub trait Job: Serialize + DeserializeOwned {
    /// The name of the kind.
    const KIND: &'static str;
    /// When it is tried again, and when it is given up.
    const RETRY: RetryPolicy;
}

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub struct Claimed<J> {
    /// The job.
    pub job: J,
    /// What it is called in the log: its kind and its payload.
    pub name: String,
    /// The id of the call that asked for it, where there was one.
    pub request_id: Option<String>,
    /// The worker's hold on it.
    pub lease: Lease,
}

/// A worker's hold on a job. It ends with its time, or when another worker has taken the job since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    id: JobId,
    attempts: i64,
}

impl Lease {
    /// How many attempts were begun, this one counted.
    #[must_use]
    pub fn attempts(&self) -> i64 {
        self.attempts
    }
}

fn payload_of<J: Job>(job: &J) -> Result<String, Error> {
    Ok(serde_json::to_string(job)?)
}

/// Asks for a job. The same job twice is one: one that waits or runs stays as it is, a dead one is revived.
pub fn put<J: Job>(tx: &mut Tx<'_>, job: &J) -> Result<(), Error> {
    insert(tx, job, None)
}

/// Asks for a job in a lane: of the jobs of a kind in one lane one is done at a time, in the order in which they were
/// asked for, as far as they are due.
pub fn put_in_lane<J: Job>(tx: &mut Tx<'_>, job: &J, lane: &str) -> Result<(), Error> {
    insert(tx, job, Some(lane))
}

fn insert<J: Job>(tx: &mut Tx<'_>, job: &J, lane: Option<&str>) -> Result<(), Error> {
    let (payload, now) = (payload_of(job)?, tx.now.naive());
    let context = LogContext::current();
    let values = (
        table::kind.eq(J::KIND),
        table::payload.eq(&payload),
        table::lane.eq(lane),
        table::attempts.eq(0),
        table::due_at.eq(Some(now)),
        table::request_id.eq(context.request_id()),
        table::create_time.eq(now),
    );
    let insert = diesel::insert_into(table::table).values(values).on_conflict_do_nothing();
    if on_each!(&mut *tx.conn, conn => insert.execute(conn))? == 0 {
        let same = table::table.filter(table::kind.eq(J::KIND)).filter(table::payload.eq(&payload));
        let values = (Revived::at(now), table::request_id.eq(context.request_id()));
        diesel::update(same.filter(table::died_at.is_not_null())).set(values).execute(tx.conn)?;
    }
    Ok(())
}

/// What makes a dead letter wait again, as new.
#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Revived {
    attempts: i64,
    due_at: Option<NaiveDateTime>,
    died_at: Option<NaiveDateTime>,
}

impl Revived {
    fn at(now: NaiveDateTime) -> Self {
        Self { attempts: 0, due_at: Some(now), died_at: None }
    }
}

/// Makes a job that waits due now. It keeps the attempts that it has had.
pub fn hasten<J: Job>(tx: &mut Tx<'_>, job: &J) -> Result<(), Error> {
    let payload = payload_of(job)?;
    let waiting = table::table
        .filter(table::kind.eq(J::KIND))
        .filter(table::payload.eq(payload))
        .filter(table::lease_until.is_null());
    diesel::update(waiting).set(table::due_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// Cancels a job, if it is not done yet. A worker that has it can no longer settle it.
pub fn cancel<J: Job>(tx: &mut Tx<'_>, job: &J) -> Result<(), Error> {
    let payload = payload_of(job)?;
    let same = table::table.filter(table::kind.eq(J::KIND)).filter(table::payload.eq(payload));
    diesel::delete(same).execute(tx.conn)?;
    Ok(())
}

/// Forgets the oldest dead letters of a kind that were given up so long ago; answers how many.
pub(crate) fn forget_dead<J: Job>(tx: &mut Tx<'_>, kept: TimeDelta) -> Result<usize, Error> {
    let oldest = tx.now.plus(-kept).naive();
    let old = table::table.filter(table::kind.eq(J::KIND)).filter(table::died_at.lt(oldest));
    let ids: Vec<JobId> =
        old.order((table::died_at, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let rows = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}

/// Whether a job of this kind may be due. A read, so that looking costs no write.
pub fn is_due<J: Job>(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    let now = now.naive();
    let due = table::table
        .filter(table::kind.eq(J::KIND))
        .filter(table::due_at.le(now))
        .filter(table::lease_until.is_null().or(table::lease_until.le(now)));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// Takes the job of this kind that has been due for longest. One whose payload cannot be read becomes a dead letter.
pub fn claim<J: Job>(tx: &mut Tx<'_>) -> Result<Option<Claimed<J>>, Error> {
    while let Some(row) = take(tx, J::KIND, J::RETRY.lease)? {
        let lease = Lease { id: row.id, attempts: row.attempts };
        let name = format!("{} {}", J::KIND, row.payload);
        match serde_json::from_str(&row.payload) {
            Ok(job) => return Ok(Some(Claimed { job, name, request_id: row.request_id, lease })),
            Err(error) => {
                log::error!("{name}: its payload cannot be read: {error}");
                settle(tx, &lease, &Fate::Dead(format!("its payload cannot be read: {error}")))?;
            }
        }
    }
    Ok(None)
}

#[derive(Queryable)]
struct Due {
    id: JobId,
    payload: String,
    lane: Option<String>,
    attempts: i64,
    request_id: Option<String>,
}

/// Takes the first job that is due, whose lane is free and that no other worker is about to take.
fn take(tx: &mut Tx<'_>, kind: &'static str, lease: chrono::TimeDelta) -> Result<Option<Due>, Error> {
    let Some(mut due) = first_due(tx.conn, kind, tx.now.naive())? else { return Ok(None) };
    if let Some(lane) = &due.lane
        && !hold_lane(tx, kind, lane)?
    {
        return Ok(None);
    }
    due.attempts += 1;
    let values = (table::attempts.eq(due.attempts), table::lease_until.eq(Some(tx.now.plus(lease).naive())));
    diesel::update(table::table.find(due.id)).set(values).execute(tx.conn)?;
    Ok(Some(due))
}

fn first_due(conn: &mut DbConnection, kind: &'static str, now: NaiveDateTime) -> Result<Option<Due>, Error> {
    let others = diesel::alias!(crate::schema::jobs as others);
    // One that runs, or was asked for earlier and is due: servers whose clocks differ by a moment keep the order, too.
    let is_earlier = others.field(table::id).lt(table::id).and(others.field(table::due_at).le(now));
    let in_lane =
        || others.filter(others.field(table::kind).eq(kind)).filter(others.field(table::lane).eq(table::lane));
    let running = in_lane().filter(others.field(table::lease_until).gt(now));
    let earlier = in_lane().filter(is_earlier);
    let is_free = diesel::dsl::not(diesel::dsl::exists(running)).and(diesel::dsl::not(diesel::dsl::exists(earlier)));
    let due = table::table
        .filter(table::kind.eq(kind))
        .filter(table::due_at.le(now))
        .filter(table::lease_until.is_null().or(table::lease_until.le(now)))
        .filter(table::lane.is_null().or(is_free))
        .order((table::due_at, table::id))
        .select((table::id, table::payload, table::lane, table::attempts, table::request_id));
    let first = match conn {
        DbConnection::Sqlite(conn) => due.first(conn),
        DbConnection::Postgres(conn) => due.for_update().skip_locked().first(conn),
    };
    Ok(first.optional()?)
}

/// Reserves a lane until the transaction ends; answers whether it was free. On PostgreSQL a worker does not see what
/// another one is about to take.
fn hold_lane(tx: &mut Tx<'_>, kind: &'static str, lane: &str) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Held {
        #[diesel(sql_type = Bool)]
        is_held: bool,
    }
    let DbConnection::Postgres(conn) = &mut *tx.conn else { return Ok(true) };
    let number = "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) AS is_held";
    let held: Held = diesel::sql_query(number).bind::<Text, _>(kind).bind::<Text, _>(lane).get_result(conn)?;
    if !held.is_held {
        return Ok(false);
    }
    let running = table::table
        .filter(table::kind.eq(kind))
        .filter(table::lane.eq(lane))
        .filter(table::lease_until.gt(tx.now.naive()));
    let is_busy: bool = diesel::select(diesel::dsl::exists(running)).get_result(conn)?;
    Ok(!is_busy)
}

/// Records what becomes of a job; answers whether it was still this worker's. If it was not, nothing may follow from the
/// attempt: the job was cancelled, or another worker has it. A job that is done is done whoever has it.
pub fn settle(tx: &mut Tx<'_>, lease: &Lease, fate: &Fate) -> Result<bool, Error> {
    let job = table::table.find(lease.id);
    let own = job.filter(table::attempts.eq(lease.attempts)).filter(table::died_at.is_null());
    let changed = match fate {
        Fate::Done | Fate::Refused(_) => diesel::delete(job).execute(tx.conn)?,
        Fate::Again { at, reason } => {
            let values = (
                table::due_at.eq(Some(at.naive())),
                table::lease_until.eq(None::<NaiveDateTime>),
                table::last_error.eq(Some(reason)),
            );
            diesel::update(own).set(values).execute(tx.conn)?
        }
        Fate::Dead(reason) => {
            let values = (
                table::due_at.eq(None::<NaiveDateTime>),
                table::lease_until.eq(None::<NaiveDateTime>),
                table::died_at.eq(Some(tx.now.naive())),
                table::last_error.eq(Some(reason)),
            );
            diesel::update(own).set(values).execute(tx.conn)?
        }
    };
    Ok(changed > 0)
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is tried at this time.
    Waiting(Timestamp),
    /// A worker has it, until this time at most.
    Running(Timestamp),
    /// It was given up at this time, and waits for an operator.
    Dead(Timestamp),
}

/// A job as operators see it.
#[derive(Clone, Debug)]
pub struct ListedJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// The record that it is about, as JSON.
    pub payload: String,
    /// Its state.
    pub state: State,
    /// How many attempts were begun.
    pub attempts: i64,
    /// Why the last one failed.
    pub last_error: Option<String>,
    /// The id of the call that asked for it.
    pub request_id: Option<String>,
    /// When it was asked for.
    pub create_time: Timestamp,
}

/// Which jobs are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<String>,
    /// Dead letters alone.
    pub dead_only: bool,
}

/// The jobs that are not done, the oldest first, at most so many.
pub fn list(conn: &mut DbConnection, filter: &Filter, now: Timestamp, limit: i64) -> Result<Vec<ListedJob>, Error> {
    type Row = (
        (JobId, String, String, i64),
        (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>),
        (Option<String>, Option<String>, Timestamp),
    );
    let mut query = table::table.into_boxed();
    if let Some(kind) = &filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if filter.dead_only {
        query = query.filter(table::died_at.is_not_null());
    }
    let columns = (
        (table::id, table::kind, table::payload, table::attempts),
        (table::due_at, table::lease_until, table::died_at),
        (table::last_error, table::request_id, table::create_time),
    );
    let rows: Vec<Row> = query.order(table::id).limit(limit).select(columns).load(conn)?;
    let listed = rows.into_iter().map(|(job, times, (last_error, request_id, create_time))| {
        let (id, kind, payload, attempts) = job;
        let state = match times {
            (_, Some(until), _) if until > now => State::Running(until),
            (Some(due_at), _, _) => State::Waiting(due_at),
            (None, _, Some(since)) => State::Dead(since),
            (None, _, None) => return Err(Error::Broken(format!("job {id} neither waits nor is dead"))),
        };
        Ok(ListedJob { id, kind, payload, state, attempts, last_error, request_id, create_time })
    });
    listed.collect()
}

/// How many jobs of a kind in one state are counted at most.
pub const MOST_COUNTED: i64 = 10_000;

/// What is left to do of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many jobs are not done: they wait, run, or are to be tried again. Not more than [`MOST_COUNTED`].
    pub waiting: i64,
    /// How many are dead letters. Not more than [`MOST_COUNTED`].
    pub dead: i64,
    /// Since when the first of those that no worker has is due; none where none is.
    pub due_since: Option<Timestamp>,
}

/// Counts what is left to do of a kind ($1), at most so much of it ($2), at a time ($3). Both databases number the
/// parameters by their first places.
pub const COUNT_BACKLOG: &str = "SELECT \
    (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = $1 AND due_at IS NOT NULL LIMIT $2) AS counted) AS waiting, \
    (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = $1 AND died_at IS NOT NULL LIMIT $2) AS counted) AS dead, \
    (SELECT due_at FROM jobs WHERE kind = $1 AND due_at <= $3 AND (lease_until IS NULL OR lease_until <= $3) \
        ORDER BY due_at, id LIMIT 1) AS due_since";

/// What is left to do of a kind. It reads indexes, and as much of them as is counted.
pub fn backlog(conn: &mut DbConnection, kind: &str, now: Timestamp) -> Result<Backlog, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        waiting: i64,
        #[diesel(sql_type = BigInt)]
        dead: i64,
        #[diesel(sql_type = Nullable<diesel::sql_types::Timestamp>)]
        due_since: Option<NaiveDateTime>,
    }
    let row: Row = on_each!(conn, conn => {
        let query = diesel::sql_query(COUNT_BACKLOG).bind::<Text, _>(kind).bind::<BigInt, _>(MOST_COUNTED);
        query.bind::<diesel::sql_types::Timestamp, _>(now.naive()).get_result(conn)
    })?;
    Ok(Backlog { waiting: row.waiting, dead: row.dead, due_since: row.due_since.map(Timestamp::from) })
}

/// Revives a dead letter, with all its attempts.
///
/// # Errors
/// [`Error::NotFound`] where no dead letter has this id.
pub fn retry(tx: &mut Tx<'_>, id: JobId) -> Result<(), Error> {
    let dead = table::table.find(id).filter(table::died_at.is_not_null());
    let revived = diesel::update(dead).set(Revived::at(tx.now.naive())).execute(tx.conn)?;
    if revived == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Holds all jobs that wait, as dead letters with this reason; answers how many.
pub(crate) fn hold_all(tx: &mut Tx<'_>, reason: &str) -> Result<usize, Error> {
    let values = (
        table::due_at.eq(None::<NaiveDateTime>),
        table::lease_until.eq(None::<NaiveDateTime>),
        table::died_at.eq(Some(tx.now.naive())),
        table::last_error.eq(Some(reason)),
    );
    Ok(diesel::update(table::table.filter(table::died_at.is_null())).set(values).execute(tx.conn)?)
}
