//! Accounts, payments and bonuses, as they are answered to clients.

use domain::payments::MethodDirection;
use serde_json::json;

use super::bonuses::program;
use crate::bonuses::trading;
use crate::harness::orders::ReadyClient;
use crate::harness::{Bodies, on_both, with};

#[test]
fn bodies_of_accounts_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let product = admin.new_open_product("practice", "demo", &[840]);
        let terms = json!({"startAmounts": ["1000"], "defaultLeverage": 100, "leverages": [50]});
        admin.patch(&format!("/api/v2/products/{product}"), &terms).expect(200);
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        let account = json!({
            "productId": product, "currencyCode": 840, "caption": "Mine", "leverage": 50, "startAmount": "1000",
        });
        let account = bodies.create("/api/v2/my/accounts", &account);
        bodies.ask(&format!("/api/v2/my/accounts/{account}/archive"), &json!({}), 200);
        bodies.first_of("/api/v2/my/platforms");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_accounts", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_payments_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let other = app.open_account(&admin, ready.client, "personal", 840);
        let as_client = app.as_client(ready.client);
        let mut bodies = Bodies::of(&as_client);
        for way in ["deposits", "withdrawals"] {
            let method = if way == "deposits" { ready.method } else { admin.new_method(way, "bank") };
            let group = admin.create(&format!("/api/v2/{way}/groups"), &json!({"name": "fiat", "caption": "Fiat"}));
            let path = format!("/api/v2/{way}/methods/{method}");
            admin.patch(&path, &json!({"groupIds": [group]})).expect(200);
            admin.create(&format!("{path}/attributes"), &json!({"name": "iban", "caption": "IBAN", "type": "text"}));
            bodies.first_of(&format!("/api/v2/my/{way}/methods"));
            bodies.first_of(&format!("/api/v2/my/{way}/groups"));
            bodies.first_of(&format!("/api/v2/my/{way}/currencies"));
        }
        let order = json!({
            "accountId": ready.account, "methodId": ready.method, "currencyCode": 978, "amount": "1000",
            "appInstanceId": "app-1", "data": {"iban": "DE1"},
        });
        bodies.ask("/api/v2/my/deposits/sync", &order, 200);
        let preview = with(order, &json!({"isPretend": true}));
        bodies.ask("/api/v2/my/deposits", &preview, 200);
        let transfer = json!({
            "amount": "5", "isInternal": false, "sourceAccountId": ready.account, "destinationAccountId": other,
        });
        bodies.ask("/api/v2/my/transfers", &transfer, 201);
        bodies.first_of("/api/v2/my/transactions");
        let template = json!({
            "name": "Rent",
            "data": {"account_id": 1, "amount": "5", "currency_code": 978, "method_id": 3, "groupName": "Fiat", "data": {}},
        });
        bodies.create("/api/v2/my/withdrawals/patterns", &template);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_payments", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_bonuses_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let ann = trading(app, &admin);
        let program = admin.create("/api/v2/bonuses/temporary", &program(app, ann.platform));
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let as_client = app.as_client(ann.client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/bonuses/temporary");
        let claim = json!({"accountId": ann.account});
        bodies.ask(&format!("/api/v2/my/bonuses/temporary/{program}/claim"), &claim, 200);
        bodies.first_of("/api/v2/my/bonuses");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_my_bonuses", bodies.into_text());
        });
    });
}
