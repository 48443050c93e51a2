//! The products that clients are offered.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both};

const CURRENCIES: &str = "/api/v2/my/products/currencies";

/// The products whose currencies a client is shown.
#[track_caller]
fn offered(client: &Client) -> Vec<Value> {
    let page = client.get(&format!("{CURRENCIES}?sort_order=asc&limit=100")).expect(200);
    let entries = page["data"].as_array().unwrap();
    assert_eq!(page["total"], json!(entries.len()));
    entries.iter().map(|entry| entry["productId"].clone()).collect()
}

fn client_of(app: &TestApp, admin: &Client, fields: &Value) -> Client {
    let client = admin.new_client(&format!("client-{}@example.com", app.calls()), fields);
    app.as_client(client)
}

#[test]
fn a_client_sees_enabled_groups() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(app, &admin, &json!({}));
        let group = json!({
            "caption": "Trading", "description": "Forex", "status": "enabled", "type": "master",
            "resources": [{"key": "caption", "locale": "ja_JP", "value": "取引"}],
        });
        let group = admin.create("/api/v2/products/groups", &group);
        let path = format!("/api/v2/my/products/groups/{group}");
        let shown = client.with("Accept-Language", "ja").get(&path).expect(200);
        assert_eq!((&shown["caption"], shown.get("status"), shown.get("resources")), (&json!("取引"), None, None));
        assert_eq!(client.total("/api/v2/my/products/groups?filter[type]=master"), 1);
        assert_eq!(client.total("/api/v2/my/products/groups?filter[type]=payment"), 0);
        admin.patch(&format!("/api/v2/products/groups/{group}"), &json!({"status": "disabled"})).expect(200);
        client.get(&path).refused(404, "notFound");
        assert_eq!(client.total("/api/v2/my/products/groups?filter[type]=master"), 0);
    });
}

#[test]
fn a_client_sees_the_currencies_of_products_that_they_may_open() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(app, &admin, &json!({}));
        let product = app.open_product(&admin, "personal", &[840, 978]);
        assert_eq!(offered(&client), [json!(product), json!(product)]);
        let dollars = client.get(&format!("{CURRENCIES}?filter[alphabeticCode]=usd")).expect(200);
        assert_eq!((&dollars["total"], &dollars["data"][0]["currency"]["numericCode"]), (&json!(1), &json!(840)));
        let id = dollars["data"][0]["id"].clone();
        assert_eq!(client.get(&format!("{CURRENCIES}/{id}")).expect(200), dollars["data"][0]);
        let entry = format!("/api/v2/products/{product}/currencies/{id}");
        admin.patch(&entry, &json!({"isEnabled": false})).expect(200);
        client.get(&format!("{CURRENCIES}/{id}")).refused(404, "notFound");
        assert_eq!(offered(&client), [json!(product)]);
        admin.patch("/api/v2/currencies/978", &json!({"enabled": false})).expect(200);
        assert_eq!(offered(&client), Vec::<Value>::new());
    });
}

#[test]
fn what_hides_a_product_hides_its_currencies_and_notes() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(app, &admin, &json!({}));
        let product = app.open_product(&admin, "personal", &[840]);
        let path = format!("/api/v2/products/{product}");
        let note = json!({"title": "Read me", "value": "First"});
        let note = admin.create(&format!("{path}/preferences"), &note);
        let notes = format!("/api/v2/my/products/{product}/preferences");
        let whole = admin.get(&path).expect(200);
        let group = format!("/api/v2/products/groups/{}", whole["group"]["id"]);
        let shown = |is_shown: bool, why: &str| {
            let status = if is_shown { 200 } else { 404 };
            assert_eq!(offered(&client).len(), usize::from(is_shown), "{why}");
            assert_eq!(client.get(&notes).status, status, "{why}");
            assert_eq!(client.get(&format!("{notes}/{note}")).status, status, "{why}");
        };
        shown(true, "an open product");
        for status in ["hidden", "present", "disabled", "default"] {
            admin.patch(&path, &json!({"status": status})).expect(200);
            shown(status == "default", status);
        }
        admin.patch(&group, &json!({"status": "disabled"})).expect(200);
        shown(false, "a disabled group");
        admin.patch(&group, &json!({"status": "enabled"})).expect(200);
        admin.patch(&path, &json!({"permissions": ["enabled", "deposit"]})).expect(200);
        shown(false, "a product that is not visible");
        admin.patch(&path, &json!({"permissions": ["enabled", "visible"]})).expect(200);
        let restriction = json!({"name": "country", "isEnabled": true, "type": "allow", "ids": [1]});
        admin.create(&format!("{path}/restrictions"), &restriction);
        shown(false, "a client without a country");
    });
}

#[test]
fn restrictions_let_some_clients_see_a_product() {
    on_both(|app| {
        let admin = app.admin();
        let countries = admin.get("/api/v2/countries?limit=2").expect(200)["data"].clone();
        let [here, there] = [0, 1].map(|place| countries[place].clone());
        let product = app.open_product(&admin, "personal", &[840]);
        let restriction = json!({"name": "country", "isEnabled": true, "type": "allow", "ids": [here["countryId"]]});
        admin.create(&format!("/api/v2/products/{product}/restrictions"), &restriction);
        let from = |country: &Value| client_of(app, &admin, &json!({"country": country["alpha2Code"]}));
        assert_eq!(offered(&from(&here)), [json!(product)]);
        assert_eq!(offered(&from(&there)), Vec::<Value>::new());
    });
}

#[test]
fn the_settings_are_those_in_force() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(app, &admin, &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"maxAccounts": 3})).expect(200);
        let entry = client.get(CURRENCIES).expect(200)["data"][0].clone();
        assert_eq!((&entry["maxAccounts"], entry["permissions"].as_array().unwrap().len()), (&json!(3), 8));
        let own = json!({
            "overwriteProductSettings": true, "permissions": ["visible", "enabled"], "maxAccounts": 1, "caption": "Dollars",
        });
        admin.patch(&format!("/api/v2/products/{product}/currencies/{}", entry["id"]), &own).expect(200);
        let entry = client.get(CURRENCIES).expect(200)["data"][0].clone();
        assert_eq!((&entry["maxAccounts"], &entry["permissions"]), (&json!(1), &json!(["enabled", "visible"])));
        assert_eq!(entry["caption"], json!("Dollars"));
    });
}

#[test]
fn a_client_reads_notes_in_their_language() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(app, &admin, &json!({}));
        let product = app.open_product(&admin, "personal", &[840]);
        let note = json!({
            "title": "Read me", "value": "First", "resources": [{"key": "title", "locale": "es_ES", "value": "Léame"}],
        });
        admin.create(&format!("/api/v2/products/{product}/preferences"), &note);
        let notes = format!("/api/v2/my/products/{product}/preferences");
        let spanish = client.with("Accept-Language", "es").get(&notes).expect(200);
        assert_eq!(spanish["data"][0]["title"], json!("Léame"));
        assert_eq!(client.total(&format!("{notes}?filter[title]=read")), 1);
        assert_eq!(client.total(&format!("{notes}?filter[title]=nothing")), 0);
        client.get("/api/v2/my/products/999999/preferences").refused(404, "notFound");
        client.get("/api/v2/my/products/999999/preferences?filter[x]=1").refused(404, "notFound");
    });
}
