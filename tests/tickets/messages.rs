//! What users write in tickets.

use domain::tickets::TicketForm;
use serde_json::{Value, json};

use super::{TICKETS, WORKS_TICKETS, arrived, close, ids, messages, path, submit, submit_with, write};
use crate::files::uploads::noise;
use crate::files::{PDF, PNG, PROGRAM, read, stored};
use crate::harness::form::Form;
use crate::harness::{Setup, on_both, on_both_with};
use crate::messaging::mail::{next, smtp_server};

#[test]
fn users_answer_and_leave_notes() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({"firstName": "Ann", "lastName": "Lee"}));
        let ticket = submit(app, ann, "Help");
        app.advance(1);
        let answer = admin.post(&messages(ticket), &json!({"text": " On its way. "})).expect(201);
        assert_eq!((&answer["text"], &answer["isNote"]), (&json!("On its way."), &json!(false)));
        assert_eq!((&answer["author"], &answer["authorName"]), (&json!("operator"), &json!("Administrator")));
        app.advance(1);
        let note = admin.post(&messages(ticket), &json!({"text": "Call the bank", "isNote": true})).expect(201);
        assert_eq!((&note["isNote"], &note["ticketId"]), (&json!(true), &json!(ticket)));
        let page = admin.get(&messages(ticket)).expect(200);
        assert_eq!((&page["total"], &page["data"][0], &page["data"][1]), (&json!(3), &note, &answer));
        let first = &page["data"][2];
        assert_eq!((&first["author"], &first["authorName"]), (&json!("client"), &json!("Ann Lee")));
        let oldest = admin.get(&format!("{}?sort_by=createTime&sort_order=asc&limit=2", messages(ticket))).expect(200);
        assert_eq!((&oldest["data"][0], &oldest["data"][1]), (first, &answer));
        assert_eq!(admin.get(&path(ticket)).expect(200)["updateTime"], json!(app.time(0)));
        let faults = [("isNote", "notBoolean"), ("text", "empty")];
        admin.post(&messages(ticket), &json!({"text": "  ", "isNote": "maybe"})).expect_faults(400, &faults);
        admin.post(&messages(ticket), &json!({"text": "x".repeat(10_001)})).expect_faults(400, &[("text", "length")]);
        admin.post(&messages(99), &json!({"text": "x"})).expect(404);
        admin.get(&messages(99)).expect(404);
        let reader = app.user_with("reader", &["tickets.read"]);
        reader.get(&messages(ticket)).expect(200);
        reader.post(&messages(ticket), &json!({"text": "x"})).refused(403, "permissionMissing");
    });
}

#[test]
fn an_answer_goes_to_an_open_ticket_and_a_note_to_any() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        close(&app.database, ann, ticket).unwrap();
        admin.post(&messages(ticket), &json!({"text": "Too late"})).refused(409, "ticketClosed");
        admin.post(&messages(ticket), &json!({"text": ""})).expect_faults(400, &[("text", "empty")]);
        write(&admin, ticket, "They did not wait", true);
        assert_eq!(admin.get(&path(ticket)).expect(200)["status"], json!("closed"));
        admin.patch(&path(ticket), &json!({"status": "open"})).expect(200);
        write(&admin, ticket, "Hello", false);
    });
}

#[test]
fn files_come_with_a_message_and_are_read_by_those_who_may_read_the_ticket() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("vip");
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [tag]}));
        let theirs = vec![arrived(app, "scan.pdf", PDF)];
        let ticket = submit_with(&app.database, ann, ("Help", "See the scan"), &TicketForm::default(), theirs).unwrap();
        let form = Form::default().text("text", "Sign it").file("attachments", "../contract.pdf", PDF);
        let form = form.file("attachments", "photo.png", PNG);
        let answer = form.send(&admin, &messages(ticket)).expect(201);
        let files = answer["attachments"].as_array().unwrap();
        let shown: Vec<(&Value, &Value)> = files.iter().map(|file| (&file["name"], &file["size"])).collect();
        let sizes = [json!(PDF.len()), json!(PNG.len())];
        assert_eq!(shown, [(&json!("contract.pdf"), &sizes[0]), (&json!("photo.png"), &sizes[1])]);
        let note = Form::default().text("text", "x").text("isNote", "true").file("attachments", "note.pdf", PDF);
        let note = note.send(&admin, &messages(ticket)).expect(201);
        let page = admin.get(&messages(ticket)).expect(200);
        let first = &page["data"][2]["attachments"][0];
        assert_eq!((&first["name"], &first["size"]), (&json!("scan.pdf"), &json!(PDF.len())));
        let all = [&files[0]["file"], &note["attachments"][0]["file"], &first["file"]];
        let whole = read(&admin, all[0]);
        assert_eq!((whole.status, whole.body == PDF), (200, true));
        assert_eq!(whole.header("Content-Disposition"), Some("attachment; filename=\"contract.pdf\""));
        let (_, vip) = app.user_of("vip", &["tickets.read"], &json!({"clientTags": [tag]}));
        let other = admin.new_tag("other");
        let (_, blind) = app.user_of("blind", &WORKS_TICKETS, &json!({"clientTags": [other]}));
        let powerless = app.user_with("powerless", &["tickets.update", "clientFiles.read", "documents.read"]);
        for file in all {
            assert_eq!(read(&vip, file).status, 200);
            assert_eq!(read(&blind, file).status, 404);
            assert_eq!(read(&powerless, file).status, 404);
        }
    });
}

#[test]
fn a_message_has_five_files_of_ten_mebibytes_and_no_programs() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        let with_files = |count: usize| {
            let form = Form::default().text("text", "Files");
            (0..count).fold(form, |form, _| form.file("attachments", "a.pdf", PDF)).send(&admin, &messages(ticket))
        };
        with_files(6).has_faults(&[("attachments", "tooManyEntries")]);
        assert_eq!(with_files(5).expect(201)["attachments"].as_array().unwrap().len(), 5);
        let of = |content: &[u8]| {
            let form = Form::default().text("text", "File").file("attachments", "a.bin", content);
            form.send(&admin, &messages(ticket))
        };
        let largest = noise(10 * 1024 * 1024);
        assert_eq!(of(&largest).expect(201)["attachments"][0]["size"], json!(largest.len()));
        of(&noise(10 * 1024 * 1024 + 1)).expect_faults(413, &[("attachments", "tooManyBytes")]);
        of(PROGRAM).has_faults(&[("attachments", "executableFile")]);
        let empty = Form::default().file("attachments", "a.pdf", PDF).send(&admin, &messages(ticket));
        empty.has_faults(&[("text", "required")]);
        let kept = stored(app);
        let nowhere = Form::default().text("text", "x").file("attachments", "a.pdf", PDF);
        nowhere.send(&admin, &messages(99)).expect(404);
        assert_eq!(stored(app), kept, "nothing is stored for a ticket that is not there");
        assert_eq!(ids(&admin.get(&messages(ticket)).expect(200)).len(), 3);
    });
}

#[test]
fn the_client_is_mailed_in_their_language_that_there_is_an_answer() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/mails/notifications/types/1", &json!({"isEnabled": false})).expect(200);
        let ann = admin.new_client("ann@example.com", &json!({"locale": "es_ES", "firstName": "<b>Ann</b>"}));
        let ticket = submit(app, ann, "Ayuda");
        write(&admin, ticket, "A secret note", true);
        write(&admin, ticket, "The account number is 12345", false);
        let mail = next(&mails);
        assert!(mail.contains("To: ann@example.com") && mail.contains("respuesta"), "{mail}");
        assert!(mail.contains("&lt;b&gt;Ann") && mail.contains(&format!("{ticket:07}")), "{mail}");
        assert!(!mail.contains("12345"), "the answer is read after signing in: {mail}");
        let kinds = admin.get("/api/v2/mails/notifications/types?filter[name]=ticketAnswered").expect(200);
        let kind = format!("/api/v2/mails/notifications/types/{}", kinds["data"][0]["id"]);
        admin.patch(&kind, &json!({"isEnabled": false})).expect(200);
        write(&admin, ticket, "Nobody is told of this one", false);
        app.run_jobs();
        assert!(mails.try_recv().is_err());
    });
}

#[test]
fn the_audit_log_tells_who_did_what_and_nothing_that_was_written() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "My disease");
        write(&admin, ticket, "Get well soon", false);
        admin.patch(&path(ticket), &json!({"assigneeId": 1})).expect(200);
        let page = admin.get("/api/v2/logs/messages?limit=2").expect(200);
        let log = page.to_string();
        assert!(log.contains("ticket_updated") && log.contains("ticket_message_created"), "{log}");
        for written in ["My disease", "Get well soon", "ann@example.com"] {
            assert!(!log.contains(written), "{written}: {log}");
        }
        let tag = admin.new_tag("vip");
        let (_, blind) = app.user_of("blind", &["systemLogs.read"], &json!({"clientTags": [tag]}));
        let seen = blind.get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        assert!(!seen.contains("ticket_"), "{seen}");
        admin.get(&format!("{TICKETS}?filter[clientId]={ann}")).expect(200);
    });
}
