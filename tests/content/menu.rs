//! The menu of the clients' interface.

use serde_json::{Value, json};

use crate::harness::{Client, on_both};

const MENU: &str = "/api/v2/menus";

/// The names of items, with those of what is below them.
fn told(items: &Value) -> String {
    let told = items.as_array().unwrap().iter().map(|item| {
        let name = item["name"].as_str().unwrap();
        match item.get("children") {
            Some(children) if children != &json!([]) => format!("{name}({})", told(children)),
            Some(_) | None => name.to_owned(),
        }
    });
    told.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn menu(admin: &Client, query: &str) -> String {
    told(&admin.get(&format!("{MENU}{query}")).expect(200)["data"])
}

#[test]
fn the_menu_is_a_tree() {
    on_both(|app| {
        let admin = app.admin();
        let first = admin.get(MENU).expect(200);
        assert_eq!(told(&first["data"]), "dashboard funds accounts platforms bonuses verification profile support");
        assert_eq!(first["data"][1].get("children"), None, "without deep the items come flat");
        let funds = "funds(deposit withdraw transfer exchange history)";
        assert!(menu(&admin, "?deep=true").contains(&format!("dashboard {funds} accounts")));
        assert_eq!(menu(&admin, "?deep=1&limit=1&offset=1"), funds);
        assert_eq!(menu(&admin, "?filter[menuId]=2&limit=2"), "deposit withdraw");
        assert_eq!(menu(&admin, "?filter[rootName]=FUNDS&sort_by=name&limit=2"), "deposit exchange");
        assert_eq!(menu(&admin, "?filter[rootName]=funds&sort_by=caption&sort_order=desc&limit=1"), "withdraw");
        assert_eq!(menu(&admin, "?filter[menuId]=1&filter[rootName]=funds"), "", "the id goes before the name");
        assert_eq!(menu(&admin, "?filter[rootName]=nothing"), "");
        assert_eq!(admin.total(&format!("{MENU}?limit=1")), 8);
        admin.get(&format!("{MENU}?deep=maybe")).expect_faults(400, &[("deep", "notBoolean")]);
        admin.get(&format!("{MENU}?filter[deep]=1")).refused(400, "unknownFilter");
    });
}

#[test]
fn the_ancestors_of_what_a_filter_chooses_stay() {
    on_both(|app| {
        let admin = app.admin();
        assert_eq!(menu(&admin, "?deep=1&filter[caption]=DEPOSIT"), "funds(deposit)");
        assert_eq!(menu(&admin, "?filter[caption]=deposit"), "", "only the first level is looked at");
        admin.patch(&format!("{MENU}/3"), &json!({"new": true, "visible": false})).expect(200);
        assert_eq!(menu(&admin, "?deep=1&filter[new]=1"), "funds(deposit)");
        assert_eq!(menu(&admin, "?deep=1&filter[visible]=0"), "funds(deposit)");
        assert_eq!(menu(&admin, "?filter[visible]=0"), "");
        admin.patch(&format!("{MENU}/2"), &json!({"verificationLevels": [1]})).expect(200);
        assert_eq!(menu(&admin, "?filter[verificationLevelId]=1"), "funds");
        assert_eq!(menu(&admin, "?filter[verificationLevelId]=9"), "");
    });
}

#[test]
fn an_item_names_levels_and_types_that_exist() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{MENU}/2");
        let faults = [("clientTypes.1", "unknown"), ("verificationLevels.0", "unknown")];
        let unknown = json!({"verificationLevels": [9], "clientTypes": [1, 9]});
        admin.patch(&path, &unknown).expect_faults(422, &faults);
        let texts = json!([{"key": "name", "locale": "es_ES", "value": "Persona"}]);
        admin.patch("/api/v2/clients/types/1", &json!({"resources": texts})).expect(200);
        let change = json!({"verificationLevels": [1, 1], "clientTypes": [2, 1], "caption": "Money", "priority": "-5"});
        let changed = admin.put(&path, &change).expect(200);
        assert_eq!(changed["verificationLevels"], json!([{"id": 1, "caption": "Not verified"}]));
        assert_eq!(changed["clientTypes"][0], json!({"id": 1, "name": "Individual", "caption": "Individual"}));
        let spanish = admin.with("Accept-Language", "es").get(&path).expect(200);
        assert_eq!(spanish["clientTypes"][0], json!({"id": 1, "name": "Individual", "caption": "Persona"}));
        assert_eq!(menu(&admin, "?limit=1"), "funds");
        let none = admin.patch(&path, &json!({"verificationLevels": [], "clientTypes": []})).expect(200);
        assert_eq!([&none["verificationLevels"], &none["clientTypes"]], [&json!([]), &json!([])]);
        admin.patch(&path, &json!({"caption": null})).refused(400, "null");
        admin.patch(&format!("{MENU}/999"), &json!({})).expect(404);
    });
}

#[test]
fn what_an_item_is_limited_to_is_not_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let level = admin.create("/api/v2/verifications/levels", &json!({"index": 10, "name": "Verified"}));
        let kind = admin.create("/api/v2/clients/types", &json!({"name": "Fund", "group": "corporative"}));
        let item = format!("{MENU}/2");
        admin.patch(&item, &json!({"verificationLevels": [level], "clientTypes": [kind]})).expect(200);
        let [level, kind] = [format!("/api/v2/verifications/levels/{level}"), format!("/api/v2/clients/types/{kind}")];
        admin.delete(&level).refused(409, "inUse");
        admin.delete(&kind).refused(409, "inUse");
        admin.patch(&item, &json!({"verificationLevels": [], "clientTypes": []})).expect(200);
        admin.delete(&level).expect(204);
        admin.delete(&kind).expect(204);
    });
}
