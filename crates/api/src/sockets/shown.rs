//! What events show.

use domain::value::{Locale, Localizer};
use http::routes::Resource as _;
use serde_json::{Map, Value, json};
use storage::ledger::transactions::StoredTransaction;

use crate::back::TransactionAnswer;

/// What a client sees of their transaction: what staff see but for what is internal.
const FIELDS: [&str; 12] = [
    "transactionId",
    "creditDetails",
    "debitDetails",
    "foreignExchangeRate",
    "meta",
    "method",
    "resolution",
    "status",
    "type",
    "createTime",
    "updateTime",
    "processedTime",
];
const META_FIELDS: [&str; 7] = [
    "blockchainTransaction",
    "invoice",
    "providerCommission",
    "providerOptions",
    "createTime",
    "invoiceTime",
    "updateTime",
];
const ACCOUNT_FIELDS: [&str; 9] =
    ["accountId", "accountNumber", "caption", "currency", "group", "platform", "permissions", "statement", "type"];

/// The data of an event about a deposit, for somebody who reads these languages.
pub(super) fn of_deposit(stored: StoredTransaction, locale: &Locale) -> Result<Value, serde_json::Error> {
    let mut answer = TransactionAnswer::from(stored);
    answer.localize(&mut Localizer::new(locale));
    let answer = serde_json::to_value(answer)?;
    let mut transaction = picked(&answer, &FIELDS);
    if let Some(meta) = transaction.get_mut("meta").filter(|meta| meta.is_object()) {
        *meta = picked(meta, &META_FIELDS).into();
    }
    for side in ["creditDetails", "debitDetails"] {
        let account = transaction.get_mut(side).and_then(|side| side.get_mut("account"));
        if let Some(account) = account.filter(|account| account.is_object()) {
            *account = picked(account, &ACCOUNT_FIELDS).into();
        }
    }
    let message = answer.get("resolution").and_then(|resolution| resolution.get("name")).cloned();
    Ok(json!({"transaction": transaction, "message": message}))
}

fn picked(of: &Value, fields: &[&str]) -> Map<String, Value> {
    fields.iter().filter_map(|field| Some(((*field).to_owned(), of.get(field)?.clone()))).collect()
}
