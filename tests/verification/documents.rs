//! What clients hand in: groups and types.

use serde_json::json;

use crate::harness::on_both;

const GROUPS: &str = "/api/v2/documents/groups";
const TYPES: &str = "/api/v2/documents/types";

#[test]
fn a_group_is_shown_by_its_caption_and_found_by_its_type() {
    on_both(|app| {
        let admin = app.admin();
        let texts = json!([{"key": "caption", "locale": "es_ES", "value": "Quién es"}]);
        let group = json!({"name": "Identity", "type": "one", "caption": "Who you are", "resources": texts});
        let id = admin.create(GROUPS, &group);
        let plain = admin.create(GROUPS, &json!({"name": "Residence", "type": "all", "enabled": false}));
        let read = admin.with("Accept-Language", "es").get(&format!("{GROUPS}/{id}")).expect(200);
        assert_eq!([&read["name"], &read["internalName"]], [&json!("Quién es"), &json!("Identity")]);
        assert_eq!(admin.get(&format!("{GROUPS}/{id}")).expect(200)["name"], json!("Who you are"));
        assert_eq!(admin.get(&format!("{GROUPS}/{plain}")).expect(200)["name"], json!("Residence"));
        for locale in ["es", "en"] {
            let path = format!("{GROUPS}/{id}");
            let read = admin.with("Accept-Language", locale).get(&path).expect(200);
            assert_eq!(
                admin.patch(&path, &read).expect(200)["internalName"],
                json!("Identity"),
                "sent back as it was read"
            );
        }
        admin.post(GROUPS, &json!({"name": "IDENTITY", "type": "one"})).refused(409, "taken");
        let passport = admin.create(TYPES, &json!({"name": "Passport", "groupId": id}));
        assert_eq!(admin.total(&format!("{GROUPS}?filter[typeId]={passport}")), 1);
        assert_eq!(admin.total(&format!("{GROUPS}?filter[type]=all&filter[enabled]=0")), 1);
    });
}

#[test]
fn a_type_stands_in_a_group_that_exists() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create(GROUPS, &json!({"name": "Identity", "type": "one"}));
        admin.post(TYPES, &json!({"name": "Passport", "groupId": 99})).expect_faults(422, &[("groupId", "unknown")]);
        let kind = admin.create(TYPES, &json!({"name": "Passport", "groupId": group}));
        let path = format!("{TYPES}/{kind}");
        assert_eq!(admin.get(&path).expect(200)["maxFiles"], json!(1));
        for files in [0, 101] {
            admin.patch(&path, &json!({"maxFiles": files})).expect_faults(400, &[("maxFiles", "outOfRange")]);
        }
        admin.patch(&path, &json!({"groupId": 99})).refused(422, "unknown");
        admin.delete(&format!("{GROUPS}/{group}")).refused(409, "inUse");
        admin.delete(&path).expect(204);
        admin.delete(&format!("{GROUPS}/{group}")).expect(204);
    });
}

#[test]
fn types_are_listed_by_priority() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create(GROUPS, &json!({"name": "Identity", "type": "one"}));
        for (name, priority) in [("Licence", 3), ("Passport", 1), ("Card", 2)] {
            admin.create(TYPES, &json!({"name": name, "groupId": group, "priority": priority}));
        }
        let listed = admin.get(&format!("{TYPES}?sort_by=priority&sort_order=asc")).expect(200);
        let names: Vec<&str> =
            listed["data"].as_array().unwrap().iter().filter_map(|kind| kind["name"].as_str()).collect();
        assert_eq!(names, ["Passport", "Card", "Licence"]);
    });
}
