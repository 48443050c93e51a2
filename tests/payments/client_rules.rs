//! What refuses an order of a client and not one of a user, rule by rule.

use domain::payments::MethodDirection;
use serde_json::json;

use crate::harness::orders::ReadyClient;
use crate::harness::{Client, TestApp, on_both};

const BOTH: [MethodDirection; 2] = [MethodDirection::Deposit, MethodDirection::Withdrawal];

/// Bounds what the method takes from and pays to accounts in dollars.
fn bound(admin: &Client, ready: &ReadyClient, bounds: &serde_json::Value) {
    let currencies = ready.currencies_of_method();
    let entry = admin.get(&format!("{currencies}?filter[type]=TR")).expect(200)["data"][0]["id"].clone();
    admin.patch(&format!("{currencies}/{entry}"), bounds).expect(200);
}

/// The same client with a trading account of a product, instead of the wallet.
fn on_trading_account(app: &TestApp, admin: &Client, ready: ReadyClient) -> (ReadyClient, i64) {
    let product = app.open_product(admin, "trade", &[840]);
    (ReadyClient { account: admin.new_account(ready.client, product, 840), ..ready }, product)
}

#[test]
fn an_order_is_not_below_the_minimum_of_its_method() {
    for direction in BOTH {
        on_both(|app| {
            let admin = app.admin();
            let ready = ReadyClient::prepare(app, &admin, direction);
            bound(&admin, &ready, &json!({"minAmount": 100}));
            assert_eq!(ready.ask(app, "50").unwrap_err(), "belowMethodMinimum at Amount: min 100");
            ready.ask(app, "100").unwrap();
        });
    }
}

#[test]
fn an_order_is_not_above_the_maximum_of_its_method() {
    for direction in BOTH {
        on_both(|app| {
            let admin = app.admin();
            let ready = ReadyClient::prepare(app, &admin, direction);
            bound(&admin, &ready, &json!({"maxAmount": "99.5"}));
            assert_eq!(ready.ask(app, "100").unwrap_err(), "aboveMethodMaximum at Amount: max 99.5");
            ready.ask(app, "50").unwrap();
        });
    }
}

#[test]
fn a_deposit_is_not_below_the_minimum_of_the_product() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let (trading, product) = on_trading_account(app, &admin, ready);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"minDepositAmount": 100})).expect(200);
        assert_eq!(trading.ask(app, "50").unwrap_err(), "belowMinimumDeposit at Amount: minimum 100, unit usd");
        trading.ask(app, "100").unwrap();
        ready.ask(app, "50").unwrap();
    });
}

#[test]
fn the_monthly_limit_of_a_level_counts_from_the_first_of_the_month() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        // Levels and their limits have no operations yet.
        app.run_sql("UPDATE verification_levels SET limits = '{\"depositMonthly\":\"1100\"}'");
        ready.ask(app, "1000").unwrap();
        app.advance(30 * 24 * 3600);
        assert_eq!(ready.ask(app, "10").unwrap_err(), "monthlyLimitExceeded at Amount: limit 1100");
        app.advance(24 * 3600);
        ready.ask(app, "10").unwrap();
    });
}

#[test]
fn the_product_of_the_account_must_allow_the_order() {
    for (direction, permission) in BOTH.into_iter().zip(["deposit", "withdrawal"]) {
        on_both(|app| {
            let admin = app.admin();
            let ready = ReadyClient::prepare(app, &admin, direction);
            let account = admin.get(&format!("/api/v2/accounts/{}", ready.account)).expect(200);
            let product = format!("/api/v2/products/{}", account["product"]["id"]);
            let allow = |permissions: &[&str]| {
                admin.patch(&product, &json!({"permissions": permissions})).expect(200);
            };
            allow(&["enabled"]);
            let expected = format!("productPermissionMissing at Account: permission {permission}");
            assert_eq!(ready.ask(app, "10").unwrap_err(), expected);
            allow(&["enabled", permission]);
            ready.ask(app, "10").unwrap();
        });
    }
}

#[test]
fn the_method_must_serve_the_currency_of_the_account() {
    for direction in BOTH {
        on_both(|app| {
            let admin = app.admin();
            let ready = ReadyClient::prepare(app, &admin, direction);
            let account = app.open_account(&admin, ready.client, "personal", 978);
            let refused = ReadyClient { account, ..ready }.ask(app, "10");
            assert_eq!(refused.unwrap_err(), "accountCurrencyNotServed at Method");
        });
    }
}
