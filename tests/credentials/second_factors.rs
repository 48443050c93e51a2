//! Second factors of clients.

use domain::credentials::SecondFactorMethod;
use serde_json::json;
use storage::credentials::second_factors::{self, FactorSetup, Switcher};

use super::acting::{HOME, address};
use crate::harness::{Setup, TestApp, on_both, on_both_with};
use crate::messaging::mail::{next, smtp_server};

pub(super) fn switch_on(app: &TestApp, client: i64, method: SecondFactorMethod) {
    let by = Switcher { user: None, ip: address(HOME) };
    let secret: &[u8] = b"sealed";
    let switched = app.database.write(move |tx| {
        second_factors::switch_on(
            tx,
            client.into(),
            method,
            FactorSetup { sealed_secret: Some(secret), ..FactorSetup::default() },
            by,
        )
    });
    switched.expect("a second factor");
}

#[test]
fn a_user_switches_a_second_factor_off_and_never_on() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        let path = format!("/api/v2/clients/{ann}/2fa");
        switch_on(app, ann, SecondFactorMethod::Google);
        switch_on(app, ann, SecondFactorMethod::Sms);
        let both = admin.get(&path).expect(200);
        assert_eq!(both["total"], json!(2));
        assert_eq!(both["data"][0], json!({"caption": "Google Authenticator", "isEnabled": true, "name": "google"}));
        admin
            .put(&format!("{path}/google"), &json!({"isEnabled": true}))
            .expect_faults(422, &[("isEnabled", "switchedOnByClient")]);
        admin.put(&format!("{path}/google"), &json!({"isEnabled": false})).expect(204);
        admin.patch(&format!("{path}/google"), &json!({})).expect(204);
        assert_eq!(admin.get(&format!("{path}/google")).expect(200)["isEnabled"], json!(false));
        assert_eq!(admin.get(&format!("{path}/sms")).expect(200)["isEnabled"], json!(true), "each by itself");
        let left = app.database.read(move |conn| second_factors::of_client(conn, ann.into())).unwrap();
        assert!(left.iter().all(|factor| factor.method == SecondFactorMethod::Sms), "the secret is forgotten");
        assert_eq!(admin.total("/api/v2/logs/messages?filter[eventName]=client_second_factor_updated"), 1);
        let changes = admin.get(&format!("{path}/changes")).expect(200);
        assert_eq!(changes["total"], json!(3), "switching off what is off leaves no record");
        let newest = &changes["data"][0];
        assert_eq!(
            (&newest["type"], &newest["isEnabled"], &newest["userId"]),
            (&json!("google"), &json!(false), &json!(1))
        );
        let id = &newest["id"];
        assert_eq!(&admin.get(&format!("{path}/changes/{id}")).expect(200), newest);
        admin.get(&format!("/api/v2/clients/{bob}/2fa/changes/{id}")).expect(404);
        admin.get(&format!("{path}/carrier-pigeon")).expect(404);
        admin.get("/api/v2/clients/99/2fa").expect(404);
        assert_eq!(admin.get(&format!("{path}?limit=1")).expect(200)["data"].as_array().unwrap().len(), 2);
        admin.delete(&format!("/api/v2/clients/{bob}")).expect(204);
        admin.put(&format!("/api/v2/clients/{bob}/2fa/sms"), &json!({})).refused(409, "clientRemoved");
    });
}

#[test]
fn a_client_is_mailed_that_a_second_factor_was_switched_off() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/mails/notifications/types/1", &json!({"isEnabled": false})).expect(200);
        let ann = admin.new_client("ann@example.com", &json!({}));
        switch_on(app, ann, SecondFactorMethod::Sms);
        admin.put(&format!("/api/v2/clients/{ann}/2fa/sms"), &json!({"isEnabled": false})).expect(204);
        let mail = next(&mails);
        assert!(mail.contains("SMS Confirmation") && mail.contains("To: ann@example.com"), "{mail}");
    });
}
