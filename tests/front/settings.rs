//! How the client's interface looks.

use serde_json::json;

use crate::harness::on_both;

const SETTINGS: &str = "/api/v2/my/settings";

#[test]
fn a_client_changes_how_their_interface_looks() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let client = app.as_client(ann);
        let before = client.get(SETTINGS).expect(200);
        assert_eq!(before["settings"]["commonTheme"], json!("light-theme"));
        let change = json!({"settings": {"applicationColor": "#FF8800", "commonTheme": "dark-theme", "other": 1}});
        let after = client.patch(SETTINGS, &change).expect(200);
        assert_eq!(after["settings"]["applicationColor"], json!("#FF8800"));
        assert_eq!(after["settings"]["locale"], before["settings"]["locale"]);
        assert_eq!(client.get(SETTINGS).expect(200), after);
        assert_eq!(admin.get(&format!("/api/v2/clients/{ann}/settings")).expect(200), after);
        assert_eq!(client.put(SETTINGS, &json!({"settings": {}})).expect(200), after);
        let log = admin.get("/api/v2/logs/messages?limit=1").expect(200)["data"][0].clone();
        assert_eq!(
            (&log["eventName"], &log["actor"]["email"]),
            (&json!("client_info_updated"), &json!("ann@example.com"))
        );
    });
}

#[test]
fn the_language_is_one_of_those_that_are_open() {
    on_both(|app| {
        let admin = app.admin();
        let client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let all = admin.get("/api/v2/localizations?limit=100").expect(200)["data"].clone();
        let disabled = all.as_array().unwrap().iter().find(|one| one["isEnabled"] == false).unwrap().clone();
        let choose = |locale: &str| client.patch(SETTINGS, &json!({"settings": {"locale": locale}}));
        choose("xx_YY").expect_faults(422, &[("settings.locale", "unknown")]);
        let locale = disabled["locale"].as_str().unwrap();
        choose(locale).expect_faults(422, &[("settings.locale", "disabled")]);
        admin.patch(&format!("/api/v2/localizations/{}", disabled["id"]), &json!({"isEnabled": true})).expect(200);
        assert_eq!(choose(locale).expect(200)["settings"]["locale"], disabled["locale"]);
        admin.patch(&format!("/api/v2/localizations/{}", disabled["id"]), &json!({"isEnabled": false})).expect(200);
        choose(locale).expect(200);
        client.patch(SETTINGS, &json!({"settings": {"commonTheme": "pink"}})).refused(400, "notOneOf");
        client.patch(SETTINGS, &json!({})).refused(400, "required");
    });
}
