//! What a read of one statement tells of the rights under which it ran: it reads the access version along with the record,
//! so that PostgreSQL is not asked for it in another round trip.

use std::cell::Cell;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable};

/// The access version, as a column of any statement.
#[derive(Clone, Copy, Debug, QueryId)]
pub(crate) struct AccessVersion;

impl Expression for AccessVersion {
    type SqlType = Nullable<BigInt>;
}

impl<G> ValidGrouping<G> for AccessVersion {
    type IsAggregate = is_aggregate::No;
}

impl<S> AppearsOnTable<S> for AccessVersion {}

impl<S> SelectableExpression<S> for AccessVersion {}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for AccessVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT access_version.version FROM access_version WHERE access_version.id = 1)");
        Ok(())
    }
}

thread_local! {
    /// A worker runs one job at a time on its thread, and looks here when the job is done.
    static SEEN: Cell<Option<i64>> = const { Cell::new(None) };
}

/// A statement was run under this access version.
pub(crate) fn note(version: Option<i64>) {
    SEEN.set(version);
}

/// The access version of the last statement that told one, which is then forgotten.
pub(crate) fn take() -> Option<i64> {
    SEEN.take()
}
