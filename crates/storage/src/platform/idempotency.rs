//! Answers that are kept so that a call can be repeated without being carried out again.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::idempotency_keys as table;
use crate::{Error, Tx};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// Whose key it is, and for what.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose call it is, as a text that tells one caller from all others.
    pub caller: String,
    /// The operation that is called.
    pub operation: &'static str,
    /// The key itself.
    pub key: String,
    /// What tells one call from another: a hash of path and body.
    pub fingerprint: Vec<u8>,
}

/// An answer that is kept.
#[derive(Clone, Debug, Queryable)]
pub struct Kept {
    /// What told this call from others.
    pub fingerprint: Vec<u8>,
    /// The status of the answer.
    pub status: i64,
    /// Where the record that was made is found.
    pub location: Option<String>,
    /// The body, sealed, since it may hold tokens.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub enum Known {
    /// Nothing: the call is to be carried out.
    Fresh,
    /// The answer to the first call.
    Answered(Kept),
    /// The first call is still under way.
    Running,
}

impl Key {
    fn lock(&self) -> i64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        ("idempotency", &self.caller, self.operation, &self.key).hash(&mut hasher);
        hasher.finish().cast_signed()
    }
}

/// Looks a key up, and holds it until the transaction ends.
///
/// # Errors
/// Those of the database.
pub fn begin(tx: &mut Tx<'_>, key: &Key) -> Result<Known, Error> {
    if !tx.conn.try_lock(key.lock())? {
        return Ok(Known::Running);
    }
    let row = table::table.find((&key.caller, key.operation, &key.key));
    let oldest = tx.now.plus(-KEPT).naive();
    let kept = row
        .filter(table::create_time.gt(oldest))
        .select((table::fingerprint, table::status, table::location, table::body))
        .first(tx.conn)
        .optional()?;
    Ok(kept.map_or(Known::Fresh, Known::Answered))
}

/// Keeps the answer to a call.
///
/// # Errors
/// Those of the database.
pub fn keep(tx: &mut Tx<'_>, key: &Key, status: u16, location: Option<&str>, sealed_body: &[u8]) -> Result<(), Error> {
    forget(tx, key)?;
    let values = (
        table::caller.eq(&key.caller),
        table::operation.eq(key.operation),
        table::key.eq(&key.key),
        table::fingerprint.eq(&key.fingerprint),
        table::status.eq(i64::from(status)),
        table::location.eq(location),
        table::body.eq(sealed_body),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Forgets the answer to a call, which may be carried out again then.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut Tx<'_>, key: &Key) -> Result<(), Error> {
    let row = table::table.find((&key.caller, key.operation, &key.key));
    diesel::delete(row).execute(tx.conn)?;
    Ok(())
}

/// Forgets answers that are old enough.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let oldest = tx.now.plus(-KEPT).naive();
    Ok(diesel::delete(table::table.filter(table::create_time.le(oldest))).execute(tx.conn)?)
}
