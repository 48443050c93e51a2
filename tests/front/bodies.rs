//! What clients sign in with, as it is answered to them.

use serde_json::json;

use crate::harness::{Bodies, on_both};

#[test]
fn bodies_of_credentials_are_as_they_were_reviewed() {
    on_both(|app| {
        let client = app.admin().new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/devices");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_credentials", bodies.into_text());
        });
    });
}
