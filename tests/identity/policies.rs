//! Security policies: who is allowed by the IP lists.

use serde_json::json;

use crate::harness::on_both;

const POLICIES: &str = "/api/v2/security/policies";

#[test]
fn a_denied_address_is_kept_out_before_anything_else_is_looked_at() {
    on_both(|app| {
        let policy = json!({"ip": "192.0.2.0/24", "permission": "deny", "route": "/api/*", "comment": "noise"});
        let made = app.admin().post(POLICIES, &policy).expect(201);
        assert_eq!(made["active"], json!(true));
        assert_eq!(made["ip"], json!("192.0.2.0/24"));
        let outside = app.client.from("192.0.2.5");
        outside.get("/api/v2/users").refused(403, "ipNotAllowed");
        outside.post("/api/v2/signin", &json!({})).refused(403, "ipNotAllowed");
        outside.get("/api/v2/nothing").refused(403, "ipNotAllowed");
        app.client.from("198.51.100.5").get("/api/v2/users").expect(401);
    });
}

#[test]
fn a_caller_cannot_forge_an_address_behind_a_trusted_proxy() {
    on_both(|app| {
        let policy = json!({"ip": "192.0.2.0/24", "permission": "deny", "route": "/api/*"});
        app.admin().post(POLICIES, &policy).expect(201);
        // What the caller wrote, then what the proxy added.
        for header in
            ["8.8.8.8, 192.0.2.5", "unknown, 192.0.2.5", ", 192.0.2.5", "192.0.2.5:4711", "8.8.8.8, x, 192.0.2.5"]
        {
            app.client.from(header).get("/api/v2/users").refused(403, "ipNotAllowed");
        }
    });
}

#[test]
fn an_allowed_address_keeps_others_out_of_that_route() {
    on_both(|app| {
        let admin = app.admin();
        let policy = json!({"ip": "192.0.2.5", "permission": "allow", "route": "/api/v2/users"});
        admin.post(POLICIES, &policy).expect(201);
        admin.get("/api/v2/users").refused(403, "ipNotAllowed");
        admin.get("/api/v2/groups").expect(200);
        admin.from("192.0.2.5").get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_policy_that_is_off_or_deleted_does_not_act() {
    on_both(|app| {
        let admin = app.admin();
        let policy = json!({"ip": "192.0.2.5", "permission": "deny", "route": "/api/v2/users", "active": false});
        let path = format!("{POLICIES}/{}", admin.post(POLICIES, &policy).expect(201)["id"]);
        let outside = admin.from("192.0.2.5");
        outside.get("/api/v2/users").expect(200);
        admin.patch(&path, &json!({"active": true})).expect(200);
        app.advance(2);
        outside.get("/api/v2/users").refused(403, "ipNotAllowed");
        admin.delete(&path).expect(204);
        app.advance(2);
        outside.get("/api/v2/users").expect(200);
    });
}

#[test]
fn a_policy_does_not_lock_its_author_out() {
    on_both(|app| {
        let admin = app.admin().from("192.0.2.5");
        for route in ["/api/*", "/api/v2/security/policies", "/api/v2/signin"] {
            let policy = json!({"ip": "192.0.2.5", "permission": "deny", "route": route});
            admin.post(POLICIES, &policy).refused(422, "policyLocksOutAuthor");
        }
        let policy = json!({"ip": "198.51.100.1", "permission": "allow", "route": "/api/v2/signin"});
        admin.post(POLICIES, &policy).refused(422, "policyLocksOutAuthor");
        assert_eq!(admin.total(POLICIES), 0);
    });
}

#[test]
fn the_same_policy_exists_once() {
    on_both(|app| {
        let admin = app.admin();
        let policy = json!({"ip": "192.0.2.5/32", "permission": "deny", "route": "/api/v2/users"});
        admin.post(POLICIES, &policy).expect(201);
        let same = json!({"ip": "192.0.2.5", "permission": "deny", "route": "/api/v2/users"});
        admin.post(POLICIES, &same).refused(409, "duplicatePolicy");
    });
}

#[test]
fn invalid_addresses_and_routes_are_refused() {
    on_both(|app| {
        let policy = json!({"ip": "127.0 0.1", "permission": "maybe", "route": "a b"});
        let answer = app.admin().post(POLICIES, &policy);
        answer.has_faults(&[("ip", "notIpNetwork"), ("permission", "notOneOf"), ("route", "notRoute")]);
        answer.expect(400);
    });
}

#[test]
fn policies_are_found_by_their_fields() {
    on_both(|app| {
        let admin = app.admin();
        for (ip, permission) in [("192.0.2.5", "deny"), ("192.0.2.6", "deny"), ("127.0.0.1", "allow")] {
            let policy = json!({"ip": ip, "permission": permission, "route": "platform_proxy"});
            admin.post(POLICIES, &policy).expect(201);
        }
        let total = |filter: &str| admin.total(&format!("{POLICIES}?{filter}"));
        assert_eq!(total("filter[ip]=192.0.2.5"), json!(1));
        assert_eq!(total("filter[permission]=deny"), json!(2));
        assert_eq!(total("filter[permission]=other"), json!(0));
        assert_eq!(total("filter[route]=platform_proxy&filter[active]=true"), json!(3));
        assert_eq!(total("filter[active]=0"), json!(0));
    });
}
