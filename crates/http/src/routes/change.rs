use domain::value::Stored;
use storage::Tx;

use super::Writing;
use crate::request::{Body, Input};
use crate::{Interface, Problem};

/// A record before and after a change, for the audit log; the answer is what it is now.
pub struct Changed<A> {
    /// As it was.
    pub before: A,
    /// As it is.
    pub after: A,
}

impl<A: Clone> Changed<A> {
    /// Nothing was changed, so nothing is written.
    pub fn nothing(record: A) -> Self {
        Self { before: record.clone(), after: record }
    }
}

/// What a change made of a record, decided by what is stored: the answer is what it is now.
pub enum Change<A> {
    /// Nothing: the record stays, and the audit log is not told.
    Nothing(A),
    /// Something.
    Made {
        /// As it was.
        before: A,
        /// As it is.
        after: A,
    },
}

impl<A> Change<A> {
    /// The same of what is made of the record.
    pub fn map<B>(self, of: impl Fn(A) -> B) -> Change<B> {
        match self {
            Self::Nothing(record) => Change::Nothing(of(record)),
            Self::Made { before, after } => Change::Made { before: of(before), after: of(after) },
        }
    }
}

/// What a handler that changes a record returns.
pub trait ChangeOutcome {
    /// The record.
    type Answer;

    /// What it made of it.
    fn into_change(self) -> Change<Self::Answer>;
}

impl<A> ChangeOutcome for Change<A> {
    type Answer = A;

    fn into_change(self) -> Self {
        self
    }
}

impl<A: PartialEq> ChangeOutcome for Changed<A> {
    type Answer = A;

    fn into_change(self) -> Change<A> {
        let Self { before, after } = self;
        if before == after { Change::Nothing(after) } else { Change::Made { before, after } }
    }
}

impl<I: Interface> Writing<'_, '_, I> {
    /// Changes a record that is held: reads the body against what is stored, and writes what differs.
    ///
    /// # Errors
    /// A 400 with every fault of the body; what the write refuses.
    pub fn change<T, S>(
        &mut self,
        before: S,
        body: &Body<'_, I, T>,
        write: impl FnOnce(&mut Tx<'_>, &S, &T) -> Result<S, storage::Error>,
    ) -> Result<Change<S>, Problem>
    where
        T: Input<I, Current = T> + PartialEq,
        S: Stored<Data = T>,
    {
        let data = body.change(before.data())?;
        self.change_to(before, &data, write)
    }

    /// The same to data that was read already.
    ///
    /// # Errors
    /// What the write refuses.
    pub fn change_to<T: PartialEq, S: Stored<Data = T>>(
        &mut self,
        before: S,
        data: &T,
        write: impl FnOnce(&mut Tx<'_>, &S, &T) -> Result<S, storage::Error>,
    ) -> Result<Change<S>, Problem> {
        if data == before.data() {
            return Ok(Change::Nothing(before));
        }
        let after = write(self.tx, &before, data)?;
        Ok(Change::Made { before, after })
    }
}

/// A record that was added to, and what was made by that, for the audit log.
pub struct Added<A, M> {
    /// The record, as it is now.
    pub record: A,
    /// What was made.
    pub made: M,
}
