//! Signing in: the password, second factors, a demanded reset, sessions and their tokens.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use crate::connections::service::Service;
use crate::harness::socket_io::{Program as _, Wired};
use crate::harness::{Client, Setup, TestApp, on_both, on_both_with};
use crate::identity::sign_in::totp;
use crate::messaging::mail::{next, smtp_server};

pub const PASSWORD: &str = "Secret123";
/// Base64 of `{"user_agent":"Firefox/140.0"}`.
pub const FINGERPRINT: &str = "eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9";

/// A client who can sign in; their id.
#[track_caller]
pub fn registered(app: &TestApp, email: &str) -> i64 {
    app.admin().new_client(email, &json!({"password": PASSWORD}))
}

/// Begins a sign-in; its uuid.
#[track_caller]
pub fn begin(app: &TestApp) -> Value {
    let begun = app.client.unrecorded().get("/api/v2/my/signin/wizard").expect(200);
    assert_eq!((&begun["workflow"], &begun["done"]), (&json!("login"), &json!(false)));
    begun["uuid"].clone()
}

/// The body of a sign-in.
pub fn credentials(uuid: &Value, email: &str, password: &str) -> Value {
    json!({"uuid": uuid, "email": email, "password": password, "device_fingerprint": FINGERPRINT})
}

/// Sends the password in a new sign-in.
#[track_caller]
pub fn send(app: &TestApp, email: &str, password: &str) -> crate::harness::Answer {
    let uuid = begin(app);
    app.client.unrecorded().post("/api/v2/my/signin", &credentials(&uuid, email, password))
}

/// Signs a client in who has no second factor.
#[track_caller]
pub fn signed_in(app: &TestApp, email: &str, password: &str) -> (Client, Value) {
    let step = send(app, email, password).expect(200);
    assert_eq!((&step["code"], &step["done"]), (&json!(202), &json!(true)), "{step}");
    (with_token(app, &step), step["data"].clone())
}

/// The caller of a step's tokens.
#[track_caller]
pub fn with_token(app: &TestApp, step: &Value) -> Client {
    app.client.with_token(step["data"]["accessToken"]["token"].as_str().expect("a token"))
}

/// The code in the next mail that has one.
#[track_caller]
pub fn code_of(mails: &Receiver<String>) -> String {
    let digits = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    loop {
        let mail = next(mails);
        let mut words = mail.split(|letter: char| !letter.is_ascii_alphanumeric());
        if let Some(code) = words.find(digits).filter(|_| mail.contains("It works once")) {
            return code.to_owned();
        }
    }
}

/// Switches an app on; its secret.
#[track_caller]
pub fn app_on(app: &TestApp, client: &Client) -> String {
    let client = client.unrecorded();
    let begun = client.get("/api/v2/my/2fa/google/enable/wizard").expect(200);
    assert!(begun["data"]["qr"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    let secret = begun["data"]["key"].as_str().unwrap().to_owned();
    let code = totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
    let done = client.post("/api/v2/my/2fa/wizard", &json!({"uuid": begun["uuid"], "code": code})).expect(200);
    assert_eq!(done["done"], json!(true));
    secret
}

#[test]
fn a_client_signs_in_with_their_password() {
    on_both(|app| {
        let client = registered(app, "ann@example.com");
        let (ann, pair) = signed_in(app, "Ann@example.com", PASSWORD);
        assert_eq!(pair["tfaProviders"], json!([]));
        assert_eq!(ann.unrecorded().get("/api/v2/my/devices").expect(200)["total"], json!(1));
        let tried = app.admin().unrecorded().get("/api/v2/clients/authorizations").expect(200);
        assert_eq!(tried["data"][0]["client"]["id"], json!(client));
        assert_eq!(tried["data"][0]["status"], json!("success"));
        let own = ann.unrecorded().get("/api/v2/my/authorizations?filter[status]=success").expect(200);
        assert_eq!(own["total"], json!(1));
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    on_both(|app| {
        registered(app, "ann@example.com");
        send(app, "ann@example.com", "Wrong123").refused(401, "wrongCredentials");
        send(app, "bob@example.com", "Wrong123").refused(401, "wrongCredentials");
        // The run stays open.
        let uuid = begin(app);
        let post = |password| {
            app.client.unrecorded().post("/api/v2/my/signin", &credentials(&uuid, "ann@example.com", password))
        };
        post("Wrong123").refused(401, "wrongCredentials");
        post(PASSWORD).expect(200);
        post(PASSWORD).refused(404, "notFound");
    });
}

#[test]
fn a_sign_in_names_its_run_and_its_device() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let unknown = json!("6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42");
        let post = |body: &Value| app.client.unrecorded().post("/api/v2/my/signin", body);
        post(&credentials(&unknown, "ann@example.com", PASSWORD)).refused(404, "notFound");
        post(&json!({})).expect_faults(
            400,
            &[
                ("device_fingerprint", "required"),
                ("email", "required"),
                ("password", "required"),
                ("uuid", "required"),
            ],
        );
        let mut body = credentials(&json!("x"), "ann@example.com", PASSWORD);
        body["device_fingerprint"] = json!("e30=");
        post(&body).expect_faults(400, &[("device_fingerprint", "notFingerprint"), ("uuid", "notUuid")]);
        // A run that nobody goes on with for half an hour is over.
        let uuid = begin(app);
        app.advance(30 * 60);
        post(&credentials(&uuid, "ann@example.com", PASSWORD)).refused(404, "notFound");
    });
}

#[test]
fn guessing_blocks_the_address_and_users_see_the_client() {
    on_both(|app| {
        let client = registered(app, "ann@example.com");
        for _ in 0..5 {
            send(app, "ann@example.com", "Wrong123").refused(401, "wrongCredentials");
        }
        send(app, "ann@example.com", PASSWORD).refused(429, "tooManyAttempts");
        let blocked = app.admin().unrecorded().get("/api/v2/security/addresses").expect(200);
        assert_eq!(blocked["total"], json!(1), "{client}");
        app.advance(10 * 60);
        signed_in(app, "ann@example.com", PASSWORD);
    });
}

#[test]
fn only_who_knows_the_password_learns_that_a_client_may_not_sign_in() {
    on_both(|app| {
        let client = registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        app.admin().patch(&format!("/api/v2/clients/{client}"), &json!({"status": "banned"})).expect(200);
        ann.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        send(app, "ann@example.com", "Wrong123").refused(401, "wrongCredentials");
        send(app, "ann@example.com", PASSWORD).refused(403, "clientNotActive");
        app.admin().patch(&format!("/api/v2/clients/{client}"), &json!({"status": "active"})).expect(200);
        ann.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        signed_in(app, "ann@example.com", PASSWORD);
    });
}

#[test]
fn a_captcha_is_solved_where_one_is_set_up() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let service = Service::start(200, &json!({"success": false}));
        let settings = json!({"captchaSecret": "s3cret", "captchaSiteKey": "k3y", "captchaApiUrl": service.url});
        app.admin().unrecorded().patch("/api/v2/settings", &settings).expect(200);
        let uuid = begin(app);
        let send = |response: Value| {
            let mut body = credentials(&uuid, "ann@example.com", PASSWORD);
            body["recaptchaResponse"] = response;
            app.client.unrecorded().post("/api/v2/my/signin", &body)
        };
        send(Value::Null).refused(422, "captchaNotSolved");
        send(json!("wrong")).refused(422, "captchaNotSolved");
        service.answer(200, &json!({"success": true}));
        send(json!("right")).expect(200);
        assert!(service.take().iter().all(|sent| sent.body.starts_with("secret=s3cret&response=")));
        service.answer(503, &json!({}));
        let uuid = begin(app);
        let mut body = credentials(&uuid, "ann@example.com", PASSWORD);
        body["recaptchaResponse"] = json!("right");
        app.client.unrecorded().post("/api/v2/my/signin", &body).refused(503, "unavailable");
    });
}

#[test]
fn the_first_sign_in_opens_accounts_where_the_product_says_so() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840, 978]);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"autoCreateOnLogin": true})).expect(200);
        app.open_product(&admin, "demo", &[840]);
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let opened = ann.unrecorded().get("/api/v2/my/accounts").expect(200);
        let products: Vec<&Value> =
            opened["data"].as_array().unwrap().iter().map(|account| &account["productId"]).collect();
        assert_eq!(products, [&json!(product), &json!(product)]);
        // What is offered later is left to the client.
        let later = app.open_product(&admin, "personal", &[840]);
        admin.patch(&format!("/api/v2/products/{later}"), &json!({"autoCreateOnLogin": true})).expect(200);
        signed_in(app, "ann@example.com", PASSWORD);
        assert_eq!(ann.unrecorded().get("/api/v2/my/accounts").expect(200)["total"], json!(2));
    });
}

#[test]
fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (_, pair) = signed_in(app, "ann@example.com", PASSWORD);
        let refresh = |token: &Value| {
            app.client
                .unrecorded()
                .post("/api/v2/my/refresh", &json!({"refreshToken": token, "deviceFingerprint": null}))
        };
        let first = &pair["refreshToken"]["token"];
        let renewed = refresh(first).expect(200);
        let ann = with_token(app, &renewed);
        ann.unrecorded().get("/api/v2/my/devices").expect(200);
        refresh(first).refused(401, "refreshTokenInvalid");
        ann.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        refresh(&renewed["data"]["refreshToken"]["token"]).refused(401, "refreshTokenInvalid");
        refresh(&json!("rubbish")).refused(401, "refreshTokenInvalid");
    });
}

#[test]
fn a_client_signs_out_of_one_session() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (one, _) = signed_in(app, "ann@example.com", PASSWORD);
        let (other, _) = signed_in(app, "ann@example.com", PASSWORD);
        one.post("/api/v2/my/signout", &json!({})).expect(204);
        one.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        other.unrecorded().get("/api/v2/my/devices").expect(200);
    });
}

#[test]
fn an_app_confirms_a_sign_in_and_each_code_works_once() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let secret = app_on(app, &ann);
        app.advance(60);
        let code = totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        assert_eq!((&step["workflow"], &step["code"]), (&json!("google"), &json!(200)));
        assert_eq!(step["data"]["accessToken"], Value::Null);
        let post = |path: &str, uuid: &Value, code: &str| {
            app.client.unrecorded().post(path, &json!({"uuid": uuid, "code": code}))
        };
        post("/api/v2/my/2fa/sms", &step["uuid"], &code).refused(409, "stepOutOfOrder");
        let other = json!({"uuid": step["uuid"], "type": "sms"});
        app.client.unrecorded().post("/api/v2/my/signin/2fa", &other).refused(422, "secondFactorNotOffered");
        post("/api/v2/my/2fa/google", &step["uuid"], "000000").refused(401, "wrongCode");
        let done = post("/api/v2/my/2fa/google", &step["uuid"], &code).expect(200);
        with_token(app, &done).unrecorded().get("/api/v2/my/devices").expect(200);
        let again = send(app, "ann@example.com", PASSWORD).expect(200);
        post("/api/v2/my/2fa/google", &again["uuid"], &code).refused(401, "wrongCode");
    });
}

#[test]
fn wrong_codes_block_further_ones_whatever_run_they_are_tried_in() {
    on_both(|app| {
        let client = registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        app_on(app, &ann);
        for round in 0..5 {
            let step = send(app, "ann@example.com", PASSWORD).expect(200);
            let wrong = json!({"uuid": step["uuid"], "code": format!("00000{round}")});
            app.client.unrecorded().post("/api/v2/my/2fa/google", &wrong).refused(401, "wrongCode");
            // Sign-ins that are left open are limited, too.
            app.advance(61);
        }
        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        let body = json!({"uuid": step["uuid"], "code": "000009"});
        app.client.unrecorded().post("/api/v2/my/2fa/google", &body).refused(429, "tooManyAttempts");
        let blocked = app.admin().unrecorded().get(&format!("/api/v2/security/addresses?filter[clientId]={client}"));
        assert_eq!(blocked.expect(200)["total"], json!(1));
    });
}

const RESTORE: &str = "/api/v2/my/signin/password/restore";
const RESET: &str = "/api/v2/my/signin/password/reset";

#[test]
fn a_demanded_reset_comes_before_everything_else() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let client = registered(app, "ann@example.com");
        let admin = app.admin();
        admin.unrecorded().post(&format!("/api/v2/clients/{client}/reset-password"), &json!({})).expect(204);
        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        assert_eq!((&step["workflow"], &step["done"]), (&json!("password_restore"), &json!(false)));
        let uuid = &step["uuid"];
        let first = code_of(&mails);
        let post = |path: &str, body: &Value| app.client.unrecorded().post(path, body);
        let reset = |password: &str, again: &str| {
            post(RESET, &json!({"uuid": uuid, "password": password, "password_confirmation": again}))
        };
        reset("Secret124", "Secret124").refused(409, "stepOutOfOrder");
        post(RESTORE, &json!({"uuid": uuid})).expect(200);
        let second = code_of(&mails);
        if first != second {
            post(RESTORE, &json!({"uuid": uuid, "code": first})).refused(422, "wrongConfirmationCode");
        }
        let restored = post(RESTORE, &json!({"uuid": uuid, "code": second})).expect(200);
        assert_eq!(restored["workflow"], json!("password_reset"));
        reset("Secret124", "Secret125").expect_faults(400, &[("password_confirmation", "passwordsDiffer")]);
        reset("secret", "secret").expect_faults(400, &[("password", "weakPassword")]);
        reset(PASSWORD, PASSWORD).refused(422, "samePassword");
        let done = reset("Secret124", "Secret124").expect(200);
        assert_eq!((&done["code"], &done["data"]), (&json!(202), &Value::Null));
        send(app, "ann@example.com", PASSWORD).refused(401, "wrongCredentials");
        signed_in(app, "ann@example.com", "Secret124");
    });
}

#[test]
fn no_more_codes_are_sent_than_the_settings_allow() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let client = registered(app, "ann@example.com");
        app.admin().unrecorded().post(&format!("/api/v2/clients/{client}/reset-password"), &json!({})).expect(204);
        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        let again =
            || app.client.unrecorded().post("/api/v2/my/signin/password/restore", &json!({"uuid": step["uuid"]}));
        for _ in 1..5 {
            again().expect(200);
        }
        again().refused(422, "tooManyCodesSent");
        let codes: Vec<String> = (0..5).map(|_| code_of(&mails)).collect();
        // A mailed code can be used for ten minutes.
        app.advance(10 * 60);
        let late = json!({"uuid": step["uuid"], "code": codes[4]});
        app.client.unrecorded().post("/api/v2/my/signin/password/restore", &late).refused(422, "codeExpired");
    });
}

#[test]
fn a_scanned_code_signs_the_page_in_once() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let offer = |is_offered: bool| {
            let admin = app.admin();
            admin.unrecorded().patch("/api/v2/settings", &json!({"isQrSignInOffered": is_offered})).expect(200);
        };
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let open = || app.client.unrecorded().get("/api/v2/my/signin/qrcodes");
        offer(false);
        open().refused(422, "qrSignInNotOffered");
        offer(true);
        let channel = open().expect(200)["channel"].clone();
        let give = |channel: &Value| ann.unrecorded().post("/api/v2/my/signin/tokens", &json!({"channel": channel}));
        give(&json!("qr.unknown")).refused(404, "notFound");
        let mut page = Wired::open(&app.client);
        page.subscribe(channel.as_str().unwrap(), None);
        let token = give(&channel).expect(200)["token"].clone();
        assert_eq!(page.event("signin_token", channel.as_str().unwrap()), json!({"token": token}));
        give(&channel).refused(404, "notFound");
        let take = |token: &Value| {
            let body = json!({"token": token, "device_fingerprint": FINGERPRINT});
            app.client.unrecorded().post("/api/v2/my/signin/qrcodes", &body)
        };
        take(&json!("rubbish")).refused(401, "wrongCode");
        with_token(app, &take(&token).expect(200)).unrecorded().get("/api/v2/my/devices").expect(200);
        take(&token).refused(401, "wrongCode");
    });
}
