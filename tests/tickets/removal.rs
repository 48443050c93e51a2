//! What becomes of the tickets of clients and users who are removed.

use domain::requests::Asked;
use domain::tickets::TicketForm;
use serde_json::{Value, json};

use super::{TICKETS, arrived, messages, path, submit, submit_with, write};
use crate::files::{PDF, read, stored};
use crate::harness::form::Form;
use crate::harness::on_both;
use crate::harness::orders::ask;

#[test]
fn tickets_of_a_removed_client_are_closed_and_only_read() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        app.advance(1);
        admin.delete(&format!("/api/v2/clients/{ann}")).expect(204);
        let left = admin.get(&path(ticket)).expect(200);
        assert_eq!((&left["status"], &left["awaiting"]), (&json!("closed"), &Value::Null));
        assert_eq!(left["updateTime"], json!(app.time(0)));
        assert_eq!(admin.total(&format!("{TICKETS}?filter[awaiting]=staff")), 0);
        admin.patch(&path(ticket), &json!({"status": "open"})).refused(409, "clientRemoved");
        admin.post(&messages(ticket), &json!({"text": "x", "isNote": true})).refused(409, "clientRemoved");
        assert_eq!(admin.total(&messages(ticket)), 1);
    });
}

#[test]
fn what_was_written_goes_with_the_data_of_a_client() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let theirs = vec![arrived(app, "passport of ann.pdf", PDF)];
        let texts = ("Ann Lee of 1 Main St", "My passport");
        let ticket = submit_with(&app.database, ann, texts, &TicketForm::default(), theirs).unwrap();
        write(&admin, ticket, "Dear Ann Lee", false);
        let note = Form::default().text("text", "Lee is ill").text("isNote", "1").file("attachments", "n.pdf", PDF);
        let file = note.send(&admin, &messages(ticket)).expect(201)["attachments"][0]["file"].clone();
        let other = submit(app, bob, "Untouched");
        assert_eq!(stored(app), 2);
        let request = ask(&app.database, ann, &Asked::DeletingAccount).unwrap();
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        let left = admin.get(&path(ticket)).expect(200);
        assert_eq!((&left["subject"], &left["status"]), (&json!("Removed"), &json!("closed")));
        let page = admin.get(&messages(ticket)).expect(200);
        assert_eq!(page["total"], json!(3), "that something was written stays");
        for message in page["data"].as_array().unwrap() {
            assert_eq!((&message["text"], &message["attachments"]), (&json!("Removed"), &json!([])));
        }
        assert_eq!(read(&admin, &file).status, 404);
        app.sweep_files();
        assert_eq!(stored(app), 0);
        assert_eq!(admin.total(&format!("{TICKETS}?filter[subject]=main")), 0);
        assert_eq!(admin.get(&path(other)).expect(200)["subject"], json!("Untouched"));
    });
}
