//! Mail that waits to be sent. It is written in the transaction that it tells of, and sent from
//! here by a worker of any server: each mail is taken by one, and taken again if that one dies.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::value::Timestamp;

use crate::retry::pause;
use crate::schema::mail_outbox as table;
use crate::{DbConnection, Error, Tx};

/// How long a mail belongs to the worker that took it.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(2);
/// How often a mail is tried; with the pauses between, for about a day.
const MAX_ATTEMPTS: i64 = 12;
/// How long it is waited after the first try, and at most.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(3);

/// A mail that was taken to be sent.
#[derive(Clone, Debug, Queryable)]
pub struct Mail {
    /// Its id.
    pub id: i64,
    /// Whom it is to.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text, sealed, since it may hold a code.
    pub body: Option<Vec<u8>>,
    /// How often it was tried, this time counted.
    pub attempts: i64,
}

/// Puts a mail in the outbox.
///
/// # Errors
/// Those of the database.
pub fn put(tx: &mut Tx<'_>, recipient: &str, subject: &str, sealed_body: &[u8]) -> Result<(), Error> {
    let values = (
        table::recipient.eq(recipient),
        table::subject.eq(subject),
        table::body.eq(Some(sealed_body)),
        table::attempts.eq(0),
        table::next_attempt_at.eq(Some(tx.now.naive())),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Whether a mail is due.
///
/// # Errors
/// Those of the database.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    let due = table::table.filter(table::next_attempt_at.le(now.naive()));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// Takes a mail that is due; nobody else takes it for a while.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>) -> Result<Option<Mail>, Error> {
    let due = table::table.filter(table::next_attempt_at.le(tx.now.naive()));
    let first: Option<(i64, Option<Timestamp>)> =
        due.order(table::next_attempt_at).select((table::id, table::next_attempt_at)).first(tx.conn).optional()?;
    let Some((id, Some(seen))) = first else { return Ok(None) };
    // Another worker may have taken it since it was read: only one changes this very value.
    let taken = diesel::update(table::table.find(id).filter(table::next_attempt_at.eq(Some(seen.naive()))))
        .set((table::attempts.eq(table::attempts + 1), table::next_attempt_at.eq(Some(tx.now.plus(TAKEN_FOR).naive()))))
        .execute(tx.conn)?;
    if taken == 0 {
        return Ok(None);
    }
    let columns = (table::id, table::recipient, table::subject, table::body, table::attempts);
    Ok(table::table.find(id).select(columns).first(tx.conn).optional()?)
}

/// Notes that a mail was sent, and wipes its text.
///
/// # Errors
/// Those of the database.
pub fn sent(tx: &mut Tx<'_>, id: i64) -> Result<(), Error> {
    let values = (
        table::sent_at.eq(Some(tx.now.naive())),
        table::next_attempt_at.eq(None::<chrono::NaiveDateTime>),
        table::body.eq(None::<Vec<u8>>),
    );
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(())
}

/// Notes that a mail could not be sent, and when it is tried again: after 1, 2, 4 … minutes, at
/// most 3 hours; after the last try it has failed.
///
/// # Errors
/// Those of the database.
pub fn failed(tx: &mut Tx<'_>, mail: &Mail, reason: &str) -> Result<(), Error> {
    let is_last = mail.attempts >= MAX_ATTEMPTS;
    let next = (!is_last).then(|| tx.now.plus(pause(mail.attempts, FIRST_PAUSE, LONGEST_PAUSE)).naive());
    let values = (
        table::next_attempt_at.eq(next),
        table::failed_at.eq(is_last.then(|| tx.now.naive())),
        table::last_error.eq(Some(reason)),
    );
    diesel::update(table::table.find(mail.id)).set(values).execute(tx.conn)?;
    Ok(())
}
