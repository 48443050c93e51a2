//! Services that deliver mass mail.

use serde_json::{Value, json};

use super::sendgrid::{KEY, SendGrid};
use super::{MESSAGES, SERVICES, connect, progress, send, service, so_far};
use crate::harness::{Client, on_both};

#[test]
fn a_service_is_made_changed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.create(
            SERVICES,
            &json!({
                "caption": "News", "platform": "SendGrid", "options": {"apiKey": KEY},
            }),
        );
        let path = format!("{SERVICES}/{id}");
        let made = admin.get(&path).expect(200);
        assert_eq!(made["isEnabled"], json!(false));
        let options = json!({"apiKey": "***", "apiUrl": null, "fromEmail": null, "fromName": null});
        assert_eq!(made["options"], options);
        app.advance(60);
        let sent = json!({"isEnabled": "1", "options": {"fromEmail": "a@example.com", "fromName": "A", "other": 1}});
        let changed = admin.patch(&path, &sent).expect(200);
        let options = json!({"apiKey": "***", "apiUrl": null, "fromEmail": "a@example.com", "fromName": "A"});
        assert_eq!((&changed["isEnabled"], &changed["options"]), (&json!(true), &options));
        assert_ne!(changed["updateTime"], changed["createTime"]);
        assert_eq!(admin.patch(&path, &changed).expect(200), changed, "what is sent back changes nothing");
        let cleared = admin.patch(&path, &json!({"options": {"fromEmail": null, "fromName": ""}})).expect(200);
        assert_eq!((&cleared["options"]["fromEmail"], &cleared["options"]["fromName"]), (&Value::Null, &Value::Null));
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
        admin.delete(&path).expect(404);
    });
}

#[test]
fn a_service_needs_its_key_and_every_fault_is_told() {
    on_both(|app| {
        let admin = app.admin();
        let missing = [("caption", "required"), ("options", "required"), ("platform", "required")];
        admin.post(SERVICES, &json!({})).expect_faults(400, &missing);
        for options in [json!({}), json!({"apiKey": "***"})] {
            let refused = admin.post(SERVICES, &service(&json!({"options": options})));
            refused.expect_faults(400, &[("options.apiKey", "required")]);
        }
        let options = json!({"apiKey": 5, "apiUrl": "nowhere", "fromEmail": "nobody", "fromName": 1});
        let wrong = service(&json!({"platform": "Other", "isEnabled": "maybe", "options": options}));
        let faults = [
            ("isEnabled", "notBoolean"),
            ("options.apiKey", "notString"),
            ("options.apiUrl", "notLink"),
            ("options.fromEmail", "notEmail"),
            ("options.fromName", "notString"),
            ("platform", "notOneOf"),
        ];
        admin.post(SERVICES, &wrong).expect_faults(400, &faults);
        let path = format!("{SERVICES}/{}", admin.create(SERVICES, &service(&json!({}))));
        admin.patch(&path, &json!({"options": {"apiKey": null}})).expect_faults(400, &[("options.apiKey", "null")]);
        admin.patch(&path, &json!({"options": null})).expect_faults(400, &[("options", "null")]);
        admin.patch(&path, &json!({"options": 1})).expect_faults(400, &[("options", "notObject")]);
    });
}

#[test]
fn a_key_is_sent_again_where_the_address_changes() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{SERVICES}/{}", admin.create(SERVICES, &service(&json!({}))));
        let change = |options: Value| admin.patch(&path, &json!({"options": options}));
        for options in [
            json!({"apiUrl": "https://api.eu.sendgrid.com"}),
            json!({"apiUrl": "https://api.eu.sendgrid.com", "apiKey": "***"}),
        ] {
            change(options).expect_faults(422, &[("options.apiKey", "secretForNewAddress")]);
        }
        change(json!({"apiUrl": "https://api.sendgrid.com"})).expect(200);
        change(json!({"apiUrl": "https://api.eu.sendgrid.com", "apiKey": KEY})).expect(200);
        change(json!({"apiUrl": null})).expect_faults(422, &[("options.apiKey", "secretForNewAddress")]);
    });
}

#[test]
fn a_key_is_kept_sealed_and_out_of_the_audit_log() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let id = connect(&admin, &sendgrid);
        let change = json!({"caption": "Letters", "options": {"apiKey": "***"}});
        admin.unrecorded().patch(&format!("{SERVICES}/{id}"), &change).expect(200);
        let mail = send(&admin, &json!({"emails": ["ann@example.com"]}));
        app.run_jobs();
        assert_eq!(progress(&admin, mail), so_far("sent", 1, 1, 0), "the key is still the same");
        let log = admin.unrecorded().get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        assert!(log.contains("Letters") && !log.contains(KEY) && !log.contains("sealed:"), "{log}");
        let stored = app.database.read(|conn| {
            Ok::<_, storage::Error>(crate::harness::sql::texts(conn, "SELECT api_key FROM delivery_services"))
        });
        assert!(stored.unwrap().concat().starts_with("sealed:"));
    });
}

#[test]
fn services_are_found_by_caption_platform_and_state() {
    on_both(|app| {
        let admin = app.admin();
        for (caption, is_enabled) in [("b_news", true), ("Offers", false), ("A News", true)] {
            admin.create(SERVICES, &service(&json!({"caption": caption, "isEnabled": is_enabled})));
            app.advance(1);
        }
        assert_eq!(captions(&admin, ""), ["A News", "Offers", "b_news"]);
        assert_eq!(captions(&admin, "sort_by=caption"), ["A News", "b_news", "Offers"]);
        assert_eq!(captions(&admin, "filter[caption]=NEWS"), ["A News", "b_news"]);
        assert_eq!(captions(&admin, "filter[caption]=_"), ["b_news"]);
        assert_eq!(captions(&admin, "filter[isEnabled]=0"), ["Offers"]);
        assert_eq!(captions(&admin, "filter[isEnabled]=true&sort_order=asc"), ["b_news", "A News"]);
        assert_eq!(captions(&admin, "filter[platform]=SendGrid").len(), 3);
        assert!(captions(&admin, "filter[platform]=Other").is_empty());
        admin.get(&format!("{SERVICES}?filter[name]=x")).expect_faults(400, &[("filter[name]", "unknownFilter")]);
    });
}

fn captions(admin: &Client, query: &str) -> Vec<String> {
    let page = admin.get(&format!("{SERVICES}?{query}")).expect(200);
    let services = page["data"].as_array().unwrap();
    services.iter().map(|service| service["caption"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_was_sent_over_a_service_stays_without_it() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let id = connect(&admin, &sendgrid);
        let mail = send(&admin, &json!({"emails": ["ann@example.com"]}));
        app.run_jobs();
        admin.delete(&format!("{SERVICES}/{id}")).expect(204);
        let left = admin.get(&format!("{MESSAGES}/{mail}")).expect(200);
        assert_eq!((&left["providerId"], &left["status"]), (&Value::Null, &json!("sent")));
    });
}
