//! Second factors as clients switch them.

use serde_json::{Value, json};

use super::sign_in::{PASSWORD, app_on, registered, send, signed_in, with_token};
use crate::connections::service::Service;
use crate::harness::{Client, TestApp, on_both};
use crate::identity::sign_in::totp;

const PHONE: &str = "+12025550123";

/// A service that takes texts to phones.
pub fn phones(app: &TestApp) -> Service {
    let service = Service::start(200, &json!({}));
    let settings = json!({"url": service.url, "key": "k3y", "method": "POST"});
    let provider = json!({
        "provider": "Custom", "name": "own", "caption": "own", "isEnabled": true, "settings": settings,
    });
    app.admin().unrecorded().create("/api/v2/confirmations/providers", &provider);
    service
}

/// Switches a phone on as a client's second factor; the service that is sent its codes.
#[track_caller]
pub fn phone_on(app: &TestApp, client: &Client) -> Service {
    let service = phones(app);
    let client = client.unrecorded();
    let begun = client.get("/api/v2/my/2fa/sms/enable/wizard").expect(200);
    let next = |body: Value| client.post("/api/v2/my/2fa/wizard", &body).expect(200);
    next(json!({"uuid": begun["uuid"], "phone": PHONE}));
    next(json!({"uuid": begun["uuid"], "code": code_at(&service)}));
    service
}

/// The code that the service was sent.
#[track_caller]
pub fn code_at(service: &Service) -> String {
    let sent = service.take();
    let body = &sent.last().expect("a text").body;
    let digits = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = body.split(|letter: char| !letter.is_ascii_digit());
    words.find(digits).unwrap_or_else(|| panic!("no code in {body}")).to_owned()
}

#[test]
fn a_phone_confirms_sign_ins_once_it_has_shown_a_code() {
    on_both(|app| {
        let service = phones(app);
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let ann = ann.unrecorded();
        let begun = ann.get("/api/v2/my/2fa/sms/enable/wizard").expect(200);
        assert_eq!((&begun["workflow"], &begun["data"]), (&json!("phone_form"), &Value::Null));
        let next = |body: Value| ann.post("/api/v2/my/2fa/wizard", &body);
        next(json!({"uuid": begun["uuid"]})).expect_faults(400, &[("phone", "required")]);
        let sent = next(json!({"uuid": begun["uuid"], "phone": PHONE})).expect(200);
        assert_eq!(sent["data"]["provider"], json!("sms"));
        let code = code_at(&service);
        next(json!({"uuid": begun["uuid"], "code": "000000"})).refused(422, "wrongConfirmationCode");
        next(json!({"uuid": begun["uuid"], "code": code})).expect(200);
        let status = ann.get("/api/v2/my/2fa/sms").expect(200);
        assert_eq!((&status["isEnabled"], &status["phone"]), (&json!(true), &json!("+*******0123")));

        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        assert_eq!(step["workflow"], json!("sms"));
        let code = json!({"uuid": step["uuid"], "code": code_at(&service)});
        let done = app.client.unrecorded().post("/api/v2/my/2fa/sms", &code).expect(200);
        with_token(app, &done).unrecorded().get("/api/v2/my/2fa").expect(200);
    });
}

#[test]
fn a_client_with_two_second_factors_chooses_one() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let secret = app_on(app, &ann);
        let service = phone_on(app, &ann);

        let step = send(app, "ann@example.com", PASSWORD).expect(200);
        assert_eq!(step["workflow"], json!("two_factor"));
        let names: Vec<&Value> =
            step["data"]["tfaProviders"].as_array().unwrap().iter().map(|method| &method["name"]).collect();
        assert_eq!(names, [&json!("google"), &json!("sms")]);
        let post = |path: &str, body: Value| app.client.unrecorded().post(path, &body);
        let uuid = &step["uuid"];
        post("/api/v2/my/2fa/sms", json!({"uuid": uuid, "code": "000000"})).refused(409, "secondFactorNotChosen");
        let chosen = post("/api/v2/my/signin/2fa", json!({"uuid": uuid, "type": "sms"})).expect(200);
        assert_eq!(chosen["workflow"], json!("sms"));
        drop(code_at(&service));
        // Another choice is open until a code was right.
        post("/api/v2/my/signin/2fa", json!({"uuid": uuid, "type": "google"})).expect(200);
        app.advance(60);
        let code = totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
        post("/api/v2/my/2fa/google", json!({"uuid": uuid, "code": code})).expect(200);
    });
}

#[test]
fn a_code_of_the_second_factor_switches_it_off() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let ann = ann.unrecorded();
        ann.get("/api/v2/my/2fa/google/disable/wizard").refused(409, "secondFactorOff");
        ann.get("/api/v2/my/2fa/email/enable/wizard").refused(404, "notFound");
        let secret = app_on(app, &ann);
        ann.get("/api/v2/my/2fa/google/enable/wizard").refused(409, "secondFactorOn");
        app.advance(60);
        let begun = ann.get("/api/v2/my/2fa/google/disable/wizard").expect(200);
        assert_eq!(begun["workflow"], json!("google"));
        let code = totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
        let off = ann.post("/api/v2/my/2fa/wizard", &json!({"uuid": begun["uuid"], "code": code})).expect(200);
        assert_eq!(off["done"], json!(true));
        let changes = ann.get("/api/v2/my/2fa/changes").expect(200);
        assert_eq!((&changes["total"], &changes["data"][0]["isEnabled"]), (&json!(2), &json!(false)));
        let logged = "/api/v2/logs/messages?filter[eventName]=client_second_factor_updated";
        assert_eq!(app.admin().unrecorded().get(logged).expect(200)["total"], json!(2));
        signed_in(app, "ann@example.com", PASSWORD);
    });
}

#[test]
fn a_second_factor_that_is_not_offered_cannot_be_switched_on() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let admin = app.admin();
        admin.unrecorded().patch("/api/v2/settings", &json!({"twoFactorProviders": ["google"]})).expect(200);
        ann.unrecorded().get("/api/v2/my/2fa/sms/enable/wizard").refused(422, "secondFactorUnavailable");
        let unknown = json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "1"});
        ann.unrecorded().post("/api/v2/my/2fa/wizard", &unknown).refused(404, "notFound");
    });
}

#[test]
fn a_text_that_no_provider_takes_is_told() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let begun = ann.unrecorded().get("/api/v2/my/2fa/sms/enable/wizard").expect(200);
        let body = json!({"uuid": begun["uuid"], "phone": PHONE});
        ann.unrecorded().post("/api/v2/my/2fa/wizard", &body).refused(503, "unavailable");
    });
}
