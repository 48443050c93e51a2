//! Every operation is called by nobody, by a user without the right, by a user with the right and
//! by an administrator; nothing is left out.

use std::collections::{BTreeMap, BTreeSet};

use domain::identity::{ApiKey, Permission};
use http::Requirement as _;
use serde_json::{Value, json};

use super::api_keys::make;
use crate::harness::{ADMIN_PASSWORD, Client, on_both};

/// A route: its method, path, operation and permission.
type Served = (&'static str, &'static str, &'static str, Option<&'static str>);

/// What is served.
fn served() -> Vec<Served> {
    let routes = api::back::routes();
    let served = routes.iter().map(|route| (route.method, route.path, route.operation, route.requirement.permission()));
    served.collect()
}

/// A path with ids of records that do not exist, so that nothing is changed.
fn concrete(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn every_operation_is_closed_to_nobody_and_to_users_without_the_right() {
    on_both(|app| {
        let nobody = app.client.clone();
        let without = app.user_with("without", &[]);
        for (method, path, operation, permission) in served() {
            if permission.is_none() {
                continue;
            }
            let path = concrete(path);
            assert_eq!(call(&nobody, method, &path), 401, "{operation} by nobody");
            assert_eq!(call(&nobody.with_token("rubbish"), method, &path), 401, "{operation} with rubbish");
            assert_eq!(call(&without, method, &path), 403, "{operation} without the right");
        }
    });
}

#[test]
fn every_operation_is_closed_to_an_api_key_without_permissions() {
    on_both(|app| {
        let (_, key) = make(&app.admin(), "without", &[], &json!({}));
        for (method, path, operation, permission) in served() {
            if permission.is_some() {
                assert_eq!(call(&key, method, &concrete(path)), 403, "{operation} with a key");
            }
        }
    });
}

/// What users do in person.
const IN_PERSON: [&str; 11] = [
    "api-keys.create",
    "api-keys.delete",
    "api-keys.update",
    "approvals.approve",
    "approvals.reject",
    "authentication.signout",
    "authentication.totp-begin",
    "authentication.totp-enable",
    "identity-providers.create",
    "identity-providers.delete",
    "identity-providers.update",
];

/// What platforms report, with keys of their own.
const FEED: [&str; 2] = ["platforms.figures", "platforms.trades"];

#[test]
fn a_key_of_an_administrator_with_every_permission_may_call_all_but_what_is_done_in_person() {
    on_both(|app| {
        let admin = app.admin();
        let given = Permission::ALL.iter().filter(|permission| !ApiKey::IN_PERSON.contains(permission));
        let given: Vec<&str> = given.map(|permission| permission.as_str()).collect();
        let (_, key) = make(&admin, "with", &given, &json!({}));
        let (mut refused, mut keyless) = (BTreeSet::new(), BTreeSet::new());
        for (method, path, operation, permission) in served() {
            match call(&key, method, &concrete(path)) {
                403 => drop(refused.insert(operation)),
                401 => drop(keyless.insert((operation, permission))),
                _ => {}
            }
        }
        let expected: BTreeSet<&str> = IN_PERSON.into_iter().chain(FEED).collect();
        assert_eq!(refused, expected);
        assert!(keyless.iter().all(|(_, permission)| permission.is_none()), "{keyless:?}");
    });
}

#[test]
fn a_missing_token_and_a_wrong_one_are_told_apart() {
    on_both(|app| {
        app.client.get("/api/v2/users").refused(401, "tokenMissing");
        app.client.with_token("").get("/api/v2/users").refused(401, "tokenMissing");
        app.client.with_token("rubbish").get("/api/v2/users").refused(401, "tokenInvalid");
    });
}

#[test]
fn every_operation_is_open_to_the_one_permission_that_it_asks_for() {
    let mut by_permission: BTreeMap<&str, Vec<(&str, String, &str)>> = BTreeMap::new();
    for (method, path, operation, permission) in served() {
        if let Some(permission) = permission {
            by_permission.entry(permission).or_default().push((method, concrete(path), operation));
        }
    }
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create("/api/v2/groups", &json!({"name": "probe", "permissions": []}));
        let user =
            json!({"name": "p", "email": "p@example.com", "password": ADMIN_PASSWORD, "groups": [group], "tfa": false});
        admin.create("/api/v2/users", &user);
        let probe = app.as_user("p@example.com", ADMIN_PASSWORD);
        let change = |permissions: Value| {
            admin.patch(&format!("/api/v2/groups/{group}"), &json!({"permissions": permissions})).expect(200);
        };
        for (permission, operations) in &by_permission {
            change(json!([permission]));
            let answers: Vec<u16> = operations.iter().map(|(method, path, _)| call(&probe, method, path)).collect();
            for ((method, path, operation), with) in operations.iter().zip(answers) {
                assert!(!matches!(with, 401 | 403), "{operation} with {permission}: {with}");
                assert_eq!(call(&admin, method, path), with, "{operation} by an administrator");
            }
            let others = Permission::ALL.iter().filter(|other| other.as_str() != *permission);
            change(json!(others.collect::<Vec<_>>()));
            for (method, path, operation) in operations {
                assert_eq!(call(&probe, method, path), 403, "{operation} with all but {permission}");
            }
        }
    });
}

fn call(client: &Client, method: &str, path: &str) -> u16 {
    client.call(method, path, Some(b"{}")).status
}

#[test]
fn operations_without_a_permission_are_those_of_signing_in_of_oneself_and_of_outside_systems() {
    let open: BTreeSet<&str> = served()
        .into_iter()
        .filter(|(.., permission)| permission.is_none())
        .map(|(_, _, operation, _)| operation)
        .collect();
    let expected = [
        "authentication.2fa-confirm",
        "authentication.oidc-begin",
        "authentication.oidc-end",
        "authentication.providers",
        "authentication.refresh",
        "authentication.signin",
        "authentication.signout",
        "authentication.totp-begin",
        "authentication.totp-enable",
        // Signed by the payment system.
        "deposit-methods.receive",
        "deposit-methods.report",
        // The right to the record that shows the file is what counts.
        "files.content",
        // With a key of the platform in the place of a user's token.
        "platforms.figures",
        "platforms.trades",
    ];
    assert_eq!(open.into_iter().collect::<Vec<_>>(), expected);
    on_both(|app| {
        for path in ["/api/v2/signout", "/api/v2/2fa/totp", "/api/v2/2fa/totp/enable"] {
            app.client.post(path, &json!({})).expect(401);
        }
    });
}

#[test]
fn a_user_without_the_right_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _, id) = app.product(&admin);
        let reader = app.user_with("reader", &["products.read", "products.create", "products.delete"]);
        let before = admin.get(&format!("/api/v2/products/{id}")).expect(200);
        reader.patch(&format!("/api/v2/products/{id}"), &json!({"name": "other"})).refused(403, "permissionMissing");
        assert_eq!(admin.get(&format!("/api/v2/products/{id}")).expect(200), before);
    });
}

#[test]
fn the_matrix_of_operations_and_permissions_is_as_it_was_reviewed() {
    let operations: BTreeMap<&str, Option<&str>> =
        served().into_iter().map(|(_, _, operation, permission)| (operation, permission)).collect();
    let lines =
        operations.iter().map(|(operation, permission)| format!("{operation:<50} {}", permission.unwrap_or("-")));
    let matrix = lines.collect::<Vec<_>>().join("\n");
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("permission_matrix", matrix);
    });
}
