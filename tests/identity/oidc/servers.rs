//! Several servers on one database: what one has begun another ends, and no two changes at once lock everybody out.

use serde_json::json;

use super::{Office, ann, end_by};
use crate::harness::identity_provider::Vouch;
use crate::harness::{ADMIN_EMAIL, Setup, TestApp, postgres_database, remove};
use crate::platform::races::{ROUNDS, patch, with_servers};

#[test]
fn a_sign_in_that_one_server_has_begun_is_ended_on_another() {
    let Some(url) = postgres_database() else { return };
    let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    let office = Office::open(&one, &json!({"createsUsers": true}));
    let begun = office.begin();
    let redirect = office.authorize(&begun, ann());
    let body = json!({"state": redirect.state, "code": redirect.code});
    end_by(&other.client, &begun, &body).expect(200);
    end_by(&one.client, &begun, &body).refused(401, "signInNotBegun");
    drop(office);
    drop((one, other));
    remove(&url);
}

#[test]
fn passwords_are_not_switched_off_beside_the_last_provider() {
    with_servers(|servers, _| {
        let office = Office::open(&servers.one, &json!({}));
        office.enter(Vouch::of("admin-1", ADMIN_EMAIL));
        for round in 0..ROUNDS {
            let settings = patch("/api/v2/settings", json!({"passwordSignIn": false}));
            let disabled = patch(&office.path(), json!({"isEnabled": false}));
            let statuses = servers.race(round, &[settings], &disabled);
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([409], 200)), "{statuses:?}");
            office.change(&json!({"isEnabled": true}));
            office.admin.patch("/api/v2/settings", &json!({"passwordSignIn": true})).expect(200);
        }
    });
}
