//! Tokens for phone calls to clients.

use serde_json::{Value, json};

use super::{CONNECTIONS, voice};
use crate::harness::on_both;

const TOKEN: &str = "/api/v2/twilio/token";

/// What base64url without padding stands for.
fn decoded(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in text.bytes() {
        let value = DIGITS.iter().position(|known| *known == digit).expect("a digit");
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    bytes
}

/// The header and the claims of a token.
fn parts(token: &Value) -> [Value; 2] {
    let parts: Vec<&str> = token["token"].as_str().unwrap().split('.').collect();
    assert_eq!((parts.len(), decoded(parts[2]).len()), (3, 32));
    [0, 1].map(|part| serde_json::from_slice(&decoded(parts[part])).unwrap())
}

#[test]
fn a_user_with_the_permission_gets_a_token_for_an_hour() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(CONNECTIONS, &voice(&json!({})));
        let (user, caller) = app.user_of("caller", &["twilio.read"], &json!({}));
        let token = caller.get(TOKEN).expect(200);
        assert_eq!(token["identity"], json!(format!("user_{user}")));
        assert_eq!(token["expiresAt"], json!(app.time(3_600)));
        let [header, claims] = parts(&token);
        assert_eq!(header, json!({"typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1"}));
        let issued = app.unix_seconds();
        let expected = json!({
            "jti": format!("SK1-{issued}"), "iss": "SK1", "sub": "AC1", "iat": issued, "exp": issued + 3_600,
            "grants": {
                "identity": format!("user_{user}"), "voice": {"outgoing": {"application_sid": "AP1"}},
            },
        });
        assert_eq!(claims, expected);
        app.user_with("clerk", &[]).get(TOKEN).refused(403, "permissionMissing");
    });
}

#[test]
fn calls_need_an_enabled_connection() {
    on_both(|app| {
        let admin = app.admin();
        let refused = admin.get(TOKEN).refused(409, "voiceNotConfigured");
        assert!(refused["error"]["message"].as_str().unwrap().contains("Twilio"));
        let id = admin.create(CONNECTIONS, &voice(&json!({"enabled": false})));
        admin.get(TOKEN).refused(409, "voiceNotConfigured");
        admin.patch(&format!("{CONNECTIONS}/{id}"), &json!({"enabled": true})).expect(200);
        admin.get(TOKEN).expect(200);
    });
}

#[test]
fn the_oldest_enabled_connection_is_used() {
    on_both(|app| {
        let admin = app.admin();
        let settings = |account: &str| json!({"accountSid": account, "apiKeySid": "SK1", "apiKeySecret": "x", "applicationSid": "AP1"});
        let first = admin.create(CONNECTIONS, &voice(&json!({"name": "one", "settings": settings("AC1")})));
        app.advance(1);
        admin.create(CONNECTIONS, &voice(&json!({"name": "two", "settings": settings("AC2")})));
        let account = || parts(&admin.get(TOKEN).expect(200))[1]["sub"].clone();
        assert_eq!(account(), json!("AC1"));
        admin.patch(&format!("{CONNECTIONS}/{first}"), &json!({"enabled": false})).expect(200);
        assert_eq!(account(), json!("AC2"));
    });
}
