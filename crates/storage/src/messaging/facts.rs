//! What is known of an event beside the ids that it was written with.

use diesel::prelude::*;
use domain::catalog::PlatformId;
use domain::clients::{ClientId, ClientStatus, Locality};
use domain::ledger::{AccountId, Amount, CurrencyCode, TransactionId};
use domain::messaging::{BalanceFacts, EventName, TransferFacts};
use domain::value::Timestamp;
use serde_json::{Map, Value};

use super::events::StoredEvent;
use crate::money::Stored;
use crate::schema::{accounts, clients, currencies, product_groups, products, transactions};
use crate::{DbConnection, Error};

/// An event with what its listeners and mails tell of it.
pub(super) struct Facts {
    /// By the names of the public interface, which are those of placeholders.
    pub data: Map<String, Value>,
    /// Of a transfer between two accounts.
    pub transfer: Option<TransferFacts>,
    /// Of a balance with a service outside.
    pub balance: Option<BalanceFacts>,
    /// The client, where there is one.
    pub client: Option<ClientFacts>,
    /// The account that it is about.
    pub account: Option<AccountId>,
}

/// The client of an event. One who was removed is told nothing, and nothing is told of them.
pub(super) struct ClientFacts {
    pub email: String,
    pub locale: Option<Locality>,
    pub first_name: String,
    pub last_name: String,
}

/// Puts together what is known of an event now. What it was written with stays.
pub(super) fn of(conn: &mut DbConnection, event: &StoredEvent) -> Result<Facts, Error> {
    let mut data = event.data.clone();
    let mut tell = |key: &str, value: Value| {
        data.entry(key).or_insert(value);
    };
    tell("time", Value::from(Timestamp::to_string(&event.create_time)));
    let client = event.client.map(|id| client_of(conn, id)).transpose()?.flatten();
    if let Some(client) = &client {
        tell("clientEmail", client.email.as_str().into());
    }
    let transaction = event.id_of("transactionId").map(|id| transaction_of(conn, id.into())).transpose()?;
    let mut account = event.id_of("accountId").map(AccountId::new);
    let mut transfer = None;
    if let Some(transaction) = transaction {
        tell("amount", transaction.amount.plain().into());
        tell("currency", transaction.currency.into());
        tell("status", transaction.status.into());
        tell("type", transaction.kind.into());
        account = account.or(transaction.accounts.0).or(transaction.accounts.1);
        if let (Some(source), Some(destination)) = transaction.accounts {
            let platform = |conn: &mut DbConnection, account| -> Result<PlatformId, Error> {
                Ok(accounts::table.find::<AccountId>(account).select(accounts::platform_id).first(conn)?)
            };
            let (source, destination) = (platform(conn, source)?, platform(conn, destination)?);
            transfer = Some(TransferFacts { source, destination, amount: transaction.amount });
        }
    }
    if let Some(account) = account {
        for (key, value) in account_of(conn, account)? {
            tell(key, value.into());
        }
        tell("accountId", account.get().into());
    }
    let balance = (event.name == EventName::AccountBalanceReceived).then(|| balance_of(event)).flatten();
    Ok(Facts { data, transfer, balance, client, account })
}

fn balance_of(event: &StoredEvent) -> Option<BalanceFacts> {
    let amount = |key: &str| event.data.get(key).and_then(Value::as_str)?.parse().ok();
    Some(BalanceFacts { amount: amount("amount")?, before: amount("amountBefore") })
}

fn client_of(conn: &mut DbConnection, id: ClientId) -> Result<Option<ClientFacts>, Error> {
    let columns = (clients::email, clients::locale, clients::first_name, clients::last_name);
    let present = clients::table.find(id).filter(clients::status.ne(ClientStatus::Deleted)).select(columns);
    let row: Option<(String, String, String, String)> = present.first(conn).optional()?;
    Ok(row.map(|(email, locale, first_name, last_name)| ClientFacts {
        email,
        locale: locale.parse().ok(),
        first_name,
        last_name,
    }))
}

struct TransactionFacts {
    amount: Amount,
    currency: String,
    status: String,
    kind: String,
    accounts: (Option<AccountId>, Option<AccountId>),
}

fn transaction_of(conn: &mut DbConnection, id: TransactionId) -> Result<TransactionFacts, Error> {
    type Row = ((Stored, CurrencyCode), (String, String), (Option<AccountId>, Option<AccountId>));
    let columns = (
        (transactions::debit_amount, transactions::debit_currency),
        (transactions::status, transactions::kind),
        (transactions::debit_account_id, transactions::credit_account_id),
    );
    let ((amount, currency), (status, kind), accounts): Row =
        transactions::table.find(id).select(columns).first(conn)?;
    let currency = currencies::table.find(currency).select(currencies::alphabetic_code).first(conn)?;
    Ok(TransactionFacts { amount: amount.into(), currency, status, kind, accounts })
}

/// What is told of an account, with its names.
fn account_of(conn: &mut DbConnection, id: AccountId) -> Result<[(&'static str, String); 4], Error> {
    let of_product = products::table.inner_join(product_groups::table);
    let (number, product, currency): (String, i64, CurrencyCode) = accounts::table
        .find(id)
        .select((accounts::number, accounts::product_id, accounts::currency_code))
        .first(conn)?;
    let (name, group): (String, String) =
        of_product.filter(products::id.eq(product)).select((products::caption, product_groups::kind)).first(conn)?;
    let currency = currencies::table.find(currency).select(currencies::alphabetic_code).first(conn)?;
    Ok([("accountNumber", number), ("productName", name), ("productGroupType", group), ("currency", currency)])
}
