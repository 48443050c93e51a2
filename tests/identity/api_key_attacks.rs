//! What somebody might try with an API key that they found, or made: each is refused.

use serde_json::{Value, json};

use super::api_keys::{KEYS, OWN_KEYS, make, path_of};
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Client, TestApp, on_both};

/// Everything that a key can be given.
fn all_permissions() -> Vec<&'static str> {
    let all = domain::identity::Permission::ALL.iter().map(|permission| permission.as_str());
    all.filter(|permission| !OWN_KEYS.contains(permission) || *permission == "apiKeys.read").collect()
}

/// The administrator, and a key of theirs that may do whatever a key may.
fn strongest(app: &TestApp) -> (Client, i64, Client) {
    let admin = app.admin();
    let (id, key) = make(&admin, "everything", &all_permissions(), &json!({}));
    (admin, id, key)
}

#[test]
fn a_key_does_nothing_that_its_user_does_in_person() {
    on_both(|app| {
        let (admin, own, key) = strongest(app);
        let (other, _) = make(&admin, "other", &[], &json!({}));
        let before = admin.get(&path_of(other)).expect(200);
        let attempts = [
            ("POST", KEYS.to_owned(), json!({"name": "mine", "permissions": []})),
            ("PATCH", path_of(own), json!({"expiresAt": null})),
            ("PUT", path_of(own), json!({"ipWhitelist": []})),
            ("PATCH", path_of(other), json!({"isEnabled": false})),
            ("DELETE", path_of(own), json!({})),
            ("DELETE", path_of(other), json!({})),
            ("DELETE", path_of(999), json!({})),
            ("POST", "/api/v2/signout".to_owned(), json!({})),
            ("POST", "/api/v2/2fa/totp".to_owned(), json!({"password": ADMIN_PASSWORD})),
            ("POST", "/api/v2/2fa/totp/enable".to_owned(), json!({"code": "123456"})),
        ];
        for (method, path, body) in attempts {
            key.call(method, &path, Some(body.to_string().as_bytes())).refused(403, "notByApiKey");
        }
        assert_eq!(admin.get(&path_of(other)).expect(200), before);
        assert_eq!(admin.total(KEYS), 2);
    });
}

#[test]
fn a_key_changes_nothing_that_anybody_signs_in_with() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        let (ann, _) = app.user_of("ann", &[], &json!({}));
        for user in [1, ann] {
            let path = format!("/api/v2/users/{user}");
            for (field, value) in [
                ("password", json!("Another123")),
                ("email", json!("thief@example.com")),
                ("ipWhitelist", json!(["203.0.113.7"])),
            ] {
                key.patch(&path, &json!({ field: value })).expect_faults(403, &[(field, "fixedForApiKeys")]);
            }
            key.patch(&path, &json!({"phone": "+12025550123"})).expect(200);
        }
        app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        app.sign_in("ann@example.com", ADMIN_PASSWORD);
    });
}

#[test]
fn a_key_switches_no_second_factor_off() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        let (ann, _) = app.user_of("ann", &[], &json!({}));
        app.run_sql("UPDATE users SET second_factor = 'totp' WHERE email_key = 'ann@example.com'");
        let path = format!("/api/v2/users/{ann}");
        key.patch(&path, &json!({"tfa": false})).expect_faults(403, &[("tfa", "fixedForApiKeys")]);
        assert_eq!(key.get(&path).expect(200)["tfa"], json!(true));
    });
}

#[test]
fn a_key_widens_neither_its_user_nor_itself_by_what_its_user_belongs_to() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let group = admin.create("/api/v2/groups", &json!({"name": "sees folders", "permissions": []}));
        let rights = [&OWN_KEYS, &["users.read", "users.update", "clients.read"][..]].concat();
        let (ann, session) = app.user_of("ann", &rights, &json!({"clientTags": [tag]}));
        let (_, key) = make(&session, "k", &["users.read", "users.update"], &json!({}));
        let own = admin.get(&format!("/api/v2/users/{ann}")).expect(200)["groups"][0]["id"].clone();
        let path = format!("/api/v2/users/{ann}");
        key.patch(&path, &json!({"groups": [own, group]})).expect_faults(403, &[("groups", "fixedForApiKeys")]);
        key.patch(&path, &json!({"groups": [own, 1]})).expect_faults(403, &[("groups", "groupsGrantMore")]);
        key.patch(&path, &json!({"clientTags": []})).expect_faults(403, &[("clientTags", "clientsOutOfScope")]);
        let unmasked = json!({"canViewMaskedData": true});
        key.patch(&path, &unmasked).expect_faults(403, &[("canViewMaskedData", "unmaskedDataNotHeld")]);
    });
}

#[test]
fn a_key_gives_nobody_what_it_was_not_given_though_its_user_could() {
    on_both(|app| {
        let admin = app.admin();
        let (_, key) = make(
            &admin,
            "k",
            &["users.create", "users.read", "users.update", "userGroups.create", "userGroups.update"],
            &json!({}),
        );
        let (bob, _) = app.user_of("bob", &[], &json!({}));
        let strong = admin.create("/api/v2/groups", &json!({"name": "strong", "permissions": ["clients.read"]}));
        let user = |groups: Value| {
            json!({
                "name": "c", "email": "c@example.com", "password": ADMIN_PASSWORD, "tfa": false, "groups": groups,
            })
        };
        for groups in [json!([1]), json!([strong])] {
            key.post("/api/v2/users", &user(groups.clone())).expect_faults(403, &[("groups", "groupsGrantMore")]);
            let joined = key.patch(&format!("/api/v2/users/{bob}"), &json!({"groups": groups}));
            joined.expect_faults(403, &[("groups", "groupsGrantMore")]);
        }
        let wide = json!({"name": "wide", "permissions": ["clients.update"]});
        key.post("/api/v2/groups", &wide).refused(403, "permissionNotHeld");
        // Whoever it makes could manage keys, and so make it last.
        for permission in ["apiKeys.create", "apiKeys.update"] {
            let keys = json!({"name": permission, "permissions": [permission]});
            key.post("/api/v2/groups", &keys).refused(403, "permissionNotHeld");
        }
        let group = format!("/api/v2/groups/{strong}");
        key.patch(&group, &json!({"permissions": ["clients.read", "clients.update"]}))
            .refused(403, "permissionNotHeld");
        key.patch("/api/v2/groups/1", &json!({"name": "Mine"})).refused(409, "administratorsFixed");
    });
}

#[test]
fn a_user_whom_a_key_makes_does_no_more_than_the_key() {
    on_both(|app| {
        let (_, key) = make(&app.admin(), "k", &["users.create", "userGroups.create", "users.read"], &json!({}));
        let group = key.create("/api/v2/groups", &json!({"name": "made", "permissions": ["users.read"]}));
        let user = json!({
            "name": "c", "email": "c@example.com", "password": ADMIN_PASSWORD, "tfa": false, "groups": [group],
        });
        key.create("/api/v2/users", &user);
        let made = app.as_user("c@example.com", ADMIN_PASSWORD);
        made.get("/api/v2/users").expect(200);
        made.get("/api/v2/groups").refused(403, "permissionMissing");
        made.post(KEYS, &json!({"name": "k", "permissions": []})).refused(403, "permissionMissing");
    });
}

#[test]
fn a_key_does_not_delete_its_user() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        key.delete("/api/v2/users/1").refused(409, "cannotDeleteSelf");
        key.patch("/api/v2/users/1", &json!({"active": false})).refused(409, "cannotDisableSelf");
    });
}

#[test]
fn a_key_in_another_form_or_place_is_no_key() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        let text = key.token.clone().unwrap();
        let nobody = app.client.unrecorded();
        let characters = text.strip_prefix("bok_").unwrap();
        let variants = [
            text.to_uppercase(),
            text.to_lowercase(),
            format!("BOK_{characters}"),
            characters.to_owned(),
            format!("{text}="),
            format!("{text}A"),
            text[..46].to_owned(),
            format!("bok_{text}"),
            format!("{text} {text}"),
            text.replace("bok_", "bok-"),
            "bok_".to_owned(),
            format!("bok_{}", "A".repeat(43)),
        ];
        for variant in &variants {
            nobody.with_token(variant).get("/api/v2/users").refused(401, "tokenInvalid");
        }
        for name in ["access_token", "token", "key", "apiKey", "api_key"] {
            nobody.get(&format!("/api/v2/users/1?{name}={text}")).refused(401, "tokenMissing");
        }
        for (name, value) in [
            ("Authorization", format!("Basic {text}")),
            ("Authorization", format!("ApiKey {text}")),
            ("Authorization", text.clone()),
            ("X-Api-Key", text.clone()),
            ("Cookie", format!("token={text}")),
        ] {
            nobody.with(name, &value).get("/api/v2/users").refused(401, "tokenMissing");
        }
        key.get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_key_opens_nothing_of_the_clients_interface() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        for path in ["/api/v2/my/accounts", "/api/v2/my/profile", "/api/v2/my/transactions"] {
            key.get(path).refused(401, "tokenInvalid");
        }
        key.post("/api/v2/my/signout", &json!({})).refused(401, "tokenInvalid");
    });
}

#[test]
fn a_key_is_neither_an_access_token_nor_a_refresh_token() {
    on_both(|app| {
        let (_, _, key) = strongest(app);
        let renew = json!({"refreshToken": key.token});
        app.client.post("/api/v2/refresh", &renew).refused(401, "refreshTokenInvalid");
        let confirm = json!({"token": key.token, "code": "123456"});
        app.client.post("/api/v2/2fa/confirm", &confirm).refused(401, "wrongCode");
        let trades = json!({"trades": []});
        key.post("/api/v2/platforms/1/trades", &trades).refused(403, "platformKeyRequired");
    });
}
