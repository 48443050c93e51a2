//! The addresses to which clients pay: one of an account, a method and a currency, as long as the method has its connection.

use diesel::prelude::*;
use domain::connections::ConnectionId;
use domain::ledger::{AccountId, CurrencyCode, MethodId};
use domain::payments::{MethodDirection, PaymentsFault};
use domain::requests::Requester;
use domain::value::{FaultCode as _, Field};
use serde_json::{Map, Value};

use super::client_orders::{self, PaymentRoute};
use super::payment_systems::{self, ConnectedSystem, Payer};
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::currencies;
use crate::schema::{currencies as currency_table, deposit_addresses as table};
use crate::{DbConnection, Error, Tx, json};

/// An address that a payment system is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAddress {
    /// The account that is paid to.
    pub account: AccountId,
    /// By which method.
    pub method: MethodId,
    /// Over which connection.
    pub connection: ConnectionId,
    /// In which currency.
    pub currency: CurrencyCode,
    /// Who pays.
    pub payer: Payer,
}

/// Where a client pays to.
#[derive(Clone, Debug)]
pub enum WantedAddress {
    /// There, as the payment system described it.
    Known(Map<String, Value>),
    /// The payment system has to be asked.
    Asked(Box<(ConnectedSystem, AskedAddress)>),
}

/// A client wants to pay any amount of a coin or a stablecoin.
///
/// # Errors
/// A refusal with every rule that it breaks: client, account, product, type, method; or where an amount is needed.
pub fn wanted(tx: &mut Tx<'_>, requester: Requester, route: &PaymentRoute) -> Result<WantedAddress, Error> {
    let admission = client_orders::admit(tx, requester.client, MethodDirection::Deposit, route)?;
    let PaymentRoute { account, method, payment_currency: currency, .. } = *route;
    let system = payment_systems::asked_of(tx.conn, method)?.filter(|_| !currency.is_fiat());
    let system = system.ok_or_else(|| PaymentsFault::AmountMissing.at(Field::Amount).unprocessable())?;
    let paid = currencies::briefs(tx.conn, &[currency])?.remove(&currency).ok_or(Error::NotFound)?;
    let payer = Payer {
        client: requester.client,
        account_number: admission.account.data.number,
        currency: paid.alphabetic_code,
        fields: route.fields.clone(),
        ip: requester.ip,
    };
    let asked = AskedAddress { account, method, connection: system.id, currency, payer };
    Ok(match find(tx.conn, &asked)? {
        Some(known) => WantedAddress::Known(known),
        None => WantedAddress::Asked(Box::new((system, asked))),
    })
}

fn find(conn: &mut DbConnection, asked: &AskedAddress) -> Result<Option<Map<String, Value>>, Error> {
    let known = table::table
        .filter(table::account_id.eq(asked.account))
        .filter(table::method_id.eq(asked.method))
        .filter(table::currency.eq(asked.currency))
        .filter(table::connection_id.eq(asked.connection));
    let details: Option<String> = known.select(table::details).first(conn).optional()?;
    let read = |details: String| serde_json::from_str(&details).map_err(|error| Error::Broken(error.to_string()));
    details.map(read).transpose()
}

/// Keeps the address that a payment system has given, and answers the one that is kept: of two at once the first. The
/// second value is whether it is this one.
///
/// # Errors
/// [`Error::Taken`] where the payment system has given it to somebody else, or by another method.
pub fn keep(
    tx: &mut Tx<'_>,
    asked: &AskedAddress,
    address: &str,
    details: &Map<String, Value>,
) -> Result<(Map<String, Value>, bool), Error> {
    // Of two servers one keeps it after the other.
    lock_by_ids(tx, &[asked.account])?;
    if let Some(known) = find(tx.conn, asked)? {
        return Ok((known, false));
    }
    // One address may take several currencies, and then they are one account's.
    let given = table::table.filter(table::address.eq(address)).filter(table::account_id.ne(asked.account));
    if diesel::select(diesel::dsl::exists(given)).get_result(tx.conn)? {
        return Err(Error::Taken);
    }
    let values = (
        table::address.eq(address),
        table::currency.eq(asked.currency),
        table::account_id.eq(asked.account),
        table::method_id.eq(asked.method),
        table::connection_id.eq(asked.connection),
        table::details.eq(json(details)?),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok((details.clone(), true))
}

/// Whose address it is, and the code of the currency.
///
/// # Errors
/// [`Error::NotFound`] for one that the method does not have for this currency.
pub(super) fn owner(
    conn: &mut DbConnection,
    method: MethodId,
    address: &str,
    currency: &str,
) -> Result<(AccountId, CurrencyCode), Error> {
    let known = table::table
        .inner_join(currency_table::table)
        .filter(table::address.eq(address))
        .filter(currency_table::alphabetic_code.eq(currency))
        .filter(table::method_id.eq(method));
    Ok(known.select((table::account_id, table::currency)).first(conn)?)
}
