//! Paid services: groups, services, parameters with their categories, presets and subscriptions.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both, with};

pub const ROOT: &str = "/api/v2/subscriptions";

#[track_caller]
fn add(admin: &Client, what: &str, body: &Value) -> i64 {
    admin.create(&format!("{ROOT}/{what}"), body)
}

/// A group and a service that is on.
fn service(admin: &Client, name: &str) -> i64 {
    let group = add(admin, "groups", &json!({"caption": format!("Group of {name}"), "comment": "internal"}));
    let fields = json!({"name": name, "fullName": format!("{name} in full"), "groupId": group, "isActive": 1});
    add(admin, "services", &fields)
}

fn parameter(admin: &Client, service: i64, name: &str, kind: &str, fields: &Value) -> i64 {
    let body = json!({"name": name, "caption": name, "categoryId": null, "type": kind, "services": [service]});
    add(admin, "parameters", &with(body, fields))
}

fn subscribe(admin: &Client, client: i64, service: i64, parameters: &Value) -> i64 {
    let body = json!({"clientId": client, "serviceId": service, "isActive": 1, "parameters": parameters});
    admin.create(ROOT, &body)
}

#[test]
fn a_group_is_kept_while_it_has_services() {
    on_both(|app| {
        let admin = app.admin();
        let service = service(&admin, "Signals");
        let groups = format!("{ROOT}/groups");
        let group = admin.get(&format!("{groups}/1")).expect(200);
        assert_eq!(group, json!({"id": 1, "caption": "Group of Signals", "comment": "internal"}));
        let changed = admin.patch(&format!("{groups}/1"), &json!({"comment": null})).expect(200);
        assert_eq!(changed["comment"], json!(null));
        admin.put(&format!("{groups}/1"), &json!({"caption": "x"})).expect(405);
        admin.patch(&format!("{groups}/1"), &json!({"caption": ""})).refused(400, "empty");
        add(&admin, "groups", &json!({"caption": "Other", "comment": "VIP only"}));
        let total = |filter: &str| admin.total(&format!("{groups}?filter{filter}"));
        assert_eq!(
            [total("[caption]=SIGN"), total("[comment]=vip"), total("[comment]=x")],
            [1, 1, 0].map(|n| json!(n))
        );
        let refused = admin.delete(&format!("{groups}/1"));
        let message = format!("The group has the services {service}.");
        assert_eq!(refused.refused(409, "groupHasServices")["error"]["message"], json!(message));
        admin.delete(&format!("{groups}/2")).expect(204);
        admin.get(&format!("{groups}/2")).expect(404);
    });
}

#[test]
fn a_service_is_found_by_every_filter_and_kept_while_it_has_subscriptions() {
    on_both(|app| {
        let admin = app.admin();
        let first = service(&admin, "Signals");
        app.advance(1);
        let services = format!("{ROOT}/services");
        let group = add(&admin, "groups", &json!({"caption": "Data"}));
        let body = json!({
            "name": "Data", "fullName": "Market data", "groupId": group, "isActive": "0", "externalId": "ext-1",
            "comment": "slow",
        });
        let second = admin.post(&services, &body).expect(201);
        assert_eq!(second["isActive"], json!(0));
        let total = |query: &str| admin.total(&format!("{services}?{query}"));
        for (query, expected) in [
            ("filter[name]=DAT", 1),
            ("filter[fullName]=in%20full", 1),
            ("filter[externalId]=ext-1", 1),
            ("filter[externalId]=EXT-1", 0),
            ("filter[comment]=SLO", 1),
            ("filter[isActive]=1", 1),
            ("filter[isActive]=", 2),
            ("sort_by=creteTime", 2),
        ] {
            assert_eq!(total(query), json!(expected), "{query}");
        }
        assert_eq!(total(&format!("filter[groupId]={group}")), json!(1));
        let newest = admin.get(&services).expect(200);
        assert_eq!(newest["data"][0]["id"], second["id"]);
        let wrong = admin.post(&services, &json!({"name": "", "isActive": 2, "groupId": "x"}));
        assert_eq!(wrong.faulty_fields(), ["fullName", "groupId", "isActive", "name"]);
        admin.patch(&format!("{services}/{first}"), &json!({"groupId": 99})).refused(422, "unknown");
        let changed =
            admin.patch(&format!("{services}/{first}"), &json!({"isActive": false, "externalId": "x"})).expect(200);
        assert_eq!([&changed["isActive"], &changed["externalId"]], [&json!(0), &json!("x")]);
        admin.patch(&format!("{services}/{first}"), &json!({"isActive": true})).expect(200);
        let client = admin.new_client("a@example.com", &json!({}));
        let subscription = subscribe(&admin, client, first, &json!({}));
        add(&admin, "plans", &json!({"name": "Basic", "serviceId": first}));
        admin.delete(&format!("{services}/{first}")).refused(409, "serviceHasSubscriptions");
        admin.delete(&format!("{ROOT}/{subscription}")).expect(204);
        admin.delete(&format!("{services}/{first}")).expect(204);
        assert_eq!(admin.total(&format!("{ROOT}/plans")), 0, "its presets go with it");
    });
}

/// A parameter of each type, right and wrong.
#[test]
fn values_are_those_of_their_types() {
    on_both(|app| {
        let admin = app.admin();
        let service = service(&admin, "Signals");
        let options = json!({"settings": {"options": ["red", "green"], "hint": "colour"}});
        for (name, kind) in [
            ("text", "text"),
            ("number", "numeric"),
            ("day", "date"),
            ("one", "select"),
            ("some", "multiselect"),
            ("yes", "checkbox"),
            ("table", "spread_sheet"),
        ] {
            parameter(&admin, service, name, kind, &options);
        }
        let client = admin.new_client("a@example.com", &json!({}));
        let right = json!({
            "text": "x", "number": "12.50", "day": "2024-02-29", "one": "red", "some": ["green", "red", "green"],
            "yes": 1, "table": [["a", 1, null], []],
        });
        let subscription = subscribe(&admin, client, service, &right);
        let path = format!("{ROOT}/{subscription}");
        let stored = admin.get(&path).expect(200);
        let mut kept = right.clone();
        kept["some"] = json!(["green", "red"]);
        kept["yes"] = json!(true);
        assert_eq!(stored["parameters"], kept);
        let wrong = json!({
            "text": 1, "number": "x", "day": "2023-02-29", "one": "blue", "some": ["red", "blue"], "yes": "perhaps",
            "table": [1], "other": 1,
        });
        let refused = admin.patch(&path, &json!({"parameters": wrong}));
        let rules = [
            ("parameters.day", "valueNotDate"),
            ("parameters.number", "valueNotNumber"),
            ("parameters.one", "valueNotOption"),
            ("parameters.other", "notServiceParameter"),
            ("parameters.some", "valueNotOption"),
            ("parameters.table", "valueNotRows"),
            ("parameters.text", "valueNotText"),
            ("parameters.yes", "valueNotYesNo"),
        ];
        refused.expect_faults(422, &rules);
        let refused = admin.patch(&path, &json!({"parameters": {"some": "red", "text": "x".repeat(10_001)}}));
        refused.expect_faults(422, &[("parameters.some", "valueNotOptionList"), ("parameters.text", "valueTooLong")]);
        let twice = admin.patch(&path, &json!({"parameters": {"text": "by name", "1": "by id"}}));
        twice.refused(422, "parameterRepeated");
        let exact = br#"{"parameters": {"number": 0.12345678901234567, "1": "by id"}}"#;
        let changed = admin.call("PATCH", &path, Some(exact)).expect(200);
        assert_eq!(
            changed["parameters"].to_string(),
            r#"{"number":0.12345678901234567,"text":"by id"}"#,
            "replaced as a whole"
        );
        assert_eq!(admin.patch(&path, &json!({"parameters": []})).expect(200)["parameters"], json!({}));
        assert_eq!(admin.put(&path, &json!({})).expect(200)["parameters"], json!({}));
        admin.patch(&path, &json!({"parameters": [1]})).refused(400, "notObject");
        admin.patch(&path, &json!({"parameters": "x"})).refused(400, "notObject");
    });
}

#[test]
fn a_client_is_subscribed_once_and_switched_on_and_off() {
    on_both(|app| {
        let admin = app.admin();
        let service = service(&admin, "Signals");
        let client = admin.new_client("a@example.com", &json!({}));
        let subscription = subscribe(&admin, client, service, &json!({}));
        let body = |is_active: Value| json!({"clientId": client, "serviceId": service, "isActive": is_active});
        admin.post(ROOT, &body(json!(1))).refused(409, "alreadySubscribed");
        admin.post(ROOT, &body(json!(2))).refused(400, "notBoolean");
        let unknown = admin.post(ROOT, &json!({"clientId": 99, "serviceId": 99, "isActive": 0}));
        unknown.expect_faults(422, &[("clientId", "unknown"), ("serviceId", "unknown")]);
        let path = format!("{ROOT}/{subscription}");
        assert_eq!(admin.patch(&path, &json!({"isActive": "0"})).expect(200)["isActive"], json!(0));
        admin.patch(&format!("{ROOT}/services/{service}"), &json!({"isActive": 0})).expect(200);
        admin.patch(&path, &json!({"isActive": 1})).refused(422, "serviceInactive");
        admin.patch(&path, &json!({"isActive": 0})).expect(200);
        let other = admin.new_client("b@example.com", &json!({}));
        let refused = admin.post(ROOT, &json!({"clientId": other, "serviceId": service, "isActive": 0}));
        refused.expect_faults(422, &[("serviceId", "serviceInactive")]);
        admin.patch(&format!("{ROOT}/services/{service}"), &json!({"isActive": 1})).expect(200);
        admin.patch(&path, &json!({"isActive": true})).expect(200);
        let total = |filter: &str| admin.total(&format!("{ROOT}?{filter}"));
        assert_eq!(total(&format!("filter[clientId]={client}")), json!(1));
        assert_eq!(total(&format!("filter[serviceId]={service}&filter[isActive]=1")), json!(1));
        assert_eq!(total("filter[isActive]=0"), json!(0));
        // A client who is removed keeps their subscriptions, switched off.
        admin.delete(&format!("/api/v2/clients/{client}")).expect(204);
        assert_eq!(admin.get(&path).expect(200)["isActive"], json!(0));
        admin.patch(&path, &json!({"isActive": 1})).refused(409, "clientRemoved");
        for wrong in ["/x", "/99", "/plans/99", "/parameters/99", "/services/99"] {
            admin.get(&format!("{ROOT}{wrong}")).expect(404);
        }
    });
}

#[test]
fn a_banned_client_is_not_subscribed_again() {
    on_both(|app| {
        let admin = app.admin();
        let (first, second) = (service(&admin, "Signals"), service(&admin, "Data"));
        let client = admin.new_client("a@example.com", &json!({}));
        let status = |status: &str| {
            admin.patch(&format!("/api/v2/clients/{client}"), &json!({"status": status})).expect(200);
        };
        let subscription = subscribe(&admin, client, first, &json!({}));
        let path = format!("{ROOT}/{subscription}");
        status("banned");
        let refused = admin.post(ROOT, &json!({"clientId": client, "serviceId": second, "isActive": 0}));
        refused.expect_faults(422, &[("clientId", "subscriberBanned")]);
        admin.patch(&path, &json!({"isActive": 1, "parameters": {}})).expect(200);
        admin.patch(&path, &json!({"isActive": 0})).expect(200);
        let refused = admin.patch(&path, &json!({"isActive": 1}));
        refused.expect_faults(422, &[("isActive", "subscriberBanned")]);
        status("inactive");
        admin.patch(&path, &json!({"isActive": 1})).expect(200);
        subscribe(&admin, client, second, &json!({}));
        status("banned");
        admin.delete(&path).expect(204);
    });
}

#[test]
fn parameters_are_unique_by_name_and_keep_to_what_is_stored() {
    on_both(|app| {
        let admin = app.admin();
        let service = service(&admin, "Signals");
        let colour =
            parameter(&admin, service, "colour", "select", &json!({"settings": {"options": ["red", "green"]}}));
        let parameters = format!("{ROOT}/parameters");
        let made = admin.get(&format!("{parameters}/{colour}")).expect(200);
        assert_eq!(made["settings"], json!({"options": ["red", "green"]}));
        assert_eq!([&made["services"], &made["categoryId"]], [&json!([service]), &json!(null)]);
        let post = |fields: Value| {
            admin.post(&parameters, &with(json!({"name": "x", "caption": "x", "type": "text"}), &fields))
        };
        post(json!({"name": "colour"})).refused(409, "taken");
        post(json!({"type": "select"})).refused(400, "optionsRequired");
        post(json!({"type": "multiselect", "settings": {"options": [1]}})).refused(400, "optionsNotTexts");
        post(json!({"type": "colour"})).refused(400, "notOneOf");
        let unknown = post(json!({"services": [99], "categoryId": 99}));
        unknown.expect_faults(422, &[("categoryId", "unknown"), ("services", "unknown")]);
        let client = admin.new_client("a@example.com", &json!({}));
        let subscription = subscribe(&admin, client, service, &json!({"colour": "red"}));
        let plan = add(&admin, "plans", &json!({"name": "Red", "serviceId": service, "data": {"colour": "red"}}));
        let path = format!("{parameters}/{colour}");
        let fixed = admin.patch(&path, &json!({"type": "text"})).refused(409, "valuesStored");
        let issue = json!("cannot be changed: 2 values of the type select are stored");
        assert_eq!(fixed["error"]["details"][0]["issue"], issue);
        let used = admin.delete(&path);
        let told = used.body["error"]["details"].to_string();
        assert!(
            told.contains(&format!("subscriptions {subscription}")) && told.contains(&format!("presets {plan}")),
            "{told}"
        );
        used.expect_faults(409, &[("-", "presetsHaveValues"), ("-", "subscriptionsHaveValues")]);
        // Renaming renames the keys; what is stored stays when its option goes.
        let change = json!({"name": "shade", "settings": {"options": ["green"]}, "services": []});
        assert_eq!(admin.patch(&path, &change).expect(200)["services"], json!([]));
        let read = || admin.get(&format!("{ROOT}/{subscription}")).expect(200)["parameters"].clone();
        assert_eq!(read(), json!({"shade": "red"}));
        admin
            .patch(&format!("{ROOT}/{subscription}"), &json!({"parameters": {"shade": "green"}}))
            .refused(422, "notServiceParameter");
        admin.patch(&path, &json!({"services": [service]})).expect(200);
        admin
            .patch(&format!("{ROOT}/{subscription}"), &json!({"parameters": {"shade": "red"}}))
            .refused(422, "valueNotOption");
        admin.patch(&format!("{ROOT}/{subscription}"), &json!({"parameters": {"shade": "green"}})).expect(200);
        admin.put(&path, &json!({"name": "y"})).expect(405);
        admin.patch(&format!("{ROOT}/{subscription}"), &json!({"parameters": {}})).expect(200);
        admin.delete(&format!("{ROOT}/plans/{plan}")).expect(204);
        admin.patch(&path, &json!({"type": "text"})).expect(200);
        let total = |filter: &str| admin.total(&format!("{parameters}?filter{filter}"));
        assert_eq!([total("[name]=SHA"), total("[caption]=COL"), total("[categoryId]=1")], [1, 1, 0].map(|n| json!(n)));
        admin.delete(&path).expect(204);
    });
}

#[test]
fn a_preset_is_checked_when_it_is_made_and_only_renamed() {
    on_both(|app| {
        let admin = app.admin();
        let service = service(&admin, "Signals");
        parameter(&admin, service, "seats", "numeric", &json!({}));
        let plans = format!("{ROOT}/plans");
        let plan = json!({"name": "Small", "serviceId": service, "data": {"seats": 5}});
        let made = admin.post(&plans, &plan).expect(201);
        assert_eq!(made["data"], json!({"seats": 5}));
        let wrong = admin.post(&plans, &json!({"name": "x", "serviceId": service, "data": {"seats": "many"}}));
        wrong.expect_faults(422, &[("data.seats", "valueNotNumber")]);
        admin.post(&plans, &json!({"name": "x", "serviceId": 99})).refused(422, "unknown");
        let path = format!("{plans}/{}", made["id"]);
        assert_eq!(admin.patch(&path, &json!({"name": "Tiny"})).expect(200)["name"], json!("Tiny"));
        admin.patch(&path, &json!({"data": {"seats": 5}, "serviceId": service})).expect(200);
        admin.patch(&path, &json!({"data": {"seats": 6}})).refused(400, "fixed");
        admin.patch(&path, &json!({"serviceId": 99})).refused(400, "fixed");
        admin.patch(&path, &json!({})).expect(200);
        admin.get("/api/v2/v2/subscriptions/plans").expect(404);
        let total = |filter: &str| admin.total(&format!("{plans}?filter{filter}"));
        assert_eq!([total("[name]=TIN"), total("[serviceId]=99")], [json!(1), json!(0)]);
        // A subscription is made from it by sending its data.
        let client = admin.new_client("a@example.com", &json!({}));
        let subscription = subscribe(&admin, client, service, &made["data"]);
        admin.delete(&path).expect(204);
        assert_eq!(admin.get(&format!("{ROOT}/{subscription}")).expect(200)["parameters"], json!({"seats": 5}));
    });
}

const RIGHTS: [&str; 7] = [
    "systemLogs.read",
    "paidServices.read",
    "paidServices.create",
    "paidServices.update",
    "subscriptions.read",
    "subscriptions.create",
    "subscriptions.update",
];

fn group_of(admin: &Client, name: &str) -> i64 {
    let groups = admin.get("/api/v2/groups?limit=100").expect(200);
    let group = groups["data"].as_array().unwrap().iter().find(|group| group["name"] == name).expect("a group");
    group["id"].as_i64().unwrap()
}

fn two_users(app: &TestApp) -> (Client, Client) {
    (app.user_with("insider", &RIGHTS), app.user_with("outsider", &RIGHTS))
}

#[test]
fn who_is_outside_of_a_category_meets_no_parameter_of_it() {
    on_both(|app| {
        let admin = app.admin();
        let (insider, outsider) = two_users(app);
        let inside = group_of(&admin, "insider");
        let outside = group_of(&admin, "outsider");
        let category = add(&admin, "categories", &json!({"name": "Secret", "readGroups": [inside]}));
        let service = service(&admin, "Signals");
        let open = parameter(&admin, service, "open", "text", &json!({}));
        let secret = parameter(&admin, service, "secret", "text", &json!({"categoryId": category}));
        let client = admin.new_client("a@example.com", &json!({}));
        let subscription = subscribe(&insider, client, service, &json!({"open": "a", "secret": "b"}));
        let path = format!("{ROOT}/{subscription}");
        let seen = |user: &Client| user.get(&path).expect(200)["parameters"].clone();
        assert_eq!(seen(&insider), json!({"open": "a", "secret": "b"}));
        assert_eq!(seen(&admin), seen(&insider), "administrators hold every right");
        assert_eq!(seen(&outsider), json!({"open": "a"}));
        assert_eq!(outsider.get(ROOT).expect(200)["data"][0]["parameters"], json!({"open": "a"}));
        outsider.patch(&path, &json!({"parameters": {"secret": "c"}})).refused(422, "notServiceParameter");
        outsider.patch(&path, &json!({"parameters": {"open": "c"}})).expect(200);
        assert_eq!(seen(&insider), json!({"open": "c", "secret": "b"}), "what they do not see is kept");
        outsider.get(&format!("{ROOT}/parameters/{secret}")).expect(404);
        outsider.patch(&format!("{ROOT}/parameters/{secret}"), &json!({"caption": "x"})).expect(404);
        assert_eq!(outsider.total(&format!("{ROOT}/parameters")), 1);
        let refused = outsider.patch(&format!("{ROOT}/parameters/{open}"), &json!({"categoryId": category}));
        refused.expect_faults(422, &[("categoryId", "unknown")]);
        let plan = json!({"name": "p", "serviceId": service, "data": {"open": "x", "secret": "y"}});
        outsider.post(&format!("{ROOT}/plans"), &plan).expect_faults(422, &[("data.secret", "notServiceParameter")]);
        let plan = insider.create(&format!("{ROOT}/plans"), &plan);
        assert_eq!(outsider.get(&format!("{ROOT}/plans/{plan}")).expect(200)["data"], json!({"open": "x"}));
        let told = |user: &Client| user.get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        assert!(told(&insider).contains(r#""secret":"b""#));
        assert!(!told(&outsider).contains("secret"), "neither does the log: {}", told(&outsider));
        // Seeing is not changing.
        let change = json!({"readGroups": [inside, outside], "updateGroups": [inside]});
        admin.put(&format!("{ROOT}/categories/{category}"), &change).expect(200);
        assert_eq!(seen(&outsider), json!({"open": "c", "secret": "b"}));
        let refused = outsider.patch(&path, &json!({"parameters": {"secret": "z"}}));
        refused.expect_faults(403, &[("parameters.secret", "parameterReadOnly")]);
        outsider.patch(&path, &json!({"parameters": {"secret": "b", "open": "d"}})).expect(200);
        outsider.patch(&path, &json!({"parameters": {}})).expect(200);
        assert_eq!(seen(&outsider), json!({"secret": "b"}), "what they may not change stays");
        let refused = outsider.patch(&format!("{ROOT}/parameters/{secret}"), &json!({"caption": "x"}));
        refused.refused(403, "parameterReadOnly");
        let refused = outsider.patch(&format!("{ROOT}/parameters/{open}"), &json!({"categoryId": category}));
        refused.expect_faults(422, &[("categoryId", "parameterReadOnly")]);
    });
}

#[test]
fn a_category_is_unique_by_name_and_kept_while_it_has_parameters() {
    on_both(|app| {
        let admin = app.admin();
        let category = add(&admin, "categories", &json!({"name": "KYC"}));
        let categories = format!("{ROOT}/categories");
        let made = admin.get(&format!("{categories}/{category}")).expect(200);
        assert_eq!([&made["readGroups"], &made["updateGroups"]], [&json!([]), &json!([])]);
        admin.post(&categories, &json!({"name": "kyc"})).refused(409, "taken");
        let unknown = admin.post(&categories, &json!({"name": "x", "readGroups": [99], "updateGroups": [98]}));
        unknown.expect_faults(422, &[("readGroups", "unknown"), ("updateGroups", "unknown")]);
        let service = service(&admin, "Signals");
        let parameter = parameter(&admin, service, "p", "text", &json!({"categoryId": category}));
        let used = admin.delete(&format!("{categories}/{category}"));
        let message = format!("The category has the parameters {parameter}.");
        assert_eq!(used.refused(409, "categoryHasParameters")["error"]["message"], json!(message));
        admin.patch(&format!("{ROOT}/parameters/{parameter}"), &json!({"categoryId": null})).expect(200);
        admin.delete(&format!("{categories}/{category}")).expect(204);
        for sort in ["id", "name"] {
            admin.get(&format!("{categories}?sort_by={sort}&sort_order=desc&filter[name]=x")).expect(200);
        }
        app.user_with("nobody", &["paidServices.read"]).get(&categories).refused(403, "permissionMissing");
    });
}

#[test]
fn subscriptions_of_unseen_clients_do_not_exist_and_the_log_keeps_their_history() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let service = service(&admin, "Signals");
        let seen = admin.new_client("a@example.com", &json!({"tagIds": [tag]}));
        let unseen = admin.new_client("b@example.com", &json!({}));
        let mine = subscribe(&admin, seen, service, &json!({}));
        let other = subscribe(&admin, unseen, service, &json!({}));
        let mut rights = RIGHTS.to_vec();
        rights.push("subscriptions.delete");
        let (_, user) = app.user_of("tagged", &rights, &json!({"clientTags": [tag]}));
        assert_eq!(user.total(ROOT), 1);
        user.get(&format!("{ROOT}/{mine}")).expect(200);
        let path = format!("{ROOT}/{other}");
        user.get(&path).expect(404);
        user.patch(&path, &json!({"isActive": 0})).expect(404);
        user.delete(&path).expect(404);
        let refused = user.post(ROOT, &json!({"clientId": unseen, "serviceId": service, "isActive": 1}));
        refused.expect_faults(422, &[("clientId", "unknown")]);
        admin.patch(&path, &json!({"isActive": 0})).expect(200);
        admin.delete(&path).expect(204);
        let log = admin.get("/api/v2/logs/messages?limit=100").expect(200);
        let kept: Vec<&Value> = log["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| record.to_string().contains("client_service"))
            .collect();
        assert!(kept.len() >= 4, "{log}");
    });
}
