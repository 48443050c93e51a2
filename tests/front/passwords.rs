//! New passwords, confirmed by codes: of a client who is signed in, and of one who forgot theirs.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use super::sign_in::{PASSWORD, code_of, registered, send, signed_in};
use crate::harness::{Answer, Client, Setup, TestApp, on_both, on_both_with};
use crate::messaging::mail::smtp_server;

const CHALLENGE: &str = "/api/v2/my/2fa/challenge";
const NEW: &str = "Secret124";

/// Sends a code for a challenge.
fn complete(caller: &Client, challenge: &Value, code: &str) -> Answer {
    caller.unrecorded().post(CHALLENGE, &json!({"token": challenge["token"], "code": code}))
}

#[test]
fn a_signed_in_client_confirms_a_new_password_by_a_mailed_code() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let (other, _) = signed_in(app, "ann@example.com", PASSWORD);
        ann.unrecorded().get(CHALLENGE).expect_faults(400, &[("businessProcess", "required")]);
        let challenge = ann.unrecorded().get(&format!("{CHALLENGE}?businessProcess=changePassword")).expect(200);
        assert_eq!(challenge["provider"], json!("email"));
        let code = code_of(&mails);
        let change = |token: &Value, password: &str| {
            let ann = ann.unrecorded();
            let ann = match token.as_str() {
                Some(token) => ann.with("successToken", token),
                None => ann,
            };
            ann.post("/api/v2/my/password/change", &json!({"password": password}))
        };
        // A challenge of a signed-in client is completed with their token, and counts once it is.
        complete(&app.client, &challenge, &code).refused(422, "wrongConfirmationCode");
        change(&challenge["token"], NEW).refused(403, "notConfirmed");
        complete(&ann, &challenge, "x").refused(422, "wrongConfirmationCode");
        let token = complete(&ann, &challenge, &code).expect(200)["token"].clone();
        change(&Value::Null, NEW).refused(403, "notConfirmed");
        change(&token, "weak").expect_faults(400, &[("password", "weakPassword")]);
        change(&token, PASSWORD).refused(422, "samePassword");
        change(&token, NEW).expect(204);
        change(&token, "Secret125").refused(403, "notConfirmed");
        ann.unrecorded().get("/api/v2/my/devices").expect(200);
        other.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        signed_in(app, "ann@example.com", NEW);
        let logged = "/api/v2/logs/messages?filter[eventName]=client_password_updated";
        assert_eq!(app.admin().unrecorded().get(logged).expect(200)["total"], json!(1));
        let changes = ann.unrecorded().get("/api/v2/my/password/changes").expect(200);
        assert_eq!((&changes["total"], &changes["data"][0]["userId"]), (&json!(1), &Value::Null));
        ann.unrecorded().get("/api/v2/my/password/changes/9999").refused(404, "notFound");
    });
}

/// A client without a password gets one, and signs in.
#[track_caller]
pub fn restore(app: &TestApp, mails: &Receiver<String>, email: &str) {
    let path = format!("/api/v2/my/2fa/unauthorized/challenge?businessProcess=restorePassword&email={email}");
    let challenge = app.client.unrecorded().get(&path).expect(200);
    let token = complete(&app.client, &challenge, &code_of(mails)).expect(200)["token"].clone();
    let caller = app.client.unrecorded().with("successToken", token.as_str().unwrap());
    caller.post("/api/v2/my/password/restore", &json!({"password": NEW})).expect(204);
    signed_in(app, email, NEW);
}

#[test]
fn a_forgotten_password_is_set_anew_by_a_mailed_code() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        // Without a password this is how a client gets one.
        app.admin().new_client("ann@example.com", &json!({}));
        let start = |email: &str| {
            let path = "/api/v2/my/2fa/unauthorized/challenge";
            app.client.unrecorded().get(&format!("{path}?businessProcess=restorePassword&email={email}"))
        };
        let nobody = start("nobody@example.com").expect(200);
        assert_eq!(nobody["provider"], json!("email"));
        complete(&app.client, &nobody, "123456").refused(422, "wrongConfirmationCode");
        let challenge = start("Ann@example.com").expect(200);
        let code = code_of(&mails);
        let token = complete(&app.client, &challenge, &code).expect(200)["token"].clone();
        let restore = || {
            let caller = app.client.unrecorded().with("successToken", token.as_str().unwrap());
            caller.post("/api/v2/my/password/restore", &json!({"password": NEW}))
        };
        restore().expect(204);
        restore().refused(403, "notConfirmed");
        signed_in(app, "ann@example.com", NEW);
    });
}

#[test]
fn asking_for_codes_is_limited_whether_there_is_a_client_or_not() {
    let (url, _mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let start = |email: &str| {
            let path = "/api/v2/my/2fa/unauthorized/challenge";
            app.client.unrecorded().get(&format!("{path}?businessProcess=restorePassword&email={email}"))
        };
        for _ in 0..5 {
            start("nobody@example.com").expect(200);
        }
        start("nobody@example.com").refused(429, "tooManyAttempts");
        app.advance(10 * 60);
        let admin = app.admin();
        admin.unrecorded().patch("/api/v2/settings", &json!({"isPasswordRecoveryOffered": false})).expect(200);
        start("nobody@example.com").refused(422, "recoveryNotOffered");
        start("rubbish").expect_faults(400, &[("email", "notEmail")]);
        send(app, "nobody@example.com", PASSWORD).refused(401, "wrongCredentials");
    });
}

/// What a recovery answers that is tried with wrong codes, begun anew, and tried again when they have expired.
fn probed(app: &TestApp, email: &str) -> Vec<(u16, String)> {
    let start = || {
        let path = "/api/v2/my/2fa/unauthorized/challenge";
        app.client.unrecorded().get(&format!("{path}?businessProcess=restorePassword&email={email}")).expect(200)
    };
    let tried = |challenge: &Value| {
        let answer = complete(&app.client, challenge, "x");
        (answer.status, answer.body["error"]["reason"].to_string())
    };
    let first = start();
    let mut seen: Vec<(u16, String)> = (0..6).map(|_| tried(&first)).collect();
    seen.push(tried(&start()));
    app.advance(11 * 60);
    seen.push(tried(&first));
    seen.push(tried(&start()));
    app.advance(60 * 60);
    seen
}

#[test]
fn a_recovery_does_not_tell_whether_there_is_such_a_client() {
    let (url, _mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        app.admin().new_client("ann@example.com", &json!({}));
        let known = probed(app, "ann@example.com");
        assert_eq!(known, probed(app, "nobody@example.com"));
        let statuses: Vec<u16> = known.iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429, 422, 422]);
    });
}

#[test]
fn without_mail_nobody_recovers_a_password() {
    on_both(|app| {
        app.admin().new_client("ann@example.com", &json!({}));
        for email in ["ann@example.com", "nobody@example.com"] {
            let path = "/api/v2/my/2fa/unauthorized/challenge";
            let asked = app.client.get(&format!("{path}?businessProcess=restorePassword&email={email}"));
            asked.refused(503, "unavailable");
        }
    });
}
