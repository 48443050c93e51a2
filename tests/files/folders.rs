//! The tree of folders of all clients, and the folders of one.

use serde_json::{Value, json};

use super::custom_folder;
use crate::harness::{Client, on_both};

const FOLDERS: &str = "/api/v2/folders";

fn system_folder(admin: &Client, name: &str) -> i64 {
    admin.create(FOLDERS, &json!({"name": name}))
}

fn below(admin: &Client, parent: i64, name: &str) -> i64 {
    admin.create(&format!("{FOLDERS}/{parent}/addSubdirectory"), &json!({"name": name}))
}

#[test]
fn the_tree_is_read_with_all_that_is_below() {
    on_both(|app| {
        let admin = app.admin();
        let contracts = system_folder(&admin, "Contracts");
        let signed = below(&admin, contracts, "Signed");
        let old = below(&admin, signed, "Old");
        system_folder(&admin, "Letters");
        let tree = admin.get(FOLDERS).expect(200);
        assert_eq!(tree["total"], json!(2));
        let names: Vec<&Value> = tree["data"].as_array().unwrap().iter().map(|folder| &folder["name"]).collect();
        assert_eq!(names, ["Contracts", "Letters"]);
        assert_eq!(tree["data"][0]["children"][0]["children"][0]["path"], json!("Contracts/Signed/Old"));
        let read = admin.get(&format!("{FOLDERS}/{old}")).expect(200);
        assert_eq!((&read["parentId"], &read["children"]), (&json!(signed), &json!([])));
        let page = admin.get(&format!("{FOLDERS}?limit=1&offset=1")).expect(200);
        assert_eq!((&page["total"], &page["data"][0]["name"]), (&json!(2), &json!("Letters")));
        admin.get(&format!("{FOLDERS}/99")).expect(404);
        admin.post(&format!("{FOLDERS}/99/addSubdirectory"), &json!({"name": "x"})).expect(404);
        assert_eq!(admin.delete(&format!("{FOLDERS}/{old}")).status, 405, "none is deleted");
    });
}

#[test]
fn two_folders_in_a_place_have_different_names() {
    on_both(|app| {
        let admin = app.admin();
        let contracts = system_folder(&admin, "Contracts");
        let letters = system_folder(&admin, "Letters");
        let taken = [("name", "taken")];
        admin.post(FOLDERS, &json!({"name": "CONTRACTS"})).expect_faults(409, &taken);
        admin.patch(&format!("{FOLDERS}/{letters}"), &json!({"name": "contracts"})).expect_faults(409, &taken);
        admin.patch(&format!("{FOLDERS}/{contracts}"), &json!({"name": "contracts"})).expect(200);
        below(&admin, letters, "Contracts");
        for body in [json!({}), json!({"name": ""}), json!({"name": 1}), json!({"name": "x".repeat(256)})] {
            assert_eq!(admin.post(FOLDERS, &body).faulty_fields(), ["name"], "{body}");
        }
        let client = admin.new_client("a@example.com", &json!({}));
        let path = format!("/api/v2/clients/{client}/folders");
        admin.post(&path, &json!({"name": "Letters"})).expect_faults(409, &taken);
        custom_folder(&admin, client, "Mine", None);
        admin.post(&path, &json!({"name": "mine"})).expect_faults(409, &taken);
        let other = admin.new_client("b@example.com", &json!({}));
        custom_folder(&admin, other, "Mine", None);
    });
}

#[test]
fn a_folder_of_a_client_gives_its_name_to_one_of_all_clients() {
    on_both(|app| {
        let admin = app.admin();
        let clients = ["a@example.com", "b@example.com"].map(|email| admin.new_client(email, &json!({})));
        let own = clients.map(|client| custom_folder(&admin, client, "Contracts", None));
        custom_folder(&admin, clients[1], "Contracts_Custom", None);
        let system = system_folder(&admin, "contracts");
        let name = |client: usize| {
            let path = format!("/api/v2/clients/{}/folders/{}", clients[client], own[client]);
            admin.patch(&path, &json!({})).expect(200)["name"].clone()
        };
        assert_eq!([name(0), name(1)], [json!("Contracts_Custom"), json!("Contracts_Custom2")]);
        // Also where one is renamed, and in another folder.
        let inside = custom_folder(&admin, clients[0], "Signed", Some(system));
        let signing = below(&admin, system, "Signing");
        admin.patch(&format!("{FOLDERS}/{signing}"), &json!({"name": "SIGNED"})).expect(200);
        let path = format!("/api/v2/clients/{}/folders/{inside}", clients[0]);
        assert_eq!(admin.patch(&path, &json!({})).expect(200)["name"], json!("Signed_Custom"));
    });
}

#[test]
fn a_clients_folder_is_moved_but_not_into_itself() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let system = system_folder(&admin, "Contracts");
        let top = custom_folder(&admin, client, "Top", None);
        let inner = custom_folder(&admin, client, "Inner", Some(top));
        let set = |folder: i64, parent: Value| {
            admin.patch(&format!("/api/v2/clients/{client}/folders/{folder}"), &json!({"parentId": parent}))
        };
        set(top, json!(top)).expect_faults(422, &[("parentId", "folderCycle")]);
        set(top, json!(inner)).expect_faults(422, &[("parentId", "folderCycle")]);
        let moved = set(top, json!(system)).expect(200);
        let told = (&moved["parentId"], &moved["system"], &moved["clientId"]);
        assert_eq!(told, (&json!(system), &json!(false), &json!(client)));
        set(inner, json!(null)).expect(200);
        let other = admin.new_client("b@example.com", &json!({}));
        let foreign = custom_folder(&admin, other, "Foreign", None);
        set(top, json!(foreign)).expect_faults(422, &[("parentId", "unknown")]);
        set(foreign, json!(null)).expect(404);
        set(system, json!(inner)).refused(409, "systemFolder");
        admin.delete(&format!("/api/v2/clients/{client}/folders/{system}")).refused(409, "systemFolder");
    });
}

#[test]
fn an_empty_folder_of_a_client_is_deleted_by_either_path() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let top = custom_folder(&admin, client, "Top", None);
        let inner = custom_folder(&admin, client, "Inner", Some(top));
        let path = |word: &str, folder: i64| format!("/api/v2/clients/{client}/{word}/{folder}");
        admin.delete(&path("folders", top)).refused(409, "folderNotEmpty");
        admin.patch(&path("folder", inner), &json!({"name": "Renamed"})).expect(200);
        admin.delete(&path("folder", inner)).expect(204);
        admin.delete(&path("folders", top)).expect(204);
        admin.delete(&path("folders", top)).expect(404);
    });
}

#[test]
fn folders_are_at_most_32_deep() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let mut folder = admin.create("/api/v2/folders", &json!({"name": "1"}));
        for depth in 2..=32 {
            folder =
                admin.create(&format!("/api/v2/folders/{folder}/addSubdirectory"), &json!({"name": depth.to_string()}));
        }
        let deeper = admin.post(&format!("/api/v2/folders/{folder}/addSubdirectory"), &json!({"name": "33"}));
        deeper.expect_faults(422, &[("parentId", "folderTooDeep")]);
        let own = json!({"name": "own", "parentId": folder});
        let deeper = admin.post(&format!("/api/v2/clients/{client}/folders"), &own);
        deeper.expect_faults(422, &[("parentId", "folderTooDeep")]);
    });
}
