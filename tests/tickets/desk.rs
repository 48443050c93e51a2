//! Tickets as users find them, assign them and close them.

use domain::tickets::{TicketForm, TicketPriority};
use serde_json::{Value, json};

use super::{
    DEPARTMENTS, TICKETS, WORKS_TICKETS, close, ids, messages, path, reopen, send, submit, submit_with, write,
};
use crate::harness::on_both;

#[test]
fn tickets_are_found_by_all_that_can_be_asked_for() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let payments = admin.create(DEPARTMENTS, &json!({"name": "Payments"}));
        let first = submit(app, ann, "Where is 100% of my money?");
        app.advance(1);
        let form =
            TicketForm { department: Some(payments.into()), priority: Some(TicketPriority::Urgent), fields: vec![] };
        let second = submit_with(&app.database, bob, ("Money again", "x"), &form, vec![]).unwrap();
        app.advance(1);
        let third = submit(app, ann, "Password");
        app.advance(1);
        admin.patch(&path(first), &json!({"assigneeId": 1, "priorityId": 1})).expect(200);
        app.advance(1);
        write(&admin, second, "Soon", false);
        close(&app.database, ann, third).unwrap();
        for (query, expected) in [
            ("", vec![third, second, first]),
            ("sort_by=updateTime&sort_order=asc", vec![first, second, third]),
            ("sort_by=createTime&sort_order=desc", vec![third, second, first]),
            ("sort_by=createTime", vec![first, second, third]),
            ("sort_by=priority&sort_order=desc", vec![second, third, first]),
            ("sort_by=priority&limit=1&offset=1", vec![third]),
            (&format!("filter[clientId]={ann}"), vec![third, first]),
            ("filter[status]=open", vec![second, first]),
            ("filter[status]=closed", vec![third]),
            ("filter[status]=pending", vec![]),
            (&format!("filter[departmentId]={payments}"), vec![second]),
            ("filter[priorityId]=4", vec![second]),
            ("filter[priorityId]=5", vec![]),
            ("filter[assigneeId]=1", vec![first]),
            ("filter[subject]=MONEY", vec![second, first]),
            ("filter[subject]=100%25", vec![first]),
            ("filter[subject]=0%25m", vec![]),
            ("filter[awaiting]=staff", vec![first]),
            ("filter[awaiting]=client", vec![second]),
            (&format!("filter[awaiting]=staff&filter[clientId]={bob}"), vec![]),
        ] {
            let page = admin.get(&format!("{TICKETS}?{query}")).expect(200);
            assert_eq!(ids(&page), expected, "{query}");
            if !query.contains("limit") {
                assert_eq!(page["total"], json!(expected.len()), "{query}");
            }
        }
        let wrong = admin.get(&format!("{TICKETS}?filter[priorityId]=high&filter[user]=1&sort_by=number"));
        assert_eq!(wrong.faulty_fields(), ["filter[priorityId]", "filter[user]", "sort_by"]);
    });
}

#[test]
fn a_ticket_waits_for_whoever_did_not_write_last() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        let awaiting = || admin.get(&path(ticket)).expect(200)["awaiting"].clone();
        assert_eq!(awaiting(), json!("staff"));
        write(&admin, ticket, "A note changes nothing", true);
        assert_eq!(awaiting(), json!("staff"));
        write(&admin, ticket, "An answer", false);
        assert_eq!(awaiting(), json!("client"));
        send(&app.database, ann, ticket, "Thank you").unwrap();
        assert_eq!(awaiting(), json!("staff"));
        write(&admin, ticket, "You are welcome", false);
        close(&app.database, ann, ticket).unwrap();
        assert_eq!(awaiting(), Value::Null);
        reopen(&app.database, ann, ticket).unwrap();
        assert_eq!(awaiting(), json!("client"), "opening it again does not count as a message");
    });
}

#[test]
fn a_ticket_is_assigned_moved_closed_and_opened_again() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let payments = admin.create(DEPARTMENTS, &json!({"name": "Payments"}));
        let ticket = submit(app, ann, "Help");
        let before = admin.get(&path(ticket)).expect(200);
        assert_eq!(before["priority"], json!({"id": 2, "name": "normal"}));
        assert_eq!(
            before["fields"],
            json!([
                {"id": 1, "name": "Department", "value": "Support"}, {"id": 2, "name": "Priority", "value": "normal"},
            ])
        );
        assert_eq!(admin.patch(&path(ticket), &json!({})).expect(200), before);
        app.advance(5);
        let change = json!({"status": "closed", "departmentId": payments, "priorityId": "4", "assigneeId": 1});
        let after = admin.patch(&path(ticket), &change).expect(200);
        assert_eq!((&after["status"], &after["awaiting"]), (&json!("closed"), &Value::Null));
        assert_eq!(after["department"]["name"], json!("Payments"));
        assert_eq!(after["priority"], json!({"id": 4, "name": "urgent"}));
        assert_eq!(after["assignee"], json!({"id": 1, "name": "Administrator"}));
        assert_eq!((&after["createTime"], &after["updateTime"]), (&json!(app.time(-5)), &json!(app.time(0))));
        let open = admin.put(&path(ticket), &json!({"status": "open", "assigneeId": null})).expect(200);
        assert_eq!((&open["awaiting"], &open["assignee"]), (&json!("staff"), &Value::Null));
        let wrong = json!({"status": "done", "departmentId": "x", "priorityId": 5, "assigneeId": 0});
        let faults = [
            ("assigneeId", "outOfRange"),
            ("departmentId", "notInteger"),
            ("priorityId", "outOfRange"),
            ("status", "notOneOf"),
        ];
        admin.patch(&path(ticket), &wrong).expect_faults(400, &faults);
        let unknown = json!({"departmentId": 99, "assigneeId": 99});
        let faults = [("assigneeId", "unknown"), ("departmentId", "unknown")];
        admin.patch(&path(ticket), &unknown).expect_faults(422, &faults);
        admin.patch(&path(99), &json!({"status": "x"})).expect(404);
        admin.get(&path(99)).expect(404);
    });
}

#[test]
fn whoever_is_assigned_may_read_tickets_and_sees_the_client() {
    on_both(|app| {
        let admin = app.admin();
        let [vip, other] = ["vip", "other"].map(|name| admin.new_tag(name));
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [vip]}));
        let ticket = submit(app, ann, "Help");
        let (fit, _) = app.user_of("fit", &["tickets.read"], &json!({"clientTags": [vip]}));
        let (powerless, _) = app.user_of("powerless", &["tickets.update"], &json!({}));
        let (blind, _) = app.user_of("blind", &WORKS_TICKETS, &json!({"clientTags": [other]}));
        let (idle, _) = app.user_of("idle", &WORKS_TICKETS, &json!({}));
        admin.patch(&format!("/api/v2/users/{idle}"), &json!({"active": false})).expect(200);
        let assign = |user: i64| admin.patch(&path(ticket), &json!({"assigneeId": user}));
        assign(powerless).expect_faults(422, &[("assigneeId", "assigneeLacksPermission")]);
        assign(blind).expect_faults(422, &[("assigneeId", "assigneeOutOfScope")]);
        assign(idle).expect_faults(422, &[("assigneeId", "disabled")]);
        let all = json!({"assigneeId": blind, "departmentId": 99});
        admin
            .patch(&path(ticket), &all)
            .expect_faults(422, &[("assigneeId", "assigneeOutOfScope"), ("departmentId", "unknown")]);
        assert_eq!(assign(fit).expect(200)["assignee"]["id"], json!(fit));
    });
}

#[test]
fn whoever_can_no_longer_be_assigned_stays_until_they_are_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let [vip, other] = ["vip", "other"].map(|name| admin.new_tag(name));
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [vip]}));
        let [open, closed] = ["Help", "Thanks"].map(|subject| submit(app, ann, subject));
        let (eve, as_eve) = app.user_of("eve", &WORKS_TICKETS, &json!({"clientTags": [vip]}));
        for ticket in [open, closed] {
            admin.patch(&path(ticket), &json!({"assigneeId": eve})).expect(200);
        }
        close(&app.database, ann, closed).unwrap();
        let user = format!("/api/v2/users/{eve}");
        admin.patch(&user, &json!({"clientTags": [other]})).expect(200);
        as_eve.get(&path(open)).expect(404);
        admin.patch(&user, &json!({"clientTags": [vip], "active": false})).expect(200);
        let kept = json!({"assigneeId": eve, "priorityId": 3});
        let kept = admin.patch(&path(open), &kept).expect(200);
        assert_eq!((&kept["assignee"]["id"], &kept["priority"]["id"]), (&json!(eve), &json!(3)));
        assert_eq!(ids(&admin.get(&format!("{TICKETS}?filter[assigneeId]={eve}")).expect(200)), [closed, open]);
        admin.patch(&path(open), &json!({"assigneeId": 1})).expect(200);
        let again = admin.patch(&path(open), &json!({"assigneeId": eve}));
        again.expect_faults(422, &[("assigneeId", "disabled")]);
        admin.delete(&user).expect(204);
        assert_eq!(admin.get(&path(closed)).expect(200)["assignee"], Value::Null);
        assert_eq!(admin.get(&path(open)).expect(200)["assignee"]["id"], json!(1));
        let gone = admin.patch(&path(open), &json!({"assigneeId": eve}));
        gone.expect_faults(422, &[("assigneeId", "unknown")]);
    });
}

#[test]
fn a_user_with_tags_sees_the_tickets_of_their_clients_alone() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("vip");
        let vip = admin.new_client("vip@example.com", &json!({"tagIds": [tag]}));
        let other = admin.new_client("other@example.com", &json!({}));
        let seen = submit(app, vip, "Seen");
        let unseen = submit(app, other, "Unseen");
        let (_, user) = app.user_of("eve", &WORKS_TICKETS, &json!({"clientTags": [tag]}));
        let page = user.get(TICKETS).expect(200);
        assert_eq!((ids(&page), &page["total"]), (vec![seen], &json!(1)));
        assert_eq!(user.total(&format!("{TICKETS}?filter[clientId]={other}")), 0);
        user.get(&path(unseen)).expect(404);
        user.patch(&path(unseen), &json!({"status": "closed"})).expect(404);
        user.get(&messages(unseen)).expect(404);
        user.post(&messages(unseen), &json!({"text": "Hello"})).expect(404);
        user.get(&messages(seen)).expect(200);
        user.post(&messages(seen), &json!({"text": "Hello"})).expect(201);
    });
}

#[test]
fn who_may_not_see_data_of_clients_gets_it_masked() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({"firstName": "Ann", "lastName": "Lee"}));
        let ticket = submit(app, ann, "Help");
        write(&admin, ticket, "Hello", false);
        let (_, user) = app.user_of("eve", &WORKS_TICKETS, &json!({}));
        let read = user.get(&path(ticket)).expect(200);
        assert_eq!(read["client"]["email"], json!("a***@example.com"));
        assert_eq!(read["client"]["name"], json!("A*** L***"));
        let names = |caller: &crate::harness::Client| -> Vec<Value> {
            let page = caller.get(&messages(ticket)).expect(200);
            page["data"].as_array().unwrap().iter().map(|message| message["authorName"].clone()).collect()
        };
        assert_eq!(names(&user), ["Administrator", "A*** L***"]);
        assert_eq!(names(&admin), ["Administrator", "Ann Lee"]);
    });
}
