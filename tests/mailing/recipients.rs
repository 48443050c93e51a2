//! Whom a mass mail is for.

use domain::requests::Asked;
use serde_json::{Value, json};
use storage::Error;

use super::sendgrid::SendGrid;
use super::{MESSAGES, SERVICES, connect, mail, progress, send, service, so_far};
use crate::harness::orders::ask;
use crate::harness::{Client, TestApp, on_both, sql};

const SENDER: [&str; 2] = ["sentEmails.create", "sentEmails.read"];

/// Whom the mails were for that were sent since this was asked last.
#[track_caller]
fn addressees(app: &TestApp, sendgrid: &SendGrid) -> Vec<String> {
    app.run_jobs();
    let mut addresses = sendgrid.take_addresses();
    addresses.sort();
    addresses
}

/// Clients a to d: c is banned, d removed.
fn clients(admin: &Client) -> [i64; 4] {
    let clients = ["a", "b", "c", "d"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
    admin.patch(&format!("/api/v2/clients/{}", clients[2]), &json!({"status": "banned"})).expect(200);
    admin.delete(&format!("/api/v2/clients/{}", clients[3])).expect(204);
    clients
}

#[test]
fn recipients_are_told_in_one_way_and_every_fault_is_told() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(SERVICES, &service(&json!({})));
        let missing = [
            ("-", "oneWayOfRecipients"),
            ("body", "textRequired"),
            ("providerId", "required"),
            ("subject", "textRequired"),
        ];
        admin.post(MESSAGES, &json!({})).expect_faults(400, &missing);
        let two = mail(&json!({"clientIds": [1], "filter": {}}));
        admin.post(MESSAGES, &two).expect_faults(400, &[("-", "oneWayOfRecipients")]);
        admin.post(MESSAGES, &mail(&json!({"clientIds": null}))).expect_faults(400, &[("clientIds", "null")]);
        let addresses = mail(&json!({"emails": ["ann@example.com", "nobody", null]}));
        admin.post(MESSAGES, &addresses).expect_faults(400, &[("emails.1", "notEmail"), ("emails.2", "null")]);
        let filter = json!({"countryId": "x", "status": "deleted", "tagIds": [], "clientTypeId": null, "country": 1});
        let faults = [
            ("filter.clientTypeId", "null"),
            ("filter.country", "unknownFilter"),
            ("filter.countryId", "notInteger"),
            ("filter.status", "notOneOf"),
            ("filter.tagIds", "empty"),
        ];
        admin.post(MESSAGES, &mail(&json!({"filter": filter}))).expect_faults(400, &faults);
        assert_eq!(admin.total(MESSAGES), 0);
    });
}

#[test]
fn what_a_mail_names_is_there_and_in_use() {
    on_both(|app| {
        let admin = app.admin();
        let filter = json!({"countryId": 999, "clientTypeId": 999, "verificationLevelId": 999, "tagIds": [999]});
        let body = json!({"providerId": 999, "templateId": 999, "filter": filter});
        let faults = [
            ("filter.clientTypeId", "unknown"),
            ("filter.countryId", "unknown"),
            ("filter.tagIds.0", "unknown"),
            ("filter.verificationLevelId", "unknown"),
            ("providerId", "unknown"),
            ("templateId", "unknown"),
        ];
        admin.post(MESSAGES, &body).expect_faults(422, &faults);
        let disabled = admin.create(SERVICES, &service(&json!({"isEnabled": false})));
        let text = json!({"providerId": disabled, "subject": "{a}", "body": "{b}", "emails": ["ann@example.com"]});
        let faults = [("body", "unknownPlaceholder"), ("providerId", "disabled"), ("subject", "unknownPlaceholder")];
        admin.post(MESSAGES, &text).expect_faults(422, &faults);
        let id = admin.create(SERVICES, &service(&json!({})));
        let body = mail(&json!({"providerId": id, "emails": ["ann@example.com"]}));
        assert_eq!(admin.create(MESSAGES, &body), 1, "what is refused leaves no gap");
    });
}

#[test]
fn named_clients_get_it_unless_they_are_removed() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let [a, _, c, d] = clients(&admin);
        let id = send(&admin, &json!({"clientIds": [c, a, a, d, 999]}));
        assert_eq!(progress(&admin, id), so_far("queued", 2, 0, 0));
        assert_eq!(addressees(app, &sendgrid), ["a@example.com", "c@example.com"]);
        for nobody in [json!([]), json!([d, 999])] {
            admin.post(MESSAGES, &mail(&json!({"clientIds": nobody}))).refused(422, "noRecipients");
        }
    });
}

#[test]
fn a_filter_leaves_out_banned_clients_unless_it_asks_for_them() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let [a, b, ..] = clients(&admin);
        let tag = admin.new_tag("vip");
        admin.patch(&format!("/api/v2/clients/{a}"), &json!({"tagIds": [tag], "countryId": 2})).expect(200);
        admin.patch(&format!("/api/v2/clients/{b}"), &json!({"status": "inactive", "countryId": 1})).expect(200);
        for (filter, expected) in [
            (json!({}), vec!["a@example.com", "b@example.com"]),
            (json!({"status": "banned"}), vec!["c@example.com"]),
            (json!({"status": "inactive"}), vec!["b@example.com"]),
            (json!({"status": "active"}), vec!["a@example.com"]),
            (json!({"countryId": 1}), vec!["b@example.com"]),
            (json!({"tagIds": [tag]}), vec!["a@example.com"]),
            (json!({"clientTypeId": 1, "verificationLevelId": "1"}), vec!["a@example.com", "b@example.com"]),
        ] {
            send(&admin, &json!({"filter": filter}));
            assert_eq!(addressees(app, &sendgrid), expected, "{filter}");
        }
        for filter in [json!({"clientTypeId": 2}), json!({"tagIds": [tag], "status": "banned"})] {
            admin.post(MESSAGES, &mail(&json!({"filter": filter}))).refused(422, "noRecipients");
        }
    });
}

#[test]
fn addresses_are_of_clients_or_of_others() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let [a, ..] = clients(&admin);
        admin.patch(&format!("/api/v2/clients/{a}"), &json!({"firstName": "Ann"})).expect(200);
        let emails = ["A@Example.com", "c@example.com", "d@example.com", "new@example.com", "NEW@example.com"];
        let id = send(&admin, &json!({"emails": emails, "body": "<p>{firstName}</p>"}));
        assert_eq!(progress(&admin, id), so_far("queued", 3, 0, 0));
        app.run_jobs();
        let request = &sendgrid.take()[0];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let parts = request["personalizations"].as_array().unwrap().iter();
        let mut seen: Vec<(String, String)> =
            parts.map(|part| (text(&part["to"][0]["email"]), text(&part["substitutions"]["{firstName}"]))).collect();
        seen.sort();
        let expected = [("a@example.com", "Ann"), ("c@example.com", "John"), ("new@example.com", "")];
        assert_eq!(seen, expected.map(|(email, name)| (email.to_owned(), name.to_owned())));
        admin.post(MESSAGES, &mail(&json!({"emails": ["d@example.com"]}))).refused(422, "noRecipients");
    });
}

#[test]
fn whoever_sees_some_clients_writes_to_those_only() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let [a, b, ..] = clients(&admin);
        let [seen, unseen] = ["seen", "unseen"].map(|name| admin.new_tag(name));
        for (client, tag) in [(a, seen), (b, unseen)] {
            admin.patch(&format!("/api/v2/clients/{client}"), &json!({"tagIds": [tag]})).expect(200);
        }
        let (_, user) = app.user_of("bob", &SENDER, &json!({"clientTags": [seen]}));
        for recipients in [
            json!({"clientIds": [a, b]}),
            json!({"filter": {}}),
            json!({"filter": {"tagIds": [seen]}}),
            json!({"emails": ["a@example.com"]}),
        ] {
            assert_eq!(progress(&user, send(&user, &recipients)).1, 1, "{recipients}");
            assert_eq!(addressees(app, &sendgrid), ["a@example.com"], "{recipients}");
        }
        let refused = |recipients: Value| user.post(MESSAGES, &mail(&recipients));
        refused(json!({"clientIds": [b]})).refused(422, "noRecipients");
        let emails = json!({"emails": ["a@example.com", "b@example.com", "new@example.com"]});
        refused(emails).expect_faults(422, &[("emails.1", "unknown"), ("emails.2", "unknown")]);
        let tags = json!({"filter": {"tagIds": [seen, unseen]}});
        refused(tags).expect_faults(422, &[("filter.tagIds.1", "unknown")]);
    });
}

#[test]
fn a_client_who_is_removed_meanwhile_gets_nothing() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let [a, b, ..] = clients(&admin);
        let id = send(&admin, &json!({"clientIds": [a, b]}));
        admin.delete(&format!("/api/v2/clients/{a}")).expect(204);
        admin.patch(&format!("/api/v2/clients/{b}"), &json!({"email": "bob@example.com"})).expect(200);
        assert_eq!(addressees(app, &sendgrid), ["bob@example.com"], "by the address of now");
        assert_eq!(progress(&admin, id), so_far("partial", 2, 1, 1));
        let alone = send(&admin, &json!({"clientIds": [b]}));
        admin.delete(&format!("/api/v2/clients/{b}")).expect(204);
        assert!(addressees(app, &sendgrid).is_empty());
        assert_eq!(progress(&admin, alone), so_far("failed", 1, 0, 1));
    });
}

#[test]
fn the_address_of_whoever_had_their_data_removed_is_forgotten() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let stranger = json!({"emails": ["ann@example.com"]});
        let sent = send(&admin, &stranger);
        app.run_jobs();
        let queued = send(&admin, &stranger);
        let client = admin.new_client("ann@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::DeletingAccount).unwrap();
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        let addresses = "SELECT address FROM sent_email_recipients WHERE address IS NOT NULL";
        let stored = app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, addresses)));
        assert!(stored.unwrap().is_empty());
        sendgrid.take();
        app.run_jobs();
        assert!(sendgrid.take().is_empty());
        assert_eq!(progress(&admin, sent), so_far("sent", 1, 1, 0));
        assert_eq!(progress(&admin, queued), so_far("failed", 1, 0, 1));
        admin.post(MESSAGES, &mail(&stranger)).refused(422, "noRecipients");
    });
}
