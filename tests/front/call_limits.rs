//! How often clients and addresses may call.

use serde_json::json;
use storage::Error;

use crate::harness::{Client, Setup, TestApp, on_both_with, postgres_database, sql};

const PATH: &str = "/api/v2/my/accounts";

/// On both databases, with a server that counts calls and answers so many a minute.
fn limited(per_minute: u32, test: impl Fn(&TestApp, &Client)) {
    on_both_with(&Setup { limits_calls: true, ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/settings", &json!({"clientRequestsPerMinute": per_minute})).expect(200);
        test(app, &admin);
    });
}

#[test]
fn a_client_calls_so_often_a_minute_from_wherever() {
    limited(6, |app, admin| {
        let ann = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let bob = app.as_client(admin.new_client("bob@example.com", &json!({})));
        let from = |number: usize| ann.from(&format!("198.51.100.{number}")).get(PATH);
        for number in 0..6 {
            from(number).expect(200);
        }
        let refused = from(6);
        assert_eq!(refused.header("retry-after"), Some("11"));
        refused.refused(429, "tooManyAttempts");
        bob.get(PATH).expect(200);
        app.advance(11);
        from(7).expect(200);
        from(8).refused(429, "tooManyAttempts");
        app.advance(60);
        for number in 10..16 {
            from(number).expect(200);
        }
        admin.get("/api/v2/accounts").expect(200);
    });
}

#[test]
fn an_address_calls_so_often_a_minute_whoever_calls() {
    limited(4, |app, admin| {
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

#[test]
fn another_limit_acts_within_a_second() {
    limited(1, |app, admin| {
        let ann = app.as_client(admin.new_client("ann@example.com", &json!({})));
        ann.get(PATH).expect(200);
        ann.get(PATH).refused(429, "tooManyAttempts");
        admin.patch("/api/v2/settings", &json!({"clientRequestsPerMinute": 3})).expect(200);
        app.advance(1);
        for _ in 0..3 {
            ann.get(PATH).expect(200);
        }
        ann.get(PATH).refused(429, "tooManyAttempts");
    });
}

#[test]
fn servers_that_share_a_database_count_together() {
    const LIMIT: usize = 300;
    const ELSEWHERE: usize = 250;
    let Some(url) = postgres_database() else { return };
    let setup = Setup { limits_calls: true, ..Setup::default() };
    let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &setup));
    let admin = one.admin();
    admin.patch("/api/v2/settings", &json!({"clientRequestsPerMinute": LIMIT})).expect(200);
    let ann = one.as_client(admin.new_client("ann@example.com", &json!({})));
    for _ in 0..ELSEWHERE {
        ann.get(PATH).expect(200);
    }
    let told = "SELECT counted FROM call_counts WHERE counted LIKE '{\"number\":2,%'";
    let is_told = || one.database.read(move |conn| Ok::<_, Error>(!sql::texts(conn, told).is_empty())).unwrap();
    one.advance(1);
    ann.get(PATH).expect(200);
    while !is_told() {
        std::thread::yield_now();
    }
    // The other server hears of it beside its first calls, so some more than are left may pass.
    let elsewhere = other.client.with_token(ann.token.as_deref().unwrap());
    let passed = (0..LIMIT).take_while(|_| elsewhere.get(PATH).status == 200).count();
    assert!(passed < LIMIT - ELSEWHERE / 2, "{passed} calls passed");
}
