//! Every operation is called by nobody, by a user of the back office, by clients who may not call any more, and by a
//! client; nothing is left out.

use std::collections::BTreeSet;

use http::Requirement as _;
use serde_json::json;

use crate::harness::{Client, on_both};

/// A route: its method, path, operation, and whether it needs a caller.
type Served = (&'static str, String, &'static str, bool);

/// What is served, with ids of records that do not exist, so that nothing is changed.
fn served() -> Vec<Served> {
    let concrete = |path: &str| -> String {
        path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part }).collect::<Vec<_>>().join("/")
    };
    let routes = api::front::routes();
    let served = routes
        .iter()
        .map(|route| (route.method, concrete(route.path), route.operation, route.requirement.needs_caller()));
    served.collect()
}

fn call(client: &Client, method: &str, path: &str) -> u16 {
    client.call(method, path, Some(b"{}")).status
}

#[test]
fn every_operation_is_closed_to_all_but_a_client_who_is_signed_in() {
    on_both(|app| {
        let admin = app.admin();
        let [active, banned] = ["ann", "bob"].map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})));
        let (as_active, as_banned) = (app.as_client(active), app.as_client(banned));
        admin.patch(&format!("/api/v2/clients/{banned}"), &json!({"status": "banned"})).expect(200);
        let nobody = app.client.clone();
        for (method, path, operation, needs_caller) in served() {
            if needs_caller {
                assert_eq!(call(&nobody, method, &path), 401, "{operation} by nobody");
                assert_eq!(call(&nobody.with_token("rubbish"), method, &path), 401, "{operation} with rubbish");
                assert_eq!(call(&admin, method, &path), 401, "{operation} by a user of the back office");
                assert_eq!(call(&as_banned, method, &path), 401, "{operation} by a banned client");
            }
        }
        app.advance(20 * 60);
        for (method, path, operation, needs_caller) in served() {
            if needs_caller {
                assert_eq!(call(&as_active, method, &path), 401, "{operation} with an expired token");
            }
        }
    });
}

#[test]
fn a_token_of_a_client_opens_nothing_of_the_back_office() {
    on_both(|app| {
        let client = app.admin().new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        for route in api::back::routes().iter().filter(|route| route.requirement.needs_caller()) {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(call(&as_client, route.method, &path), 401, "{}", route.operation);
        }
    });
}

/// What anybody may call: those who are still to become or to show who they are.
const OPEN: [&str; 22] = [
    "my.2fa.challenge-complete",
    "my.2fa.challenge-start-unauthorized",
    "my.2fa.choose",
    "my.2fa.google",
    "my.2fa.sms",
    "my.authentication.password-reset",
    "my.authentication.password-restore",
    "my.authentication.qr-channel",
    "my.authentication.qr-signin",
    "my.authentication.refresh",
    "my.authentication.signin",
    "my.authentication.wizard",
    "my.client-types.get",
    "my.client-types.list",
    "my.countries.get",
    "my.countries.list",
    "my.localizations.get",
    "my.localizations.list",
    "my.mobile-settings.get",
    "my.password.restore",
    "my.registration.signup",
    "my.registration.wizard",
];

#[test]
fn operations_that_need_nobody_are_those_of_signing_in_and_up() {
    let open: BTreeSet<&str> =
        served().into_iter().filter(|(.., needs_caller)| !needs_caller).map(|(_, _, operation, _)| operation).collect();
    assert_eq!(open.into_iter().collect::<Vec<_>>(), OPEN);
}
