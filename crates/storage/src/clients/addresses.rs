//! Addresses of clients.

use diesel::prelude::*;
use domain::clients::{Address, AddressId, AddressKind, ClientId};
use domain::content::CountryId;
use domain::identity::Scope;
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, Stored, Timestamp};

use crate::client_scope::{check_not_deleted, lock_client, sees, visible};
use crate::connection::MultiBackend;
use crate::content::countries::{self, CountryBrief};
use crate::paging::ordered;
use crate::schema::addresses::{self as table, BoxedQuery};
use crate::schema::countries as country;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// An address as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAddress {
    /// Its id.
    pub id: AddressId,
    /// The client whose address it is.
    pub client: ClientId,
    /// What can be set.
    pub data: Address,
    /// Its country.
    pub country: CountryBrief,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredAddress {
    type Data = Address;

    fn data(&self) -> &Address {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// This street and number.
    pub address: Option<String>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// With this postal code.
    pub postcode: Option<String>,
    /// Of this kind.
    pub kind: Option<AddressKind>,
}

#[derive(Queryable)]
struct Row {
    id: AddressId,
    client: ClientId,
    address: String,
    city: String,
    country_id: CountryId,
    postcode: Option<String>,
    state: Option<String>,
    kind: AddressKind,
    create_time: Timestamp,
    update_time: Timestamp,
    country: CountryBrief,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let brief = (country::id, country::alpha2_code, country::alpha3_code, country::name, country::numeric_code);
    (
        table::id,
        table::client_id,
        table::address,
        table::city,
        table::country_id,
        table::postcode,
        table::state,
        table::kind,
        table::create_time,
        table::update_time,
        brief,
    )
}

fn record(row: Row) -> StoredAddress {
    let Row { id, client, address, city, country_id, postcode, state, kind, create_time, update_time, country } = row;
    let data = Address { address, city, country: country_id, postcode, state, kind };
    StoredAddress { id, client, data, country, create_time, update_time }
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(address) = &filter.address {
        query = query.filter(table::address.eq(address.clone()));
    }
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(postcode) = &filter.postcode {
        query = query.filter(table::postcode.eq(postcode.clone()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    query
}

/// Addresses, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredAddress>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let page = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let page = ordered!(page, paging.direction, table::create_time, table::id);
    let ids: Vec<AddressId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(country::table).filter(table::id.eq_any(ids)).into_boxed();
    let rows = ordered!(rows, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: rows.select(columns()).load(conn)? }.map(record))
}

/// One address.
///
/// # Errors
/// [`Error::NotFound`], also for an address of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: AddressId) -> Result<StoredAddress, Error> {
    let query = table::table.inner_join(country::table).filter(table::id.eq(id)).into_boxed();
    Ok(record(visible(query, scope, table::client_id).select(columns()).first(conn)?))
}

fn country_fault(conn: &mut DbConnection, address: &Address) -> Result<Option<Fault>, Error> {
    let known = countries::existing(conn, &[address.country.get()])?;
    Ok(known.is_empty().then(|| CommonFault::Unknown.at(Field::Country)))
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    address: &'a str,
    city: &'a str,
    country_id: CountryId,
    postcode: Option<&'a str>,
    state: Option<&'a str>,
    kind: AddressKind,
}

impl<'a> From<&'a Address> for Values<'a> {
    fn from(address: &'a Address) -> Self {
        Self {
            address: &address.address,
            city: &address.city,
            country_id: address.country,
            postcode: address.postcode.as_deref(),
            state: address.state.as_deref(),
            kind: address.kind,
        }
    }
}

/// One address, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: AddressId) -> Result<StoredAddress, Error> {
    tx.lock("addresses", id)?;
    get(tx.conn, scope, id)
}

/// Adds an address to a client.
///
/// # Errors
/// A refusal where the client or the country does not exist.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, address: &Address) -> Result<StoredAddress, Error> {
    let mut faults: Vec<Fault> = country_fault(tx.conn, address)?.into_iter().collect();
    if !sees(tx.conn, scope, client)? {
        faults.insert(0, CommonFault::Unknown.at(Field::Client));
    }
    Refusal::unless_empty(faults)?;
    check_not_deleted(tx.conn, client)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::client_id.eq(client), Values::from(address), times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, scope, id)
}

/// Writes what can be set of an address.
///
/// # Errors
/// A refusal where the country does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    before: &StoredAddress,
    address: &Address,
) -> Result<StoredAddress, Error> {
    Refusal::unless_empty(country_fault(tx.conn, address)?.into_iter().collect())?;
    check_not_deleted(tx.conn, before.client)?;
    let values = (Values::from(address), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, scope, before.id)
}

/// Holds a client in scope, and tells where they live: their oldest residential address.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn lock_residential(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<Option<Address>, Error> {
    lock_client(tx, scope, client)?;
    match oldest_residential(tx.conn, client)? {
        Some(id) => Ok(Some(lock(tx, scope, id)?.data)),
        None => Ok(None),
    }
}

fn oldest_residential(conn: &mut DbConnection, client: ClientId) -> Result<Option<AddressId>, Error> {
    let residential = table::table.filter(table::client_id.eq(client)).filter(table::kind.eq(AddressKind::Residential));
    Ok(residential.order(table::id).select(table::id).first(conn).optional()?)
}

/// Writes where a client lives: over the oldest residential address, or as a new one.
///
/// # Errors
/// A refusal where the country does not exist.
pub(crate) fn set_residential(
    tx: &mut Tx<'_>,
    scope: &Scope,
    client: ClientId,
    address: &Address,
) -> Result<(), Error> {
    match oldest_residential(tx.conn, client)? {
        Some(id) => {
            let before = lock(tx, scope, id)?;
            update(tx, scope, &before, address).map(drop)
        }
        None => insert(tx, scope, client, address).map(drop),
    }
}

/// Deletes an address, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where the client was removed.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: AddressId) -> Result<StoredAddress, Error> {
    let address = lock(tx, scope, id)?;
    check_not_deleted(tx.conn, address.client)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(address)
}
