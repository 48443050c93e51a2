//! Files in the bucket of a real service that speaks S3.

use outbound::files::{StorageKeys, ensure};
use serde_json::json;

use super::uploads::noise;
use super::{PDF, read, stored, upload};
use crate::harness::form::Form;
use crate::harness::raw::fetch;
use crate::harness::s3::{S3, keys};
use crate::harness::{Client, TestApp, on_both};

const S3_STORAGE: &str = "/api/v2/storages/2";

/// Stores files in this bucket from now on.
fn use_bucket(app: &TestApp, s3: &S3, keys: &StorageKeys) {
    ensure(&app.database, &app.outbound.secret, &s3.setting(), Some(keys)).unwrap();
}

fn new_client(admin: &Client) -> i64 {
    admin.new_client("a@example.com", &json!({}))
}

#[test]
fn a_file_in_a_bucket_is_read_whole_and_in_parts_and_deleted_with_its_record() {
    on_both(|app| {
        let (admin, s3) = (app.admin(), S3::start());
        use_bucket(app, &s3, &keys());
        let status = admin.get(&format!("{S3_STORAGE}/status")).expect(200);
        assert_eq!(status, json!({"isConnected": true, "message": null}));
        let client = new_client(&admin);
        let content = noise(5 << 20);
        let file = upload(&admin, client, "a.bin", &content).expect(201);
        assert_eq!((s3.count(), stored(app)), (1, 0));
        assert!(read(&admin, &file["file"]).body == content);
        let path = file["file"].as_str().unwrap();
        let part = fetch(&admin, "GET", path, &[("Range", "bytes=4000000-4000999")]).unwrap();
        assert_eq!((part.status, part.body == content[4_000_000..4_001_000]), (206, true));
        admin.delete(&format!("/api/v2/clients/{client}/files/{}", file["id"])).expect(204);
        app.sweep_files();
        assert_eq!(s3.count(), 0);
    });
}

#[test]
fn photos_and_documents_are_kept_in_a_bucket_too() {
    on_both(|app| {
        let (admin, s3) = (app.admin(), S3::start());
        use_bucket(app, &s3, &keys());
        let client = new_client(&admin);
        let photo = super::photos::picture(300, 200, image::ImageFormat::Png);
        let path = format!("/api/v2/clients/{client}/photo");
        Form::default().file("photo", "me.png", &photo).send(&admin, &path).expect(204);
        assert_eq!(read(&admin, &json!(path)).status, 200);
        let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
        let kind = admin.create("/api/v2/documents/types", &json!({"name": "Passport", "groupId": group}));
        let document = Form::default().text("clientId", &client.to_string()).text("typeId", &kind.to_string());
        let document = document.file("files", "a.pdf", PDF).send(&admin, "/api/v2/documents").expect(201);
        assert_eq!(read(&admin, &document["files"][0]["file"]).body, PDF);
        assert_eq!(s3.count(), 2);
    });
}

#[test]
fn a_bucket_that_refuses_the_keys_says_so_and_takes_nothing() {
    on_both(|app| {
        let (admin, s3) = (app.admin(), S3::start());
        use_bucket(app, &s3, &StorageKeys { secret_key: "wr0ng".into(), ..keys() });
        let status = admin.get(&format!("{S3_STORAGE}/status")).expect(200);
        assert_eq!(status, json!({"isConnected": false, "message": "the storage refuses the keys"}));
        let client = new_client(&admin);
        upload(&admin, client, "a.pdf", PDF).expect(503);
        // The address differs between the databases.
        admin.unrecorded().patch(S3_STORAGE, &json!({"options": {"secretKey": "s3cret"}})).expect(200);
        upload(&admin, client, "a.pdf", PDF).expect(201);
        assert_eq!(s3.count(), 1);
    });
}

#[test]
fn what_a_bucket_could_not_delete_is_deleted_once_it_answers_again() {
    on_both(|app| {
        let (admin, s3) = (app.admin(), S3::start());
        use_bucket(app, &s3, &keys());
        let client = new_client(&admin);
        let file = upload(&admin, client, "a.pdf", PDF).expect(201);
        s3.refuse(true);
        assert_eq!(read(&admin, &file["file"]).status, 503);
        admin.delete(&format!("/api/v2/clients/{client}/files/{}", file["id"])).expect(204);
        app.sweep_files();
        assert_eq!(s3.count(), 1);
        s3.refuse(false);
        app.advance(301);
        app.run_jobs();
        assert_eq!(s3.count(), 0);
    });
}
