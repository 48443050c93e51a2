//! What an empty database is filled with: currencies, countries, the group of administrators, the text of codes, and what
//! clients, money and the clients' interface begin with.

use diesel::prelude::*;
use domain::clients::{ClientPermission, ClientType, ClientTypeGroup};
use domain::identity::UserGroup;
use domain::ledger::{CurrencyCode, TransactionTypeName, USD};
use domain::payments::{Method, MethodCurrency, MethodCurrencyKind, MethodDirection};
use domain::resolutions::{Resolution, ResolutionType};
use domain::value::{List, Set, folded};

use crate::clients::types;
use crate::connections::templates;
use crate::payments::{method_currencies, methods as payment_methods};
use crate::resolutions;
use crate::schema::{
    client_types, countries, currencies, methods, permission_levels, transaction_types, user_groups,
    verification_levels,
};
use crate::{Error, Tx, json};

const CURRENCIES: &str = include_str!("../data/currencies.tsv");
const COUNTRIES: &str = include_str!("../data/countries.tsv");

/// Fills the tables that are empty.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    if currencies::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_currencies(tx)?;
    }
    if countries::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_countries(tx)?;
    }
    let administrators = user_groups::table.filter(user_groups::is_administrators.eq(true));
    if administrators.count().get_result::<i64>(tx.conn)? == 0 {
        load_administrators(tx)?;
    }
    crate::platform::settings::begin(tx)?;
    crate::bonuses::settings::begin(tx)?;
    crate::messaging::delivered::load(tx)?;
    crate::antifraud::rules::begin(tx)?;
    templates::deliver(tx)?;
    crate::content::delivered::load(tx)?;
    crate::tickets::departments::begin(tx)?;
    if permission_levels::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_levels(tx)?;
    }
    if client_types::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_client_types(tx)?;
    }
    if transaction_types::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_transaction_types(tx)?;
    }
    if methods::table.count().get_result::<i64>(tx.conn)? == 0 {
        load_manual_method(tx, MethodDirection::Deposit, "Manual deposit")?;
        load_manual_method(tx, MethodDirection::Withdrawal, "Manual withdrawal")?;
    }
    Ok(())
}

fn load_currencies(tx: &mut Tx<'_>) -> Result<(), Error> {
    for [code, alphabetic_code, minor_unit, name, explorer] in rows(CURRENCIES) {
        let explorer = (!explorer.is_empty()).then_some(explorer);
        let values = (
            currencies::code.eq(number(code)?),
            currencies::alphabetic_code.eq(alphabetic_code),
            currencies::minor_unit.eq(number(minor_unit)?),
            currencies::name.eq(name),
            currencies::enabled.eq(true),
            currencies::block_explorer.eq(explorer),
            currencies::markup_buy.eq("0"),
            currencies::markup_sell.eq("0"),
            currencies::resources.eq("[]"),
            currencies::create_time.eq(tx.now.naive()),
            currencies::update_time.eq(tx.now.naive()),
        );
        diesel::insert_into(currencies::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

fn load_countries(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (id, [alpha2, alpha3, numeric, calling, currency, name]) in (1_i64..).zip(rows(COUNTRIES)) {
        let currency: Option<i64> = currencies::table
            .filter(currencies::alphabetic_code.eq(currency))
            .select(currencies::code)
            .first(tx.conn)
            .optional()?;
        let values = (
            countries::id.eq(id),
            countries::alpha2_code.eq(alpha2),
            countries::alpha3_code.eq(alpha3),
            countries::numeric_code.eq(numeric),
            countries::name.eq(name),
            countries::name_key.eq(folded(name)),
            countries::calling_code.eq(calling),
            countries::currency_code.eq(currency),
            countries::enabled.eq(true),
        );
        diesel::insert_into(countries::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

fn load_administrators(tx: &mut Tx<'_>) -> Result<(), Error> {
    let values = (
        user_groups::name.eq(UserGroup::ADMINISTRATORS),
        user_groups::name_key.eq(folded(UserGroup::ADMINISTRATORS)),
        user_groups::is_administrators.eq(true),
        user_groups::permissions.eq("[]"),
    );
    diesel::insert_into(user_groups::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// The verification level that clients begin with, and what they may do on it: money leaves only once somebody has
/// looked at the client.
fn load_levels(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now.naive();
    let allowed = [ClientPermission::Verification, ClientPermission::Converter, ClientPermission::Deposits];
    let values = (
        permission_levels::name.eq("default"),
        permission_levels::name_key.eq("default"),
        permission_levels::caption.eq("Not verified"),
        permission_levels::is_default.eq(true),
        permission_levels::permissions.eq(json(&allowed)?),
        permission_levels::create_time.eq(now),
    );
    let role: i64 = diesel::insert_into(permission_levels::table)
        .values(values)
        .returning(permission_levels::id)
        .get_result(tx.conn)?;
    let values = (
        verification_levels::name.eq("Not verified"),
        verification_levels::name_key.eq("not verified"),
        verification_levels::role_id.eq(role),
        verification_levels::position.eq(0),
        verification_levels::is_default.eq(true),
        verification_levels::limits.eq("{}"),
        verification_levels::create_time.eq(now),
        verification_levels::update_time.eq(now),
    );
    diesel::insert_into(verification_levels::table).values(values).execute(tx.conn)?;
    Ok(())
}

fn load_client_types(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (name, group, default) in
        [("Individual", ClientTypeGroup::Individual, true), ("Corporate", ClientTypeGroup::Corporative, false)]
    {
        let resources = List::default();
        let kind = ClientType { default, enabled: true, name: name.into(), group, wizard: false, resources };
        types::insert(tx, &kind)?;
    }
    Ok(())
}

/// The types of transactions, and a reason to reject one.
fn load_transaction_types(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (name, caption, options) in TRANSACTION_TYPES {
        let values = (
            transaction_types::name.eq(*name),
            transaction_types::caption.eq(*caption),
            transaction_types::options.eq(*options),
            transaction_types::enabled.eq(true),
        );
        diesel::insert_into(transaction_types::table).values(values).execute(tx.conn)?;
    }
    let general = resolutions::types::insert(tx, &ResolutionType { enabled: true, name: "General".into() })?;
    let resources = List::default();
    resolutions::insert(tx, &Resolution { enabled: true, name: "Rejected".into(), kind: general.id, resources })?;
    Ok(())
}

fn load_manual_method(tx: &mut Tx<'_>, direction: MethodDirection, caption: &str) -> Result<(), Error> {
    let method = Method {
        name: Method::MANUAL.into(),
        caption: caption.into(),
        provider: Method::MANUAL.into(),
        connection: None,
        is_enabled: true,
        priority: 1,
        time_to_fund: None,
        icon: None,
        result_url: None,
        ip_white_list: List::default(),
        rate_provider: None,
        options: "{}".into(),
        groups: Set::default(),
        resources: List::default(),
    };
    let method = payment_methods::insert(tx, direction, &method, USD, Some(1))?;
    let others = currencies::table
        .filter(currencies::alphabetic_code.eq_any(MANUAL_CURRENCIES))
        .order(currencies::code)
        .select(currencies::code);
    let others: Vec<CurrencyCode> = others.load(tx.conn)?;
    for currency in others {
        for kind in MethodCurrencyKind::ALL {
            let entry = MethodCurrency { currency, kind: *kind, is_enabled: true, min_amount: None, max_amount: None };
            method_currencies::insert(tx, method.id, &entry)?;
        }
    }
    Ok(())
}

/// What the manual methods serve beside dollars; further ones are added over the interface.
const MANUAL_CURRENCIES: [&str; 9] = ["EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "BTC", "ETH", "USDT"];

const TRANSACTION_TYPES: &[(TransactionTypeName, &str, &str)] = {
    use TransactionTypeName as T;
    const SHOWN: &str = r#"{"operation_status":[2,5,6,8,9,10],"application":"1","operation_restrictions":[]}"#;
    const PAYOUT: &str = r#"{"operation_status":[2,3,5,6,8,9,10,11],"application":"2","operation_restrictions":[],"holds":true,"automatic":false,"automaticFor":"both"}"#;
    const EXCHANGE: &str = r#"{"operation_status":[2,5,6,8,9,10],"application":"0","operation_restrictions":[],"notHedgedClientTypes":[]}"#;
    &[
        (T::Deposit, "Deposit", SHOWN),
        (T::Payout, "Withdrawal", PAYOUT),
        (T::Transfer, "Transfer", SHOWN),
        (T::InternalTransfer, "Transfer to another client", SHOWN),
        (T::Exchange, "Exchange", EXCHANGE),
        (T::Partners, "Partner reward", SHOWN),
    ]
};

/// The rows of a file of tab-separated values; lines that begin with # are comments.
fn rows<const N: usize>(file: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().ok()
    })
}

fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::Broken(format!("{text:?} in the reference data is not a number")))
}
