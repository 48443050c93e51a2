//! What clients see of their tickets, and do with them.

use domain::tickets::{SentField, TicketAttachmentId, TicketForm, TicketId, TicketPriority};
use serde_json::{Value, json};
use storage::tickets::messages::StoredMessage;
use storage::tickets::own::{self, OwnTicket, Search};
use storage::{ByTime, Direction, Error, Page, Paging};

use super::{DEPARTMENTS, arrived, close, messages, path, reopen, send, submit, submit_with, told, write};
use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::{TestApp, on_both};

const ALL: Paging<ByTime> =
    Paging { sort: ByTime::CreateTime, direction: Direction::Ascending, limit: 100, offset: 0, counts: true };

fn ticket_of(app: &TestApp, client: i64, ticket: i64) -> Result<OwnTicket, String> {
    told(app.database.read(move |conn| own::get(conn, client.into(), ticket.into())))
}

fn messages_of(app: &TestApp, client: i64, ticket: i64) -> Result<Page<StoredMessage>, String> {
    told(app.database.read(move |conn| own::messages(conn, client.into(), ticket.into(), &ALL)))
}

fn found(app: &TestApp, client: i64, search: Option<Search>) -> (Vec<i64>, Option<i64>) {
    let page = app.database.read(move |conn| own::list(conn, client.into(), search.as_ref(), &ALL)).unwrap();
    (page.data.iter().map(|ticket| ticket.id.get()).collect(), page.total)
}

/// There is no such ticket.
fn none<T>() -> Result<T, String> {
    Err("no such record".to_owned())
}

fn attachment(app: &TestApp, client: i64, id: i64) -> Option<String> {
    let id = TicketAttachmentId::new(id);
    app.database.read(move |conn| own::attachment(conn, client.into(), id)).ok().map(|file| file.name)
}

#[test]
fn a_ticket_is_submitted_with_what_the_form_chose() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let payments = admin.create(DEPARTMENTS, &json!({"name": "Payments"}));
        let sent = |id: i64, value: &str| SentField { id, value: Some(value.into()) };
        let submit = |form: &TicketForm| submit_with(&app.database, ann, ("Help", "x"), form, vec![]);
        let form = TicketForm { fields: vec![sent(1, &payments.to_string()), sent(2, "3")], ..TicketForm::default() };
        let ticket = ticket_of(app, ann, submit(&form).unwrap()).unwrap();
        assert_eq!((ticket.department.data.name.as_str(), ticket.priority), ("Payments", TicketPriority::High));
        let plain = submit(&TicketForm::default()).unwrap();
        let ticket = ticket_of(app, ann, plain).unwrap();
        assert_eq!((ticket.department.data.name.as_str(), ticket.priority), ("Support", TicketPriority::Normal));
        let unknown = TicketForm { department: Some(99.into()), ..TicketForm::default() };
        assert_eq!(submit(&unknown), Err("unknown at Department".into()));
        let contradiction = TicketForm { priority: Some(TicketPriority::Low), ..form };
        assert_eq!(submit(&contradiction), Err("formFieldRepeated at FormFields.1".into()));
        assert_eq!(found(app, ann, None).0.len(), 2, "what is refused leaves nothing");
    });
}

#[test]
fn another_clients_ticket_is_not_there() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let files = vec![arrived(app, "a.pdf", PDF)];
        let ticket = submit_with(&app.database, ann, ("Help", "x"), &TicketForm::default(), files).unwrap();
        assert_eq!(ticket_of(app, bob, ticket), none());
        assert_eq!(messages_of(app, bob, ticket).map(drop), none());
        assert_eq!(send(&app.database, bob, ticket, "x").map(drop), none());
        assert_eq!(close(&app.database, bob, ticket), none());
        assert_eq!(reopen(&app.database, bob, ticket), none());
        assert_eq!(attachment(app, bob, 1), None);
        assert_eq!(attachment(app, ann, 1), Some("a.pdf".into()));
        let is_own = |client: i64| {
            app.database.read(move |conn| own::check_own(conn, client.into(), TicketId::new(ticket))).is_ok()
        };
        assert_eq!([ann, bob].map(is_own), [true, false]);
        assert_eq!(found(app, bob, None), (vec![], Some(0)));
    });
}

#[test]
fn a_client_sees_nothing_of_notes_and_assignments() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        app.advance(1);
        write(&admin, ticket, "Visible answer", false);
        let (before, seen) = (ticket_of(app, ann, ticket).unwrap(), messages_of(app, ann, ticket).unwrap());
        app.advance(1);
        let note = Form::default().text("text", "Hidden note").text("isNote", "1").file("attachments", "n.pdf", PDF);
        let note = note.send(&admin, &messages(ticket)).expect(201);
        admin.patch(&path(ticket), &json!({"assigneeId": 1})).expect(200);
        assert_eq!(admin.get(&path(ticket)).expect(200)["updateTime"], json!(app.time(0)));
        assert_eq!(ticket_of(app, ann, ticket).unwrap(), before, "not even the time of the last change moves");
        let now = messages_of(app, ann, ticket).unwrap();
        assert_eq!((now.total, &now.data), (Some(2), &seen.data));
        assert!(now.data.iter().all(|message| !message.is_note));
        let of_text = |text: &str| found(app, ann, Some(Search::MessageText(text.into())));
        assert_eq!(of_text("HIDDEN"), (vec![], Some(0)));
        assert_eq!(of_text("visible"), (vec![ticket], Some(1)));
        assert_eq!(attachment(app, ann, note["attachments"][0]["id"].as_i64().unwrap()), None);
        app.advance(1);
        admin.patch(&path(ticket), &json!({"priorityId": 3})).expect(200);
        let moved = ticket_of(app, ann, ticket).unwrap();
        assert_eq!(json!(moved.update_time), json!(app.time(0)), "what the client sees moves it");
    });
}

#[test]
fn a_client_closes_and_reopens_and_writes_to_open_tickets_alone() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        assert_eq!(reopen(&app.database, ann, ticket), Err("ticketOpen".into()));
        close(&app.database, ann, ticket).unwrap();
        assert_eq!(close(&app.database, ann, ticket), Err("ticketClosed".into()));
        assert_eq!(send(&app.database, ann, ticket, "Hello?"), Err("ticketClosed".into()));
        reopen(&app.database, ann, ticket).unwrap();
        send(&app.database, ann, ticket, "Hello?").unwrap();
        assert_eq!(messages_of(app, ann, ticket).unwrap().total, Some(2));
    });
}

#[test]
fn tickets_are_found_by_subject_and_by_what_was_written() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let first = submit(app, ann, "Withdrawal of 50%");
        app.advance(1);
        let second = submit(app, ann, "Password");
        submit(app, bob, "Withdrawal");
        send(&app.database, ann, second, "It is about a withdrawal, too").unwrap();
        let subject = |text: &str| found(app, ann, Some(Search::Subject(text.into()))).0;
        let text = |text: &str| found(app, ann, Some(Search::MessageText(text.into()))).0;
        assert_eq!(subject("WITHDRAWAL"), [first]);
        assert_eq!(subject("50%"), [first]);
        assert_eq!(subject("5%"), [0; 0]);
        assert_eq!(text("Withdrawal"), [second]);
        assert_eq!(text("does not"), [first, second]);
        assert_eq!(found(app, ann, None), (vec![first, second], Some(2)));
    });
}

#[test]
fn nothing_is_written_in_the_name_of_a_removed_client() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        admin.delete(&format!("/api/v2/clients/{ann}")).expect(204);
        let removed = || Err("clientRemoved".to_owned());
        assert_eq!(send(&app.database, ann, ticket, "x").map(drop), removed());
        assert_eq!(reopen(&app.database, ann, ticket), removed());
        let again = submit_with(&app.database, ann, ("Help", "x"), &TicketForm::default(), vec![]);
        assert_eq!(again.map(drop), removed());
    });
}

#[test]
fn the_names_of_departments_come_with_their_languages() {
    on_both(|app| {
        let ann = app.admin().new_client("ann@example.com", &json!({}));
        let ticket = ticket_of(app, ann, submit(app, ann, "Help")).unwrap();
        let spanish = ticket.department.data.resources.iter().find(|text| text.locale == "es_ES");
        assert_eq!(spanish.map(|text| text.value.as_str()), Some("Soporte"));
        let offered = app.database.read(|conn| Ok::<_, Error>(storage::tickets::departments::all(conn)?.len()));
        assert_eq!(offered.unwrap(), 1);
        assert_ne!(json!(ticket.create_time), Value::Null);
    });
}
