//! Rows of another table as one column, so that records and what belongs to them are read by one statement.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use serde::de::DeserializeOwned;

use crate::Error;

/// Which rows; a type of its own, so that diesel knows the statement by its type and does not write it out at each call.
pub(crate) trait JsonRows: Copy + 'static {
    /// What each row shows, separated by commas.
    const COLUMNS: &'static str;
    /// The rest of the statement, which names the table of the outer one: `FROM … WHERE …`.
    const FROM: &'static str;
}

/// Rows as a JSON array of arrays, in no order; null where there are none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonList<R>(pub R);

/// Reads such a column.
pub(crate) fn read<T: DeserializeOwned>(list: Option<&str>) -> Result<Vec<T>, Error> {
    list.map_or_else(|| Ok(Vec::new()), |list| Ok(serde_json::from_str(list)?))
}

impl<R: JsonRows> QueryId for JsonList<R> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R: JsonRows> Expression for JsonList<R> {
    type SqlType = Nullable<Text>;
}

impl<R: JsonRows, G> ValidGrouping<G> for JsonList<R> {
    type IsAggregate = is_aggregate::No;
}

impl<R: JsonRows, S> AppearsOnTable<S> for JsonList<R> {}

impl<R: JsonRows, S> SelectableExpression<S> for JsonList<R> {}

impl<R: JsonRows> QueryFragment<Pg> for JsonList<R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT json_agg(json_build_array(");
        out.push_sql(R::COLUMNS);
        out.push_sql("))::text ");
        out.push_sql(R::FROM);
        out.push_sql(")");
        Ok(())
    }
}

impl<R: JsonRows> QueryFragment<Sqlite> for JsonList<R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT json_group_array(json_array(");
        out.push_sql(R::COLUMNS);
        out.push_sql(")) ");
        out.push_sql(R::FROM);
        out.push_sql(")");
        Ok(())
    }
}
