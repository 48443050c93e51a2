//! Secrets in the free-form options of products, payment methods and rate providers.

use diesel::connection::SimpleConnection as _;
use serde_json::{Value, json};
use storage::Error;

use crate::harness::{Client, Setup, TestApp, databases, on_both, sql, with};

const LOG: &str = "/api/v2/logs/messages";

/// What is stored, one text a row.
fn stored(app: &TestApp, query: &'static str) -> String {
    app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, query))).unwrap().concat()
}

const OF_PRODUCTS: &str = "SELECT options FROM products";

/// A record with options: where it is found, and how its stored options are read.
struct Record {
    path: String,
    options_of: &'static str,
}

/// A product, a method and a rate provider with these options.
fn with_options(app: &TestApp, admin: &Client, options: &Value) -> [Record; 3] {
    let (_, _, product) = app.product(admin);
    let product = format!("/api/v2/products/{product}");
    admin.patch(&product, &json!({"options": options})).expect(200);
    let method = json!({
        "name": "card", "caption": "Card", "provider": "manual", "groupIds": [], "isEnabled": true, "currencyCode": 840,
    });
    let made = admin.post("/api/v2/deposits/methods", &method);
    let method = format!("/api/v2/deposits/methods/{}", made.expect(201)["id"]);
    admin.patch(&method, &json!({"options": options})).expect(200);
    let provider = json!({
        "name": "rates", "provider": "custom", "fromCurrencies": [840], "toCurrencies": [978], "options": options,
    });
    let provider = admin.post("/api/v2/rates/providers", &provider).expect(201);
    let provider = format!("/api/v2/rates/providers/{}", provider["id"]);
    [
        Record { path: product, options_of: OF_PRODUCTS },
        Record { path: method, options_of: "SELECT options FROM methods" },
        Record { path: provider, options_of: "SELECT options FROM rate_providers" },
    ]
}

fn secret_options() -> Value {
    json!({
        "address": "https://one.example", "apiSecret": "s3cret-1", "limit": 5,
        "inner": {"accounts": [{"login": "x", "access_token": "s3cret-2"}], "credentials": {"user": "s3cret-3"}},
    })
}

fn masked_options() -> Value {
    json!({
        "address": "https://one.example", "apiSecret": "***", "limit": 5,
        "inner": {"accounts": [{"login": "x", "access_token": "***"}], "credentials": "***"},
    })
}

#[test]
fn secrets_are_sealed_and_answered_masked_at_any_depth() {
    on_both(|app| {
        let admin = app.admin();
        for record in with_options(app, &admin, &secret_options()) {
            let answer = admin.get(&record.path).expect(200);
            assert_eq!(answer["options"], masked_options(), "{}", record.path);
            let list = record.path.rsplit_once('/').unwrap().0;
            assert!(!admin.get(list).expect(200).to_string().contains("s3cret"));
            assert!(!admin.get(&format!("{list}?format=csv")).expect(200).to_string().contains("s3cret"));
            assert!(!stored(app, record.options_of).contains("s3cret"), "{}", record.path);
        }
        let log = admin.get(&format!("{LOG}?limit=100")).expect(200).to_string();
        assert!(log.contains("apiSecret") && !log.contains("s3cret"));
        assert!(!stored(app, "SELECT details FROM system_logs").contains("s3cret"));
    });
}

#[test]
fn the_options_of_a_product_are_masked_among_the_preferences_of_its_accounts() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840]);
        let secrets = json!({"options": secret_options()});
        admin.patch(&format!("/api/v2/products/{product}"), &secrets).expect(200);
        let client = admin.new_client("ann@example.com", &json!({}));
        let account = admin.new_account(client, product, 840);
        let preferences = admin.get(&format!("/api/v2/accounts/{account}/preferences")).expect(200);
        assert_eq!(preferences["options"], masked_options());
    });
}

#[test]
fn a_secret_that_is_sent_back_masked_or_left_out_stays() {
    on_both(|app| {
        let admin = app.admin();
        for record in with_options(app, &admin, &secret_options()) {
            let before = stored(app, record.options_of);
            let answer = admin.get(&record.path).expect(200);
            admin.patch(&record.path, &json!({"options": answer["options"]})).expect(200);
            assert_eq!(stored(app, record.options_of), before, "{}", record.path);
            let without =
                json!({"address": "https://one.example", "limit": 6, "inner": {"accounts": [{"login": "x"}]}});
            let changed = admin.patch(&record.path, &json!({"options": without})).expect(200);
            let mut expected = masked_options();
            expected["limit"] = json!(6);
            assert_eq!(changed["options"], expected, "{}", record.path);
        }
    });
}

#[test]
fn a_new_address_requires_the_secrets_again() {
    on_both(|app| {
        let admin = app.admin();
        for record in with_options(app, &admin, &json!({"address": "https://one.example", "key": "s3cret"})) {
            for moved in [json!({"address": "https://two.example"}), json!({"host": "two.example", "key": "***"})] {
                let options = with(json!({"address": "https://one.example"}), &moved);
                let refused = admin.patch(&record.path, &json!({"options": options}));
                refused.has_faults(&[("options.key", "secretForNewAddress")]);
                refused.refused(422, "secretForNewAddress");
            }
            let again = json!({"address": "https://two.example", "key": "new"});
            let moved = admin.patch(&record.path, &json!({"options": again})).expect(200);
            assert_eq!(moved["options"]["address"], json!("https://two.example"));
        }
    });
}

#[test]
fn a_masked_secret_of_an_entry_that_is_not_stored_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        for record in with_options(app, &admin, &secret_options()) {
            let other = json!({"inner": {"accounts": [{"login": "other", "token": "***"}]}});
            let refused = admin.patch(&record.path, &json!({"options": other}));
            refused.expect_faults(422, &[("options.inner.accounts.0.token", "secretOfUnknownEntry")]);
        }
    });
}

#[test]
fn a_new_secret_alone_is_seen_in_the_log() {
    on_both(|app| {
        let admin = app.admin();
        for record in with_options(app, &admin, &json!({"key": "s3cret"})) {
            app.advance(1);
            let before = admin.total(LOG);
            admin.patch(&record.path, &json!({"options": {"key": "***"}})).expect(200);
            assert_eq!(admin.total(LOG), before, "{}", record.path);
            admin.patch(&record.path, &json!({"options": {"key": "new"}})).expect(200);
            let log = admin.get(LOG).expect(200);
            assert_eq!(log["total"], json!(before + 1), "{}", record.path);
            assert_eq!(log["data"][0]["details"]["new"]["options"]["key"], json!("***"));
        }
    });
}

#[test]
fn secrets_that_an_earlier_version_stored_in_clear_are_sealed_at_the_next_start() {
    for url in databases() {
        let app = TestApp::start(url.clone(), &Setup::default());
        with_options(&app, &app.admin(), &json!({"limit": 5}));
        for table in ["products", "methods", "rate_providers"] {
            let clear =
                format!("UPDATE {table} SET options = '{{\"inner\":{{\"apiSecret\":\"s3cret\"}},\"limit\":5}}'");
            app.database.write(move |tx| Ok::<_, Error>(tx.conn.batch_execute(&clear)?)).unwrap();
        }
        drop(app);
        let app = TestApp::start(url, &Setup::default());
        for table in [OF_PRODUCTS, "SELECT options FROM methods", "SELECT options FROM rate_providers"] {
            let kept = stored(&app, table);
            assert!(kept.contains("sealed:") && kept.contains("\"limit\":5") && !kept.contains("s3cret"), "{kept}");
        }
        let product = app.admin().get("/api/v2/products/1").expect(200);
        assert_eq!(product["options"], json!({"inner": {"apiSecret": "***"}, "limit": 5}));
    }
}

#[test]
fn secrets_that_an_earlier_version_logged_in_clear_are_masked_by_the_migration() {
    on_both(|app| {
        let (_, _, product) = app.product(&app.admin());
        let details = format!(r#"{{"id":{product},"new":{{"name":"x","options":{{"a":[{{"token":"s3cret"}}]}}}}}}"#);
        app.migrate_from_before("2026-11-28-000015_access", format!("UPDATE system_logs SET details = '{details}'"));
        let kept = stored(app, "SELECT details FROM system_logs");
        assert!(
            kept.contains(r#""token":"***""#) && kept.contains(r#""name":"x""#) && !kept.contains("s3cret"),
            "{kept}"
        );
    });
}
