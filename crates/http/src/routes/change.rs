use domain::value::Stored;
use storage::Tx;

use super::Writing;
use crate::request::{Body, Input};
use crate::{Interface, Problem};

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

impl<A: PartialEq> Change<A> {
    /// What was written, by what it came to.
    pub fn between(before: A, after: A) -> Self {
        if after == before { Self::Nothing(after) } else { Self::Made { before, after } }
    }
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

/// What saving came to: a record is new, or was there and maybe changed.
pub enum Saved<A> {
    /// It is new.
    New(A),
    /// It was there.
    Known(Change<A>),
}

/// A record that was added to, and what was made by that, for the audit log.
pub struct Added<A, M> {
    /// The record, as it was.
    pub before: Option<A>,
    /// The record, as it is now.
    pub record: A,
    /// What was made.
    pub made: M,
}

/// What became of a wish.
pub enum Wish<A, M> {
    /// It was granted at once.
    Granted(A),
    /// Somebody decides on it; what was made for that, for the audit log.
    Asked(M),
}
