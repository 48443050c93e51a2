//! What users are told of, and over which channels.

use domain::requests::Asked;
use serde_json::{Value, json};

use super::mail::{next, smtp_server};
use crate::harness::orders::ask;
use crate::harness::{Client, Gateway, Setup, TestApp, on_both, on_both_with, sql};

const NOTIFICATIONS: &str = "/api/v2/events/notifications";

fn told(user: i64, event: &str, channels: &[&str]) -> Value {
    json!({"event": event, "userId": user, "channels": channels})
}

#[test]
fn a_user_sets_up_their_own_and_with_a_permission_those_of_others() {
    on_both(|app| {
        let admin = app.admin();
        let rights = ["eventNotifications.create", "eventNotifications.read", "eventNotifications.update"];
        let (ann, as_ann) = app.user_of("ann", &rights, &json!({}));
        let own = as_ann.create(NOTIFICATIONS, &told(ann, "TestPassing", &["email"]));
        let of_admin = admin.create(NOTIFICATIONS, &told(1, "TestPassing", &["email"]));
        as_ann
            .post(NOTIFICATIONS, &told(1, "TestPassing", &["email"]))
            .expect_faults(403, &[("userId", "othersNotification")]);
        as_ann.get(&format!("{NOTIFICATIONS}/{of_admin}")).expect(404);
        as_ann
            .patch(&format!("{NOTIFICATIONS}/{own}"), &json!({"userId": 1}))
            .expect_faults(403, &[("userId", "othersNotification")]);
        assert_eq!(as_ann.get(NOTIFICATIONS).expect(200)["total"], json!(1));
        assert_eq!(admin.get(NOTIFICATIONS).expect(200)["total"], json!(2));
        as_ann.post(NOTIFICATIONS, &told(ann, "TestPassing", &["sms"])).refused(409, "notificationExists");
        as_ann
            .post(NOTIFICATIONS, &told(ann, "requestApproved", &[]))
            .expect_faults(400, &[("channels", "empty"), ("event", "unknownValue")]);
        admin.post(NOTIFICATIONS, &told(99, "TestPassing", &["sms"])).expect_faults(422, &[("userId", "unknown")]);
        let wrong = json!({"templates": {"email": "nothing"}});
        admin.patch(&format!("{NOTIFICATIONS}/{own}"), &wrong).expect_faults(422, &[("templates.email", "unknown")]);
        admin.delete(&format!("/api/v2/users/{ann}")).expect(204);
        assert_eq!(admin.get(NOTIFICATIONS).expect(200)["total"], json!(1), "they go with their user");
    });
}

/// Users see clients with their tags alone, in clear or masked.
#[test]
fn a_user_hears_of_clients_whom_they_see_as_they_see_them() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let tag = admin.create("/api/v2/tags", &json!({"name": "VIP"}));
        let fields = json!({"clientTags": [tag], "canViewMaskedData": false});
        let (ann, _) = app.user_of("ann", &["clients.read"], &fields);
        admin.patch("/api/v2/mails/notifications/types/1", &json!({"isEnabled": false})).expect(200);
        admin.create(NOTIFICATIONS, &told(ann, "VerificationRequestEvent", &["email"]));
        let kind = admin.get("/api/v2/mails/notifications/types?filter[name]=VerificationRequestEvent").expect(200);
        let text = admin
            .get(&format!(
                "/api/v2/mails/notifications/templates?filter[typeId]={}&filter[locale]=en_US",
                kind["data"][0]["id"]
            ))
            .expect(200)["data"][0]["id"]
            .clone();
        let text = format!("/api/v2/mails/notifications/templates/{text}");
        admin.patch(&text, &json!({"template": "<p>[{clientId}] [{clientEmail}] [{firstName}]</p>"})).expect(200);
        let other = admin.new_client("other@example.com", &json!({"firstName": "Other"}));
        let vip = admin.new_client("vip@example.com", &json!({"firstName": "Ada", "tagIds": [tag]}));
        for client in [other, vip] {
            ask(&app.database, client, &Asked::Verification { level: 1.into() }).unwrap();
        }
        let mail = next(&mails);
        assert!(
            mail.contains("To: ann@example.com") && mail.contains(&format!("[{vip}] [v***@example.com] []")),
            "{mail}"
        );
    });
}

/// A user with an address for each channel.
fn reachable(app: &TestApp) -> i64 {
    let fields = json!({"phone": "+351210000000", "slackChatId": "C1", "telegramChatId": "77"});
    app.user_of("ann", &["clients.read"], &fields).0
}

fn tell_of_requests(admin: &Client, user: i64, channels: &[&str]) {
    admin.create(NOTIFICATIONS, &told(user, "PayoutRequestInitialized", channels));
    admin.create(NOTIFICATIONS, &told(user, "ProfileRequestEvent", channels));
}

#[test]
fn texts_go_out_by_slack_telegram_and_sms() {
    let (slack, telegram, sms) = (Gateway::start(), Gateway::start(), Gateway::start());
    slack.answer_with(200, &json!({"ok": true}));
    telegram.answer_with(200, &json!({"ok": true}));
    on_both(|app| {
        let admin = app.admin();
        let settings = json!({
            "slackBotToken": "xoxb-1", "telegramBotToken": "12:ab", "slackApiUrl": slack.url.replace("/orders", "/api"),
            "telegramApiUrl": telegram.url.replace("/orders", ""),
        });
        admin.patch("/api/v2/settings", &settings).expect(200);
        let provider = json!({
            "provider": "Custom", "name": "own", "caption": "Own", "isEnabled": true,
            "settings": {"url": sms.url, "key": "k3y", "method": "POST"},
        });
        admin.create("/api/v2/confirmations/providers", &provider);
        tell_of_requests(&admin, reachable(app), &["slack", "telegram", "sms"]);
        let client = admin.new_client("eve@example.com", &json!({}));
        let asked = Asked::Profile { first_name: "Eve".into(), last_name: "Roe".into(), rest: None };
        let request = ask(&app.database, client, &asked).unwrap();
        app.run_jobs();
        let said = format!("The client {client} asks to change their name (request {request}).");
        let call = slack.calls().pop().unwrap();
        assert_eq!(
            (call.path.as_str(), call.headers["authorization"].as_str()),
            ("/api/chat.postMessage", "Bearer xoxb-1")
        );
        let sent: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(sent["channel"], json!("C1"));
        assert!(sent["text"].as_str().unwrap().replace('\n', " ").contains(&said), "{sent}");
        let call = telegram.calls().pop().unwrap();
        assert_eq!(call.path, "/bot12:ab/sendMessage");
        assert!(call.body.contains("\"chat_id\":\"77\""), "{}", call.body);
        assert!(sms.calls().pop().unwrap().body.contains("351210000000"));
    });
}

#[test]
fn a_channel_that_fails_is_tried_three_times_and_users_are_told_of_phones() {
    let sms = Gateway::start();
    on_both(|app| {
        sms.answer(500);
        let admin = app.admin();
        let provider = json!({
            "provider": "Custom", "name": "own", "caption": "Own", "isEnabled": true,
            "settings": {"url": sms.url, "key": "k3y", "method": "POST"},
        });
        admin.create("/api/v2/confirmations/providers", &provider);
        tell_of_requests(&admin, reachable(app), &["sms"]);
        let client = admin.new_client("eve@example.com", &json!({}));
        let before = sms.calls().len();
        let asked = Asked::Profile { first_name: "Eve".into(), last_name: "Roe".into(), rest: None };
        ask(&app.database, client, &asked).unwrap();
        for _ in 0..5 {
            app.run_jobs();
            app.advance(600);
        }
        assert_eq!(sms.calls().len(), before + 3);
        let events = "SELECT name FROM events WHERE name = 'NotifiableExceptionEvent'";
        let events = app.database.read(move |conn| Ok::<_, storage::Error>(sql::texts(conn, events))).unwrap();
        assert_eq!(events.len(), 1);
    });
}
