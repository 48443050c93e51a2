//! What stops a mass mail.

use serde_json::{Value, json};

use super::sendgrid::SendGrid;
use super::{MESSAGES, SERVICES, connect, progress, send, service, so_far, strangers};
use crate::harness::{Client, TestApp, on_both};

/// A mail whose first part is sent, and whose second one waits for its next attempt.
fn half_sent(app: &TestApp, admin: &Client, sendgrid: &SendGrid) -> (i64, i64) {
    let service = connect(admin, sendgrid);
    let id = send(admin, &json!({"providerId": service, "emails": strangers(600)}));
    sendgrid.answer_next(&[202, 503]);
    app.run_jobs();
    assert_eq!(progress(admin, id), so_far("sending", 600, 500, 0));
    (service, id)
}

fn reason(admin: &Client, id: i64) -> Value {
    admin.get(&format!("{MESSAGES}/{id}")).expect(200)["reason"].clone()
}

#[test]
fn disabling_the_service_stops_what_is_under_way() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let (service, id) = half_sent(app, &admin, &sendgrid);
        admin.unrecorded().patch(&format!("{SERVICES}/{service}"), &json!({"isEnabled": false})).expect(200);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("partial", 600, 500, 100));
        assert_eq!(reason(&admin, id), json!("the delivery service is disabled"));
        admin.unrecorded().patch(&format!("{SERVICES}/{service}"), &json!({"isEnabled": true})).expect(200);
        app.advance(3_600);
        app.run_jobs();
        assert_eq!(sendgrid.take_addresses().len(), 500, "it does not go on");
        admin.delete(&format!("{MESSAGES}/{id}")).expect(204);
    });
}

#[test]
fn deleting_the_service_stops_what_is_under_way() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let (service, id) = half_sent(app, &admin, &sendgrid);
        admin.delete(&format!("{SERVICES}/{service}")).expect(204);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("partial", 600, 500, 100));
        assert_eq!(reason(&admin, id), json!("the delivery service was deleted"));
    });
}

#[test]
fn a_queued_mail_stays_until_its_service_is_disabled() {
    on_both(|app| {
        let admin = app.admin();
        let provider = admin.create(SERVICES, &service(&json!({})));
        let id = send(&admin, &json!({"emails": ["a@example.com"]}));
        admin.delete(&format!("{MESSAGES}/{id}")).refused(409, "mailUnderWay");
        admin.patch(&format!("{SERVICES}/{provider}"), &json!({"isEnabled": false})).expect(200);
        app.run_jobs();
        let mail = admin.get(&format!("{MESSAGES}/{id}")).expect(200);
        assert_eq!((&mail["status"], &mail["sendTime"]), (&json!("failed"), &Value::Null));
        admin.delete(&format!("{MESSAGES}/{id}")).expect(204);
    });
}

#[test]
fn a_service_without_a_sender_sends_nothing() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(SERVICES, &service(&json!({"options": {"apiKey": "k"}})));
        let id = send(&admin, &json!({"emails": ["a@example.com"]}));
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("failed", 1, 0, 1));
        assert_eq!(reason(&admin, id), json!("the delivery service has no fromEmail"));
    });
}

/// As after a change of the installation's secret.
#[test]
fn a_key_that_does_not_open_sends_nothing() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(SERVICES, &service(&json!({})));
        let id = send(&admin, &json!({"emails": ["a@example.com"]}));
        app.run_sql("UPDATE delivery_services SET api_key = 'sealed:AAAA'");
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("failed", 1, 0, 1));
        assert_eq!(reason(&admin, id), json!("the key does not open with this secret"));
    });
}
