//! How often clients and addresses may call.

use api::CallRates;
use serde_json::json;

use crate::harness::{Setup, on_both_with};

fn limited(per_client: u32, per_address: u32) -> Setup {
    let rates = CallRates { per_client: per_client.try_into().ok(), per_address: per_address.try_into().ok() };
    Setup { client_rates: rates, ..Setup::default() }
}

const PATH: &str = "/api/v2/my/accounts";

#[test]
fn a_client_calls_so_often_a_minute_from_wherever() {
    on_both_with(&limited(6, 0), |app| {
        let admin = app.admin();
        let ann = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let bob = app.as_client(admin.new_client("bob@example.com", &json!({})));
        for _ in 0..6 {
            ann.get(PATH).expect(200);
        }
        let refused = ann.get(PATH);
        assert_eq!(refused.header("retry-after"), Some("11"));
        refused.refused(429, "tooManyAttempts");
        bob.get(PATH).expect(200);
        app.advance(11);
        ann.get(PATH).expect(200);
        ann.get(PATH).refused(429, "tooManyAttempts");
        app.advance(60);
        for _ in 0..6 {
            ann.get(PATH).expect(200);
        }
        admin.get("/api/v2/accounts").expect(200);
    });
}

#[test]
fn an_address_calls_so_often_a_minute_whoever_calls() {
    on_both_with(&limited(0, 4), |app| {
        let admin = app.admin();
        let ann = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let bob = app.as_client(admin.new_client("bob@example.com", &json!({})));
        let nobody = app.client.with_token("rubbish");
        ann.get(PATH).expect(200);
        bob.get(PATH).expect(200);
        nobody.get(PATH).refused(401, "tokenInvalid");
        nobody.get(PATH).refused(401, "tokenInvalid");
        nobody.get(PATH).refused(429, "tooManyAttempts");
        ann.get(PATH).refused(429, "tooManyAttempts");
        admin.get("/api/v2/accounts").expect(200);
        app.advance(60);
        ann.get(PATH).expect(200);
    });
}
