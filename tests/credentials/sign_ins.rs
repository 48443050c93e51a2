//! Clients' attempts to sign in.

use serde_json::json;

use super::acting::{HOME, guess, sign_in};
use crate::harness::on_both;

const SIGN_INS: &str = "/api/v2/clients/authorizations";

#[test]
fn attempts_of_clients_are_listed_with_how_they_ended() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({"lastName": "Major"}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        sign_in(app, ann, "laptop");
        app.advance(1);
        assert_eq!(guess(app, "BOB@example.com", "198.51.100.9"), None);
        assert_eq!(guess(app, "nobody@example.com", "198.51.100.9"), None);
        let all = admin.get(SIGN_INS).expect(200);
        assert_eq!(all["total"], json!(2), "an unknown address has no record");
        assert_eq!((&all["data"][0]["client"]["id"], &all["data"][0]["status"]), (&json!(bob), &json!("failure")));
        let newest = &all["data"][1];
        assert_eq!(newest["client"], json!({"id": ann, "fullName": "John Major", "email": "ann@example.com"}));
        assert_eq!((&newest["ip"], &newest["browser"]), (&json!(HOME), &json!("Firefox")));
        let total = |filter: &str| admin.total(&format!("{SIGN_INS}?filter{filter}"));
        assert_eq!(total("[status]=failure"), 1);
        assert_eq!(total("[status]=other"), 0);
        assert_eq!(total(&format!("[clientId]={ann}")), 1);
        assert_eq!(total("[ip]=198.51.100.9"), 1);
        admin.get(&format!("{SIGN_INS}?filter[ip]=home")).expect_faults(400, &[("filter[ip]", "invalidValue")]);
        assert_eq!(&admin.get(&format!("{SIGN_INS}/{}", newest["id"])).expect(200), newest);
        admin.delete(&format!("/api/v2/clients/{ann}")).expect(204);
        assert_eq!(admin.total(SIGN_INS), 2, "records of a removed client stay");
    });
}

#[test]
fn a_user_sees_attempts_of_their_clients_masked_where_they_may_not_see_more() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [tag]}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        sign_in(app, ann, "laptop");
        sign_in(app, bob, "laptop");
        let fields = json!({"clientTags": [tag], "canViewMaskedData": false});
        let (_, as_eve) = app.user_of("eve", &["authorizationHistory.read"], &fields);
        let seen = as_eve.get(SIGN_INS).expect(200);
        assert_eq!(seen["total"], json!(1));
        assert_eq!(seen["data"][0]["client"]["id"], json!(ann));
        assert_ne!(seen["data"][0]["client"]["email"], json!("ann@example.com"));
        let of_bob = admin.get(&format!("{SIGN_INS}?filter[clientId]={bob}")).expect(200)["data"][0]["id"].clone();
        as_eve.get(&format!("{SIGN_INS}/{of_bob}")).expect(404);
    });
}
