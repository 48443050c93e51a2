//! Documents that users add, and the decisions on them.

use serde_json::{Value, json};

use super::{PDF, PNG, PROGRAM, read, stored};
use crate::harness::form::Form;
use crate::harness::{Answer, Client, on_both};

const DOCUMENTS: &str = "/api/v2/documents";

/// A type that takes two files, by its group's and its id.
fn kind(admin: &Client) -> (i64, i64) {
    let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
    let kind = json!({"name": "Passport", "groupId": group, "maxFiles": 2, "enabled": true});
    (group, admin.create("/api/v2/documents/types", &kind))
}

fn add(caller: &Client, client: i64, kind: i64, files: &[&[u8]]) -> Answer {
    let form = Form::default().text("clientId", &client.to_string()).text("typeId", &kind.to_string());
    let form = files.iter().fold(form, |form, content| form.file("files", "scan", content));
    form.send(caller, DOCUMENTS)
}

#[test]
fn a_document_is_added_read_and_decided_on_by_its_request() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let (_, kind) = kind(&admin);
        let document = add(&admin, client, kind, &[PDF, PNG]).expect(201);
        assert_eq!((&document["type"]["name"], &document["status"]), (&json!("Passport"), &json!("pending")));
        assert_eq!(read(&admin, &document["files"][0]["file"]).body, PDF);
        assert_eq!(read(&admin, &document["files"][1]["file"]).header("Content-Type"), Some("image/png"));
        let request = format!("/api/v2/applications/{}", document["applicationId"]);
        let asked = admin.get(&request).expect(200);
        let told = (&asked["type"], &asked["interact"]);
        assert_eq!(told, (&json!("document"), &json!([format!("documentId: {}", document["id"])])));
        let path = format!("{DOCUMENTS}/{}", document["id"]);
        admin.post(&format!("{request}/approve"), &json!({})).expect(200);
        assert_eq!(admin.get(&path).expect(200)["status"], json!("approved"));
        app.advance(1);
        let second = add(&admin, client, kind, &[PDF]).expect(201);
        let reject = format!("/api/v2/applications/{}/reject", second["applicationId"]);
        admin.post(&reject, &json!({"resolutionId": 1})).expect(200);
        let listed = admin.get(&format!("{DOCUMENTS}?filter[clientId]={client}")).expect(200);
        let statuses: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses, ["rejected", "approved"], "the newest first");
        admin.delete(&format!("/api/v2/documents/types/{kind}")).refused(409, "inUse");
    });
}

#[test]
fn a_document_that_is_deleted_takes_its_files_along_and_leaves_its_request() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let (_, kind) = kind(&admin);
        let document = add(&admin, client, kind, &[PDF, PNG]).expect(201);
        let path = format!("{DOCUMENTS}/{}", document["id"]);
        admin.delete(&path).expect(204);
        admin.delete(&path).expect(404);
        assert_eq!(read(&admin, &document["files"][0]["file"]).status, 404);
        app.sweep_files();
        assert_eq!(stored(app), 0);
        let request = format!("/api/v2/applications/{}", document["applicationId"]);
        let approved = admin.post(&format!("{request}/approve"), &json!({})).expect(200);
        assert_eq!(approved["status"], json!("approved"));
    });
}

#[test]
fn what_cannot_be_handed_in_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let (group, kind) = kind(&admin);
        add(&admin, client, kind, &[]).has_faults(&[("files", "required")]);
        add(&admin, client, kind, &[PDF, PDF, PDF]).expect_faults(422, &[("files", "tooManyFiles")]);
        add(&admin, client, kind, &[b"text"]).expect_faults(400, &[("files", "unsupportedFile")]);
        add(&admin, client, kind, &[PROGRAM]).expect_faults(400, &[("files", "executableFile")]);
        add(&admin, 99, 99, &[PDF]).expect_faults(422, &[("clientId", "unknown"), ("typeId", "unknown")]);
        let nobodys = Form::default().file("files", "scan", PDF).send(&admin, DOCUMENTS);
        nobodys.has_faults(&[("clientId", "required"), ("typeId", "required")]);
        let mut large = PDF.to_vec();
        large.resize(10 * 1024 * 1024 + 1, b' ');
        add(&admin, client, kind, &[&large]).expect_faults(413, &[("files", "tooManyBytes")]);
        admin.patch(&format!("/api/v2/documents/groups/{group}"), &json!({"enabled": false})).expect(200);
        add(&admin, client, kind, &[PDF]).expect_faults(422, &[("typeId", "disabled")]);
        assert_eq!(admin.total(DOCUMENTS), 0);
        assert_eq!(admin.total("/api/v2/applications"), 0);
    });
}

#[test]
fn documents_are_seen_with_their_client() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let (_, kind) = kind(&admin);
        let document = add(&admin, client, kind, &[PDF]).expect(201);
        let tag = admin.new_tag("vip");
        let rights = ["documents.read", "documents.create", "documents.delete"];
        let (_, blind) = app.user_of("blind", &rights, &json!({"clientTags": [tag]}));
        let path = format!("{DOCUMENTS}/{}", document["id"]);
        blind.get(&path).expect(404);
        blind.delete(&path).expect(404);
        assert_eq!(blind.total(DOCUMENTS), 0);
        add(&blind, client, kind, &[PDF]).expect_faults(422, &[("clientId", "unknown")]);
        assert_eq!(read(&blind, &document["files"][0]["file"]).status, 404);
        let clerk = app.user_with("clerk", &rights);
        assert_eq!(read(&clerk, &document["files"][0]["file"]).status, 200);
        admin.delete(&format!("/api/v2/clients/{client}")).refused(409, "clientHasUndecidedRequest");
    });
}
