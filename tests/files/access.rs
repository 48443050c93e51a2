//! Who sees which folders, and the files in them.

use serde_json::{Value, json};

use super::{PDF, PROGRAM, custom_folder, read, stored, upload, upload_to};
use crate::harness::form::Form;
use crate::harness::{Client, TestApp, on_both};

/// A tree of two folders, a clerk with a group of their own, and a client with a file in each folder and at the top.
struct Office {
    clerk: Client,
    group: i64,
    client: i64,
    outer: i64,
    inner: i64,
    custom: i64,
    files: [Value; 4],
}

fn office(app: &TestApp, admin: &Client) -> Office {
    let rights = ["clientFiles.read", "clientFiles.create", "clientFiles.update", "clientFiles.delete"];
    let clerk = app.user_with("clerk", &rights);
    let groups = admin.get("/api/v2/groups?limit=100").expect(200);
    let ids = groups["data"].as_array().unwrap().iter().map(|group| group["id"].as_i64().unwrap());
    let group = ids.max().unwrap();
    let client = admin.new_client("a@example.com", &json!({}));
    let outer = admin.create("/api/v2/folders", &json!({"name": "Contracts"}));
    let inner = admin.create(&format!("/api/v2/folders/{outer}/addSubdirectory"), &json!({"name": "Signed"}));
    let custom = custom_folder(admin, client, "Drafts", Some(inner));
    let files = [
        upload(admin, client, "top.pdf", PDF).expect(201),
        upload_to(admin, client, outer, "outer.pdf").expect(201),
        upload_to(admin, client, inner, "inner.pdf").expect(201),
        upload_to(admin, client, custom, "custom.pdf").expect(201),
    ];
    Office { clerk, group, client, outer, inner, custom, files }
}

impl Office {
    fn access(&self, folder: i64) -> String {
        format!("/api/v2/folders/{folder}/groups/{}", self.group)
    }

    /// The names of the files that the clerk sees; the others can be neither read nor changed.
    #[track_caller]
    fn seen(&self) -> Vec<Value> {
        let page = self.clerk.get(&format!("/api/v2/clients/{}/files", self.client)).expect(200);
        let files = page["data"].as_array().unwrap();
        assert_eq!(page["total"], json!(files.len()));
        for file in &self.files {
            let expected = if files.contains(file) { 200 } else { 404 };
            assert_eq!(read(&self.clerk, &file["file"]).status, expected, "{}", file["name"]);
            let path = format!("/api/v2/clients/{}/files/{}", self.client, file["id"]);
            assert_eq!(self.clerk.patch(&path, &json!({})).status, expected, "{}", file["name"]);
        }
        files.iter().map(|file| file["name"].clone()).collect()
    }
}

#[test]
fn files_are_seen_with_their_folder() {
    on_both(|app| {
        let admin = app.admin();
        let office = office(app, &admin);
        assert_eq!(office.seen(), ["top.pdf"]);
        let set = |folder: i64, is_granted: bool| admin.put(&office.access(folder), &json!({"isGranted": is_granted}));
        set(office.inner, true).refused(409, "parentFolderHidden");
        assert_eq!(set(office.outer, true).expect(200)["isGranted"], json!(true));
        assert_eq!(office.seen(), ["top.pdf", "outer.pdf"], "it counts for the folder alone");
        set(office.inner, true).expect(200);
        assert_eq!(office.seen(), ["top.pdf", "outer.pdf", "inner.pdf", "custom.pdf"]);
        set(office.outer, false).expect(200);
        assert_eq!(office.seen(), ["top.pdf"], "it is taken away for all below");
        assert_eq!(admin.get(&office.access(office.inner)).expect(200)["isGranted"], json!(false));
    });
}

#[test]
fn a_folder_that_is_not_seen_does_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        let office = office(app, &admin);
        let Office { clerk, client, .. } = &office;
        let unknown = |field| [(field, "unknown")];
        upload_to(clerk, *client, office.outer, "x.pdf").expect_faults(422, &unknown("directoryId"));
        let top = format!("/api/v2/clients/{client}/files/{}", office.files[0]["id"]);
        clerk.patch(&top, &json!({"directoryId": office.inner})).expect_faults(422, &unknown("directoryId"));
        let folders = format!("/api/v2/clients/{client}/folders");
        let inside = json!({"name": "x", "parentId": office.outer});
        clerk.post(&folders, &inside).expect_faults(422, &unknown("parentId"));
        for folder in [office.outer, office.custom] {
            clerk.patch(&format!("{folders}/{folder}"), &json!({"name": "x"})).expect(404);
            clerk.delete(&format!("{folders}/{folder}")).expect(404);
        }
        assert_eq!(clerk.total(&format!("/api/v2/clients/{client}/files?filter[directoryId]={}", office.outer)), 0);
    });
}

#[test]
fn a_new_folder_is_seen_by_whoever_made_it_and_by_whoever_sees_its_parent() {
    on_both(|app| {
        let admin = app.admin();
        let office = office(app, &admin);
        let rights = ["clientFolders.create", "clientFolders.read", "clientFiles.create", "clientFiles.read"];
        let maker = app.user_with("maker", &rights);
        let own = maker.create("/api/v2/folders", &json!({"name": "Own"}));
        upload_to(&maker, office.client, own, "own.pdf").expect(201);
        upload_to(&office.clerk, office.client, own, "x.pdf").expect_faults(422, &[("directoryId", "unknown")]);
        let inside = admin.create(&format!("/api/v2/folders/{own}/addSubdirectory"), &json!({"name": "Inside"}));
        upload_to(&maker, office.client, inside, "inside.pdf").expect(201);
    });
}

#[test]
fn administrators_see_every_folder() {
    on_both(|app| {
        let admin = app.admin();
        let office = office(app, &admin);
        let of_administrators = format!("/api/v2/folders/{}/groups/1", office.outer);
        assert_eq!(admin.get(&of_administrators).expect(200)["isGranted"], json!(true));
        admin.put(&of_administrators, &json!({"isGranted": true})).expect(200);
        admin.put(&of_administrators, &json!({"isGranted": false})).refused(409, "administratorsSeeFolders");
        admin.get(&office.access(99)).expect(404);
        admin.get(&office.access(office.custom)).expect(404);
        admin.get(&format!("/api/v2/folders/{}/groups/99", office.outer)).expect(404);
    });
}

#[test]
fn a_key_is_no_right_by_itself() {
    on_both(|app| {
        let admin = app.admin();
        let office = office(app, &admin);
        let file = &office.files[0]["file"];
        assert_eq!(read(&app.client, file).status, 401);
        assert_eq!(read(&app.user_with("nobody", &[]), file).status, 404);
        assert_eq!(read(&app.user_with("other", &["documents.read", "profilePhotos.read"]), file).status, 404);
        let tag = admin.new_tag("vip");
        let (_, blind) = app.user_of("blind", &["clientFiles.read"], &json!({"clientTags": [tag]}));
        assert_eq!(read(&blind, file).status, 404);
        blind.get(&format!("/api/v2/clients/{}/files", office.client)).expect(404);
        for key in ["x", "..%2f..%2fetc%2fpasswd", &"0".repeat(40)] {
            assert_eq!(read(&admin, &json!(format!("/api/v2/files/{key}"))).status, 404, "{key}");
        }
    });
}

#[test]
fn nothing_is_stored_of_what_is_sent_for_a_client_who_is_not_there() {
    on_both(|app| {
        let admin = app.admin();
        let file = Form::default().file("file", "a.exe", PROGRAM);
        file.send(&admin, "/api/v2/clients/99/files").expect(404);
        Form::default().file("photo", "a.exe", PROGRAM).send(&admin, "/api/v2/clients/99/photo").expect(404);
        assert_eq!(stored(app), 0);
    });
}
