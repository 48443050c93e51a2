//! Products and what belongs to them.

use serde_json::{Value, json};

use crate::harness::{Client, on_both, with};

fn product(admin: &Client, platform: i64, group: i64, fields: &Value) -> Value {
    let product = json!({
        "numericCodes": [840, 978, 840], "factory": 1, "groupId": group, "name": "live", "platformId": platform,
    });
    admin.post("/api/v2/products", &with(product, fields)).expect(201)
}

#[test]
fn a_new_product_has_the_documented_defaults() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, _) = app.product(&admin);
        let made = product(&admin, platform, group, &json!({}));
        let expected = json!({
            "id": 2, "name": "live", "caption": "live", "type": "trade", "status": "disabled",
            "defaultLeverage": null, "leverages": [], "maxAccounts": null, "sendMailSetting": "default",
            "mailTemplate": null, "startAmounts": [], "priority": 2, "linkInfo": null, "agreementLink": null,
            "requestRequired": false, "minDepositAmount": null, "autoCreateOnLogin": false, "permissions": [],
            "resources": [], "defaultAccountPermissions": [],
            "platform": {"id": platform, "caption": "MT5"}, "group": {"id": group, "caption": "Forex"},
            "options": {},
            "currencies": [
                {"id": 2, "caption": "USD", "alphabeticCode": "USD", "numericCode": 840},
                {"id": 3, "caption": "EUR", "alphabeticCode": "EUR", "numericCode": 978},
            ],
            "createTime": "2026-01-01T00:00:00+00:00", "updateTime": "2026-01-01T00:00:00+00:00",
        });
        assert_eq!(made, expected);
        assert_eq!(admin.get("/api/v2/products/2").expect(200), expected);
        assert_eq!(admin.get("/api/v2/products?sort_order=desc").expect(200)["data"][0], expected);
    });
}

#[test]
fn the_type_of_a_product_follows_from_its_platform() {
    on_both(|app| {
        let admin = app.admin();
        let (_, group, _) = app.product(&admin);
        for (name, kind, demo, expected) in
            [("w", "personal", false, "personal"), ("d", "cTrader", true, "demo"), ("t", "cTrader", false, "trade")]
        {
            let platform = json!({"name": name, "caption": "x", "type": kind, "isDemo": demo});
            let platform = admin.create("/api/v2/platforms", &platform);
            assert_eq!(product(&admin, platform, group, &json!({}))["type"], json!(expected));
        }
    });
}

#[test]
fn every_fault_of_a_new_product_is_reported() {
    on_both(|app| {
        let body = json!({
            "numericCodes": [840, 7], "factory": 1, "groupId": 99, "name": "x", "platformId": 99,
        });
        let answer = app.admin().post("/api/v2/products", &body);
        let unknown = ["groupId", "numericCodes.1", "platformId"].map(|field| (field, "unknown"));
        answer.expect_faults(422, &unknown);
        let wrong = json!({
            "numericCodes": [], "factory": 10, "name": " ", "type": "bo", "leverages": [0, "x"],
            "resources": {"key": "caption"}, "permissions": ["fly"], "startAmounts": ["1e-30"],
        });
        let answer = app.admin().post("/api/v2/products", &wrong);
        let expected = [
            "factory",
            "groupId",
            "leverages.0",
            "leverages.1",
            "name",
            "numericCodes",
            "permissions.0",
            "platformId",
            "resources",
            "startAmounts.0",
            "type",
        ];
        assert_eq!(answer.faulty_fields(), expected);
        answer.expect(400);
    });
}

#[test]
fn subunits_and_unknown_groups_of_a_platform_are_refused() {
    on_both(|app| {
        let admin = app.admin();
        let (_, group, _) = app.product(&admin);
        let platform = json!({"name": "w", "caption": "x", "type": "personal", "groups": ["real"]});
        let platform = admin.create("/api/v2/platforms", &platform);
        let body = json!({
            "numericCodes": [840], "factory": 100, "groupId": group, "name": "x", "platformId": platform,
            "platformGroup": ["", "real", "other"],
        });
        let answer = admin.post("/api/v2/products", &body);
        answer.expect_faults(422, &[("factory", "noSubunits"), ("platformGroup.1", "unknownPlatformGroup")]);
    });
}

#[test]
fn amounts_are_exact_and_answered_as_each_object_documents() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, _) = app.product(&admin);
        let fields = json!({"minDepositAmount": "50.00", "startAmounts": [100, "0.1", 12_345_678.25]});
        let id = product(&admin, platform, group, &fields)["id"].clone();
        let answer = admin.get(&format!("/api/v2/products/{id}"));
        let text = answer.body.to_string();
        assert!(text.contains(r#""startAmounts":[100,0.1,12345678.25]"#), "{text}");
        assert!(text.contains(r#""minDepositAmount":50,"#), "{text}");
        let currency = admin.get(&format!("/api/v2/products/{id}/currencies")).expect(200)["data"][0]["id"].clone();
        let path = format!("/api/v2/products/{id}/currencies/{currency}");
        let body = json!({"minDepositAmount": 100.5, "startAmounts": ["100.00", 7]});
        let changed = admin.patch(&path, &body).expect(200);
        assert_eq!(changed["minDepositAmount"], json!("100.500000000000000000"));
        assert_eq!(changed["startAmounts"], json!(["100.000000000000000000", "7.000000000000000000"]));
        let answer = admin.patch(&path, &json!({"minDepositAmount": "0.001"}));
        answer.expect_faults(422, &[("minDepositAmount", "tooManyPlaces")]);
    });
}

#[test]
fn a_change_of_a_product_leaves_what_was_not_sent() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, _) = app.product(&admin);
        let made = product(&admin, platform, group, &json!({"maxAccounts": 3, "options": {"a": [1.10]}}));
        let path = format!("/api/v2/products/{}", made["id"]);
        app.advance(5);
        let changed = admin.put(&path, &json!({"status": "enabled", "leverages": [5, 10]})).expect(200);
        assert_eq!(changed["status"], json!("enabled"));
        assert_eq!(changed["maxAccounts"], json!(3));
        assert_eq!(changed["options"], made["options"]);
        assert_eq!(changed["updateTime"], json!("2026-01-01T00:00:05+00:00"));
        app.advance(5);
        assert_eq!(admin.patch(&path, &json!({})).expect(200), changed);
        assert_eq!(admin.patch(&path, &changed).expect(200), changed);
        assert_eq!(admin.patch(&path, &json!({"maxAccounts": null})).expect(200)["maxAccounts"], Value::Null);
        admin.patch(&path, &json!({"status": null})).refused(400, "null");
        admin.patch(&path, &json!({"type": "demo"})).refused(422, "productTypeMismatch");
        admin.patch(&path, &json!({"groupId": 99})).refused(422, "unknown");
    });
}

#[test]
fn texts_come_in_the_callers_language() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, _) = app.product(&admin);
        let resources = json!([{"key": "caption", "locale": "ja_JP", "value": "取引"}]);
        let made = product(&admin, platform, group, &json!({"caption": "Live", "resources": resources}));
        let path = format!("/api/v2/products/{}", made["id"]);
        let caption =
            |language: &str| admin.with("Accept-Language", language).get(&path).expect(200)["caption"].clone();
        assert_eq!(caption("ja"), json!("取引"));
        assert_eq!(caption("de"), json!("Live"));
        assert_eq!(admin.get(&path).expect(200)["caption"], json!("Live"));
        let doubled = json!([resources[0], resources[0]]);
        let answer = admin.patch(&path, &json!({"resources": doubled}));
        assert_eq!(answer.faulty_fields(), ["resources.1"]);
        answer.refused(400, "repeatedText");
    });
}

#[test]
fn a_product_is_deleted_with_what_belongs_to_it() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, id) = app.product(&admin);
        admin.post(&format!("/api/v2/products/{id}/preferences"), &json!({"title": "t", "value": "v"})).expect(201);
        let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": [2]});
        admin.post(&format!("/api/v2/products/{id}/restrictions"), &restriction).expect(201);
        admin.delete(&format!("/api/v2/products/groups/{group}")).refused(409, "inUse");
        admin.delete(&format!("/api/v2/platforms/{platform}")).refused(409, "inUse");
        let answer = admin.delete(&format!("/api/v2/products/{id}"));
        assert_eq!(answer.body, json!(""));
        answer.expect(204);
        admin.get(&format!("/api/v2/products/{id}")).expect(404);
        admin.delete(&format!("/api/v2/products/{id}")).expect(404);
        admin.delete(&format!("/api/v2/products/groups/{group}")).expect(204);
        admin.delete(&format!("/api/v2/platforms/{platform}")).expect(204);
    });
}

#[test]
fn products_are_found_by_their_fields() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, group, _) = app.product(&admin);
        let (other, _, _) = app.product(&admin);
        product(&admin, platform, group, &json!({"name": "a", "type": "partner"}));
        let ids = |filter: &str| {
            let page = admin.get(&format!("/api/v2/products?{filter}")).expect(200);
            page["data"].as_array().unwrap().iter().map(|product| product["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&format!("filter[platformId]={other}")), [2]);
        assert_eq!(ids(&format!("filter[groupId]={group}")), [1, 3]);
        assert_eq!(ids("filter[type]=partner"), [3]);
        assert_eq!(ids("filter[type]=bo"), [0_i64; 0]);
        assert_eq!(ids("filter[currencyCode]=978"), [3]);
        assert_eq!(ids("filter[currencyCode]=840&filter[status]=disabled"), [1, 2, 3]);
        assert_eq!(ids("filter[status]=enabled"), [0_i64; 0]);
        assert_eq!(ids("sort_by=name"), [3, 1, 2]);
        assert_eq!(ids("sort_by=createTime&sort_order=desc"), [3, 2, 1]);
        assert_eq!(ids("limit=1&offset=1"), [2]);
    });
}

#[test]
fn a_currency_is_added_once_changed_and_removed() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, id) = app.product(&admin);
        let path = format!("/api/v2/products/{id}/currencies");
        let body = json!({"numericCode": 978, "factory": 100, "caption": "EUR", "platformGroup": ["real", "", "real"]});
        let made = admin.post(&path, &body).expect(201);
        let expected = json!({
            "id": 2, "caption": "EUR", "isEnabled": true, "platformGroups": ["real"], "priority": 2,
            "currency": {"alphabeticCode": "EUR", "minorUnit": 2, "name": "Euro", "numericCode": 978},
            "factory": 100, "isHedgingEnabled": false, "overwriteProductSettings": false, "permissions": [],
            "defaultAccountPermissions": [], "defaultLeverage": null, "leverages": [], "maxAccounts": null,
            "startAmounts": [], "linkInfo": null, "agreementLink": null, "requestRequired": false,
            "minDepositAmount": null, "autoCreateOnLogin": false, "resources": [],
            "createTime": "2026-01-01T00:00:00+00:00", "updateTime": "2026-01-01T00:00:00+00:00",
        });
        assert_eq!(made, expected);
        let answer = admin.post(&path, &body);
        answer.expect_faults(409, &[("numericCode", "taken")]);
        admin.post(&path, &json!({"numericCode": 7, "factory": 1})).refused(422, "unknown");
        admin.patch("/api/v2/currencies/392", &json!({"enabled": false})).expect(200);
        admin.post(&path, &json!({"numericCode": 392, "factory": 1})).refused(422, "disabled");
        let one = format!("{path}/2");
        let changed = admin.put(&one, &json!({"isEnabled": "0", "caption": null, "factory": 1})).expect(200);
        assert_eq!(
            (&changed["isEnabled"], &changed["caption"], &changed["factory"]),
            (&json!(false), &Value::Null, &json!(100))
        );
        let total = |filter: &str| admin.total(&format!("{path}?{filter}"));
        assert_eq!(total("filter[alphabeticCode]=eur&filter[isEnabled]=false"), json!(1));
        assert_eq!(total("filter[alphabeticCode]=EU"), json!(0));
        admin.delete(&one).expect(204);
        admin.get(&one).expect(404);
    });
}

#[test]
fn what_belongs_to_another_product_is_not_found() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, one) = app.product(&admin);
        let (_, _, other) = app.product(&admin);
        let note = json!({"title": "t", "value": "v"});
        admin.post(&format!("/api/v2/products/{one}/preferences"), &note).expect(201);
        for path in ["currencies/1", "preferences/1", "restrictions/1"] {
            admin.get(&format!("/api/v2/products/{other}/{path}")).expect(404);
            admin.delete(&format!("/api/v2/products/{other}/{path}")).expect(404);
            // The record of the path is told before the faults of the body.
            admin.patch(&format!("/api/v2/products/{other}/{path}"), &json!({"title": 1})).expect(404);
        }
        for path in ["currencies", "preferences", "restrictions"] {
            admin.get(&format!("/api/v2/products/99/{path}")).expect(404);
            admin.get(&format!("/api/v2/products/99/{path}?limit=0")).expect(404);
            admin.post(&format!("/api/v2/products/99/{path}"), &json!({})).expect(404);
        }
    });
}

#[test]
fn a_restriction_is_one_of_its_name_with_ids_that_exist() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, id) = app.product(&admin);
        let path = format!("/api/v2/products/{id}/restrictions");
        let body = json!({"name": "country", "isEnabled": "1", "type": "allow", "ids": ["33", "2", 2]});
        let made = admin.post(&path, &body).expect(201);
        assert_eq!(made, json!({"id": 1, "name": "country", "isEnabled": true, "type": "allow", "ids": [2, 33]}));
        admin.post(&path, &body).refused(409, "taken");
        let unknown = json!({"name": "client_type", "isEnabled": 0, "type": "deny", "ids": [5]});
        let answer = admin.post(&path, &unknown);
        answer.expect_faults(422, &[("ids.0", "unknown")]);
        let one = format!("{path}/1");
        assert_eq!(admin.put(&one, &json!({"ids": []})).expect(200)["ids"], json!([]));
        admin.put(&one, &json!({"name": "country"})).expect(200);
        admin.put(&one, &json!({"name": "product_country"})).refused(400, "fixed");
        admin.post(&path, &json!({"name": "region", "type": "maybe"})).expect(400);
        assert_eq!(admin.total(&format!("{path}?filter[name]=name")), 0);
        assert_eq!(admin.total(&format!("{path}?filter[name]=country&sort_order=desc")), 1);
        admin.get(&format!("{path}?sort_by=name")).refused(400, "notOneOf");
        admin.delete(&one).expect(204);
    });
}

#[test]
fn a_note_is_changed_by_patch_alone() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, id) = app.product(&admin);
        let path = format!("/api/v2/products/{id}/preferences");
        let resources = json!([{"key": "title", "locale": "ja_JP", "value": "題"}]);
        admin.post(&path, &json!({"title": "Title", "value": "Text", "resources": resources})).expect(201);
        let one = format!("{path}/1");
        assert_eq!(admin.with("Accept-Language", "ja").get(&one).expect(200)["title"], json!("題"));
        assert_eq!(admin.patch(&one, &json!({"value": "Other"})).expect(200)["value"], json!("Other"));
        let answer = admin.put(&one, &json!({}));
        assert_eq!(answer.header("Allow"), Some("DELETE, GET, HEAD, PATCH"));
        answer.expect(405);
        assert_eq!(admin.total(&format!("{path}?filter[title]=ITL")), 1);
    });
}

#[test]
fn permission_groups_are_named_once_and_never_taken_for_products() {
    on_both(|app| {
        let admin = app.admin();
        let path = "/api/v2/products/permissions";
        let body = json!({"name": "Trading", "permissions": ["withdrawal", "deposit", "deposit"]});
        let made = admin.post(path, &body).expect(201);
        assert_eq!(made["permissions"], json!(["deposit", "withdrawal"]));
        assert_eq!(made["status"], json!("enabled"));
        admin.post(path, &json!({"name": "TRADING", "permissions": []})).refused(409, "taken");
        admin.post(path, &json!({"name": "x"})).refused(400, "required");
        assert_eq!(admin.total(&format!("{path}?filter[name]=rad")), 1);
        assert_eq!(
            admin.patch(&format!("{path}/1"), &json!({"status": "disabled"})).expect(200)["status"],
            json!("disabled")
        );
        admin.delete(&format!("{path}/1")).expect(204);
    });
}

#[test]
fn a_product_group_takes_a_priority_by_an_update_only() {
    on_both(|app| {
        let admin = app.admin();
        let path = "/api/v2/products/groups";
        let body = json!({"caption": "Coins", "description": "", "status": "disabled", "priority": 7});
        assert_eq!(admin.post(path, &body).expect(201)["priority"], json!(0));
        assert_eq!(admin.put(&format!("{path}/1"), &json!({"priority": "7"})).expect(200)["priority"], json!(7));
        let answer = admin.post(path, &json!({"type": "other"}));
        assert_eq!(answer.faulty_fields(), ["caption", "description", "status", "type"]);
        answer.expect(400);
    });
}

#[test]
fn a_platform_keeps_its_type_once_it_has_products() {
    on_both(|app| {
        let admin = app.admin();
        let (platform, _, _) = app.product(&admin);
        let path = format!("/api/v2/platforms/{platform}");
        let answer = admin.patch(&path, &json!({"type": "cTrader", "isDemo": true}));
        answer.expect_faults(409, &[("isDemo", "fixed"), ("type", "fixed")]);
        admin.patch(&path, &json!({"caption": "Other"})).expect(200);
        let name = admin.get(&path).expect(200)["name"].as_str().unwrap().to_uppercase();
        let taken = admin.post("/api/v2/platforms", &json!({"name": name, "caption": "x", "type": "cTrader"}));
        taken.refused(409, "taken");
        assert_eq!(admin.total("/api/v2/platforms?filter[type]=MetaTrader5&filter[isDemo]=0"), 1);
    });
}
