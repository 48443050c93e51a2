//! Users, groups, IP policies, tokens and the audit log as they are answered.

use serde_json::json;

use super::oidc::record;
use super::sign_in::totp;
use crate::harness::identity_provider::{IdentityProvider, REDIRECT_URI, Vouch};
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let permissions = ["products.read", "accounts.read"];
        let group = bodies.create("/api/v2/groups", &json!({"name": "Desk", "permissions": permissions}));
        let tag = admin.new_tag("VIP");
        let user = json!({
            "name": "Ann", "email": "Ann@example.com", "password": ADMIN_PASSWORD, "phone": "+1 202 555 0123",
            "active": true, "tfa": false, "sendNotify": false, "ipWhitelist": ["127.0.0.1", "192.0.2.7/24"],
            "groups": [group], "clientTags": [tag], "canViewMaskedData": true, "slackChatId": "U1",
            "telegramChatId": "7",
        });
        bodies.create("/api/v2/users", &user);
        let policy = json!({
            "ip": "192.0.2.7/24", "permission": "deny", "route": "/api/v2/users", "active": true, "comment": "noise",
        });
        bodies.create("/api/v2/security/policies", &policy);
        let key = json!({
            "name": "Accounting", "permissions": permissions, "ipWhitelist": ["192.0.2.7/24"],
            "expiresAt": "2027-01-01T00:00:00+00:00",
        });
        bodies.create("/api/v2/api-keys", &key);
        let provider = json!({
            "caption": "Office", "issuer": "https://login.example.com", "clientId": "backoffice",
            "clientSecret": "Secret123", "scopes": ["email"], "redirectUris": ["https://office.example.com/in"],
            "emailDomains": ["Example.com"], "groupClaim": "roles", "groups": [{"value": "desk", "groupId": group}],
            "followsGroups": true, "createsUsers": true, "trustsSecondFactor": true, "isEnabled": true,
        });
        bodies.create("/api/v2/identity-providers", &provider);
        bodies.read("/api/v2/signin/providers");
        let office = IdentityProvider::start();
        let served = admin.unrecorded().create("/api/v2/identity-providers", &record(&office.issuer));
        bodies.read(&format!("/api/v2/identity-providers/{served}/status"));
        let begin = json!({"providerId": served, "redirectUri": REDIRECT_URI});
        let begun = bodies.ask("/api/v2/signin/oidc", &begin, 200);
        let led = office.authorize(begun["uri"].as_str().unwrap(), Vouch::of("ann-1", "ann@example.com"));
        let path = format!("/api/v2/signin/oidc/{}", begun["token"].as_str().unwrap());
        bodies.ask(&path, &json!({"state": led.state, "code": led.code}), 200);
        let waits = json!({
            "operation": "user-groups.update", "aboveUsd": null, "userGroups": [group], "expiresAfterHours": 24,
            "isEnabled": true,
        });
        let policy = bodies.create("/api/v2/approvals/policies", &waits);
        admin.patch(&format!("/api/v2/groups/{group}"), &json!({"name": "Front desk"})).expect(202);
        bodies.first_of("/api/v2/approvals");
        bodies.ask("/api/v2/approvals/1/withdraw", &json!({}), 200);
        // Nobody is in the group.
        admin.patch(&format!("/api/v2/approvals/policies/{policy}"), &json!({"userGroups": []})).expect(200);
        let maker = app.user_with("maker", &["userGroups.update"]);
        for (id, decision) in [(2, "approve"), (3, "reject")] {
            maker.patch(&format!("/api/v2/groups/{group}"), &json!({"name": decision})).expect(202);
            bodies.ask(&format!("/api/v2/approvals/{id}/{decision}"), &json!({"comment": "seen"}), 200);
        }
        bodies.first_of("/api/v2/logs/messages?limit=1");

        let pair = bodies.ask("/api/v2/signin", &json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}), 200);
        bodies.ask("/api/v2/refresh", &json!({"refreshToken": pair["refreshToken"]["token"]}), 200);
        let setup = bodies.ask("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD}), 200);
        let totp = totp(setup["secret"].as_str().unwrap());
        let code = || totp.generate(app.unix_seconds().cast_unsigned()).to_string();
        admin.post("/api/v2/2fa/totp/enable", &json!({"code": code()})).expect(204);
        app.advance(30);
        let step = bodies.ask("/api/v2/signin", &json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}), 200);
        let confirm = json!({"token": step["2faDetails"]["token"], "code": code()});
        bodies.ask("/api/v2/2fa/confirm", &confirm, 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
