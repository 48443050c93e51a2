//! What anybody may read: those who are still to sign up or in.

use serde_json::{Value, json};

use crate::harness::on_both;

#[test]
fn anybody_reads_the_countries_that_can_be_chosen() {
    on_both(|app| {
        let (admin, nobody) = (app.admin(), &app.client);
        let all = admin.total("/api/v2/countries");
        assert_eq!(nobody.total("/api/v2/my/countries"), all);
        let us = nobody.get("/api/v2/my/countries?filter[alpha2Code]=US").expect(200)["data"][0].clone();
        assert_eq!((&us["alpha3Code"], &us["enabled"]), (&json!("USA"), &Value::Null));
        let dollar = json!({
            "alphabeticCode": "USD", "minorUnit": 2, "name": us["currency"]["name"], "numericCode": 840,
            "hasDestinationTagOrMemo": false,
        });
        assert_eq!(us["currency"], dollar);
        let path = format!("/api/v2/my/countries/{}", us["countryId"]);
        assert_eq!(nobody.get(&path).expect(200), us);
        let change = json!({"enabled": false});
        admin.patch(&format!("/api/v2/countries/{}", us["countryId"]), &change).expect(200);
        nobody.get(&path).refused(404, "notFound");
        assert_eq!(nobody.total("/api/v2/my/countries?filter[countryName]=united%20states%20of"), 0);
        nobody.get("/api/v2/my/countries?filter[enabled]=0").refused(400, "unknownFilter");
        let csv = nobody.with("Accept", "text/csv").get("/api/v2/my/countries");
        assert_eq!(csv.status, 200);
        assert!(csv.body.as_str().is_some_and(|text| text.starts_with("countryId,")), "{}", csv.body);
    });
}

#[test]
fn the_currency_of_a_country_is_told_in_the_language_of_the_call() {
    on_both(|app| {
        let admin = app.admin();
        let texts = json!({"resources": [{"key": "name", "locale": "es_ES", "value": "Dólar"}]});
        admin.patch("/api/v2/currencies/840", &texts).expect(200);
        let spanish = app.client.with("Accept-Language", "es");
        let us = spanish.get("/api/v2/my/countries?filter[alpha2Code]=US").expect(200)["data"][0].clone();
        assert_eq!(us["currency"]["name"], json!("Dólar"));
    });
}

#[test]
fn anybody_reads_the_client_types_that_are_given() {
    on_both(|app| {
        let (admin, nobody) = (app.admin(), &app.client);
        let kind = json!({
            "name": "Professional", "group": "individual",
            "resources": [{"key": "name", "locale": "es_ES", "value": "Profesional"}],
        });
        let kind = admin.create("/api/v2/clients/types", &kind);
        let path = format!("/api/v2/my/clients/types/{kind}");
        let shown = json!({"id": kind, "default": false, "name": "Profesional", "group": "individual"});
        assert_eq!(nobody.with("Accept-Language", "es").get(&path).expect(200), shown);
        let before = nobody.total("/api/v2/my/clients/types");
        admin.patch(&format!("/api/v2/clients/types/{kind}"), &json!({"enabled": false})).expect(200);
        assert_eq!(nobody.total("/api/v2/my/clients/types"), before - 1);
        nobody.get(&path).refused(404, "notFound");
    });
}

#[test]
fn anybody_reads_the_languages_that_can_be_chosen() {
    on_both(|app| {
        let (admin, nobody) = (app.admin(), &app.client);
        let enabled = nobody.get("/api/v2/my/localizations?limit=100").expect(200);
        let languages = enabled["data"].as_array().unwrap();
        let default = languages.iter().find(|language| language["isDefault"] == true).expect("a default");
        assert_eq!(default.get("isEnabled"), None);
        let priorities: Vec<i64> = languages.iter().map(|one| one["priority"].as_i64().unwrap()).collect();
        assert!(priorities.is_sorted(), "{priorities:?}");
        let all = admin.get("/api/v2/localizations?limit=100").expect(200);
        let disabled =
            all["data"].as_array().unwrap().iter().find(|one| one["isEnabled"] == false).unwrap()["id"].clone();
        let path = format!("/api/v2/my/localizations/{disabled}");
        nobody.get(&path).refused(404, "notFound");
        admin.patch(&format!("/api/v2/localizations/{disabled}"), &json!({"isEnabled": true})).expect(200);
        nobody.get(&path).expect(200);
        assert_eq!(nobody.total("/api/v2/my/localizations"), enabled["total"].as_i64().unwrap() + 1);
    });
}

#[test]
fn anybody_reads_where_the_app_is_found() {
    on_both(|app| {
        let nobody = &app.client;
        let none = json!({
            "qrCodeLifetime": 2,
            "applications": [{"type": "iOS", "url": null}, {"type": "Android", "url": null}],
        });
        assert_eq!(nobody.get("/api/v2/my/settings/mobile").expect(200), none);
        let settings = json!({"mobileIosUrl": "https://apps.example.com/1", "qrCodeLifetimeMinutes": 5});
        app.admin().patch("/api/v2/settings", &settings).expect(200);
        let set = nobody.get("/api/v2/my/settings/mobile").expect(200);
        assert_eq!(set["qrCodeLifetime"], json!(5));
        assert_eq!(set["applications"][0], json!({"type": "iOS", "url": "https://apps.example.com/1"}));
    });
}
