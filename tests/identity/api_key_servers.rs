//! API keys where two servers share one PostgreSQL: what changes on one counts on the other at once.

use serde_json::json;

use super::api_keys::{OWN_KEYS, make, path_of};
use crate::harness::{Client, Setup, TestApp, postgres_database};

/// A user with a key, who is known to both servers, and the administrator.
struct Known {
    user: i64,
    group: i64,
    key: i64,
    admin: Client,
    elsewhere: Client,
    servers: [TestApp; 2],
}

/// With two servers, of which the other has just let the key in.
fn with_servers(test: impl Fn(&Known)) {
    let Some(url) = postgres_database() else { return };
    let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    let (user, session) = one.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &json!({}));
    let (key, caller) = make(&session, "k", &["users.read"], &json!({}));
    let admin = one.admin();
    let group = admin.get(&format!("/api/v2/users/{user}")).expect(200)["groups"][0]["id"].as_i64().unwrap();
    let elsewhere = other.client.with_token(caller.token.as_deref().unwrap());
    elsewhere.get("/api/v2/users").expect(200);
    test(&Known { user, group, key, admin, elsewhere, servers: [one, other] });
}

#[test]
fn a_key_that_is_switched_off_on_one_server_is_refused_on_the_other() {
    with_servers(|known| {
        known.admin.patch(&path_of(known.key), &json!({"isEnabled": false})).expect(200);
        known.elsewhere.get("/api/v2/users").refused(401, "tokenInvalid");
        known.admin.patch(&path_of(known.key), &json!({"isEnabled": true})).expect(200);
        known.elsewhere.get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_key_that_is_revoked_on_one_server_is_refused_on_the_other() {
    with_servers(|known| {
        known.admin.delete(&path_of(known.key)).expect(204);
        known.elsewhere.get("/api/v2/users").refused(401, "tokenInvalid");
    });
}

#[test]
fn a_key_whose_list_is_narrowed_on_one_server_is_refused_on_the_other() {
    with_servers(|known| {
        known.admin.patch(&path_of(known.key), &json!({"ipWhitelist": ["192.0.2.1"]})).expect(200);
        known.elsewhere.get("/api/v2/users").refused(403, "ipNotAllowed");
    });
}

#[test]
fn a_permission_that_is_taken_from_a_key_on_one_server_is_gone_on_the_other_and_given_again_there() {
    with_servers(|known| {
        known.admin.patch(&path_of(known.key), &json!({"permissions": []})).expect(200);
        known.elsewhere.get("/api/v2/users").refused(403, "permissionMissing");
        known.admin.patch(&path_of(known.key), &json!({"permissions": ["users.read"]})).expect(200);
        known.elsewhere.get("/api/v2/users").expect(200);
    });
}

#[test]
fn what_the_user_loses_on_one_server_the_key_loses_on_the_other() {
    with_servers(|known| {
        let group = format!("/api/v2/groups/{}", known.group);
        known.admin.patch(&group, &json!({"permissions": []})).expect(200);
        known.elsewhere.get("/api/v2/users").refused(403, "permissionMissing");
        known.admin.patch(&group, &json!({"permissions": ["users.read"]})).expect(200);
        known.elsewhere.get("/api/v2/users").expect(200);
        known.admin.patch(&format!("/api/v2/users/{}", known.user), &json!({"active": false})).expect(200);
        known.elsewhere.get("/api/v2/users").refused(401, "tokenInvalid");
    });
}

#[test]
fn the_keys_of_a_user_who_is_deleted_on_one_server_are_refused_on_the_other() {
    with_servers(|known| {
        known.admin.delete(&format!("/api/v2/users/{}", known.user)).expect(204);
        known.elsewhere.get("/api/v2/users").refused(401, "tokenInvalid");
    });
}

/// What was read of callers holds on: else each key would cost every caller a query a minute.
#[test]
fn the_use_of_a_key_makes_no_server_read_callers_anew() {
    with_servers(|known| {
        let [one, other] = &known.servers;
        let version = || one.database.read(storage::identity::callers::access_version).unwrap();
        let before = version();
        other.advance(60);
        known.elsewhere.get("/api/v2/users").expect(200);
        other.wait_for_key_uses();
        assert_eq!(version(), before);
        let read = known.admin.get(&path_of(known.key)).expect(200);
        assert_eq!(read["lastUsedAt"], json!("2026-01-01T00:01:00+00:00"));
    });
}
