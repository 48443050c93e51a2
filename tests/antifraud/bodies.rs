//! Antifraud, as it is answered.

use serde_json::json;

use super::{NOTIFICATIONS, PROCEDURES, SETTINGS, raise};
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let step = json!({
            "type": "identical_ip", "caption": "Call both", "emails": ["admin@example.com"], "priority": 3,
        });
        bodies.create(PROCEDURES, &step);
        let client = admin.new_client("ann@example.com", &json!({}));
        raise(app, &[client], "192.0.2.1");
        bodies.first_of(NOTIFICATIONS);
        bodies.read(SETTINGS);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
