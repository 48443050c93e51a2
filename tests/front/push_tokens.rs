//! The devices of clients that are shown notifications.

use serde_json::json;

use crate::harness::on_both;

const TOKENS: &str = "/api/v2/my/devices/tokens";
const TOKEN: &str = "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad";

#[test]
fn a_token_is_saved_once_and_removed() {
    on_both(|app| {
        let admin = app.admin();
        let client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let saved = client.post(TOKENS, &json!({"token": TOKEN}));
        assert_eq!(saved.header("Location"), Some(format!("{TOKENS}/{TOKEN}").as_str()));
        let saved = saved.expect(201);
        assert_eq!(saved["token"], json!(TOKEN));
        assert_eq!(client.post(TOKENS, &json!({"token": TOKEN})).expect(200), saved);
        let log = admin.get("/api/v2/logs/messages?limit=1").expect(200)["data"][0].clone();
        assert_eq!(log["eventName"], json!("client_push_token_created"));
        assert!(!log.to_string().contains(TOKEN), "{log}");
        client.delete(&format!("{TOKENS}/{TOKEN}")).expect(204);
        client.delete(&format!("{TOKENS}/{TOKEN}")).refused(404, "notFound");
        client.post(TOKENS, &json!({"token": "a b"})).expect_faults(400, &[("token", "notPushToken")]);
        client.post(TOKENS, &json!({})).refused(400, "required");
    });
}

#[test]
fn a_token_goes_over_to_the_client_who_saves_it() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let (ann, bob) = (app.as_client(ann), app.as_client(bob));
        let saved = ann.post(TOKENS, &json!({"token": TOKEN})).expect(201);
        bob.delete(&format!("{TOKENS}/{TOKEN}")).refused(404, "notFound");
        assert_eq!(bob.post(TOKENS, &json!({"token": TOKEN})).expect(200), saved);
        ann.delete(&format!("{TOKENS}/{TOKEN}")).refused(404, "notFound");
        bob.delete(&format!("{TOKENS}/{TOKEN}")).expect(204);
    });
}

#[test]
fn the_oldest_of_many_tokens_is_forgotten() {
    on_both(|app| {
        let admin = app.admin();
        let client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        for number in 0..33 {
            client.post(TOKENS, &json!({"token": format!("token-{number}")})).expect(201);
        }
        client.delete(&format!("{TOKENS}/token-0")).refused(404, "notFound");
        client.delete(&format!("{TOKENS}/token-1")).expect(204);
        client.delete(&format!("{TOKENS}/token-32")).expect(204);
    });
}
