//! Who the client is, and what they may do.

use domain::requests::Asked;
use serde_json::{Value, json};

use crate::harness::orders::ask;
use crate::harness::{Client, on_both};

const PROFILE: &str = "/api/v2/my/profile";

/// What a request of a client asks for, the latest first.
fn requests(admin: &Client, kind: &str) -> Vec<Value> {
    let listed = admin.get(&format!("/api/v2/applications?filter[type]={kind}")).expect(200);
    listed["data"].as_array().unwrap().clone()
}

fn approve(admin: &Client, request: &Value) {
    admin.post(&format!("/api/v2/applications/{}/approve", request["id"]), &json!({})).expect(200);
}

fn set(admin: &Client, settings: &Value) {
    admin.patch("/api/v2/settings", settings).expect(200);
}

/// The latest record of the audit log with this name.
fn logged(admin: &Client, name: &str) -> Value {
    let logs = admin.get(&format!("/api/v2/logs/messages?filter[eventName]={name}&limit=1")).expect(200);
    logs["data"][0].clone()
}

#[test]
fn a_client_sees_all_permissions_with_what_is_set_for_them() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let own = json!([{"name": "deposits", "isEnabled": false}, {"name": "withdrawals", "isEnabled": true}]);
        admin.put(&format!("/api/v2/clients/{client}/permissions"), &json!({"permissions": own})).expect(200);
        let listed = app.as_client(client).get("/api/v2/my/permissions").expect(200);
        let of = |name: &str, is_enabled: bool| json!({"name": name, "isEnabled": is_enabled});
        let expected = [("verification", true), ("converter", true), ("deposits", false), ("withdrawals", true)];
        let mut expected: Vec<Value> = expected.into_iter().map(|(name, is_enabled)| of(name, is_enabled)).collect();
        expected.push(of("internal_transfers", false));
        assert_eq!(listed, json!(expected));
    });
}

#[test]
fn a_client_changes_what_is_theirs_to_change() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({"middleName": "Q", "city": "Lisbon"}));
        let as_client = app.as_client(client);
        let change = json!({
            "nickname": "annie", "locale": "es_ES", "email": "other@example.com", "riskLevel": "high",
            "info": {"firstName": "Ann", "middleName": null, "birthday": "1990-04-12T00:00:00+00:00"},
        });
        let changed = as_client.patch(PROFILE, &change).expect(200);
        let info = json!({
            "firstName": "Ann", "lastName": "Doe", "middleName": null, "birthday": "1990-04-12T00:00:00+00:00",
        });
        assert_eq!((&changed["nickname"], &changed["locale"]), (&json!("annie"), &json!("es_ES")));
        assert_eq!((&changed["info"], &changed["email"]), (&info, &json!("ann@example.com")), "others are ignored");
        assert_eq!(as_client.put(PROFILE, &json!({})).expect(200), changed);
        assert_eq!(as_client.get(PROFILE).expect(200), changed);
        let stored = admin.get(&format!("/api/v2/clients/{client}")).expect(200);
        assert_eq!((&stored["firstName"], &stored["riskLevel"]), (&json!("Ann"), &json!("low")));
        let record = logged(&admin, "client_updated");
        assert_eq!(record["actor"], json!("ann@example.com"));
        let names = (&record["details"]["old"]["firstName"], &record["details"]["new"]["firstName"]);
        assert_eq!(names, (&json!("John"), &json!("Ann")));
        as_client.patch(PROFILE, &json!({"nickname": null})).expect(200);
        assert_eq!(logged(&admin, "client_info_updated")["details"]["old"]["nickname"], json!("annie"));
    });
}

#[test]
fn faults_of_a_profile_are_told_at_their_place() {
    on_both(|app| {
        let as_client = app.as_client(app.admin().new_client("ann@example.com", &json!({})));
        let wrong = json!({
            "locale": "english", "info": {"firstName": null, "lastName": "", "birthday": "yesterday", "middleName": 7},
        });
        let told = as_client.patch(PROFILE, &wrong);
        let fields = ["info.birthday", "info.firstName", "info.lastName", "info.middleName", "locale"];
        assert_eq!(told.faulty_fields(), fields, "{}", told.body);
        told.expect(400);
        let young = json!({"info": {"birthday": "2020-01-01"}});
        as_client.patch(PROFILE, &young).expect_faults(422, &[("info.birthday", "tooYoung")]);
    });
}

#[test]
fn a_nickname_belongs_to_one_client_and_changes_where_the_settings_let_it() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        as_ann.patch(PROFILE, &json!({"nickname": "Fox"})).expect(200);
        as_bob.patch(PROFILE, &json!({"nickname": "fOX"})).expect_faults(409, &[("nickname", "taken")]);
        admin.patch(&format!("/api/v2/clients/{bob}"), &json!({"nickname": "FOX"})).refused(409, "taken");
        let new = json!({"email": "eve@example.com", "firstName": "Eve", "lastName": "Roe", "nickname": "fox"});
        admin.post("/api/v2/clients", &new).refused(409, "taken");
        as_ann.patch(PROFILE, &json!({"nickname": "fox"})).expect(200);
        as_ann.patch(PROFILE, &json!({"nickname": "ann"})).expect(200);
        as_bob.patch(PROFILE, &json!({"nickname": "fox"})).expect(200);
        set(&admin, &json!({"mayChangeNickname": false}));
        as_bob.patch(PROFILE, &json!({"nickname": "b"})).expect_faults(422, &[("nickname", "nicknameFixed")]);
        as_bob.patch(PROFILE, &json!({"nickname": "fox", "locale": "es_ES"})).expect(200);
    });
}

#[test]
fn who_is_verified_keeps_name_and_birthday() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let level = admin.create("/api/v2/verifications/levels", &json!({"index": 10, "name": "Verified"}));
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"verificationLevelId": level})).expect(200);
        let as_client = app.as_client(client);
        let change = json!({"info": {"firstName": "Ann", "birthday": "1990-01-01"}});
        let faults = [("info.birthday", "identityProved"), ("info.firstName", "identityProved")];
        as_client.patch(PROFILE, &change).expect_faults(422, &faults);
        as_client.patch(PROFILE, &json!({"info": {"firstName": "John"}, "nickname": "j"})).expect(200);
    });
}

#[test]
fn a_change_of_the_name_waits_where_the_settings_ask_for_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({"middleName": "Q"}));
        let as_client = app.as_client(client);
        set(&admin, &json!({"profileChangeNeedsRequest": true}));
        let change = json!({"nickname": "annie", "info": {"firstName": "Ann", "birthday": "1990-01-01"}});
        let shown = as_client.patch(PROFILE, &change).expect(200);
        assert_eq!((&shown["nickname"], &shown["info"]["firstName"]), (&json!("annie"), &json!("John")));
        let asked = requests(&admin, "profile");
        let facts = json!(["firstName: Ann", "lastName: Doe", "middleName: Q", "birthday: 1990-01-01"]);
        assert_eq!((asked.len(), &asked[0]["interact"]), (1, &facts));
        assert_eq!(logged(&admin, "client_info_updated")["details"]["new"]["applicationId"], asked[0]["id"]);
        as_client.patch(PROFILE, &json!({"info": {"lastName": "Roe"}})).refused(409, "requestPending");
        approve(&admin, &asked[0]);
        let info = as_client.get(PROFILE).expect(200)["info"].clone();
        let named = (&info["firstName"], &info["lastName"], &info["middleName"]);
        assert_eq!(named, (&json!("Ann"), &json!("Doe"), &json!("Q")));
        assert_eq!(info["birthday"], json!("1990-01-01T00:00:00+00:00"));
    });
}

#[test]
fn a_client_says_where_they_live() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let path = "/api/v2/my/address";
        let lacking = as_client.patch(path, &json!({"postalCode": "1100"}));
        lacking.expect_faults(400, &[("address", "required"), ("city", "required"), ("countryId", "required")]);
        let home = json!({"countryId": 1, "city": "Lisbon", "address": "Harbour Street 1", "postalCode": "1100"});
        let answer = as_client.put(path, &home);
        assert_eq!((answer.status, answer.body), (200, json!("")));
        as_client.patch(path, &json!({"city": "Porto", "postalCode": null})).expect(200);
        as_client.patch(path, &json!({"city": "Porto"})).expect(200);
        let listed = admin.get(&format!("/api/v2/addresses?filter[clientId]={client}")).expect(200);
        let address = &listed["data"][0];
        let told = (&address["city"], &address["address"], &address["postcode"], &address["type"]);
        assert_eq!(told, (&json!("Porto"), &json!("Harbour Street 1"), &json!(null), &json!("residential")));
        assert_eq!(listed["total"], json!(1));
        assert_eq!(logged(&admin, "client_address_updated")["details"]["old"]["city"], json!("Lisbon"));
        as_client.patch(path, &json!({"countryId": 9999})).expect_faults(422, &[("countryId", "unknown")]);
        admin.patch("/api/v2/countries/2", &json!({"enabled": false})).expect(200);
        as_client.patch(path, &json!({"countryId": 2})).expect_faults(422, &[("countryId", "disabled")]);
    });
}

#[test]
fn another_address_waits_where_the_settings_ask_for_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        set(&admin, &json!({"addressChangeNeedsRequest": true}));
        let home = json!({"countryId": 1, "city": "Lisbon", "address": "Harbour Street 1"});
        let answer = as_client.patch("/api/v2/my/address", &home);
        assert_eq!((answer.status, answer.body), (202, json!("")));
        as_client.patch("/api/v2/my/address", &home).refused(409, "requestPending");
        let addresses = format!("/api/v2/addresses?filter[clientId]={client}");
        assert_eq!(admin.total(&addresses), 0);
        approve(&admin, &requests(&admin, "address")[0]);
        assert_eq!(admin.get(&addresses).expect(200)["data"][0]["city"], json!("Lisbon"));
    });
}

#[test]
fn a_client_asks_for_another_type() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let kind = |name: &str, enabled: bool| {
            let kind = json!({"name": name, "group": "corporative", "enabled": enabled});
            admin.create("/api/v2/clients/types", &kind)
        };
        let (company, hidden) = (kind("Company", true), kind("Hidden", false));
        let present = admin.get(&format!("/api/v2/clients/{client}")).expect(200)["type"]["id"].clone();
        let ask = |id: Value| as_client.post("/api/v2/my/type", &json!({"typeId": id, "comment": null}));
        ask(present).expect_faults(422, &[("typeId", "sameType")]);
        ask(json!(hidden)).expect_faults(422, &[("typeId", "disabled")]);
        ask(json!(99)).expect_faults(422, &[("typeId", "unknown")]);
        let answer = as_client.post("/api/v2/my/type", &json!({"typeId": company, "comment": "I founded it."}));
        assert_eq!((answer.status, answer.body), (202, json!("")));
        ask(json!(company)).refused(409, "requestPending");
        let asked = requests(&admin, "clientType");
        assert_eq!(asked[0]["interact"], json!([format!("typeId: {company}"), "comment: I founded it."]));
        approve(&admin, &asked[0]);
        assert_eq!(as_client.get(PROFILE).expect(200)["type"]["id"], json!(company));
        set(&admin, &json!({"clientTypeChangeNeedsRequest": false}));
        ask(json!(1)).expect(200);
        assert_eq!(as_client.get(PROFILE).expect(200)["type"]["id"], json!(1));
        assert_eq!(logged(&admin, "client_updated")["details"]["old"]["typeId"], json!(company));
    });
}

#[test]
fn what_a_client_did_is_logged_under_an_address_that_is_masked_and_goes_with_their_data() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        app.as_client(client).patch(PROFILE, &json!({"nickname": "annie"})).expect(200);
        let (_, clerk) = app.user_of("clerk", &["systemLogs.read"], &json!({"canViewMaskedData": false}));
        assert_eq!(logged(&clerk, "client_info_updated")["actor"], json!("a***@example.com"));
        let request = ask(&app.database, client, &Asked::DeletingAccount).unwrap();
        approve(&admin, &json!({"id": request}));
        let record = logged(&admin, "client_info_updated");
        assert_eq!(record["actor"], json!(format!("removed-{client}@invalid")));
    });
}

#[test]
fn clients_who_had_the_same_nickname_keep_it_and_the_first_of_them_holds_it() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob, eve] =
            ["ann", "bob", "eve"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let rename = |client: i64, nickname: &str| {
            admin.patch(&format!("/api/v2/clients/{client}"), &json!({"nickname": nickname}))
        };
        rename(ann, "Fox").expect(200);
        let same = format!(
            "UPDATE clients SET nickname = 'FOX' WHERE id = {bob}; \
             UPDATE client_search SET nickname = 'fox' WHERE rowid = {bob}"
        );
        app.migrate_from_before("2026-11-29-000037_climbing", same);
        rename(bob, "FOX").expect(200);
        rename(eve, "fox").expect_faults(409, &[("nickname", "taken")]);
        rename(ann, "ann").expect(200);
        rename(eve, "fox").expect(200);
    });
}
