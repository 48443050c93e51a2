//! How clients leave.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use crate::harness::{Bodies, Client, Setup, TestApp, on_both_with};
use crate::messaging::mail::{next, smtp_server};

const DEACTIVATION: &str = "/api/v2/my/profile/deactivation";

/// On both databases, with a server that takes mail.
fn with_mail(test: impl Fn(&TestApp, &Receiver<String>)) {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| test(app, &mails));
}

/// The code of the next mail that brings one.
fn code(mails: &Receiver<String>) -> String {
    const BEFORE: &str = "confirmation code is ";
    loop {
        let mail = next(mails);
        if let Some(at) = mail.find(BEFORE) {
            return mail[at + BEFORE.len()..][..6].to_owned();
        }
    }
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

fn client_of(admin: &Client, client: i64) -> Value {
    admin.get(&format!("/api/v2/clients/{client}")).expect(200)
}

#[test]
fn a_client_leaves_by_a_code_that_is_mailed_to_them() {
    with_mail(|app, mails| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let begun = as_client.get(DEACTIVATION).expect(200);
        assert_eq!((&begun["code"], &begun["workflow"]), (&json!(200), &json!("email_confirmation")));
        assert_eq!(begun["data"], json!({"provider": "email", "expiresAt": "2026-01-01T00:10:00+00:00"}));
        let right = code(mails);
        let confirm = |caller: &Client, code: &str| {
            // Codes are random.
            caller.unrecorded().post(DEACTIVATION, &json!({"uuid": begun["uuid"], "code": code}))
        };
        confirm(&as_client, other_than(&right)).refused(422, "wrongConfirmationCode");
        let other = app.as_client(admin.new_client("bob@example.com", &json!({})));
        confirm(&other, &right).refused(404, "notFound");
        assert_eq!(client_of(&admin, client)["status"], json!("active"));
        let done = confirm(&as_client, &right).expect(200);
        assert_eq!((&done["code"], &done["done"]), (&json!(202), &json!(true)));
        assert_eq!(client_of(&admin, client)["status"], json!("inactive"));
        as_client.get("/api/v2/my/profile").refused(401, "tokenInvalid");
        let asked = admin.get("/api/v2/applications?filter[type]=deletingAccount").expect(200);
        let logs = admin.get("/api/v2/logs/messages?filter[eventName]=client_updated&limit=1").expect(200);
        let details = &logs["data"][0]["details"];
        assert_eq!((&details["old"]["status"], &details["new"]["status"]), (&json!("active"), &json!("inactive")));
        assert_eq!(details["new"]["applicationId"], asked["data"][0]["id"]);
        let approve = format!("/api/v2/applications/{}/approve", asked["data"][0]["id"]);
        admin.post(&approve, &json!({})).expect(200);
        assert_eq!(client_of(&admin, client)["status"], json!("deleted"));
    });
}

#[test]
fn what_becomes_of_the_data_of_one_who_leaves_is_said_by_the_settings() {
    with_mail(|app, mails| {
        let admin = app.admin();
        let leave = |email: &str, settings: Value| {
            admin.patch("/api/v2/settings", &settings).expect(200);
            let client = admin.new_client(email, &json!({}));
            let as_client = app.as_client(client);
            let begun = as_client.get(DEACTIVATION).expect(200);
            let body = json!({"uuid": begun["uuid"], "code": code(mails)});
            as_client.unrecorded().post(DEACTIVATION, &body).expect(200);
            client_of(&admin, client)
        };
        let kept = leave("ann@example.com", json!({"isDeletionOffered": false}));
        assert_eq!((&kept["status"], &kept["email"]), (&json!("inactive"), &json!("ann@example.com")));
        assert_eq!(admin.total("/api/v2/applications"), 0);
        let gone = leave("bob@example.com", json!({"isDeletionOffered": true, "deletionNeedsRequest": false}));
        assert_eq!((&gone["status"], &gone["name"]), (&json!("deleted"), &json!("Removed")));
        let logs = admin.get("/api/v2/logs/messages?limit=1000").expect(200).to_string();
        assert!(!logs.contains("bob@example.com"), "{logs}");
    });
}

#[test]
fn a_client_with_money_or_something_unfinished_stays() {
    with_mail(|app, _| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "ann@example.com", 840, "10");
        let as_client = app.as_client(client);
        as_client.get(DEACTIVATION).refused(409, "clientHasMoney");
        admin.change_balance(account, "-10");
        let kind = json!({"typeId": 2});
        as_client.post("/api/v2/my/type", &kind).expect(202);
        as_client.get(DEACTIVATION).refused(409, "clientHasUndecidedRequest");
    });
}

#[test]
fn bodies_of_the_departure_are_as_they_were_reviewed() {
    with_mail(|app, mails| {
        let client = app.admin().new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client).unrecorded();
        let mut bodies = Bodies::of(&as_client);
        let begun = bodies.read(DEACTIVATION);
        bodies.ask(DEACTIVATION, &json!({"uuid": begun["uuid"], "code": code(mails)}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_departure", bodies.into_text());
        });
    });
}
