//! Why requests are rejected.

use domain::payments::MethodDirection;
use serde_json::json;

use crate::harness::on_both;
use crate::harness::orders::ReadyClient;

const TYPES: &str = "/api/v2/resolutions/types";
const RESOLUTIONS: &str = "/api/v2/resolutions";

#[test]
fn names_are_unique_within_a_type() {
    on_both(|app| {
        let admin = app.admin();
        let [one, other] = ["Documents", "Money"].map(|name| admin.create(TYPES, &json!({"name": name})));
        admin.post(TYPES, &json!({"name": " documents "})).refused(409, "taken");
        admin.create(RESOLUTIONS, &json!({"name": "Out of date", "typeId": one}));
        admin.create(RESOLUTIONS, &json!({"name": "Out of date", "typeId": other}));
        let again = json!({"name": "OUT OF DATE", "typeId": one});
        admin.post(RESOLUTIONS, &again).expect_faults(409, &[("name", "taken")]);
        assert_eq!(admin.total(&format!("{RESOLUTIONS}?filter[type]={one}")), 1);
        assert_eq!(admin.total(&format!("{RESOLUTIONS}?filter[name]=of%20D&filter[enabled]=true")), 2);
    });
}

#[test]
fn a_disabled_type_is_given_to_no_resolution() {
    on_both(|app| {
        let admin = app.admin();
        let kind = admin.create(TYPES, &json!({"name": "Old", "enabled": false}));
        let resolution = json!({"name": "Out of date", "typeId": kind});
        admin.post(RESOLUTIONS, &resolution).expect_faults(422, &[("typeId", "disabled")]);
        admin.post(RESOLUTIONS, &json!({"name": "a", "typeId": 99})).expect_faults(422, &[("typeId", "unknown")]);
        admin.patch(&format!("{RESOLUTIONS}/1"), &json!({"typeId": kind})).refused(422, "disabled");
        admin.patch(&format!("{TYPES}/{kind}"), &json!({"enabled": true})).expect(200);
        let id = admin.create(RESOLUTIONS, &resolution);
        admin.patch(&format!("{TYPES}/{kind}"), &json!({"enabled": false})).expect(200);
        let kept = admin.patch(&format!("{RESOLUTIONS}/{id}"), &json!({"name": "Too old"})).expect(200);
        assert_eq!(kept["type"], json!({"id": kind, "enabled": false, "name": "Old"}), "one that it has stays");
    });
}

#[test]
fn a_rejection_gives_a_reason_that_is_enabled_with_its_type() {
    on_both(|app| {
        let admin = app.admin();
        let transaction = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal).ask(app, "10").unwrap();
        let reject = |id: i64| {
            let body = json!({"status": "rejected", "resolutionId": id});
            admin.patch(&format!("/api/v2/transactions/{transaction}"), &body)
        };
        let kind = admin.create(TYPES, &json!({"name": "Money"}));
        let id = admin.create(RESOLUTIONS, &json!({"name": "Unclear", "typeId": kind}));
        for (path, back) in [(format!("{RESOLUTIONS}/{id}"), true), (format!("{TYPES}/{kind}"), true)] {
            admin.patch(&path, &json!({"enabled": false})).expect(200);
            reject(id).expect_faults(422, &[("resolutionId", "disabled")]);
            admin.patch(&path, &json!({"enabled": back})).expect(200);
        }
        reject(id).expect(200);
        admin.delete(&format!("{RESOLUTIONS}/{id}")).refused(409, "inUse");
        admin.delete(&format!("{TYPES}/{kind}")).refused(409, "inUse");
        let unused = admin.create(RESOLUTIONS, &json!({"name": "Unused", "typeId": kind}));
        admin.delete(&format!("{RESOLUTIONS}/{unused}")).expect(204);
        app.verify();
    });
}

#[test]
fn a_reason_is_told_in_the_language_of_the_call() {
    on_both(|app| {
        let admin = app.admin();
        let texts = json!([{"key": "name", "locale": "es_ES", "value": "Caducado"}]);
        let id = admin.create(RESOLUTIONS, &json!({"name": "Out of date", "typeId": 1, "resources": texts}));
        let path = format!("{RESOLUTIONS}/{id}");
        assert_eq!(admin.with("Accept-Language", "es").get(&path).expect(200)["name"], json!("Caducado"));
        assert_eq!(admin.get(&path).expect(200)["name"], json!("Out of date"));
    });
}
