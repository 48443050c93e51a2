//! How a mass mail is sent, over a service that behaves as its documentation says.

use serde_json::{Value, json};

use super::sendgrid::{NO_ADDRESS, SendGrid};
use super::{MESSAGES, connect, progress, send, service, so_far, strangers};
use crate::harness::{Client, on_both};

fn reason(admin: &Client, id: i64) -> Value {
    admin.get(&format!("{MESSAGES}/{id}")).expect(200)["reason"].clone()
}

#[test]
fn each_recipient_gets_their_own_values() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let provider = connect(&admin, &sendgrid);
        let ann = admin.new_client("ann@example.com", &json!({"firstName": "Ann", "lastName": "O'Doe <b>"}));
        let bob = admin.new_client("bob@example.com", &json!({"firstName": "Bob", "lastName": "Doe"}));
        let text = json!({
            "clientIds": [ann, bob], "subject": "News for {name}", "body": "<p>{firstName} {lastName} {email} { x }</p>",
        });
        let id = send(&admin, &text);
        app.advance(60);
        app.run_jobs();
        let requests = sendgrid.take();
        assert_eq!(requests.len(), 1);
        let part = |email: &str, subject: &str, first: &str, last: &str| {
            json!({
                "to": [{"email": email}], "subject": subject,
                "substitutions": {"{firstName}": first, "{lastName}": last, "{email}": email},
            })
        };
        let expected = json!({
            "from": {"email": "news@example.com", "name": "Broker"},
            "content": [{"type": "text/html", "value": "<p>{firstName} {lastName} {email} { x }</p>"}],
            "personalizations": [
                part("ann@example.com", "News for Ann O'Doe <b>", "Ann", "O&#39;Doe &lt;b&gt;"),
                part("bob@example.com", "News for Bob Doe", "Bob", "Doe"),
            ],
        });
        assert_eq!(requests[0], expected);
        let sent = admin.get(&format!("{MESSAGES}/{id}")).expect(200);
        let times = ["createTime", "sendTime"].map(|name| sent[name].clone());
        assert_eq!(times, [json!("2026-01-01T00:00:00+00:00"), json!("2026-01-01T00:01:00+00:00")]);
        let rest = json!([sent["status"], sent["sentCount"], sent["reason"], sent["providerId"], sent["templateId"]]);
        assert_eq!(rest, json!(["sent", 2, null, provider, null]));
        let found = |filter: &str| admin.total(&format!("{MESSAGES}?{filter}"));
        assert_eq!(["filter[subject]=NEWS", "filter[status]=sent", "filter[providerId]=1"].map(found), [1, 1, 1]);
        let others = ["filter[subject]=x", "filter[status]=failed", "filter[providerId]=2", "filter[templateId]=1"];
        assert_eq!(others.map(found), [0, 0, 0, 0]);
    });
}

#[test]
fn a_mail_is_sent_in_parts_and_a_part_that_is_noted_is_not_sent_again() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let emails = strangers(700);
        let id = send(&admin, &json!({"emails": emails}));
        sendgrid.answer_next(&[202, 503]);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("sending", 700, 500, 0));
        assert_eq!(reason(&admin, id), json!("503: told to"));
        admin.delete(&format!("{MESSAGES}/{id}")).refused(409, "mailUnderWay");
        app.run_jobs();
        assert_eq!(sendgrid.take_addresses().len(), 500, "it is tried again later");
        // The answer to the second part gets lost, and the part is sent again.
        sendgrid.answer_next(&[0]);
        app.advance(60);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("sending", 700, 500, 0));
        app.advance(60);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("sent", 700, 700, 0));
        assert_eq!(sendgrid.take_addresses(), [&emails[500..], &emails[500..]].concat());
        admin.delete(&format!("{MESSAGES}/{id}")).expect(204);
        admin.get(&format!("{MESSAGES}/{id}")).expect(404);
    });
}

#[test]
fn an_address_that_is_refused_does_not_keep_the_others_from_their_mail() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let refused = format!("{NO_ADDRESS}example.com");
        let id = send(&admin, &json!({"emails": ["a@example.com", refused, "b@example.com"]}));
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("partial", 3, 2, 1));
        assert_eq!(sendgrid.take_addresses(), ["a@example.com", "b@example.com"]);
        assert_eq!(reason(&admin, id), json!("400: Does not contain a valid address: ***"));
        let alone = send(&admin, &json!({"emails": [refused]}));
        app.run_jobs();
        assert_eq!(progress(&admin, alone), so_far("failed", 1, 0, 1));
    });
}

#[test]
fn a_part_that_is_refused_does_not_keep_the_next_one() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let id = send(&admin, &json!({"emails": strangers(501)}));
        sendgrid.answer_next(&[413]);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("partial", 501, 1, 500));
    });
}

#[test]
fn a_wrong_key_ends_the_mail_at_once() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let options = json!({"apiKey": "other", "apiUrl": sendgrid.url, "fromEmail": "news@example.com"});
        admin.unrecorded().create(super::SERVICES, &service(&json!({"options": options})));
        let id = send(&admin, &json!({"emails": strangers(600)}));
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("failed", 600, 0, 600));
        let told = json!("401: The provided authorization grant is invalid, expired, or revoked");
        assert_eq!(reason(&admin, id), told);
    });
}

#[test]
fn a_service_that_never_answers_ends_the_mail_in_the_end() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let id = send(&admin, &json!({"emails": ["a@example.com"]}));
        sendgrid.answer_next(&[429; 10]);
        for attempt in 1..=10 {
            assert_ne!(progress(&admin, id).0, "failed", "attempt {attempt}");
            app.run_jobs();
            app.advance(1_800);
        }
        assert_eq!(progress(&admin, id), so_far("failed", 1, 0, 1));
        assert_eq!(reason(&admin, id), json!("429: told to"));
    });
}

#[test]
fn the_same_idempotency_key_sends_one_mail() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let caller = admin.with("Idempotency-Key", "one");
        let ids = [(); 2].map(|()| send(&caller, &json!({"emails": ["a@example.com"]})));
        app.run_jobs();
        assert_eq!((ids, sendgrid.take_addresses().len()), ([1, 1], 1));
    });
}
