//! Connections to services outside.

use serde_json::{Value, json};
use storage::Error;

use super::{CONNECTIONS, voice};
use crate::harness::{Client, TestApp, on_both, sql};

/// Makes a connection, by its path.
#[track_caller]
fn make(admin: &Client, body: &Value) -> String {
    format!("{CONNECTIONS}/{}", admin.create(CONNECTIONS, body))
}

fn send_grid(name: &str) -> Value {
    json!({"name": name, "caption": "Mail", "provider": "SendGrid"})
}

#[test]
fn the_providers_are_a_plain_list_and_each_has_its_settings() {
    on_both(|app| {
        let admin = app.admin();
        let providers = admin.get("/api/v2/connections/providers").expect(200);
        let providers = providers.as_array().expect("an array");
        for provider in ["IDWise", "SendGrid", "Twilio", "Acrobat Sign", "custom"] {
            assert!(providers.contains(&json!(provider)), "{provider}");
        }
        for provider in providers {
            let provider = provider.as_str().unwrap().replace(' ', "%20");
            let settings = admin.get(&format!("/api/v2/connections/providers/{provider}/settings")).expect(200);
            assert!(settings["total"].as_i64().is_some_and(|total| total > 0), "{provider}");
        }
        let of_twilio = |query: &str| {
            let page = admin.get(&format!("/api/v2/connections/providers/Twilio/settings?{query}")).expect(200);
            let names = page["data"].as_array().unwrap().iter().map(|setting| setting["name"].as_str().unwrap());
            (page["total"].clone(), names.map(ToOwned::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(of_twilio("limit=1&offset=1"), (json!(4), vec!["apiKeySid".to_owned()]));
        assert_eq!(of_twilio("sort_order=desc&limit=1&total=false"), (json!(null), vec!["applicationSid".to_owned()]));
        admin.get("/api/v2/connections/providers/Nobody/settings").expect(404);
        admin.get("/api/v2/connections/providers/twilio/settings").expect(404);
    });
}

#[test]
fn a_connection_is_made_without_settings_and_enabled_with_them() {
    on_both(|app| {
        let admin = app.admin();
        let made = admin.post(CONNECTIONS, &send_grid("mail_1")).expect(201);
        assert_eq!((&made["enabled"], &made["settings"]), (&json!(false), &json!({"url": null, "apiKey": null})));
        let path = format!("{CONNECTIONS}/{}", made["id"]);
        let enabled = json!({"enabled": true});
        admin.patch(&path, &enabled).expect_faults(422, &[("settings.apiKey", "settingRequired")]);
        let enabled = json!({"enabled": "1", "settings": {"apiKey": "SG.s3cret"}});
        let enabled = admin.patch(&path, &enabled).expect(200);
        assert_eq!(enabled["settings"], json!({"url": null, "apiKey": "***"}));
        for cleared in [json!(null), json!("")] {
            let cleared = json!({"settings": {"apiKey": cleared}});
            admin.patch(&path, &cleared).expect_faults(422, &[("settings.apiKey", "settingRequired")]);
        }
        let off = json!({"enabled": false, "settings": {"apiKey": null}});
        assert_eq!(admin.patch(&path, &off).expect(200)["settings"]["apiKey"], json!(null));
        assert_eq!(admin.patch(&path, &json!({"settings": []})).expect(200)["enabled"], json!(false));
    });
}

#[test]
fn a_connection_to_which_this_server_does_not_speak_is_kept_disabled() {
    on_both(|app| {
        let admin = app.admin();
        let connection = |name: &str, enabled: bool| {
            json!({
                "name": name, "caption": "Checks", "provider": "iDenfy", "enabled": enabled,
                "settings": {"apiKey": "key"},
            })
        };
        let faults = [("enabled", "noAdapter"), ("settings.apiSecret", "settingRequired")];
        admin.post(CONNECTIONS, &connection("checks", true)).expect_faults(422, &faults);
        let path = make(&admin, &connection("checks", false));
        let whole = json!({"enabled": true, "settings": {"apiSecret": "s3cret"}});
        admin.patch(&path, &whole).expect_faults(422, &[("enabled", "noAdapter")]);
        assert_eq!(admin.get(&path).expect(200)["settings"]["apiSecret"], json!(null));
    });
}

#[test]
fn every_fault_of_a_connection_is_told() {
    on_both(|app| {
        let admin = app.admin();
        let faulty = json!({
            "name": "two words", "provider": "B2BinPay", "enabled": "maybe",
            "settings": {"url": "nowhere", "walletId": "x", "isSandbox": 7, "apiKey": 5, "password": "x"},
        });
        admin.post(CONNECTIONS, &faulty).expect_faults(
            400,
            &[
                ("caption", "required"),
                ("enabled", "notBoolean"),
                ("name", "notConnectionName"),
                ("settings.apiKey", "notString"),
                ("settings.isSandbox", "notBoolean"),
                ("settings.password", "unknownSetting"),
                ("settings.url", "notLink"),
                ("settings.walletId", "notInteger"),
            ],
        );
        let unknown = json!({"name": "x".repeat(65), "caption": "x", "provider": "Nobody", "settings": 1});
        let refused = admin.post(CONNECTIONS, &unknown);
        assert_eq!(refused.faulty_fields(), ["name", "provider", "settings"]);
        refused.expect(400);
        let path = make(&admin, &send_grid("mail"));
        admin.patch(&path, &json!({"provider": "Twilio"})).expect_faults(400, &[("provider", "fixed")]);
        admin.patch(&path, &json!({"provider": "SendGrid"})).expect(200);
        admin.patch("/api/v2/connections/99", &json!({"provider": "x"})).expect(404);
        admin.delete("/api/v2/connections/99").expect(404);
    });
}

#[test]
fn a_name_is_taken_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        let first = make(&admin, &send_grid("mail"));
        admin.post(CONNECTIONS, &send_grid("MAIL")).expect_faults(409, &[("name", "taken")]);
        let second = make(&admin, &send_grid("mail-2"));
        admin.patch(&second, &json!({"name": "Mail"})).expect_faults(409, &[("name", "taken")]);
        assert_eq!(admin.patch(&first, &json!({"name": "Mail"})).expect(200)["name"], json!("Mail"));
    });
}

#[test]
fn connections_are_found_by_provider_and_by_use() {
    on_both(|app| {
        let admin = app.admin();
        make(&admin, &voice(&json!({})));
        make(&admin, &send_grid("mail"));
        let found = |query: &str| admin.get(&format!("{CONNECTIONS}?{query}")).expect(200)["total"].clone();
        assert_eq!(found("filter[provider]=Twilio"), json!(1));
        assert_eq!(found("filter[provider]=Nobody"), json!(0));
        assert_eq!(found("filter[enabled]=true"), json!(1));
        assert_eq!(found("filter[enabled]=0&filter[provider]=SendGrid"), json!(1));
        let newest = admin.get(CONNECTIONS).expect(200)["data"][0]["name"].clone();
        assert_eq!(newest, json!("mail"));
        admin.get(&format!("{CONNECTIONS}?filter[name]=x")).refused(400, "unknownFilter");
        let reader = app.user_with("reader", &["externalConnections.read"]);
        assert_eq!(reader.total(CONNECTIONS), 2);
        reader.post(CONNECTIONS, &send_grid("x")).refused(403, "permissionMissing");
    });
}

fn stored(app: &TestApp) -> String {
    let settings = app
        .database
        .read(|conn| Ok::<_, Error>(sql::texts(conn, "SELECT settings FROM external_connections ORDER BY id")));
    settings.unwrap().concat()
}

#[test]
fn a_secret_is_sealed_masked_and_kept() {
    on_both(|app| {
        let admin = app.admin();
        let path = make(&admin, &voice(&json!({})));
        let sealed = stored(app);
        assert!(!sealed.contains("s3cret") && sealed.contains("SK1"), "{sealed}");
        let same = json!({"settings": {"apiKeySecret": "***", "accountSid": "AC2"}});
        let kept = admin.patch(&path, &same).expect(200)["settings"].clone();
        assert_eq!((&kept["apiKeySecret"], &kept["accountSid"]), (&json!("***"), &json!("AC2")));
        assert_eq!(stored(app).replace("AC2", "AC1"), sealed);
        admin.patch(&path, &json!({"settings": {"apiKeySecret": "s3cret-2"}})).expect(200);
        assert_ne!(stored(app).replace("AC2", "AC1"), sealed);
        let log =
            app.database.read(|conn| Ok::<_, Error>(sql::texts(conn, "SELECT details FROM system_logs"))).unwrap();
        let log = log.concat();
        assert!(log.contains("apiKeySecret") && !log.contains("s3cret") && !log.contains("sealed:"), "{log}");
    });
}

#[test]
fn a_mask_is_no_secret_where_none_is_set() {
    on_both(|app| {
        let admin = app.admin();
        let masked = crate::harness::with(send_grid("mail"), &json!({"settings": {"apiKey": "***"}}));
        let made = admin.post(CONNECTIONS, &masked).expect(201);
        assert_eq!(made["settings"]["apiKey"], json!(null));
    });
}

#[test]
fn a_secret_is_not_sent_to_another_address() {
    on_both(|app| {
        let admin = app.admin();
        let path = make(
            &admin,
            &json!({
                "name": "own", "caption": "Own", "provider": "custom", "enabled": true,
                "settings": {"url": "https://one.example", "key": "k3y", "secret": "s3cret"},
            }),
        );
        let set = |settings: Value| admin.patch(&path, &json!({"settings": settings}));
        let faults = [("settings.key", "secretForNewAddress"), ("settings.secret", "secretForNewAddress")];
        set(json!({"url": "https://two.example"})).expect_faults(422, &faults);
        set(json!({"url": "https://two.example", "key": "k3y"})).expect_faults(422, &faults[1..]);
        set(json!({"url": "https://one.example"})).expect(200);
        let moved = set(json!({"url": "https://two.example", "key": "k3y", "secret": null})).expect(200);
        let expected = json!({"url": "https://two.example", "key": "***", "secret": null});
        assert_eq!(moved["settings"], expected);
    });
}

/// A payment method over a connection.
fn method(connection: i64) -> Value {
    json!({
        "name": "card", "caption": "Card", "provider": "bank", "currencyCode": 840, "connectionId": connection,
    })
}

#[test]
fn a_connection_stays_while_payment_methods_refer_to_it() {
    on_both(|app| {
        let admin = app.admin();
        let path = make(&admin, &voice(&json!({})));
        let made: Vec<String> = ["deposits", "withdrawals"]
            .map(|way| {
                let methods = format!("/api/v2/{way}/methods");
                format!("{methods}/{}", admin.create(&methods, &method(1)))
            })
            .into();
        let refused = admin.delete(&path).refused(409, "connectionInUse");
        assert!(refused["error"]["message"].as_str().unwrap().contains("card, card"), "{refused}");
        admin.patch(&made[0], &json!({"connectionId": null})).expect(200);
        admin.delete(&path).refused(409, "connectionInUse");
        // Disabled it may be, and what refers to it keeps it.
        admin.patch(&path, &json!({"enabled": false})).expect(200);
        assert_eq!(admin.patch(&made[1], &json!({"caption": "Cards"})).expect(200)["connectionId"], json!(1));
        admin.delete(&made[1]).expect(204);
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
    });
}

#[test]
fn a_payment_method_refers_to_an_enabled_connection() {
    on_both(|app| {
        let admin = app.admin();
        make(&admin, &send_grid("mail"));
        let post = |connection: i64| admin.post("/api/v2/deposits/methods", &method(connection));
        post(1).expect_faults(422, &[("connectionId", "disabled")]);
        post(9).expect_faults(422, &[("connectionId", "unknown")]);
    });
}
