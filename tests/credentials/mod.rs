//! What clients sign in with, from where, and how guessing is stopped.

pub mod acting;
mod blocks;
mod bodies;
mod crash;
mod devices;
mod passwords;
mod second_factors;
mod sign_ins;

use domain::credentials::SecondFactorMethod;
use serde_json::json;

use crate::harness::TestApp;

/// A record of every kind for a client.
pub fn fill(app: &TestApp, client: i64) {
    let password = json!({"password": "Qwerty123", "send_mail": false});
    app.admin().put(&format!("/api/v2/clients/{client}/password"), &password).expect(204);
    second_factors::switch_on(app, client, SecondFactorMethod::Google);
    acting::sign_in(app, client, "laptop");
    let email = app.admin().get(&format!("/api/v2/clients/{client}")).expect(200)["email"].clone();
    while acting::guess(app, email.as_str().expect("an address"), acting::HOME).is_none() {}
}
