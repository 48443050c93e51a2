//! Files that no record names go, at once or after a while; those that one names stay.

use std::io::Write as _;

use domain::files::{ClientFile, FileKey};
use domain::identity::Scope;
use serde_json::json;
use storage::Error;
use storage::files::folder_access::FolderSight;
use storage::files::{client_files, stored};

use super::{PDF, read, stored as count, upload};
use crate::harness::{Setup, on_both, on_both_with};

#[test]
fn a_file_that_never_arrived_whole_is_swept_after_an_hour() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let kept = upload(&admin, client, "a.pdf", PDF).expect(201);
        // What a server leaves that dies while a file arrives, or before a record names it.
        let file = app.database.write(|tx| stored::begin(tx, FileKey::of([1; 20]))).unwrap();
        let store = app.outbound.store(&file.storage.data).unwrap();
        let mut writer = store.create(&file.key).unwrap();
        writer.write_all(b"half").unwrap();
        drop(writer);
        app.run_jobs();
        assert_eq!(count(app), 2);
        app.advance(3601);
        app.run_jobs();
        assert_eq!(count(app), 1);
        assert_eq!(read(&admin, &kept["file"]).body, PDF);
    });
}

#[test]
fn a_file_that_is_deleted_stays_for_a_day_so_that_a_backup_of_the_database_finds_it() {
    on_both_with(&Setup { has_lasting_tokens: true, ..Setup::default() }, |app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let file = upload(&admin, client, "a.pdf", PDF).expect(201);
        admin.delete(&format!("/api/v2/clients/{client}/files/{}", file["id"])).expect(204);
        assert_eq!(read(&admin, &file["file"]).status, 404, "but nobody reads it");
        app.advance(24 * 3600 - 1);
        app.run_jobs();
        assert_eq!(count(app), 1);
        app.advance(1);
        app.run_jobs();
        assert_eq!(count(app), 0);
    });
}

#[test]
fn a_file_whose_record_is_written_stays_even_if_its_call_fails_then() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let file = upload(&admin, client, "a.pdf", PDF).expect(201);
        // The answer of the database was lost, or came too late.
        app.database.write(|tx| stored::give_up(tx, 1.into())).unwrap();
        app.run_jobs();
        assert_eq!(read(&admin, &file["file"]).body, PDF);
    });
}

#[test]
fn a_file_that_is_being_swept_is_never_kept() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let file = app.database.write(|tx| stored::begin(tx, FileKey::of([1; 20]))).unwrap();
        app.database.write(move |tx| stored::give_up(tx, file.id)).unwrap();
        assert!(app.database.write(stored::claim).unwrap().is_some_and(|claimed| claimed.id == file.id));
        let received = stored::ReceivedFile { id: file.id, media_type: "application/pdf".into(), length: 3 };
        let data = ClientFile { name: "a.pdf".into(), folder: None, priority: 0 };
        let kept = app.database.write(move |tx| {
            client_files::insert(tx, &Scope::System, &FolderSight::All, client.into(), &data, &received)
        });
        assert!(matches!(kept, Err(Error::Unavailable(_))));
        assert!(app.database.write(stored::claim).unwrap().is_none(), "by one server alone");
    });
}

#[test]
fn a_file_that_took_too_long_is_not_kept() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let file = app.database.write(|tx| stored::begin(tx, FileKey::of([1; 20]))).unwrap();
        app.advance(3601);
        let received = stored::ReceivedFile { id: file.id, media_type: "application/pdf".into(), length: 3 };
        let data = ClientFile { name: "a.pdf".into(), folder: None, priority: 0 };
        let kept = app.database.write(move |tx| {
            client_files::insert(tx, &Scope::System, &FolderSight::All, client.into(), &data, &received)
        });
        assert!(matches!(kept, Err(Error::Unavailable(_))));
        assert_eq!(admin.total(&format!("/api/v2/clients/{client}/files")), 0);
    });
}

#[test]
fn what_cannot_be_deleted_is_tried_again() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let file = upload(&admin, client, "a.pdf", PDF).expect(201);
        let root = app.outbound.files.clone();
        let aside = root.with_extension("aside");
        std::fs::rename(&root, &aside).unwrap();
        std::fs::write(&root, "no folder").unwrap();
        admin.delete(&format!("/api/v2/clients/{client}/files/{}", file["id"])).expect(204);
        app.sweep_files();
        std::fs::remove_file(&root).unwrap();
        std::fs::rename(&aside, &root).unwrap();
        app.run_jobs();
        assert_eq!(count(app), 1, "not before its time");
        app.advance(301);
        app.run_jobs();
        assert_eq!(count(app), 0);
    });
}
