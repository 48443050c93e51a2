//! Accounts.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use crate::harness::orders::ReadyClient;
use crate::harness::{on_both, with};

#[test]
fn an_account_is_opened_with_the_rights_of_its_product() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "personal", &[840]);
        let client = admin.new_client("a@example.com", &json!({}));
        let made = admin.post("/api/v2/accounts", &json!({"clientId": client, "productId": product}));
        assert_eq!(made.header("Location"), Some("/api/v2/accounts/1"));
        let made = made.expect(201);
        let zero = "0.000000000000000000";
        assert_eq!(made["accountNumber"], json!("1000001"));
        assert_eq!(made["type"], json!("personal"));
        assert_eq!(
            made["currency"],
            json!({"alphabeticCode": "USD", "minorUnit": 2, "name": "US Dollar", "numericCode": 840})
        );
        assert_eq!(made["permissions"].as_array().map(Vec::len), Some(8));
        assert_eq!(
            made["statement"],
            json!({
                "availableBalance": zero, "currentBalance": zero, "credit": zero, "equity": zero, "freeMargin": null,
                "hold": zero, "margin": null, "marginLevel": null, "pnl": zero, "updateTime": "2026-01-01T00:00:00+00:00",
            })
        );
        assert_eq!(admin.get("/api/v2/accounts/1").expect(200), made);
        assert_eq!(admin.get("/api/v2/accounts/1/balance").expect(200), made["statement"]);
        assert_eq!(admin.get(&format!("/api/v2/accounts?filter[clientId]={client}")).expect(200)["data"][0], made);
        assert_eq!(admin.total("/api/v2/accounts?filter[productId]=99"), 0);
    });
}

#[test]
fn every_obstacle_to_an_opening_is_reported() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840, 978]);
        let client = admin.new_client("a@example.com", &json!({}));
        let open = |fields: Value| {
            let account = json!({"clientId": client, "productId": product, "currencyCode": 840});
            admin.post("/api/v2/accounts", &with(account, &fields))
        };
        assert_eq!(open(json!({"clientId": 99, "leverage": 5})).faulty_fields(), ["clientId", "leverage"]);
        assert_eq!(open(json!({"currencyCode": 392})).faulty_fields(), ["currencyCode"]);
        let body = json!({"clientId": client, "productId": product});
        assert_eq!(admin.post("/api/v2/accounts", &body).faulty_fields(), ["currencyCode"]);
        admin.post("/api/v2/accounts", &body).refused(400, "currencyRequired");
        open(json!({"startAmount": "5"})).refused(422, "startAmountNotOffered");
        let currencies = format!("/api/v2/products/{product}/currencies");
        let euro = admin.get(&format!("{currencies}?filter[alphabeticCode]=EUR")).expect(200)["data"][0]["id"].clone();
        admin.patch(&format!("{currencies}/{euro}"), &json!({"isEnabled": false})).expect(200);
        open(json!({"currencyCode": 978})).expect_faults(422, &[("currencyCode", "productCurrencyDisabled")]);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"maxAccounts": 1})).expect(200);
        open(json!({})).expect(201);
        open(json!({})).refused(422, "tooManyAccounts");
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"status": "banned"})).expect(200);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"maxAccounts": null})).expect(200);
        open(json!({})).refused(422, "clientCannotOpenAccounts");
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"status": "inactive"})).expect(200);
        open(json!({})).expect(201);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"status": "disabled"})).expect(200);
        open(json!({})).refused(422, "disabled");
    });
}

#[test]
fn a_demo_account_begins_with_play_money() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "demo", &[840]);
        let change = json!({"startAmounts": ["1000", "5000"], "defaultLeverage": 100, "leverages": [10, 50]});
        admin.patch(&format!("/api/v2/products/{product}"), &change).expect(200);
        let client = admin.new_client("a@example.com", &json!({}));
        let body = json!({"clientId": client, "productId": product, "startAmount": "5000", "leverage": 50});
        let made = admin.post("/api/v2/accounts", &body).expect(201);
        assert_eq!(made["statement"]["currentBalance"], json!("5000.000000000000000000"));
        assert_eq!(made["statement"]["freeMargin"], json!("5000.000000000000000000"));
        let preferences = admin.get("/api/v2/accounts/1/preferences").expect(200);
        assert_eq!((&preferences["leverage"], &preferences["leverages"]), (&json!(50), &json!([10, 50, 100])));
        assert_eq!(admin.patch("/api/v2/accounts/1", &json!({"leverage": 10})).expect(200)["accountId"], json!(1));
        admin.patch("/api/v2/accounts/1", &json!({"leverage": 7})).refused(422, "leverageNotOffered");
        admin
            .post("/api/v2/accounts", &json!({"clientId": client, "productId": product, "startAmount": "7"}))
            .refused(422, "startAmountNotOffered");
        assert_eq!(admin.total("/api/v2/transactions"), 1);
        app.verify();
    });
}

#[test]
fn a_balance_is_changed_once_per_key() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "100");
        let path = format!("/api/v2/accounts/{account}/balance");
        let once = admin.with("Idempotency-Key", "k1");
        let answer = once.patch(&path, &json!({"amount": "-40.5", "comment": "slip"})).expect(200);
        assert_eq!(answer["availableBalance"], json!("59.500000000000000000"));
        let again = once.patch(&path, &json!({"amount": "-40.5", "comment": "slip"}));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.expect(200), answer);
        once.patch(&path, &json!({"amount": "1"})).refused(422, "idempotencyKeyReused");
        admin.put(&path, &json!({"amount": "-59.51"})).refused(422, "insufficientFunds");
        admin.put(&path, &json!({"amount": "0.001"})).refused(422, "tooManyPlaces");
        admin.put(&path, &json!({"amount": 0})).refused(400, "zero");
        admin.put(&path, &json!({})).refused(400, "required");
        let kept = admin.get("/api/v2/transactions?filter[type]=withdrawal").expect(200);
        assert_eq!(kept["total"], json!(1));
        let transaction = &kept["data"][0];
        assert_eq!((&transaction["method"], &transaction["meta"]["comment"]), (&json!(null), &json!("slip")));
        assert_eq!(transaction["debitDetails"]["account"]["accountId"], json!(account));
        assert_eq!(transaction["creditDetails"]["account"], json!(null));
        app.verify();
    });
}

#[test]
fn an_account_with_an_unfinished_transaction_is_not_archived() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let account = app.open_account(&admin, ready.client, "trade", 840);
        let deposit = ReadyClient { account, ..ready }.ask(app, "100").unwrap();
        let archive = format!("/api/v2/accounts/{account}/archive");
        admin.post(&archive, &json!({})).refused(409, "accountHasOpenTransaction");
        admin.patch(&format!("/api/v2/transactions/{deposit}"), &json!({"status": "cancelled"})).expect(200);
        admin.post(&archive, &json!({})).expect(200);
    });
}

#[test]
fn only_an_empty_trading_account_is_archived_and_then_only_read() {
    on_both(|app| {
        let admin = app.admin();
        let (client, wallet) = app.wallet(&admin, "a@example.com", 840, "10");
        admin.post(&format!("/api/v2/accounts/{wallet}/archive"), &json!({})).refused(422, "notTradingAccount");
        let product = app.open_product(&admin, "trade", &[840]);
        let account = admin.new_account(client, product, 840);
        let transfer = |from: i64, to: i64| admin.transfer(client, [from, to], "10");
        transfer(wallet, account).expect(201);
        let archive = format!("/api/v2/accounts/{account}/archive");
        admin.post(&archive, &json!({})).refused(409, "accountHasMoney");
        transfer(account, wallet).expect(201);
        let archived = admin.post(&archive, &json!({})).expect(200);
        assert_eq!(archived["archiveTime"], json!("2026-01-01T00:00:00+00:00"));
        admin.post(&archive, &json!({})).refused(409, "archived");
        admin.patch(&format!("/api/v2/accounts/{account}"), &json!({"caption": "x"})).refused(409, "archived");
        admin.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": 1})).refused(409, "archived");
        transfer(wallet, account).refused(422, "archived");
        assert_eq!(admin.total(&format!("/api/v2/accounts?filter[productId]={product}")), 1);
    });
}
