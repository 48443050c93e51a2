//! What is uploaded: judged by its content, named as it was sent, and read byte for byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PDF, PNG, PROGRAM, read, stored, upload};
use crate::harness::form::{BOUNDARY, Form};
use crate::harness::raw::{connect, fetch};
use crate::harness::{Client, TestApp, on_both};

const MIB: usize = 1024 * 1024;

/// Bytes that are no known kind, no two parts of which are the same.
pub fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![b'x'; length];
    for (place, chunk) in bytes.chunks_mut(8).enumerate().skip(1) {
        chunk.copy_from_slice(&place.to_be_bytes()[..chunk.len()]);
    }
    bytes
}

fn client_of(admin: &Client) -> i64 {
    admin.new_client("ann@example.com", &json!({}))
}

#[test]
fn a_file_is_read_as_it_was_uploaded_whole_and_in_parts() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let content = noise(300_001);
        let file = upload(&admin, client, "scan.bin", &content).expect(201);
        assert_eq!(
            (&file["name"], &file["directoryId"], &file["priority"]),
            (&json!("scan.bin"), &json!(null), &json!(0))
        );
        let whole = read(&admin, &file["file"]);
        assert_eq!((whole.status, whole.body == content), (200, true));
        for (header, expected) in [
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", "300001"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Disposition", "attachment; filename=\"scan.bin\""),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ] {
            assert_eq!(whole.header(header), Some(expected), "{header}");
        }
        let path = file["file"].as_str().unwrap();
        let part = fetch(&admin, "GET", path, &[("Range", "bytes=100000-200000")]).unwrap();
        assert_eq!((part.status, part.body == content[100_000..=200_000]), (206, true));
        let known = fetch(&admin, "GET", path, &[("If-None-Match", whole.header("ETag").unwrap())]).unwrap();
        assert_eq!((known.status, known.body.len()), (304, 0));
    });
}

#[test]
fn the_limit_is_taken_and_a_byte_more_is_not() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        upload(&admin, client, "empty", b"").has_faults(&[("file", "empty")]);
        let largest = noise(20 * MIB);
        let file = upload(&admin, client, "largest", &largest).expect(201);
        assert!(read(&admin, &file["file"]).body == largest);
        upload(&admin, client, "larger", &noise(20 * MIB + 1)).expect_faults(413, &[("file", "tooManyBytes")]);
        let files = format!("/api/v2/clients/{client}/files");
        assert_eq!(admin.total(&files), 1);
        assert_eq!(admin.call("POST", &files, Some(b"{}")).status, 415);
    });
}

/// The head of an upload for a client, whose body is said to be so long.
fn head(admin: &Client, client: i64, length: usize) -> String {
    format!(
        "POST /api/v2/clients/{client}/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n",
        admin.token.as_ref().unwrap(),
    )
}

#[test]
fn a_hundred_mebibytes_are_refused_before_they_are_sent() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let mut stream: TcpStream = connect(app);
        stream.write_all(head(&admin, client, 100 * MIB).as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
    });
}

#[test]
fn a_file_is_what_it_holds_and_not_what_it_is_called() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let inline =
            |file: &Value| fetch(&admin, "GET", &format!("{}?inline=1", file["file"].as_str().unwrap()), &[]).unwrap();
        let file = upload(&admin, client, "passport.pdf", PNG).expect(201);
        assert_eq!(read(&admin, &file["file"]).header("Content-Type"), Some("image/png"));
        assert_eq!(inline(&file).header("Content-Disposition"), Some("inline; filename=\"passport.pdf\""));
        let page = upload(&admin, client, "page.html", b"<html><script>alert(1)</script>").expect(201);
        assert_eq!(inline(&page).header("Content-Disposition"), Some("attachment; filename=\"page.html\""));
        let script = b"#!/bin/sh\nrm -rf /";
        for (name, content) in [("photo.png", PROGRAM), ("notes.txt", script), ("x", b"\x7fELF\x02\x01\x01")] {
            upload(&admin, client, name, content).has_faults(&[("file", "executableFile")]);
        }
    });
}

#[test]
fn a_name_is_never_a_path() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let named = |name: &str| upload(&admin, client, name, PDF).expect(201)["name"].clone();
        assert_eq!(named("../../etc/passwd"), json!("passwd"));
        assert_eq!(named("🦊 photo.pdf"), json!("🦊 photo.pdf"));
        assert_eq!(named(&"n".repeat(300)), json!("n".repeat(255)));
        assert_eq!(named(".."), json!("file"));
        let path = format!("/api/v2/clients/{client}/files");
        let form = Form::default().text("name", "Contract").file("file", "scan.pdf", PDF);
        assert_eq!(form.send(&admin, &path).expect(201)["name"], json!("Contract"));
        for name in ["", &"n".repeat(256), "a\0b"] {
            let form = Form::default().text("name", name).file("file", "scan.pdf", PDF);
            assert_eq!(form.send(&admin, &path).faulty_fields(), ["name"], "{name:?}");
        }
        let refused = upload(&admin, client, "a\0b.pdf", PDF);
        assert!(matches!(refused.status, 201 | 400), "{}", refused.body);
        for folder in std::fs::read_dir(&app.outbound.files).unwrap().flatten() {
            assert_eq!(folder.file_name().len(), 2, "{:?}", folder.path());
        }
    });
}

/// What a refused call brought is removed beside the answer.
#[track_caller]
fn stay(app: &TestApp, files: usize) {
    let begun = Instant::now();
    while stored(app) != files {
        app.run_jobs();
        assert!(begun.elapsed() < Duration::from_secs(10), "{} files are left", stored(app));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn every_fault_of_a_form_is_told_and_nothing_is_left() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let path = format!("/api/v2/clients/{client}/files");
        let form = Form::default().text("priority", "x").text("directoryId", "y").file("file", "a.pdf", PDF);
        assert_eq!(form.send(&admin, &path).faulty_fields(), ["directoryId", "priority"]);
        let nowhere = Form::default().text("directoryId", "99").file("file", "a.pdf", PDF);
        nowhere.send(&admin, &path).expect_faults(422, &[("directoryId", "unknown")]);
        Form::default().send(&admin, &path).has_faults(&[("file", "required")]);
        upload(&admin, 99, "a.pdf", PDF).expect(404);
        let clerk = app.user_with("clerk", &["clientFiles.read"]);
        upload(&clerk, client, "a.pdf", PDF).refused(403, "permissionMissing");
        stay(app, 0);
    });
}

#[test]
fn an_upload_that_is_broken_off_leaves_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let form = Form::default().file("file", "a.bin", &noise(100_000)).unended();
        let mut stream = connect(app);
        stream.write_all(&[head(&admin, client, 200_000).as_bytes(), &form].concat()).unwrap();
        drop(stream);
        assert_eq!(admin.total(&format!("/api/v2/clients/{client}/files")), 0);
        stay(app, 0);
    });
}

#[test]
fn a_repeated_upload_is_stored_once() {
    on_both(|app| {
        let client = app.admin().new_client("b@example.com", &json!({}));
        let admin = app.admin().with("Idempotency-Key", "once");
        let first = upload(&admin, client, "a.pdf", PDF).expect(201);
        assert_eq!(upload(&admin, client, "a.pdf", PDF).expect(201), first);
        upload(&admin, client, "a.pdf", PNG).refused(422, "idempotencyKeyReused");
        assert_eq!(app.admin().total(&format!("/api/v2/clients/{client}/files")), 1);
        stay(app, 1);
    });
}

#[test]
fn files_are_renamed_moved_listed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let client = client_of(&admin);
        let files = format!("/api/v2/clients/{client}/files");
        let file = upload(&admin, client, "a.pdf", PDF).expect(201);
        let second = upload(&admin, client, "a.pdf", PDF).expect(201);
        let folder = super::custom_folder(&admin, client, "Letters", None);
        let path = format!("{files}/{}", file["id"]);
        let moved = admin.patch(&path, &json!({"name": "b.pdf", "directoryId": folder, "priority": -1})).expect(200);
        assert_eq!(
            (&moved["name"], &moved["directoryId"], &moved["file"]),
            (&json!("b.pdf"), &json!(folder), &file["file"])
        );
        admin.put(&path, &json!({"directoryId": 99})).expect_faults(422, &[("directoryId", "unknown")]);
        let ids = |query: &str| -> Vec<Value> {
            let page = admin.get(&format!("{files}{query}")).expect(200);
            page["data"].as_array().unwrap().iter().map(|file| file["id"].clone()).collect()
        };
        assert_eq!(ids(""), [file["id"].clone(), second["id"].clone()], "by priority");
        assert_eq!(ids(&format!("?filter[directoryId]={folder}")), [file["id"].clone()]);
        assert_eq!(ids("?filter[directoryId]=99"), Vec::<Value>::new());
        let other = admin.new_client("b@example.com", &json!({}));
        admin.patch(&format!("/api/v2/clients/{other}/files/{}", file["id"]), &json!({})).expect(404);
        admin.delete(&format!("/api/v2/clients/{client}/folders/{folder}")).refused(409, "folderNotEmpty");
        admin.delete(&path).expect(204);
        assert_eq!(read(&admin, &file["file"]).status, 404);
        admin.delete(&path).expect(404);
        app.sweep_files();
        assert_eq!(stored(app), 1);
        admin.delete(&format!("/api/v2/clients/{client}")).expect(204);
        let gone = format!("{files}/{}", second["id"]);
        admin.patch(&gone, &json!({"name": "c.pdf"})).refused(409, "clientRemoved");
        admin.delete(&gone).refused(409, "clientRemoved");
        upload(&admin, client, "a.pdf", PDF).refused(409, "clientRemoved");
        assert_eq!(read(&admin, &second["file"]).status, 200, "what is there is read");
    });
}
