//! API keys: who sees and changes whose, and how they are found.

use serde_json::json;

use super::api_keys::{KEYS, OWN_KEYS, make, path_of, user};
use crate::harness::{Client, on_both};

/// The names of the keys of a list, in its order.
#[track_caller]
fn names(caller: &Client, query: &str) -> Vec<String> {
    let page = caller.get(&format!("{KEYS}?{query}")).expect(200);
    page["data"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn users_see_their_own_keys_and_those_of_others_are_not_there() {
    on_both(|app| {
        let (ann_id, ann) = app.user_of("ann", &OWN_KEYS, &json!({}));
        let bob = user(app, "bob", &[]);
        let (id, _) = make(&ann, "of ann", &[], &json!({}));
        make(&bob, "of bob", &[], &json!({}));
        assert_eq!(names(&bob, ""), ["of bob"]);
        assert!(names(&bob, &format!("filter[userId]={ann_id}")).is_empty());
        bob.get(&path_of(id)).expect(404);
        bob.patch(&path_of(id), &json!({"isEnabled": false})).expect(404);
        bob.delete(&path_of(id)).expect(404);
        let guard = user(app, "guard", &["apiKeys.readAll"]);
        assert_eq!(names(&guard, ""), ["of bob", "of ann"]);
        guard.get(&path_of(id)).expect(200);
        guard.delete(&path_of(id)).expect(204);
    });
}

#[test]
fn somebody_else_gives_a_key_only_what_both_they_and_its_user_hold() {
    on_both(|app| {
        let ann = user(app, "ann", &["users.read", "clientTags.read"]);
        let guard = user(app, "guard", &["apiKeys.readAll", "users.read", "countries.read"]);
        let (id, _) = make(&ann, "k", &[], &json!({}));
        let give = |permission: &str| guard.patch(&path_of(id), &json!({"permissions": [permission]}));
        give("clientTags.read").refused(403, "permissionNotHeld");
        give("countries.read").refused(403, "permissionNotHeld");
        give("users.read").expect(200);
    });
}

#[test]
fn the_key_of_a_stronger_user_can_be_weakened_and_not_revived() {
    on_both(|app| {
        let guard = user(app, "guard", &["apiKeys.readAll"]);
        let (id, _) = make(&app.admin(), "k", &["users.read", "clientTags.read"], &json!({}));
        let weaker = json!({"permissions": ["clientTags.read"], "isEnabled": false, "name": "leaked"});
        guard.patch(&path_of(id), &weaker).expect(200);
        let revived = json!({"isEnabled": true, "expiresAt": app.time(60), "ipWhitelist": ["192.0.2.1"]});
        let refused = [("expiresAt", "strongerUser"), ("ipWhitelist", "strongerUser"), ("isEnabled", "strongerUser")];
        guard.patch(&path_of(id), &revived).expect_faults(403, &refused);
        app.admin().patch(&path_of(id), &revived).expect(200);
    });
}

#[test]
fn keys_are_found_by_user_name_and_status() {
    on_both(|app| {
        let admin = app.admin();
        let (ann_id, ann) = app.user_of("ann", &OWN_KEYS, &json!({}));
        make(&ann, "Ann's export", &[], &json!({}));
        make(&admin, "ending", &[], &json!({"expiresAt": app.time(60)}));
        let (off, _) = make(&admin, "off", &[], &json!({"expiresAt": app.time(60)}));
        admin.patch(&path_of(off), &json!({"isEnabled": false})).expect(200);
        assert_eq!(names(&admin, "filter[status]=active"), ["ending", "Ann's export"]);
        assert_eq!(names(&admin, "filter[status]=disabled"), ["off"]);
        assert!(names(&admin, "filter[status]=expired").is_empty());
        app.advance(60);
        assert_eq!(names(&admin, "filter[status]=active"), ["Ann's export"]);
        assert_eq!(names(&admin, "filter[status]=expired"), ["ending"]);
        assert_eq!(names(&admin, "filter[status]=disabled"), ["off"]);
        assert!(names(&admin, "filter[status]=lost").is_empty());
        assert_eq!(names(&admin, &format!("filter[userId]={ann_id}")), ["Ann's export"]);
        assert_eq!(names(&admin, "filter[name]=EXPORT"), ["Ann's export"]);
    });
}

#[test]
fn keys_are_sorted_by_time_name_and_last_use_those_that_were_never_used_first() {
    on_both(|app| {
        let admin = app.admin();
        let (_, second) = make(&admin, "b", &["users.read"], &json!({}));
        make(&admin, "C", &[], &json!({}));
        let (_, first) = make(&admin, "a", &["users.read"], &json!({}));
        first.get("/api/v2/users").expect(200);
        app.advance(60);
        second.get("/api/v2/users").expect(200);
        app.wait_for_key_uses();
        assert_eq!(names(&admin, ""), ["a", "C", "b"]);
        assert_eq!(names(&admin, "sort_by=name&sort_order=asc"), ["a", "b", "C"]);
        assert_eq!(names(&admin, "sort_by=lastUsedAt&sort_order=asc"), ["C", "a", "b"]);
        assert_eq!(names(&admin, "sort_by=lastUsedAt&sort_order=desc"), ["b", "a", "C"]);
        assert_eq!(names(&admin, "sort_by=lastUsedAt&sort_order=desc&limit=1&offset=1"), ["a"]);
    });
}
