//! Sign-in, tokens, lock-out, and what ends a session.

use serde_json::{Value, json};
use storage::Error;
use storage::identity::sign_in;
use totp_rs::{Builder, Secret, Totp};

use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Client, TestApp, on_both};

#[test]
fn a_sign_in_without_second_factor_gives_both_tokens() {
    on_both(|app| {
        let answer = app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        assert_eq!(answer["2faRequired"], json!(false));
        assert_eq!(answer["accessToken"]["createdAt"], json!("2026-01-01T00:00:00+00:00"));
        assert_eq!(answer["accessToken"]["expiresAt"], json!("2026-01-01T10:00:00+00:00"));
        assert_eq!(answer["refreshToken"]["expiresAt"], json!("2026-01-31T00:00:00+00:00"));
        assert!(answer.get("2faDetails").is_none());
    });
}

#[test]
fn the_e_mail_is_compared_without_case() {
    on_both(|app| {
        app.sign_in("Admin@Example.COM", ADMIN_PASSWORD);
    });
}

#[test]
fn a_wrong_password_and_an_unknown_e_mail_look_alike() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        let unknown = json!({"email": "nobody@example.com", "password": "Wrong123"});
        let wrong = app.client.post("/api/v2/signin", &wrong).refused(401, "wrongCredentials");
        let unknown = app.client.post("/api/v2/signin", &unknown).refused(401, "wrongCredentials");
        assert_eq!(wrong, unknown);
    });
}

#[test]
fn missing_fields_are_named() {
    on_both(|app| {
        let answer = app.client.post("/api/v2/signin", &json!({}));
        assert_eq!(answer.faulty_fields(), ["email", "password"]);
        answer.expect(400);
    });
}

#[test]
fn a_token_with_a_changed_byte_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let token = admin.token.clone().unwrap();
        admin.get("/api/v2/users").expect(200);
        for place in [0, 20, token.len() - 1] {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'x' { b'y' } else { b'x' };
            let client = app.client.with_token(&String::from_utf8(bytes).unwrap());
            let answer = client.get("/api/v2/users");
            assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer"));
            answer.expect(401);
        }
    });
}

#[test]
fn a_token_ends_after_ten_hours() {
    on_both(|app| {
        let admin = app.admin();
        app.advance(10 * 3600 - 1);
        admin.get("/api/v2/users").expect(200);
        app.advance(1);
        admin.get("/api/v2/users").expect(401);
    });
}

#[test]
fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    on_both(|app| {
        let first = app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        let renew = json!({"refreshToken": first["refreshToken"]["token"]});
        let second = app.client.post("/api/v2/refresh", &renew).expect(200);
        let client = app.client.with_token_of(&second);
        let old = app.client.with_token_of(&first);
        client.get("/api/v2/users").expect(200);
        old.get("/api/v2/users").expect(200);
        app.client.post("/api/v2/refresh", &renew).refused(401, "refreshTokenInvalid");
        client.get("/api/v2/users").expect(401);
        let renew = json!({"refreshToken": second["refreshToken"]["token"]});
        app.client.post("/api/v2/refresh", &renew).refused(401, "refreshTokenInvalid");
    });
}

#[test]
fn an_access_token_does_not_refresh() {
    on_both(|app| {
        let answer = app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        let renew = json!({"refreshToken": answer["accessToken"]["token"]});
        app.client.post("/api/v2/refresh", &renew).refused(401, "refreshTokenInvalid");
        let client = app.client.with_token(answer["refreshToken"]["token"].as_str().unwrap());
        client.get("/api/v2/users").expect(401);
    });
}

#[test]
fn a_refresh_token_ends_after_thirty_days() {
    on_both(|app| {
        let answer = app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        app.advance(30 * 24 * 3600);
        let renew = json!({"refreshToken": answer["refreshToken"]["token"]});
        app.client.post("/api/v2/refresh", &renew).refused(401, "refreshTokenInvalid");
    });
}

#[test]
fn sign_out_ends_this_session_alone() {
    on_both(|app| {
        let (one, other) = (app.admin(), app.admin());
        one.post("/api/v2/signout", &json!({})).expect(204);
        one.get("/api/v2/users").expect(401);
        other.get("/api/v2/users").expect(200);
    });
}

#[test]
fn the_sixth_attempt_within_a_minute_is_refused_even_with_the_right_password() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        for _ in 0..5 {
            app.client.post("/api/v2/signin", &wrong).expect(401);
        }
        let answer = app.client.post("/api/v2/signin", &right);
        assert_eq!(answer.header("Retry-After"), Some("601"));
        answer.refused(429, "tooManyAttempts");
        app.client.from("192.0.2.1").post("/api/v2/signin", &right).expect(200);
        app.advance(600);
        app.client.post("/api/v2/signin", &right).expect(200);
    });
}

#[test]
fn a_success_clears_the_count() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        for _ in 0..3 {
            for _ in 0..4 {
                app.client.post("/api/v2/signin", &wrong).expect(401);
            }
            app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        }
    });
}

const ELSEWHERE: [&str; 4] = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"];

#[test]
fn attempts_that_could_not_be_checked_are_not_counted() {
    on_both(|app| {
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let flood = app.flood(&ELSEWHERE, 16);
        for _ in 0..10 {
            let answer = app.client.post("/api/v2/signin", &right);
            assert_eq!(answer.header("Retry-After"), Some("1"));
            answer.expect(503);
        }
        drop(flood);
        app.client.post("/api/v2/signin", &right).expect(200);
    });
}

#[test]
fn a_flood_from_one_address_leaves_room_for_others() {
    on_both(|app| {
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let admin = app.admin();
        let flood = app.flood(&ELSEWHERE[..1], 16);
        let answer = app.client.from(ELSEWHERE[0]).post("/api/v2/signin", &right);
        assert_eq!(answer.header("Retry-After"), Some("1"));
        answer.refused(429, "tooManyAttempts");
        app.client.from(ELSEWHERE[1]).post("/api/v2/signin", &right).expect(200);
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        admin.from(ELSEWHERE[0]).post("/api/v2/users", &user).expect(201);
        drop(flood);
        app.client.from(ELSEWHERE[0]).post("/api/v2/signin", &right).expect(200);
    });
}

#[test]
fn addresses_of_one_ipv6_block_count_as_one() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong1234"});
        for number in 1..=5 {
            app.client.from(&format!("2001:db8::{number}")).post("/api/v2/signin", &wrong).expect(401);
        }
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        app.client.from("2001:db8::6").post("/api/v2/signin", &right).refused(429, "tooManyAttempts");
        app.client.from("2001:db8:0:1::6").post("/api/v2/signin", &right).expect(200);
    });
}

#[test]
fn an_address_is_refused_for_a_minute_after_thirty_failures_whatever_the_e_mails() {
    on_both(|app| {
        let attempt = |number: usize| {
            let wrong = json!({"email": format!("user{number}@example.com"), "password": "Wrong123"});
            app.client.from("192.0.2.1").post("/api/v2/signin", &wrong).status
        };
        let answers: Vec<u16> = (0..40).map(attempt).collect();
        assert_eq!(answers, [vec![401; 30], vec![429; 10]].concat());
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        app.client.from("192.0.2.1").post("/api/v2/signin", &right).refused(429, "tooManyAttempts");
        app.client.from("192.0.2.2").post("/api/v2/signin", &right).expect(200);
        app.advance(60);
        app.client.from("192.0.2.1").post("/api/v2/signin", &right).expect(200);
    });
}

#[test]
fn many_guesses_at_once_get_no_more_checks_than_one_after_the_other() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        let base = app.client.base.clone();
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let guess = || Client::new(&base, Default::default()).post("/api/v2/signin", &wrong).status;
            let guesses: Vec<_> = (0..30).map(|_| scope.spawn(guess)).collect();
            guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|status| matches!(status, 401 | 429)), "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5);
        let right = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        app.client.post("/api/v2/signin", &right).refused(429, "tooManyAttempts");
    });
}

#[test]
fn a_right_password_whose_code_is_awaited_does_not_count_against_its_address() {
    on_both(|app| {
        awaiting_code(app);
        for _ in 0..3 {
            app.sign_in("ann@example.com", ADMIN_PASSWORD);
        }
        for number in 0..30 {
            let wrong = json!({"email": format!("user{number}@example.com"), "password": "Wrong123"});
            app.client.post("/api/v2/signin", &wrong).expect(401);
        }
    });
}

#[test]
fn attempts_are_kept() {
    on_both(|app| {
        let wrong = json!({"email": ADMIN_EMAIL, "password": "Wrong123"});
        app.client.post("/api/v2/signin", &wrong).expect(401);
        app.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD);
        let outcomes = app.database.read(|conn| sign_in::outcomes(conn, ADMIN_EMAIL));
        assert_eq!(outcomes.unwrap(), ["wrong_credentials", "success"]);
    });
}

#[test]
fn a_disabled_user_is_told_so_after_the_right_password_only() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &[], &json!({}));
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"active": false})).expect(200);
        client.get("/api/v2/users").expect(401);
        let right = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
        let wrong = json!({"email": "ann@example.com", "password": "Wrong123"});
        app.client.post("/api/v2/signin", &right).refused(403, "userDisabled");
        app.client.post("/api/v2/signin", &wrong).refused(401, "wrongCredentials");
    });
}

#[test]
fn a_new_password_ends_all_sessions_at_once() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &["products.read"], &json!({}));
        let other = app.as_user("ann@example.com", ADMIN_PASSWORD);
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"password": "Another123"})).expect(200);
        client.get("/api/v2/products").expect(401);
        other.get("/api/v2/products").expect(401);
        app.as_user("ann@example.com", "Another123").get("/api/v2/products").expect(200);
    });
}

#[test]
fn permissions_changed_on_a_group_act_on_the_next_call() {
    on_both(|app| {
        let client = app.user_with("readers", &["products.read"]);
        client.get("/api/v2/products").expect(200);
        app.admin().patch("/api/v2/groups/2", &json!({"permissions": []})).expect(200);
        client.get("/api/v2/products").refused(403, "permissionMissing");
    });
}

#[test]
fn an_ip_list_lets_its_user_in_from_there_only() {
    on_both(|app| {
        let list = json!({"ipWhitelist": ["192.0.2.0/24", "::1"]});
        let (id, _) = {
            let admin = app.admin();
            let user = json!({"name": "ann", "email": "ann@example.com", "password": ADMIN_PASSWORD, "groups": [1]});
            let user = admin.post("/api/v2/users", &user).expect(201);
            (user["id"].as_i64().unwrap(), admin)
        };
        app.admin().patch(&format!("/api/v2/users/{id}"), &list).expect(200);
        let right = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
        app.client.post("/api/v2/signin", &right).refused(403, "ipNotAllowed");
        let inside = app.client.from("192.0.2.7").post("/api/v2/signin", &right).expect(200);
        let client = app.client.with_token_of(&inside);
        client.from("192.0.2.8").get("/api/v2/users").expect(200);
        client.from("198.51.100.1").get("/api/v2/users").refused(403, "ipNotAllowed");
        let renew = json!({"refreshToken": inside["refreshToken"]["token"]});
        app.client.from("198.51.100.1").post("/api/v2/refresh", &renew).refused(403, "ipNotAllowed");
        app.client.from("192.0.2.9").post("/api/v2/refresh", &renew).expect(200);
    });
}

pub fn totp(secret: &str) -> Totp {
    Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap()
}

#[test]
fn an_app_becomes_the_second_factor_once_it_shows_a_code() {
    on_both(|app| {
        let (_, client) = app.user_of("ann", &["products.read"], &json!({}));
        client.post("/api/v2/2fa/totp", &json!({"password": "Wrong123"})).refused(422, "wrongPassword");
        let setup = client.post("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD})).expect(200);
        assert!(setup["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
        let totp = totp(setup["secret"].as_str().unwrap());
        let code = |app: &crate::harness::TestApp| totp.generate(app.unix_seconds().cast_unsigned()).to_string();
        client.post("/api/v2/2fa/totp/enable", &json!({"code": "000000"})).refused(422, "wrongAppCode");
        client.post("/api/v2/2fa/totp/enable", &json!({"code": code(app)})).expect(204);
        client.get("/api/v2/products").expect(401);

        let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
        assert_eq!(answer["2faRequired"], json!(true));
        assert_eq!(answer["2faDetails"]["provider"], json!("totp"));
        assert!(answer.get("accessToken").is_none());
        let confirm = |code: &str| json!({"token": answer["2faDetails"]["token"], "code": code});
        // The code that set the app up was used.
        app.client.post("/api/v2/2fa/confirm", &confirm(&code(app))).refused(401, "wrongCode");
        app.advance(30);
        let pair = app.client.post("/api/v2/2fa/confirm", &confirm(&code(app))).expect(200);
        let client = app.client.with_token_of(&pair);
        client.get("/api/v2/products").expect(200);
        app.client.post("/api/v2/2fa/confirm", &confirm(&code(app))).refused(401, "wrongCode");
    });
}

#[test]
fn five_wrong_codes_void_the_token_of_the_second_factor() {
    on_both(|app| {
        let (_, client) = app.user_of("ann", &[], &json!({}));
        let setup = client.post("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD})).expect(200);
        let totp = totp(setup["secret"].as_str().unwrap());
        let code = |seconds: i64| totp.generate(seconds.cast_unsigned()).to_string();
        client.post("/api/v2/2fa/totp/enable", &json!({"code": code(app.unix_seconds())})).expect(204);
        app.advance(60);
        let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
        let confirm = |code: &str| json!({"token": answer["2faDetails"]["token"], "code": code});
        for _ in 0..5 {
            app.client.post("/api/v2/2fa/confirm", &confirm("abcdef")).refused(401, "wrongCode");
        }
        app.client.post("/api/v2/2fa/confirm", &confirm(&code(app.unix_seconds()))).refused(401, "wrongCode");
    });
}

#[test]
fn an_administrator_switches_an_app_off() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &["products.read"], &json!({}));
        let setup = client.post("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD})).expect(200);
        let code = totp(setup["secret"].as_str().unwrap()).generate(app.unix_seconds().cast_unsigned()).to_string();
        client.post("/api/v2/2fa/totp/enable", &json!({"code": code})).expect(204);
        let user = app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"tfa": false})).expect(200);
        assert_eq!(user["tfa"], json!(false));
        app.as_user("ann@example.com", ADMIN_PASSWORD).get("/api/v2/products").expect(200);
    });
}

/// Signs in as a user with an app as second factor, and gives what confirms the code that is awaited.
fn awaiting_code(app: &TestApp) -> (i64, Value) {
    let (id, client) = app.user_of("ann", &["products.read"], &json!({}));
    let setup = client.post("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD})).expect(200);
    let totp = totp(setup["secret"].as_str().unwrap());
    let code = |app: &TestApp| totp.generate(app.unix_seconds().cast_unsigned()).to_string();
    client.post("/api/v2/2fa/totp/enable", &json!({"code": code(app)})).expect(204);
    app.advance(60);
    let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
    (id, json!({"token": answer["2faDetails"]["token"], "code": code(app)}))
}

#[test]
fn a_code_that_is_awaited_is_void_once_the_credentials_change() {
    let steps_of_changes = [
        vec![json!({"password": "Another123"})],
        vec![json!({"email": "new@example.com"})],
        vec![json!({"active": false}), json!({"active": true})],
    ];
    for steps in &steps_of_changes {
        on_both(|app| {
            let (id, confirm) = awaiting_code(app);
            for step in steps {
                app.admin().patch(&format!("/api/v2/users/{id}"), step).expect(200);
            }
            app.client.post("/api/v2/2fa/confirm", &confirm).refused(401, "wrongCode");
        });
    }
}

#[test]
fn a_password_set_at_the_machine_voids_a_code_that_is_awaited() {
    on_both(|app| {
        let (id, confirm) = awaiting_code(app);
        let set = app.database.write(move |tx| storage::identity::users::set_password(tx, id.into(), "unusable"));
        set.unwrap();
        app.client.post("/api/v2/2fa/confirm", &confirm).refused(401, "wrongCode");
    });
}

#[test]
fn credentials_that_change_after_their_check_do_not_sign_in() {
    on_both(|app| {
        let (id, _) = app.user_of("ann", &[], &json!({}));
        let checked = app.database.read(|conn| sign_in::of_user(conn, "ann@example.com")).unwrap().unwrap();
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"ipWhitelist": ["192.0.2.1"]})).expect(200);
        let confirmed = app.database.write(move |tx| sign_in::confirm(tx, &checked));
        assert!(matches!(confirmed, Err(Error::NotFound)));
    });
}

#[test]
fn an_app_that_is_being_set_up_is_forgotten_with_the_password() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &[], &json!({}));
        let setup = client.post("/api/v2/2fa/totp", &json!({"password": ADMIN_PASSWORD})).expect(200);
        let code = totp(setup["secret"].as_str().unwrap()).generate(app.unix_seconds().cast_unsigned()).to_string();
        app.admin().patch(&format!("/api/v2/users/{id}"), &json!({"password": "Another123"})).expect(200);
        let client = app.as_user("ann@example.com", "Another123");
        client.post("/api/v2/2fa/totp/enable", &json!({"code": code})).refused(422, "wrongAppCode");
    });
}

#[test]
fn a_new_e_mail_ends_all_sessions() {
    on_both(|app| {
        let (id, client) = app.user_of("ann", &["products.read"], &json!({}));
        let admin = app.admin();
        admin.patch(&format!("/api/v2/users/{id}"), &json!({"email": "ANN@example.com"})).expect(200);
        client.get("/api/v2/products").expect(200);
        admin.patch(&format!("/api/v2/users/{id}"), &json!({"email": "new@example.com"})).expect(200);
        client.get("/api/v2/products").expect(401);
    });
}
