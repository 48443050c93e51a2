//! Who signs in: users who are linked, users who are made, and what of them follows the provider.

use serde_json::json;
use storage::Error;

use super::{Office, ann, end_by};
use crate::harness::identity_provider::Vouch;
use crate::harness::{ADMIN_EMAIL, on_both, sql};

#[test]
fn everybody_is_told_how_users_can_sign_in() {
    on_both(|app| {
        let options = "/api/v2/signin/providers";
        assert_eq!(app.client.get(options).expect(200), json!({"passwordSignIn": true, "providers": []}));
        let office = Office::open(app, &json!({}));
        let told = office.nobody().get(options).expect(200);
        assert_eq!(told["providers"], json!([{"id": office.id, "caption": "Office"}]));
        office.change(&json!({"isEnabled": false}));
        assert_eq!(office.nobody().get(options).expect(200)["providers"], json!([]));
    });
}

#[test]
fn the_browser_is_sent_to_the_provider_with_the_scopes_of_the_record() {
    on_both(|app| {
        let office = Office::open(app, &json!({"scopes": ["openid", "email", "groups"]}));
        let begun = office.begin();
        assert!(begun["uri"].as_str().unwrap().contains("&scope=openid+email+groups&"), "{begun}");
        assert_eq!(begun["expiresAt"], json!(app.time(600)));
    });
}

#[test]
fn a_user_is_known_by_a_verified_address_once_and_by_the_subject_from_then_on() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        let id = office.user("ann@example.com", &json!({}));
        let linked = office.enter(Vouch::of("ann-1", "Ann@Example.com"));
        linked.get("/api/v2/api-keys").expect(403);
        // Another address at the provider, and none: it is the same user.
        office.enter(Vouch::of("ann-1", "ann@elsewhere.example"));
        office.enter(ann().with(&json!({"email": null})));
        let log = office.admin.get("/api/v2/logs/messages?filter[eventName]=user_identity_created").expect(200);
        assert_eq!(log["total"], 1);
        let record = &log["data"][0];
        assert_eq!(record["actor"], "ann@example.com");
        let link = json!({"identityProviderId": office.id, "subject": "ann-1"});
        assert_eq!(record["details"], json!({"id": id, "new": link}));
    });
}

#[test]
fn a_sign_in_is_recorded_with_its_provider() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        office.user("ann@example.com", &json!({}));
        office.enter(ann());
        office.sign_in(Vouch::of("bob-1", "bob@example.com")).refused(403, "noUserOfEmail");
        let attempts = "SELECT email || ' ' || outcome FROM sign_in_attempts WHERE provider_id = 1 ORDER BY id";
        let recorded = app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, attempts))).unwrap();
        assert_eq!(recorded, ["ann@example.com success", "bob@example.com not_allowed"]);
    });
}

#[test]
fn who_is_unknown_is_made_a_user_with_the_groups_of_the_claim() {
    on_both(|app| {
        let admin = app.admin().unrecorded();
        let group = admin.create("/api/v2/groups", &json!({"name": "Desk", "permissions": ["users.read"]}));
        let groups = json!([{"value": "desk", "groupId": group}, {"value": "bosses", "groupId": 1}]);
        let office = Office::open(app, &json!({"createsUsers": true, "groups": groups, "groupClaim": "roles"}));
        let bob = Vouch::of("bob-1", "Bob@example.com").with(&json!({"name": "Bob Major", "roles": ["desk", "other"]}));
        let bob = office.enter(bob);
        let users = bob.get("/api/v2/users?filter[email]=bob@example.com").expect(200);
        let user = &users["data"][0];
        assert_eq!((&user["name"], &user["email"]), (&json!("Bob Major"), &json!("Bob@example.com")));
        assert_eq!(user["groups"], json!([{"id": group, "name": "Desk"}]));
        assert_eq!((&user["canViewMaskedData"], &user["tfa"]), (&json!(false), &json!(false)));
        // Nobody knows a password, since there is none.
        for password in ["none", "Secret123"] {
            let body = json!({"email": "bob@example.com", "password": password});
            app.client.post("/api/v2/signin", &body).refused(401, "wrongCredentials");
        }
        let log = office.admin.get("/api/v2/logs/messages?filter[actor]=bob@example.com").expect(200);
        let events: Vec<&str> =
            log["data"].as_array().unwrap().iter().map(|log| log["eventName"].as_str().unwrap()).collect();
        assert_eq!(events, ["user_identity_created", "user_created"]);
    });
}

#[test]
fn one_value_of_the_claim_may_stand_alone_and_a_missing_name_is_the_address() {
    on_both(|app| {
        let groups = json!([{"value": "bosses", "groupId": 1}]);
        let office = Office::open(app, &json!({"createsUsers": true, "groups": groups}));
        let bob = Vouch::of("bob-1", "bob@example.com").with(&json!({"name": null, "groups": "bosses"}));
        let users = office.enter(bob).get("/api/v2/users?filter[email]=bob@example.com").expect(200);
        assert_eq!(users["data"][0]["name"], "bob@example.com");
    });
}

#[test]
fn mapped_groups_follow_the_claim_and_others_stay_where_the_record_says_so() {
    on_both(|app| {
        let admin = app.admin().unrecorded();
        let group = |name: &str| admin.create("/api/v2/groups", &json!({"name": name, "permissions": []}));
        let [desk, night, own] = [group("Desk"), group("Night"), group("Own")];
        let groups = json!([{"value": "desk", "groupId": desk}, {"value": "night", "groupId": night}]);
        let office = Office::open(app, &json!({"groups": groups}));
        office.user("ann@example.com", &json!({"groups": [night, own]}));
        office.enter(ann().in_groups(&["desk"]));
        assert_eq!(office.groups_of("ann@example.com"), ["Night", "Own"]);
        office.change(&json!({"followsGroups": true}));
        office.enter(ann().in_groups(&["desk"]));
        assert_eq!(office.groups_of("ann@example.com"), ["Desk", "Own"]);
        office.enter(ann());
        assert_eq!(office.groups_of("ann@example.com"), ["Own"]);
        let log =
            office.admin.get("/api/v2/logs/messages?filter[actor]=ann@example.com&filter[eventName]=user_updated");
        let newest = &log.expect(200)["data"][0]["details"];
        let named = |id: i64, name: &str| json!({"id": id, "name": name});
        let (old, new) = (json!([named(desk, "Desk"), named(own, "Own")]), json!([named(own, "Own")]));
        assert_eq!((&newest["old"]["groups"], &newest["new"]["groups"]), (&old, &new));
    });
}

#[test]
fn the_last_administrator_stays_one_whatever_the_claim_says() {
    on_both(|app| {
        let office = Office::open(app, &json!({"followsGroups": true, "groups": [{"value": "bosses", "groupId": 1}]}));
        let admin = Vouch::of("admin-1", ADMIN_EMAIL);
        office.enter(admin.clone());
        assert_eq!(office.groups_of(ADMIN_EMAIL), ["Administrators"]);
        office.user("ann@example.com", &json!({"groups": [1]}));
        office.enter(admin);
        let users =
            office.enter(ann().in_groups(&["bosses"])).get(&format!("/api/v2/users?filter[email]={ADMIN_EMAIL}"));
        assert_eq!(users.expect(200)["data"][0]["groups"], json!([]));
    });
}

#[test]
fn the_own_second_factor_is_asked_unless_the_provider_is_trusted_with_it() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        let user = office.user("ann@example.com", &json!({}));
        app.run_sql("UPDATE users SET second_factor = 'totp' WHERE email_key = 'ann@example.com'");
        let step = office.sign_in(ann()).expect(200);
        assert_eq!((&step["2faRequired"], &step["2faDetails"]["provider"]), (&json!(true), &json!("totp")));
        assert!(step.get("accessToken").is_none());
        office.change(&json!({"trustsSecondFactor": true}));
        office.enter(ann());
        assert_eq!(office.admin.get(&format!("/api/v2/users/{user}")).expect(200)["tfa"], true);
    });
}

#[test]
fn disabled_users_lists_of_addresses_and_policies_hold_as_for_passwords() {
    on_both(|app| {
        let office = Office::open(app, &json!({"createsUsers": true}));
        let user = format!("/api/v2/users/{}", office.user("ann@example.com", &json!({"active": false})));
        office.sign_in(ann()).refused(403, "userDisabled");
        office.admin.patch(&user, &json!({"active": true, "ipWhitelist": ["192.0.2.1"]})).expect(200);
        office.sign_in(ann()).refused(403, "ipNotAllowed");
        // Nothing of a refused sign-in stays.
        let links = "SELECT subject FROM user_identities";
        assert!(app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, links))).unwrap().is_empty());
        office.admin.patch(&user, &json!({"ipWhitelist": []})).expect(200);
        let signed_in = office.enter(ann());
        office.admin.patch(&user, &json!({"active": false})).expect(200);
        signed_in.get("/api/v2/api-keys").expect(401);
        let begun = office.begin();
        let redirect = office.authorize(&begun, Vouch::of("bob-1", "bob@example.com"));
        let policy = json!({"ip": "192.0.2.0/24", "permission": "deny", "route": "/api/v2/signin"});
        office.admin.post("/api/v2/security/policies", &policy).expect(201);
        let outside = office.nobody().from("192.0.2.9");
        let body = json!({"providerId": office.id, "redirectUri": crate::harness::identity_provider::REDIRECT_URI});
        outside.post(super::BEGIN, &body).refused(403, "ipNotAllowed");
        let code = json!({"state": redirect.state, "code": redirect.code});
        end_by(&outside, &begun, &code).refused(403, "ipNotAllowed");
        end_by(&office.nobody(), &begun, &code).expect(200);
    });
}

#[test]
fn with_another_address_or_without_the_user_a_link_is_forgotten() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        let user = format!("/api/v2/users/{}", office.user("ann@example.com", &json!({})));
        office.enter(ann());
        office.admin.patch(&user, &json!({"email": "anna@example.com"})).expect(200);
        office.sign_in(ann()).refused(403, "noUserOfEmail");
        office.enter(Vouch::of("anna-1", "anna@example.com"));
        office.admin.delete(&user).expect(204);
        office.sign_in(Vouch::of("anna-1", "anna@example.com")).refused(403, "noUserOfEmail");
    });
}

#[test]
fn keys_that_the_provider_changes_are_found() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        office.user("ann@example.com", &json!({}));
        office.enter(ann());
        office.enter(ann());
        assert_eq!(office.provider.discoveries(), 1);
        office.provider.change_key();
        // Whoever shows a key that is not published does not make the server ask each time.
        office.sign_in(ann()).refused(401, "notVouchedFor");
        assert_eq!(office.provider.discoveries(), 1);
        app.advance(30);
        office.enter(ann());
        assert_eq!(office.provider.discoveries(), 2);
        app.advance(600);
        office.enter(ann());
        assert_eq!(office.provider.discoveries(), 3);
    });
}
