//! Rows of another table as one column, so that records and what belongs to them are read by one statement.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use serde::de::DeserializeOwned;

use crate::Error;

/// Rows as a JSON array of arrays, in no order; null where there are none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonList {
    /// What each row shows, separated by commas.
    pub columns: &'static str,
    /// The rest of the statement, which names the table of the outer one: `FROM … WHERE …`.
    pub from: &'static str,
}

impl JsonList {
    /// Reads such a column.
    pub fn read<T: DeserializeOwned>(list: Option<&str>) -> Result<Vec<T>, Error> {
        list.map_or_else(|| Ok(Vec::new()), |list| Ok(serde_json::from_str(list)?))
    }
}

// Several statements have this type, so the text tells them apart.
impl QueryId for JsonList {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for JsonList {
    type SqlType = Nullable<Text>;
}

impl<G> ValidGrouping<G> for JsonList {
    type IsAggregate = is_aggregate::No;
}

impl<S> AppearsOnTable<S> for JsonList {}

impl<S> SelectableExpression<S> for JsonList {}

impl QueryFragment<Pg> for JsonList {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT json_agg(json_build_array(");
        out.push_sql(self.columns);
        out.push_sql("))::text ");
        out.push_sql(self.from);
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for JsonList {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT json_group_array(json_array(");
        out.push_sql(self.columns);
        out.push_sql(")) ");
        out.push_sql(self.from);
        out.push_sql(")");
        Ok(())
    }
}
