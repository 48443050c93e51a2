//! A column is one of these ids: the same text of a statement however many they are, so that it is prepared once.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

/// How many ids PostgreSQL takes a parameter to hold whose value it does not look at. With fewer of them a plan for the
/// very ids seems cheaper than the kept one, and the statement, with all its joins, is planned again at each call.
const USUAL: usize = 10;

/// `column = ANY(ids)`, as each database can say it with one parameter.
#[derive(Clone, Debug)]
pub(crate) struct OneOf<C> {
    column: C,
    /// For PostgreSQL; where there are few, some stand there twice.
    ids: Vec<i64>,
    /// The same as a JSON array, for SQLite.
    json: String,
}

/// Whether the column is one of the ids.
pub(crate) fn one_of<C, I: Copy + Into<i64>>(column: C, ids: &[I]) -> OneOf<C>
where
    C: Expression<SqlType: OfIds>,
{
    let mut ids: Vec<i64> = ids.iter().copied().map(Into::into).collect();
    let json = format!("{ids:?}");
    if let Some(first) = ids.first().copied() {
        ids.resize(ids.len().max(USUAL), first);
    }
    OneOf { column, ids, json }
}

/// The types of columns that hold ids.
pub(crate) trait OfIds {}

impl OfIds for BigInt {}
impl OfIds for diesel::sql_types::Nullable<BigInt> {}

impl<C: Expression> Expression for OneOf<C> {
    type SqlType = Bool;
}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for OneOf<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: QueryId> QueryId for OneOf<C> {
    type QueryId = OneOf<C::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: AppearsOnTable<S>, S> AppearsOnTable<S> for OneOf<C> {}

impl<C: SelectableExpression<S>, S> SelectableExpression<S> for OneOf<C> {}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}
