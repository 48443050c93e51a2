//! Clients and what belongs to them.

pub mod addresses;
pub mod managers;
pub mod permission_levels;
pub mod phones;
pub mod profile_changes;
pub mod profiles;
pub mod settings;
pub mod tags;
pub mod types;

use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus, ClientTagId};
use domain::identity::Scope;

use crate::connection::RowLock;
use crate::schema::client_tag_members as members;
use crate::{DbConnection, Error};

type OfTags = diesel::dsl::Select<
    diesel::dsl::Filter<members::table, diesel::dsl::EqAny<members::tag_id, Vec<ClientTagId>>>,
    members::client_id,
>;

/// The clients that a scope reaches, as queries ask for them.
pub(crate) enum Seen {
    /// Every client.
    All,
    /// Those that a query on their tags finds.
    Tagged(OfTags),
    /// One.
    One(ClientId),
}

/// The clients that the scope reaches.
pub(crate) fn seen_by(scope: &Scope) -> Seen {
    match scope {
        Scope::System | Scope::AllClients => Seen::All,
        Scope::Tags(tags) => {
            let tags: Vec<ClientTagId> = tags.iter().copied().collect();
            Seen::Tagged(members::table.filter(members::tag_id.eq_any(tags)).select(members::client_id))
        }
        Scope::Client(client) => Seen::One(*client),
    }
}

/// Narrows a query to the clients in the scope.
macro_rules! visible {
    ($query:expr, $scope:expr, $column:expr) => {
        match $crate::clients::seen_by($scope) {
            $crate::clients::Seen::All => $query,
            $crate::clients::Seen::Tagged(clients) => $query.filter($column.eq_any(clients)),
            $crate::clients::Seen::One(client) => $query.filter($column.eq(client)),
        }
    };
}

pub(crate) use visible;

/// Whether the caller sees the client.
///
/// # Errors
/// Those of the database.
pub(crate) fn sees(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<bool, Error> {
    use crate::schema::clients;
    let query = clients::table.filter(clients::id.eq(client)).select(clients::id).into_boxed();
    Ok(visible!(query, scope, clients::id).first::<ClientId>(conn).optional()?.is_some())
}

/// A client that a body names, where the caller does not see him, or who was removed.
///
/// # Errors
/// A refusal by a rule.
pub(crate) fn check_named(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<(), Error> {
    if sees(conn, scope, client)? {
        check_not_deleted(conn, client)
    } else {
        Err(domain::value::Refusal::unprocessable("clientId", "does not exist").into())
    }
}

/// A client who was removed is never written to again. This holds the client, who cannot be removed
/// before the transaction ends.
///
/// # Errors
/// A conflict.
pub(crate) fn check_not_deleted(conn: &mut DbConnection, client: ClientId) -> Result<(), Error> {
    use crate::schema::clients;
    conn.lock_row("clients", client.get(), RowLock::Named)?;
    let status: ClientStatus = clients::table.find(client).select(clients::status).first(conn)?;
    Ok(status.check_not_deleted()?)
}

/// The fewest letters that the search goes by an index for.
pub(crate) const SEARCHED_CHARS: usize = 3;

/// Narrows a query to rows whose client, named by this column, has the text in a column of the
/// search table.
macro_rules! matching {
    ($query:expr, $is_sqlite:expr, $client:expr, $column:expr, $text:expr) => {{
        use diesel::dsl::sql;
        use diesel::sql_types::{Bool, Text};
        let text = domain::value::folded($text);
        let (client, column) = ($client, $column);
        let within = format!("{client} IN (SELECT rowid FROM client_search WHERE ");
        if $is_sqlite && text.chars().count() >= $crate::clients::SEARCHED_CHARS {
            let phrase = format!("{column} : \"{}\"", text.replace('"', "\"\""));
            let found = sql::<Bool>(&format!("{within}client_search MATCH "));
            $query.filter(found.bind::<Text, _>(phrase).sql(")"))
        } else {
            let found = sql::<Bool>(&format!("{within}{column} LIKE "));
            $query.filter(found.bind::<Text, _>($crate::part_of(&text)).sql(" ESCAPE '\\')"))
        }
    }};
}

pub(crate) use matching;
