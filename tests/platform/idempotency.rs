//! Calls that are repeated with the same `Idempotency-Key`.

use serde_json::{Value, json};

use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Client, document, on_both};

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
        assert_eq!(admin.total("/api/v2/groups"), 2);
        assert_eq!(admin.total("/api/v2/logs/messages"), 1);
    });
}

#[test]
fn a_refusal_is_kept_too_and_a_400_is_not() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "Administrators", "permissions": []});
        let keyed = admin.with("Idempotency-Key", "key-1");
        keyed.post("/api/v2/groups", &body).refused(409, "taken");
        let again = keyed.post("/api/v2/groups", &body);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        again.refused(409, "taken");
        let keyed = admin.with("Idempotency-Key", "key-2");
        keyed.post("/api/v2/tags", &json!({"name": ""})).refused(400, "empty");
        keyed.new_tag("other");
    });
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    on_both(|app| {
        let keyed = app.admin().with("Idempotency-Key", "key-1");
        keyed.post("/api/v2/groups", &json!({"name": "one", "permissions": []})).expect(201);
        keyed.post("/api/v2/groups", &json!({"name": "two", "permissions": []})).refused(422, "idempotencyKeyReused");
    });
}

#[test]
fn a_key_belongs_to_its_caller_and_operation() {
    on_both(|app| {
        let other = app.user_with("other", &["userGroups.create"]);
        let body = json!({"name": "one", "permissions": []});
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(201);
        other.with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).refused(409, "taken");
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/tags", &body).expect(201);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    on_both(|app| {
        let body = json!({"name": "one", "permissions": []});
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).expect(201);
        app.advance(24 * 3600);
        app.admin().with("Idempotency-Key", "key-1").post("/api/v2/groups", &body).refused(409, "taken");
    });
}

#[test]
fn signing_in_takes_no_key() {
    on_both(|app| {
        let keyed = app.client.with("Idempotency-Key", "key-1");
        let body = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let first = keyed.post("/api/v2/signin", &body).expect(200);
        let again = keyed.post("/api/v2/signin", &body);
        assert_eq!(again.header("Idempotent-Replayed"), None);
        assert_ne!(first["accessToken"]["token"], again.expect(200)["accessToken"]["token"]);
        let renew = json!({"refreshToken": first["refreshToken"]["token"]});
        keyed.post("/api/v2/refresh", &renew).expect(200);
        keyed.post("/api/v2/refresh", &renew).expect(401);
        app.client.with("Idempotency-Key", "no key").post("/api/v2/signin", &body).expect(200);
    });
}

#[test]
fn a_key_does_not_evade_the_lock_out() {
    on_both(|app| {
        let keyed = app.client.with("Idempotency-Key", "key-1");
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        let answers: Vec<u16> = (0..6).map(|_| keyed.post("/api/v2/signin", &wrong).status).collect();
        assert_eq!(answers, [401, 401, 401, 401, 401, 429]);
    });
}

#[test]
fn the_document_offers_keys_to_those_who_are_signed_in() {
    let document = document();
    let posts = document["paths"].as_object().unwrap().values().filter_map(|methods| methods.get("post"));
    for operation in posts {
        let parameters = operation["parameters"].as_array().unwrap();
        let takes_key = parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key");
        let is_signed_in = ["bearer", "client"].iter().any(|scheme| operation["security"] == json!([{(*scheme): []}]));
        assert_eq!(takes_key, is_signed_in, "{}", operation["operationId"]);
    }
}

fn ann() -> Value {
    json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD})
}

#[test]
fn a_repeated_call_does_not_wait_for_its_password_to_be_hashed() {
    on_both(|app| {
        let keyed = app.admin().with("Idempotency-Key", "key-1");
        let first = keyed.post("/api/v2/users", &ann()).expect(201);
        let flood = app.flood(&["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"], 16);
        let again = keyed.post("/api/v2/users", &ann());
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.expect(201), first);
        keyed.post("/api/v2/users", &json!({"password": ADMIN_PASSWORD})).refused(422, "idempotencyKeyReused");
        drop(flood);
    });
}

#[test]
fn of_two_hundred_calls_at_once_with_one_key_one_hashes_its_password() {
    on_both(|app| {
        let token = app.admin().token.unwrap();
        let base = app.client.base.clone();
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let call = || {
                let client = Client::new(&base, Default::default());
                client.with_token(&token).with("Idempotency-Key", "key-1").post("/api/v2/users", &ann()).status
            };
            let calls: Vec<_> = (0..200).map(|_| scope.spawn(call)).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|status| matches!(status, 201 | 409)), "{answers:?}");
        assert!(answers.contains(&201));
        assert_eq!(app.admin().get("/api/v2/users").expect(200)["total"], json!(2));
    });
}

#[test]
fn an_invalid_key_is_refused() {
    on_both(|app| {
        let body = json!({"name": "one", "permissions": []});
        for key in ["a b", &"x".repeat(256)] {
            app.admin().with("Idempotency-Key", key).post("/api/v2/groups", &body).refused(400, "invalidHeader");
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
                        let client = Client::new(&base, Default::default());
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
