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
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
