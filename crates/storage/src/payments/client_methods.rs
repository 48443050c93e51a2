//! Payment methods as clients see them: those that exist for them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::connections::ConnectionId;
use domain::ledger::{CurrencyCode, MethodId};
use domain::payments::{
    Method, MethodAttribute, MethodCurrencyKind, MethodDirection, MethodGroup, MethodGroupId, MethodRestriction,
};
use domain::value::Record;

use super::client_gate::client_side;
use super::method_groups::ByPriority;
use super::methods::{self, Filter, Sort, StoredMethod};
use super::{method_attributes, method_groups, method_restrictions};
use crate::ledger::currencies::CurrencyBrief;
use crate::schema::{currencies, method_currencies as of_method, methods as table};
use crate::{ById, DbConnection, Direction, Error, Page, Paging};

/// A method with what clients are shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMethod {
    /// The method.
    pub method: StoredMethod,
    /// Its groups that clients are shown.
    pub groups: Vec<Record<MethodGroup>>,
    /// What clients fill in.
    pub fields: Vec<MethodAttribute>,
}

/// The methods of a direction that a client can use.
fn offered(conn: &mut DbConnection, direction: MethodDirection, client: ClientId) -> Result<Vec<MethodId>, Error> {
    let facts = client_side(conn, client)?.restrictions;
    let enabled = table::table.filter(table::direction.eq(direction)).filter(table::is_enabled.eq(true));
    let columns = (table::id, table::provider, table::connection_id);
    let enabled: Vec<(MethodId, String, Option<ConnectionId>)> = enabled.select(columns).load(conn)?;
    let ids: Vec<MethodId> = enabled.iter().map(|(id, ..)| *id).collect();
    let mut restrictions: HashMap<MethodId, Vec<MethodRestriction>> = HashMap::new();
    for (method, restriction) in method_restrictions::of_methods(conn, &ids)? {
        restrictions.entry(method).or_default().push(restriction);
    }
    let exists = |(id, provider, connection): &(MethodId, String, Option<ConnectionId>)| {
        let restrictions = restrictions.get(id).map(Vec::as_slice).unwrap_or_default();
        Method::exists_for(provider, Method::has_what_it_needs(provider, *connection), restrictions, &facts)
    };
    Ok(enabled.iter().filter(|method| exists(method)).map(|(id, ..)| *id).collect())
}

/// The methods that a client can use, a page of them.
pub fn list(
    conn: &mut DbConnection,
    direction: MethodDirection,
    client: ClientId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<ClientMethod>, Error> {
    if let Some(group) = filter.group
        && method_groups::shown(conn, &[group])?.is_empty()
    {
        return Ok(Page { total: paging.counts.then_some(0), data: Vec::new() });
    }
    let filter = Filter { offered: Some(offered(conn, direction, client)?), ..filter.clone() };
    let Page { total, data } = methods::list(conn, direction, &filter, paging)?;
    Ok(Page { total, data: shown(conn, data)? })
}

/// One method that a client can use.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled, keeps the client out, or is for users.
pub fn get(
    conn: &mut DbConnection,
    direction: MethodDirection,
    client: ClientId,
    id: MethodId,
) -> Result<ClientMethod, Error> {
    if !offered(conn, direction, client)?.contains(&id) {
        return Err(Error::NotFound);
    }
    let method = methods::get(conn, direction, id)?;
    shown(conn, vec![method])?.pop().ok_or(Error::NotFound)
}

fn shown(conn: &mut DbConnection, methods: Vec<StoredMethod>) -> Result<Vec<ClientMethod>, Error> {
    let ids: Vec<MethodId> = methods.iter().map(|method| method.id).collect();
    let group_ids: HashSet<MethodGroupId> =
        methods.iter().flat_map(|method| method.groups.iter().map(|(id, _)| *id)).collect();
    let group_ids: Vec<MethodGroupId> = group_ids.into_iter().collect();
    let groups = method_groups::shown(conn, &group_ids)?;
    let mut fields: HashMap<MethodId, Vec<MethodAttribute>> = HashMap::new();
    for (method, attribute) in method_attributes::of_methods(conn, &ids)? {
        fields.entry(method).or_default().push(attribute);
    }
    let shown = methods.into_iter().map(|method| {
        let is_in = |group: &&Record<MethodGroup>| method.data.groups.contains(&group.id);
        let groups = groups.iter().filter(is_in).cloned().collect();
        ClientMethod { groups, fields: fields.remove(&method.id).unwrap_or_default(), method }
    });
    Ok(shown.collect())
}

/// The groups that clients are shown, a page of them.
pub fn list_groups(
    conn: &mut DbConnection,
    direction: MethodDirection,
    paging: &Paging<ByPriority>,
) -> Result<Page<Record<MethodGroup>>, Error> {
    method_groups::list_shown(conn, direction, paging)
}

/// The currencies in which the payment systems of a client's methods are paid, or pay; a page of them.
pub fn list_currencies(
    conn: &mut DbConnection,
    direction: MethodDirection,
    client: ClientId,
    paging: &Paging<ById>,
) -> Result<Page<CurrencyBrief>, Error> {
    let offered = offered(conn, direction, client)?;
    let usable = of_method::table
        .filter(of_method::method_id.eq_any(&offered))
        .filter(of_method::kind.eq(MethodCurrencyKind::PaymentSystem))
        .filter(of_method::is_enabled.eq(true));
    let codes: Vec<CurrencyCode> = usable.select(of_method::currency_code).distinct().load(conn)?;
    let named =
        || currencies::table.filter(currencies::code.eq_any(codes.clone())).filter(currencies::enabled.eq(true));
    let total = paging.total(|| named().count().get_result(conn))?;
    let query =
        named().limit(paging.limit).offset(paging.offset).select(crate::ledger::currencies::brief()).into_boxed();
    let query = match paging.direction {
        Direction::Ascending => query.order(currencies::code.asc()),
        Direction::Descending => query.order(currencies::code.desc()),
    };
    Ok(Page { total, data: query.load(conn)? })
}
