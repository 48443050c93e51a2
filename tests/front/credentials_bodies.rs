//! What the steps of signing up and in answer.

use serde_json::{Value, json};

use super::sign_in::{FINGERPRINT, PASSWORD, app_on, code_of, credentials, registered, signed_in};
use crate::harness::{Bodies, Setup, on_both_with};
use crate::identity::sign_in::totp;
use crate::messaging::mail::smtp_server;

const SIGN_IN: &str = "/api/v2/my/signin";

#[test]
fn bodies_of_sign_in_are_as_they_were_reviewed() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let anybody = app.client.clone();
        let mut bodies = Bodies::of(&anybody);
        let begun = bodies.ask("/api/v2/my/signup/wizard", &json!({}), 200);
        let form = json!({
            "uuid": begun["uuid"], "email": "bob@example.com", "password": PASSWORD, "password_confirmation": PASSWORD,
            "device_fingerprint": FINGERPRINT,
        });
        bodies.ask("/api/v2/my/signup", &form, 200);
        let client = registered(app, "ann@example.com");
        let begin = |bodies: &mut Bodies<'_>| bodies.read("/api/v2/my/signin/wizard")["uuid"].clone();
        let uuid = begin(&mut bodies);
        let step = bodies.ask(SIGN_IN, &credentials(&uuid, "ann@example.com", PASSWORD), 200);
        bodies.ask("/api/v2/my/refresh", &json!({"refreshToken": step["data"]["refreshToken"]["token"]}), 200);

        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let secret = app_on(app, &ann);
        app.advance(60);
        let uuid = begin(&mut bodies);
        bodies.ask(SIGN_IN, &credentials(&uuid, "ann@example.com", PASSWORD), 200);
        bodies.ask("/api/v2/my/signin/2fa", &json!({"uuid": uuid, "type": "google"}), 200);
        let code = || totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
        bodies.ask("/api/v2/my/2fa/google", &json!({"uuid": uuid, "code": code()}), 200);

        let path = format!("/api/v2/clients/{client}/reset-password");
        app.admin().unrecorded().post(&path, &json!({})).expect(204);
        app.admin().unrecorded().put(&format!("/api/v2/clients/{client}/2fa/google"), &json!({"isEnabled": false}));
        let uuid = begin(&mut bodies);
        bodies.ask(SIGN_IN, &credentials(&uuid, "ann@example.com", PASSWORD), 200);
        let code = code_of(&mails);
        bodies.ask("/api/v2/my/signin/password/restore", &json!({"uuid": uuid, "code": code}), 200);
        let reset = json!({"uuid": uuid, "password": "Secret124", "password_confirmation": "Secret124"});
        bodies.ask("/api/v2/my/signin/password/reset", &reset, 200);

        let start = "/api/v2/my/2fa/unauthorized/challenge?businessProcess=restorePassword&email=ann@example.com";
        let challenge = bodies.read(start);
        let code = code_of(&mails);
        bodies.ask("/api/v2/my/2fa/challenge", &json!({"token": challenge["token"], "code": code}), 200);

        let (ann, _) = signed_in(app, "ann@example.com", "Secret124");
        let channel = bodies.read("/api/v2/my/signin/qrcodes")["channel"].clone();
        let mut own = Bodies::of(&ann);
        let token = own.ask("/api/v2/my/signin/tokens", &json!({"channel": channel}), 200)["token"].clone();
        let scanned = json!({"token": token, "device_fingerprint": FINGERPRINT});
        bodies.ask("/api/v2/my/signin/qrcodes", &scanned, 200);
        own.read("/api/v2/my/2fa/challenge?businessProcess=changePassword");
        drop(code_of(&mails));
        own.first_of("/api/v2/my/password/changes");
        own.first_of("/api/v2/my/authorizations");
        own.first_of("/api/v2/my/2fa/changes");
        own.read("/api/v2/my/2fa");
        own.read("/api/v2/my/2fa/google");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_sign_in", bodies.into_text() + &own.into_text());
        });
    });
}

#[test]
fn bodies_of_second_factors_are_as_they_were_reviewed() {
    let (url, _mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let service = super::second_factors::phones(app);
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let mut bodies = Bodies::of(&ann);
        let begun = bodies.read("/api/v2/my/2fa/sms/enable/wizard");
        let next = |bodies: &mut Bodies<'_>, body: &Value| bodies.ask("/api/v2/my/2fa/wizard", body, 200);
        next(&mut bodies, &json!({"uuid": begun["uuid"], "phone": "+12025550123"}));
        let code = super::second_factors::code_at(&service);
        next(&mut bodies, &json!({"uuid": begun["uuid"], "code": code}));
        bodies.read("/api/v2/my/2fa/sms/disable/wizard");
        drop(super::second_factors::code_at(&service));
        let anybody = app.client.clone();
        let mut steps = Bodies::of(&anybody);
        let uuid = steps.read("/api/v2/my/signin/wizard")["uuid"].clone();
        steps.ask(SIGN_IN, &credentials(&uuid, "ann@example.com", PASSWORD), 200);
        let code = super::second_factors::code_at(&service);
        steps.ask("/api/v2/my/2fa/sms", &json!({"uuid": uuid, "code": code}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_second_factors", bodies.into_text() + &steps.into_text());
        });
    });
}
