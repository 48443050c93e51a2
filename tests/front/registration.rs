//! Signing up: the form, the codes, what the broker asks for, and the client who is made.

use serde_json::{Value, json};

use super::sign_in::{FINGERPRINT, PASSWORD, code_of, signed_in, with_token};
use crate::harness::{Answer, Setup, TestApp, on_both, on_both_with, with};
use crate::messaging::mail::smtp_server;

const REGISTRATION: &str = "registration";

/// Sets the steps of the only registration wizard.
#[track_caller]
fn set_steps(app: &TestApp, steps: &Value) {
    let admin = app.admin();
    let wizards = admin.unrecorded().get(&format!("/api/v2/wizards?filter[type]={REGISTRATION}")).expect(200);
    let path = format!("/api/v2/wizards/{}", wizards["data"][0]["id"]);
    admin.unrecorded().patch(&path, &json!({"steps": steps})).expect(200);
}

#[track_caller]
fn begin(app: &TestApp) -> Value {
    app.client.unrecorded().post("/api/v2/my/signup/wizard", &json!({"utm": {"utm_source": "news"}})).expect(200)
}

fn post(app: &TestApp, body: &Value) -> Answer {
    app.client.unrecorded().post("/api/v2/my/signup", body)
}

fn form(uuid: &Value, email: &str) -> Value {
    json!({
        "uuid": uuid, "email": email, "password": PASSWORD, "password_confirmation": PASSWORD,
        "device_fingerprint": FINGERPRINT, "info": {"givenName": "Ann", "familyName": "Major"},
        "phones": {"0": {"phone": "+12025550123"}}, "addresses": {"0": {"countryId": 1, "city": "Lisbon"}},
        "requirements": {"adult": true},
    })
}

#[test]
fn a_visitor_becomes_a_client_who_is_signed_in() {
    on_both(|app| {
        let begun = begin(app);
        assert_eq!(begun["workflow"], json!("basic_register_form"));
        assert_eq!(begun["data"]["fields"]["email"]["required"], json!(true));
        let done = post(app, &form(&begun["uuid"], "Ann@example.com")).expect(200);
        assert_eq!((&done["code"], &done["workflow"]), (&json!(202), &json!("terminate")));
        with_token(app, &done).unrecorded().get("/api/v2/my/devices").expect(200);
        signed_in(app, "ann@example.com", PASSWORD);
        let clients = app.admin().unrecorded().get("/api/v2/clients?filter[email]=ann@example.com").expect(200);
        let client = &clients["data"][0];
        assert_eq!((&client["firstName"], &client["status"]), (&json!("Ann"), &json!("active")));
        assert_eq!(client["analytics"], json!([{"property": "utm_source", "value": "news"}]));
        let path = "/api/v2/logs/messages?filter[eventName]=client_created";
        assert_eq!(app.admin().unrecorded().get(path).expect(200)["total"], json!(1));
        post(app, &form(&begun["uuid"], "bob@example.com")).refused(404, "notFound");
    });
}

#[test]
fn a_form_tells_all_that_is_wrong_with_it() {
    on_both(|app| {
        let uuid = begin(app)["uuid"].clone();
        post(app, &json!({"uuid": uuid})).expect_faults(
            400,
            &[
                ("device_fingerprint", "required"),
                ("email", "required"),
                ("password", "required"),
                ("password_confirmation", "required"),
            ],
        );
        let wrong = with(
            form(&uuid, "x"),
            &json!({
                "password": "weak", "info": {"birthday": "x"}, "phones": {"0": {"phone": "1"}},
                "addresses": {"0": {"city": "x"}}, "requirements": {"adult": false},
            }),
        );
        post(app, &wrong).expect_faults(
            400,
            &[
                ("addresses.0.countryId", "required"),
                ("email", "notEmail"),
                ("info.birthday", "notDate"),
                ("password", "weakPassword"),
                ("phones.0.phone", "notPhoneNumber"),
                ("requirements.adult", "notTicked"),
            ],
        );
    });
}

#[test]
fn an_address_that_is_taken_and_a_disabled_country_are_refused_at_once() {
    on_both(|app| {
        super::sign_in::registered(app, "ann@example.com");
        let uuid = begin(app)["uuid"].clone();
        post(app, &form(&uuid, "ANN@example.com")).refused(409, "taken");
        app.admin().unrecorded().patch("/api/v2/countries/1", &json!({"isEnabled": false}));
        let other = with(form(&uuid, "bob@example.com"), &json!({"addresses": [{"countryId": 999_999}]}));
        post(app, &other).refused(422, "unknown");
    });
}

#[test]
fn codes_and_forms_come_in_the_order_of_the_wizard() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let field = json!({"name": "source", "type": "select", "caption": "Source", "isRequired": true,
            "options": ["Friends", "News"]});
        set_steps(
            app,
            &json!([
                {"step": "client_type"},
                {"step": "email_confirmation"},
                {"step": "additional_information", "fields": [field]},
            ]),
        );
        let uuid = begin(app)["uuid"].clone();
        let types = post(app, &form(&uuid, "ann@example.com")).expect(200);
        assert_eq!(types["workflow"], json!("client_type"));
        let kind = types["data"][0]["id"].clone();
        post(app, &json!({"uuid": uuid, "code": "123456"})).expect_faults(400, &[("client_type", "required")]);
        let awaited = post(app, &json!({"uuid": uuid, "client_type": kind})).expect(200);
        assert_eq!(awaited["workflow"], json!("email_confirmation"));
        let code = code_of(&mails);
        post(app, &json!({"uuid": uuid, "code": "x"})).refused(422, "wrongConfirmationCode");
        // Nobody is a client before the last step.
        assert_eq!(app.admin().unrecorded().get("/api/v2/clients").expect(200)["total"], json!(0));
        let asked = post(app, &json!({"uuid": uuid, "code": code})).expect(200);
        assert_eq!(asked["workflow"], json!("additional_information"));
        assert_eq!(asked["data"]["fields"]["source"]["choices"], json!(["Friends", "News"]));
        post(app, &json!({"uuid": uuid, "source": "x"})).expect_faults(400, &[("source", "unknownValue")]);
        let done = post(app, &json!({"uuid": uuid, "source": "News"})).expect(200);
        assert_eq!(done["done"], json!(true));
        let clients = app.admin().unrecorded().get("/api/v2/clients").expect(200);
        assert_eq!(clients["data"][0]["additionalInformation"], json!({"source": "News"}));
    });
}

#[test]
fn a_visitor_chooses_among_several_wizards() {
    on_both(|app| {
        let partners = json!({"name": "Partners", "type": "registration", "steps": []});
        let id = app.admin().unrecorded().create("/api/v2/wizards", &partners);
        let begun = begin(app);
        assert_eq!(begun["workflow"], json!("registration_list"));
        assert_eq!(begun["data"].as_array().unwrap().len(), 2);
        let uuid = &begun["uuid"];
        post(app, &form(uuid, "ann@example.com")).refused(409, "wizardNotChosen");
        post(app, &json!({"uuid": uuid, "code": "1"})).expect_faults(400, &[("wizard_id", "required")]);
        post(app, &json!({"uuid": uuid, "wizard_id": 999_999})).refused(422, "unknown");
        let chosen = post(app, &json!({"uuid": uuid, "wizard_id": id})).expect(200);
        assert_eq!(chosen["workflow"], json!("basic_register_form"));
        post(app, &form(uuid, "ann@example.com")).expect(200);
        let unknown = json!({"wizard": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42"});
        app.client.unrecorded().post("/api/v2/my/signup/wizard", &unknown).refused(422, "unknown");
    });
}

#[test]
fn forms_with_one_e_mail_address_are_limited() {
    on_both(|app| {
        super::sign_in::registered(app, "ann@example.com");
        let uuid = begin(app)["uuid"].clone();
        for _ in 0..5 {
            post(app, &form(&uuid, "ann@example.com")).refused(409, "taken");
        }
        post(app, &form(&uuid, "ann@example.com")).refused(429, "tooManyAttempts");
        post(app, &form(&uuid, "bob@example.com")).expect(200);
    });
}
