//! The calendar of users.

use serde_json::{Value, json};

use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Client, Setup, TestApp, on_both, on_both_with, with};
use crate::messaging::mail::{next, smtp_server};

const EVENTS: &str = "/api/v2/calendars/events";
const RIGHTS: [&str; 4] =
    ["calendarEvents.read", "calendarEvents.create", "calendarEvents.update", "calendarEvents.delete"];

fn event(fields: &Value) -> Value {
    let event = json!({"name": "Review", "startDate": "2026-02-01T10:00:00Z", "endDate": "2026-02-01T11:00:00Z"});
    with(event, fields)
}

/// Two users with all rights on the calendar, and their ids.
fn users(app: &TestApp) -> [(i64, Client); 2] {
    ["ann", "bob"].map(|name| app.user_of(name, &RIGHTS, &json!({})))
}

#[test]
fn an_event_is_seen_by_its_creator_its_recipients_and_administrators() {
    on_both(|app| {
        let admin = app.admin();
        let [(_, ann), (_, bob)] = users(app);
        let (_, eve) = app.user_of("eve", &RIGHTS, &json!({}));
        let path = format!("{EVENTS}/{}", ann.create(EVENTS, &event(&json!({"recipients": ["BOB@example.com"]}))));
        for (reader, sees) in [(&ann, true), (&bob, true), (&admin, true), (&eve, false)] {
            reader.get(&path).expect(if sees { 200 } else { 404 });
            assert_eq!(reader.total(EVENTS), i64::from(sees));
        }
        bob.patch(&path, &json!({"name": ""})).refused(403, "othersEvent");
        bob.delete(&path).refused(403, "othersEvent");
        eve.patch(&path, &json!({"name": "Mine"})).expect(404);
        eve.delete(&path).expect(404);
        admin.patch(&path, &json!({"name": "Reviewed"})).expect(200);
        let read = ann.patch(&path, &json!({"description": null})).expect(200);
        assert_eq!([&read["createdBy"], &read["name"]], [&json!("ann@example.com"), &json!("Reviewed")]);
        assert_eq!(read["recipients"], json!(["bob@example.com"]), "as the user has it");
        ann.delete(&path).expect(204);
        ann.get(&path).expect(404);
    });
}

#[test]
fn times_have_the_offset_of_their_author_and_are_answered_in_utc() {
    on_both(|app| {
        let admin = app.admin();
        let times = json!({"startDate": "2026-02-01T01:00:00+02:00", "endDate": "2026-01-31T23:00:00Z"});
        let made = admin.post(EVENTS, &event(&times)).expect(201);
        assert_eq!(made["startDate"], json!("2026-01-31T23:00:00+00:00"));
        assert_eq!(made["endDate"], made["startDate"], "an event may take no time");
        let path = format!("{EVENTS}/{}", made["id"]);
        let late = json!({"startDate": "2026-02-01T01:00:01+02:00"});
        admin.patch(&path, &late).expect_faults(400, &[("endDate", "endsBeforeStart")]);
        let wrong = json!({"startDate": "2026-02-01", "endDate": "0000-01-01T00:00:00+01:00"});
        admin.patch(&path, &wrong).expect_faults(400, &[("endDate", "notDateTime"), ("startDate", "notDateTime")]);
        admin
            .post(EVENTS, &json!({}))
            .expect_faults(400, &[("endDate", "required"), ("name", "required"), ("startDate", "required")]);
    });
}

#[test]
fn recipients_are_users_who_may_sign_in() {
    on_both(|app| {
        let admin = app.admin();
        let [(ann, _), _] = users(app);
        let send = |recipients: Value| admin.post(EVENTS, &event(&json!({"recipients": recipients})));
        assert_eq!(send(json!([])).expect(201)["recipients"], json!([ADMIN_EMAIL]), "the creator");
        let unknown = send(json!(["ann@example.com", "nobody@example.com"]));
        assert!(unknown.body["error"]["details"][0]["issue"].as_str().unwrap().contains("nobody@example.com"));
        unknown.expect_faults(422, &[("recipients.1", "unknownRecipient")]);
        send(json!(["ann"])).expect_faults(400, &[("recipients.0", "notEmail")]);
        let both = send(json!(["bob@example.com", "ann@example.com", "Ann@example.com"])).expect(201);
        assert_eq!(both["recipients"], json!(["ann@example.com", "bob@example.com"]));
        admin.patch(&format!("/api/v2/users/{ann}"), &json!({"active": false})).expect(200);
        send(json!(["ann@example.com"])).expect_faults(422, &[("recipients.0", "disabledRecipient")]);
        let path = format!("{EVENTS}/{}", both["id"]);
        admin.put(&path, &with(both, &json!({"name": "Later"}))).expect(200);
    });
}

#[test]
fn events_are_found_by_a_window_and_by_their_texts() {
    on_both(|app| {
        let admin = app.admin();
        users(app);
        for (day, name, description) in
            [(1, "Review", json!(null)), (2, "Audit", json!("All LIMITS")), (3, "Lunch", json!("x"))]
        {
            app.advance(1);
            let time = |hour: i64| format!("2026-02-0{day}T{hour}:00:00Z");
            let recipient = if day == 2 { "ann@example.com" } else { ADMIN_EMAIL };
            let fields = json!({
                "name": name, "description": description, "startDate": time(10), "endDate": time(20 - day),
                "recipients": [recipient],
            });
            admin.create(EVENTS, &event(&fields));
        }
        let names = |query: &str| {
            let page = admin.get(&format!("{EVENTS}{query}")).expect(200);
            let names = page["data"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(""), "Lunch Audit Review");
        assert_eq!(names("?sort_by=startTime&sort_order=asc"), "Review Audit Lunch");
        assert_eq!(names("?sort_by=startDate"), "Review Audit Lunch");
        assert_eq!(names("?sort_by=endDate&sort_order=desc"), "Lunch Audit Review");
        assert_eq!(names("?sort_by=createTime&sort_order=desc&limit=1"), "Lunch");
        assert_eq!(names("?filter[startDate]=2026-02-02T12:00:00%2B02:00"), "Lunch Audit");
        assert_eq!(names("?filter[startDate]=2026-02-02T10:00:01Z"), "Lunch");
        assert_eq!(names("?filter[endDate]=2026-02-02T18:00:00Z"), "Audit Review");
        assert_eq!(names("?filter[recipients]=ANN@example.com"), "Audit");
        assert_eq!(names("?filter[name]=UDI"), "Audit");
        assert_eq!(names("?filter[description]=limits"), "Audit");
        admin.get(&format!("{EVENTS}?filter[startDate]=soon")).refused(400, "notDateTime");
    });
}

#[test]
fn recipients_are_told_of_what_becomes_of_an_event() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        users(app);
        let told = |expected: &[(&str, &str)]| {
            let mut mails: Vec<String> = expected.iter().map(|_| next(&mails)).collect();
            for (to, subject) in expected {
                let is_it = |mail: &String| mail.contains(&format!("To: {to}")) && mail.contains(subject);
                let place = mails.iter().position(is_it).unwrap_or_else(|| panic!("{to} {subject}: {mails:?}"));
                mails.remove(place);
            }
        };
        let fields =
            json!({"name": "<b>Review</b>", "recipients": ["ann@example.com"], "description": "Bring the list."});
        let path = format!("{EVENTS}/{}", admin.create(EVENTS, &event(&fields)));
        let mail = next(&mails);
        assert!(mail.contains("To: ann@example.com") && mail.contains("has put an event into your calendar"), "{mail}");
        assert!(mail.contains("&lt;b&gt;Review&lt;/b&gt;") && mail.contains("Bring the list."), "{mail}");
        let both = json!({"name": "Review", "recipients": ["ann@example.com", "bob@example.com"]});
        admin.patch(&path, &both).expect(200);
        told(&[("ann@example.com", "Changed: Review"), ("bob@example.com", "Subject: Review")]);
        admin.patch(&path, &both).expect(200);
        admin.patch(&path, &json!({"recipients": ["bob@example.com"]})).expect(200);
        told(&[("ann@example.com", "Cancelled: Review"), ("bob@example.com", "Changed: Review")]);
        admin.delete(&path).expect(204);
        told(&[("bob@example.com", "Cancelled: Review")]);
    });
}

#[test]
fn a_user_who_is_deleted_leaves_the_calendar() {
    on_both(|app| {
        let admin = app.admin();
        let [(ann, as_ann), (bob, as_bob)] = users(app);
        let to = |emails: Value| event(&json!({"recipients": emails}));
        let alone = as_ann.create(EVENTS, &to(json!([])));
        let for_both = as_ann.create(EVENTS, &to(json!(["ann@example.com", "bob@example.com"])));
        let of_bob = as_bob.create(EVENTS, &to(json!(["ann@example.com"])));
        admin.delete(&format!("/api/v2/users/{ann}")).expect(204);
        admin.get(&format!("{EVENTS}/{alone}")).expect(404);
        let kept = as_bob.get(&format!("{EVENTS}/{for_both}")).expect(200);
        assert_eq!([&kept["createdBy"], &kept["recipients"]], [&json!("ann@example.com"), &json!(["bob@example.com"])]);
        let nobody = json!({"recipients": []});
        admin
            .patch(&format!("{EVENTS}/{for_both}"), &nobody)
            .expect_faults(422, &[("recipients", "recipientRequired")]);
        let back = as_bob.get(&format!("{EVENTS}/{of_bob}")).expect(200);
        assert_eq!(back["recipients"], json!(["bob@example.com"]), "back with its creator");
        let again =
            json!({"name": "a", "email": "ann@example.com", "password": ADMIN_PASSWORD, "groups": [], "tfa": false});
        admin.create("/api/v2/users", &again);
        app.as_user("ann@example.com", ADMIN_PASSWORD).get(EVENTS).expect(403);
        admin.delete(&format!("/api/v2/users/{bob}")).expect(204);
        assert_eq!(admin.total(EVENTS), 0, "what is for nobody goes");
    });
}
