//! What sends SMS.

use serde_json::{Value, json};
use storage::Error;

use super::{SMS, sms};
use crate::harness::{on_both, sql};

fn twilio(settings: &Value) -> Value {
    let whole = json!({"accountSid": "AC1", "authToken": "s3cret", "from": "Broker"});
    sms("Twilio", "main", &crate::harness::with(whole, settings))
}

#[test]
fn the_services_tell_their_settings() {
    on_both(|app| {
        let admin = app.admin();
        let types = admin.get(&format!("{SMS}/types")).expect(200);
        assert_eq!(types["data"], json!([{"name": "Twilio"}, {"name": "Vonage"}, {"name": "Custom"}]));
        let settings = admin.get(&format!("{SMS}/types/Custom/settings")).expect(200);
        let method = settings["data"].as_array().unwrap().iter().find(|setting| setting["name"] == "method").unwrap();
        let told = (&method["type"], &method["options"], &method["default"]);
        assert_eq!(told, (&json!("select"), &json!(["POST", "GET"]), &json!("POST")));
        admin.get(&format!("{SMS}/types/Fake/settings")).expect(404);
    });
}

#[test]
fn a_provider_has_every_setting_that_its_service_needs() {
    on_both(|app| {
        let admin = app.admin();
        let lacking = [("settings.apiSecret", "required"), ("settings.from", "required")];
        let provider = |settings: Value| sms("Vonage", "main", &settings);
        admin.post(SMS, &provider(json!({"apiKey": "a", "apiSecret": "***"}))).expect_faults(400, &lacking);
        let none = json!({"provider": "Twilio", "name": "x", "caption": "x"});
        let refused = admin.post(SMS, &none);
        assert_eq!(refused.faulty_fields(), ["settings.accountSid", "settings.authToken", "settings.from"]);
        let faults = [("settings.apiSecret", "null"), ("settings.from", "null"), ("settings.sender", "unknownSetting")];
        let faulty = json!({"apiKey": "a", "apiSecret": null, "from": "", "sender": "x"});
        admin.post(SMS, &provider(faulty)).expect_faults(400, &faults);
        let id = admin.create(SMS, &provider(json!({"apiKey": "a", "apiSecret": "s3cret", "from": "Broker"})));
        let set = |settings: Value| admin.patch(&format!("{SMS}/{id}"), &json!({"settings": settings}));
        set(json!({"from": null})).expect_faults(400, &[("settings.from", "null")]);
        let expected = json!({"apiKey": "a", "apiSecret": "***", "from": "Other", "url": null});
        assert_eq!(set(json!({"from": "Other", "apiSecret": "***"})).expect(200)["settings"], expected);
    });
}

#[test]
fn every_fault_of_a_provider_is_told() {
    on_both(|app| {
        let admin = app.admin();
        let faulty = json!({
            "provider": "Custom", "name": "", "isEnabled": 2,
            "settings": {"url": "ftp://x", "key": "k", "method": "PUT"},
        });
        admin.post(SMS, &faulty).expect_faults(
            400,
            &[
                ("caption", "required"),
                ("isEnabled", "notBoolean"),
                ("name", "empty"),
                ("settings.method", "notOneOf"),
                ("settings.url", "notLink"),
            ],
        );
        let unknown = admin.post(SMS, &sms("Fake", "x", &json!({})));
        assert_eq!(unknown.faulty_fields(), ["provider"]);
        unknown.expect(400);
        let path = format!("{SMS}/{}", admin.create(SMS, &twilio(&json!({}))));
        let other = json!({"provider": "Vonage", "settings": {"apiKey": "x"}});
        let faults = [("provider", "fixed"), ("settings.apiKey", "unknownSetting")];
        admin.patch(&path, &other).expect_faults(400, &faults);
        admin.patch(&path, &json!({"name": null})).expect_faults(400, &[("name", "null")]);
        admin.put(&path, &json!({})).expect(405);
    });
}

#[test]
fn a_name_of_a_provider_is_taken_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(SMS, &twilio(&json!({})));
        let other = crate::harness::with(twilio(&json!({})), &json!({"name": "MAIN"}));
        admin.post(SMS, &other).expect_faults(409, &[("name", "taken")]);
        let second = admin.create(SMS, &crate::harness::with(other, &json!({"name": "second"})));
        admin.patch(&format!("{SMS}/{second}"), &json!({"name": "Main"})).expect_faults(409, &[("name", "taken")]);
    });
}

#[test]
fn providers_are_found_by_what_they_are() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(SMS, &twilio(&json!({})));
        let own = sms("Custom", "own_100%", &json!({"url": "https://sms.example", "key": "k"}));
        let own = crate::harness::with(own, &json!({"isEnabled": false, "caption": "Our own Gateway"}));
        admin.create(SMS, &own);
        let found = |query: &str| admin.get(&format!("{SMS}?{query}")).expect(200)["total"].clone();
        assert_eq!(found("filter[provider]=Twilio"), json!(1));
        assert_eq!(found("filter[provider]=Fake"), json!(0));
        assert_eq!(found("filter[isEnabled]=false"), json!(1));
        assert_eq!(found("filter[name]=100%25"), json!(1));
        assert_eq!(found("filter[name]=a%25n"), json!(0));
        assert_eq!(found("filter[caption]=gateway"), json!(1));
        admin.get(&format!("{SMS}?sort_by=name")).refused(400, "notOneOf");
    });
}

#[test]
fn secrets_of_providers_are_sealed_and_sent_nowhere_else() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.create(SMS, &twilio(&json!({})));
        let set = |settings: Value| admin.patch(&format!("{SMS}/{id}"), &json!({"settings": settings}));
        let demanded = [("settings.authToken", "secretForNewAddress")];
        set(json!({"url": "https://elsewhere.example"})).expect_faults(422, &demanded);
        set(json!({"url": "https://elsewhere.example", "authToken": "***"})).expect_faults(422, &demanded);
        set(json!({"url": "https://api.twilio.com"})).expect(200);
        set(json!({"url": "https://elsewhere.example", "authToken": "s3cret-2"})).expect(200);
        let told = ["SELECT settings FROM sms_providers", "SELECT details FROM system_logs"]
            .map(|query| app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, query))).unwrap().concat());
        assert!(told.iter().all(|told| told.contains("authToken") && !told.contains("s3cret")), "{told:?}");
    });
}

#[test]
fn the_last_enabled_provider_can_be_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{SMS}/{}", admin.create(SMS, &twilio(&json!({}))));
        admin.delete(&path).expect(204);
        admin.delete(&path).expect(404);
        assert_eq!(admin.total(SMS), 0);
    });
}
