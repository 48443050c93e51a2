//! Users, their groups and tags, and who may change whom.

use serde_json::{Value, json};

use crate::harness::{ADMIN_PASSWORD, on_both};

fn ann() -> Value {
    json!({"name": "Ann", "email": "ann@example.com", "password": "Secret123"})
}

#[test]
fn a_new_user_has_the_least_rights() {
    on_both(|app| {
        let answer = app.admin().post("/api/v2/users", &ann());
        let id = answer.body["id"].as_i64().unwrap();
        assert_eq!(answer.header("Location"), Some(format!("/api/v2/users/{id}").as_str()));
        let expected = json!({
            "id": id, "name": "Ann", "email": "ann@example.com", "phone": null, "active": true, "tfa": false,
            "ipWhitelist": [], "groups": [], "clientTags": [], "canViewMaskedData": false,
            "slackChatId": null, "telegramChatId": null,
        });
        assert_eq!(answer.expect(201), expected);
        app.as_user("ann@example.com", "Secret123").get("/api/v2/users").refused(403, "permissionMissing");
    });
}

#[test]
fn a_body_with_five_faults_names_all_five() {
    on_both(|app| {
        let body = json!({"name": "", "email": "no", "password": "short", "active": "maybe", "groups": [0, 1, "x"]});
        let answer = app.admin().post("/api/v2/users", &body);
        let faults = [
            ("name", "empty"),
            ("email", "notEmail"),
            ("password", "weakPassword"),
            ("active", "notBoolean"),
            ("groups.0", "outOfRange"),
            ("groups.2", "notInteger"),
        ];
        answer.has_faults(&faults);
        answer.expect(400);
    });
}

#[test]
fn an_e_mail_is_taken_once_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        admin.post("/api/v2/users", &ann()).expect(201);
        let mut other = ann();
        other["email"] = json!("ANN@example.com");
        let answer = admin.post("/api/v2/users", &other);
        answer.has_faults(&[("email", "taken")]);
        answer.refused(409, "taken");
    });
}

#[test]
fn the_e_mail_of_a_deleted_user_may_be_used_again() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &["users.read"], &json!({}));
        let admin = app.admin();
        admin.delete(&format!("/api/v2/users/{id}")).expect(204);
        client.get("/api/v2/users").expect(401);
        admin.get(&format!("/api/v2/users/{id}")).expect(404);
        admin.post("/api/v2/users", &ann()).expect(201);
    });
}

#[test]
fn groups_and_tags_that_do_not_exist_are_named() {
    on_both(|app| {
        let mut user = ann();
        user["groups"] = json!([1, 99]);
        user["clientTags"] = json!([7]);
        let answer = app.admin().post("/api/v2/users", &user);
        answer.expect_faults(422, &[("clientTags.0", "unknown"), ("groups.1", "unknown")]);
    });
}

#[test]
fn a_change_leaves_what_was_not_sent() {
    on_both(|app| {
        let admin = app.admin();
        let user = admin.post("/api/v2/users", &ann()).expect(201);
        let path = format!("/api/v2/users/{}", user["id"]);
        let changed = admin.put(&path, &json!({"phone": "+1 202 555 2113", "ipWhitelist": ["10.0.0.1/8"]})).expect(200);
        assert_eq!(changed["phone"], json!("+1 202 555 2113"));
        assert_eq!(changed["ipWhitelist"], json!(["10.0.0.0/8"]));
        assert_eq!(changed["name"], json!("Ann"));
        assert_eq!(admin.patch(&path, &json!({"phone": null})).expect(200)["phone"], Value::Null);
        assert_eq!(admin.patch(&path, &changed).expect(200), changed);
        admin.patch(&path, &json!({"name": null})).refused(400, "null");
    });
}

#[test]
fn nobody_grants_more_than_they_have() {
    on_both(|app| {
        let maker = app.user_with("maker", &["users.create", "users.update", "products.read"]);
        let admin = app.admin();
        let strong =
            admin.post("/api/v2/groups", &json!({"name": "strong", "permissions": ["users.delete"]})).expect(201);
        let weak = admin.post("/api/v2/groups", &json!({"name": "weak", "permissions": ["products.read"]})).expect(201);
        let mut user = ann();
        user["groups"] = json!([strong["id"]]);
        user["canViewMaskedData"] = json!(true);
        let answer = maker.post("/api/v2/users", &user);
        answer.expect_faults(403, &[("canViewMaskedData", "unmaskedDataNotHeld"), ("groups", "groupsGrantMore")]);
        user["canViewMaskedData"] = json!(false);
        user["groups"] = json!([1]);
        maker.post("/api/v2/users", &user).refused(403, "groupsGrantMore");
        user["groups"] = json!([weak["id"]]);
        maker.post("/api/v2/users", &user).expect(201);
    });
}

#[test]
fn nobody_gets_hold_of_a_stronger_user() {
    on_both(|app| {
        let helper = app.user_with("helper", &["users.read", "users.update"]);
        let answer = helper.patch("/api/v2/users/1", &json!({"password": "Another123", "email": "x@example.com"}));
        answer.expect_faults(403, &[("email", "strongerUser"), ("password", "strongerUser")]);
        helper.patch("/api/v2/users/1", &json!({"phone": "1"})).expect(200);
    });
}

#[test]
fn nobody_disables_or_deletes_themselves_or_the_last_administrator() {
    on_both(|app| {
        let admin = app.admin();
        admin.patch("/api/v2/users/1", &json!({"active": false})).refused(409, "cannotDisableSelf");
        admin.patch("/api/v2/users/1", &json!({"groups": []})).refused(409, "lastAdministrator");
        admin.delete("/api/v2/users/1").refused(409, "cannotDeleteSelf");
        let deleter = app.user_with("deleter", &["users.delete", "users.update"]);
        deleter.delete("/api/v2/users/1").refused(409, "lastAdministrator");
        deleter.patch("/api/v2/users/1", &json!({"active": false})).refused(409, "lastAdministrator");
    });
}

#[test]
fn users_are_found_by_name_e_mail_and_activity() {
    on_both(|app| {
        let admin = app.admin();
        for (name, active) in [("Ann Äther", true), ("Bob 100%", false)] {
            let email = format!("{}@example.com", name.split(' ').next().unwrap());
            let user = json!({"name": name, "email": email, "password": ADMIN_PASSWORD, "active": active});
            admin.post("/api/v2/users", &user).expect(201);
        }
        let found = |filter: &str| {
            let page = admin.get(&format!("/api/v2/users?{filter}")).expect(200);
            let names = page["data"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap());
            (page["total"].as_i64().unwrap(), names.collect::<Vec<_>>())
        };
        assert_eq!(found("filter[name]=%C3%A4THER"), (1, vec![2]));
        assert_eq!(found("filter[name]=0%25"), (1, vec![3]));
        assert_eq!(found("filter[name]=%25"), (1, vec![3]));
        assert_eq!(found("filter[name]=_"), (0, vec![]));
        assert_eq!(found("filter[email]=ANN@EXAMPLE.COM"), (1, vec![2]));
        assert_eq!(found("filter[email]=nn@example.com"), (0, vec![]));
        admin.get("/api/v2/users?filter[email]=ann").refused(400, "notEmail");
        assert_eq!(found("filter[active]=1"), (2, vec![1, 2]));
        assert_eq!(found("filter[active]=0"), (3, vec![1, 2, 3]));
        assert_eq!(found("filter[active]="), (3, vec![1, 2, 3]));
    });
}

#[test]
fn the_group_of_the_administrators_is_fixed_and_shows_every_permission() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.get("/api/v2/groups/1").expect(200);
        assert_eq!(group["name"], json!("Administrators"));
        assert_eq!(group["permissions"].as_array().unwrap().len(), domain::identity::Permission::ALL.len());
        admin.patch("/api/v2/groups/1", &json!({"name": "Others"})).refused(409, "administratorsFixed");
        admin.delete("/api/v2/groups/1").refused(409, "administratorsFixed");
        assert_eq!(admin.patch("/api/v2/groups/1", &json!({})).expect(200), group);
    });
}

#[test]
fn a_groups_permissions_are_a_set_in_alphabetical_order() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": " Desk ", "permissions": ["products.read", "accounts.create", "products.read"]});
        let group = admin.post("/api/v2/groups", &body).expect(201);
        assert_eq!(group["name"], json!("Desk"));
        assert_eq!(group["permissions"], json!(["accounts.create", "products.read"]));
        let unknown = json!({"name": "x", "permissions": ["products.read", "Products.read"]});
        let answer = admin.post("/api/v2/groups", &unknown);
        assert_eq!(answer.faulty_fields(), ["permissions.1"]);
        answer.refused(400, "unknownValue");
        admin.post("/api/v2/groups", &json!({"name": "DESK", "permissions": []})).refused(409, "taken");
    });
}

#[test]
fn permissions_that_the_caller_lacks_are_not_added_to_a_group() {
    on_both(|app| {
        let keeper = app.user_with("keeper", &["userGroups.create", "userGroups.update", "products.read"]);
        let more = json!({"name": "more", "permissions": ["products.read", "users.delete"]});
        keeper.post("/api/v2/groups", &more).refused(403, "permissionNotHeld");
        let group =
            keeper.post("/api/v2/groups", &json!({"name": "own", "permissions": ["products.read"]})).expect(201);
        let path = format!("/api/v2/groups/{}", group["id"]);
        keeper.patch(&path, &json!({"permissions": ["users.delete"]})).refused(403, "permissionNotHeld");
        app.admin().patch(&path, &json!({"permissions": ["products.read", "users.delete"]})).expect(200);
        // What is there already is not added.
        keeper.patch(&path, &json!({"name": "renamed", "permissions": ["users.delete"]})).expect(200);
    });
}

#[test]
fn a_group_with_users_is_not_deleted() {
    on_both(|app| {
        let (id, _) = app.user_of("ann", &[], &json!({}));
        let admin = app.admin();
        admin.delete("/api/v2/groups/2").refused(409, "inUse");
        admin.delete(&format!("/api/v2/users/{id}")).expect(204);
        admin.delete("/api/v2/groups/2").expect(204);
    });
}

#[test]
fn a_restricted_user_sees_and_gives_their_own_tags_only() {
    on_both(|app| {
        let admin = app.admin();
        for name in ["VIP", "EU"] {
            admin.new_tag(name);
        }
        admin.post("/api/v2/tags", &json!({"name": "vip"})).refused(409, "taken");
        let rights = ["clientTags.read", "clientTags.create", "clientTags.update", "clientTags.delete", "users.create"];
        let (_, restricted) = app.user_of("ann", &rights, &json!({"clientTags": [1]}));
        let page = restricted.get("/api/v2/tags").expect(200);
        assert_eq!(page, json!({"total": 1, "data": [{"id": 1, "name": "VIP"}]}));
        restricted.get("/api/v2/tags/2").expect(404);
        restricted.post("/api/v2/tags", &json!({"name": "new"})).refused(403, "cannotManageTags");
        restricted.patch("/api/v2/tags/1", &json!({"name": "new"})).refused(403, "cannotManageTags");
        restricted.delete("/api/v2/tags/1").refused(403, "cannotManageTags");
        let bob = |tags: Value| json!({"name": "Bob", "email": "bob@example.com", "password": "Secret123", "clientTags": tags});
        restricted.post("/api/v2/users", &bob(json!([2]))).refused(422, "unknown");
        restricted.post("/api/v2/users", &bob(json!([]))).refused(403, "clientsOutOfScope");
        restricted.post("/api/v2/users", &bob(json!([1]))).expect(201);
    });
}

#[test]
fn the_only_tag_of_a_user_is_not_deleted() {
    on_both(|app| {
        let admin = app.admin();
        for name in ["VIP", "EU"] {
            admin.new_tag(name);
        }
        let (id, _) = app.user_of("ann", &[], &json!({"clientTags": [1]}));
        admin.delete("/api/v2/tags/1").refused(409, "onlyTagOfUser");
        admin.patch(&format!("/api/v2/users/{id}"), &json!({"clientTags": [1, 2]})).expect(200);
        admin.delete("/api/v2/tags/1").expect(204);
        let user = admin.get(&format!("/api/v2/users/{id}")).expect(200);
        assert_eq!(user["clientTags"], json!([{"id": 2, "name": "EU"}]));
    });
}

#[test]
fn what_needs_mail_is_refused_where_none_can_be_sent() {
    on_both(|app| {
        let mut user = ann();
        user["tfa"] = json!(true);
        user["sendNotify"] = json!(true);
        let answer = app.admin().post("/api/v2/users", &user);
        answer.expect_faults(422, &[("sendNotify", "mailNotConfigured"), ("tfa", "mailNotConfigured")]);
    });
}

#[test]
fn every_write_is_logged_with_what_it_changed_and_without_secrets() {
    on_both(|app| {
        let admin = app.admin();
        let user = admin.post("/api/v2/users", &ann()).expect(201);
        let path = format!("/api/v2/users/{}", user["id"]);
        admin.patch(&path, &json!({"name": "Anna", "password": "Another123"})).expect(200);
        admin.patch(&path, &json!({"name": "Anna"})).expect(200);
        admin.delete(&path).expect(204);
        let log = admin.get("/api/v2/logs/messages?filter[actor]=ADMIN@example.com").expect(200);
        let events: Vec<&str> =
            log["data"].as_array().unwrap().iter().map(|entry| entry["eventName"].as_str().unwrap()).collect();
        assert_eq!(events, ["user_deleted", "user_updated", "user_created"]);
        let updated = &log["data"][1];
        assert_eq!(updated["actorGroups"], json!(["Administrators"]));
        assert_eq!(updated["eventCategory"], json!("system"));
        assert_eq!(updated["eventAction"], json!("UPDATE"));
        assert_eq!(updated["details"]["old"]["name"], json!("Ann"));
        assert_eq!(updated["details"]["new"]["name"], json!("Anna"));
        assert_eq!(updated["details"]["new"]["password"], json!("***"));
        assert_eq!(log["data"][2]["details"]["new"]["password"], json!("***"));
        assert!(!log.to_string().contains("Secret123") && !log.to_string().contains("argon2"));
        let one = admin.get(&format!("/api/v2/logs/messages/{}", updated["id"])).expect(200);
        assert_eq!(&one, updated);
        assert_eq!(admin.total("/api/v2/logs/messages?filter[eventAction]=NONE"), 0);
    });
}

#[test]
fn a_refused_write_leaves_nothing_in_the_log() {
    on_both(|app| {
        let admin = app.admin();
        admin.post("/api/v2/users", &json!({"name": "x"})).expect(400);
        admin.delete("/api/v2/users/1").refused(409, "cannotDeleteSelf");
        assert_eq!(admin.total("/api/v2/logs/messages"), 0);
    });
}

#[test]
fn a_new_password_alone_is_seen_in_the_log() {
    on_both(|app| {
        let admin = app.admin();
        let user = admin.post("/api/v2/users", &ann()).expect(201);
        admin.patch(&format!("/api/v2/users/{}", user["id"]), &json!({"password": "Another123"})).expect(200);
        let log = admin.get("/api/v2/logs/messages?limit=1").expect(200);
        let details = &log["data"][0]["details"];
        assert_eq!((&details["old"]["password"], &details["new"]["password"]), (&Value::Null, &json!("***")));
        assert!(!log.to_string().contains("Another123"));
    });
}
