//! The records of providers: who sets them up, and what becomes of their secrets.

use serde_json::json;
use storage::Error;

use super::{Office, PROVIDERS, ann, record};
use crate::harness::identity_provider::{CLIENT_SECRET, Vouch};
use crate::harness::{on_both, sql, with};
use crate::identity::api_keys::make;

const ISSUER: &str = "https://login.example.com/realms/staff";

#[test]
fn a_record_has_its_defaults_and_keeps_its_issuer() {
    on_both(|app| {
        let admin = app.admin();
        let sent = json!({
            "caption": "Office", "issuer": ISSUER, "clientId": "backoffice",
            "redirectUris": ["https://office.example.com/in"], "emailDomains": ["Example.com", "example.com"],
        });
        let made = admin.post(PROVIDERS, &sent).expect(201);
        assert_eq!(made["scopes"], json!(["email", "profile"]));
        assert_eq!(made["emailDomains"], json!(["example.com"]));
        assert_eq!((&made["groupClaim"], &made["clientSecret"]), (&json!("groups"), &json!(null)));
        for switch in ["isEnabled", "createsUsers", "followsGroups", "trustsSecondFactor"] {
            assert_eq!(made[switch], false, "{switch}");
        }
        let path = format!("{PROVIDERS}/{}", made["id"]);
        assert_eq!(admin.get(&path).expect(200), made);
        assert_eq!(admin.get(PROVIDERS).expect(200)["data"], json!([made]));
        let elsewhere = json!({"issuer": "https://evil.example"});
        admin.patch(&path, &elsewhere).expect_faults(400, &[("issuer", "fixed")]);
        admin.patch(&path, &json!({"issuer": ISSUER, "caption": "Head office"})).expect(200);
    });
}

#[test]
fn the_secret_of_the_client_is_sealed_and_shown_nowhere() {
    on_both(|app| {
        let admin = app.admin();
        let made = admin.post(PROVIDERS, &record(ISSUER)).expect(201);
        assert_eq!(made["clientSecret"], "***");
        let path = format!("{PROVIDERS}/{}", made["id"]);
        let stored = |app: &crate::harness::TestApp| {
            let secrets = "SELECT client_secret FROM identity_providers";
            app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, secrets))).unwrap().concat()
        };
        let first = stored(app);
        assert!(first.starts_with("sealed:"), "{first}");
        admin.patch(&path, &json!({"clientSecret": "***", "caption": "Head office"})).expect(200);
        assert_eq!(stored(app), first);
        admin.patch(&path, &json!({"clientSecret": "another"})).expect(200);
        assert_ne!(stored(app), first);
        let log = admin.get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        assert!(log.contains("identity_provider_created") && !log.contains(CLIENT_SECRET), "{log}");
        admin.patch(&path, &json!({"clientSecret": null})).expect(200);
        assert_eq!(admin.get(&path).expect(200)["clientSecret"], json!(null));
    });
}

#[test]
fn administrators_alone_set_providers_up_and_in_person() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.create(PROVIDERS, &record(ISSUER));
        let path = format!("{PROVIDERS}/{id}");
        let all: Vec<&str> = domain::identity::Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        let other = app.user_with("other", &all);
        other.get(&path).expect(200);
        other.post(PROVIDERS, &record(ISSUER)).refused(403, "administratorsOnly");
        other.patch(&path, &json!({"caption": "Mine"})).refused(403, "administratorsOnly");
        other.delete(&path).refused(403, "administratorsOnly");
        let (_, key) = make(&admin, "key", &["identityProviders.update", "identityProviders.delete"], &json!({}));
        key.patch(&path, &json!({"caption": "Mine"})).refused(403, "notByApiKey");
        key.delete(&path).refused(403, "notByApiKey");
    });
}

#[test]
fn what_cannot_be_right_is_told_with_its_place() {
    on_both(|app| {
        let admin = app.admin();
        let wrong = json!({
            "issuer": "http://login.example.com", "redirectUris": ["https://office.example.com/in", "ftp://a"],
            "emailDomains": ["a b"], "groups": [{"value": "a", "groupId": 1}, {"groupId": "x"}],
        });
        admin.post(PROVIDERS, &with(record(ISSUER), &wrong)).expect_faults(
            400,
            &[
                ("emailDomains.0", "notEmailDomain"),
                ("groups.1.groupId", "notInteger"),
                ("groups.1.value", "required"),
                ("issuer", "notSecureUrl"),
                ("redirectUris.1", "notSecureUrl"),
            ],
        );
        let unknown = json!({"groups": [{"value": "b", "groupId": 999_999}, {"value": "a", "groupId": 1}]});
        let answer = admin.post(PROVIDERS, &with(record(ISSUER), &unknown));
        answer.expect_faults(422, &[("groups.0.groupId", "unknown")]);
        admin.post(PROVIDERS, &json!({})).expect(400);
    });
}

#[test]
fn a_group_that_is_mapped_is_not_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create("/api/v2/groups", &json!({"name": "Desk", "permissions": []}));
        let mapped = json!({"groups": [{"value": "desk", "groupId": group}]});
        let id = admin.create(PROVIDERS, &with(record(ISSUER), &mapped));
        admin.delete(&format!("/api/v2/groups/{group}")).refused(409, "inUse");
        admin.patch(&format!("{PROVIDERS}/{id}"), &json!({"groups": []})).expect(200);
        admin.delete(&format!("/api/v2/groups/{group}")).expect(204);
    });
}

#[test]
fn a_provider_that_is_deleted_knows_its_users_no_more() {
    on_both(|app| {
        let office = Office::open(app, &json!({"createsUsers": true}));
        office.enter(ann());
        office.begin();
        office.admin.delete(&office.path()).expect(204);
        let again = office.admin.create(PROVIDERS, &record(&office.provider.issuer));
        let office = Office { id: again, ..office };
        office.sign_in(Vouch::of("ann-1", "ann@elsewhere.example")).refused(403, "emailDomainNotAllowed");
        office.enter(Vouch::of("ann-2", "ann@example.com"));
    });
}
