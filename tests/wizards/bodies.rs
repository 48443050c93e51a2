//! Wizards as they are answered.

use serde_json::json;

use super::WIZARDS;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        bodies.first_of(WIZARDS);
        let wizard = json!({
            "name": "Companies", "type": "registration", "isEnabled": true, "isDefault": true, "steps": [
                {"step": "client_registration"},
                {"step": "additional_information", "countries": ["gb", "CY"], "clientTypes": [2, 1], "fields": [
                    {"name": "taxId", "type": "text", "caption": "Tax number", "isRequired": true},
                    {"name": "founded", "type": "date", "caption": "Founded on"},
                    {"name": "size", "type": "select", "caption": "Employees", "options": ["Up to 50", "More"]},
                    {"name": "isListed", "type": "checkbox", "caption": "Listed on an exchange", "isRequired": false},
                ]},
                {"step": "captcha"},
            ],
        });
        bodies.create(WIZARDS, &wizard);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
