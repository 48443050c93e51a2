//! The permissions and what asks for them, as the contract has them.

use std::collections::BTreeMap;

use domain::identity::Permission;
use http::Requirement as _;

use super::text_beside;

/// The lines `name: value` of these sections of the contract's permissions.
fn contract_entries(text: &str, sections: &[&str]) -> BTreeMap<String, String> {
    let mut section = "";
    let mut entries = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            section = name;
        } else if let Some((name, value)) = line.strip_prefix("  ").and_then(|line| line.split_once(": "))
            && sections.contains(&section)
        {
            entries.insert(name.to_owned(), value.to_owned());
        }
    }
    entries
}

#[test]
#[ignore = "needs the contract beside the repository"]
fn the_catalogue_of_permissions_is_that_of_the_contract() {
    let text = text_beside("contract/permissions.yaml");
    let contract: Vec<String> = contract_entries(&text, &["permissions", "extensions"]).into_keys().collect();
    let ours = |permission: &&str| PERMISSIONS_NOT_IN_THE_CONTRACT.iter().any(|ours| permission.starts_with(ours));
    let known: Vec<&str> =
        Permission::ALL.iter().map(|permission| permission.as_str()).filter(|name| !ours(name)).collect();
    assert_eq!(known, contract);
}

/// Imports and identity providers are ours.
const PERMISSIONS_NOT_IN_THE_CONTRACT: [&str; 2] = ["identityProviders.", "imports."];

/// The operations of an app as second factor, sign-in with identity providers, what payment systems call, and imports are ours.
const NOT_IN_THE_CONTRACT: [&str; 17] = [
    "authentication.oidc-begin",
    "authentication.oidc-end",
    "authentication.providers",
    "authentication.totp-begin",
    "authentication.totp-enable",
    "deposit-methods.receive",
    "deposit-methods.report",
    "identity-providers.check",
    "identity-providers.create",
    "identity-providers.delete",
    "identity-providers.get",
    "identity-providers.list",
    "identity-providers.update",
    "imports.create",
    "imports.delete",
    "imports.get",
    "imports.list",
];

#[test]
#[ignore = "needs the contract beside the repository"]
fn every_served_operation_asks_for_the_permission_of_the_contract() {
    let text = text_beside("contract/permissions.yaml");
    let contract = contract_entries(&text, &["operations"]);
    let routes = api::back::routes();
    for route in routes.iter().filter(|route| !NOT_IN_THE_CONTRACT.contains(&route.operation)) {
        let permission = route.requirement.permission().unwrap_or("null");
        assert_eq!(contract.get(route.operation).map(String::as_str), Some(permission), "{}", route.operation);
    }
}
