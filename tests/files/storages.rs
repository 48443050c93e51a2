//! Where files are stored.

use outbound::files::{StorageKeys, StorageSetting, ensure};
use serde_json::json;

use super::{PDF, read, stored, upload};
use crate::harness::{TestApp, on_both, scratch, sql, unique};

const LOCAL: &str = "/api/v2/storages/1";

#[test]
fn the_storage_of_the_installation_is_there_and_works() {
    on_both(|app| {
        let admin = app.admin();
        let list = admin.get("/api/v2/storages").expect(200);
        let storage = &list["data"][0];
        let told = (&list["total"], &storage["driver"], &storage["isEnabled"]);
        assert_eq!(told, (&json!(1), &json!("local"), &json!(true)));
        let status = admin.get(&format!("{LOCAL}/status")).expect(200);
        assert_eq!(status, json!({"isConnected": true, "message": null}));
        admin.get("/api/v2/storages/99/status").expect(404);
        admin.patch("/api/v2/storages/99", &json!({"caption": "x"})).expect(404);
        app.user_with("clerk", &[]).get(&format!("{LOCAL}/status")).refused(403, "permissionMissing");
        admin.patch(LOCAL, &json!({"isEnabled": false})).expect_faults(409, &[("isEnabled", "lastStorage")]);
        assert_eq!(admin.patch(LOCAL, &json!({"caption": "Disk"})).expect(200)["caption"], json!("Disk"));
    });
}

#[test]
fn a_storage_works_before_it_is_changed() {
    on_both(|app| {
        // The path differs between the databases.
        let admin = app.admin().unrecorded();
        let file = scratch().join(format!("a-file-{}", unique()));
        std::fs::write(&file, "x").unwrap();
        let set = |root: &str| admin.patch(LOCAL, &json!({"options": {"root": root}}));
        set(&file.display().to_string()).expect_faults(422, &[("options", "storageUnreachable")]);
        assert_eq!(admin.get(LOCAL).expect(200)["options"]["root"], json!(null));
        let client = admin.new_client("a@example.com", &json!({}));
        let first = upload(&admin, client, "a.pdf", PDF).expect(201);
        let folder = scratch().join(format!("files-{}", unique()));
        let changed = set(&folder.display().to_string()).expect(200);
        assert_eq!(changed["options"]["root"], json!(folder.display().to_string()));
        let second = upload(&admin, client, "b.pdf", PDF).expect(201);
        assert_eq!(read(&admin, &second["file"]).body, PDF);
        assert_eq!(read(&admin, &first["file"]).status, 503, "files are not moved");
        admin.patch(LOCAL, &json!({"options": {"root": null}})).expect(200);
        assert_eq!(read(&admin, &first["file"]).body, PDF);
        set("relative").expect_faults(422, &[("options", "storageUnreachable")]);
        let wrong = admin.patch(LOCAL, &json!({"options": {"password": "x", "root": 1}}));
        assert_eq!(wrong.faulty_fields(), ["options.password", "options.root"]);
        let _ = std::fs::remove_dir_all(folder);
    });
}

fn add_s3(app: &TestApp) {
    let setting = "s3://files?endpoint=http://127.0.0.1:1&region=eu-1".parse::<StorageSetting>().unwrap();
    let keys = StorageKeys { access_key: "access".into(), secret_key: "s3cret".into() };
    ensure(&app.database, &app.outbound.secret, &setting, Some(&keys)).unwrap();
    ensure(&app.database, &app.outbound.secret, &setting, Some(&keys)).unwrap();
}

#[test]
fn a_storage_that_does_not_answer_takes_no_files_until_another_one_does() {
    on_both(|app| {
        let admin = app.admin();
        add_s3(app);
        assert_eq!(admin.total("/api/v2/storages"), 2, "one of its kind is made");
        let client = admin.new_client("a@example.com", &json!({}));
        upload(&admin, client, "a.pdf", PDF).expect(503);
        let status = admin.get("/api/v2/storages/2/status").expect(200);
        assert_eq!(status["isConnected"], json!(false));
        admin.patch("/api/v2/storages/2", &json!({"isEnabled": false})).expect(200);
        let file = upload(&admin.unrecorded(), client, "a.pdf", PDF).expect(201);
        assert_eq!((read(&admin, &file["file"]).status, stored(app)), (200, 1));
        admin.patch(LOCAL, &json!({"isEnabled": false})).expect_faults(409, &[("isEnabled", "lastStorage")]);
    });
}

#[test]
fn the_secret_of_a_storage_is_never_told_and_never_sent_elsewhere() {
    on_both(|app| {
        let admin = app.admin();
        add_s3(app);
        let s3 = "/api/v2/storages/2";
        let options = admin.get(s3).expect(200)["options"].clone();
        assert_eq!((&options["secretKey"], &options["accessKey"]), (&json!("***"), &json!("access")));
        let set = |options: serde_json::Value| admin.patch(s3, &json!({"options": options}));
        let needs_secret = [("options.secretKey", "storageSecretRequired")];
        let unreachable = [("options", "storageUnreachable")];
        set(json!({"endpoint": "http://127.0.0.1:2"})).expect_faults(422, &needs_secret);
        set(json!({"endpoint": "http://127.0.0.1:2", "secretKey": "***"})).expect_faults(422, &needs_secret);
        set(json!({"endpoint": "http://127.0.0.1:2", "secretKey": "s3cret"})).expect_faults(422, &unreachable);
        set(json!({"endpoint": "http://user:pass@127.0.0.1:1", "secretKey": "x"})).expect_faults(422, &unreachable);
        set(json!({"bucket": null})).expect_faults(422, &unreachable);
        set(json!({"secretKey": "***"})).expect(200);
        let rows = app.database.read(|conn| Ok::<_, storage::Error>(sql::texts(conn, "SELECT options FROM storages")));
        assert!(!rows.unwrap().join("").contains("s3cret"));
    });
}
