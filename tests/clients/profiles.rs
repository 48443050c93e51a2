//! Clients and what belongs to them.

use serde_json::{Value, json};

use crate::harness::{on_both, with};

#[test]
fn a_new_client_has_the_documented_defaults() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"email": "john@example.com", "firstName": "John", "lastName": "Doe", "middleName": "Q"});
        let made = admin.post("/api/v2/clients", &body);
        assert_eq!(made.header("Location"), Some("/api/v2/clients/1"));
        let made = made.expect(201);
        let expected = json!({
            "analytics": [], "clientId": 1, "birthday": null, "city": null, "country": null, "company": null,
            "email": "john@example.com", "internalType": "default", "firstName": "John", "lastName": "Doe",
            "middleName": "Q", "name": "John Q Doe", "nickname": null, "locale": "en_US", "manager": null,
            "additionalInformation": null, "phone": null, "riskLevel": "low", "status": "active", "tags": [],
            "type": {"id": 1, "name": "Individual"}, "verificationLevel": {"id": 1, "name": "Not verified"},
            "loggedAt": null, "createTime": "2026-01-01T00:00:00+00:00", "updateTime": null,
        });
        assert_eq!(made, expected);
        assert_eq!(admin.get("/api/v2/clients/1").expect(200), expected);
    });
}

#[test]
fn every_fault_of_a_registration_is_reported() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"email": "x", "firstName": "", "birthday": "yesterday", "phone": "12", "status": "deleted"});
        let refused = admin.post("/api/v2/clients", &body);
        let faults = [
            ("email", "notEmail"),
            ("firstName", "empty"),
            ("lastName", "required"),
            ("birthday", "notDate"),
            ("status", "notOneOf"),
            ("phone", "notPhoneNumber"),
        ];
        refused.has_faults(&faults);
        refused.expect(400);
        let body = json!({
            "email": "a@example.com", "firstName": "A", "lastName": "B", "birthday": "2020-01-01", "typeId": 9,
            "countryId": 9999, "managerId": 9, "tagIds": [9],
        });
        let refused = admin.post("/api/v2/clients", &body);
        let faults = [
            ("birthday", "tooYoung"),
            ("countryId", "unknown"),
            ("managerId", "unknown"),
            ("tagIds.0", "unknown"),
            ("typeId", "unknown"),
        ];
        refused.expect_faults(422, &faults);
        let body = json!({"email": "a@example.com", "firstName": "A", "lastName": "B", "birthday": "1899-12-31"});
        admin.post("/api/v2/clients", &body).expect_faults(400, &[("birthday", "tooEarly")]);
    });
}

#[test]
fn an_address_belongs_to_one_client_whatever_its_case_and_stays_taken() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("john@example.com", &json!({}));
        let again = json!({"email": "JOHN@example.com", "firstName": "J", "lastName": "D"});
        admin.post("/api/v2/clients", &again).refused(409, "taken");
        admin.delete(&format!("/api/v2/clients/{id}")).expect(204);
        admin.post("/api/v2/clients", &again).refused(409, "taken");
    });
}

#[test]
fn a_removed_client_leaves_the_lists_and_is_only_read() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("john@example.com", &json!({}));
        let path = format!("/api/v2/clients/{id}");
        admin.delete(&path).expect(204);
        assert_eq!(admin.total("/api/v2/clients"), 0);
        assert_eq!(admin.total("/api/v2/clients?filter[statusIds]=4"), 1);
        assert_eq!(admin.get(&path).expect(200)["status"], json!("deleted"));
        admin.delete(&path).refused(409, "clientRemoved");
        admin.patch(&path, &json!({"city": "Rome"})).refused(409, "clientRemoved");
        admin.put(&format!("{path}/limits"), &json!({"maxDemoTradingAccounts": 1})).refused(409, "clientRemoved");
        let phone = json!({"clientId": id, "number": "+12025550123"});
        admin.post("/api/v2/phones", &phone).refused(409, "clientRemoved");
    });
}

#[test]
fn clients_are_found_by_parts_of_names_and_whole_addresses() {
    on_both(|app| {
        let admin = app.admin();
        admin.new_client("ann@example.com", &json!({
            "firstName": "Ánna", "lastName": "O\"Neill", "nickname": "100%", "city": "Århus",
            "company": {"fullName": "Acme Incorporated", "shortName": "Acme"}, "status": "inactive", "riskLevel": "high",
        }));
        admin.new_client("bob@example.com", &json!({"firstName": "Bob", "lastName": "Smith"}));
        let total = |query: &str| admin.total(&format!("/api/v2/clients?{query}"));
        for query in [
            "filter[name]=%C3%A1NN",
            "filter[name]=o%22nei",
            "filter[name]=na",
            "filter[nickname]=0%25",
            "filter[nickname]=100%25",
            "filter[city]=%C3%85RH",
            "filter[companyShortName]=acm",
            "filter[companyFullName]=incorp",
            "filter[email]=ANN@example.com",
            "filter[emails]=x@y.z,ann@example.com",
            "filter[statusIds]=2",
            "filter[statusIds]=inactive,4",
            "filter[riskLevelIds]=3",
            "filter[clientId]=1",
            "filter[name]=nna&filter[city]=rhus",
        ] {
            assert_eq!(total(query), json!(1), "{query}");
        }
        for query in [
            "filter[name]=smitt",
            "filter[email]=ann@example",
            "filter[nickname]=1_0",
            "filter[statusIds]=9",
            "filter[managerIds]=1",
            "filter[countryCodes]=840",
            "filter[city]=%22%20OR%20name%3A%22",
        ] {
            assert_eq!(total(query), json!(0), "{query}");
        }
        assert_eq!(total("filter[typeIds]=1,2&filter[verificationLevelIds]=1&filter[internalTypeIds]=1"), json!(2));
        admin.get("/api/v2/clients?filter[managerIds]=x").refused(400, "notIntegers");
        admin.get("/api/v2/clients?filter[nmae]=x").refused(400, "unknownFilter");
    });
}

#[test]
fn a_change_of_the_address_is_kept() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("old@example.com", &json!({}));
        admin.patch(&format!("/api/v2/clients/{id}"), &json!({"email": "new@example.com"})).expect(200);
        let changes = format!("/api/v2/clients/{id}/changes");
        let page = admin.get(&format!("{changes}?filter[type]=email")).expect(200);
        let expected = json!({
            "id": 1, "clientId": id, "currentValue": "new@example.com", "previousValue": "old@example.com",
            "type": "email", "userId": 1, "createTime": "2026-01-01T00:00:00+00:00",
        });
        assert_eq!(page, json!({"total": 1, "data": [expected]}));
        assert_eq!(admin.get(&format!("{changes}/1?filter[type]=email")).expect(200), expected);
        admin.get(&changes).refused(400, "required");
        admin.get(&format!("{changes}/1")).refused(400, "required");
        admin.get(&format!("{changes}/1?filter[type]=phone")).expect(404);
        assert_eq!(admin.total(&format!("{changes}?filter[type]=phone")), 0);
    });
}

#[test]
fn a_user_restricted_to_tags_meets_404_outside_of_them() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let other = admin.new_tag("EU");
        let seen = admin.new_client("seen@example.com", &json!({"tagIds": [tag, other]}));
        let unseen = admin.new_client("unseen@example.com", &json!({"tagIds": [other]}));
        let rights = [
            "clients.read",
            "clients.update",
            "clients.create",
            "phoneNumbers.read",
            "phoneNumbers.create",
            "addresses.read",
            "clientSettings.read",
            "clientPermissions.read",
            "profileChanges.read",
            "accounts.read",
            "accounts.create",
            "systemLogs.read",
        ];
        let (_, user) = app.user_of("tagged", &rights, &json!({"clientTags": [tag]}));
        assert_eq!(user.total("/api/v2/clients"), 1);
        let client = user.get(&format!("/api/v2/clients/{seen}")).expect(200);
        assert_eq!(client["tags"], json!(["VIP"]), "tags of others are not shown");
        for path in ["", "/limits", "/settings", "/permissions", "/changes?filter[type]=email"] {
            user.get(&format!("/api/v2/clients/{unseen}{path}")).expect(404);
        }
        user.patch(&format!("/api/v2/clients/{unseen}"), &json!({"city": "x"})).expect(404);
        admin.post("/api/v2/phones", &json!({"clientId": unseen, "number": "+12025550123"})).expect(201);
        user.get("/api/v2/phones/1").expect(404);
        assert_eq!(user.total("/api/v2/phones"), 0);
        user.post("/api/v2/phones", &json!({"clientId": unseen, "number": "+12025550124"})).refused(422, "unknown");
        // They take none of their last tags away, and leave those of others.
        let path = format!("/api/v2/clients/{seen}");
        user.patch(&path, &json!({"tagIds": []})).refused(422, "lastVisibleTag");
        user.patch(&path, &json!({"tagIds": [tag, other]})).refused(422, "unknown");
        assert_eq!(admin.get(&path).expect(200)["tags"], json!(["VIP", "EU"]));
        // Their own tags go on what they make.
        let body = json!({"email": "made@example.com", "firstName": "M", "lastName": "D"});
        assert_eq!(user.post("/api/v2/clients", &body).expect(201)["tags"], json!(["VIP"]));
        // The log shows them what was done to clients whom they see.
        let logs = user.get("/api/v2/logs/messages?filter[eventCategory]=client&limit=100").expect(200);
        let emails = logs["data"].to_string();
        assert!(!emails.contains("unseen@example.com"), "{emails}");
    });
}

#[test]
fn masked_data_is_masked_everywhere_and_sent_back_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("john@example.com", &json!({"phone": "+1 (202) 555-2113"}));
        let rights = ["clients.read", "clients.update", "phoneNumbers.read", "phoneNumbers.update", "systemLogs.read"];
        let user = app.user_with("masked", &rights);
        let path = format!("/api/v2/clients/{id}");
        let seen = user.get(&path).expect(200);
        assert_eq!(seen["email"], json!("j***@example.com"));
        assert_eq!(seen["name"], json!("J*** D***"));
        assert_eq!(seen["phone"], json!("*******2113"));
        let back = json!({"email": seen["email"], "firstName": seen["firstName"], "lastName": "Roe"});
        assert_eq!(user.patch(&path, &back).expect(200)["lastName"], json!("R***"));
        let clear = admin.get(&path).expect(200);
        assert_eq!((&clear["email"], &clear["firstName"]), (&json!("john@example.com"), &json!("John")));
        assert_eq!(clear["lastName"], json!("Roe"));
        let phone = user.get("/api/v2/phones/1").expect(200);
        assert_eq!(phone["number"], json!("*******2113"));
        user.patch("/api/v2/phones/1", &json!({"number": phone["number"], "ext": "7"})).expect(200);
        assert_eq!(admin.get("/api/v2/phones/1").expect(200)["number"], json!("+12025552113"));
        assert_eq!(user.total("/api/v2/clients?filter[email]=john@example.com"), 1);
        let logs = user.get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        for secret in ["john@example.com", "\"John\"", "Roe", "2025552113"] {
            assert!(!logs.contains(secret), "{secret} in {logs}");
        }
    });
}

#[test]
fn there_is_always_one_default_type() {
    on_both(|app| {
        let admin = app.admin();
        admin.patch("/api/v2/clients/types/1", &json!({"default": false})).refused(409, "defaultTypeMissing");
        admin.patch("/api/v2/clients/types/1", &json!({"enabled": false})).refused(409, "defaultTypeDisabled");
        admin.delete("/api/v2/clients/types/1").refused(409, "defaultTypeMissing");
        let body = json!({"name": "Pro", "group": "individual", "default": true, "resources": [
            {"locale": "ja_JP", "key": "name", "value": "プロ"},
        ]});
        let made = admin.post("/api/v2/clients/types", &body).expect(201);
        assert_eq!(made["resources"][0]["resourceId"].as_str().map(str::len), Some(24));
        assert_eq!(admin.get("/api/v2/clients/types/1").expect(200)["default"], json!(false));
        let ja = admin.with("Accept-Language", "ja");
        assert_eq!(ja.get("/api/v2/clients/types/3").expect(200)["name"], json!("プロ"));
        assert_eq!(admin.total("/api/v2/clients/types?filter[name]=PR"), 1);
        admin.new_client("a@example.com", &json!({}));
        admin.patch("/api/v2/clients/types/1", &json!({"default": true})).expect(200);
        admin.delete("/api/v2/clients/types/3").refused(409, "inUse");
        admin.post("/api/v2/clients/types", &json!({"name": "PRO", "group": "individual"})).refused(409, "taken");
        admin.delete("/api/v2/clients/types/2").expect(204);
    });
}

#[test]
fn new_clients_go_to_managers_in_turn() {
    on_both(|app| {
        let admin = app.admin();
        let (one, _) = app.user_of("one", &[], &json!({}));
        app.user_of("two", &[], &json!({}));
        for name in ["one", "two"] {
            let body = json!({"email": format!("{name}@example.com"), "name": name, "title": "Mr"});
            admin.post("/api/v2/managers", &body).expect(201);
        }
        let manager = |email: &str| {
            let id = admin.new_client(email, &json!({}));
            admin.get(&format!("/api/v2/clients/{id}")).expect(200)["manager"]["id"].clone()
        };
        assert_eq!([manager("a@x.com"), manager("b@x.com"), manager("c@x.com")], [json!(1), json!(2), json!(1)]);
        admin.patch("/api/v2/managers/2", &json!({"default": true})).expect(200);
        assert_eq!([manager("d@x.com"), manager("e@x.com")], [json!(2), json!(2)]);
        admin.patch("/api/v2/managers/2", &json!({"enabled": false})).refused(409, "defaultManagerDisabled");
        admin.patch("/api/v2/managers/2", &json!({"enabled": false, "default": false})).expect(200);
        admin.patch("/api/v2/clients/1", &json!({"managerId": 2})).refused(422, "disabled");
        admin.post("/api/v2/managers", &json!({"email": "one@example.com", "name": "x"})).refused(409, "taken");
        admin.post("/api/v2/managers", &json!({"email": "nobody@example.com", "name": "x"})).refused(422, "unknown");
        admin.delete(&format!("/api/v2/users/{one}")).refused(409, "userIsManager");
        admin.delete("/api/v2/managers/1").expect(204);
        assert_eq!(admin.get("/api/v2/clients/1").expect(200)["manager"], json!(null));
        assert_eq!(admin.total("/api/v2/managers?filter[isEnabled]=0"), 1);
    });
}

#[test]
fn overrides_win_over_the_level_and_stay() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("a@example.com", &json!({}));
        let path = format!("/api/v2/clients/{id}/permissions");
        let held = |answer: Value| -> Vec<String> {
            let all = answer.as_array().unwrap().clone();
            let held = all.iter().filter(|permission| permission["isEnabled"] == json!(true));
            held.map(|permission| permission["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(held(admin.get(&path).expect(200)), ["verification", "converter", "deposits"]);
        let body = json!({"permissions": [
            {"name": "withdrawals", "isEnabled": true}, {"name": "deposits", "isEnabled": 0},
            {"name": "withdrawals", "isEnabled": true},
        ]});
        assert_eq!(held(admin.put(&path, &body).expect(200)), ["verification", "converter", "withdrawals"]);
        admin.put(&path, &json!({})).refused(400, "required");
        let body = json!({"permissions": [
            {"name": "deposits", "isEnabled": true}, {"name": "deposits", "isEnabled": false},
        ]});
        admin.put(&path, &body).refused(400, "contradictoryPermission");
        admin.put(&path, &json!({"permissions": [{"name": "fly", "isEnabled": true}]})).refused(400, "notOneOf");
        admin.put(&path, &json!({"permissions": []})).expect(200);
        assert_eq!(held(admin.get(&path).expect(200)), ["verification", "converter", "deposits"]);
    });
}

#[test]
fn permission_levels_have_no_cycles_and_keep_their_default() {
    on_both(|app| {
        let admin = app.admin();
        let level = |name: &str, parent: i64| {
            admin.post("/api/v2/clients/roles", &json!({"name": name, "caption": name, "parentId": parent}))
        };
        assert_eq!(level("two", 1).expect(201)["id"], json!(2));
        assert_eq!(
            level("three", 2).expect(201)["permissions"][0],
            json!({"name": "verification", "isEnabled": false})
        );
        admin.patch("/api/v2/clients/roles/2", &json!({"parentId": 3})).refused(422, "levelCycle");
        admin.patch("/api/v2/clients/roles/1", &json!({"parentId": 2})).refused(422, "defaultLevelParent");
        level("four", 9).refused(422, "unknown");
        level("TWO", 1).refused(409, "taken");
        admin.delete("/api/v2/clients/roles/1").refused(409, "defaultLevel");
        admin.delete("/api/v2/clients/roles/2").refused(409, "inUse");
        admin.delete("/api/v2/clients/roles/3").expect(204);
        admin.put("/api/v2/clients/roles/2", &json!({})).expect(405);
    });
}

#[test]
fn limits_and_settings_are_kept() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("a@example.com", &json!({}));
        let limits = format!("/api/v2/clients/{id}/limits");
        let none = json!({"maxDemoTradingAccounts": null, "maxLiveTradingAccounts": null});
        assert_eq!(admin.get(&limits).expect(200), none);
        let set = admin.put(&limits, &json!({"maxDemoTradingAccounts": "3", "maxLiveTradingAccounts": 0})).expect(200);
        assert_eq!(set, json!({"maxDemoTradingAccounts": "3", "maxLiveTradingAccounts": "0"}));
        admin.put(&limits, &json!({"maxDemoTradingAccounts": -1})).refused(400, "outOfRange");
        assert_eq!(
            admin.patch(&limits, &json!({"maxLiveTradingAccounts": null})).expect(200)["maxLiveTradingAccounts"],
            json!(null)
        );
        let settings = format!("/api/v2/clients/{id}/settings");
        let body = json!({"settings": {"applicationColor": "#ff0000", "locale": "ja_JP"}});
        let expected =
            json!({"settings": {"applicationColor": "#ff0000", "locale": "ja_JP", "commonTheme": "light-theme"}});
        assert_eq!(admin.put(&settings, &body).expect(200), expected);
        assert_eq!(admin.get(&settings).expect(200), expected);
        assert_eq!(admin.get(&format!("/api/v2/clients/{id}")).expect(200)["locale"], json!("ja_JP"));
        admin.put(&settings, &json!({"settings": {"locale": "english"}})).refused(400, "notLocale");
        let refused = admin.put(&settings, &json!({"settings": {"applicationColor": "reddish", "commonTheme": "x"}}));
        refused.has_faults(&[("settings.applicationColor", "notColor"), ("settings.commonTheme", "notOneOf")]);
        refused.expect(400);
    });
}

#[test]
fn one_number_is_the_default_and_one_confirmed() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("a@example.com", &json!({}));
        let phone = |fields: Value| admin.post("/api/v2/phones", &with(json!({"clientId": id}), &fields));
        let first = phone(json!({"number": "+1 202-555-0101", "confirmed": 1})).expect(201);
        assert_eq!((&first["default"], &first["type"]), (&json!(true), &json!("mobile")));
        let second =
            phone(json!({"number": "+12025550102", "confirmed": true, "default": true, "type": "fixed"})).expect(201);
        assert_eq!(second["default"], json!(true));
        let first = admin.get("/api/v2/phones/1").expect(200);
        assert_eq!((&first["default"], &first["confirmed"]), (&json!(false), &json!(false)));
        let shown = || admin.get(&format!("/api/v2/clients/{id}")).expect(200)["phone"].clone();
        assert_eq!(shown(), json!("+12025550102"));
        let changed = admin.patch("/api/v2/phones/2", &json!({"number": "+12025550103"})).expect(200);
        assert_eq!(changed["confirmed"], json!(false), "a changed number was not confirmed");
        phone(json!({"number": "+12025550103"})).refused(409, "taken");
        assert_eq!(admin.total("/api/v2/phones?filter[number]=%2B12025550103"), 1);
        assert_eq!(admin.total("/api/v2/phones?filter[number]=+12025550103&sort_by=updateTime"), 1);
        admin.delete("/api/v2/phones/2").expect(204);
        assert_eq!(shown(), json!("+12025550101"));
    });
}

#[test]
fn a_client_has_several_addresses() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.new_client("a@example.com", &json!({}));
        let body = json!({
            "clientId": id, "address": "1 Main St", "city": "Springfield", "countryId": 1, "type": "residential",
        });
        let made = admin.post("/api/v2/addresses", &body).expect(201);
        assert_eq!((&made["postcode"], &made["country"]["countryId"]), (&json!(null), &json!(1)));
        admin.post("/api/v2/addresses", &body).expect(201);
        let changed = admin.patch("/api/v2/addresses/1", &json!({"postcode": "12345", "type": "billing"})).expect(200);
        assert_eq!(changed["type"], json!("billing"));
        let total = |query: &str| admin.total(&format!("/api/v2/addresses?{query}"));
        assert_eq!(total("filter[postcode]=12345"), json!(1));
        assert_eq!(total("filter[address]=1%20Main%20St"), json!(2));
        assert_eq!(total("filter[address]=1%20Main"), json!(0));
        assert_eq!(total(&format!("filter[clientId]={id}&filter[type]=residential")), json!(1));
        let refused = admin.post(
            "/api/v2/addresses",
            &json!({
                "clientId": 99, "address": "x", "city": "x", "countryId": 9999, "type": "mailing",
            }),
        );
        refused.expect_faults(422, &[("clientId", "unknown"), ("countryId", "unknown")]);
        admin.delete("/api/v2/addresses/1").expect(204);
        admin.get("/api/v2/addresses/1").expect(404);
    });
}
