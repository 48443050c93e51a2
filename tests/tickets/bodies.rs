//! The help desk, as it is answered.

use serde_json::json;

use super::{DEPARTMENTS, TICKETS, messages, submit};
use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let resources = json!([{"key": "name", "locale": "es_ES", "value": "Pagos"}]);
        bodies.create(DEPARTMENTS, &json!({"name": "Payments", "resources": resources}));
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Where is my money?");
        bodies.first_of(TICKETS);
        bodies.create(&messages(ticket), &json!({"text": "On its way.", "isNote": false, "attachments": []}));
        let form = Form::default().text("text", "Call them").text("isNote", "1").file("attachments", "a.pdf", PDF);
        bodies.upload(&messages(ticket), form);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
