//! Calls that are repeated with the same `Idempotency-Key`.

use serde_json::json;

use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, on_both};

#[test]
fn a_repeated_call_gets_the_first_answer_and_is_carried_out_once() {
    on_both(|app| {
        let admin = app.admin();
        let keyed = admin.with("Idempotency-Key", "key-1");
        let body = json!({"name": "once", "permissions": []});
        let first = keyed.post("/api/v2/groups", &body);
        assert_eq!(first.header("Idempotent-Replayed"), None);
        let again = keyed.post("/api/v2/groups", &body);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.header("Location"), first.header("Location"));
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(admin.get("/api/v2/groups").expect(200)["total"], json!(2));
        assert_eq!(admin.get("/api/v2/logs/messages").expect(200)["total"], json!(1));
    });
}

#[test]
fn a_refusal_is_kept_too_and_a_400_is_not() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "Administrators", "permissions": []});
        let keyed = admin.with("Idempotency-Key", "key-1");
        keyed.post("/api/v2/groups", &body).expect(409);
        let again = keyed.post("/api/v2/groups", &body);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        again.expect(409);
        let keyed = admin.with("Idempotency-Key", "key-2");
        keyed.post("/api/v2/tags", &json!({"name": ""})).expect(400);
        keyed.post("/api/v2/tags", &json!({"name": "other"})).expect(201);
    });
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    on_both(|app| {
        let keyed = app.admin().with("Idempotency-Key", "key-1");
        keyed.post("/api/v2/groups", &json!({"name": "one", "permissions": []})).expect(201);
        keyed.post("/api/v2/groups", &json!({"name": "two", "permissions": []})).expect(422);
    });
}

#[test]
fn a_key_belongs_to_its_caller_and_operation() {
    on_both(|app| {
        let other = app.user_with("other", &["userGroups.create"]);
        let body = json!({"name": "one", "permissions": []});
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(201);
        other.with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(409);
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/tags", &body).expect(201);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    on_both(|app| {
        let body = json!({"name": "one", "permissions": []});
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(201);
        app.advance(24 * 3600);
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(409);
    });
}

#[test]
fn a_repeated_sign_in_gets_the_same_tokens() {
    on_both(|app| {
        let keyed = app.client.with("Idempotency-Key", "key-1");
        let body = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let first = keyed.post("/api/v2/signin", &body).expect(200);
        let again = keyed.post("/api/v2/signin", &body).expect(200);
        assert_eq!(first["accessToken"]["token"], again["accessToken"]["token"]);
        let renew = json!({"refreshToken": first["refreshToken"]["token"]});
        let first = keyed.post("/api/v2/refresh", &renew).expect(200);
        assert_eq!(keyed.post("/api/v2/refresh", &renew).expect(200), first);
    });
}

#[test]
fn a_key_that_is_none_is_refused() {
    on_both(|app| {
        let body = json!({"name": "one", "permissions": []});
        for key in ["a b", &"x".repeat(256)] {
            app.admin().with("Idempotency-Key", key).post("/api/v2/groups", &body).expect(400);
        }
    });
}

#[test]
fn of_many_calls_at_once_with_one_key_one_is_carried_out() {
    on_both(|app| {
        let token = app.admin().token.unwrap();
        let base = app.client.base.clone();
        let body = json!({"name": "once", "permissions": []});
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| {
                    let (base, token, body) = (base.clone(), token.clone(), body.clone());
                    scope.spawn(move || {
                        let client = crate::harness::Client::new(&base, Default::default());
                        let client = client.with_token(&token).with("Idempotency-Key", "key-1");
                        client.post("/api/v2/groups", &body).status
                    })
                })
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|status| matches!(status, 201 | 409)), "{answers:?}");
        assert!(answers.contains(&201));
        assert_eq!(app.admin().get("/api/v2/groups").expect(200)["total"], json!(2));
    });
}
