//! A client's tickets in the help desk, as the client sees them.

use serde_json::{Value, json};

use crate::files::{PDF, PNG, PROGRAM, stored};
use crate::harness::form::Form;
use crate::harness::raw::fetch;
use crate::harness::{Bodies, Client, TestApp, on_both};

const TICKETS: &str = "/api/v2/my/tickets";

fn client(app: &TestApp, name: &str) -> Client {
    let id = app.admin().new_client(&format!("{name}@example.com"), &json!({"firstName": "Ann", "lastName": "Lee"}));
    app.as_client(id)
}

fn path(ticket: i64) -> String {
    format!("{TICKETS}/{ticket}")
}

fn messages(ticket: i64) -> String {
    format!("{TICKETS}/{ticket}/messages")
}

#[track_caller]
fn submit(client: &Client, subject: &str) -> i64 {
    client.create(TICKETS, &json!({"subject": subject, "text": "It does not work."}))
}

#[track_caller]
fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|record| record["id"].as_i64().unwrap()).collect()
}

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let ann = client(app, "ann");
        let mut bodies = Bodies::of(&ann);
        bodies.read("/api/v2/my/tickets/fields");
        let ticket = json!({
            "subject": "Where is my money?", "text": "I cannot find it.", "departmentId": 1, "priorityId": 3,
            "fields": [{"id": 2, "value": "3"}], "attachments": [],
        });
        let ticket = bodies.create(TICKETS, &ticket);
        bodies.create(&messages(ticket), &json!({"text": "Hello?", "attachments": []}));
        let form = Form::default().text("text", "See the scan").file("attachments", "scan.pdf", PDF);
        bodies.upload(&messages(ticket), form);
        for step in ["close", "reopen"] {
            bodies.ask(&format!("{}/{step}", path(ticket)), &json!({}), 200);
        }
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_tickets", bodies.into_text());
        });
    });
}

#[test]
fn a_ticket_is_submitted_by_json_or_with_files() {
    on_both(|app| {
        let ann = client(app, "ann");
        let form = Form::default().text("subject", "Scan").text("text", "See it").text("priorityId", "4");
        let fields = "name=\"fields\"\r\nContent-Type: application/json";
        let form = form.part(fields, br#"[{"id": 1, "value": 1}]"#).file("attachments", "scan.pdf", PDF);
        let ticket = form.send(&ann, TICKETS).expect(201);
        assert_eq!((&ticket["priority"], &ticket["department"]), (&json!("urgent"), &json!("Support")));
        let id = ticket["id"].as_i64().unwrap();
        let first = ann.get(&messages(id)).expect(200)["data"][0].clone();
        assert_eq!((&first["author"], &first["authorName"]), (&json!("client"), &json!("Ann Lee")));
        assert_eq!(first["attachments"][0]["name"], json!("scan.pdf"));
        let wrong = json!({"subject": "", "departmentId": "x", "priorityId": 5, "fields": [{"value": 1}, 2]});
        ann.post(TICKETS, &wrong).expect_faults(
            400,
            &[
                ("departmentId", "notInteger"),
                ("fields.0.id", "required"),
                ("fields.1", "notObject"),
                ("priorityId", "outOfRange"),
                ("subject", "empty"),
                ("text", "required"),
            ],
        );
        let body = |change: Value| crate::harness::with(json!({"subject": "s", "text": "t"}), &change);
        ann.post(TICKETS, &body(json!({"attachments": ["a.pdf"]}))).expect_faults(400, &[("attachments", "notFile")]);
        let unknown = json!({"departmentId": 99, "fields": [{"id": 3, "value": "1"}, {"id": 2, "value": "9"}]});
        ann.post(TICKETS, &body(unknown)).expect_faults(
            422,
            &[("departmentId", "unknown"), ("fields.0.id", "unknown"), ("fields.1.value", "unknown")],
        );
        let contradiction = json!({"priorityId": 1, "fields": [{"id": 2, "value": "2"}]});
        ann.post(TICKETS, &body(contradiction)).expect_faults(422, &[("fields.0", "formFieldRepeated")]);
        let program = Form::default().text("subject", "s").text("text", "t").file("attachments", "a.pdf", PROGRAM);
        program.send(&ann, TICKETS).has_faults(&[("attachments", "executableFile")]);
        assert_eq!(ann.total(TICKETS), 1);
    });
}

#[test]
fn the_form_is_in_the_clients_language() {
    on_both(|app| {
        let ann = client(app, "ann");
        let spanish = ann.with("Accept-Language", "es");
        let fields = spanish.get("/api/v2/my/tickets/fields").expect(200);
        assert_eq!(fields["data"][0]["options"], json!([{"id": 1, "value": "Soporte"}]));
        let ticket = submit(&ann, "Help");
        let read = spanish.get(&path(ticket)).expect(200);
        assert_eq!((&read["department"], &read["fields"][0]["value"]), (&json!("Soporte"), &json!("Soporte")));
    });
}

#[test]
fn tickets_are_found_by_subject_and_by_messages_that_the_client_sees() {
    on_both(|app| {
        let admin = app.admin();
        let ann = client(app, "ann");
        let first = submit(&ann, "Withdrawal");
        app.advance(1);
        let second = submit(&ann, "Password");
        let note = json!({"text": "They are rude", "isNote": true});
        admin.post(&format!("/api/v2/tickets/{first}/messages"), &note).expect(201);
        for (query, expected) in [
            ("", vec![second, first]),
            ("sort_by=createTime&sort_order=asc", vec![first, second]),
            ("filter[typeValue]=WITHDRAWAL", vec![first]),
            ("filter[type]=subject&filter[typeValue]=pass", vec![second]),
            ("filter[type]=message_text&filter[typeValue]=does not", vec![second, first]),
            ("filter[type]=message_text&filter[typeValue]=rude", vec![]),
            ("filter[type]=message_text", vec![second, first]),
            ("filter[type]=author&filter[typeValue]=x", vec![]),
        ] {
            let page = ann.get(&format!("{TICKETS}?{}", query.replace(' ', "%20"))).expect(200);
            assert_eq!((ids(&page), &page["total"]), (expected.clone(), &json!(expected.len())), "{query}");
        }
        assert_eq!(ann.get(&format!("{TICKETS}?filter[status]=open")).faulty_fields(), ["filter[status]"]);
    });
}

#[test]
fn another_clients_ticket_does_not_exist() {
    on_both(|app| {
        let [ann, bob] = ["ann", "bob"].map(|name| client(app, name));
        let form = Form::default().text("subject", "s").text("text", "t").file("attachments", "a.pdf", PDF);
        let ticket = form.send(&ann, TICKETS).expect(201)["id"].as_i64().unwrap();
        assert_eq!(bob.total(TICKETS), 0);
        bob.get(&path(ticket)).refused(404, "notFound");
        bob.get(&messages(ticket)).refused(404, "notFound");
        bob.post(&messages(ticket), &json!({"text": "x"})).refused(404, "notFound");
        bob.post(&messages(ticket), &json!({})).refused(404, "notFound");
        for step in ["close", "reopen"] {
            bob.post(&format!("{}/{step}", path(ticket)), &json!({})).refused(404, "notFound");
        }
        let kept = stored(app);
        let file = Form::default().text("text", "x").file("attachments", "a.pdf", PDF);
        file.send(&bob, &messages(ticket)).refused(404, "notFound");
        assert_eq!(stored(app), kept, "nothing is stored for a ticket that is not there");
        let attachment = "/api/v2/my/tickets/attachments/1";
        assert_eq!(fetch(&bob, "GET", attachment, &[]).unwrap().status, 404);
        assert_eq!(fetch(&ann, "GET", attachment, &[]).unwrap().body, PDF);
    });
}

#[test]
fn a_client_sees_answers_and_their_files_and_nothing_of_notes() {
    on_both(|app| {
        let admin = app.admin();
        let ann = client(app, "ann");
        let ticket = submit(&ann, "Help");
        let desk = format!("/api/v2/tickets/{ticket}");
        let write = |note: &str, name: &str| {
            let form = Form::default().text("text", "Hello").text("isNote", note).file("attachments", name, PNG);
            let written = form.send(&admin, &format!("{desk}/messages")).expect(201);
            format!("/api/v2/my/tickets/attachments/{}", written["attachments"][0]["id"])
        };
        app.advance(1);
        let shown = write("0", "photo.png");
        let (before, seen) = (ann.get(&path(ticket)).expect(200), ann.get(&messages(ticket)).expect(200));
        app.advance(1);
        let hidden = write("1", "note.png");
        admin.patch(&desk, &json!({"assigneeId": 1})).expect(200);
        assert_eq!(ann.get(&path(ticket)).expect(200), before);
        assert_eq!(ann.get(&messages(ticket)).expect(200), seen);
        assert_eq!(seen["total"], json!(2));
        let file = fetch(&ann, "GET", &shown, &[]).unwrap();
        assert_eq!((file.status, file.body == PNG), (200, true));
        assert_eq!(file.header("Content-Disposition"), Some("attachment; filename=\"photo.png\""));
        let inline = fetch(&ann, "GET", &format!("{shown}?inline=1"), &[]).unwrap();
        assert_eq!(inline.header("Content-Disposition"), Some("inline; filename=\"photo.png\""));
        assert_eq!(fetch(&ann, "GET", &hidden, &[]).unwrap().status, 404);
        // The keys of the back office open nothing to clients.
        let keys = admin.get(&format!("{desk}/messages")).expect(200);
        let key = keys["data"][1]["attachments"][0]["file"].as_str().unwrap().to_owned();
        assert_eq!(fetch(&ann, "GET", &key, &[]).unwrap().status, 401);
        assert!(!seen.to_string().contains("/api/v2/files/"), "{seen}");
    });
}

#[test]
fn a_ticket_is_closed_reopened_and_written_to_while_it_is_open() {
    on_both(|app| {
        let ann = client(app, "ann");
        let ticket = submit(&ann, "Help");
        let step = |name: &str| ann.post(&format!("{}/{name}", path(ticket)), &json!({}));
        step("reopen").refused(409, "ticketOpen");
        assert_eq!(step("close").expect(200)["status"], json!("closed"));
        step("close").refused(409, "ticketClosed");
        ann.post(&messages(ticket), &json!({"text": "Hello?"})).refused(409, "ticketClosed");
        ann.post(&messages(ticket), &json!({"text": " "})).expect_faults(400, &[("text", "empty")]);
        assert_eq!(step("reopen").expect(200)["status"], json!("open"));
        ann.post(&messages(ticket), &json!({"text": "Hello?"})).expect(201);
        assert_eq!(ann.total(&messages(ticket)), 2);
    });
}

#[test]
fn what_a_client_does_is_in_the_audit_log_without_what_they_wrote() {
    on_both(|app| {
        let admin = app.admin();
        let ann = client(app, "ann");
        let ticket = submit(&ann, "My disease");
        ann.post(&messages(ticket), &json!({"text": "It hurts"})).expect(201);
        ann.post(&format!("{}/close", path(ticket)), &json!({})).expect(200);
        let page = admin.get("/api/v2/logs/messages?limit=3").expect(200);
        let events: Vec<&Value> = page["data"].as_array().unwrap().iter().map(|record| &record["eventName"]).collect();
        assert_eq!(events, ["ticket_updated", "ticket_message_created", "ticket_created"]);
        assert!(!page.to_string().contains("disease") && !page.to_string().contains("hurts"), "{page}");
    });
}
