//! What users see of notifications, and do about them.

use domain::requests::Asked;
use serde_json::{Value, json};

use super::{NOTIFICATIONS, PROCEDURES, clients_of, facts_of, found, look_for, raise, sign_in};
use crate::harness::orders::ask;
use crate::harness::{ADMIN_EMAIL, Client, on_both};

fn path(id: i64) -> String {
    format!("{NOTIFICATIONS}/{id}")
}

/// Makes steps of `identical_ip`, by their captions and places.
fn steps(admin: &Client, steps: &[(&str, i64)]) {
    for (caption, priority) in steps {
        let step = json!({"type": "identical_ip", "caption": caption, "emails": [ADMIN_EMAIL], "priority": priority});
        admin.create(PROCEDURES, &step);
    }
}

/// The steps of a notification: what is to be done, and who did it.
fn standing(notification: &Value) -> Vec<(Value, Value)> {
    let steps = notification["steps"].as_array().unwrap();
    steps.iter().map(|step| (step["description"].clone(), step["userId"].clone())).collect()
}

#[test]
fn a_notification_keeps_the_steps_as_they_were() {
    on_both(|app| {
        let admin = app.admin();
        steps(&admin, &[("Last", 2), ("First", 1), ("Second", 1)]);
        let ann = admin.new_client("ann@example.com", &json!({}));
        let id = raise(app, &[ann], "192.0.2.1");
        admin.delete(&format!("{PROCEDURES}/1")).expect(204);
        admin.patch(&format!("{PROCEDURES}/2"), &json!({"caption": "Changed"})).expect(200);
        let expected = ["First", "Second", "Last"].map(|caption| (json!(caption), Value::Null));
        assert_eq!(standing(&admin.get(&path(id)).expect(200)), expected);
    });
}

#[test]
fn steps_are_marked_by_whoever_does_them() {
    on_both(|app| {
        let admin = app.admin();
        steps(&admin, &[("Call", 1), ("Freeze", 2)]);
        let ann = admin.new_client("ann@example.com", &json!({}));
        let id = raise(app, &[ann], "192.0.2.1");
        let rights = ["antifraudNotifications.read", "antifraudNotifications.update"];
        let (user, as_user) = app.user_of("eve", &rights, &json!({}));
        let done = admin.patch(&path(id), &json!({"doneSteps": [1]})).expect(200);
        assert_eq!(standing(&done), [(json!("Call"), json!(1)), (json!("Freeze"), Value::Null)]);
        assert_eq!(done["steps"][0]["doneTime"], json!(app.time(0)));
        app.advance(60);
        let both = as_user.put(&path(id), &json!({"doneSteps": [2, 1]})).expect(200);
        assert_eq!(standing(&both), [(json!("Call"), json!(1)), (json!("Freeze"), json!(user))]);
        assert_eq!(both["steps"][0], done["steps"][0], "what was done stays");
        let less = admin.patch(&path(id), &json!({"doneSteps": [2]})).expect(200);
        assert_eq!(less["steps"][0]["isDone"], json!(false));
        let unknown = admin.patch(&path(id), &json!({"doneSteps": [2, 3]}));
        unknown.expect_faults(422, &[("doneSteps.1", "unknown")]);
        let wrong = json!({"doneSteps": "x", "status": "done", "comment": 7});
        let faults = [("comment", "notString"), ("doneSteps", "notArray"), ("status", "notOneOf")];
        admin.patch(&path(id), &wrong).expect_faults(400, &faults);
    });
}

#[test]
fn a_notification_is_closed_with_a_comment_and_opened_again() {
    on_both(|app| {
        let admin = app.admin();
        steps(&admin, &[("Call", 1)]);
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let id = raise(app, &[ann], "192.0.2.1");
        for comment in [json!({}), json!({"comment": null}), json!({"comment": " "})] {
            let closing = crate::harness::with(json!({"status": "closed"}), &comment);
            admin.patch(&path(id), &closing).expect_faults(422, &[("comment", "closingCommentRequired")]);
        }
        let closed = admin.patch(&path(id), &json!({"status": "closed", "comment": "Family"})).expect(200);
        assert_eq!((&closed["status"], &closed["closeTime"]), (&json!("closed"), &json!(app.time(0))));
        admin.patch(&path(id), &json!({"doneSteps": [1]})).expect_faults(409, &[("doneSteps", "notificationClosed")]);
        let cleared = admin.patch(&path(id), &json!({"comment": null}));
        cleared.expect_faults(422, &[("comment", "closingCommentRequired")]);
        let reworded = admin.patch(&path(id), &json!({"comment": "One family"})).expect(200);
        assert_eq!(reworded["closeTime"], closed["closeTime"]);
        let opened = admin.patch(&path(id), &json!({"status": "open", "doneSteps": [1]})).expect(200);
        assert_eq!((&opened["closeTime"], &opened["steps"][0]["isDone"]), (&Value::Null, &json!(true)));
        admin.patch(&path(id), &json!({"status": "closed"})).expect(200);
        app.advance(1);
        let later = raise(app, &[bob, ann], "192.0.2.1");
        assert_ne!(later, id);
        let twin = admin.patch(&path(id), &json!({"status": "open"}));
        twin.expect_faults(409, &[("status", "situationOpen")]);
    });
}

#[test]
fn notifications_are_found_by_event_client_and_status() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        raise(app, &[ann, bob], "192.0.2.1");
        app.advance(1);
        raise(app, &[ann], "192.0.2.2");
        super::close(&admin, 2);
        for (query, expected) in [
            ("", vec![2, 1]),
            ("sort_by=createTime&sort_order=asc", vec![1, 2]),
            ("filter[event]=identical_ip", vec![2, 1]),
            ("filter[event]=identical_phone", vec![]),
            ("filter[event]=nothing", vec![]),
            (&format!("filter[clientId]={bob}"), vec![1]),
            ("filter[status]=closed", vec![2]),
            (&format!("filter[status]=open&filter[clientId]={ann}"), vec![1]),
        ] {
            let page = admin.get(&format!("{NOTIFICATIONS}?{query}")).expect(200);
            let ids: Vec<i64> =
                page["data"].as_array().unwrap().iter().map(|found| found["id"].as_i64().unwrap()).collect();
            assert_eq!(ids, expected, "{query}");
            assert_eq!(page["total"], json!(expected.len()));
        }
    });
}

#[test]
fn a_user_with_tags_sees_what_concerns_their_clients_and_of_the_clients_these_alone() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("vip");
        let vip = admin.new_client("vip@example.com", &json!({"tagIds": [tag]}));
        let other = admin.new_client("other@example.com", &json!({}));
        let seen = raise(app, &[vip, other], "192.0.2.1");
        app.advance(1);
        let unseen = raise(app, &[other], "192.0.2.2");
        let rights = ["antifraudNotifications.read", "antifraudNotifications.update"];
        let fields = json!({"clientTags": [tag], "canViewMaskedData": true});
        let (_, user) = app.user_of("eve", &rights, &fields);
        let page = user.get(NOTIFICATIONS).expect(200);
        assert_eq!((&page["total"], &page["data"][0]["id"]), (&json!(1), &json!(seen)));
        assert_eq!(clients_of(&page["data"][0]), [vip]);
        assert_eq!(clients_of(&user.get(&path(seen)).expect(200)), [vip]);
        assert_eq!(user.total(&format!("{NOTIFICATIONS}?filter[clientId]={other}")), 0);
        assert_eq!(user.total(&format!("{NOTIFICATIONS}?filter[clientId]={vip}")), 1);
        user.get(&path(unseen)).expect(404);
        user.patch(&path(unseen), &json!({"comment": "x"})).expect(404);
        let changed = user.patch(&path(seen), &json!({"comment": "x"})).expect(200);
        assert_eq!(clients_of(&changed), [vip]);
    });
}

#[test]
fn who_may_not_see_data_of_clients_gets_it_masked() {
    on_both(|app| {
        let admin = app.admin();
        look_for(&admin, "identical_phone", &json!({}));
        for name in ["ann", "bob"] {
            let client = admin.new_client(&format!("{name}@example.com"), &json!({}));
            let phone = json!({"clientId": client, "number": "+12025550123", "confirmed": true});
            admin.create("/api/v2/phones", &phone);
        }
        found(app, &admin);
        let (_, user) = app.user_of("eve", &["antifraudNotifications.read"], &json!({}));
        let seen = user.get(&path(1)).expect(200);
        assert_eq!(facts_of(&seen), json!({"phone": "*******0123"}));
        assert_eq!(seen["clients"][0]["email"], json!("a***@example.com"));
        assert_eq!(seen["clients"][0]["phone"], json!("*******0123"));
    });
}

#[test]
fn the_audit_log_keeps_ids_of_clients_and_no_facts() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let id = raise(app, &[ann, bob], "192.0.2.1");
        admin.patch(&path(id), &json!({"comment": "Looking into it"})).expect(200);
        let log = admin.get("/api/v2/logs/messages?limit=1").expect(200)["data"][0].to_string();
        assert!(log.contains("Looking into it") && log.contains("clientIds"), "{log}");
        assert!(!log.contains("192.0.2.1") && !log.contains("ann@example.com"), "{log}");
    });
}

#[test]
fn what_tells_who_a_removed_client_is_is_taken_out() {
    on_both(|app| {
        let admin = app.admin();
        look_for(&admin, "identical_ip", &json!({"periodDays": 7}));
        let [ann, bob, carol] =
            ["ann", "bob", "carol"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        for client in [ann, bob] {
            sign_in(app, client, "192.0.2.1", "success");
        }
        found(app, &admin);
        admin.patch(&path(1), &json!({"comment": "Ann Doe of 1 Main St"})).expect(200);
        let request = ask(&app.database, ann, &Asked::DeletingAccount).unwrap();
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        let left = admin.get(&path(1)).expect(200);
        assert_eq!((facts_of(&left), &left["comment"]), (json!({"periodDays": 7}), &Value::Null));
        assert_eq!(clients_of(&left), [ann, bob]);
        assert_eq!(left["clients"][0]["firstName"], json!("Removed"));
        sign_in(app, carol, "192.0.2.1", "success");
        let raised = found(app, &admin);
        assert_eq!(clients_of(&raised[1]), [bob, carol], "a removed client is not looked at");
    });
}
