//! Records have entity tags: a caller who has one is not sent it again, and nobody overwrites what they have not seen.

use std::sync::Barrier;

use serde_json::json;

use super::races::with_servers;
use crate::harness::{Answer, Client, on_both};

const SETTINGS: &str = "/api/v2/settings";

/// The tag of an answer.
#[track_caller]
fn tag_of(answer: &Answer) -> String {
    answer.header("ETag").unwrap_or_else(|| panic!("no tag: {}", answer.body)).to_owned()
}

fn new_group(admin: &Client) -> String {
    let made = admin.post("/api/v2/groups", &json!({"name": "Desk", "permissions": ["clients.read"]}));
    made.header("Location").expect("a place").to_owned()
}

#[test]
fn a_record_that_the_caller_has_is_not_sent_again() {
    on_both(|app| {
        let admin = app.admin();
        for path in [new_group(&admin).as_str(), SETTINGS] {
            let tag = tag_of(&admin.get(path));
            admin.with("If-None-Match", &tag).get(path).expect(304);
            admin.with("If-None-Match", "\"other\"").get(path).expect(200);
        }
        assert_eq!(admin.get("/api/v2/groups").header("ETag"), None, "lists have none");
    });
}

#[test]
fn each_write_tells_the_tag_of_what_it_made() {
    on_both(|app| {
        let admin = app.admin();
        let made = admin.post("/api/v2/groups", &json!({"name": "Desk", "permissions": []}));
        let place = made.header("Location").expect("a place");
        assert_eq!(tag_of(&made), tag_of(&admin.get(place)));
        let changed = admin.patch(place, &json!({"name": "Front desk"}));
        assert_eq!(tag_of(&changed), tag_of(&admin.get(place)));
        assert_ne!(tag_of(&changed), tag_of(&made));
    });
}

#[test]
fn what_is_seen_in_another_form_has_another_tag() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({"firstName": "Ann"}));
        let path = format!("/api/v2/clients/{client}");
        let masked = app.user_with("reader", &["clients.read"]);
        let (seen, seen_masked) = (admin.get(&path), masked.get(&path));
        assert_ne!(tag_of(&seen), tag_of(&seen_masked));
        masked.with("If-None-Match", &tag_of(&seen)).get(&path).expect(200);

        let texts = json!([{"key": "caption", "locale": "es_ES", "value": "Divisas"}]);
        let group =
            json!({"caption": "Forex", "description": "", "status": "enabled", "type": "payment", "resources": texts});
        let made = admin.post("/api/v2/products/groups", &group);
        let place = made.header("Location").expect("a place");
        let spanish = admin.with("Accept-Language", "es");
        assert_ne!(tag_of(&spanish.get(place)), tag_of(&admin.get(place)));
        let change = json!({"description": "Currencies"});
        let tag = tag_of(&spanish.get(place));
        admin.with("If-Match", &tag).patch(place, &change).refused(412, "preconditionFailed");
        spanish.with("If-Match", &tag).patch(place, &change).expect(200);
    });
}

#[test]
fn what_has_changed_since_it_was_seen_is_left_alone() {
    on_both(|app| {
        let admin = app.admin();
        let place = new_group(&admin);
        let seen = tag_of(&admin.get(&place));
        let changed = admin.with("If-Match", &seen).patch(&place, &json!({"name": "Front desk"}));
        let now = tag_of(&changed);
        changed.expect(200);
        for method in ["PUT", "PATCH", "DELETE"] {
            let late = admin.with("If-Match", &seen).call(method, &place, Some(br#"{"name": "Desk"}"#));
            late.refused(412, "preconditionFailed");
        }
        assert_eq!(admin.get(&place).expect(200)["name"], json!("Front desk"));
        for fits in [format!("\"x\", {now}"), "*".to_owned()] {
            admin.with("If-Match", &fits).patch(&place, &json!({})).expect(200);
        }
        for never_fits in [format!("W/{now}"), String::new(), "rubbish".to_owned()] {
            admin.with("If-Match", &never_fits).patch(&place, &json!({})).refused(412, "preconditionFailed");
        }
        admin.with("If-Match", &now).delete(&place).expect(204);
        admin.with("If-Match", &now).patch(&place, &json!({})).refused(404, "notFound");
        let paths = crate::harness::document()["paths"].clone();
        let group = &paths["/api/v2/groups/{groupId}"];
        for method in ["put", "patch", "delete"] {
            assert!(group[method]["responses"]["412"].is_object(), "{method}");
            assert!(group[method]["parameters"].to_string().contains("If-Match"), "{method}");
        }
        assert!(group["get"]["responses"]["304"].is_object());
    });
}

#[test]
fn that_a_record_has_changed_comes_before_faults_of_the_body() {
    on_both(|app| {
        let admin = app.admin();
        let place = new_group(&admin);
        let seen = tag_of(&admin.get(&place));
        let late = admin.with("If-Match", "\"stale\"");
        late.patch(&place, &json!({"name": 1})).refused(412, "preconditionFailed");
        late.call("PATCH", &place, Some(b"{")).refused(412, "preconditionFailed");
        late.patch("/api/v2/groups/999999", &json!({"name": 1})).refused(404, "notFound");
        app.user_with("nobody", &[]).with("If-Match", "\"stale\"").patch(&place, &json!({})).expect(403);
        let current = admin.with("If-Match", &seen);
        current.patch(&place, &json!({"name": 1})).expect_faults(400, &[("name", "notString")]);
        late.patch(SETTINGS, &json!({})).refused(412, "preconditionFailed");
    });
}

#[test]
fn the_tag_of_a_compressed_answer_counts() {
    on_both(|app| {
        let admin = app.admin();
        let seen = tag_of(&admin.get(SETTINGS));
        let compressed = format!("{}-gzip\"", seen.trim_end_matches('"'));
        admin.with("If-Match", &compressed).patch(SETTINGS, &json!({})).expect(200);
    });
}

/// How many change one record at once.
const USERS: usize = 100;

#[test]
fn of_many_changes_of_what_all_have_seen_one_is_made() {
    on_both(|app| {
        let admin = app.admin();
        let place = new_group(&admin);
        let callers = [(admin.base.clone(), admin.token.clone().expect("a token"))];
        one_wins(&admin, &place, &callers);
    });
}

#[test]
fn so_it_is_on_two_servers() {
    with_servers(|servers, admin| {
        let place = new_group(admin);
        one_wins(admin, &place, &servers.addresses());
    });
}

fn one_wins(admin: &Client, place: &str, servers: &[(String, String)]) {
    for round in 0..3 {
        let seen = tag_of(&admin.unrecorded().get(place));
        let barrier = Barrier::new(USERS);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let (barrier, seen) = (&barrier, &seen);
            let change = |user: usize| {
                let (base, token) = servers[user % servers.len()].clone();
                scope.spawn(move || {
                    let caller = Client::new(&base, std::rc::Rc::default()).with_token(&token);
                    barrier.wait();
                    let name = format!("Desk {round} of {user}");
                    caller.with("If-Match", seen).patch(place, &json!({"name": name})).status
                })
            };
            let changing: Vec<_> = (0..USERS).map(change).collect();
            changing.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        let made = statuses.iter().filter(|status| **status == 200).count();
        let refused = statuses.iter().filter(|status| **status == 412).count();
        assert_eq!((made, refused), (1, USERS - 1), "{statuses:?}");
    }
}
