//! Who may import.

use serde_json::json;

use super::{IMPORTS, outcome, send};
use crate::files::stored;
use crate::harness::on_both;
use crate::identity::approvals::{POLICIES, approve, waits};

const FILE: &str = "email,lastName,firstName\nann@example.com,Doe,Ann\n";

#[test]
fn whoever_imports_needs_the_right_to_make_each_single_one() {
    on_both(|app| {
        let user = app.user_with("importer", &["imports.create", "imports.read", "accounts.create"]).unrecorded();
        for (kind, status) in [("users", 403), ("accounts", 201), ("transactions", 403)] {
            let asked = send(&user, kind, FILE);
            if status == 403 {
                asked.refused(403, "importPermissionMissing");
            } else {
                asked.expect(status);
            }
        }
        send(&app.user_with("other", &["clients.create"]), "users", FILE).refused(403, "permissionMissing");
    });
}

#[test]
fn whoever_is_limited_to_tags_neither_imports_nor_sees_imports() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("vip");
        let may = ["imports.create", "imports.read", "imports.delete", "clients.create"];
        let (_, limited) = app.user_of("limited", &may, &json!({"clientTags": [tag]}));
        send(&limited, "users", FILE).refused(403, "importsNeedAllClients");
        let id = send(&admin.unrecorded(), "users", FILE).expect(201)["id"].clone();
        limited.get(IMPORTS).refused(403, "importsNeedAllClients");
        limited.unrecorded().get(&format!("{IMPORTS}/{id}")).refused(403, "importsNeedAllClients");
        limited.unrecorded().delete(&format!("{IMPORTS}/{id}")).refused(403, "importsNeedAllClients");
        app.run_jobs();
        assert_eq!(admin.total("/api/v2/clients"), 1);
    });
}

#[test]
fn an_import_waits_for_a_second_user_with_its_file() {
    on_both(|app| {
        let admin = app.admin();
        admin.create(POLICIES, &json!({"operation": "imports.create"}));
        let may = ["imports.create", "clients.create", "approvals.read", "approvals.update"];
        let other = app.user_with("other", &may);
        let place = waits(send(&admin, "users", FILE));
        app.advance(2 * 3600);
        app.sweep();
        app.run_jobs();
        assert_eq!((admin.total("/api/v2/clients"), stored(app)), (0, 1));
        let approved = approve(&other.unrecorded(), &place).expect(200);
        assert_eq!(approved["result"]["status"], json!(201), "{approved}");
        app.run_jobs();
        let imports = admin.unrecorded().get(IMPORTS).expect(200);
        assert_eq!(outcome(&imports["data"][0]), ("done", 1, 0));
        app.sweep_files();
        assert_eq!((admin.total("/api/v2/clients"), stored(app)), (1, 0));
    });
}
