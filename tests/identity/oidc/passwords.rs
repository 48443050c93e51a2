//! Passwords that are switched off, and that nobody is locked out by that.

use serde_json::json;

use super::Office;
use crate::harness::binary::{command, run};
use crate::harness::identity_provider::{IdentityProvider, Vouch};
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, TestApp, databases, on_both, remove};

const SETTINGS: &str = "/api/v2/settings";

/// An office with whose provider the administrator has signed in.
fn office(app: &TestApp) -> Office<'_> {
    let office = Office::open(app, &json!({}));
    office.enter(boss());
    office
}

fn boss() -> Vouch {
    Vouch::of("admin-1", ADMIN_EMAIL)
}

#[test]
fn passwords_stay_until_an_administrator_has_signed_in_with_a_provider() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        let off = json!({"passwordSignIn": false});
        office.admin.patch(SETTINGS, &off).refused(409, "noWayIn");
        office.user("ann@example.com", &json!({}));
        office.enter(super::ann());
        office.admin.patch(SETTINGS, &off).refused(409, "noWayIn");
        office.enter(boss());
        office.change(&json!({"isEnabled": false}));
        office.admin.patch(SETTINGS, &off).refused(409, "noWayIn");
        office.change(&json!({"isEnabled": true}));
        assert_eq!(office.admin.patch(SETTINGS, &off).expect(200)["passwordSignIn"], false);
    });
}

#[test]
fn without_passwords_users_sign_in_with_a_provider_alone() {
    on_both(|app| {
        let office = office(app);
        office.admin.patch(SETTINGS, &json!({"passwordSignIn": false})).expect(200);
        let body = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        app.client.post("/api/v2/signin", &body).refused(403, "passwordSignInOff");
        assert_eq!(office.nobody().get("/api/v2/signin/providers").expect(200)["passwordSignIn"], false);
        // Sessions go on.
        office.admin.get("/api/v2/users").expect(200);
        office.enter(boss()).patch(SETTINGS, &json!({"passwordSignIn": true})).expect(200);
        app.client.post("/api/v2/signin", &body).expect(200);
    });
}

#[test]
fn without_passwords_the_last_provider_of_an_administrator_stays() {
    on_both(|app| {
        let office = office(app);
        office.admin.patch(SETTINGS, &json!({"passwordSignIn": false})).expect(200);
        office.admin.patch(&office.path(), &json!({"isEnabled": false})).refused(409, "noWayIn");
        office.admin.delete(&office.path()).refused(409, "noWayIn");
        office.change(&json!({"caption": "Head office"}));
        // With another one it goes.
        let other = IdentityProvider::start();
        let id = office.admin.create(super::PROVIDERS, &super::record(&other.issuer));
        let second = Office { app, provider: other, id, admin: office.admin.clone() };
        second.enter(boss());
        office.admin.delete(&office.path()).expect(204);
        second.admin.delete(&second.path()).refused(409, "noWayIn");
        second.admin.patch(SETTINGS, &json!({"passwordSignIn": true})).expect(200);
        second.admin.delete(&second.path()).expect(204);
    });
}

#[test]
fn without_passwords_the_last_administrator_of_a_provider_stays_one() {
    on_both(|app| {
        let office = office(app);
        let bosses = json!([{"value": "bosses", "groupId": 1}]);
        office.change(&json!({"groups": bosses, "followsGroups": true}));
        // Another administrator, who cannot sign in with the provider.
        let (second, other) = app.user_of("other", &[], &json!({"groups": [1]}));
        office.admin.patch(SETTINGS, &json!({"passwordSignIn": false})).expect(200);
        let first = "/api/v2/users/1";
        for change in [json!({"active": false}), json!({"groups": []}), json!({"email": "a@example.com"})] {
            other.patch(first, &change).refused(409, "noWayIn");
        }
        other.delete(first).refused(409, "noWayIn");
        // Nor does the provider take the group away.
        office.enter(boss());
        assert_eq!(office.groups_of(ADMIN_EMAIL), ["Administrators"]);
        office.admin.patch(&format!("/api/v2/users/{second}"), &json!({"active": false})).expect(200);
    });
}

#[test]
fn the_command_line_lets_passwords_in_again() {
    for url in databases() {
        let app = TestApp::start(url.clone(), &Default::default());
        let office = office(&app);
        office.admin.patch(SETTINGS, &json!({"passwordSignIn": false})).expect(200);
        office.provider.go_down(true);
        drop(office);
        drop(app);
        let (code, out, errors) = run(command(Some(&url)).args(["policy", "passwords-on"]));
        assert_eq!((code, out.as_str()), (Some(0), "Users may sign in with passwords again.\n"), "{errors}");
        let (code, out, _) = run(command(Some(&url)).args(["policy", "passwords-on"]));
        assert_eq!((code, out.as_str()), (Some(0), "Passwords were not switched off.\n"));
        let app = TestApp::start(url.clone(), &Default::default());
        let admin = app.admin();
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=settings_updated").expect(200);
        assert_eq!(log["data"][0]["details"], json!({"passwordSignIn": "true"}));
        drop(app);
        remove(&url);
    }
}
