//! The photo of the client, their documents, and the content of both.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::files::photos::picture;
use crate::files::{PDF, PNG, PROGRAM, read, stored, upload};
use crate::harness::form::Form;
use crate::harness::raw::{Raw, fetch};
use crate::harness::{Answer, Client, on_both};

const PHOTO: &str = "/api/v2/my/photo";
const DOCUMENTS: &str = "/api/v2/my/documents";

fn send_photo(caller: &Client, content: &[u8]) -> Answer {
    Form::default().file("photo", "me.png", content).send(caller, PHOTO)
}

#[track_caller]
fn photo(caller: &Client, query: &str) -> Raw {
    fetch(caller, "GET", &format!("{PHOTO}{query}"), &[]).unwrap()
}

fn send_document(caller: &Client, kind: i64, files: &[&[u8]]) -> Answer {
    let form = Form::default().text("typeId", &kind.to_string());
    files.iter().fold(form, |form, content| form.file("file", "scan", content)).send(caller, DOCUMENTS)
}

/// A type that takes two files.
fn kind(admin: &Client) -> i64 {
    let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
    admin.create("/api/v2/documents/types", &json!({"name": "Passport", "groupId": group, "maxFiles": 2}))
}

#[test]
fn a_client_shows_another_photo_of_themselves() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let (as_client, other) =
            (app.as_client(client), app.as_client(admin.new_client("bob@example.com", &json!({}))));
        assert_eq!(photo(&as_client, "").status, 404);
        as_client.delete(PHOTO).refused(404, "notFound");
        send_photo(&as_client, &picture(800, 400, ImageFormat::Png)).expect(204);
        let shown = photo(&as_client, "?size=16");
        assert_eq!((shown.status, shown.header("Content-Type")), (200, Some("image/png")));
        assert_eq!(image::load_from_memory(&shown.body).unwrap().width(), 16);
        for size in ["15", "1025", "x"] {
            assert_eq!(photo(&as_client, &format!("?size={size}")).status, 400, "{size}");
        }
        assert_eq!(photo(&other, "").status, 404);
        send_photo(&as_client, PDF).expect_faults(400, &[("photo", "unsupportedFile")]);
        Form::default().send(&as_client, PHOTO).has_faults(&[("photo", "required")]);
        let logs = admin.unrecorded().get("/api/v2/logs/messages?filter[eventName]=client_photo_updated").expect(200);
        assert_eq!(logs["data"][0]["actor"], json!("ann@example.com"));
        as_client.delete(PHOTO).expect(204);
        app.sweep_files();
        assert_eq!(stored(app), 0);
    });
}

#[test]
fn photos_change_where_the_settings_let_them() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let picture = picture(40, 40, ImageFormat::Png);
        send_photo(&as_client, &picture).expect(204);
        admin.patch("/api/v2/settings", &json!({"mayChangePicture": false})).expect(200);
        send_photo(&as_client, &picture).refused(403, "pictureFixed");
        as_client.delete(PHOTO).refused(403, "pictureFixed");
        assert_eq!(photo(&as_client, "").status, 200);
    });
}

#[test]
fn a_photo_waits_where_the_settings_ask_for_it() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        admin.patch("/api/v2/settings", &json!({"pictureNeedsRequest": true})).expect(200);
        let picture = picture(300, 300, ImageFormat::Png);
        send_photo(&as_client, &picture).expect(204);
        send_photo(&as_client, &picture).refused(409, "requestPending");
        assert_eq!(photo(&as_client, "").status, 404);
        // The path of the photo is random.
        let asked = admin.unrecorded().get("/api/v2/applications?filter[type]=avatar").expect(200)["data"][0].clone();
        let key = asked["interact"][0].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        let key = key.rsplit('/').next().unwrap();
        assert_eq!(read(&as_client, &json!(format!("/api/v2/my/files/{key}"))).status, 200, "their own");
        let approve = format!("/api/v2/applications/{}/approve", asked["id"]);
        admin.unrecorded().post(&approve, &json!({})).expect(200);
        assert_eq!(photo(&as_client, "").status, 200);
        app.sweep_files();
        assert_eq!(stored(app), 1, "the one that was refused is gone");
    });
}

#[test]
fn a_client_hands_in_a_document_and_reads_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let (as_client, other) =
            (app.as_client(client), app.as_client(admin.new_client("bob@example.com", &json!({}))));
        let kind = kind(&admin);
        let document = send_document(&as_client, kind, &[PDF, PNG]).expect(201);
        assert_eq!((&document["type"]["name"], &document["status"]), (&json!("Passport"), &json!("pending")));
        let file = &document["files"][0]["file"];
        assert!(file.as_str().unwrap().starts_with("/api/v2/my/files/"), "{file}");
        assert_eq!(read(&as_client, file).body, PDF);
        assert_eq!(read(&other, file).status, 404);
        let path = format!("{DOCUMENTS}/{}", document["id"]);
        assert_eq!(as_client.get(&path).expect(200), document);
        assert_eq!((as_client.total(DOCUMENTS), other.total(DOCUMENTS)), (1, 0));
        other.get(&path).refused(404, "notFound");
        other.delete(&path).refused(404, "notFound");
        let misspelled = Form::default().text("typeID", &kind.to_string()).file("file", "scan", PDF);
        misspelled.send(&as_client, DOCUMENTS).expect(201);
        // Users read the log, and the paths that stand in it.
        let log = admin.unrecorded().get("/api/v2/logs/messages?filter[eventName]=client_document_created").expect(200);
        let record = &log["data"][0];
        assert_eq!(record["actor"], json!("ann@example.com"));
        assert_eq!(read(&admin, &record["details"]["new"]["files"][0]["file"]).body, PDF);
    });
}

#[test]
fn a_document_is_taken_back_where_it_was_rejected() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let kind = kind(&admin);
        let decided = |decision: &str| {
            let document = send_document(&as_client, kind, &[PDF]).expect(201);
            let path = format!("{DOCUMENTS}/{}", document["id"]);
            as_client.delete(&path).refused(409, "documentHandedIn");
            let decide = format!("/api/v2/applications/{}/{decision}", document["applicationId"]);
            admin.post(&decide, &json!({"resolutionId": 1})).expect(200);
            path
        };
        as_client.delete(&decided("approve")).refused(409, "documentHandedIn");
        as_client.delete(&decided("reject")).expect(204);
        app.sweep_files();
        assert_eq!(stored(app), 1);
    });
}

#[test]
fn what_cannot_be_handed_in_by_a_client_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let kind = kind(&admin);
        send_document(&as_client, kind, &[]).has_faults(&[("file", "required")]);
        send_document(&as_client, kind, &[PDF, PDF, PDF]).expect_faults(422, &[("file", "tooManyFiles")]);
        send_document(&as_client, kind, &[PROGRAM]).expect_faults(400, &[("file", "executableFile")]);
        send_document(&as_client, 99, &[PDF]).expect_faults(422, &[("typeId", "unknown")]);
        Form::default().file("file", "a", PDF).send(&as_client, DOCUMENTS).has_faults(&[("typeId", "required")]);
        admin.patch(&format!("/api/v2/documents/types/{kind}"), &json!({"enabled": false})).expect(200);
        send_document(&as_client, kind, &[PDF]).expect_faults(422, &[("typeId", "disabled")]);
        assert_eq!(as_client.total(DOCUMENTS), 0);
    });
}

#[test]
fn files_that_users_keep_are_not_the_clients_own() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let kept = upload(&admin, client, "contract.pdf", PDF).expect(201);
        let key = kept["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let own: Value = json!(format!("/api/v2/my/files/{key}"));
        assert_eq!(read(&app.as_client(client), &own).status, 404);
    });
}
