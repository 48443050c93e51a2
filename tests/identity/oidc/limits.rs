//! What anybody can begin is bounded.

use serde_json::json;

use super::{BEGIN, Office, ann, end_by};
use crate::harness::identity_provider::REDIRECT_URI;
use crate::harness::on_both;

#[test]
fn fifty_sign_ins_of_an_address_wait_at_most() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        office.user("ann@example.com", &json!({}));
        let begin = |address: &str| {
            let body = json!({"providerId": office.id, "redirectUri": REDIRECT_URI});
            office.nobody().from(address).post(BEGIN, &body)
        };
        let first = begin("192.0.2.1").expect(200);
        app.advance(60);
        for _ in 1..50 {
            begin("192.0.2.1").expect(200);
        }
        let refused = begin("192.0.2.1");
        assert_eq!(refused.header("Retry-After"), Some("541"));
        refused.refused(429, "tooManyAttempts");
        begin("192.0.2.2").expect(200);
        // One that is ended makes room.
        let redirect = office.authorize(&first, ann());
        office.end(&first, &redirect).expect(200);
        begin("192.0.2.1").expect(200);
        begin("192.0.2.1").refused(429, "tooManyAttempts");
        app.advance(600);
        begin("192.0.2.1").expect(200);
    });
}

#[test]
fn thirty_sign_ins_that_fail_block_the_address_for_a_minute() {
    on_both(|app| {
        let office = Office::open(app, &json!({}));
        office.user("ann@example.com", &json!({}));
        let begun = office.begin();
        let redirect = office.authorize(&begun, ann());
        let body = json!({"state": "a", "code": "b"});
        for _ in 0..30 {
            office.nobody().post(&format!("{BEGIN}/x"), &body).refused(401, "signInNotBegun");
        }
        let blocked = office.end(&begun, &redirect);
        assert_eq!(blocked.header("Retry-After"), Some("61"));
        blocked.refused(429, "tooManyAttempts");
        let code = json!({"state": redirect.state, "code": redirect.code});
        end_by(&office.nobody().from("192.0.2.1"), &begun, &code).expect(200);
        app.advance(60);
        office.sign_in(ann()).expect(200);
    });
}
