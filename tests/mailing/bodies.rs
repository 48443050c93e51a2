//! Services, templates and mails as they are answered.

use serde_json::json;

use super::{MESSAGES, SERVICES, TEMPLATES};
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let mut bodies = Bodies::of(&admin);
        let options = json!({
            "apiKey": "SG.s3cret", "apiUrl": "https://api.eu.sendgrid.com", "fromEmail": "news@example.com",
            "fromName": "Broker",
        });
        let service = json!({"caption": "News", "platform": "SendGrid", "isEnabled": true, "options": options});
        let service = bodies.create(SERVICES, &service);
        let template = json!({
            "name": "Summer", "subject": "An offer for {firstName}", "body": "<p>Dear {name}</p>", "locale": "en_US",
        });
        let template = bodies.create(TEMPLATES, &template);
        let mail = json!({
            "providerId": service, "templateId": template, "subject": "News for {name}", "body": "<p>{email}</p>",
            "clientIds": [client],
        });
        bodies.create_without(&["emails", "filter"], MESSAGES, &mail);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
