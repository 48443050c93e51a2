//! Two servers on one PostgreSQL at the same ticket.

use domain::tickets::TicketForm;
use serde_json::{Value, json};

use super::{DEPARTMENTS, close, messages, path, send, submit, submit_with};
use crate::harness::ADMIN_PASSWORD;
use crate::platform::races::{ROUNDS, delete, patch, post, with_servers};

#[test]
fn a_ticket_is_answered_or_closed_but_never_answered_once_closed() {
    with_servers(|servers, admin| {
        let ann = admin.new_client("ann@example.com", &json!({}));
        for round in 0..ROUNDS {
            let ticket = submit(&servers.one, ann, "Help");
            let answer = || post(&messages(ticket), json!({"text": "Hello"}));
            let database = servers.one.database.clone();
            let (answered, closed) =
                servers.race_with(round, &[answer(), answer()], |_| close(&database, ann, ticket).is_ok());
            assert!(closed);
            assert!(answered.iter().all(|status| matches!(status, 201 | 409)), "{answered:?}");
            let made = i64::try_from(answered.iter().filter(|status| **status == 201).count()).unwrap();
            assert_eq!(admin.total(&messages(ticket)), 1 + made);
            let left = admin.get(&path(ticket)).expect(200);
            assert_eq!((&left["status"], &left["awaiting"]), (&json!("closed"), &Value::Null));
        }
    });
}

#[test]
fn the_last_of_both_sides_is_not_awaited() {
    with_servers(|servers, admin| {
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(&servers.one, ann, "Help");
        for round in 0..ROUNDS {
            let answer = post(&messages(ticket), json!({"text": "Hello"}));
            let database = servers.one.database.clone();
            let (answered, sent) = servers.race_with(round, &[answer], |_| send(&database, ann, ticket, "Hello?"));
            assert_eq!((answered, sent.is_ok()), (vec![201], true));
            let last = admin.get(&format!("{}?limit=1", messages(ticket))).expect(200)["data"][0]["author"].clone();
            let awaiting = admin.get(&path(ticket)).expect(200)["awaiting"].clone();
            let expected = if last == json!("client") { "staff" } else { "client" };
            assert_eq!(awaiting, json!(expected));
        }
    });
}

#[test]
fn a_department_is_not_deleted_beside_a_ticket_for_it() {
    with_servers(|servers, admin| {
        let ann = admin.new_client("ann@example.com", &json!({}));
        for round in 0..ROUNDS {
            let department = admin.create(DEPARTMENTS, &json!({"name": format!("D{round}")}));
            let form = TicketForm { department: Some(department.into()), ..TicketForm::default() };
            let database = servers.one.database.clone();
            let gone = delete(&format!("{DEPARTMENTS}/{department}"));
            let (deleted, made) =
                servers.race_with(round, &[gone], |_| submit_with(&database, ann, ("Help", "x"), &form, vec![]));
            assert_eq!(deleted, [if made.is_ok() { 409 } else { 204 }], "{made:?}");
        }
    });
}

#[test]
fn two_deletions_leave_a_department() {
    with_servers(|servers, admin| {
        let mut left = 1;
        for round in 0..ROUNDS {
            let other = admin.create(DEPARTMENTS, &json!({"name": format!("D{round}")}));
            let department = |id: i64| delete(&format!("{DEPARTMENTS}/{id}"));
            let statuses = servers.race(round, &[department(left)], &department(other));
            assert!(matches!((&statuses.0[..], statuses.1), ([204], 409) | ([409], 204)), "{statuses:?}");
            left = admin.get(DEPARTMENTS).expect(200)["data"][0]["id"].as_i64().unwrap();
        }
    });
}

#[test]
fn a_user_is_not_deleted_beside_being_assigned() {
    with_servers(|servers, admin| {
        let ann = admin.new_client("ann@example.com", &json!({}));
        let group = admin.create("/api/v2/groups", &json!({"name": "desk", "permissions": ["tickets.read"]}));
        for round in 0..ROUNDS {
            let ticket = submit(&servers.one, ann, "Help");
            let email = format!("u{round}@example.com");
            let user =
                json!({"name": "U", "email": email, "password": ADMIN_PASSWORD, "groups": [group], "tfa": false});
            let user = admin.create("/api/v2/users", &user);
            let assign = patch(&path(ticket), json!({"assigneeId": user}));
            let statuses = servers.race(round, &[assign], &delete(&format!("/api/v2/users/{user}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([200 | 422], 204)), "{statuses:?}");
            assert_eq!(admin.get(&path(ticket)).expect(200)["assignee"], Value::Null);
        }
    });
}

#[test]
fn a_client_is_not_removed_beside_an_answer_that_opens_nothing() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let client = admin.new_client(&format!("c{round}@example.com"), &json!({}));
            let ticket = submit(&servers.one, client, "Help");
            let answer = post(&messages(ticket), json!({"text": "Hello"}));
            let open = patch(&path(ticket), json!({"status": "open", "priorityId": 3}));
            let gone = delete(&format!("/api/v2/clients/{client}"));
            let (statuses, removed) = servers.race(round, &[answer, open], &gone);
            assert_eq!(removed, 204);
            assert!(statuses.iter().all(|status| matches!(status, 200 | 201 | 409)), "{statuses:?}");
            assert_eq!(admin.get(&path(ticket)).expect(200)["status"], json!("closed"), "{statuses:?}");
        }
    });
}
