//! The levels that clients climb, and who got which.

use serde_json::{Value, json};

use crate::harness::{Client, on_both};

const LEVELS: &str = "/api/v2/verifications/levels";

fn level(admin: &Client, index: i64, name: &str) -> i64 {
    admin.create(LEVELS, &json!({"index": index, "name": name}))
}

fn places(admin: &Client) -> Vec<(i64, i64, bool)> {
    let listed = admin.get(&format!("{LEVELS}?sort_order=asc&limit=100")).expect(200);
    let number = |level: &Value, field: &str| level[field].as_i64().unwrap();
    let levels = listed["data"].as_array().unwrap().iter();
    levels.map(|level| (number(level, "id"), number(level, "index"), level["default"] == json!(true))).collect()
}

#[test]
fn the_index_0_belongs_to_the_default_level() {
    on_both(|app| {
        let admin = app.admin();
        let post = |body: Value| admin.post(LEVELS, &body);
        post(json!({"index": -1, "name": "a"})).expect_faults(400, &[("index", "outOfRange")]);
        post(json!({"index": 0, "name": "a"})).expect_faults(400, &[("index", "defaultIndexMismatch")]);
        post(json!({"index": 5, "name": "a", "default": true})).refused(400, "defaultIndexMismatch");
        post(json!({"index": 0, "name": "a", "default": true})).refused(409, "newLevelDefault");
        post(json!({"index": 5, "name": "a", "sustainable": true})).refused(400, "sustainableUnsupported");
        let id = level(&admin, 5, "Verified");
        post(json!({"index": 5, "name": "a"})).expect_faults(409, &[("index", "taken")]);
        post(json!({"index": 6, "name": "VERIFIED"})).expect_faults(409, &[("name", "taken")]);
        post(json!({"index": 5, "name": "VERIFIED"})).expect_faults(409, &[("index", "taken"), ("name", "taken")]);
        let wrong =
            json!({"index": "a", "name": "a", "sustainable": "zz", "options": 3, "limits": {"depositDaily": "-1"}});
        assert_eq!(post(wrong).faulty_fields(), ["index", "limits.depositDaily", "options", "sustainable"]);
        let change = |id: i64, body: Value| admin.patch(&format!("{LEVELS}/{id}"), &body);
        change(1, json!({"default": false})).refused(409, "defaultLevelMissing");
        change(1, json!({"index": 7})).refused(409, "defaultLevelMissing");
        change(id, json!({"index": 0})).refused(409, "defaultLevelMissing");
        change(id, json!({"default": true, "index": 3})).refused(400, "defaultIndexMismatch");
        assert_eq!(places(&admin), [(1, 0, true), (id, 5, false)]);
        let changed = change(id, json!({"default": true})).expect(200);
        assert_eq!([&changed["index"], &changed["default"]], [&json!(0), &json!(true)]);
        assert_eq!(places(&admin), [(1, 5, false), (id, 0, true)], "they change places");
        let client = admin.new_client("ann@example.com", &json!({}));
        assert_eq!(admin.get(&format!("/api/v2/clients/{client}")).expect(200)["verificationLevel"]["id"], json!(id));
    });
}

#[test]
fn the_next_level_is_above() {
    on_both(|app| {
        let admin = app.admin();
        let [first, second] = [(10, "One"), (20, "Two")].map(|(index, name)| level(&admin, index, name));
        let change = |id: i64, body: Value| admin.patch(&format!("{LEVELS}/{id}"), &body);
        for next in [first, 1] {
            change(first, json!({"nextLevel": next})).expect_faults(422, &[("nextLevel", "nextLevelNotAbove")]);
        }
        change(first, json!({"nextLevel": 99})).expect_faults(422, &[("nextLevel", "unknown")]);
        change(1, json!({"nextLevel": first})).expect(200);
        change(first, json!({"nextLevel": second})).expect(200);
        change(second, json!({"index": 5})).refused(409, "levelsOutOfOrder");
        change(second, json!({"default": true})).refused(409, "levelsOutOfOrder");
        admin.delete(&format!("{LEVELS}/{second}")).refused(409, "inUse");
        change(first, json!({"nextLevel": null})).expect(200);
        admin.delete(&format!("{LEVELS}/{second}")).expect(204);
        admin.delete(&format!("{LEVELS}/1")).refused(409, "defaultLevelMissing");
    });
}

#[test]
fn a_level_names_what_exists() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({
            "index": 10, "name": "a", "options": ["Identity"], "requiredTests": [7], "roleId": 99, "nextLevel": 98,
        });
        let faults =
            [("nextLevel", "unknown"), ("options.0", "unknown"), ("requiredTests.0", "unknown"), ("roleId", "unknown")];
        admin.post(LEVELS, &body).expect_faults(422, &faults);
        let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
        let id = admin.create(LEVELS, &json!({"index": 10, "name": "Verified", "options": ["identity", "IDENTITY"]}));
        let group = format!("/api/v2/documents/groups/{group}");
        admin.patch(&group, &json!({"name": "Who you are"})).expect(200);
        assert_eq!(admin.get(&format!("{LEVELS}/{id}")).expect(200)["options"], json!(["Who you are"]));
        admin.delete(&group).refused(409, "inUse");
        admin.patch(&format!("{LEVELS}/{id}"), &json!({"options": []})).expect(200);
        admin.delete(&group).expect(204);
    });
}

#[test]
fn limits_that_are_left_out_stay() {
    on_both(|app| {
        let admin = app.admin();
        let limits = json!({"depositDaily": "100", "withdrawalMonthly": 5000});
        let id = admin.create(LEVELS, &json!({"index": 10, "name": "Verified", "limits": limits}));
        let path = format!("{LEVELS}/{id}");
        let change = |limits: Value| admin.patch(&path, &json!({"limits": limits}));
        let changed = change(json!({"depositDaily": null, "transferDaily": "7.5"})).expect(200);
        assert_eq!(changed["limits"]["depositDaily"], json!(null));
        assert_eq!(changed["limits"]["withdrawalMonthly"], json!("5000.000000000000000000"));
        assert_eq!(changed["limits"]["transferDaily"], json!("7.500000000000000000"));
        let faults = [("limits.depositDaily", "negative"), ("limits.transferDaily", "notNumber")];
        change(json!({"depositDaily": "-1", "transferDaily": "much"})).expect_faults(400, &faults);
    });
}

#[test]
fn a_level_that_is_named_stays() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let [held, restricted] = [(10, "One"), (20, "Two")].map(|(index, name)| level(&admin, index, name));
        let client = format!("/api/v2/clients/{client}");
        admin.patch(&client, &json!({"verificationLevelId": held})).expect(200);
        admin.delete(&format!("{LEVELS}/{held}")).refused(409, "inUse");
        admin.patch(&client, &json!({"verificationLevelId": 1})).expect(200);
        admin.delete(&format!("{LEVELS}/{held}")).expect(204);
        admin.patch(&client, &json!({"verificationLevelId": held})).refused(422, "unknown");
        let restriction =
            json!({"name": "verification_level_restriction", "isEnabled": true, "type": "deny", "ids": [restricted]});
        admin.create("/api/v2/deposits/methods/1/restrictions", &restriction);
        admin.delete(&format!("{LEVELS}/{restricted}")).refused(409, "inUse");
    });
}

#[test]
fn a_client_type_that_a_level_is_restricted_to_stays() {
    on_both(|app| {
        let admin = app.admin();
        let id = level(&admin, 10, "Verified");
        let kind = admin.create("/api/v2/clients/types", &json!({"name": "Fund", "group": "corporative"}));
        let restrictions = format!("{LEVELS}/{id}/restrictions");
        let body = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [kind]});
        let restriction = admin.create(&restrictions, &body);
        admin.post(&restrictions, &body).refused(409, "taken");
        let unknown = json!({"name": "country", "isEnabled": true, "type": "allow", "ids": [9999]});
        admin.post(&restrictions, &unknown).expect_faults(422, &[("ids.0", "unknown")]);
        admin.get(&format!("{LEVELS}/1/restrictions/{restriction}")).expect(404);
        let kind = format!("/api/v2/clients/types/{kind}");
        admin.delete(&kind).refused(409, "inUse");
        admin.delete(&format!("{LEVELS}/{id}")).expect(204);
        admin.delete(&kind).expect(204);
    });
}

#[test]
fn each_change_of_a_level_is_recorded() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let client = admin.new_client("ann@example.com", &json!({}));
        admin.new_client("bob@example.com", &json!({"tagIds": [tag]}));
        let verified = level(&admin, 10, "Verified");
        app.advance(1);
        let path = format!("/api/v2/clients/{client}");
        admin.patch(&path, &json!({"verificationLevelId": verified})).expect(200);
        admin.patch(&path, &json!({"verificationLevelId": verified, "city": "Berlin"})).expect(200);
        admin.patch(&format!("{LEVELS}/{verified}"), &json!({"name": "Checked"})).expect(200);
        let history = admin.get(&format!("/api/v2/verifications?filter[clientId]={client}")).expect(200);
        assert_eq!(history["total"], json!(2), "{history}");
        let [granted, first] = [&history["data"][0], &history["data"][1]];
        assert_eq!(granted["currentLevel"], json!({"id": verified, "name": "Verified"}), "as it was called then");
        assert_eq!(granted["previousLevel"]["id"], json!(1));
        assert_eq!(granted["previuosLevel"], granted["previousLevel"]);
        assert_eq!([&granted["reason"]["name"], &granted["userId"]], [&json!("manual"), &json!(1)]);
        assert_eq!([&first["reason"]["name"], &first["userId"]], [&json!("registration"), &json!(null)]);
        assert_eq!(first["previousLevel"], json!(null));
        let (_, limited) = app.user_of("limited", &["verificationHistory.read"], &json!({"clientTags": [tag]}));
        assert_eq!(limited.total("/api/v2/verifications"), 1, "of the client with the tag");
        limited.get(&format!("/api/v2/verifications/{}", granted["id"])).expect(404);
    });
}

#[test]
fn many_who_make_a_level_the_default_at_once_leave_one() {
    on_both(|app| {
        let admin = app.admin();
        let ids: Vec<i64> = (1..=4).map(|number| level(&admin, number * 10, &format!("Level {number}"))).collect();
        let (base, token) = (admin.base.clone(), admin.token.clone().unwrap());
        let (base, token) = (&base, &token);
        std::thread::scope(|scope| {
            for id in ids {
                scope.spawn(move || {
                    let caller = Client::new(base, std::rc::Rc::default()).with_token(token);
                    for _ in 0..5 {
                        caller.patch(&format!("{LEVELS}/{id}"), &json!({"default": true})).expect(200);
                    }
                });
            }
        });
        let places = places(&admin.unrecorded());
        assert_eq!(places.iter().filter(|(_, index, default)| *default && *index == 0).count(), 1, "{places:?}");
        let mut indices: Vec<i64> = places.iter().map(|(_, index, _)| *index).collect();
        indices.sort_unstable();
        assert_eq!(indices, [0, 10, 20, 30, 40]);
    });
}
