//! Passwords, devices, sign-ins and blocks as they are answered.

use domain::credentials::SecondFactorMethod;
use serde_json::json;

use super::acting::{HOME, guess, sign_in};
use super::second_factors::switch_on;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let client = admin.new_client("ann@example.com", &json!({"lastName": "Major"}));
        let below = |path: &str| format!("/api/v2/clients/{client}/{path}");
        admin.put(&below("password"), &json!({"password": "Qwerty123", "send_mail": false})).expect(204);
        bodies.first_of(&below("password/changes"));
        switch_on(app, client, SecondFactorMethod::Google);
        bodies.first_of(&below("2fa/changes"));
        bodies.read(&below("2fa"));
        bodies.read(&below("2fa/google"));
        sign_in(app, client, "laptop");
        bodies.first_of(&below("devices"));
        bodies.first_of("/api/v2/clients/authorizations");
        for _ in 0..5 {
            guess(app, "ann@example.com", HOME);
        }
        bodies.first_of("/api/v2/security/addresses");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
