//! Requests as they are answered.

use domain::payments::MethodDirection;
use domain::requests::Asked;
use serde_json::json;

use super::{path, request_of};
use crate::harness::orders::{ReadyClient, ask};
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let withdrawal = request_of(&admin, ready.ask(app, "100").unwrap());
        let profile = Asked::Profile { first_name: "Ann".into(), last_name: "Roe".into(), rest: None };
        let profile = ask(&app.database, ready.client, &profile).unwrap();
        admin.post(&path(profile, "/reject"), &json!({"resolutionId": 1, "comment": "No proof."})).expect(200);
        let mut bodies = Bodies::of(&admin);
        bodies.first_of("/api/v2/applications?filter[type]=withdrawal");
        bodies.read(&path(profile, ""));
        bodies.read("/api/v2/applications/notifications");
        bodies.ask(&path(withdrawal, "/audit"), &json!({}), 200);
        bodies.ask(&path(withdrawal, "/approve"), &json!({}), 200);
        let other = ask(&app.database, ready.client, &Asked::Partner).unwrap();
        bodies.ask(&path(other, "/reject"), &json!({"resolutionId": 1}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
