//! The code that all mails to a client show.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use super::second_factors::{code_at, phone_on};
use super::sign_in::{PASSWORD, app_on, registered, signed_in};
use crate::harness::{Bodies, Client, Setup, TestApp, on_both, on_both_with};
use crate::identity::sign_in::totp;
use crate::messaging::mail::{next, smtp_server};

const CODE: &str = "/api/v2/my/anti-phishing-code";
const CONFIRM: &str = "/api/v2/my/anti-phishing-code/confirm";

fn with_mail(test: impl Fn(&TestApp, &Receiver<String>)) {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| test(app, &mails));
}

/// The next mail that brings a code after these words, and the code.
fn mailed_after(mails: &Receiver<String>, words: &str) -> (String, String) {
    loop {
        let mail = next(mails);
        let code = mail.split_once(words).and_then(|(_, rest)| rest.get(..6));
        if let Some(code) = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit())) {
            let code = code.to_owned();
            return (mail, code);
        }
    }
}

fn mailed(mails: &Receiver<String>) -> (String, String) {
    mailed_after(mails, "confirmation code is ")
}

fn shown(client: &Client) -> Value {
    client.get(CODE).expect(200)["code"].clone()
}

#[test]
fn mails_show_a_code_once_it_is_confirmed_by_mail() {
    with_mail(|app, mails| {
        let ann = app.as_client(app.admin().new_client("ann@example.com", &json!({})));
        assert_eq!(shown(&ann), Value::Null);
        let ann = ann.unrecorded();
        ann.delete(CONFIRM).refused(404, "notFound");
        ann.post(CODE, &json!({"code": "a b"})).expect_faults(400, &[("code", "notAntiPhishingCode")]);
        let begun = ann.post(CODE, &json!({"code": "Otter26"})).expect(200);
        assert_eq!((&begun["workflow"], &begun["data"]), (&json!("email_confirmation"), &Value::Null));
        let (mail, code) = mailed(mails);
        assert!(!mail.contains("Otter26"), "it does not count yet");
        ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": "000000"})).refused(422, "wrongConfirmationCode");
        assert_eq!(shown(&ann), Value::Null);
        let done = ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": code})).expect(200);
        assert_eq!((&done["code"], &done["done"]), (&json!(202), &json!(true)));
        assert_eq!(shown(&ann), json!("O*****6"));

        // Another one takes its place, and mails show the one before until then.
        let begun = ann.post(CODE, &json!({"code": "Badger9"})).expect(200);
        let (mail, code) = mailed(mails);
        assert!(mail.contains("Your anti-phishing code: Otter26"), "{mail}");
        ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": code})).expect(200);
        assert_eq!(shown(&ann), json!("B*****9"));

        let begun = ann.delete(CODE).expect(200);
        let (mail, code) = mailed(mails);
        assert!(mail.contains("Your anti-phishing code: Badger9"), "{mail}");
        ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": code})).expect(200);
        assert_eq!(shown(&ann), Value::Null);
        let logs = app.admin().unrecorded().get("/api/v2/logs/messages?limit=1000").expect(200).to_string();
        assert!(logs.contains("client_anti_phishing_code_updated") && !logs.contains("Otter26"), "{logs}");
    });
}

#[test]
fn mails_in_spanish_show_it_in_spanish() {
    with_mail(|app, mails| {
        let ann = app.admin().new_client("ann@example.com", &json!({"locale": "es_ES"}));
        let ann = app.as_client(ann).unrecorded();
        let begun = ann.post(CODE, &json!({"code": "Nutria26"})).expect(200);
        let (_, code) = mailed_after(mails, "n es ");
        ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": code})).expect(200);
        ann.delete(CONFIRM).expect(200);
        let (mail, _) = mailed_after(mails, "n es ");
        assert!(mail.contains("antiphishing: Nutria26"), "{mail}");
    });
}

#[test]
fn the_second_factor_confirms_it_where_there_is_one() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let ann = ann.unrecorded();
        let secret = app_on(app, &ann);
        let begun = ann.post(CODE, &json!({"code": "Otter26"})).expect(200);
        let names = |step: &Value| -> Vec<Value> {
            step["data"].as_array().unwrap().iter().map(|method| method["name"].clone()).collect()
        };
        assert_eq!((&begun["workflow"], names(&begun)), (&json!("google"), vec![json!("google")]));
        app.advance(60);
        let code = |at: &str| totp(at).generate(app.unix_seconds().cast_unsigned()).to_string();
        ann.post(CONFIRM, &json!({"uuid": begun["uuid"], "code": code(&secret)})).expect(200);
        assert_eq!(shown(&ann), json!("O*****6"));

        let service = phone_on(app, &ann);
        let begun = ann.delete(CONFIRM).expect(200);
        assert_eq!(begun["workflow"], json!("two_factor"));
        assert_eq!(names(&begun), [json!("google"), json!("sms")]);
        let uuid = &begun["uuid"];
        ann.post(CONFIRM, &json!({"uuid": uuid, "code": "000000"})).refused(409, "secondFactorNotChosen");
        let chosen = ann.post(&format!("{CODE}/tfa"), &json!({"uuid": uuid, "type": "sms"})).expect(200);
        assert_eq!(chosen["workflow"], json!("sms"));
        ann.post(CONFIRM, &json!({"uuid": uuid, "code": code_at(&service)})).expect(200);
        assert_eq!(shown(&ann), Value::Null);
    });
}

#[test]
fn bodies_of_anti_phishing_codes_are_as_they_were_reviewed() {
    on_both(|app| {
        registered(app, "ann@example.com");
        let (ann, _) = signed_in(app, "ann@example.com", PASSWORD);
        let secret = app_on(app, &ann);
        app.advance(60);
        let mut bodies = Bodies::of(&ann);
        let begun = bodies.ask(CODE, &json!({"code": "Otter26"}), 200);
        bodies.ask(&format!("{CODE}/tfa"), &json!({"uuid": begun["uuid"], "type": "google"}), 200);
        let code = totp(&secret).generate(app.unix_seconds().cast_unsigned()).to_string();
        bodies.ask(CONFIRM, &json!({"uuid": begun["uuid"], "code": code}), 200);
        bodies.read(CODE);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_anti_phishing", bodies.into_text());
        });
    });
}
