//! What the client signed in from.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use super::sign_in::{PASSWORD, begin, registered, signed_in};
use crate::harness::{Setup, on_both, on_both_with};
use crate::messaging::mail::{next, smtp_server};

/// Base64 of `{"user_agent":"Mozilla/5.0 Chrome/141.0"}`.
const ANOTHER_DEVICE: &str = "eyJ1c2VyX2FnZW50IjoiTW96aWxsYS81LjAgQ2hyb21lLzE0MS4wIn0=";

/// Awaits a mail with this subject. New clients are welcomed by one, too, sooner or later.
#[track_caller]
fn arrives(mails: &Receiver<String>, subject: &str) {
    let expected = format!("Subject: {subject}\n");
    let [first, second] = [(); 2].map(|()| next(mails));
    assert!(first.contains(&expected) || second.contains(&expected), "{first}{second}");
}

#[test]
fn a_sign_in_from_a_new_device_is_told_by_mail_and_others_if_the_broker_asks_for_it() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        registered(app, "ann@example.com");
        signed_in(app, "ann@example.com", PASSWORD);
        signed_in(app, "ann@example.com", PASSWORD);
        let login = json!({"uuid": begin(app), "email": "ann@example.com", "password": PASSWORD, "device_fingerprint": ANOTHER_DEVICE});
        app.client.unrecorded().post("/api/v2/my/signin", &login).expect(200);
        arrives(&mails, "Sign-in from a new device");

        let types = admin.get("/api/v2/mails/notifications/types?limit=100").expect(200);
        let is_on_login = |kind: &&Value| kind["name"] == json!("On login");
        let kind = types["data"].as_array().unwrap().iter().find(is_on_login).expect("the type");
        assert_eq!(kind["isEnabled"], json!(false));
        let path = format!("/api/v2/mails/notifications/types/{}", kind["id"]);
        admin.patch(&path, &json!({"isEnabled": true})).expect(200);
        signed_in(app, "ann@example.com", PASSWORD);
        let mail = next(&mails);
        assert!(mail.contains("Subject: New sign-in to your account\n"), "{mail}");
    });
}

#[test]
fn a_client_sees_their_own_devices_and_removes_one_with_its_sessions() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        let listed = as_ann.get("/api/v2/my/devices").expect(200);
        assert_eq!(listed["total"], json!(1));
        let path = format!("/api/v2/my/devices/{}", listed["data"][0]["id"]);
        assert_eq!(as_ann.get(&path).expect(200), listed["data"][0]);
        as_bob.get(&path).refused(404, "notFound");
        as_bob.delete(&path).refused(404, "notFound");
        as_ann.delete(&path).expect(204);
        as_ann.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        assert_eq!(as_bob.total("/api/v2/my/devices"), 1);
    });
}
