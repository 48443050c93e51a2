//! The search for a part of a client's name, city and the like.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Text};
use domain::value::folded;

use crate::part_of;

/// The fewest letters that SQLite's index of letter triples finds.
const INDEXED_CHARS: usize = 3;

/// The condition that a client has a text in a column of the search table.
pub(crate) type Matching = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>>;

/// Whether the client named by this column has the text in a column of the search table.
pub(crate) fn matching(is_sqlite: bool, client: &str, column: &str, text: &str) -> Matching {
    let text = folded(text);
    let within = format!("{client} IN (SELECT rowid FROM client_search WHERE ");
    if is_sqlite && text.chars().count() >= INDEXED_CHARS {
        let phrase = format!("{column} : \"{}\"", text.replace('"', "\"\""));
        sql::<Bool>(&format!("{within}client_search MATCH ")).bind::<Text, _>(phrase).sql(")")
    } else {
        sql::<Bool>(&format!("{within}{column} LIKE ")).bind::<Text, _>(part_of(&text)).sql(" ESCAPE '\\')")
    }
}
