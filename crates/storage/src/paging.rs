/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// The sort of lists that are ordered by the time of creation alone.
#[derive(Clone, Copy, Debug)]
pub enum ByTime {
    /// When it was made.
    CreateTime,
}

/// The sort of short lists that are not ordered by anything in particular.
#[derive(Clone, Copy, Debug)]
pub enum ById {
    /// As they were made.
    Id,
}

/// Orders a query by a column, ids breaking ties.
macro_rules! ordered {
    ($query:expr, $direction:expr, $column:expr, $id:expr) => {
        match $direction {
            $crate::Direction::Ascending => $query.order(($column.asc(), $id.asc())),
            $crate::Direction::Descending => $query.order(($column.desc(), $id.desc())),
        }
    };
}

pub(crate) use ordered;

/// Which part of a list is asked for. `S` names its sort keys; ids break ties.
#[derive(Clone, Copy, Debug)]
pub struct Paging<S> {
    /// What the list is ordered by.
    pub sort: S,
    /// Which way.
    pub direction: Direction,
    /// The most records to answer.
    pub limit: i64,
    /// The first records that are left out.
    pub offset: i64,
    /// Whether all that match are counted.
    pub counts: bool,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// How many records match in all; none where it was not asked for.
    pub total: Option<i64>,
    /// The records of this part.
    pub data: Vec<T>,
}

impl<S> Paging<S> {
    /// The same part in another order.
    pub fn sorted<T>(&self, sort: T) -> Paging<T> {
        let Self { direction, limit, offset, counts, .. } = *self;
        Paging { sort, direction, limit, offset, counts }
    }

    /// Counts what matches, if that is asked for.
    ///
    /// # Errors
    /// Those of the count.
    pub fn total<E>(&self, count: impl FnOnce() -> Result<i64, E>) -> Result<Option<i64>, E> {
        self.counts.then(count).transpose()
    }
}

impl<T> Page<T> {
    /// The same part, each record made into something else.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page { total: self.total, data: self.data.into_iter().map(make).collect() }
    }
}
