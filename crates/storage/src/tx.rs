use domain::value::Timestamp;

use crate::connection::{DbConnection, RowLock};
use crate::error::{Error, Failure};

/// A write under way: the connection within its transaction, and the time that it happens at.
pub struct Tx<'a> {
    /// The connection, within the transaction.
    pub conn: &'a mut DbConnection,
    /// When this happens.
    pub now: Timestamp,
}

impl Tx<'_> {
    /// Holds a row until the transaction ends; call it before what a decision rests on is read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn lock(&mut self, table: &'static str, id: impl Into<i64>) -> Result<(), Error> {
        self.conn.lock_row(table, id.into(), RowLock::Changed)
    }

    /// The same for many rows.
    ///
    /// # Errors
    /// Those of the database.
    pub fn lock_all<I: Copy + Into<i64>>(&mut self, table: &'static str, ids: &[I]) -> Result<(), Error> {
        self.conn.lock_rows(table, &raw(ids), RowLock::Changed)
    }

    /// Keeps rows from being deleted or narrowed until the transaction ends, as a foreign key would, for
    /// records that are named without one. Call it before reading them. Many transactions can hold the
    /// same row like this.
    ///
    /// # Errors
    /// Those of the database.
    pub fn hold<I: Copy + Into<i64>>(&mut self, table: &'static str, ids: &[I]) -> Result<(), Error> {
        self.conn.lock_rows(table, &raw(ids), RowLock::Named)
    }

    /// Holds a row that is about to be deleted or narrowed: waits for every transaction that names it,
    /// and keeps others from naming it. Call it before looking for what names it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn lock_to_delete(&mut self, table: &'static str, id: impl Into<i64>) -> Result<(), Error> {
        self.conn.lock_row(table, id.into(), RowLock::Deleted)
    }

    /// Runs a step that leaves nothing behind when it fails, while the transaction goes on.
    ///
    /// # Errors
    /// That of the step.
    pub fn attempt<T, E: Failure>(&mut self, step: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.attempt_unless(step, |_| false)
    }

    /// The same, where a step is undone, too, that comes to something else than was hoped for.
    ///
    /// # Errors
    /// That of the step.
    pub fn attempt_unless<T, E: Failure>(
        &mut self,
        step: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
        is_undone: impl FnOnce(&T) -> bool,
    ) -> Result<T, E> {
        self.conn.savepoint("step")?;
        match step(&mut Tx { conn: self.conn, now: self.now }) {
            Ok(answer) if is_undone(&answer) => {
                self.conn.undo("step")?;
                Ok(answer)
            }
            Ok(answer) => {
                self.conn.release("step")?;
                Ok(answer)
            }
            Err(error) => {
                self.conn.undo("step")?;
                Err(error)
            }
        }
    }
}

fn raw<I: Copy + Into<i64>>(ids: &[I]) -> Vec<i64> {
    ids.iter().copied().map(Into::into).collect()
}
