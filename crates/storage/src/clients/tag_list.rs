//! The tags of a client as one column, so that clients and their tags are read by one statement.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use domain::clients::ClientTagId;

use crate::Error;

/// The ids and names of the tags of each row of `clients`, as a JSON array of pairs; null where there are none.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct TagList;

/// Reads such a column, in the order of the ids.
pub(super) fn tags(list: Option<&str>) -> Result<Vec<(ClientTagId, String)>, Error> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut tags: Vec<(i64, String)> = serde_json::from_str(list)?;
    tags.sort_unstable_by_key(|(id, _)| *id);
    Ok(tags.into_iter().map(|(id, name)| (id.into(), name)).collect())
}

const FROM: &str = "FROM client_tag_members JOIN client_tags ON client_tags.id = client_tag_members.tag_id \
    WHERE client_tag_members.client_id = clients.id)";

impl Expression for TagList {
    type SqlType = Nullable<Text>;
}

impl<G> ValidGrouping<G> for TagList {
    type IsAggregate = is_aggregate::No;
}

impl<S> AppearsOnTable<S> for TagList {}

impl<S> SelectableExpression<S> for TagList {}

impl QueryFragment<Pg> for TagList {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT json_agg(json_build_array(client_tags.id, client_tags.name))::text ");
        out.push_sql(FROM);
        Ok(())
    }
}

impl QueryFragment<Sqlite> for TagList {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT json_group_array(json_array(client_tags.id, client_tags.name)) ");
        out.push_sql(FROM);
        Ok(())
    }
}
