use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::clients::{ClientId, ClientStatus, ClientTypeId, InternalType, ManagerId, RiskLevel, VerificationLevelId};
use domain::identity::Scope;
use domain::value::Email;

use super::read::{StoredClient, load};
use crate::client_scope::visible;
use crate::clients::matching;
use crate::connection::{MultiBackend, on_each};
use crate::paging::ordered;
use crate::schema::clients::{self as table, BoxedQuery};
use crate::schema::{client_counts, countries as country};
use crate::{ByTime, DbConnection, Error, Page, Paging};

/// What a list is narrowed to; a list of values matches each of them, an empty one nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// This client.
    pub id: Option<ClientId>,
    /// With one of these e-mail addresses.
    pub emails: Option<Vec<Email>>,
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the nickname.
    pub nickname: Option<String>,
    /// With this in the city.
    pub city: Option<String>,
    /// With this in the company's short name.
    pub company_short_name: Option<String>,
    /// With this in the company's whole name.
    pub company_full_name: Option<String>,
    /// Of one of these managers.
    pub managers: Option<Vec<ManagerId>>,
    /// From a country with one of these numeric codes.
    pub country_codes: Option<Vec<String>>,
    /// Of one of these statuses; without it, all but those who were removed.
    pub statuses: Option<Vec<ClientStatus>>,
    /// Of one of these internal types.
    pub internal_types: Option<Vec<InternalType>>,
    /// Of one of these risk levels.
    pub risk_levels: Option<Vec<RiskLevel>>,
    /// Of one of these types.
    pub types: Option<Vec<ClientTypeId>>,
    /// Of one of these verification levels.
    pub levels: Option<Vec<VerificationLevelId>>,
}

fn filtered(scope: &Scope, filter: &Filter, is_sqlite: bool) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::id);
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(emails) = &filter.emails {
        query = query.filter(table::email_key.eq_any(emails.iter().map(Email::key).collect::<Vec<_>>()));
    }
    let parts = [
        ("name", &filter.name),
        ("nickname", &filter.nickname),
        ("city", &filter.city),
        ("company_short", &filter.company_short_name),
        ("company_full", &filter.company_full_name),
    ];
    for (column, text) in parts {
        if let Some(text) = text {
            query = query.filter(matching(is_sqlite, "clients.id", column, text));
        }
    }
    if let Some(managers) = &filter.managers {
        query = query.filter(table::manager_id.eq_any(managers.clone()));
    }
    if let Some(codes) = &filter.country_codes {
        let named = country::table.filter(country::numeric_code.eq_any(codes.clone())).select(country::id.nullable());
        query = query.filter(table::country_id.eq_any(named));
    }
    query = match &filter.statuses {
        Some(statuses) => query.filter(table::status.eq_any(statuses.clone())),
        // Word for word the condition of an index.
        None => query.filter(sql::<Bool>("clients.status <> 'deleted'")),
    };
    if let Some(kinds) = &filter.internal_types {
        query = query.filter(table::internal_type.eq_any(kinds.clone()));
    }
    if let Some(levels) = &filter.risk_levels {
        query = query.filter(table::risk_level.eq_any(levels.clone()));
    }
    if let Some(types) = &filter.types {
        query = query.filter(table::type_id.eq_any(types.clone()));
    }
    if let Some(levels) = &filter.levels {
        query = query.filter(table::level_id.eq_any(levels.clone()));
    }
    query
}

/// Clients, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredClient>, Error> {
    let is_sqlite = matches!(conn, DbConnection::Sqlite(_));
    let total = paging.total(|| {
        if *filter != Filter::default() || !scope.sees_all_clients() {
            return filtered(scope, filter, is_sqlite).count().get_result(conn);
        }
        // Kept by triggers: counting takes longer the more clients there are.
        let parts: Vec<i64> =
            on_each!(&mut *conn, conn => client_counts::table.select(client_counts::clients).load(conn))?;
        Ok(parts.into_iter().sum())
    })?;
    // The ids of the page first: what is skipped is not joined with anything.
    let page = filtered(scope, filter, is_sqlite).limit(paging.limit).offset(paging.offset);
    let ids: Vec<ClientId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    Ok(Page { total, data: load(conn, scope, &ids)? })
}
