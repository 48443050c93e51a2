//! The accounts of the client: what they see, open, change and archive.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, amount, on_both};

const ACCOUNTS: &str = "/api/v2/my/accounts";

fn show_nothing(admin: &Client, account: i64) {
    admin.patch(&format!("/api/v2/accounts/{account}"), &json!({"permissions": ["enabled"]})).expect(200);
}

#[test]
fn a_client_sees_their_own_accounts_as_far_as_they_are_shown() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, wallet) = app.wallet(&admin, "ann@example.com", 840, "12.5");
        app.advance(60);
        let trading = app.open_account(&admin, ann, "trade", 978);
        let hidden = app.open_account(&admin, ann, "trade", 840);
        show_nothing(&admin, hidden);
        let (bob, of_bob) = app.wallet(&admin, "bob@example.com", 840, "0");
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        let listed = as_ann.get(ACCOUNTS).expect(200);
        let ids: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|account| &account["accountId"]).collect();
        assert_eq!((&listed["total"], ids), (&json!(2), vec![&json!(trading), &json!(wallet)]));
        assert_eq!(listed["data"][1]["statement"]["availableBalance"], amount("12.5"));
        assert_eq!((&listed["data"][1]["rights"], &listed["data"][1]["archive"]), (&json!(255), &json!(false)));
        let total = |filter: &str| as_ann.total(&format!("{ACCOUNTS}?filter{filter}"));
        let platform = listed["data"][0]["platform"]["id"].clone();
        assert_eq!((total("[alphabeticCurrencyCode]=eur"), total("[permissions]=deposit")), (1, 2));
        assert_eq!((total(&format!("[platformId]={platform}")), total("[permissions]=rubbish")), (1, 0));
        assert_eq!(as_ann.get(&format!("{ACCOUNTS}/{wallet}")).expect(200), listed["data"][1]);
        for unseen in [hidden, of_bob, 999] {
            as_ann.get(&format!("{ACCOUNTS}/{unseen}")).refused(404, "notFound");
            as_ann.patch(&format!("{ACCOUNTS}/{unseen}"), &json!({})).refused(404, "notFound");
            as_ann.post(&format!("{ACCOUNTS}/{unseen}/archive"), &json!({})).refused(404, "notFound");
        }
        assert_eq!(as_bob.total(ACCOUNTS), 1);
    });
}

#[test]
fn captions_are_in_the_language_of_the_call() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, wallet) = app.wallet(&admin, "ann@example.com", 840, "0");
        let spanish = json!({"resources": [{"key": "name", "locale": "es_ES", "value": "Dólar"}]});
        admin.patch("/api/v2/currencies/840", &spanish).expect(200);
        let group = admin.get(&format!("/api/v2/accounts/{wallet}")).expect(200)["group"]["id"].clone();
        let spanish = json!({"resources": [{"key": "caption", "locale": "es_ES", "value": "Monederos"}]});
        admin.patch(&format!("/api/v2/products/groups/{group}"), &spanish).expect(200);
        let as_ann = app.as_client(ann).with("Accept-Language", "es");
        let shown = as_ann.get(&format!("{ACCOUNTS}/{wallet}")).expect(200);
        assert_eq!((&shown["currency"]["name"], &shown["group"]["caption"]), (&json!("Dólar"), &json!("Monederos")));
    });
}

#[test]
fn a_client_opens_an_account_on_what_they_are_offered() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let as_ann = app.as_client(ann);
        let product = app.open_product(&admin, "trade", &[840, 978]);
        let path = format!("/api/v2/products/{product}");
        admin.patch(&path, &json!({"leverages": [50], "defaultLeverage": 10, "maxAccounts": 2})).expect(200);
        let open = |fields: Value| as_ann.post(ACCOUNTS, &fields);
        open(json!({"productId": product})).expect_faults(400, &[("currencyCode", "currencyRequired")]);
        let fields = json!({"productId": product, "currencyCode": 978, "caption": "Mine", "leverage": 50});
        let opened = open(fields).expect(201);
        assert_eq!((&opened["caption"], &opened["leverage"]), (&json!("Mine"), &json!(50)));
        assert_eq!(opened["currency"]["alphabeticCode"], json!("EUR"));
        assert_eq!(admin.total(&format!("/api/v2/accounts?filter[clientId]={ann}")), 1);
        let euros = |leverage: i64| json!({"productId": product, "currencyCode": 978, "leverage": leverage});
        open(euros(7)).expect_faults(422, &[("leverage", "leverageNotOffered")]);
        open(json!({"productId": product, "currencyCode": 826}))
            .expect_faults(422, &[("currencyCode", "notProductCurrency")]);
        open(json!({"productId": product, "currencyCode": 978, "leverage": null})).expect(201);
        open(euros(50)).expect_faults(422, &[("productId", "tooManyAccounts")]);
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=account_created").expect(200);
        assert!(log["total"].as_i64().unwrap() > 0, "{log}");
    });
}

#[test]
fn what_a_client_is_not_offered_does_not_exist_for_them() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let as_ann = app.as_client(ann);
        let product = app.open_product(&admin, "personal", &[840]);
        let path = format!("/api/v2/products/{product}");
        let refused = |product: i64| {
            as_ann
                .post(ACCOUNTS, &json!({"productId": product}))
                .expect_faults(422, &[("productId", "productNotOffered")]);
        };
        refused(999);
        for status in ["disabled", "present", "hidden"] {
            admin.patch(&path, &json!({"status": status})).expect(200);
            refused(product);
        }
        admin.patch(&path, &json!({"status": "enabled", "permissions": ["enabled"]})).expect(200);
        refused(product);
        admin.patch(&path, &json!({"permissions": ["enabled", "visible"]})).expect(200);
        let restriction = json!({"name": "client_type", "isEnabled": true, "type": "deny", "ids": [1]});
        let restriction = admin.create(&format!("{path}/restrictions"), &restriction);
        refused(product);
        admin.delete(&format!("{path}/restrictions/{restriction}")).expect(204);
        as_ann.post(ACCOUNTS, &json!({"productId": product})).expect(201);
    });
}

#[test]
fn the_limits_of_the_client_bind_what_they_open_themselves() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let as_ann = app.as_client(ann);
        let limits = json!({"maxDemoTradingAccounts": "1", "maxLiveTradingAccounts": "0"});
        admin.patch(&format!("/api/v2/clients/{ann}/limits"), &limits).expect(200);
        let (live, demo) = (app.open_product(&admin, "trade", &[840]), app.open_product(&admin, "demo", &[840]));
        let starts = json!({"startAmounts": ["1000", "500"]});
        admin.patch(&format!("/api/v2/products/{demo}"), &starts).expect(200);
        let open = |product: i64| as_ann.post(ACCOUNTS, &json!({"productId": product, "startAmount": null}));
        open(live).expect_faults(422, &[("productId", "tooManyTradingAccounts")]);
        let opened = open(demo).expect(201);
        assert_eq!(opened["statement"]["currentBalance"], amount("1000"));
        open(demo).expect_faults(422, &[("productId", "tooManyTradingAccounts")]);
        admin.new_account(ann, live, 840);
    });
}

#[test]
fn a_product_may_ask_for_a_request() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let as_ann = app.as_client(ann);
        let product = app.open_product(&admin, "demo", &[840]);
        let settings = json!({"requestRequired": true, "startAmounts": ["1000", "500"]});
        admin.patch(&format!("/api/v2/products/{product}"), &settings).expect(200);
        let wish = json!({"productId": product, "caption": "Mine", "startAmount": "500"});
        let asked = as_ann.post(ACCOUNTS, &wish);
        assert_eq!((asked.status, &asked.body), (202, &json!("")));
        as_ann.post(ACCOUNTS, &wish).refused(409, "requestPending");
        assert_eq!(as_ann.total(ACCOUNTS), 0);
        let request = admin.get("/api/v2/applications").expect(200)["data"][0].clone();
        assert_eq!(request["type"], json!("account"));
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=requests_created").expect(200);
        assert_eq!(log["total"], json!(1), "{log}");
        admin.post(&format!("/api/v2/applications/{}/approve", request["id"]), &json!({})).expect(200);
        let opened = as_ann.get(ACCOUNTS).expect(200)["data"][0].clone();
        assert_eq!((&opened["caption"], &opened["statement"]["currentBalance"]), (&json!("Mine"), &amount("500")));
    });
}

#[test]
fn a_client_names_marks_and_levers_an_account() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"leverages": [50]})).expect(200);
        let account = admin.new_account(ann, product, 840);
        let as_ann = app.as_client(ann);
        let path = format!("{ACCOUNTS}/{account}");
        let changed = as_ann.patch(&path, &json!({"caption": "Mine", "favourite": 1, "leverage": 50})).expect(200);
        let fields = ["caption", "favourite", "leverage"].map(|field| changed[field].clone());
        assert_eq!(fields, [json!("Mine"), json!(true), json!(50)]);
        assert_eq!(as_ann.put(&path, &json!({})).expect(200), changed);
        as_ann.patch(&path, &json!({"leverage": 7})).expect_faults(422, &[("leverage", "leverageNotOffered")]);
        as_ann.patch(&path, &json!({"caption": ""})).expect(400);
        as_ann.post(&format!("{path}/archive"), &json!({})).expect(200);
        as_ann.patch(&path, &json!({"caption": "Other"})).refused(409, "archived");
    });
}

#[test]
fn a_client_archives_an_empty_trading_account() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, wallet) = app.wallet(&admin, "ann@example.com", 840, "0");
        let trading = app.open_account(&admin, ann, "trade", 840);
        let as_ann = app.as_client(ann);
        let archive = |account: i64| as_ann.post(&format!("{ACCOUNTS}/{account}/archive"), &json!({}));
        archive(wallet).refused(422, "notTradingAccount");
        admin.change_balance(trading, "5");
        archive(trading).refused(409, "accountHasMoney");
        admin.change_balance(trading, "-5");
        let archived = archive(trading).expect(200);
        assert_eq!(archived["archive"], json!(true));
        archive(trading).refused(409, "archived");
        assert_eq!(as_ann.total(ACCOUNTS), 2, "archived ones are listed");
    });
}

#[test]
fn the_settings_may_have_a_user_decide_on_archiving() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, wallet) = app.wallet(&admin, "ann@example.com", 840, "0");
        let trading = app.open_account(&admin, ann, "trade", 840);
        let as_ann = app.as_client(ann);
        admin.patch("/api/v2/settings", &json!({"archiveNeedsRequest": true})).expect(200);
        let archive = |account: i64| as_ann.post(&format!("{ACCOUNTS}/{account}/archive"), &json!({}));
        archive(wallet).refused(422, "notTradingAccount");
        archive(trading).expect(202);
        archive(trading).refused(409, "requestPending");
        assert_eq!(as_ann.get(&format!("{ACCOUNTS}/{trading}")).expect(200)["archive"], json!(false));
        let request = admin.get("/api/v2/applications").expect(200)["data"][0]["id"].clone();
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        assert_eq!(as_ann.get(&format!("{ACCOUNTS}/{trading}")).expect(200)["archive"], json!(true));
    });
}

/// A client with two wallets of a currency, one with 100, and their session.
pub fn two_wallets(app: &TestApp, admin: &Client, email: &str) -> (i64, [i64; 2], Client) {
    let (client, first) = app.wallet(admin, email, 840, "100");
    let second = app.open_account(admin, client, "personal", 840);
    (client, [first, second], app.as_client(client))
}

#[test]
fn platforms_that_are_in_use_are_listed() {
    on_both(|app| {
        let admin = app.admin();
        let platform = json!({
            "name": "mt5", "caption": "MT5", "type": "MetaTrader5", "terminalUrl": "https://trade.example.com/",
        });
        let platform = admin.create("/api/v2/platforms", &platform);
        admin.create(
            "/api/v2/platforms",
            &json!({"name": "old", "caption": "Old", "type": "OneZero", "isEnabled": false}),
        );
        let as_ann = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let listed = as_ann.get("/api/v2/my/platforms").expect(200);
        let expected = json!({
            "id": platform, "name": "mt5", "caption": "MT5", "type": "MetaTrader5", "isDemo": false,
            "terminalUrl": "https://trade.example.com/",
        });
        assert!(listed["data"].as_array().unwrap().contains(&expected), "{listed}");
        assert!(listed["data"].as_array().unwrap().iter().all(|platform| platform["name"] != "old"), "{listed}");
    });
}
