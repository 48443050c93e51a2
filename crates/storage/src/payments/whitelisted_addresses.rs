//! The addresses that clients may withdraw to, while they restrict themselves to such. Clients keep them themselves.

use std::collections::HashSet;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::{CurrencyCode, TransactionId};
use domain::payments::{PaymentsFault, WalletFacts, WhitelistedAddress, WhitelistedAddressId, asks_for_wallet};
use domain::value::{Fault, FaultCode as _, Field, Refusal, Timestamp};

use crate::client_scope::{check_not_deleted, visible};
use crate::clients::settings;
use crate::connection::{MultiBackend, on_each};
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::whitelisted_addresses::{self as table, BoxedQuery};
use crate::schema::{client_settings, withdrawal_wallets};
use crate::{ById, DbConnection, Error, Page, Paging, Tx};

/// An address as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAddress {
    /// Its id.
    pub id: WhitelistedAddressId,
    /// Whose it is.
    pub client: ClientId,
    /// What the client set.
    pub data: WhitelistedAddress,
    /// The currency.
    pub currency: CurrencyBrief,
    /// Whether the client restricts themselves to such addresses.
    pub is_enabled: bool,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Option<Timestamp>,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// This address.
    pub wallet_address: Option<String>,
    /// In this currency.
    pub currency: Option<CurrencyCode>,
    /// Of clients who restrict themselves to such addresses, or do not.
    pub is_enabled: Option<bool>,
}

/// What addresses are sorted by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// The address.
    WalletAddress,
}

type DataColumns = (String, CurrencyCode, Option<String>, Option<String>);
type Columns = (WhitelistedAddressId, ClientId, DataColumns, Timestamp, Option<Timestamp>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::wallet_address, table::currency_code, table::caption, table::destination_tag);
    (table::id, table::client_id, data, table::create_time, table::update_time)
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(address) = &filter.wallet_address {
        query = query.filter(table::wallet_address.eq(address.clone()));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(table::currency_code.eq(currency));
    }
    if let Some(is_enabled) = filter.is_enabled {
        let restricted =
            client_settings::table.filter(client_settings::is_whitelist_on).select(client_settings::client_id);
        query = if is_enabled {
            query.filter(table::client_id.eq_any(restricted))
        } else {
            query.filter(table::client_id.ne_all(restricted))
        };
    }
    query
}

fn stored(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredAddress>, Error> {
    let clients: Vec<ClientId> = rows.iter().map(|row| row.1).collect();
    let restricted = client_settings::table
        .filter(one_of(client_settings::client_id, &clients))
        .filter(client_settings::is_whitelist_on);
    let restricted = restricted.select(client_settings::client_id);
    let restricted: Vec<ClientId> = on_each!(conn, conn => restricted.load(conn))?;
    let restricted: HashSet<ClientId> = restricted.into_iter().collect();
    let codes: Vec<CurrencyCode> = rows.iter().map(|row| row.2.1).collect();
    let briefs = currencies::briefs(conn, &codes)?;
    let address = |(id, client, data, create_time, update_time): Columns| {
        let (wallet_address, currency, caption, destination_tag) = data;
        let brief = briefs.get(&currency)?.clone();
        let data = WhitelistedAddress { wallet_address, currency, caption, destination_tag };
        let is_enabled = restricted.contains(&client);
        Some(StoredAddress { id, client, data, currency: brief, is_enabled, create_time, update_time })
    };
    Ok(rows.into_iter().filter_map(address).collect())
}

/// Addresses of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredAddress>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::WalletAddress => ordered!(query, paging.direction, table::wallet_address, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: stored(conn, rows)? })
}

/// One address.
///
/// # Errors
/// [`Error::NotFound`], also for an address of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: WhitelistedAddressId) -> Result<StoredAddress, Error> {
    let query = filtered(scope, &Filter::default()).filter(table::id.eq(id));
    let row: Columns = query.select(columns()).first(conn)?;
    stored(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Whether a client can add an address to their whitelist.
///
/// # Errors
/// A refusal where its currency has no addresses or it has not the form of one; a conflict where it is listed for the
/// currency.
pub fn check_new(tx: &mut Tx<'_>, client: ClientId, address: &WhitelistedAddress) -> Result<(), Error> {
    let usable = currencies::usable(tx.conn, &[address.currency])?.pop();
    let currency = usable.filter(|currency| asks_for_wallet(currency.code));
    let currency = currency.ok_or_else(|| Refusal::unknown(Field::Currency))?;
    Refusal::unless_empty(address.form_fault(&currency.alphabetic_code).into_iter().collect())?;
    if is_listed(tx.conn, client, address.currency, &address.wallet_address)? {
        return Err(PaymentsFault::AddressListed.at(Field::ListedAddress).conflict().into());
    }
    Ok(())
}

/// Adds an address to the whitelist of a client, as they ask for it.
///
/// # Errors
/// As of [`check_new`] and [`insert`].
pub fn add(tx: &mut Tx<'_>, client: ClientId, address: &WhitelistedAddress) -> Result<WhitelistedAddressId, Error> {
    check_new(tx, client, address)?;
    insert(tx, client, address)
}

/// Adds an address to the whitelist of a client.
///
/// # Errors
/// A conflict where it is listed for the currency.
pub fn insert(tx: &mut Tx<'_>, client: ClientId, address: &WhitelistedAddress) -> Result<WhitelistedAddressId, Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    if is_listed(tx.conn, client, address.currency, &address.wallet_address)? {
        return Err(PaymentsFault::AddressListed.at(Field::ListedAddress).conflict().into());
    }
    let values = (
        table::client_id.eq(client),
        table::wallet_address.eq(&address.wallet_address),
        table::currency_code.eq(address.currency),
        table::caption.eq(&address.caption),
        table::destination_tag.eq(&address.destination_tag),
        table::create_time.eq(tx.now.naive()),
    );
    Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?)
}

/// Removes an address of a client from their whitelist, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for an address of another client.
pub fn delete(tx: &mut Tx<'_>, client: ClientId, id: WhitelistedAddressId) -> Result<StoredAddress, Error> {
    tx.lock("clients", client)?;
    let address = get(tx.conn, &Scope::Client(client), id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(address)
}

/// Whether a client withdraws to whitelisted addresses alone.
pub fn is_restricted(conn: &mut DbConnection, client: ClientId) -> Result<bool, Error> {
    let is_restricted = client_settings::table.find(client).select(client_settings::is_whitelist_on);
    Ok(is_restricted.first(conn).optional()?.unwrap_or(false))
}

/// The currencies for which clients can whitelist addresses, a page of them.
pub fn list_currencies(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<CurrencyBrief>, Error> {
    currencies::list_of_chains(conn, paging)
}

/// Has a client withdraw to whitelisted addresses alone, or to any again.
pub fn restrict(tx: &mut Tx<'_>, client: ClientId, is_restricted: bool) -> Result<(), Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    settings::ensure(tx, client)?;
    let row = client_settings::table.find(client);
    diesel::update(row).set(client_settings::is_whitelist_on.eq(is_restricted)).execute(tx.conn)?;
    Ok(())
}

fn is_listed(conn: &mut DbConnection, client: ClientId, currency: CurrencyCode, wallet: &str) -> Result<bool, Error> {
    let same = table::table
        .filter(table::client_id.eq(client))
        .filter(table::currency_code.eq(currency))
        .filter(table::wallet_address.eq(wallet));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// What is wrong with the wallet that a withdrawal of a client, who is held, goes to: it is not on the whitelist that the
/// client restricts themselves to.
pub(super) fn fault(
    conn: &mut DbConnection,
    client: ClientId,
    currency: CurrencyCode,
    wallet: &str,
) -> Result<Option<Fault>, Error> {
    let is_restricted = is_restricted(conn, client)?;
    let is_listed = is_listed(conn, client, currency, wallet)?;
    Ok(WalletFacts { is_restricted, is_listed }.fault())
}

/// Notes the wallet that a withdrawal goes to.
pub(super) fn note(tx: &mut Tx<'_>, client: ClientId, transaction: TransactionId, wallet: &str) -> Result<(), Error> {
    let values = (
        withdrawal_wallets::transaction_id.eq(transaction),
        withdrawal_wallets::client_id.eq(client),
        withdrawal_wallets::wallet_address.eq(wallet),
        withdrawal_wallets::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(withdrawal_wallets::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Removes the whitelist of a client.
pub(crate) fn remove_all(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::client_id.eq(client))).execute(tx.conn)?;
    Ok(())
}
