//! What clients sign in from.

use serde_json::json;

use super::acting::{is_signed_in, sign_in};
use crate::harness::on_both;

#[test]
fn a_device_is_known_again_and_its_removal_ends_its_sessions() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        let (laptop, on_laptop) = sign_in(app, ann, "laptop");
        let (_, on_phone) = sign_in(app, ann, "phone");
        let (of_bob, _) = sign_in(app, bob, "laptop");
        app.advance(60);
        let path = format!("/api/v2/clients/{ann}/devices");
        let listed = admin.get(&path).expect(200);
        assert_eq!(listed["total"], json!(2));
        assert_eq!(listed["data"][1]["fingerprint"]["webTimezone"], json!(null));
        admin.get(&format!("{path}/{of_bob}")).expect(404);
        admin.delete(&format!("{path}/{of_bob}")).expect(404);
        let log = admin.total("/api/v2/logs/messages?filter[eventName]=client_device_deleted");
        admin.delete(&format!("{path}/{laptop}")).expect(204);
        assert_eq!(admin.total("/api/v2/logs/messages?filter[eventName]=client_device_deleted"), log + 1);
        assert!(!is_signed_in(app, on_laptop) && is_signed_in(app, on_phone));
        assert_eq!(admin.total(&path), 1);
        admin.delete(&format!("{path}/{laptop}")).expect(404);
    });
}
