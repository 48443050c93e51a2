//! Who is mailed about what was found.

use serde_json::json;

use super::{found, lasting, look_for, sign_in};
use crate::harness::{ADMIN_EMAIL, TestApp, on_both_with, sql};

/// The mails that were written so far about the address: to whom, and the text.
fn mails(app: &TestApp) -> Vec<(String, String)> {
    let recipients = "SELECT recipient FROM mail_outbox ORDER BY id";
    let recipients = app.database.read(move |conn| Ok::<_, storage::Error>(sql::texts(conn, recipients))).unwrap();
    let texts = app.database.read(|conn| {
        let bodies = match conn {
            storage::DbConnection::Sqlite(_) => "SELECT lower(hex(body)) FROM mail_outbox ORDER BY id",
            storage::DbConnection::Postgres(_) => "SELECT encode(body, 'hex') FROM mail_outbox ORDER BY id",
        };
        Ok::<_, storage::Error>(sql::texts(conn, bodies))
    });
    let opened = texts.unwrap().into_iter().map(|hex| {
        let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        String::from_utf8(app.outbound.secret.open(&bytes.collect::<Vec<_>>()).unwrap()).unwrap()
    });
    recipients.into_iter().zip(opened).filter(|(_, text)| text.contains("192.0.2.1")).collect()
}

#[test]
fn users_are_mailed_of_the_clients_whom_they_see() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let provider = json!({
            "caption": "Mail", "host": "127.0.0.1", "port": 1, "sendFrom": "office@example.com", "isEnabled": true,
        });
        admin.create("/api/v2/mail/providers", &provider);
        let [vip, other] = ["vip", "other"].map(|name| admin.new_tag(name));
        let ann = admin.new_client("ann@example.com", &json!({"firstName": "Ann", "tagIds": [vip]}));
        let bob = admin.new_client("bob@example.com", &json!({"firstName": "Bob"}));
        app.user_of("sees_ann", &[], &json!({"clientTags": [vip], "canViewMaskedData": true}));
        app.user_of("sees_nobody", &[], &json!({"clientTags": [other], "canViewMaskedData": true}));
        app.user_of("sees_masked", &[], &json!({}));
        let (left, _) = app.user_of("left", &[], &json!({}));
        let emails = [
            ADMIN_EMAIL,
            "sees_ann@example.com",
            "sees_nobody@example.com",
            "sees_masked@example.com",
            "left@example.com",
        ];
        look_for(&admin, "identical_ip", &json!({"periodDays": 7, "emails": emails}));
        admin.patch(&format!("/api/v2/users/{left}"), &json!({"active": false})).expect(200);
        for client in [ann, bob] {
            sign_in(app, client, "192.0.2.1", "success");
        }
        found(app, &admin);
        let told = mails(app);
        let recipients: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(recipients, [ADMIN_EMAIL, "sees_ann@example.com", "sees_masked@example.com"]);
        let names =
            [format!("Ann Doe ({ann}), Bob Doe ({bob})"), format!("Ann Doe ({ann})."), format!("A*** D*** ({ann})")];
        for ((_, text), names) in told.iter().zip(names) {
            assert!(text.contains(&names), "{names}: {text}");
        }
        sign_in(app, ann, "192.0.2.1", "success");
        found(app, &admin);
        assert_eq!(mails(app).len(), told.len(), "nothing is new");
        let carol = admin.new_client("carol@example.com", &json!({"firstName": "Carol"}));
        sign_in(app, carol, "192.0.2.1", "success");
        found(app, &admin);
        let told = mails(app).split_off(told.len());
        let recipients: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(recipients, [ADMIN_EMAIL, "sees_masked@example.com"], "those who see the client who joins");
    });
}
