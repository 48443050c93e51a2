//! Paid services as they are answered.

use serde_json::json;

use super::subscriptions::ROOT;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let group = bodies.create(&format!("{ROOT}/groups"), &json!({"caption": "Signals", "comment": "internal"}));
        let service = json!({
            "name": "Signals", "fullName": "Signals in full", "groupId": group, "isActive": 1, "externalId": "ext-1",
            "comment": "slow",
        });
        let service = bodies.create(&format!("{ROOT}/services"), &service);
        let category = json!({"name": "Looks", "readGroups": [1], "updateGroups": [1]});
        let category = bodies.create(&format!("{ROOT}/categories"), &category);
        let parameter = json!({
            "name": "colour", "caption": "Colour", "categoryId": category, "type": "select", "services": [service],
            "settings": {"options": ["red", "green"]},
        });
        bodies.create(&format!("{ROOT}/parameters"), &parameter);
        let plan = json!({"name": "Basic", "serviceId": service, "data": {"colour": "red"}});
        bodies.create(&format!("{ROOT}/plans"), &plan);
        let subscription = json!({
            "clientId": admin.new_client("ann@example.com", &json!({})), "serviceId": service, "isActive": 1,
            "parameters": {"colour": "green"},
        });
        bodies.create(ROOT, &subscription);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
