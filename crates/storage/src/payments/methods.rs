//! Payment methods of either direction.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::connections::ConnectionId;
use domain::ledger::{CurrencyCode, LedgerFault, MethodId, RateProviderId};
use domain::payments::{Method, MethodCurrency, MethodCurrencyKind, MethodDirection, MethodFacts, MethodGroupId};
use domain::value::{
    CommonFault, Fault, FaultCode as _, Field, List, LocalizedText, Refusal, Stored, Timestamp, folded,
};

use super::method_commissions::{self, StoredCommission};
use super::method_currencies::{self, StoredMethodCurrency};
use crate::connection::MultiBackend;
use crate::ledger::movement_lock::stop_movements;
use crate::ledger::transactions::Named;
use crate::ledger::{currencies, rate_providers};
use crate::paging::ordered;
use crate::schema::methods::{self as table, BoxedQuery};
use crate::schema::{
    deposit_addresses, method_attributes, method_commissions as commissions, method_currencies as of_method,
    method_group_members as members, method_groups as groups, method_restrictions as restrictions, transactions,
};
use crate::{DbConnection, Error, Page, Paging, Tx, catalog, connections, json, part_of};

/// A method as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMethod {
    /// Its id.
    pub id: MethodId,
    /// What can be set.
    pub data: Method,
    /// Its groups.
    pub groups: Vec<(MethodGroupId, String)>,
    /// Its currencies.
    pub currencies: Vec<StoredMethodCurrency>,
    /// Its commissions.
    pub commissions: Vec<StoredCommission>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredMethod {
    type Data = Method;

    fn data(&self) -> &Method {
        &self.data
    }
}

impl StoredMethod {
    /// What transactions show of it.
    pub(super) fn named(self) -> Named<MethodId> {
        Named { id: self.id, name: self.data.caption, resources: self.data.resources }
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this group.
    pub group: Option<MethodGroupId>,
    /// With this in the name.
    pub name: Option<String>,
    /// Of this payment system.
    pub provider: Option<String>,
    /// Usable or not.
    pub is_enabled: Option<bool>,
    /// Serving accounts in this currency.
    pub account_currency: Option<CurrencyCode>,
    /// With this currency of the payment system.
    pub payment_currency: Option<CurrencyCode>,
    /// Of these, which a client is offered, by currencies that can be used.
    pub offered: Option<Vec<MethodId>>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Priority,
    CreateTime,
}

#[derive(Queryable)]
struct Row {
    id: MethodId,
    name: String,
    caption: String,
    provider: String,
    connection: Option<ConnectionId>,
    is_enabled: bool,
    priority: i64,
    hints: (Option<String>, Option<String>, Option<String>),
    ip_white_list: List<std::net::IpAddr>,
    rate_provider: Option<RateProviderId>,
    options: String,
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::caption,
        table::provider,
        table::connection_id,
        table::is_enabled,
        table::priority,
        (table::time_to_fund, table::icon, table::result_url),
        table::ip_white_list,
        table::rates_provider_id,
        table::options,
        table::resources,
        table::create_time,
        table::update_time,
    )
}

fn filtered(direction: MethodDirection, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::direction.eq(direction)).into_boxed();
    if let Some(group) = filter.group {
        let in_group = members::table.filter(members::group_id.eq(group)).select(members::method_id);
        query = query.filter(table::id.eq_any(in_group));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(provider) = &filter.provider {
        query = query.filter(table::provider.eq(provider.clone()));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    if let Some(ids) = &filter.offered {
        query = query.filter(table::id.eq_any(ids.clone()));
    }
    let serving = [
        (filter.account_currency, MethodCurrencyKind::Account),
        (filter.payment_currency, MethodCurrencyKind::PaymentSystem),
    ];
    for (code, kind) in serving {
        if let Some(code) = code {
            let having = of_method::table.filter(of_method::currency_code.eq(code)).filter(of_method::kind.eq(kind));
            query = if filter.offered.is_some() {
                let usable = having.filter(of_method::is_enabled.eq(true));
                query.filter(table::id.eq_any(usable.select(of_method::method_id)))
            } else {
                query.filter(table::id.eq_any(having.select(of_method::method_id)))
            };
        }
    }
    query
}

/// Methods, a page of them.
pub fn list(
    conn: &mut DbConnection,
    direction: MethodDirection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredMethod>, Error> {
    let total = paging.total(|| filtered(direction, filter).count().get_result(conn))?;
    let query = filtered(direction, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Priority => ordered!(query, paging.direction, table::priority, table::id),
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: with_parts(conn, rows)? })
}

fn with_parts(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<StoredMethod>, Error> {
    let ids: Vec<MethodId> = rows.iter().map(|row| row.id).collect();
    let named = members::table.inner_join(groups::table).filter(members::method_id.eq_any(&ids)).order(groups::id);
    let named: Vec<(MethodId, MethodGroupId, String)> =
        named.select((members::method_id, groups::id, groups::name)).load(conn)?;
    let mut currencies: HashMap<MethodId, Vec<StoredMethodCurrency>> = HashMap::new();
    for currency in method_currencies::of_methods(conn, &ids)? {
        currencies.entry(currency.method).or_default().push(currency);
    }
    let mut commissions: HashMap<MethodId, Vec<StoredCommission>> = HashMap::new();
    for commission in method_commissions::of_methods(conn, &ids)? {
        commissions.entry(commission.method).or_default().push(commission);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let (time_to_fund, icon, result_url) = row.hints;
            let groups: Vec<(MethodGroupId, String)> = named
                .iter()
                .filter(|(method, ..)| *method == row.id)
                .map(|(_, group, name)| (*group, name.clone()))
                .collect();
            StoredMethod {
                id: row.id,
                data: Method {
                    name: row.name,
                    caption: row.caption,
                    provider: row.provider,
                    connection: row.connection,
                    is_enabled: row.is_enabled,
                    priority: row.priority,
                    time_to_fund,
                    icon,
                    result_url,
                    ip_white_list: row.ip_white_list,
                    rate_provider: row.rate_provider,
                    options: row.options,
                    groups: groups.iter().map(|(id, _)| *id).collect(),
                    resources: row.resources,
                },
                groups,
                currencies: currencies.remove(&row.id).unwrap_or_default(),
                commissions: commissions.remove(&row.id).unwrap_or_default(),
                create_time: row.create_time,
                update_time: row.update_time,
            }
        })
        .collect())
}

/// One method.
///
/// # Errors
/// [`Error::NotFound`], also for a method of the other direction.
pub fn get(conn: &mut DbConnection, direction: MethodDirection, id: MethodId) -> Result<StoredMethod, Error> {
    let row: Row = table::table.find(id).filter(table::direction.eq(direction)).select(columns()).first(conn)?;
    with_parts(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Holds a method until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for a method of the other direction.
pub fn lock(tx: &mut Tx<'_>, direction: MethodDirection, id: MethodId) -> Result<StoredMethod, Error> {
    tx.lock("methods", id)?;
    get(tx.conn, direction, id)
}

/// What decides on the use of a method, and the method.
///
/// # Errors
/// [`Error::NotFound`].
pub fn facts(
    conn: &mut DbConnection,
    direction: MethodDirection,
    id: MethodId,
) -> Result<(MethodFacts, StoredMethod), Error> {
    let method = get(conn, direction, id)?;
    let facts = MethodFacts {
        name: method.data.name.clone(),
        provider: method.data.provider.clone(),
        is_enabled: method.data.is_enabled,
        is_configured: method.data.is_configured(),
        currencies: method.currencies.iter().map(|currency| currency.data.clone()).collect(),
        commissions: method.commissions.iter().map(|commission| commission.data.clone()).collect(),
        restrictions: catalog::restrictions::all(conn, id)?,
    };
    Ok((facts, method))
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    connection_id: Option<ConnectionId>,
    is_enabled: bool,
    priority: i64,
    time_to_fund: Option<&'a str>,
    icon: Option<&'a str>,
    result_url: Option<&'a str>,
    ip_white_list: String,
    rates_provider_id: Option<RateProviderId>,
    options: &'a str,
    resources: String,
}

fn values(method: &Method) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &method.name,
        name_key: folded(&method.name),
        caption: &method.caption,
        connection_id: method.connection,
        is_enabled: method.is_enabled,
        priority: method.priority,
        time_to_fund: method.time_to_fund.as_deref(),
        icon: method.icon.as_deref(),
        result_url: method.result_url.as_deref(),
        ip_white_list: json(&method.ip_white_list)?,
        rates_provider_id: method.rate_provider,
        options: &method.options,
        resources: json(&method.resources)?,
    })
}

fn faults(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    before: Option<&Method>,
    after: &Method,
) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    let wanted: Vec<MethodGroupId> = after.groups.iter().copied().collect();
    let known =
        groups::table.filter(groups::id.eq_any(&wanted)).filter(groups::direction.eq(direction)).select(groups::id);
    let known: Vec<MethodGroupId> = known.load(tx.conn)?;
    let unknown = after.groups.placed().filter(|(_, id)| !known.contains(id));
    faults.extend(unknown.map(|(place, _)| CommonFault::Unknown.at(Field::MethodGroups.entry(place))));
    if let Some(id) = after.connection.filter(|_| before.is_none_or(|before| before.connection != after.connection)) {
        faults.extend(connections::external::hold(tx, id)?);
    }
    if let Some(id) = after.rate_provider {
        match rate_providers::get(tx.conn, id) {
            Ok(_) => {}
            Err(Error::NotFound) => faults.push(CommonFault::Unknown.at(Field::RateProvider)),
            Err(error) => return Err(error),
        }
    }
    Ok(faults)
}

fn set_groups(tx: &mut Tx<'_>, id: MethodId, method: &Method) -> Result<(), Error> {
    diesel::delete(members::table.filter(members::method_id.eq(id))).execute(tx.conn)?;
    for group in method.groups.iter() {
        let values = (members::method_id.eq(id), members::group_id.eq(*group));
        diesel::insert_into(members::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// Adds a method with its first currency, which it serves on both sides.
///
/// # Errors
/// A refusal where its name is taken or something that it names does not exist.
pub fn insert(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: &Method,
    currency: CurrencyCode,
    priority: Option<i64>,
) -> Result<StoredMethod, Error> {
    let mut faults = faults(tx, direction, None, method)?;
    if currencies::usable(tx.conn, &[currency])?.is_empty() {
        faults.push(LedgerFault::NotEnabledCurrency.at(Field::Currency));
    }
    Refusal::unless_empty(faults)?;
    let last = table::table.filter(table::direction.eq(direction)).select(diesel::dsl::max(table::priority));
    let last: Option<i64> = last.first(tx.conn)?;
    let method = Method { priority: priority.unwrap_or_else(|| last.map_or(1, |last| last + 1)), ..method.clone() };
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let fixed = (table::direction.eq(direction), table::provider.eq(&method.provider));
    let id = diesel::insert_into(table::table).values((fixed, values(&method)?, times)).returning(table::id);
    let id: MethodId =
        id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    set_groups(tx, id, &method)?;
    for kind in MethodCurrencyKind::ALL {
        let entry = MethodCurrency { currency, kind: *kind, is_enabled: true, min_amount: None, max_amount: None };
        method_currencies::add(tx, id, &entry)?;
    }
    get(tx.conn, direction, id)
}

/// Writes what can be set of a method.
///
/// # Errors
/// A refusal where its name is taken or something that it names does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    before: &StoredMethod,
    after: &Method,
) -> Result<StoredMethod, Error> {
    Refusal::unless_empty(faults(tx, direction, Some(&before.data), after)?)?;
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    if after.groups != before.data.groups {
        set_groups(tx, before.id, after)?;
    }
    get(tx.conn, direction, before.id)
}

/// Deletes a method that was never used, with what belongs to it, and answers what it was.
///
/// # Errors
/// A refusal where transactions name it.
pub fn delete(tx: &mut Tx<'_>, direction: MethodDirection, id: MethodId) -> Result<StoredMethod, Error> {
    let method = lock(tx, direction, id)?;
    stop_movements(tx)?;
    let used = transactions::table.filter(transactions::method_id.eq(id));
    let paid_to = deposit_addresses::table.filter(deposit_addresses::method_id.eq(id));
    if diesel::select(diesel::dsl::exists(used).or(diesel::dsl::exists(paid_to))).get_result(tx.conn)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    diesel::delete(members::table.filter(members::method_id.eq(id))).execute(tx.conn)?;
    diesel::delete(of_method::table.filter(of_method::method_id.eq(id))).execute(tx.conn)?;
    diesel::delete(commissions::table.filter(commissions::method_id.eq(id))).execute(tx.conn)?;
    diesel::delete(method_attributes::table.filter(method_attributes::method_id.eq(id))).execute(tx.conn)?;
    diesel::delete(restrictions::table.filter(restrictions::method_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(method)
}
