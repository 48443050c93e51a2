//! Passwords of clients.

use std::sync::Barrier;

use domain::credentials::PasswordState;
use serde_json::{Value, json};
use storage::credentials::passwords;

use super::acting::{is_signed_in, sign_in};
use crate::harness::{Client, Setup, TestApp, on_both, on_both_with, postgres_database};
use crate::messaging::mail::{next, smtp_server};

fn password(text: &str) -> Value {
    json!({"password": text, "send_mail": false})
}

fn state(app: &TestApp, client: i64) -> PasswordState {
    app.database.read(move |conn| passwords::state(conn, client.into())).unwrap()
}

#[test]
fn a_password_that_a_user_sets_signs_the_client_out_and_is_recorded() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        assert_eq!(state(app, ann), PasswordState::Missing);
        let (_, of_ann) = sign_in(app, ann, "laptop");
        let (_, of_bob) = sign_in(app, bob, "laptop");
        let path = format!("/api/v2/clients/{ann}/password");
        admin.put(&path, &password("Qwerty123")).expect(204);
        assert_eq!(state(app, ann), PasswordState::Set);
        assert!(!is_signed_in(app, of_ann) && is_signed_in(app, of_bob));
        let changes = admin.get(&format!("{path}/changes")).expect(200);
        assert_eq!(changes["total"], json!(1));
        let change = &changes["data"][0];
        assert_eq!((&change["type"], &change["userId"]), (&json!("changedByAdmin"), &json!(1)));
        assert_eq!(change["changedBy"], json!("admin@example.com"));
        let id = &change["id"];
        assert_eq!(&admin.get(&format!("{path}/changes/{id}")).expect(200), change);
        admin.get(&format!("/api/v2/clients/{bob}/password/changes/{id}")).expect(404);
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=client_password_updated").expect(200);
        assert_eq!(log["total"], json!(1));
        assert!(!log.to_string().contains("Qwerty123"));
    });
}

#[test]
fn a_new_password_is_good_and_another_one() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({"password": "Qwerty123"}));
        let path = format!("/api/v2/clients/{ann}/password");
        admin
            .patch(&path, &json!({"password": "weak"}))
            .expect_faults(400, &[("password", "weakPassword"), ("send_mail", "required")]);
        admin.patch(&path, &password("Qwerty123")).expect_faults(422, &[("password", "samePassword")]);
        admin.patch(&path, &password("Qwerty124")).expect(204);
        admin.patch("/api/v2/clients/99/password", &password("Qwerty123")).expect(404);
        // A guess is not told to be right where nothing would be set.
        let mailed = json!({"password": "Qwerty124", "send_mail": true});
        admin.patch(&path, &mailed).expect_faults(422, &[("send_mail", "mailNotConfigured")]);
        admin.delete(&format!("/api/v2/clients/{ann}")).expect(204);
        admin.patch(&path, &password("Qwerty125")).refused(409, "clientRemoved");
        admin.post(&format!("/api/v2/clients/{ann}/reset-password"), &json!({})).refused(409, "clientRemoved");
    });
}

#[test]
fn a_password_is_mailed_in_the_language_of_the_client() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/mails/notifications/types/1", &json!({"isEnabled": false})).expect(200);
        let ann = admin.new_client("ann@example.com", &json!({"locale": "es_ES", "firstName": "<b>Ann</b>"}));
        let mailed = json!({"password": "Qwerty123", "send_mail": true});
        admin.put(&format!("/api/v2/clients/{ann}/password"), &mailed).expect(204);
        let mail = next(&mails);
        assert!(mail.contains("Qwerty123") && mail.contains("To: ann@example.com"), "{mail}");
        assert!(mail.contains("iniciar") || mail.contains("Inicie"), "{mail}");
        assert!(mail.contains("&lt;b&gt;Ann"), "{mail}");
        let kinds = admin.get("/api/v2/mails/notifications/types?filter[name]=passwordSet").expect(200);
        let kind = format!("/api/v2/mails/notifications/types/{}", kinds["data"][0]["id"]);
        admin.patch(&kind, &json!({"isEnabled": false})).expect(200);
        let other = json!({"password": "Qwerty124", "send_mail": true});
        let path = format!("/api/v2/clients/{ann}/password");
        admin.put(&path, &other).expect_faults(422, &[("send_mail", "mailNotConfigured")]);
        assert_eq!(admin.total(&format!("{path}/changes")), 1, "nothing is set that nobody is told of");
    });
}

#[test]
fn a_client_is_prompted_to_reset_a_password_and_a_new_one_ends_that() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({"password": "Qwerty123"}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        let (_, token) = sign_in(app, ann, "laptop");
        let prompt = |client: i64| admin.post(&format!("/api/v2/clients/{client}/reset-password"), &json!({}));
        prompt(ann).expect(204);
        prompt(bob).expect(204);
        assert_eq!((state(app, ann), state(app, bob)), (PasswordState::ResetPrompted, PasswordState::Missing));
        assert!(!is_signed_in(app, token));
        let (_, token) = sign_in(app, ann, "phone");
        prompt(ann).expect(204);
        assert!(!is_signed_in(app, token), "sessions end again");
        let path = format!("/api/v2/clients/{ann}/password");
        assert_eq!(admin.total(&format!("{path}/changes")), 0, "a prompt leaves no record");
        admin.put(&path, &password("Qwerty124")).expect(204);
        assert_eq!(state(app, ann), PasswordState::Set);
    });
}

#[test]
fn all_clients_whom_the_user_sees_are_prompted() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let client =
            |email: &str, tags: &[i64]| admin.new_client(email, &json!({"password": "Qwerty123", "tagIds": tags}));
        let (ann, bob) = (client("ann@example.com", &[tag]), client("bob@example.com", &[]));
        let fields = json!({"clientTags": [tag]});
        let (_, as_eve) = app.user_of("eve", &["passwords.update", "passwords.read"], &fields);
        as_eve.put(&format!("/api/v2/clients/{bob}/password"), &password("Qwerty124")).expect(404);
        as_eve.get(&format!("/api/v2/clients/{bob}/password/changes")).expect(404);
        let (_, of_ann) = sign_in(app, ann, "laptop");
        let (_, of_bob) = sign_in(app, bob, "laptop");
        as_eve.post("/api/v2/clients/reset-password", &json!({})).expect(202);
        assert!(is_signed_in(app, of_ann), "it is carried out later");
        app.run_jobs();
        assert_eq!((state(app, ann), state(app, bob)), (PasswordState::ResetPrompted, PasswordState::Set));
        assert!(!is_signed_in(app, of_ann) && is_signed_in(app, of_bob));
        admin.post("/api/v2/clients/reset-password", &json!({})).expect(202);
        app.run_jobs();
        assert_eq!(state(app, bob), PasswordState::ResetPrompted);
        assert!(!is_signed_in(app, of_bob));
    });
}

/// Sets a password on each server at once; the statuses, sorted.
fn set_at_once(servers: [&TestApp; 2], token: &str, path: &str, text: &str) -> Vec<u16> {
    let barrier = Barrier::new(servers.len());
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let sent: Vec<_> = servers
            .iter()
            .map(|server| {
                let (barrier, base) = (&barrier, server.client.base.clone());
                scope.spawn(move || {
                    let client = Client::new(&base, std::rc::Rc::default()).with_token(token);
                    barrier.wait();
                    client.patch(path, &password(text)).status
                })
            })
            .collect();
        sent.into_iter().map(|sent| sent.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    statuses
}

#[test]
fn of_two_at_once_who_set_the_same_password_one_is_refused() {
    let rounds = |servers: [&TestApp; 2]| {
        let admin = servers[0].admin();
        let ann = admin.new_client("ann@example.com", &json!({"password": "Qwerty123"}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        let token = admin.token.clone().unwrap();
        for round in 0..10 {
            for client in [ann, bob] {
                let path = format!("/api/v2/clients/{client}/password");
                let statuses = set_at_once(servers, &token, &path, &format!("Password{round}"));
                assert_eq!(statuses, [204, 422], "{client}, {round}");
            }
        }
    };
    on_both(|app| rounds([app, app]));
    let Some(url) = postgres_database() else { return };
    let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    rounds([&one, &other]);
}
