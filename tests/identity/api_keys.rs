//! API keys: what they do, for how long, from where and how often.

use serde_json::{Value, json};

use crate::harness::{Client, Setup, TestApp, on_both, on_both_with, with};

pub const KEYS: &str = "/api/v2/api-keys";
/// What it takes to look after one's own keys.
pub const OWN_KEYS: [&str; 4] = ["apiKeys.create", "apiKeys.delete", "apiKeys.read", "apiKeys.update"];

/// A key of somebody, by its id, and whoever calls with it.
#[track_caller]
pub fn make(owner: &Client, name: &str, permissions: &[&str], fields: &Value) -> (i64, Client) {
    let body = with(json!({"name": name, "permissions": permissions}), fields);
    let made = owner.post(KEYS, &body).expect(201);
    (made["id"].as_i64().unwrap(), owner.with_token(made["key"].as_str().unwrap()))
}

/// Users who look after their own keys and hold these permissions.
pub fn user(app: &TestApp, name: &str, permissions: &[&str]) -> Client {
    app.user_with(name, &[&OWN_KEYS, permissions].concat())
}

pub fn path_of(id: i64) -> String {
    format!("{KEYS}/{id}")
}

#[test]
fn a_key_is_shown_once_and_then_known_by_how_it_begins() {
    on_both(|app| {
        let admin = app.admin();
        let answer = admin.post(KEYS, &json!({"name": "Export", "permissions": ["users.read", "users.read"]}));
        let place = answer.header("Location").unwrap().to_owned();
        let made = answer.expect(201);
        let key = made["key"].as_str().unwrap();
        assert!(key.len() == 47 && key.starts_with("bok_"), "{key}");
        assert_eq!(made["prefix"], json!(key[..12]));
        assert_eq!(made["permissions"], json!(["users.read"]));
        let read = admin.get(&place).expect(200);
        let expected = json!({
            "id": made["id"], "user": {"id": 1, "name": "Administrator"}, "name": "Export", "prefix": key[..12],
            "permissions": ["users.read"], "ipWhitelist": [], "status": "active", "isEnabled": true, "expiresAt": null,
            "lastUsedAt": null, "createTime": "2026-01-01T00:00:00+00:00", "updateTime": "2026-01-01T00:00:00+00:00",
        });
        assert_eq!(read, expected);
        let logged = admin.get("/api/v2/logs/messages?filter[eventName]=api_key_created").expect(200);
        // Its uses are no change of it.
        let mut recorded = expected;
        recorded.as_object_mut().unwrap().remove("lastUsedAt");
        assert_eq!(logged["data"][0]["details"]["new"], recorded);
        for list in [KEYS, "/api/v2/logs/messages"] {
            assert!(!admin.get(list).expect(200).to_string().contains(key), "{list}");
        }
    });
}

#[test]
fn a_body_with_several_faults_names_them_all() {
    on_both(|app| {
        let body = json!({
            "name": "", "permissions": ["users.read", "none"], "ipWhitelist": ["192.0.2.0/33"], "expiresAt": "soon",
        });
        let answer = app.admin().post(KEYS, &body);
        let mut fields = answer.faulty_fields();
        fields.sort();
        assert_eq!(fields, ["expiresAt", "ipWhitelist.0", "name", "permissions.1"]);
        answer.expect(400);
    });
}

#[test]
fn a_key_does_what_it_was_given_and_nothing_else_that_its_user_may() {
    on_both(|app| {
        let ann = user(app, "ann", &["users.read", "userGroups.read"]);
        let (_, key) = make(&ann, "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        ann.get("/api/v2/groups").expect(200);
        key.get("/api/v2/groups").refused(403, "permissionMissing");
    });
}

#[test]
fn a_key_of_an_administrator_does_no_more_than_it_was_given() {
    on_both(|app| {
        let (_, key) = make(&app.admin(), "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        key.get("/api/v2/groups").refused(403, "permissionMissing");
        key.patch("/api/v2/settings", &json!({})).refused(403, "permissionMissing");
    });
}

#[test]
fn a_right_that_the_user_loses_the_key_loses_at_once_and_gets_back_with_the_user() {
    on_both(|app| {
        let admin = app.admin();
        let ann = user(app, "ann", &["users.read"]);
        let (_, key) = make(&ann, "k", &["users.read"], &json!({}));
        let group = admin.get("/api/v2/groups").expect(200)["data"][1]["id"].clone();
        let give = |permissions: &[&str]| {
            admin.patch(&format!("/api/v2/groups/{group}"), &json!({"permissions": permissions})).expect(200);
        };
        key.get("/api/v2/users").expect(200);
        give(&[]);
        key.get("/api/v2/users").refused(403, "permissionMissing");
        give(&["users.read", "userGroups.read"]);
        key.get("/api/v2/users").expect(200);
        key.get("/api/v2/groups").refused(403, "permissionMissing");
    });
}

#[test]
fn a_key_loses_what_a_group_gave_when_its_user_leaves_the_group() {
    on_both(|app| {
        let (id, ann) = app.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &json!({}));
        let (_, key) = make(&ann, "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"groups": []})).expect(200);
        key.get("/api/v2/users").refused(403, "permissionMissing");
    });
}

#[test]
fn a_key_sees_the_clients_of_its_users_tags_as_its_user_sees_them() {
    on_both(|app| {
        let admin = app.admin();
        let (vip, eu) = (admin.new_tag("VIP"), admin.new_tag("EU"));
        admin.new_client("vip@example.com", &json!({"tagIds": [vip]}));
        admin.new_client("eu@example.com", &json!({"tagIds": [eu]}));
        let fields = json!({"clientTags": [vip], "canViewMaskedData": false});
        let (id, ann) = app.user_of("ann", &[&OWN_KEYS, &["clients.read"][..]].concat(), &fields);
        let (_, key) = make(&ann, "k", &["clients.read"], &json!({}));
        let emails = |caller: &Client| -> Vec<Value> {
            let page = caller.get("/api/v2/clients").expect(200);
            page["data"].as_array().unwrap().iter().map(|client| client["email"].clone()).collect()
        };
        assert_eq!(emails(&key), ["v***@example.com"]);
        admin
            .patch(&format!("/api/v2/users/{id}"), &json!({"clientTags": [eu], "canViewMaskedData": true}))
            .expect(200);
        assert_eq!(emails(&key), ["eu@example.com"]);
    });
}

#[test]
fn a_key_of_an_administrator_sees_what_is_kept_for_groups_that_they_are_not_in() {
    on_both(|app| {
        let admin = app.admin();
        let ann = app.user_with("ann", &["calendarEvents.create", "calendarEvents.read"]);
        let event = json!({
            "name": "Review", "startDate": "2026-02-01T09:00:00+00:00", "endDate": "2026-02-01T10:00:00+00:00",
        });
        ann.post("/api/v2/calendars/events", &event).expect(201);
        let permissions = ["calendarEvents.read"];
        let (_, of_admin) = make(&admin, "k", &permissions, &json!({}));
        let (_, of_bob) = make(&user(app, "bob", &permissions), "k", &permissions, &json!({}));
        assert_eq!(of_admin.total("/api/v2/calendars/events"), 1);
        assert_eq!(of_bob.total("/api/v2/calendars/events"), 0);
    });
}

#[test]
fn a_disabled_user_has_no_working_keys() {
    on_both(|app| {
        let (id, ann) = app.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &json!({}));
        let (_, key) = make(&ann, "k", &["users.read"], &json!({}));
        let admin = app.admin();
        key.get("/api/v2/users").expect(200);
        admin.patch(&format!("/api/v2/users/{id}"), &json!({"active": false})).expect(200);
        key.get("/api/v2/users").refused(401, "tokenInvalid");
        admin.patch(&format!("/api/v2/users/{id}"), &json!({"active": true})).expect(200);
        key.get("/api/v2/users").expect(200);
    });
}

#[test]
fn the_keys_of_a_deleted_user_are_gone() {
    on_both(|app| {
        let (id, ann) = app.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &json!({}));
        let (key, caller) = make(&ann, "k", &["users.read"], &json!({}));
        let admin = app.admin();
        caller.get("/api/v2/users").expect(200);
        admin.delete(&format!("/api/v2/users/{id}")).expect(204);
        caller.get("/api/v2/users").refused(401, "tokenInvalid");
        admin.get(&path_of(key)).expect(404);
        assert_eq!(admin.total(KEYS), 0);
    });
}

#[test]
fn a_new_password_of_the_user_leaves_their_keys_working() {
    on_both(|app| {
        let (id, ann) = app.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &json!({}));
        let (_, key) = make(&ann, "k", &["users.read"], &json!({}));
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"password": "Another123"})).expect(200);
        ann.get("/api/v2/users").expect(401);
        key.get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_key_ends_when_it_says() {
    on_both(|app| {
        let admin = app.admin();
        let (id, key) = make(&admin, "k", &["users.read"], &json!({"expiresAt": app.time(60)}));
        app.advance(59);
        key.get("/api/v2/users").expect(200);
        app.advance(1);
        key.get("/api/v2/users").refused(401, "tokenInvalid");
        app.wait_for_key_uses();
        assert_eq!(admin.get(&path_of(id)).expect(200)["status"], json!("expired"));
        admin.patch(&path_of(id), &json!({"expiresAt": null})).expect(200);
        key.get("/api/v2/users").expect(200);
    });
}

#[test]
fn an_end_that_is_set_is_in_the_future() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "k", "permissions": [], "expiresAt": app.time(0)});
        admin.post(KEYS, &body).expect_faults(422, &[("expiresAt", "expiryInPast")]);
        let (id, _) = make(&admin, "k", &[], &json!({"expiresAt": app.time(60)}));
        admin.patch(&path_of(id), &json!({"expiresAt": app.time(-1)})).refused(422, "expiryInPast");
        app.advance(120);
        admin.patch(&path_of(id), &json!({"name": "late"})).expect(200);
    });
}

#[test]
fn a_key_that_is_switched_off_works_no_more_until_it_is_switched_on() {
    on_both(|app| {
        let admin = app.admin();
        let (id, key) = make(&admin, "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        app.wait_for_key_uses();
        let changed = admin.put(&path_of(id), &json!({"isEnabled": false})).expect(200);
        assert_eq!((&changed["isEnabled"], &changed["status"]), (&json!(false), &json!("disabled")));
        key.get("/api/v2/users").refused(401, "tokenInvalid");
        admin.patch(&path_of(id), &json!({"isEnabled": true})).expect(200);
        key.get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_key_that_is_revoked_works_no_more_and_its_name_may_be_used_again() {
    on_both(|app| {
        let admin = app.admin();
        let (id, key) = make(&admin, "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        admin.delete(&path_of(id)).expect(204);
        key.get("/api/v2/users").refused(401, "tokenInvalid");
        admin.get(&path_of(id)).expect(404);
        make(&admin, "k", &["users.read"], &json!({}));
    });
}

#[test]
fn both_the_list_of_the_key_and_that_of_its_user_must_allow_the_address() {
    on_both(|app| {
        let fields = json!({"ipWhitelist": ["127.0.0.1", "192.0.2.0/24"]});
        let (_, ann) = app.user_of("ann", &[&OWN_KEYS, &["users.read"][..]].concat(), &fields);
        let listed = json!({"ipWhitelist": ["192.0.2.7", "198.51.100.0/24"]});
        let (id, key) = make(&ann, "k", &["users.read"], &listed);
        key.from("192.0.2.7").get("/api/v2/users").expect(200);
        for address in ["192.0.2.8", "198.51.100.1", "203.0.113.1"] {
            key.from(address).get("/api/v2/users").refused(403, "ipNotAllowed");
        }
        app.wait_for_key_uses();
        ann.patch(&path_of(id), &json!({"ipWhitelist": []})).expect(200);
        key.from("192.0.2.8").get("/api/v2/users").expect(200);
        key.from("198.51.100.1").get("/api/v2/users").refused(403, "ipNotAllowed");
    });
}

#[test]
fn a_name_is_taken_once_for_each_user_whatever_its_case() {
    on_both(|app| {
        // What is refused takes an id on PostgreSQL.
        let (ann, bob) = (user(app, "ann", &[]).unrecorded(), user(app, "bob", &[]).unrecorded());
        make(&ann, "Export", &[], &json!({}));
        ann.post(KEYS, &json!({"name": "EXPORT", "permissions": []})).expect_faults(409, &[("name", "taken")]);
        make(&bob, "export", &[], &json!({}));
        let (id, _) = make(&ann, "other", &[], &json!({}));
        ann.patch(&path_of(id), &json!({"name": "export"})).refused(409, "taken");
    });
}

#[test]
fn each_permission_that_the_user_lacks_is_named() {
    on_both(|app| {
        let ann = user(app, "ann", &["users.read"]);
        let answer =
            ann.post(KEYS, &json!({"name": "k", "permissions": ["users.read", "users.delete", "clientTags.read"]}));
        answer.has_faults(&[("permissions", "permissionNotHeld"), ("permissions", "permissionNotHeld")]);
        let told = answer.expect(403).to_string();
        assert!(
            told.contains("users.delete") && told.contains("clientTags.read") && !told.contains("users.read"),
            "{told}"
        );
        let (id, _) = make(&ann, "k", &["users.read"], &json!({}));
        let more = json!({"permissions": ["users.read", "users.delete"]});
        ann.patch(&path_of(id), &more).refused(403, "permissionNotHeld");
    });
}

#[test]
fn no_key_is_given_the_permissions_to_manage_keys() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "k", "permissions": ["apiKeys.create", "apiKeys.read"]});
        admin.post(KEYS, &body).expect_faults(422, &[("permissions", "permissionNotForApiKeys")]);
        let (id, key) = make(&admin, "k", &["apiKeys.read"], &json!({}));
        admin.patch(&path_of(id), &json!({"permissions": ["apiKeys.delete"]})).refused(422, "permissionNotForApiKeys");
        // When it was last used is written beside the call.
        assert_eq!(key.unrecorded().total(KEYS), 1);
    });
}

#[test]
fn the_last_use_is_told_to_the_minute() {
    on_both(|app| {
        let admin = app.admin();
        let (id, key) = make(&admin, "k", &["users.read"], &json!({}));
        let last_use = || {
            app.wait_for_key_uses();
            admin.get(&path_of(id)).expect(200)["lastUsedAt"].clone()
        };
        assert_eq!(last_use(), Value::Null);
        app.advance(59);
        key.get("/api/v2/users").expect(200);
        assert_eq!(last_use(), json!("2026-01-01T00:00:00+00:00"));
        app.advance(2);
        key.get("/api/v2/groups").refused(403, "permissionMissing");
        assert_eq!(last_use(), json!("2026-01-01T00:01:00+00:00"));
        app.advance(60);
        admin.patch(&path_of(id), &json!({"isEnabled": false})).expect(200);
        key.get("/api/v2/users").expect(401);
        assert_eq!(last_use(), json!("2026-01-01T00:01:00+00:00"));
    });
}

#[test]
fn the_audit_log_names_the_user_and_the_key_also_when_the_key_is_gone() {
    on_both(|app| {
        let admin = app.admin();
        let (id, key) = make(&admin, "k", &["clientTags.create"], &json!({}));
        key.post("/api/v2/tags", &json!({"name": "by key"})).expect(201);
        admin.post("/api/v2/tags", &json!({"name": "by hand"})).expect(201);
        app.wait_for_key_uses();
        admin.delete(&path_of(id)).expect(204);
        let by_key = admin.get(&format!("/api/v2/logs/messages?filter[apiKeyId]={id}")).expect(200);
        assert_eq!(by_key["total"], json!(1));
        let record = &by_key["data"][0];
        assert_eq!(record["apiKeyId"], json!(id));
        assert_eq!(record["actor"], json!("admin@example.com"));
        assert_eq!(record["details"]["new"]["name"], json!("by key"));
        let by_hand = admin.get("/api/v2/logs/messages?filter[eventName]=client_tag_created&limit=1").expect(200);
        assert_eq!(by_hand["data"][0]["apiKeyId"], Value::Null);
    });
}

#[test]
fn a_repeated_call_gets_the_same_key_and_a_key_shares_no_answers_with_its_user() {
    on_both(|app| {
        let admin = app.admin();
        let repeated = admin.with("Idempotency-Key", "one");
        let body = json!({"name": "k", "permissions": ["clientTags.create"]});
        let made = repeated.post(KEYS, &body).expect(201);
        assert_eq!(repeated.post(KEYS, &body).expect(201), made);
        assert_eq!(admin.total(KEYS), 1);
        let key = admin.with_token(made["key"].as_str().unwrap()).with("Idempotency-Key", "two");
        let tag = json!({"name": "VIP"});
        admin.with("Idempotency-Key", "two").post("/api/v2/tags", &tag).expect(201);
        key.post("/api/v2/tags", &tag).refused(409, "taken");
    });
}

/// On both databases, with a server that counts calls and answers so many with a key a minute.
fn limited(per_minute: u32, test: impl Fn(&TestApp, &Client)) {
    on_both_with(&Setup { limits_calls: true, ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/settings", &json!({"apiKeyRequestsPerMinute": per_minute})).expect(200);
        test(app, &admin);
    });
}

#[test]
fn each_key_calls_so_often_a_minute() {
    limited(6, |app, admin| {
        let (_, one) = make(admin, "one", &["users.read"], &json!({}));
        let (_, other) = make(admin, "other", &["users.read"], &json!({}));
        for _ in 0..6 {
            one.get("/api/v2/users").expect(200);
        }
        let refused = one.from("198.51.100.7").get("/api/v2/users");
        assert_eq!(refused.header("retry-after"), Some("11"));
        refused.refused(429, "tooManyAttempts");
        other.get("/api/v2/users").expect(200);
        admin.get("/api/v2/users").expect(200);
        app.advance(11);
        one.get("/api/v2/users").expect(200);
        one.get("/api/v2/users").refused(429, "tooManyAttempts");
    });
}

#[test]
fn too_many_calls_are_told_before_a_right_that_is_missing() {
    limited(1, |_, admin| {
        let (_, key) = make(admin, "k", &[], &json!({}));
        key.get("/api/v2/users").refused(403, "permissionMissing");
        key.get("/api/v2/users").refused(429, "tooManyAttempts");
    });
}

#[test]
fn another_limit_of_keys_acts_within_a_second_and_leaves_that_of_clients_alone() {
    limited(1, |app, admin| {
        admin.patch("/api/v2/settings", &json!({"clientRequestsPerMinute": 2})).expect(200);
        let client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let (_, key) = make(admin, "k", &["users.read"], &json!({}));
        key.get("/api/v2/users").expect(200);
        key.get("/api/v2/users").refused(429, "tooManyAttempts");
        client.get("/api/v2/my/accounts").expect(200);
        admin.patch("/api/v2/settings", &json!({"apiKeyRequestsPerMinute": 3})).expect(200);
        app.advance(1);
        for _ in 0..3 {
            key.get("/api/v2/users").expect(200);
        }
        key.get("/api/v2/users").refused(429, "tooManyAttempts");
        client.get("/api/v2/my/accounts").expect(200);
        client.get("/api/v2/my/accounts").refused(429, "tooManyAttempts");
    });
}

#[test]
fn the_owner_changes_their_key_and_what_is_not_sent_stays() {
    on_both(|app| {
        let ann = user(app, "ann", &["users.read"]);
        let fields = json!({"ipWhitelist": ["10.0.0.1/8"], "expiresAt": app.time(600)});
        let (id, _) = make(&ann, "k", &["users.read"], &fields);
        let before = ann.get(&path_of(id)).expect(200);
        assert_eq!(before["ipWhitelist"], json!(["10.0.0.0/8"]));
        app.advance(1);
        let after = ann.patch(&path_of(id), &json!({"name": "renamed"})).expect(200);
        let expected = with(before.clone(), &json!({"name": "renamed", "updateTime": app.time(0)}));
        assert_eq!(after, expected);
        assert_eq!(ann.put(&path_of(id), &json!({})).expect(200), after);
        assert_eq!(ann.patch(&path_of(id), &after).expect(200), after);
        ann.patch(&path_of(id), &json!({"isEnabled": null})).refused(400, "null");
    });
}

#[test]
fn a_user_without_the_right_makes_no_key() {
    on_both(|app| {
        let body = json!({"name": "k", "permissions": []});
        app.user_with("ann", &["apiKeys.read"]).post(KEYS, &body).refused(403, "permissionMissing");
    });
}
