//! Files, folders, documents and storages as they are answered.

use serde_json::json;

use super::PDF;
use crate::harness::form::Form;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let mut bodies = Bodies::of(&admin);
        let folder = bodies.create("/api/v2/folders", &json!({"name": "Contracts"}));
        bodies.ask(&format!("/api/v2/folders/{folder}/addSubdirectory"), &json!({"name": "Signed"}), 201);
        bodies.read(&format!("/api/v2/folders/{folder}/groups/1"));
        let own = json!({"name": "Letters", "parentId": folder});
        bodies.ask(&format!("/api/v2/clients/{client}/folders"), &own, 201);
        bodies.first_of("/api/v2/storages");
        bodies.read("/api/v2/storages/1/status");
        let files = format!("/api/v2/clients/{client}/files");
        let form = Form::default().text("directoryId", &folder.to_string()).text("priority", "2");
        bodies.upload(&files, form.file("file", "contract.pdf", PDF));
        bodies.first_of(&files);
        let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
        let kind = json!({"name": "Passport", "groupId": group, "maxFiles": 2});
        let kind = admin.create("/api/v2/documents/types", &kind);
        let form = Form::default().text("clientId", &client.to_string()).text("typeId", &kind.to_string());
        bodies.upload("/api/v2/documents", form.file("files", "scan.pdf", PDF));
        bodies.first_of("/api/v2/documents");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
