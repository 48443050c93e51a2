//! The texts that messages take in, as they are answered.

use serde_json::json;

use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let tag = bodies.create("/api/v2/storage/tags", &json!({"name": "Brand"}));
        let pair = json!({"key": "footer", "value": "<p>Yours, <b>Acme</b></p>", "type": "html", "tags": [tag]});
        bodies.create("/api/v2/storage/values", &pair);
        let kind = json!({"name": "weeklyNews", "caption": "News of the week", "isEnabled": true});
        let kind = bodies.create("/api/v2/mails/notifications/types", &kind);
        let text = json!({
            "typeId": kind, "locale": "en_US", "subject": "News for {firstName}", "template": "<p>{footer}</p>",
            "isEnabled": true,
        });
        bodies.create("/api/v2/mails/notifications/templates", &text);
        let provider = json!({
            "caption": "Office", "driver": "smtp", "host": "localhost", "port": 1, "username": "office",
            "password": "Secret123", "encryption": "tls", "sendFrom": "office@example.com", "sendFromName": "Acme",
            "isEnabled": false,
        });
        bodies.create("/api/v2/mail/providers", &provider);
        let notification = json!({
            "event": "TestPassing", "description": "For the desk", "userId": 1, "channels": ["email", "sms"],
            "templates": {"email": "weeklyNews"}, "isEnabled": true,
        });
        bodies.create("/api/v2/events/notifications", &notification);
        bodies.read("/api/v2/events/notifications/types");
        for names in ["handlers", "types", "workflows"] {
            bodies.read(&format!("/api/v2/events/listeners/{names}"));
        }
        let listener = json!({
            "description": "Tells the CRM", "event": "SuccessfulRegistration", "handler": "SuccessfulRegistration",
            "workflow": "SendWebhookWorkflow", "handlerOptions": {},
            "workflowOptions": {
                "url": "https://example.com/hooks", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            },
            "isEnabled": false,
        });
        let listener = bodies.create("/api/v2/events/listeners", &listener);
        bodies.ask(&format!("/api/v2/events/listeners/{listener}/secret"), &json!({}), 200);
        bodies.ask(&format!("/api/v2/events/listeners/{listener}/test"), &json!({}), 202);
        bodies.first_of("/api/v2/events/deliveries");
        bodies.ask("/api/v2/events/deliveries/1/redeliver", &json!({}), 202);
        bodies.read("/api/v2/mail/providers/1/status");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
