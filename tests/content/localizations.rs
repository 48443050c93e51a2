//! The languages of the clients' interface.

use serde_json::{Value, json};

use crate::harness::{Client, on_both};

const LANGUAGES: &str = "/api/v2/localizations";

fn defaults(admin: &Client) -> Vec<Value> {
    let all = admin.get(&format!("{LANGUAGES}?limit=100")).expect(200);
    let defaults = all["data"].as_array().unwrap().iter().filter(|one| one["isDefault"] == json!(true));
    defaults.map(|one| one["locale"].clone()).collect()
}

#[test]
fn languages_come_by_priority() {
    on_both(|app| {
        let admin = app.admin();
        let locales = |query: &str| {
            let page = admin.get(&format!("{LANGUAGES}{query}")).expect(200);
            [0, 1].map(|place| page["data"][place]["locale"].as_str().unwrap().to_owned())
        };
        assert_eq!(locales(""), ["en_US", "es_ES"]);
        let german = admin.patch(&format!("{LANGUAGES}/3"), &json!({"priority": -1, "isEnabled": true})).expect(200);
        assert_eq!([&german["locale"], &german["languageCode"]], [&json!("de_DE"), &json!("de")]);
        assert_eq!(locales(""), ["de_DE", "en_US"]);
        let arabic = admin.get(&format!("{LANGUAGES}?limit=100")).expect(200)["data"].as_array().unwrap().clone();
        let arabic = arabic.iter().find(|one| one["locale"] == json!("ar_AE")).unwrap();
        assert_eq!([&arabic["isRightToLeft"], &arabic["isEnabled"]], [&json!(true), &json!(false)]);
        admin.delete(&format!("{LANGUAGES}/3")).expect(405);
        admin.get(&format!("{LANGUAGES}/999")).expect(404);
    });
}

#[test]
fn exactly_one_enabled_language_is_the_default() {
    on_both(|app| {
        let admin = app.admin();
        let change = |id: i64, body: Value| admin.patch(&format!("{LANGUAGES}/{id}"), &body);
        change(1, json!({"isDefault": false})).expect_faults(409, &[("isDefault", "defaultLanguageMissing")]);
        change(1, json!({"isEnabled": false})).expect_faults(409, &[("isEnabled", "defaultLanguageDisabled")]);
        change(3, json!({"isDefault": true})).expect_faults(409, &[("isEnabled", "defaultLanguageDisabled")]);
        change(3, json!({"isDefault": true, "isEnabled": true})).expect(200);
        assert_eq!(defaults(&admin), [json!("de_DE")]);
        change(1, json!({"isEnabled": false, "locale": "xx_XX"})).expect(200);
        change(2, json!({"isDefault": true})).expect(200);
        assert_eq!(defaults(&admin), [json!("es_ES")]);
    });
}

#[test]
fn members_of_a_format_that_are_not_sent_stay() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{LANGUAGES}/1");
        let change = |format: Value| admin.patch(&path, &json!({"format": format}));
        let before = admin.get(&path).expect(200)["format"].clone();
        let after = change(json!({"thousands": " ", "shortDate": "d.m.Y"})).expect(200)["format"].clone();
        assert_eq!([&after["thousands"], &after["shortDate"]], [&json!(" "), &json!("d.m.Y")]);
        assert_eq!(after["fullDate"], before["fullDate"]);
        change(json!({"thousands": ""})).expect(200);
        change(json!({"thousands": "."})).expect_faults(422, &[("format.thousands", "equalSeparators")]);
        let faults = [
            ("format.decimal", "empty"),
            ("format.fullDate", "notString"),
            ("format.longDate", "null"),
            ("format.thousands", "length"),
        ];
        change(json!({"decimal": "", "thousands": "-----", "fullDate": 1, "longDate": null}))
            .expect_faults(400, &faults);
        change(json!(null)).expect_faults(400, &[("format", "null")]);
    });
}

#[test]
fn a_new_client_without_a_language_gets_the_default_one() {
    on_both(|app| {
        let admin = app.admin();
        let locale = |client: i64| admin.get(&format!("/api/v2/clients/{client}")).expect(200)["locale"].clone();
        assert_eq!(locale(admin.new_client("ann@example.com", &json!({}))), json!("en_US"));
        admin.patch(&format!("{LANGUAGES}/2"), &json!({"isDefault": true})).expect(200);
        assert_eq!(locale(admin.new_client("eva@example.com", &json!({}))), json!("es_ES"));
        assert_eq!(locale(admin.new_client("kai@example.com", &json!({"locale": "ja_JP"}))), json!("ja_JP"));
    });
}
